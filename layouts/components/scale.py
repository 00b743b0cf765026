"""Axes: round steps for values, readable stops for times."""

import math
from collections.abc import Iterable, Sequence
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


def rate_scale(values: Iterable[float | None], unit: str, zero: bool) -> Scale:
    """As `value_scale`, but a percentage that never passes 100 ends there."""
    known = [value for value in values if value is not None]
    scale = value_scale(known, 4, zero=zero)
    if unit == "percent" and known and scale.high > 100 >= max(known):
        return Scale(scale.low, 100.0, tuple(tick for tick in scale.ticks if tick <= 100))
    return scale


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Places 0…1 moved as little as possible so that any two are `gap` apart and all stay within; the order is kept.

    Least squares over the places less their steps (pool adjacent violators); where they cannot all stand, they share the room evenly.
    """
    count = len(places)
    gap = min(gap, 1 / max(1, count - 1))
    order = sorted(range(count), key=lambda index: places[index])
    pools: list[tuple[float, int]] = []
    for step, index in enumerate(order):
        mean, size = places[index] - step * gap, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, size = (mean * size + other * more) / (size + more), size + more
        pools.append((mean, size))
    room = 1 - gap * (count - 1)
    flat = [min(room, max(0.0, mean)) for mean, size in pools for _ in range(size)]
    moved = {index: flat[step] + step * gap for step, index in enumerate(order)}
    return [moved[index] for index in range(count)]


def level_of_label(places: Sequence[float], width: float) -> list[int]:
    """For labels in order along a line, each `width` wide: the first row, from 0, in which each finds room."""
    ends: list[float] = []
    found = []
    for place in places:
        row = next((row for row, end in enumerate(ends) if place - end >= width), len(ends))
        ends[row : row + 1] = [place]
        found.append(row)
    return found


def stops(count: int, most: int) -> list[int]:
    """At most `most` indexes spread over 0…count-1 in equal steps, always with the first."""
    if count <= 0:
        return []
    step = next(step for step in (1, 2, 3, 4, 6, 7, 12, 14, 24, 30, 60, 90, count) if math.ceil(count / step) <= most)
    return list(range(0, count, step))
