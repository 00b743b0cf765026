"""Builds data/seed/places/haojiang: areas.csv and geo/*.json, from open geodata and stated assumptions.

Run `python -m data.seed.places.build_haojiang [SOURCE_FOLDER]`. The folder holds the four files of SOURCES; they are
kept in haojiang/source, so that without an argument the script rebuilds the committed files byte for byte.
The limits inside the district are schematic (示意图): an operator replaces them by loading an official layer.
"""

import csv
import json
import shutil
import sys
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from data.seed.places.build import SCALE, coverage, names, written
from data.seed.places.build.district import District, divide, place_points, populate, tile

FOLDER = Path(__file__).parent / "haojiang"
SOURCES = (
    "haojiang_subdistricts.geojson",
    "shantou_bay_land.geojson",
    "subdistrict_points.geojson",
    "communities.csv",
)
Row = dict[str, Any]
ROOT: Row = {
    "code": "440512",
    "name_zh": "濠江区",
    "name_en": "Haojiang District",
}


def features(source: Path, name: str) -> list[tuple[Row, BaseGeometry]]:
    """Properties and geometry (in units) of every feature of a source file."""
    read = json.loads((source / name).read_text(encoding="utf-8"))
    return [(one["properties"], coverage.scaled(shape(one["geometry"]))) for one in read["features"]]


def coast(district: District, source: Path) -> None:
    """Sub-districts and the land around them, with one common simplified coast."""
    parts = {row["code"]: polygon for row, polygon in features(source, SOURCES[0])}
    land = shapely.union_all([polygon for _, polygon in features(source, SOURCES[1])])
    pieces = coverage.faces([*(polygon.boundary for polygon in parts.values()), land.boundary])

    def owner(piece: Polygon) -> str:
        inside = piece.representative_point()
        return next((code for code, polygon in parts.items() if polygon.contains(inside)), "land")

    kept = [piece for piece in pieces if land.buffer(1).contains(piece.representative_point())]
    owners = [owner(piece) for piece in kept]
    whole = {
        code: shapely.coverage_union_all([piece for piece, own in zip(kept, owners, strict=True) if own == code])
        for code in (*sorted(parts), "land")
    }
    smooth = shapely.coverage_simplify(list(whole.values()), district.plan["coast_tolerance"])
    for code, polygon in zip(whole, smooth, strict=True):
        largest = max(shapely.get_parts(polygon), key=lambda part: part.area)
        district.subdistricts[code] = largest
    del district.subdistricts["land"]
    district.context = list(shapely.get_parts(smooth[-1]))


def settle(district: District, source: Path) -> None:
    """Seats of the sub-districts and the names of their communities."""
    for row, point in features(source, SOURCES[2]):
        district.seats[row["code"]] = (point.x, point.y)
    for code, facts in district.plan["subdistricts"].items():
        if "seat" in facts:
            district.seats[code] = (facts["seat"][0] * SCALE, facts["seat"][1] * SCALE)
    with (source / SOURCES[3]).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            if row["district_code"] == ROOT["code"]:
                zh = row["community"].replace("马窖", "马滘")  # the statistical list writes 窖 for 滘
                english = names.english(zh, district.plan["communities"])
                district.communities[row["community_code"]] = (zh, english)


def built(source: Path) -> District:
    """The whole district from the source files. The same files give the same district."""
    plan = tomllib.loads((FOLDER / "schematic.toml").read_text(encoding="utf-8"))
    district, random = District(plan), Random(plan["seed"])  # noqa: S311 - repeatable, not secret
    coast(district, source)
    settle(district, source)
    divide(district, random)
    tile(district)
    populate(district, random)
    place_points(district, random)
    return district


def build(source: Path, target: Path) -> None:
    """Writes areas.csv and geo/ of the target folder."""
    district = built(source)
    (target / "geo").mkdir(parents=True, exist_ok=True)
    written.write_areas(target / "areas.csv", written.area_rows(district, ROOT))
    written.write_layers(target / "geo", district, ROOT["code"])


def main(arguments: list[str]) -> None:
    """Takes the source files into haojiang/source when a folder is given, then builds."""
    kept = FOLDER / "source"
    for name in SOURCES if arguments else ():
        if Path(arguments[0]).resolve() != kept.resolve():
            shutil.copyfile(Path(arguments[0]) / name, kept / name)
    build(kept, FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
