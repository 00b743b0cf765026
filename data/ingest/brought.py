"""What a file brings besides cases: areas, units and case types the region does not know yet, and the source itself.

Rows that exist are left as they are, so that a source never renames what the district has named.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from data.columns import EPOCH
from data.ingest.mapping import AREA_LEVELS, Mapping
from data.ingest.values import Values
from data.ledger import touch
from data.rollups import upsert
from data.schema import REGION, area, batch, case_type, source, unit

_CODE = 32
_MARK = 6


class Newcomers:
    """Collects what rows name and the region lacks; `write` stores it and moves the versions of what changed."""

    def __init__(self, connection: Connection, mapping: Mapping) -> None:
        self.mapping, self.region = mapping, mapping.place.region
        self._known: dict[Table, set[str]] = {
            table: set(connection.scalars(select(key).where(table.c[REGION] == self.region)))
            for table, key in ((unit, unit.c.key), (case_type, case_type.c.key))
        }
        self._new: dict[Table, list[dict[str, Any]]] = {area: [], unit: [], case_type: []}
        self._levels: dict[str, dict[str, str]] = {}  # area name or code → the areas it lies in, by level
        self._areas = self._read_areas(connection)

    def _read_areas(self, connection: Connection) -> dict[str, tuple[str, str | None]]:
        query = select(area.c.code, area.c.kind, area.c.parent, area.c.name_zh, area.c.name_en)
        mine = query.where(area.c[REGION] == self.region, area.c.valid_to.is_(None))
        found = [tuple(row) for row in connection.execute(mine)]
        areas = {code: (kind, parent) for code, kind, parent, *_ in found}
        if self.mapping.place.root not in areas:
            rows = [row for row in self.mapping.place.areas() if row["code"] not in areas]
            self._new[area] += rows
            areas |= {row["code"]: (row["kind"], row["parent"]) for row in rows}
            found += [(row["code"], row["kind"], row["parent"], row["name_zh"], row["name_en"]) for row in rows]
        for code, kind, _, *names in found:
            if kind == self.mapping.area_level:
                for name in (code, *names):
                    self._levels[name] = _levels(code, areas)
        return areas

    def levels(self, name: str | None) -> dict[str, str]:
        """The columns of a case that say where it is: subdistrict, community, grid, dedicated → area code."""
        if name is None:
            return {}
        if name not in self._levels:
            self._levels[name] = self._new_area(name)
        return self._levels[name]

    def _new_area(self, name: str) -> dict[str, str]:
        place, level = self.mapping.place, self.mapping.area_level
        code = area_code(place.root, name)
        if code not in self._areas:
            self._areas[code] = (level, place.root)
            position = sum(kind == level for kind, _ in self._areas.values())
            zh, en = self._names("area", name)
            self._new[area].append(
                {"code": code, "valid_from": EPOCH, "valid_to": None, "kind": level, "parent": place.root, "name_zh": zh,
                 "name_en": en, "industry": None, "households": None, "residents": None, "area_km2": None, "lon": None,
                 "lat": None, "position": position}
            )  # fmt: skip
        return {level: code}

    def meet(self, found: Values) -> None:
        """Note the unit and the case type of a row that has been read."""
        if found["unit"] not in self._known[unit]:
            self._known[unit].add(found["unit"])
            zh, en = self._names("unit", found["unit"])
            row = {"key": found["unit"], "kind": "department", "area": None, "name_zh": zh, "name_en": en}
            self._new[unit].append(row | {"position": len(self._known[unit])})
        if found["type"] not in self._known[case_type]:
            self._known[case_type].add(found["type"])
            zh, en = self._names("type", found["type"])
            mapping = self.mapping
            self._new[case_type].append(
                {"key": found["type"], "kind": found["kind"], "scheme": mapping.scheme, "name_zh": zh, "name_en": en,
                 "major": found["type_group"] or mapping.scheme, "clock": mapping.clock, "limit_value": None,
                 "urgent": False, "unit": found["unit"]}
            )  # fmt: skip

    def _names(self, group: str, key: str) -> tuple[str, str]:
        return self.mapping.names.get(group, {}).get(key, (key, key))

    def write(self, connection: Connection, now: datetime) -> None:
        """Store the collected rows."""
        for table, rows in self._new.items():
            if rows:
                connection.execute(insert(table), [{REGION: self.region, **row} for row in rows])
                touch(connection, self.region, table.name, now)
                rows.clear()


def area_code(root: str, name: str) -> str:
    """The code of an area known only by its name: the same for spellings that differ in case or punctuation alone."""
    plain = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    code = f"{root}-{plain}"
    if plain and len(code) <= _CODE:
        return code
    mark = hashlib.sha256((plain or name).encode()).hexdigest()[:_MARK]
    return f"{code[: _CODE - _MARK - 1].rstrip('-')}-{mark}"


def _levels(code: str | None, areas: dict[str, tuple[str, str | None]]) -> dict[str, str]:
    levels: dict[str, str] = {}
    while code is not None and code in areas and areas[code][0] not in levels:
        kind, parent = areas[code]
        levels[kind] = code
        code = parent
    return {kind: found for kind, found in levels.items() if kind in AREA_LEVELS}


def note_batch(
    connection: Connection, mapping: Mapping, counts: tuple[int, int, int, int], covers_to: datetime | None, now: datetime
) -> None:
    """Enter the source when it is new, and this delivery: rows, accepted, duplicate, quarantined."""
    region, card = mapping.place.region, mapping.source
    rows, accepted, duplicate, quarantined = counts
    row = {
        REGION: region, "key": card.key, "name_zh": card.name_zh, "name_en": card.name_en, "unit": None,
        "cadence_s": card.cadence_s, "stale_after_s": card.stale_after_s, "real": True, "connected": True,
        "accepted_n": 0, "duplicate_n": 0, "quarantined_n": 0, "position": 0,
    }  # fmt: skip
    connection.execute(upsert(connection, source).values(row).on_conflict_do_nothing())
    here = (source.c[REGION] == region, source.c.key == card.key)
    known = connection.scalar(select(source.c.covers_to).where(*here))
    moved = {
        "received_at": now, "covers_to": max(_given((known, covers_to)), default=None), "error": None, "real": True,
        "connected": True, "accepted_n": source.c.accepted_n + accepted, "duplicate_n": source.c.duplicate_n + duplicate,
        "quarantined_n": source.c.quarantined_n + quarantined,
    }  # fmt: skip
    connection.execute(update(source).where(*here).values(moved))
    mine = (batch.c[REGION] == region, batch.c.source == card.key)
    seq = (connection.scalar(select(func.max(batch.c.seq)).where(*mine)) or 0) + 1
    counted = {"rows_n": rows, "accepted_n": accepted, "duplicate_n": duplicate, "quarantined_n": quarantined}
    connection.execute(insert(batch), [{REGION: region, "source": card.key, "seq": seq, "received_at": now, **counted}])
    touch(connection, region, source.name, now)


def _given(moments: Iterable[datetime | None]) -> list[datetime]:
    return [moment for moment in moments if moment is not None]
