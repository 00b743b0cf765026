"""What units are like: how often each is late, who is late all the time, and what their posts are called."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import exp
from typing import Any

from data.seed.demo.almanac import Day
from data.seed.demo.streams import stream

BASE_LATE = {"event": 0.105, "component": 0.34, "request": 0.10}
CHRONIC = 3  # units that are late all the time
CHRONIC_FACTOR = 2.3
MOST_LATE = 0.8
OFTEN = 4  # case types a department answers for, to be one that others send theirs to
CENTRE = "centre"
Row = Mapping[str, Any]


class Desks:
    """The units of a place, with the share of cases each finishes late."""

    def __init__(self, units: Iterable[Row], case_types: Iterable[Row], seed: int) -> None:
        self._factor: dict[str, float] = {}
        rng = stream(seed, "units")
        names = [str(row["key"]) for row in units if row["kind"] != "centre"]
        for name in names:
            self._factor[name] = exp(rng.gauss(0, 0.3))
        departments = [name for name in names if name.startswith("dept_") and name != "dept_urban"]
        offices = [name for name in names if name not in departments and name != "dept_urban"]
        self.chronic = frozenset(rng.sample(departments, CHRONIC - 1) + rng.sample(offices, 1))
        for name in sorted(self.chronic):  # a set has another order in every process
            self._factor[name] = CHRONIC_FACTOR * rng.uniform(0.9, 1.2)
        answers = Counter(row["unit"] for row in case_types)
        self._departments = sorted(name for name in names if answers[name] >= OFTEN) or names

    def late(self, unit: str, kind: str, day: Day) -> float:
        """The share of such cases this unit finishes late when they come in on this day."""
        pressed = 1.5 if day.backlog else 1.8 if day.typhoon else 1.0
        return min(BASE_LATE[kind] * self._factor.get(unit, 1.0) * pressed, MOST_LATE)

    def other(self, unit: str, draw: float) -> str:
        """A department a case is given to when the first one sent it back."""
        others = [name for name in self._departments if name != unit]
        return others[int(draw * len(others))]


def post_of(unit: str, draw: float, size: int = 4) -> str:
    """A pseudonymous staff post of a unit."""
    return f"{unit}-{1 + int(draw * size)}"
