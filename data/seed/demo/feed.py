"""The living feed: what the plans bring next. It holds no state that cannot be computed again from seed, pace and time.

The pace says how much arrives, not how fast a case lives: at twice the pace twice as many cases are reported, and each takes its
natural time, because deadlines run on real working hours. So every law of the loop holds at any pace.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from data.cases import Intake, Step
from data.columns import day_number
from data.seed.demo.hours import DAY_S, OFFSET_S
from data.seed.demo.patrols import Patrols
from data.seed.demo.plans import LONGEST_DAYS, Plan, Planner
from data.seed.demo.streams import number_of
from data.seed.demo.whistles import as_known, turns, whistle

Row = dict[str, Any]
Event = tuple[int, int, int, Intake | None, Step]  # arrival, case, position; the intake with the first step
Pace = tuple[int, float]  # from which epoch second on, how many times the natural number of reports
NATURAL: Pace = (0, 1.0)
MINUTE_S = 60


class Feed:
    """Continues the history of the same planner. Any cut of time into calls brings the same things once each."""

    def __init__(self, planner: Planner, patrols: Patrols, since: int | None = None, paces: Sequence[Pace] = ()) -> None:
        """`since` is the first day of the history, if cases from before it are unknown to the database; `paces`, oldest
        first, begin at whole minutes and never before the moment up to which the feed has been taken."""
        self._planner, self._patrols, self._since = planner, patrols, since
        self._paces = (NATURAL, *paces)
        self._events: list[Event] = []  # of the planned days and minutes, by arrival
        self._whistles: list[Row] = []
        self._first = 0  # from which moment on the events are complete
        self._planned, self._filled = -1, 0  # up to which local day and minute

    def due(self, after: datetime, now: datetime) -> tuple[list[tuple[Intake, Step]], list[Step]]:
        """Reports and steps that arrive in (after, now], oldest first; some reports come a second time."""
        start, end = int(after.timestamp()), int(now.timestamp())
        self._plan(start, end)
        arriving = self._events[self._place(start) : self._place(end)]
        intakes = [(intake, step) for _, _, _, intake, step in arriving if intake is not None]
        return intakes, [step for _, _, _, intake, step in arriving if intake is None]

    def rows(self, after: datetime, now: datetime) -> dict[str, list[Row]]:
        """Rows of `whistle` and `grid_day` that change in (after, now], as they stand at `now`."""
        start, end = int(after.timestamp()), int(now.timestamp())
        self._plan(start, end)
        blown = (as_known(row, now) for row in self._whistles if any(after < at <= now for at in turns(row)))
        days = range(day_number(after) - 1, day_number(now) + 1)
        walked = (one for day in days for one in self._patrols.day(day) if one.changes(start, end))
        return {"whistle": [row for row in blown if row], "grid_day": [one.row(end) for one in walked]}

    def _place(self, moment: int) -> int:
        return bisect_right(self._events, moment, key=lambda event: event[0])

    def _plan(self, start: int, end: int) -> None:
        """Lays out all events up to `end`; begins anew when asked about an earlier time."""
        day, minute = (end + OFFSET_S) // DAY_S, (end + OFFSET_S) // MINUTE_S
        if self._planned < 0 or start < self._first:
            self._begin(start)
        before = len(self._events)
        for number in range(self._planned + 1, day + 1):
            self._take(plan for plan in self._planner.day(number) if self._comes(plan))
        for number in self._fast(self._filled + 1, minute):
            self._take(self._planner.more(number, self._pace(number * MINUTE_S - OFFSET_S) - 1))
        self._planned, self._filled = max(self._planned, day), max(self._filled, minute)
        if len(self._events) > before:
            self._forget(start)
            self._events.sort(key=lambda event: event[:3])

    def _begin(self, start: int) -> None:
        first = (start + OFFSET_S) // DAY_S - LONGEST_DAYS
        first = first if self._since is None else max(first, self._since)
        self._events, self._whistles, self._first = [], [], start
        self._planned, self._filled = first - 1, first * DAY_S // MINUTE_S - 1

    def _forget(self, start: int) -> None:
        self._events = [event for event in self._events if event[0] > start]
        self._whistles = [row for row in self._whistles if max(turns(row)).timestamp() > start]
        self._first = start

    def _pace(self, moment: int) -> float:
        return next(pace for since, pace in reversed(self._paces) if moment >= since)

    def _comes(self, plan: Plan) -> bool:
        """Below the natural pace only some of the plans come true: always the same ones."""
        pace = self._pace(plan.moments[0])
        return pace >= 1 or number_of(self._planner.seed, "comes", plan.intake.id) < pace * 2**64

    def _fast(self, first: int, last: int) -> Iterator[int]:
        """Local minutes of a span in which more comes than is natural."""
        ends = [since for since, _ in self._paces[1:]] + [(last + 1) * MINUTE_S - OFFSET_S]
        for (since, pace), end in zip(self._paces, ends, strict=True):
            if pace > 1:
                yield from range(max(first, (since + OFFSET_S) // MINUTE_S), min(last, (end + OFFSET_S) // MINUTE_S - 1) + 1)

    def _take(self, plans: Iterator[Plan] | Sequence[Plan]) -> None:
        world = self._planner.world
        for plan in plans:
            self._events += (event for event in _events(plan) if event[0] > self._first)
            row = whistle(plan, self._planner.seed, world.working, world.always)
            if row is not None:
                self._whistles.append(row)


def _events(plan: Plan) -> Iterator[Event]:
    serial = plan.intake.id
    for n, step in enumerate(plan.steps):
        yield plan.arrival(n), serial, n, plan.intake if n == 0 else None, step
    if plan.twice is not None:
        yield plan.twice, serial, len(plan.steps), plan.intake, plan.steps[0]
