"""What people asked for and what became of it: rows that are only ever added, each sealed with the digest of the one before it.

A row says which equipment, for what purpose and why, never who is seen. A change anywhere in the chain is found by recomputing it; that its
newest rows were cut off is found by comparing its head with one noted elsewhere.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, RowMapping, String, Table, func, insert, select

from data.columns import UtcDateTime
from data.schema import REGION, metadata, region_column

GRANTED, REFUSED, ENDED = "granted", "refused", "ended"
FIRST = "0" * 64  # what the first row names as the digest before it
_LOCK = 0x41554449  # of all writers of a region's chain

audit = Table(
    "audit",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # dense from 1
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),  # the desk, an account once there are any
    Column("action", String(32), nullable=False),
    Column("subject_kind", String(24), nullable=False),
    Column("subject", String(48), nullable=False),
    Column("purpose", String(24), nullable=False),
    Column("reason", String(200), nullable=False),  # about the equipment or the incident; empty where it was refused
    Column("outcome", String(16), nullable=False),
    Column("rule", String(24), nullable=False),  # that refused it, or by which it ended
    Column("concerns", BigInteger),  # the row that this one ends
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("audit_at", REGION, "at"),
    Index("audit_concerns", REGION, "concerns", unique=True),  # what was granted ends once
)

_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are kept'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are kept'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_not_replaced BEFORE INSERT ON audit "
    "WHEN EXISTS (SELECT 1 FROM audit WHERE region = NEW.region AND number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'audit rows are kept'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit rows are kept'; END $$",
    "DROP TRIGGER IF EXISTS audit_not_changed ON audit",
    "CREATE TRIGGER audit_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_kept()",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says; the chain adds its number, its moment and its seals."""

    actor: str
    action: str
    subject_kind: str
    subject: str
    outcome: str
    purpose: str = ""
    reason: str = ""
    rule: str = ""
    concerns: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """What recomputing a region's chain found: how many rows, the last seal, and the first row that is wrong with the reason."""

    rows: int
    head: str
    broken: int | None = None
    fault: str = ""


def guard(connection: Connection) -> None:
    """Make the engine refuse whoever would change, delete or replace a row. Doing it twice changes nothing."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def append(connection: Connection, region: int, entry: Entry, now: datetime) -> tuple[int, str]:
    """Add a row in the caller's write transaction; its number and its digest."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(region, _LOCK)))
    last = _last(connection, region)
    number = int(last["number"]) + 1 if last else 1
    row = {
        REGION: region, "number": number, "at": now.replace(microsecond=0), "actor": entry.actor,
        "action": entry.action, "subject_kind": entry.subject_kind, "subject": entry.subject, "purpose": entry.purpose,
        "reason": entry.reason, "outcome": entry.outcome, "rule": entry.rule, "concerns": entry.concerns,
        "previous": last["digest"] if last else FIRST,
    }  # fmt: skip
    digest = seal(row)
    connection.execute(insert(audit), row | {"digest": digest})
    return number, digest


def seal(row: Any) -> str:
    """The digest of a row: SHA-256 over every column but the digest itself, in the order of the table, as JSON."""
    values = [row[column.name] for column in audit.columns if column.name != "digest"]
    plain = [int(value.timestamp()) if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def verified(connection: Connection, region: int) -> Chain:
    """The region's chain, recomputed from its first row to the first that is wrong or to the last."""
    query = select(audit).where(audit.c[REGION] == region).order_by(audit.c.number).execution_options(yield_per=1000)
    rows, head = 0, FIRST
    with connection.execute(query) as found:
        for row in found.mappings():
            fault = _fault(row, rows + 1, head)
            if fault:
                return Chain(rows, head, int(row["number"]), fault)
            rows, head = rows + 1, row["digest"]
    return Chain(rows, head)


def is_ended(connection: Connection, region: int, number: int) -> bool:
    """Whether something ended what that row granted."""
    query = select(audit.c.number).where(audit.c[REGION] == region, audit.c.concerns == number)
    return connection.execute(query).first() is not None


def unended(connection: Connection, region: int, since: datetime, until: datetime) -> list[RowMapping]:
    """What was granted between two moments and has not ended."""
    granted, ends = audit.c, audit.alias()
    ended = select(ends.c.number).where(ends.c[REGION] == granted[REGION], ends.c.concerns == granted.number)
    query = select(audit).where(granted[REGION] == region, granted.at.between(since, until), granted.outcome == GRANTED)
    return list(connection.execute(query.where(~ended.exists()).order_by(granted.number)).mappings())


def _last(connection: Connection, region: int) -> RowMapping | None:
    query = select(audit).where(audit.c[REGION] == region).order_by(audit.c.number.desc()).limit(1)
    return connection.execute(query).mappings().first()


def _fault(row: RowMapping, number: int, head: str) -> str:
    if row["number"] != number:
        return f"row {number} is missing"
    if row["previous"] != head:
        return "it does not follow the row before it"
    return "" if row["digest"] == seal(row) else "its digest is not that of what it says"
