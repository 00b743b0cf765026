"""The districts this product knows: one folder each, with place.toml, areas.csv and geo/*.json.

A new district is a new folder; nothing here or elsewhere names one.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
DESCRIPTION = "place.toml"
AS_OF = ("now", "covered")
NUMBERS = {"households": int, "residents": int, "area_km2": float, "lon": float, "lat": float, "position": int}
TEXTS = ("parent", "industry")


class MissingPlace(LookupError):
    """There is no folder for this place, or no such layer in it. The message names what is allowed."""


@dataclass(frozen=True, slots=True)
class Place:
    """One district: what it is called, where it lies, which day it lives by, and who must be credited.

    `as_of` says which moment its screens tell: "now", or "covered", the end of the last day its sources' files cover.
    """

    key: str
    region: int
    root: str
    name_zh: str
    name_en: str
    centre_zh: str
    centre_en: str
    demo: bool
    timezone: str
    centre: tuple[float, float]
    bounds: tuple[float, float, float, float]
    folder: Path = field(repr=False)
    utc_offset_s: int | None = None
    calendar: str | None = None
    as_of: str = "now"
    map_note_zh: str = ""
    map_note_en: str = ""
    licences: tuple[Mapping[str, str], ...] = ()

    @property
    def zone(self) -> tzinfo:
        """The zone of the local day: a fixed offset where place.toml gives one, else the named zone."""
        if self.utc_offset_s is not None:
            return timezone(timedelta(seconds=self.utc_offset_s), self.timezone)
        return ZoneInfo(self.timezone)

    def areas(self) -> list[dict[str, Any]]:
        """Rows of table `area` without region, parents before children; moments are aware UTC datetimes."""
        with (self.folder / "areas.csv").open(encoding="utf-8", newline="") as opened:
            return [self._area(row) for row in csv.DictReader(opened)]

    def layers(self) -> list[str]:
        """The names of the map layers this place has; may be empty."""
        return sorted(path.stem for path in (self.folder / "geo").glob("*.json"))

    def geo(self, layer: str) -> Path:
        """The GeoJSON file (WGS 84) of a map layer. Raises MissingPlace for a layer the place does not have."""
        if layer not in self.layers():
            raise MissingPlace(f"{self.key} has no map layer {layer!r}: {_allowed(self.layers())}")
        return self.folder / "geo" / f"{layer}.json"

    def _area(self, row: Mapping[str, str]) -> dict[str, Any]:
        area: dict[str, Any] = dict(row)
        area |= {name: row[name] or None for name in TEXTS}
        area |= {name: number(row[name]) if row[name] else None for name, number in NUMBERS.items()}
        return area | {name: self._midnight(row[name]) for name in ("valid_from", "valid_to")}

    def _midnight(self, day: str) -> datetime | None:
        return datetime.combine(date.fromisoformat(day), time(), self.zone).astimezone(UTC) if day else None


def places() -> list[str]:
    """The keys of all places: the folders that hold a place.toml."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{DESCRIPTION}"))


@lru_cache
def load_place(key: str) -> Place:
    """The place of that key. Raises MissingPlace, naming the allowed keys, when there is no such folder."""
    if key not in places():
        raise MissingPlace(f"there is no place {key!r}: {_allowed(places())}")
    folder = FOLDER / key
    told = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    if told["key"] != key:
        raise ValueError(f"{folder / DESCRIPTION} says key = {told['key']!r}, the folder is called {key!r}")
    if told.get("as_of", "now") not in AS_OF:
        raise ValueError(f"{folder / DESCRIPTION} says as_of = {told['as_of']!r}: {_allowed(list(AS_OF))}")
    fixed = {name: tuple(told[name]) for name in ("centre", "bounds")}
    licences = tuple(MappingProxyType(one) for one in told.pop("licences", ()))
    return Place(**{**told, **fixed, "licences": licences, "folder": folder})


def _allowed(names: list[str]) -> str:
    return f"allowed are {', '.join(names)}" if names else "there are none"
