"""Axes: round steps for values, readable stops for times."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis from `low` to `high` with `ticks` on round numbers."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value lies, 0 at the bottom and 1 at the top; values outside are held at the edge."""
        return min(1.0, max(0.0, (value - self.low) / ((self.high - self.low) or 1.0)))

    def maybe(self, value: float | None) -> float | None:
        """As `at`, keeping a missing value missing."""
        return None if value is None else self.at(value)


def round_step(span: float, wanted: int) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that cuts `span` into about `wanted` parts."""
    raw = (span or 1.0) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)


def value_scale(values: Iterable[float | None], wanted: int = 4, zero: bool = True) -> Scale:
    """A scale over the values, from zero unless told otherwise; an empty series gets 0 to 1."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = min(0.0, low) if zero else low
    if high <= low:
        high = low + 1.0
    step = round_step(high - low, wanted)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, tuple(index * step for index in range(first, last + 1)))


def stops(count: int, most: int) -> list[int]:
    """At most `most` indexes spread over 0…count-1 in equal steps, always with the first."""
    if count <= 0:
        return []
    step = next(step for step in (1, 2, 3, 4, 6, 7, 12, 14, 24, 30, 60, 90, count) if math.ceil(count / step) <= most)
    return list(range(0, count, step))
