"""Where names stand on a map: near home, never on each other or over the edge, on few marks; with a leader where home is full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import hypot
from typing import Any

import numpy as np
import shapely

from layouts.figures.canvas import Point

Box = tuple[float, float, float, float]  # left, top, right, bottom
Mark = tuple[Box, float]  # and what covering a square point of it costs
_REACH, _STEP = 80, 5  # points: how far from home a name may go, and by which steps it is tried
_AWAY, _ABROAD, _ACROSS = 22.0, 30.0, 7.0  # what is bad costs so many points of distance
_EDGE = 3.0


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be placed: its size, the point it belongs to, and the flat area it names, if that has limits."""

    key: str
    width: float
    height: float
    at: Point
    home: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands, and whether it is so far off that it needs a leader."""

    box: Box
    away: bool


def placed(names: Sequence[Name], marks: Sequence[Mark], taken: Sequence[Box], edge: Point) -> dict[str, Place]:
    """A place for every name that finds one within reach, the first come first; `taken` may not be touched, `marks` rather not."""
    found: dict[str, Place] = {}
    full = list(taken)
    for name in names:
        others = [other.home for other in names if other is not name and other.home is not None]
        best = _best(name, marks, full, edge, others)
        if best:
            found[name.key] = best
            full.append(best.box)
    return found


def _best(name: Name, marks: Sequence[Mark], taken: Sequence[Box], edge: Point, others: Sequence[Any]) -> Place | None:
    best, least = None, float("inf")
    x, y = name.at
    near = [mark for mark in marks if hypot(mark[0][0] - x, mark[0][1] - y) < _REACH + name.width / 2]
    boxes = _steps() + np.array((x - name.width / 2, y - name.height / 2, x + name.width / 2, y + name.height / 2))
    costs = np.hypot(_steps()[:, 0], _steps()[:, 1]) + _covering(boxes, near)
    for place in np.argsort(costs, kind="stable"):
        if costs[place] >= least:
            break
        left, top, right, bottom = (float(side) for side in boxes[place])
        box = (left, top, right, bottom)
        if not _inside(box, edge) or any(overlap(box, other) for other in taken):
            continue
        more, away = _strangeness(name, box, others)
        if costs[place] + more < least:
            best, least = Place(box, away), float(costs[place]) + more
    return best


def _covering(boxes: Any, marks: Sequence[Mark]) -> Any:
    """What each box covers of the marks, at their price."""
    if not marks:
        return np.zeros(len(boxes))
    left, top, right, bottom = (np.array([mark[side] for mark, _ in marks]) for side in range(4))
    across = np.minimum(boxes[:, 2:3], right) - np.maximum(boxes[:, 0:1], left)
    down = np.minimum(boxes[:, 3:4], bottom) - np.maximum(boxes[:, 1:2], top)
    return (across.clip(0) * down.clip(0)) @ np.array([weight for _, weight in marks])


def _strangeness(name: Name, box: Box, others: Sequence[Any]) -> tuple[float, bool]:
    """What it costs to stand where the name does not belong, and whether that is away from home."""
    if name.home is None:
        return 0.0, hypot((box[0] + box[2]) / 2 - name.at[0], (box[1] + box[3]) / 2 - name.at[1]) > name.height * 1.5
    ground = shapely.box(*box)
    if name.home.contains(ground):
        return 0.0, False
    away = not name.home.contains(shapely.Point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    abroad = any(other.intersects(ground) for other in others)
    return _ACROSS + (_AWAY if away else 0.0) + (_ABROAD if abroad and away else _ACROSS if abroad else 0.0), away


@cache
def _steps() -> Any:
    """Every step from home within reach, once for each side of a box."""
    every = range(-_REACH, _REACH + 1, _STEP)
    return np.array([(dx, dy, dx, dy) for dx in every for dy in every if hypot(dx, dy) <= _REACH], dtype=float)


def _inside(box: Box, edge: Point) -> bool:
    return box[0] >= _EDGE and box[1] >= _EDGE and box[2] <= edge[0] - _EDGE and box[3] <= edge[1] - _EDGE


def overlap(one: Box, other: Box) -> float:
    """The area two boxes share, in square points."""
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def leader(box: Box, to: Point) -> list[Point]:
    """The line from the nearest edge of a box to its point."""
    return [(min(max(to[0], box[0]), box[2]), min(max(to[1], box[1]), box[3])), to]


def gathered(points: Sequence[Point], reach: float) -> Iterator[list[Point]]:
    """Points that lie within reach of the first of their group, group by group; each point once."""
    left = list(points)
    while left:
        seed = left[0]
        group = [point for point in left if hypot(point[0] - seed[0], point[1] - seed[1]) <= reach]
        left = [point for point in left if point not in group]
        yield group
