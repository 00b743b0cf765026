"""Where cells lie: k-means over weighted sample points, and the Voronoi borders between the centres.

Communities are cut from a sub-district first and grids from a community, so that grids nest by construction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

Spot = tuple[float, float]
ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Cells:
    """Centres of the cells of one region, and for each the sample points (with weight) that are nearest to it."""

    centres: tuple[Spot, ...]
    samples: tuple[tuple[tuple[Spot, float], ...], ...]

    def nearest(self, spot: Spot) -> int:
        """The index of the cell the spot lies in."""
        return _nearest(spot, self.centres)

    def weight(self, index: int) -> float:
        """The weight of one cell."""
        return sum(weight for _, weight in self.samples[index])

    def borders(self, region: BaseGeometry) -> BaseGeometry:
        """The lines between the cells, inside the region."""
        if len(self.centres) < 2:
            return shapely.LineString()
        return shapely.intersection(self._walls(region), region)

    def territory(self, index: int, region: BaseGeometry) -> BaseGeometry:
        """The part of the region that is nearest to one centre."""
        if len(self.centres) < 2:
            return region
        cells = shapely.voronoi_polygons(MultiPoint(self.centres), extend_to=region.envelope, ordered=True)
        return shapely.intersection(cells.geoms[index], region)

    def _walls(self, region: BaseGeometry) -> BaseGeometry:
        return shapely.voronoi_polygons(MultiPoint(self.centres), extend_to=region.envelope, only_edges=True)


def sampled(region: Polygon, spacing: float, weight: Callable[[Spot], float]) -> list[tuple[Spot, float]]:
    """A lattice of spots inside the region with their weights; spacing in units."""
    west, south, east, north = region.bounds
    shapely.prepare(region)
    columns, rows = int((east - west) / spacing) + 1, int((north - south) / spacing) + 1
    lattice = ((west + (n + 0.5) * spacing, south + (m + 0.5) * spacing) for n in range(columns) for m in range(rows))
    return [(spot, weight(spot)) for spot in lattice if region.contains(Point(spot))]


def cut(samples: Sequence[tuple[Spot, float]], count: int, random: Random) -> Cells:
    """`count` cells of about the same weight spread over the samples (k-means, seeded far apart)."""
    if len(samples) < count * 4:
        raise ValueError(f"{len(samples)} sample points are too few for {count} cells: take a smaller spacing")
    centres = _spread([spot for spot, _ in samples], count, random)
    for _ in range(ROUNDS):
        centres = [_middle(group) or centre for group, centre in zip(_groups(samples, centres), centres, strict=True)]
    settled = [(float(round(x)), float(round(y))) for x, y in centres]
    return Cells(tuple(settled), tuple(tuple(group) for group in _groups(samples, settled)))


def _nearest(spot: Spot, centres: Sequence[Spot]) -> int:
    return min(range(len(centres)), key=lambda n: (spot[0] - centres[n][0]) ** 2 + (spot[1] - centres[n][1]) ** 2)


def _groups(samples: Sequence[tuple[Spot, float]], centres: Sequence[Spot]) -> list[list[tuple[Spot, float]]]:
    groups: list[list[tuple[Spot, float]]] = [[] for _ in centres]
    for spot, weight in samples:
        groups[_nearest(spot, centres)].append((spot, weight))
    return groups


def _middle(group: Sequence[tuple[Spot, float]]) -> Spot | None:
    total = sum(weight for _, weight in group)
    if not total:
        return None
    return sum(s[0] * w for s, w in group) / total, sum(s[1] * w for s, w in group) / total


def _spread(spots: Sequence[Spot], count: int, random: Random) -> list[Spot]:
    chosen = [random.choice(spots)]
    while len(chosen) < count:
        candidates = random.sample(spots, min(len(spots), 12))
        chosen.append(max(candidates, key=lambda s: min((s[0] - c[0]) ** 2 + (s[1] - c[1]) ** 2 for c in chosen)))
    return chosen
