"""The points that are inspected for civilization: where each lies, what is looked at there, and how it tends to do."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from data.seed import catalogue
from data.seed.demo.streams import stream
from data.seed.demo.town import Town

Row = Mapping[str, Any]
WEAK_ITEMS, WEAKNESS = 2, 1.8  # every point has items it is bad at
SPREAD = 0.26  # how far points of one type differ
BOOK = tomllib.loads(Path(__file__).with_name("civilization.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator as it is looked at: its group, the marks it is worth, how often it fails, how much of that is a veto."""

    key: str
    theme: str
    marks: int
    often: float
    veto: float
    wet: float


@dataclass(frozen=True, slots=True)
class Point:
    """A place that is inspected. `chances` are those of its items to fail on a dry day before a third party."""

    number: str
    kind: str
    name_zh: str
    name_en: str
    subdistrict: str
    community: str
    grid: str
    lon: float
    lat: float
    unit: str
    items: tuple[Item, ...]
    chances: tuple[float, ...]


def items() -> dict[str, Item]:
    """Every indicator of the catalogue, by key."""
    often, veto, wet = BOOK["often"], BOOK["veto"], BOOK["wet"]
    return {
        key: Item(key, str(row["parent"]), int(row["weight"]), often.get(key, 1.0), veto.get(key, 0.0), wet.get(key, 1.0))
        for row in catalogue.codes()
        if row["list"] == "indicator" and (key := str(row["key"]))
    }


def points(town: Town, areas: Iterable[Row], seed: int) -> list[Point]:
    """All points of a town: dedicated grids where the type has its industry, else spots drawn all over it."""
    listed = list(areas)
    names = {str(row["code"]): (str(row["name_zh"]), str(row["name_en"])) for row in listed}
    words = {str(row["key"]): (row["name_zh"], row["name_en"]) for row in catalogue.codes() if row["list"] == "point_type"}
    dedicated = [row for row in listed if row["kind"] == "dedicated" and row["lon"] is not None and not row["valid_to"]]
    known = items()
    found: list[Point] = []
    for kind, book in BOOK["types"].items():
        rng = stream(seed, "civ_points", kind)
        places = _kept(dedicated, book, town, rng) if "industry" in book else _drawn(words[kind], book["points"], town, names, rng)
        for place in places:
            chosen = tuple(known[key] for key in book["items"])
            unit = town.offices[place["subdistrict"]] if book["unit"] == "street" else book["unit"]
            chances = _chances(chosen, book["chance"], rng)
            found.append(Point(f"CW{len(found) + 1:03d}", kind, unit=unit, items=chosen, chances=chances, **place))
    return found


def _kept(dedicated: Sequence[Row], book: Row, town: Town, rng: Random) -> Iterable[dict[str, Any]]:
    """Dedicated grids of the industry, all or as many as wanted."""
    at = {one.code: town.grounds[one.ground] for one in town.dedicated}
    rows = [row for row in dedicated if row["industry"] == book["industry"]]
    wanted = sorted(rng.sample(range(len(rows)), min(book["points"], len(rows)))) if book["points"] else range(len(rows))
    for row in (rows[n] for n in wanted):
        ground = at[str(row["code"])]
        yield {
            "name_zh": str(row["name_zh"]).removesuffix("专属网格"), "name_en": str(row["name_en"]), "subdistrict": str(row["parent"]),
            "community": ground.community, "grid": ground.code, "lon": float(row["lon"]), "lat": float(row["lat"]),
        }  # fmt: skip


def _drawn(words: tuple[str, str], count: int, town: Town, names: Mapping[str, tuple[str, str]], rng: Random) -> Iterable[dict[str, Any]]:
    """Spots in different grids, called by their community and a number."""
    numbered: dict[str, int] = {}
    for n in sorted(rng.sample(range(len(town.grounds)), min(count, len(town.grounds)))):
        ground = town.grounds[n]
        numbered[ground.community] = serial = numbered.get(ground.community, 0) + 1
        zh, en = names[ground.community]
        lon, lat = rng.choice(ground.points)
        yield {
            "name_zh": f"{zh.removesuffix('社区')}{words[0]}{serial}号", "name_en": f"{words[1]} {serial}, {en.removesuffix(' Community')}",
            "subdistrict": ground.subdistrict, "community": ground.community, "grid": ground.code, "lon": lon, "lat": lat,
        }  # fmt: skip


def _chances(chosen: Sequence[Item], chance: float, rng: Random) -> tuple[float, ...]:
    """Of each item: the type's chance, how often it fails anywhere, and this point's own weaknesses; the mean stays the type's."""
    weak = set(rng.sample(range(len(chosen)), WEAK_ITEMS))
    shares = [item.often * (WEAKNESS if n in weak else 1.0) for n, item in enumerate(chosen)]
    level = chance * max(0.2, rng.gauss(1.0, SPREAD)) * len(chosen) / sum(shares)
    return tuple(min(level * share, 0.8) for share in shares)
