"""A chain of steps in the making, and the clock on which its stretches of time are measured."""

from bisect import bisect_right
from typing import Any, Protocol

from data.cases import Step
from data.seed.demo.hours import WorkHours, moment_of


class Pace(Protocol):
    """How time passes while a case is worked on, in seconds of that pace."""

    def span(self, start: int, end: int) -> int: ...

    def later(self, moment: int, seconds: float) -> int: ...


class AroundTheClock:
    """Every second counts: urgent cases."""

    def span(self, start: int, end: int) -> int:
        return end - start

    def later(self, moment: int, seconds: float) -> int:
        return moment + int(seconds)


class InWorkingHours:
    """Only seconds of working time count."""

    def __init__(self, hours: WorkHours) -> None:
        self._hours = hours

    def span(self, start: int, end: int) -> int:
        return self._hours.worked(end) - self._hours.worked(start)

    def later(self, moment: int, seconds: float) -> int:
        return self._hours.later(moment, seconds)


class Chain:
    """Steps of one case with their moments (epoch seconds), each at least a second after the one before."""

    __slots__ = ("at", "case", "moments", "steps")

    def __init__(self, case: int) -> None:
        self.case = case
        self.at = 0
        self.steps: list[Step] = []
        self.moments: list[int] = []

    def take(self, action: str, at: int, post: str | None = None, unit: str | None = None, **more: Any) -> int:
        """Appends a step at the moment, or just after the last one; returns the moment it got."""
        if at <= self.at:
            at = self.at + 1
        self.at = at
        self.moments.append(at)
        self.steps.append(Step(self.case, action, moment_of(at), post, unit, **more))
        return at

    def insert(self, action: str, at: int, post: str, unit: str, reason: str) -> None:
        """Puts a step that leaves the state as it is between the others; left out if the chain has ended by then."""
        place = bisect_right(self.moments, at)
        if not 0 < place < len(self.moments) or self.moments[place - 1] == at:
            return
        self.moments.insert(place, at)
        self.steps.insert(place, Step(self.case, action, moment_of(at), post, unit, reason=reason))
