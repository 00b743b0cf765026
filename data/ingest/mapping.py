"""What a source's file means: one TOML file per source, checked completely before the first row is read.

docs/connecting-a-source.md shows every key. A mapping that could mislead is refused with the key named and what is
allowed there; it is never repaired by guessing.
"""

import codecs
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.ingest.crs import Crs
from data.ingest.section import MappingError, Section, listed, numbers
from data.seed.places import Place, load_place, places

__all__ = ["Field", "Mapping", "MappingError", "load_mapping", "mapping_from", "mapping_keys"]

MAPPINGS = Path(__file__).parent / "mappings"

CHANNELS = ("collector", "public", "hotline", "sensor", "leader", "transfer", "camera")
KINDS = ("event", "component", "request")
LEVELS = ("grid", "subdistrict", "district")
STATUSES = ("open", "closed")
AREA_LEVELS = ("subdistrict", "community", "grid", "dedicated")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
TIME_FORMATS = ("iso", "epoch_s", "epoch_ms")
CLOCKS = ("urgent_hours", "work_hours", "work_days", "calendar_days")
NAMED = ("unit", "area", "type")
ITSELF = "*"  # as `other`: a value without a code stands for itself
FIELD_KEYS = ("column", "constant", "type", "required", "default", "allowed", "codes", "other", "format", "max_length")


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a case that a field can fill: the types it takes, its longest text, its fixed vocabulary."""

    types: tuple[str, ...]
    longest: int = 0
    words: tuple[str, ...] = ()
    required: bool = False


TARGETS: dict[str, Target] = {
    "key": Target(("text",), 40, required=True),
    "opened": Target(("time",), required=True),
    "deadline": Target(("time",)),
    "closed": Target(("time",)),
    "status": Target(("code", "text"), 16, STATUSES),
    "outcome": Target(("text", "code"), 48),
    "type": Target(("text", "code"), 80, required=True),
    "type_group": Target(("text", "code"), 80),
    "unit": Target(("text", "code"), 48, required=True),
    "area": Target(("text", "code"), 80),
    "lon": Target(("number",)),
    "lat": Target(("number",)),
    "channel": Target(("code", "text"), 24, CHANNELS, required=True),
    "kind": Target(("code", "text"), 16, KINDS, required=True),
    "level": Target(("code", "text"), 16, LEVELS, required=True),
    "urgent": Target(("flag",)),
}


@dataclass(frozen=True, slots=True)
class Field:
    """How one target is read: from a column or a constant, as which type, with which checks."""

    target: str
    column: str | None
    constant: str | None
    type: str
    required: bool
    default: str | None
    allowed: frozenset[str]
    codes: dict[str, str] | None
    other: str | None
    formats: tuple[str, ...]
    longest: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """The row of table `source` a mapping describes."""

    key: str
    name_zh: str
    name_en: str
    cadence_s: int
    stale_after_s: int


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file is written, and how much of it is read at most (bytes after unpacking, rows)."""

    encoding: str
    delimiter: str
    time_zone: ZoneInfo
    crs: Crs
    max_bytes: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping. `area_level`: the kind of area its place names are; `unlocated`: points (WGS 84) that the source
    writes when it does not know where; `names`: Chinese and English names of units, areas and types by key."""

    source: SourceCard
    place: Place
    area_level: str
    file: FileShape
    scheme: str
    clock: str
    unlocated: frozenset[tuple[float, ...]]
    fields: dict[str, Field]
    names: dict[str, dict[str, tuple[str, str]]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the mapping reads; every other column of the file is dropped unread."""
        return tuple(dict.fromkeys(field.column for field in self.fields.values() if field.column))


def mapping_keys() -> list[str]:
    """The mappings that come with the product."""
    return sorted(path.stem for path in MAPPINGS.glob("*.toml"))


