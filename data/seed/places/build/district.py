"""A district while it is being made: cut into communities and grids, peopled, given its points and labels."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Any

import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.seed.places.build import SCALE, cells, coverage, names, people, spots

UNITS_PER_KM = 940.0
LABEL_BOX = (2400, 1000)  # units a two-line label takes on the wall
Spot = tuple[float, float]
Row = dict[str, Any]


@dataclass(slots=True)
class Grid:
    """A community grid while it is being made."""

    code: str
    community: str
    number: int
    land: Polygon
    residents: int = 0
    households: int = 0

    @property
    def subdistrict(self) -> str:
        return self.code[:9]


@dataclass(slots=True)
class District:
    """What the script has worked out so far, in whole units."""

    plan: dict[str, Any]
    subdistricts: dict[str, Polygon] = field(default_factory=dict)
    context: list[Polygon] = field(default_factory=list)
    seats: dict[str, Spot] = field(default_factory=dict)
    communities: dict[str, tuple[str, str]] = field(default_factory=dict)  # code → zh, en
    split: dict[str, tuple[cells.Cells, dict[str, int]]] = field(default_factory=dict)  # sub-district → cells
    inner: dict[str, cells.Cells] = field(default_factory=dict)  # community → cells of its grids
    grids: list[Grid] = field(default_factory=list)
    dedicated: list[Row] = field(default_factory=list)
    labels: dict[str, Point] = field(default_factory=dict)


def divide(district: District, random: Random) -> None:
    """Cells of communities inside sub-districts, and of grids inside communities."""
    weights: dict[str, float] = {}
    for code, region in district.subdistricts.items():
        facts, seat = district.plan["subdistricts"][code], district.seats[code]
        core = facts["core_km"] * UNITS_PER_KM

        def density(spot: Spot, seat: Spot = seat, core: float = core) -> float:
            away = ((spot[0] - seat[0]) ** 2 + (spot[1] - seat[1]) ** 2) ** 0.5
            return 0.05 + exp(-away / core)

        own = [community for community in district.communities if community.startswith(code)]
        split = cells.cut(cells.sampled(region, (region.area / 3600) ** 0.5, density), len(own), random)
        where = names.settled(own, split.centres, district.plan["anchors"], seat)
        district.split[code] = (split, where)
        total = sum(split.weight(n) for n in range(len(own)))
        for community in own:
            jitter = random.uniform(0.75, 1.3)
            weights[community] = facts["share"] * split.weight(where[community]) / total * jitter
    counts = people.seats(district.plan["grids"], list(weights.values()), least=2, most=5)
    for community, count in zip(weights, counts, strict=True):
        split, where = district.split[community[:9]]
        district.inner[community] = cells.cut(split.samples[where[community]], count, random)


def tile(district: District) -> None:
    """The grids as an exact coverage: every border noded once, every face given to one grid."""
    lines: list[BaseGeometry] = [polygon.boundary for polygon in district.subdistricts.values()]
    lines += [polygon.boundary for polygon in district.context]
    for code, region in district.subdistricts.items():
        split, where = district.split[code]
        lines.append(split.borders(region))
        lines += [district.inner[community].borders(split.territory(index, region)) for community, index in where.items()]
    pieces = coverage.faces(lines)
    land = shapely.union_all(district.context)
    inside: dict[str, list[Polygon]] = {code: [] for code in district.subdistricts}
    outside: list[Polygon] = []
    for piece in pieces:
        spot = piece.representative_point()
        owner = next((code for code, region in district.subdistricts.items() if region.contains(spot)), None)
        if owner:
            inside[owner].append(piece)
        elif land.contains(spot):
            outside.append(piece)
    district.context = list(shapely.get_parts(shapely.coverage_union_all(outside)))
    for code, own in inside.items():
        district.grids += _grids(district, code, own)
        district.subdistricts[code] = _joined(own)


def _grids(district: District, code: str, pieces: list[Polygon]) -> Iterable[Grid]:
    split, where = district.split[code]
    community_of = {index: community for community, index in where.items()}

    def label(piece: Polygon) -> tuple[str, int]:
        spot = piece.representative_point().coords[0]
        community = community_of[split.nearest(spot)]
        return community, district.inner[community].nearest(spot)

    owners = coverage.labelled(pieces, label)
    for community in sorted(where):
        found = sorted({number for own, number in owners if own == community})
        lands = [_joined([piece for piece, own in zip(pieces, owners, strict=True) if own == (community, number)]) for number in found]
        lands.sort(key=lambda land: (-land.centroid.y, land.centroid.x))
        for number, land in enumerate(lands, start=1):
            yield Grid(f"{community}-G{number:02}", community, number, land)


def _joined(pieces: list[Polygon]) -> Polygon:
    joined = shapely.coverage_union_all(pieces)
    parts = shapely.get_parts(joined)
    if len(parts) != 1:
        raise ValueError(f"an area falls into {len(parts)} parts")
    return shapely.normalize(shapely.orient_polygons(parts[0]))


def populate(district: District, random: Random) -> None:
    """Residents and households per grid: the sub-district's share, then most where land is near the seat."""
    shares = [district.plan["subdistricts"][code]["share"] for code in district.subdistricts]
    totals = people.apportioned(district.plan["residents"], shares)
    for code, total in zip(district.subdistricts, totals, strict=True):
        own = [grid for grid in district.grids if grid.subdistrict == code]
        weights = [_draw(district, grid) * random.uniform(0.75, 1.3) for grid in own]
        for grid, residents in zip(own, people.apportioned(total, weights, least=160), strict=True):
            grid.residents = residents
            size = district.plan["residents_per_household"] * random.uniform(0.9, 1.1)
            grid.households = round(residents / size)


