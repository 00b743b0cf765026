"""Rows their table does not admit: they stay out, are kept in quarantine with the reason, and are named to whoever delivered them.

A table says why it refuses a row by a function in `info["refusal"]`; the rows of such tables tell of things and organisations only.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from data.rollups import upsert
from data.schema import quarantine

log = logging.getLogger(__name__)
Row = dict[str, Any]
TurnedAway = tuple[tuple[Row, str], ...]
FIELD = "row"  # the reason names the column
_LONGEST = quarantine.c.reason.type.length  # type: ignore[attr-defined]


def admitted(table: Table, rows: Sequence[Row]) -> tuple[Sequence[Row], TurnedAway]:
    """The rows a table admits, and the others with the reason."""
    why: Callable[[Row], str | None] | None = table.info.get("refusal")
    if why is None:
        return rows, ()
    judged = [(row, why(row)) for row in rows]
    refused = tuple((row, reason) for row, reason in judged if reason is not None)
    for _, reason in refused:
        log.warning("%s: row refused, %s", table.name, reason)
    return [row for row, reason in judged if reason is None], refused


def hold(connection: Connection, region: int, table: Table, turned_away: TurnedAway, now: datetime) -> None:
    """Keep refused rows, each once however often it is delivered."""
    for number, (row, reason) in enumerate(turned_away, 1):
        raw = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
        kept = {
            "region": region, "source": table.name, "digest": hashlib.sha256(raw.encode()).hexdigest(), "row_number": number,
            "field": FIELD, "reason": reason[:_LONGEST], "raw": raw, "received_at": now,
        }  # fmt: skip
        connection.execute(upsert(connection, quarantine).values(kept).on_conflict_do_nothing())