def load_mapping(name: str | Path) -> Mapping:
    """The mapping of that key (see `mapping_keys`) or at that path. Raises MappingError."""
    path = Path(name)
    if path.suffix != ".toml":
        path = MAPPINGS / f"{name}.toml"
        if str(name) not in mapping_keys():
            allowed = f"{listed(mapping_keys())}, or the path of a .toml file"
            raise MappingError("mapping", f"{name!r} is not known", allowed)
    try:
        return mapping_from(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise MappingError(str(path), str(problem), "a TOML file in UTF-8") from problem


def mapping_from(table: dict[str, Any]) -> Mapping:
    """The mapping a TOML table describes. Raises MappingError."""
    top = Section("", table, ("source", "place", "file", "location", "types", "fields", "codes", "names"))
    source = _source(Section("source", table.get("source", {}), SourceCard.__dataclass_fields__))
    place = Section("place", table.get("place", {}), ("key", "area_level"))
    kinds = Section("types", table.get("types", {}), ("scheme", "clock"))
    codes = _codes(Section("codes", table.get("codes", {}), table.get("codes", {})))
    return Mapping(
        source=source,
        place=_place(place),
        area_level=place.choice("area_level", AREA_LEVELS, "community"),
        file=_file(Section("file", table.get("file", {}), FileShape.__dataclass_fields__)),
        scheme=kinds.text("scheme", source.key, 48),
        clock=kinds.choice("clock", CLOCKS, "calendar_days"),
        unlocated=_unlocated(Section("location", table.get("location", {}), ("unlocated",))),
        fields=_fields(Section("fields", top.table.get("fields", {}), TARGETS), codes),
        names=_names(Section("names", table.get("names", {}), NAMED)),
    )


def _source(section: Section) -> SourceCard:
    cadence_s = section.whole("cadence_s")
    return SourceCard(
        key=section.text("key", longest=48),
        name_zh=section.text("name_zh", longest=80),
        name_en=section.text("name_en", longest=120),
        cadence_s=cadence_s,
        stale_after_s=section.whole("stale_after_s", low=cadence_s),
    )


def _place(section: Section) -> Place:
    return load_place(section.choice("key", places()))


def _file(section: Section) -> FileShape:
    zone = section.text("time_zone")
    try:
        time_zone = ZoneInfo(zone)
    except (ValueError, OSError, LookupError) as problem:
        allowed = "an IANA time zone such as Asia/Shanghai or America/New_York"
        raise MappingError(section.at("time_zone"), f"{zone!r} found", allowed) from problem
    return FileShape(
        encoding=codecs.lookup(section.choice("encoding", ENCODINGS)).name,
        delimiter={"tab": "\t"}.get(mark := section.choice("delimiter", (",", ";", "|", "tab"), ","), mark),
        time_zone=time_zone,
        crs=Crs(section.choice("crs", tuple(Crs))),
        max_bytes=section.whole("max_bytes", 256 * 2**20),
        max_rows=section.whole("max_rows", 2_000_000),
    )


def _unlocated(section: Section) -> frozenset[tuple[float, ...]]:
    named = "a list of [longitude, latitude] pairs"
    points = section.table.get("unlocated", [])
    if not isinstance(points, list):
        raise MappingError(section.at("unlocated"), f"{points!r} found", named)
    return frozenset(numbers(point, 2, section.at("unlocated"), named) for point in points)


def _codes(section: Section) -> dict[str, dict[str, str]]:
    found = {}
    for key, table in section.table.items():
        if not isinstance(table, dict) or not all(isinstance(code, str) for code in table.values()):
            raise MappingError(section.at(key), f"{table!r} found", "a table of texts: raw value = code")
        found[key] = dict(table)
    return found


def _names(section: Section) -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for group, table in section.table.items():
        each = Section(section.at(group), table, table)
        found[group] = {}
        for key in each.table:
            pair = each.texts(key)
            if len(pair) != 2 or not all(0 < len(name) <= 80 for name in pair):
                allowed = "[Chinese name, English name], up to 80 characters each"
                raise MappingError(each.at(key), f"{list(pair)} found", allowed)
            found[group][key] = (pair[0], pair[1])
    return found


def _fields(section: Section, codes: dict[str, dict[str, str]]) -> dict[str, Field]:
    fields = {}
    for target, what in TARGETS.items():
        if target in section:
            table = Section(section.at(target), section.table[target], FIELD_KEYS)
            fields[target] = _field(target, what, table, codes)
        elif what.required:
            raise MappingError(section.at(target), "missing", "a field, read from a column or constant")
    for one, other in (("lon", "lat"), ("lat", "lon"), ("status", "closed"), ("outcome", "closed")):
        if one in fields and other not in fields:
            raise MappingError(section.at(other), "missing", f"a field, because {one} is mapped")
    return fields


def _field(target: str, what: Target, section: Section, codes: dict[str, dict[str, str]]) -> Field:
    if ("column" in section) == ("constant" in section):
        raise MappingError(section.path, "needs one of two keys", "either column or constant")
    kind = section.choice("type", what.types, what.types[0])
    field = Field(
        target=target,
        column=section.text("column", None),
        constant=section.text("constant", None),
        type=kind,
        required=section.yes("required", what.required),
        default=section.text("default", None),
        allowed=frozenset(section.texts("allowed")),
        codes=_code_table(section, kind, codes),
        other=section.text("other", None),
        formats=_formats(section, kind),
        longest=section.whole("max_length", what.longest or 64, high=what.longest or 64),
        words=what.words,
    )
    if what.required and not field.required:
        raise MappingError(section.at("required"), "false found", f"true: no case can be without {target}")
    if field.column is None and target in ("key", "opened"):
        raise MappingError(section.at("constant"), "found", f"column: {target} differs from row to row")
    _check_words(section, field)
    return field


def _code_table(section: Section, kind: str, codes: dict[str, dict[str, str]]) -> dict[str, str] | None:
    if kind not in ("code", "flag") or "constant" in section:
        for key in ("codes", "other"):
            if key in section:
                allowed = "codes and other only with a column of type code or flag"
                raise MappingError(section.at(key), "found", allowed)
        return None
    if kind == "flag" and "codes" not in section:
        return {"true": "true", "false": "false", "1": "true", "0": "false"}
    return codes[section.choice("codes", codes)]


def _formats(section: Section, kind: str) -> tuple[str, ...]:
    allowed = f"{listed(TIME_FORMATS)}, or strptime patterns such as %Y/%m/%d %H:%M"
    value = section.table.get("format", ["iso"] if kind == "time" else [])
    formats = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
    if bool(formats) != (kind == "time"):
        raise MappingError(section.at("format"), f"{value!r} found", f"for a time: {allowed}; otherwise none")
    for each in formats:
        if not isinstance(each, str) or (each not in TIME_FORMATS and "%" not in each):
            raise MappingError(section.at("format"), f"{each!r} found", allowed)
    return formats


def _check_words(section: Section, field: Field) -> None:
    """Codes, constants and fallbacks must be words the case tables know, when there is a fixed vocabulary."""
    words = ("true", "false") if field.type == "flag" else field.words
    if not words:
        return
    given = [("constant", field.constant), ("other", field.other)]
    given += [(f"codes[{raw!r}]", code) for raw, code in (field.codes or {}).items()]
    for key, word in given:
        if word is not None and word not in words:
            raise MappingError(section.at(key), f"{word!r} found", listed(words))
