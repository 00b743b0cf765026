"""Rows that could not become cases: kept with the field, the reason and what may be shown of them, each once.

Only the columns of the mapping are kept, with numbers that could belong to a person masked; a row that is accepted later
leaves quarantine.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from data.ingest.mapping import Mapping
from data.ingest.records import Record
from data.ingest.values import masked
from data.ledger import touch
from data.schema import REGION, quarantine

_IN_CHUNK = 500
_SHOWN = 200


class Ward:
    """The quarantine of one source while a file is read."""

    def __init__(self, connection: Connection, mapping: Mapping, header: list[str], now: datetime) -> None:
        self._connection, self._now = connection, now
        self._region, self._source = mapping.place.region, mapping.source.key
        self._columns = [(name, header.index(name)) for name in mapping.columns]
        self._plain = {f.column for f in mapping.fields.values() if f.type in ("time", "number") or f.target == "key"}
        mine = (quarantine.c[REGION] == self._region, quarantine.c.source == self._source)
        self._held = set(connection.scalars(select(quarantine.c.digest).where(*mine)))
        self._new: dict[str, dict[str, Any]] = {}
        self._released: set[str] = set()
        self.released_n = 0

    def hold(self, record: Record, field: str, reason: str) -> bool:
        """Keep a row; False when the very same row is kept already."""
        digest = self._digest(record)
        if digest in self._held:
            return False
        self._held.add(digest)
        self._new[digest] = {
            REGION: self._region, "source": self._source, "digest": digest, "row_number": record.line,
            "field": field[:64], "reason": reason[:_SHOWN], "raw": self._raw(record), "received_at": self._now,
        }  # fmt: skip
        return True

    def release(self, record: Record) -> None:
        """A row that became a case is no longer kept."""
        if self._held and (digest := self._digest(record)) in self._held:
            self._held.discard(digest)
            if self._new.pop(digest, None) is None:
                self._released.add(digest)

    def write(self) -> None:
        """Store what changed since the last time."""
        released = sorted(self._released)
        for start in range(0, len(released), _IN_CHUNK):
            part = quarantine.c.digest.in_(released[start : start + _IN_CHUNK])
            mine = (quarantine.c[REGION] == self._region, quarantine.c.source == self._source)
            self._connection.execute(delete(quarantine).where(*mine, part))
        if self._new:
            self._connection.execute(insert(quarantine), list(self._new.values()))
        if self._new or released:
            touch(self._connection, self._region, quarantine.name, self._now)
        self.released_n += len(released)
        self._new.clear()
        self._released.clear()

    def _digest(self, record: Record) -> str:
        values = record.values if record.broken else [record.values[index] for _, index in self._columns]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()

    def _raw(self, record: Record) -> str:
        """A JSON object. Of a broken row only the first value: which column the others belong to is not known."""
        if record.broken:
            shown: dict[str, Any] = {"values": len(record.values), "first": masked(record.values[0])[:_SHOWN]}
        else:
            pairs = [(name, record.values[index][:_SHOWN]) for name, index in self._columns]
            shown = {name: value if name in self._plain else masked(value) for name, value in pairs}
        return json.dumps(shown, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
