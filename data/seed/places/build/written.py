"""Writes a district: areas.csv (one row per area) and geo/*.json (compact GeoJSON, five decimals)."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import Point, Polygon

from data.seed.places.build import SCALE, coverage
from data.seed.places.build.district import District

COLUMNS = (
    *("code", "valid_from", "valid_to", "kind", "parent", "name_zh", "name_en", "industry"),
    *("households", "residents", "area_km2", "lon", "lat", "position"),
)
Row = dict[str, Any]


def degrees(units: float) -> float:
    """Units back to degrees, five decimals."""
    return round(units / SCALE, 5)


def area_rows(district: District, root: Row) -> list[Row]:
    """Every area, parents before children; what a parent counts is the sum of its grids."""
    grids = [_grid_row(district, grid) for grid in district.grids]
    communities = [_community_row(district, code, grids) for code in district.communities]
    subdistricts = [_subdistrict_row(district, code, communities) for code in district.subdistricts]
    largest = coverage.outlines(district.subdistricts.values())[0]
    top = {**root, "kind": "district", "parent": "", **_sums(subdistricts), **_inside(largest)}
    rows = [top, *subdistricts, *communities, *grids, *district.dedicated]
    opened = district.plan["valid_from"]
    return [{**row, "valid_from": opened, "position": position} for position, row in enumerate(rows)]


def _grid_row(district: District, grid: Any) -> Row:
    zh, en = district.communities[grid.community]
    return {
        "code": grid.code,
        "kind": "grid",
        "parent": grid.community,
        "name_zh": f"{zh}第{grid.number}网格",
        "name_en": f"Grid {grid.number}, {en}",
        "households": grid.households,
        "residents": grid.residents,
        "area_km2": round(coverage.square_km(grid.land), 4),
        **_inside(grid.land),
    }


def _community_row(district: District, code: str, grids: Sequence[Row]) -> Row:
    zh, en = district.communities[code]
    own = [row for row in grids if row["parent"] == code]
    middle = (sum(row["lon"] for row in own) / len(own), sum(row["lat"] for row in own) / len(own))
    near = min(own, key=lambda row: (row["lon"] - middle[0]) ** 2 + (row["lat"] - middle[1]) ** 2)
    return {
        "code": code,
        "kind": "community",
        "parent": code[:9],
        "name_zh": zh,
        "name_en": f"{en} Community",
        "lon": near["lon"],
        "lat": near["lat"],
        **_sums(own),
    }


def _subdistrict_row(district: District, code: str, communities: Sequence[Row]) -> Row:
    facts, label = district.plan["subdistricts"][code], district.labels[code]
    return {
        "code": code,
        "kind": "subdistrict",
        "parent": code[:6],
        "name_zh": facts["zh"],
        "name_en": f"{facts['en']} Sub-district",
        "lon": degrees(label.x),
        "lat": degrees(label.y),
        **_sums([row for row in communities if row["parent"] == code]),
    }


def _sums(rows: Sequence[Row]) -> Row:
    return {
        "households": sum(row["households"] for row in rows),
        "residents": sum(row["residents"] for row in rows),
        "area_km2": round(sum(row["area_km2"] for row in rows), 4),
    }


def _inside(land: Polygon) -> Row:
    spot = land.representative_point()
    return {"lon": degrees(spot.x), "lat": degrees(spot.y)}


def write_areas(path: Path, rows: Iterable[Row]) -> None:
    """areas.csv with the columns of table `area` without region."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_layers(folder: Path, district: District, root: str) -> None:
    """land, district, subdistricts, grids, dedicated, labels: properties are code and kind (dedicated: industry)."""
    land = [_feature("land", "land", _polygons([part])) for part in _sorted(district.context)]
    _write(folder / "land.json", land)
    outline = coverage.outlines(district.subdistricts.values())
    _write(folder / "district.json", [_feature(root, "district", _polygons(outline))])
    parts = [_feature(code, "subdistrict", _polygons([part])) for code, part in district.subdistricts.items()]
    _write(folder / "subdistricts.json", parts)
    _write(folder / "grids.json", [_feature(grid.code, "grid", _polygons([grid.land])) for grid in district.grids])
    points = [_feature(row["code"], "dedicated", _point(row["lon"], row["lat"]), industry=row["industry"]) for row in district.dedicated]
    _write(folder / "dedicated.json", points)
    labels = [_label(code, point) for code, point in district.labels.items()]
    _write(folder / "labels.json", labels)


def _sorted(parts: Iterable[Polygon]) -> list[Polygon]:
    return sorted(parts, key=lambda part: (-part.area, part.bounds))


def _label(code: str, point: Point) -> Row:
    return _feature(code, "subdistrict", _point(degrees(point.x), degrees(point.y)))


def _point(lon: float, lat: float) -> Row:
    return {"type": "Point", "coordinates": [lon, lat]}


def _polygons(parts: Sequence[Polygon]) -> Row:
    drawn = [[_ring(ring) for ring in coverage.rings(part)] for part in parts]
    if len(drawn) == 1:
        return {"type": "Polygon", "coordinates": drawn[0]}
    return {"type": "MultiPolygon", "coordinates": drawn}


def _ring(ring: Sequence[tuple[int, int]]) -> list[list[float]]:
    start = ring.index(min(ring))
    turned = [*ring[start:], *ring[: start + 1]]
    return [[degrees(x), degrees(y)] for x, y in turned]


def _feature(code: str, kind: str, geometry: Row, **more: str) -> Row:
    return {"type": "Feature", "properties": {"code": code, "kind": kind, **more}, "geometry": geometry}


def _write(path: Path, features: Sequence[Row]) -> None:
    drawn = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
