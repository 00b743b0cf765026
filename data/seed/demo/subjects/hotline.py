"""The 12345 hotline as delivered each morning: requests passed to the district and what became of them, and how calls were taken.

Volumes and types as in a published quarter of a county of the province: 3,136 requests, nine of ten of them complaints.
"""

from collections.abc import Iterator
from functools import cached_property

from sqlalchemy import Table

from data.seed import catalogue
from data.seed.demo.almanac import Day
from data.seed.demo.hours import workdays_from
from data.seed.demo.tallied import Choice, Dated, Event, Key, TalliedStory, drawn
from data.subjects.hotline import hotline_call, hotline_day

PER_DAY = 34.0
TYPES = {"complaint": 2840, "help": 169, "report": 58, "consult": 57, "suggestion": 12}
LATE = {"complaint": 0.034, "help": 0.026, "report": 0.03, "consult": 0.012, "suggestion": 0.01}
WEEKDAYS = (1.16, 1.1, 1.08, 1.06, 1.06, 0.8, 0.74)
CALLS, MESSAGES, MAILS = 132.0, 17.0, 9.0
CONNECTED, QUICK, MESSAGE_QUICK, MAIL_TIMELY = 0.968, 0.957, 0.93, 0.965
PRESSED = 0.93  # of these shares, while a typhoon blows and in the week after


class Hotline(TalliedStory):
    """Requests by sub-district and type, answered within the limit of their type or not; calls, messages and mail."""

    name = "hotline"
    tables = (hotline_day, hotline_call)
    past_days = 400
    reach_days = 32  # the longest limit, over the longest holiday

    @property
    def always(self) -> list[tuple[Table, Key]]:
        """Both tables."""
        return [(hotline_day, (self.subdistricts[0], "complaint")), (hotline_call, ())]

    def begun(self, number: int) -> Iterator[Dated]:
        """The requests of a day, and what becomes of them."""
        day, rng = self.almanac(number), self.stream(number)
        is_workday = self.planner.rules.calendar.is_workday
        due = {name: workdays_from(number, limit, is_workday) for name, limit in self._limits.items()}
        for _ in range(drawn(rng, PER_DAY * WEEKDAYS[day.weekday] * _busy(day))):
            kind = self._types(rng)
            key = (self.street_by_residents(rng), kind)
            late = rng.random() < LATE[kind] * (1.8 if day.backlog or day.typhoon else 1.0)
            yield number, (hotline_day, key, ("received",))
            yield due[kind], (hotline_day, key, ("due",) if late else ("due", "on_time"))

    def besides(self, number: int) -> Iterator[Event]:
        """The calls, messages and mails of a day."""
        day, rng = self.almanac(number), self.stream("calls", number)
        held = PRESSED if day.backlog or day.typhoon else 1.0
        for _ in range(drawn(rng, CALLS * WEEKDAYS[day.weekday] * _busy(day))):
            connected = rng.random() < CONNECTED * held
            quick = connected and rng.random() < QUICK * held
            yield hotline_call, (), ("calls", *(["connected"] if connected else []), *(["quick"] if quick else []))
        for name, mean, share in (("messages_quick", MESSAGES, MESSAGE_QUICK), ("mails_timely", MAILS, MAIL_TIMELY)):
            for _ in range(drawn(rng, mean * WEEKDAYS[day.weekday])):
                yield hotline_call, (), (name.partition("_")[0], *([name] if rng.random() < share * held else []))

    @cached_property
    def _limits(self) -> dict[str, int]:
        return catalogue.weights("hotline_type")

    @cached_property
    def _types(self) -> Choice:
        return Choice(TYPES)


def _busy(day: Day) -> float:
    return (1.6 if day.typhoon else 1.25 if day.backlog else 1.0) * (0.5 + 0.5 * day.festival)


STORY = Hotline
