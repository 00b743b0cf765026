"""Loads a file of cases from another system of record: every row is accepted, a duplicate, or in quarantine.

Nothing is committed here. The caller gives a transaction; a file that is refused (FileError) leaves it to roll back.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, insert, select

from data.cases import Intake, Row, Rules, Step, judged, replayed
from data.ingest.brought import Newcomers, note_batch
from data.ingest.mapping import Mapping
from data.ingest.quarantine import Ward
from data.ingest.records import FileError, Record, Records, check_size, opened_records
from data.ingest.section import listed
from data.ingest.values import RowError, RowReader, Values, plain
from data.ledger import case_rows, record, store
from data.schema import REGION, case_file, case_step

__all__ = ["FileError", "Receipt", "load_file"]

_CHUNK = 2000
_IN_CHUNK = 500
_PROBLEMS = 20
_INTAKE = [field.name for field in fields(Intake)]
_MIRRORED = frozenset(("mirror_open", "mirror_close"))
_STEP = ("action", "at", "reason", "due_at")

Content = tuple[tuple[object, ...], ...]  # what the intake says, then one entry for each step


@dataclass(slots=True)
class Receipt:
    """What became of a file: rows = accepted + duplicate + quarantined.

    `corrected` of the accepted rows changed a case that was known; `released` rows left quarantine; `problems` are the
    first quarantined rows as (line, field, reason).
    """

    rows: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    corrected: int = 0
    released: int = 0
    problems: tuple[tuple[int, str, str], ...] = ()

    def __str__(self) -> str:
        """The counts in one line."""
        names = ("rows", "accepted", "duplicate", "quarantined", "corrected", "released")
        return "  ".join(f"{name} {getattr(self, name)}" for name in names)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A good row: the case as the source tells it."""

    row: Record
    intake: Intake
    steps: tuple[Step, ...]

    @property
    def content(self) -> Content:
        """All that makes a difference between two versions of a case."""
        said = tuple(getattr(self.intake, name) for name in _INTAKE)
        return (said, *(tuple(getattr(step, name) for name in _STEP) for step in self.steps))


def load_file(connection: Connection, path: str | Path, mapping: Mapping, rules: Rules, now: datetime) -> Receipt:
    """Load a CSV file (or .csv.gz) in the caller's transaction. Raises FileError when it is unusable as a whole.

    The same file again is all duplicates and changes no case. A row that differs from the case known under its key is
    taken as the newer version, so files of one source are loaded in the order of their export.
    """
    path = Path(path)
    _check_zone(mapping, rules, now)
    check_size(path, mapping.file.max_bytes)
    written = (mapping.file.encoding, mapping.file.delimiter)
    with opened_records(path, *written) as records:
        _check_header(records.header, mapping.columns)
        repeated = _repeated_keys(records, mapping)
    with opened_records(path, *written) as records:
        return _Load(connection, mapping, rules, now, records, repeated).run()


