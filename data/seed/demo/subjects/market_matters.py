"""Consumer matters told: each from the moment it is brought, with the clock that runs, to its end; each morning the counts by trade."""

from collections.abc import Iterable
from functools import partial

from data.schema import REGION
from data.seed.demo.hours import at_hour, day_at, moment_of, workdays_from
from data.seed.demo.market_matters import LONGEST_DAYS, Matter, Running, matters
from data.seed.demo.stories import Fact, Row, Story
from data.seed.demo.tallied import tallied
from data.subjects.market_supervision import consumer_day, consumer_matter

EMPTY = {column.name: None for column in consumer_matter.columns if column.name != REGION}
SOON = (("d2", 2), ("d5", 5))  # so many working days are left
CLOCKS = {"accept": "accepted_on", "mediate": "ended_on", "verify": "verified_on"}


class MarketMatters(Story):
    """Complaints, reports and questions about businesses."""

    name = "market_matters"
    tables = (consumer_matter, consumer_day)
    longest_days = LONGEST_DAYS
    past_days = 560  # five quarters, so that the last can be compared with the one a year before

    def day(self, number: int) -> Iterable[Fact]:
        """The matters of a day, and how many there were."""
        brought = matters(self.planner).day(number)
        for matter in brought:
            yield Fact(consumer_matter, _told(matter), self._turns(matter), partial(self._known, matter))
        counted = [(consumer_day, (one.subdistrict, one.trade, one.problem), ("matters",)) for one in brought if one.kind != "consult"]
        yield from tallied(number, counted, [(consumer_day, (self.subdistricts[0], "retail", "price"))])

    def _turns(self, matter: Matter) -> tuple[int, ...]:
        moments = {matter.received, matter.ended, matter.extended, matter.let_go, matter.penalized, matter.published}
        for clock in matter.clocks:
            moments |= {clock[2], *(at for at in self._edges(clock).values() if clock[1] < at < clock[2])}
        return tuple(sorted(moments - {0}))

    def _edges(self, clock: Running) -> dict[str, int]:
        """The midnights from which on little is left of a clock, and nothing."""
        due, is_workday = clock[3], self.planner.rules.calendar.is_workday
        return {"late": at_hour(due + 1, 0), **{left: at_hour(workdays_from(due, -days, is_workday), 0) for left, days in SOON}}

    def _known(self, matter: Matter, told: Row, now: int) -> Row:
        row = told | _judged(matter, now)
        running = next((clock for clock in matter.clocks if clock[1] <= now < clock[2]), None)
        if running:
            left = next((name for name, at in self._edges(running).items() if now >= at), "more")
            row |= {"clock": running[0], "clock_left": left, "clock_due_on": running[3]}
        if matter.ended and matter.ended <= now:
            row |= {"ended_on": day_at(matter.ended), "outcome": matter.outcome, "recovered_yuan": matter.recovered}
        if row["verified_on"] is not None:
            row["filed"] = matter.filed
        for column, at in (("penalized_on", matter.penalized), ("let_go_on", matter.let_go), ("published_on", matter.published)):
            row[column] = day_at(at) if at and at <= now else None
        return row | {"penalty_yuan": matter.penalty if row["penalized_on"] else None, "extended": 0 < matter.extended <= now}


def _told(matter: Matter) -> Row:
    return EMPTY | {
        "number": matter.number,
        "consumer_kind": matter.kind,
        "trade": matter.trade,
        "problem": matter.problem,
        "uscc": matter.site.uscc if matter.site else None,
        "subdistrict": matter.subdistrict,
        "community": matter.community,
        "received_at": moment_of(matter.received),
        "received_on": day_at(matter.received),
    }


def _judged(matter: Matter, now: int) -> Row:
    """Every clock that has begun: its last day, the day of the decision, and whether that was in time."""
    row: Row = {}
    for name, start, end, due in matter.clocks:
        if start <= now:
            decided = end <= now and not (name == "verify" and end == matter.extended)
            late = now >= at_hour(due + 1, 0)
            row |= {
                f"{name}_due_on": due,
                CLOCKS[name]: day_at(end) if decided else None,
                f"{name}_ok": day_at(end) <= due if decided else False if late else None,
            }
    return row


STORY = MarketMatters
