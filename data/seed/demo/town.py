"""The place as the demo sees it: grids with points inside them, dedicated grids, and who answers for what.

Points are drawn once per grid, well inside its polygon, so that a report may lie a few metres beside one and still
be in the grid it names.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from data.seed.demo.streams import stream

POINTS_PER_GRID = 120
BESIDE = 0.00014  # degrees, about 15 m: how far from a drawn point a report may lie
MARGIN = 0.00022  # covers BESIDE along both axes and the rounding of coordinates
Point = tuple[float, float]
AreaRow = Mapping[str, Any]


@dataclass(slots=True)
class Ground:
    """A community grid: where its reports lie. `beside` is 0 in a grid too thin for reports beside its points."""

    code: str
    community: str
    subdistrict: str
    unit: str
    points: list[Point]
    beside: float
    residents: int
    dedicated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DedicatedGrid:
    """A dedicated grid (school, market, port …) and the community grid it lies in."""

    code: str
    subdistrict: str
    industry: str
    ground: int


class Town:
    """Grounds and dedicated grids of a place. `weights` are cumulative, for drawing a grid by its residents."""

    def __init__(self, areas: Iterable[AreaRow], units: Iterable[AreaRow], geometry: Path, seed: int) -> None:
        rows = [row for row in areas if not row["valid_to"]]
        self.root = next(str(row["code"]) for row in rows if row["kind"] == "district")
        parents = {str(row["code"]): str(row["parent"]) for row in rows if row["parent"]}
        self.offices = {str(row["area"]): str(row["key"]) for row in units if row["kind"] == "subdistrict"}
        polygons = grid_polygons(geometry)
        self.grounds = [
            _ground(row, parents, self.offices, polygons[row["code"]], seed)
            for row in sorted(rows, key=lambda row: str(row["code"]))
            if row["kind"] == "grid"
        ]
        self.dedicated = self._place_dedicated(rows, parents, polygons)
        spread = stream(seed, "busy")
        self.weights = list(accumulate((g.residents + 250) * spread.uniform(0.65, 1.4) for g in self.grounds))

    @cached_property
    def residents(self) -> dict[str, int]:
        """Residents by sub-district."""
        counts: Counter[str] = Counter()
        for ground in self.grounds:
            counts[ground.subdistrict] += ground.residents
        return dict(sorted(counts.items()))

    def _place_dedicated(
        self, rows: list[AreaRow], parents: Mapping[str, str], polygons: Mapping[str, BaseGeometry]
    ) -> list[DedicatedGrid]:
        index = {ground.code: n for n, ground in enumerate(self.grounds)}
        codes = list(index)
        tree = shapely.STRtree([polygons[code] for code in codes])
        found = []
        for row in sorted(rows, key=lambda row: str(row["code"])):
            if row["kind"] == "dedicated" and row["lon"] is not None:
                spot = shapely.Point(float(row["lon"]), float(row["lat"]))
                at = index[codes[int(tree.nearest(spot))]]
                code = str(row["code"])
                found.append(DedicatedGrid(code, parents[code], str(row["industry"]), at))
                self.grounds[at].dedicated.append(code)
        return found


def grid_polygons(geometry: Path) -> dict[str, BaseGeometry]:
    """Polygons of the community grids by code, from the GeoJSON layers of a place."""
    found: dict[str, BaseGeometry] = {}
    for path in sorted(geometry.glob("*.json")):
        for feature in json.loads(path.read_text(encoding="utf-8")).get("features", ()):
            if feature["properties"].get("kind") == "grid":
                found[feature["properties"]["code"]] = shapely.from_geojson(json.dumps(feature["geometry"]))
    return found


def _ground(row: AreaRow, parents: Mapping[str, str], offices: Mapping[str, str], polygon: BaseGeometry, seed: int) -> Ground:
    code = str(row["code"])
    community = parents[code]
    subdistrict = parents[community]
    inner = polygon.buffer(-MARGIN)
    roomy = not inner.is_empty
    points = drawn_points(inner if roomy else polygon, stream(seed, "points", code))
    beside = BESIDE if roomy else 0.0
    return Ground(code, community, subdistrict, offices[subdistrict], points, beside, int(row["residents"] or 0))


def drawn_points(polygon: BaseGeometry, rng: Random, count: int = POINTS_PER_GRID) -> list[Point]:
    """Points inside a polygon, lon and lat with six decimals."""
    left, low, right, high = polygon.bounds
    shapely.prepare(polygon)
    points: list[Point] = []
    for _ in range(60):
        lons = [round(rng.uniform(left, right), 6) for _ in range(count)]
        lats = [round(rng.uniform(low, high), 6) for _ in range(count)]
        inside = shapely.contains_xy(polygon, lons, lats)
        points += [(lon, lat) for lon, lat, is_in in zip(lons, lats, inside, strict=True) if is_in]
        if len(points) >= count:
            break
    middle = polygon.representative_point()
    return points[:count] or [(middle.x, middle.y)]