def case_id(region: int, source: str, key: str) -> int:
    """The id of a mirrored case: made from its key, so that it is the same in every load; above all counted ids."""
    digest = hashlib.blake2b(f"{region}\n{source}\n{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 2 | 1 << 62


class _Load:
    """One file on its way in."""

    def __init__(
        self, connection: Connection, mapping: Mapping, rules: Rules, now: datetime, records: Records, repeated: frozenset[int]
    ) -> None:
        self.connection, self.mapping, self.rules, self.now = connection, mapping, rules, now
        self.repeated = repeated
        self.waiting: list[Delivered] = []  # versions of one case are judged together, when all have been read
        self.region = mapping.place.region
        self.records = records
        self.reader = RowReader.bound(mapping, records.header)
        self.newcomers = Newcomers(connection, mapping)
        self.ward = Ward(connection, mapping, records.header, now)
        self.withdrawn: set[int] = set()  # lines of rows the loop refused
        self.receipt = Receipt()
        self.analysed = 0  # accepted rows when the statistics were last taken
        self.covers_to: datetime | None = None

    def run(self) -> Receipt:
        stream = iter(self.records)
        while part := list(islice(stream, _CHUNK)):
            self.receipt.rows += len(part)
            self._take(list(self._delivered(part)))
            self._write_rest()
            self._refresh_plans()
        self._take(self.waiting)
        self._write_rest()
        receipt = self.receipt
        receipt.released = self.ward.released_n
        counts = (receipt.rows, receipt.accepted, receipt.duplicate, receipt.quarantined)
        note_batch(self.connection, self.mapping, counts, self.covers_to, self.now)
        return receipt

    def _refresh_plans(self) -> None:
        """PostgreSQL reads a table that doubled since its last statistics row by row; many rows at once need new ones."""
        if self.connection.dialect.name == "postgresql" and self.receipt.accepted >= 2 * self.analysed + _CHUNK // 2:
            self.analysed = self.receipt.accepted
            self.connection.exec_driver_sql("ANALYZE case_file, case_step")

    def _write_rest(self) -> None:
        self.newcomers.write(self.connection, self.now)
        self.ward.write()

    def _delivered(self, rows: Iterable[Record]) -> Iterator[Delivered]:
        for row in rows:
            try:
                if row.broken:
                    raise RowError("row", row.broken)
                case = self._case(row, self.reader.values(row.values, self.now))
                if hash(case.intake.source_id) in self.repeated:
                    self.waiting.append(case)
                else:
                    yield case
            except RowError as problem:
                self._hold(row, problem.field, problem.reason)

    def _case(self, row: Record, found: Values) -> Delivered:
        self.newcomers.meet(found)
        where = self.newcomers.levels(found["area"])
        source, key = self.mapping.source.key, found["key"]
        number = case_id(self.region, source, key)
        intake = Intake(
            id=number, number=key, source=source, source_id=key, channel=found["channel"], kind=found["kind"],
            type=found["type"], item=None, level=found["level"], unit=found["unit"],
            subdistrict=where.get("subdistrict"), community=where.get("community"), grid=where.get("grid"),
            dedicated=where.get("dedicated"), lon=found["lon"], lat=found["lat"], urgent=found["urgent"],
        )  # fmt: skip
        steps = [Step(number, "mirror_open", found["opened"], due_at=found["deadline"])]
        if found["closed"] is not None:
            steps.append(Step(number, "mirror_close", found["closed"], reason=found["outcome"]))
        self.covers_to = found["opened"] if self.covers_to is None else max(self.covers_to, found["opened"])
        return Delivered(row, intake, tuple(steps))

    def _take(self, delivered: Sequence[Delivered]) -> None:
        """Count each row against what is known when it comes; write only the last version of each case."""
        ids = {each.intake.id for each in delivered}
        rows, steps = case_rows(self.connection, self.region, ids), _steps(self.connection, self.region, ids)
        stored = {number: _stored(row, steps[number]) for number, row in rows.items()}
        last = {each.intake.id: each for each in delivered}
        changed = [each for number, each in last.items() if stored.get(number) != each.content]
        self._count(delivered, stored, {each.intake.id for each in changed})
        self._write([each for each in changed if each.intake.id not in rows], {})
        self._write([each for each in changed if _goes_on(stored.get(each.intake.id), each)], stored)
        other = [each for each in changed if each.intake.id in rows and not _goes_on(stored[each.intake.id], each)]
        self._correct(other, rows, steps)
        for each in delivered:
            if each.row.line not in self.withdrawn:
                self.ward.release(each.row)

    def _count(self, delivered: Sequence[Delivered], stored: dict[int, Content], changed: set[int]) -> None:
        """A version is new when it differs from the one before; none is when the last is what is stored already."""
        known = dict(stored)
        for each in delivered:
            number = each.intake.id
            if number not in changed or known.get(number) == each.content:
                self.receipt.duplicate += 1
                continue
            self.receipt.accepted += 1
            self.receipt.corrected += number in known
            known[number] = each.content

    def _write(self, delivered: Sequence[Delivered], stored: dict[int, Content]) -> None:
        """Open new cases, or take the steps a known case has not taken yet."""
        if not delivered:
            return
        fresh = [(each.intake, each.steps[0]) for each in delivered if each.intake.id not in stored]
        later = [step for each in delivered for step in each.steps[max(1, len(stored.get(each.intake.id, ())) - 1) :]]
        taken = record(self.connection, self.region, fresh, later, self.rules, self.now)
        rows = {each.intake.id: each for each in delivered}
        for step, why in taken.refused:
            self._withdraw(rows[step.case_id], why)

    def _correct(self, delivered: Sequence[Delivered], rows: dict[int, Row], steps: dict[int, list[Step]]) -> None:
        """The newer version replaces the mirrored steps; a case that was worked on here is not overwritten."""
        changes: list[tuple[Row, Row]] = []
        told: list[dict[str, object]] = []
        for each in delivered:
            before = rows[each.intake.id]
            if any(step.action not in _MIRRORED for step in steps[each.intake.id]):
                self._withdraw(each, "steps were taken here; the correction of the source is not taken over")
                continue
            changes.append((before, judged(replayed(each.intake, each.steps, self.rules), self.now)))
            told += [{REGION: self.region, "seq": seq, **asdict(step)} for seq, step in enumerate(each.steps, 1)]
        if changes:
            one = case_step.c.case_id == bindparam("number")
            gone = delete(case_step).where(case_step.c[REGION] == self.region, one)
            self.connection.execute(gone, [{"number": before["id"]} for before, _ in changes])
            self.connection.execute(insert(case_step), told)
            store(self.connection, self.region, case_file, changes, self.now)

    def _withdraw(self, each: Delivered, why: str) -> None:
        """A newer version of a known case that the loop refuses: it was counted as accepted and corrected."""
        self.withdrawn.add(each.row.line)
        self.receipt.accepted -= 1
        self.receipt.corrected -= 1
        self._hold(each.row, "key", why)

    def _hold(self, row: Record, field: str, reason: str) -> None:
        if not self.ward.hold(row, field, reason):
            self.receipt.duplicate += 1
            return
        self.receipt.quarantined += 1
        if len(self.receipt.problems) < _PROBLEMS:
            self.receipt.problems += ((row.line, field, reason),)


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise FileError(f"column {listed(missing)} of the mapping is not in the file; its columns: {listed(header)}")
    twice = [column for column in columns if header.count(column) > 1]
    if twice:
        raise FileError(f"column {listed(twice)} stands more than once in the first row")


def _repeated_keys(records: Records, mapping: Mapping) -> frozenset[int]:
    """Hashes of the keys that more than one row has. Eight bytes a row, so that a large file needs little memory."""
    index = records.header.index(str(mapping.fields["key"].column))
    keys, most = array("q"), mapping.file.max_rows
    for rows, row in enumerate(records, 1):
        if rows > most:
            raise FileError(f"more than {most} rows (file.max_rows)")
        if not row.broken:
            keys.append(hash(plain(row.values[index])))
    ordered = sorted(keys)
    return frozenset(key for key, after in pairwise(ordered) if key == after)


def _goes_on(stored: Content | None, each: Delivered) -> bool:
    """Whether what is stored is the beginning of what is delivered: nothing changed, a step came."""
    return stored is not None and len(stored) < len(each.content) and each.content[: len(stored)] == stored


def _stored(row: Row, steps: Sequence[Step]) -> Content:
    said = tuple(row[name] for name in _INTAKE)
    return (said, *(tuple(getattr(s, name) for name in _STEP) for s in steps if s.action in _MIRRORED))


def _steps(connection: Connection, region: int, ids: Iterable[int]) -> dict[int, list[Step]]:
    wanted = sorted(ids)
    found: dict[int, list[Step]] = {number: [] for number in wanted}
    columns = [case_step.c[field.name] for field in fields(Step)]
    for start in range(0, len(wanted), _IN_CHUNK):
        part = wanted[start : start + _IN_CHUNK]
        query = select(*columns).where(case_step.c[REGION] == region, case_step.c.case_id.in_(part))
        for row in connection.execute(query.order_by(case_step.c.case_id, case_step.c.seq)):
            found[row.case_id].append(Step(*row))
    return found


def _check_zone(mapping: Mapping, rules: Rules, now: datetime) -> None:
    for month in (1, 7):
        moment = now.replace(month=month, day=1)
        here = moment.astimezone(mapping.place.zone).utcoffset()
        if here is not None and here.total_seconds() != rules.calendar.offset_s(moment):
            raise ValueError(f"the rules are for another time zone than {mapping.place.key}: {mapping.place.timezone}")
