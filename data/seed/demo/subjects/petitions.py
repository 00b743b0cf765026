"""Petitions as the source delivers them: each morning the counts of the day before, drawn from lives that are told nowhere else."""

from collections.abc import Iterator

from sqlalchemy import Table

from data.seed.demo.petition_lives import ACCEPT_DAYS, AGAIN_DAYS, LONGEST, Petition, Petitions
from data.seed.demo.plans import Planner
from data.seed.demo.tallied import Dated, Event, Key, TalliedStory
from data.subjects.petitions import (
    REPLY_SOON_DAYS,
    WITHIN_DAYS,
    petition_cell,
    petition_clock,
    petition_extension,
    petition_reply,
    petition_review,
    petition_stock,
    petition_wait,
    reception_day,
)

EVALUATION_DAYS, WAITED_DAYS, REVIEW_DAYS, LED_DAYS = 30, 90, 30, 60
AGES = ((15, "d15"), (45, "d45"), (60, "d60"), (90, "d90"), (LONGEST, "more"))
SUNDAY = 6
HELD, HELD_IN_TYPHOON = 0.955, 0.15


class PetitionStory(TalliedStory):
    """Counts of a day by sub-district, topic, unit and channel; on Sundays what is open, by age."""

    name = "petitions"
    tables = (
        petition_cell, petition_reply, petition_extension, petition_review, petition_wait, petition_stock, petition_clock, reception_day,
    )  # fmt: skip
    past_days = 560  # five quarters, so that the last can be compared with the one a year before
    reach_days = LONGEST + AGAIN_DAYS

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self.petitions = Petitions(planner)

    @property
    def always(self) -> list[tuple[Table, Key]]:
        """Every table but those of what is open and of receptions, which have days of their own."""
        street = self.subdistricts[0]
        unit = self.town.offices[street]
        return [
            (petition_cell, (street, "housing", unit, "online")),
            (petition_reply, (street, "housing", "offices", "explained")),
            (petition_extension, (street, "other")),
            (petition_review, (street, "offices")),
            (petition_wait, (street, "reply")),
            (petition_clock, ()),
        ]

    def begun(self, number: int) -> Iterator[Dated]:
        """The petitions registered on a day, and what becomes of them."""
        for petition in self.petitions.registered(number):
            yield from _counted(petition)

    def besides(self, number: int) -> Iterator[Event]:
        """What is open at the end of a day, and the receptions held on it."""
        yield from self._standing(number)
        yield from self._receptions(number)

    def _standing(self, number: int) -> Iterator[Event]:
        """What is open at the end of a day: by age on Sundays, and what falls due soon."""
        sunday = (number + 3) % 7 == SUNDAY
        for day in range(number - LONGEST, number + 1):
            for petition in self.petitions.registered(day):
                if petition.decided > number:
                    yield petition_clock, (), ("unaccepted",)
                elif petition.accepted and petition.replied > number and number < petition.deadline <= number + REPLY_SOON_DAYS:
                    yield petition_clock, (), ("reply_soon",)
                if sunday and petition.ended > number:
                    yield petition_stock, (petition.subdistrict, _age(number - day)), ("open",)

    def _receptions(self, number: int) -> Iterator[Event]:
        """Each sub-district has one working day a week, and the middle of the month for its first secretary."""
        day, rng = self.almanac(number), self.stream("reception", number)
        if not self.planner.rules.calendar.is_workday(number):
            return
        for place, street in enumerate(self.subdistricts):
            if (place + 1) % 5 == day.weekday or day.when.day == 15:
                held = rng.random() < (HELD_IN_TYPHOON if day.typhoon else HELD)
                yield reception_day, (street,), ("scheduled", "held") if held else ("scheduled",)


def _age(days: int) -> str:
    return next(key for most, key in AGES if days <= most)


def _counted(one: Petition) -> Iterator[Dated]:
    """The counts a petition goes into, with the day of each."""
    cell = (one.subdistrict, one.appeal, one.unit, one.channel)
    yield one.registered, (petition_cell, cell, ("registered",))
    in_time = one.decided <= one.registered + ACCEPT_DAYS
    yield one.registered + ACCEPT_DAYS, (petition_cell, cell, _names(accept_due=True, accept_on_time=in_time))
    yield _waited(one, "acceptance", one.registered, one.decided)
    if one.accepted:
        yield from _replied(one, cell)


def _replied(one: Petition, cell: Key) -> Iterator[Dated]:
    names = _names(
        reply_due=True,
        reply_on_time=one.replied <= one.deadline,
        extended=one.extended is not None,
        unnoticed=one.extended is not None and not one.noticed,
    )
    yield one.deadline, (petition_cell, cell, names)
    yield _waited(one, "reply", one.decided, one.replied)
    reply = (one.subdistrict, one.appeal, one.handler, one.answer)
    yield one.replied, (petition_reply, reply, ("replied",))
    if one.again is not None:
        yield one.again, (petition_reply, reply, ("again",))
    if one.extended is not None:
        yield one.extended, (petition_extension, (one.subdistrict, one.reason), ("extended",))
    if one.first:
        yield one.replied + AGAIN_DAYS, (petition_cell, cell, _names(first_closed=True, first_settled=one.again is None))
    if one.led:
        yield one.decided + LED_DAYS, (petition_cell, cell, _names(led=True, led_outcome=one.outcome))
    if one.evaluable:
        names = _names(evaluable=True, evaluated=one.evaluated, satisfied=one.satisfied, served=one.served)
        yield one.replied + EVALUATION_DAYS, (petition_cell, cell, names)
    if one.reviewed is not None:
        key = (one.subdistrict, one.handler)
        yield one.reviewed, (petition_review, key, _names(reviewed=True, changed=one.changed))
        in_time = one.reviewed <= one.applied + REVIEW_DAYS
        yield one.applied + REVIEW_DAYS, (petition_review, key, _names(decide_due=True, decide_on_time=in_time))


def _waited(one: Petition, stage: str, begun: int, ended: int) -> Dated:
    names = ("begun", *(f"in_{days}" for days in WITHIN_DAYS if ended - begun <= days))
    return begun + WAITED_DAYS, (petition_wait, (one.subdistrict, stage), names)


def _names(**counted: bool) -> tuple[str, ...]:
    return tuple(name for name, yes in counted.items() if yes)


STORY = PetitionStory
