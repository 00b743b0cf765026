"""The living feed: what the plans bring next. It holds no state that cannot be computed again from seed and time."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from data.cases import Intake, Step
from data.columns import day_number
from data.seed.demo.hours import DAY_S, OFFSET_S
from data.seed.demo.patrols import Patrols
from data.seed.demo.plans import LONGEST_DAYS, Plan, Planner
from data.seed.demo.whistles import as_known, turns, whistle

Row = dict[str, Any]
Event = tuple[int, int, int, Intake | None, Step]  # arrival, case, position; the intake with the first step


class Feed:
    """Continues the history of the same planner. Any cut of time into calls brings the same things once each."""

    def __init__(self, planner: Planner, patrols: Patrols, since: int | None = None) -> None:
        """`since` is the first day of the history, if cases from before it are unknown to the database."""
        self._planner, self._patrols, self._since = planner, patrols, since
        self._events: list[Event] = []  # of the planned days, by arrival
        self._whistles: list[Row] = []
        self._first, self._planned = 0, -1  # from which moment on, up to which day the events are complete

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
        """Lays out the events of all days up to `end`; begins anew when asked about an earlier time."""
        last = (end + OFFSET_S) // DAY_S
        if self._planned < 0 or start < self._first:
            first = (start + OFFSET_S) // DAY_S - LONGEST_DAYS
            self._events, self._whistles, self._first = [], [], start
            self._planned = (first if self._since is None else max(first, self._since)) - 1
        if last <= self._planned:
            return
        for day in range(self._planned + 1, last + 1):
            self._take(day)
        self._planned = last
        self._events = [event for event in self._events if event[0] > start]
        self._events.sort(key=lambda event: event[:3])
        self._first = start

    def _take(self, day: int) -> None:
        world = self._planner.world
        for plan in self._planner.day(day):
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
