"""Reads the code lists of a folder and refuses what does not fit together, naming the file, the row and the reason."""

import csv
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Name = tuple[str, str]

CLOCKS = frozenset({"urgent_hours", "work_hours", "work_days", "calendar_days"})
KINDS = frozenset({"event", "component", "request"})
UNIT_KINDS = frozenset({"department", "subdistrict", "centre"})
STATUSES = frozenset({"example", "unverified"})
ITEMS_N = 296
_FLAGS = {"true": True, "false": False}
_CONVERTED: dict[str, Callable[[str], Any]] = {
    "number": int,
    "required_per_month": int,
    "cadence_s": int,
    "stale_after_s": int,
    "limit_value": lambda text: float(text) if text else None,
    "weight": lambda text: float(text) if text else None,
    "parent": lambda text: text or None,
    "urgent": _FLAGS.__getitem__,
}


class CatalogueError(ValueError):
    """A code list that contradicts itself; the message names the file, the row and the reason."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The code lists of one folder, checked: rows of the tables of the same names, without region."""

    case_types: tuple[Row, ...]
    statuses: dict[str, str]  # case type → where its limit comes from
    items: tuple[Row, ...]
    codes: tuple[Row, ...]
    units: tuple[Row, ...]
    sources: tuple[Row, ...]
    posts: tuple[Row, ...]
    categories: dict[str, Name]  # key → zh, en
    majors: dict[str, Name]


def _rows(path: Path, key: str) -> list[Row]:
    """Converted rows of a CSV file; refuses a key given twice, an empty name and a value that is no such value."""
    seen: set[Any] = set()
    rows = []
    with path.open(encoding="utf-8", newline="") as opened:
        for raw in csv.DictReader(opened):
            label = f"{path.name} {raw[key]}"
            try:
                row = {column: _CONVERTED.get(column, str)(text) for column, text in raw.items()}
            except (KeyError, TypeError, ValueError) as error:
                raise CatalogueError(f"{label}: unreadable value {error}") from error
            if row[key] in seen:
                raise CatalogueError(f"{label}: given twice")
            if not (row["name_zh"].strip() and row["name_en"].strip()):
                raise CatalogueError(f"{label}: needs a name in both languages")
            seen.add(row[key])
            rows.append(row)
    return rows


def _refuse_unknown(file: str, rows: Iterable[Row], key: str, column: str, known: Iterable[str]) -> None:
    allowed = set(known)
    for row in rows:
        if row[column] not in allowed:
            raise CatalogueError(f"{file} {row[key]}: unknown {column} {row[column]!r}")


def _refuse_limits(types: list[Row]) -> None:
    """A limit must be positive; a type without one may not be urgent."""
    for row in types:
        limit = row["limit_value"]
        if (limit is None and row["urgent"]) or (limit is not None and limit <= 0):
            raise CatalogueError(f"case_types.csv {row['key']}: limit_value {limit!r} is no limit")


def _refuse_items(items: list[Row]) -> None:
    """Items are numbered 1 to 296 without a gap, and no two are called the same."""
    if [row["number"] for row in items] != list(range(1, ITEMS_N + 1)):
        raise CatalogueError(f"items.csv: numbers must run from 1 to {ITEMS_N}, found {len(items)} rows")
    for column in ("name_zh", "name_en"):
        seen: set[str] = set()
        for row in items:
            if row[column] in seen:
                raise CatalogueError(f"items.csv {row['number']}: {column} {row[column]!r} is used twice")
            seen.add(row[column])


def _refuse_sources(sources: list[Row]) -> None:
    for row in sources:
        if not 0 < row["cadence_s"] < row["stale_after_s"]:
            raise CatalogueError(f"sources.csv {row['key']}: stale_after_s must be longer than cadence_s")


def _posts(path: Path) -> tuple[Row, ...]:
    """Post kinds with their established and vacant numbers."""
    rows: list[Row] = tomllib.loads(path.read_text(encoding="utf-8"))["post"]
    for row in rows:
        if not 0 <= row["vacant"] <= row["established"]:
            raise CatalogueError(f"posts.toml {row['kind']}: more vacant than established")
    return tuple(rows)


def _codes(folder: Path) -> tuple[Row, ...]:
    """Every code list of a folder, one file a list, in file order; parent and weight where the file has them."""
    lists = ((path.stem, _placed(_rows(path, "key"))) for path in sorted(folder.glob("*.csv")))
    return tuple({"parent": None, "weight": None, "list": name, **row} for name, rows in lists for row in rows)


def _placed(rows: list[Row]) -> tuple[Row, ...]:
    """Rows in file order, with that order as their position."""
    return tuple({**row, "position": n} for n, row in enumerate(rows))


def read_catalogue(folder: Path) -> Catalogue:
    """The checked code lists of a folder. Raises CatalogueError on the first thing that does not fit."""
    names = tomllib.loads((folder / "names.toml").read_text(encoding="utf-8"))
    units = _rows(folder / "units.csv", "key")
    sources = _rows(folder / "sources.csv", "key")
    types = _rows(folder / "case_types.csv", "key")
    items = _rows(folder / "items.csv", "number")
    keys = [row["key"] for row in units]
    _refuse_unknown("units.csv", units, "key", "kind", UNIT_KINDS)
    _refuse_unknown("sources.csv", sources, "key", "unit", keys)
    for column, known in (
        ("unit", keys),
        ("clock", CLOCKS),
        ("kind", KINDS),
        ("status", STATUSES),
        ("major", names["major"]),
    ):
        _refuse_unknown("case_types.csv", types, "key", column, known)
    for column, known in (("unit", keys), ("category", names["category"]), ("case_type", [t["key"] for t in types])):
        _refuse_unknown("items.csv", items, "number", column, known)
    _refuse_limits(types)
    _refuse_items(items)
    _refuse_sources(sources)
    statuses = {row["key"]: row.pop("status") for row in types}
    return Catalogue(
        case_types=tuple(types),
        statuses=statuses,
        items=tuple(items),
        codes=_codes(folder / "codes"),
        units=_placed(units),
        sources=_placed(sources),
        posts=_posts(folder / "posts.toml"),
        categories={key: (name["zh"], name["en"]) for key, name in names["category"].items()},
        majors={key: (name["zh"], name["en"]) for key, name in names["major"].items()},
    )
