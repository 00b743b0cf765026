"""Exact coverages: polygons on a whole-number grid whose shared borders are the same vertices on both sides.

Lines are noded and snapped in one pass, so that faces meet edge to edge; areas are whole-number shoelace sums.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from math import cos, radians
from typing import TypeVar

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from data.seed.places.build import SCALE

Vertex = tuple[int, int]
Edge = tuple[Vertex, Vertex]
Label = TypeVar("Label", bound=Hashable)


def scaled(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry in whole units instead of degrees (not yet snapped)."""
    return shapely.transform(geometry, lambda xy: xy * SCALE)


def faces(lines: Iterable[BaseGeometry]) -> list[Polygon]:
    """The polygons the lines enclose, after noding and snapping them to whole units, in a stable order."""
    noded = shapely.union_all(list(lines), grid_size=1)
    found = [face for face in shapely.polygonize([noded]).geoms if face.area > 0]
    return sorted(found, key=lambda face: face.representative_point().coords[0])


def rings(polygon: Polygon) -> list[list[Vertex]]:
    """Exterior and holes as whole-number vertices, first not repeated; exterior anticlockwise, holes clockwise."""
    turned = shapely.orient_polygons(polygon)
    return [[(round(x), round(y)) for x, y in ring.coords[:-1]] for ring in (turned.exterior, *turned.interiors)]


def edges(polygon: Polygon) -> list[Edge]:
    """Directed edges of every ring: the inside is on the left."""
    return [(ring[n - 1], ring[n]) for ring in rings(polygon) for n in range(len(ring))]


def doubled_area(polygon: Polygon) -> int:
    """Twice the area in square units: a whole number, so that sums can be compared exactly."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(polygon))


def square_km(polygon: Polygon) -> float:
    """Area in km² on the WGS 84 ellipsoid, degree lengths taken at the polygon's own latitude."""
    latitude = radians(polygon.centroid.y / SCALE)
    north_m = 111132.954 - 559.822 * cos(2 * latitude) + 1.175 * cos(4 * latitude)
    east_m = 111412.84 * cos(latitude) - 93.5 * cos(3 * latitude) + 0.118 * cos(5 * latitude)
    return doubled_area(polygon) / 2 / SCALE**2 * north_m * east_m / 1e6


def labelled(pieces: Sequence[Polygon], label: Callable[[Polygon], Label]) -> list[Label]:
    """A label per face such that the faces of one label hang together.

    A face cut off from the largest one of its label goes to the neighbour with the longest common border.
    """
    labels = [label(piece) for piece in pieces]
    shared = borders(pieces)
    for _ in pieces:
        stray = _strays(pieces, labels, shared)
        if not stray:
            return labels
        for index in stray:
            beside = [n for n in shared[index] if n not in stray]
            if beside:
                labels[index] = labels[max(beside, key=lambda n: (shared[index][n], -n))]
    raise ValueError("some faces touch no other: their label cannot be made to hang together")


def borders(pieces: Sequence[Polygon]) -> list[dict[int, float]]:
    """For each face the length of border it shares with each of its neighbours."""
    owner = {edge: index for index, piece in enumerate(pieces) for edge in edges(piece)}
    shared: list[dict[int, float]] = [defaultdict(float) for _ in pieces]
    for (a, b), index in owner.items():
        other = owner.get((b, a))
        if other is not None:
            shared[index][other] += ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    return shared


def _strays(pieces: Sequence[Polygon], labels: Sequence[Label], shared: list[dict[int, float]]) -> set[int]:
    stray: set[int] = set()
    for label in dict.fromkeys(labels):
        groups = connected({n for n, own in enumerate(labels) if own == label}, shared)
        groups.sort(key=lambda group: (-sum(pieces[n].area for n in group), min(group)))
        stray.update(*groups[1:])
    return stray


def connected(members: set[int], shared: list[dict[int, float]]) -> list[set[int]]:
    """The members in groups that hang together by common borders."""
    left, groups = set(members), []
    while left:
        group, queue = set(), [min(left)]
        while queue:
            index = queue.pop()
            if index in left:
                left.discard(index)
                group.add(index)
                queue.extend(shared[index])
        groups.append(group)
    return groups


def outlines(polygons: Iterable[Polygon]) -> list[Polygon]:
    """The outer limits of polygons that share their borders exactly, largest first."""
    parts = shapely.get_parts(shapely.coverage_union_all(list(polygons)))
    return sorted(parts, key=lambda part: -part.area)