def _draw(district: District, grid: Grid) -> float:
    """Weight of the grid's sample points, more than in proportion where they are dense."""
    inner = district.inner[grid.community]
    cell = inner.nearest(grid.land.representative_point().coords[0])
    weight = inner.weight(cell)
    return float(weight * (weight / len(inner.samples[cell])) ** 0.5)


def place_points(district: District, random: Random) -> None:
    """The dedicated grids, industry by industry, and the labels."""
    land = shapely.union_all([*district.subdistricts.values(), *district.context])
    grounds = [
        spots.Ground(
            grid.code,
            grid.subdistrict,
            grid.community,
            grid.land,
            grid.residents,
            shapely.intersection(grid.land.boundary, land.boundary),
        )
        for grid in district.grids
    ]
    taken: list[Point] = []
    for industry, facts in district.plan["industries"].items():
        allowed = [one for one in grounds if one.subdistrict in facts.get("only", district.subdistricts)]
        found = spots.spots(allowed, facts["near"], facts["count"], taken, random)
        _name_points(district, industry, sorted(found, key=lambda one: (one[0].code, one[1].x, one[1].y)))
    district.dedicated.sort(key=lambda row: row["parent"])
    numbers: dict[str, int] = {}
    for row in district.dedicated:
        numbers[row["parent"]] = numbers.get(row["parent"], 0) + 1
        row["code"] = f"{row['parent']}-D{numbers[row['parent']]:03}"
    label_points = spots.labels(district.subdistricts.values(), LABEL_BOX)
    district.labels = dict(zip(district.subdistricts, label_points, strict=True))


def _name_points(district: District, industry: str, found: list[tuple[spots.Ground, Point]]) -> None:
    facts = district.plan["industries"][industry]
    numbers: dict[str, int] = {}
    for ground, point in found:
        numbers[ground.community] = numbers.get(ground.community, 0) + 1
        zh, en = district.communities[ground.community]
        district.dedicated.append(
            {
                "kind": "dedicated",
                "parent": ground.subdistrict,
                "name_zh": f"{zh.removesuffix('社区')}{facts['zh']}{numbers[ground.community]}号专属网格",
                "name_en": f"{facts['en']} {numbers[ground.community]}, {en}",
                "industry": industry,
                "lon": point.x / SCALE,
                "lat": point.y / SCALE,
            }
        )
