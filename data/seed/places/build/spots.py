"""Single points: the dedicated grids by industry, and a place for each sub-district's label."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.seed.places.build.people import apportioned

APART = 90  # units between two dedicated grids
INSHORE = 45  # units from the waterline


@dataclass(frozen=True, slots=True)
class Ground:
    """Where points may be put: a community grid, with its residents and the part of its edge that is coast."""

    code: str
    subdistrict: str
    community: str
    land: Polygon
    residents: int
    coast: BaseGeometry

    def draw(self, near: str) -> float:
        """How likely a point of this kind is to lie here."""
        if near == "coast":
            return float(self.coast.length)
        return self.residents if near == "people" else float(self.land.area) / self.residents


def spots(grounds: Sequence[Ground], near: str, count: int, taken: list[Point], random: Random) -> Iterator[tuple[Ground, Point]]:
    """`count` points on the grounds, each in one of them and not close to a point already taken."""
    weights = apportioned(100_000, [ground.draw(near) for ground in grounds])
    while count:
        ground = random.choices(grounds, weights)[0]
        point = _inshore(ground, random) if near == "coast" else _anywhere(ground, random)
        if ground.land.contains(point) and all(point.distance(other) >= APART for other in taken):
            taken.append(point)
            count -= 1
            yield ground, point


def _anywhere(ground: Ground, random: Random) -> Point:
    west, south, east, north = ground.land.bounds
    return Point(random.randint(int(west), int(east)), random.randint(int(south), int(north)))


def _inshore(ground: Ground, random: Random) -> Point:
    edge = shapely.line_interpolate_point(shapely.line_merge(ground.coast), random.random(), normalized=True)
    east, north = random.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
    return Point(round(edge.x) + east * INSHORE, round(edge.y) + north * INSHORE)


def labels(regions: Iterable[Polygon], box: tuple[int, int]) -> list[Point]:
    """A point inside each region, as far from its edge as can be while the boxes round them stay apart."""
    placed: list[Point] = []
    for region in regions:
        circle = shapely.maximum_inscribed_circle(region, tolerance=5)
        best = Point(round(circle.coords[0][0]), round(circle.coords[0][1]))
        placed.append(best if _free(best, placed, box) else _elsewhere(region, placed, box))
    return placed


def _free(point: Point, placed: Sequence[Point], box: tuple[int, int]) -> bool:
    return all(abs(point.x - p.x) >= box[0] or abs(point.y - p.y) >= box[1] for p in placed)


def _elsewhere(region: Polygon, placed: Sequence[Point], box: tuple[int, int]) -> Point:
    west, south, east, north = (int(side) for side in region.bounds)
    lattice = (Point(x, y) for x in range(west, east, 100) for y in range(south, north, 100))
    free = [point for point in lattice if region.contains(point) and _free(point, placed, box)]
    return max(free, key=region.exterior.distance)
