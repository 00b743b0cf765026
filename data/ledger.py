"""The write door: facts, their steps, what follows from them, counters and version move together, in the caller's one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, tuple_

from data.bulk import load, packed, packed_steps
from data.cases import IllegalStep, Intake, Rules, Step, advanced, judged, opened, stamped
from data.cubes import Cube
from data.followers import Follower
from data.refusals import TurnedAway, admitted, hold
from data.rollups import Change, fold, rebuild, replacing, upsert
from data.schema import REGION, case_file, case_step, quarantine, version, without_region
from data.subjects import cubes_of, followers_of

Row = dict[str, Any]
STEP_FIELDS = [column.name for column in case_step.columns if column.name not in (REGION, "seq")]
_IN_CHUNK = 500
CHANNEL = "wall_version"  # PostgreSQL tells its listeners the region whose facts moved


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery: with the reason, steps the loop does not allow (`refused`) and rows a table does not (`turned_away`)."""

    accepted: int = 0
    duplicate: int = 0
    refused: tuple[tuple[Step, str], ...] = ()
    turned_away: TurnedAway = ()


def record(
    connection: Connection, region: int, intakes: Sequence[tuple[Intake, Step]], steps: Sequence[Step], rules: Rules, now: datetime
) -> Receipt:
    """Open cases and take steps. A case that exists already is a duplicate; a step that is not allowed is refused and kept out.

    The same delivery twice changes nothing: a step is recognised by case, action and moment."""
    before = _rows(connection, region, {intake.id for intake, _ in intakes} | {step.case_id for step in steps})
    after: dict[int, Row] = {}
    taken: list[Row] = []
    refused: list[tuple[Step, str]] = []
    duplicate = 0
    for intake, step in intakes:
        if intake.id in before or intake.id in after:
            duplicate += 1
            continue
        after[intake.id] = opened(intake, step, rules)
        taken.append(_step_row(region, stamped(step, after[intake.id]), 1))
    known = _known_steps(connection, region, [step for step in steps if step.case_id in before])
    for step in steps:
        if (step.case_id, step.action, step.at) in known:
            duplicate += 1
            continue
        row = after.get(step.case_id) or before.get(step.case_id)
        if row is None:
            refused.append((step, "no such case"))
            continue
        try:
            after[step.case_id] = advanced(row, step, rules)
        except IllegalStep as error:
            refused.append((step, str(error)))
            continue
        taken.append(_step_row(region, stamped(step, after[step.case_id]), after[step.case_id]["steps_n"]))
    changes = [(before.get(number), judged(row, now)) for number, row in after.items()]
    if taken:
        connection.execute(insert(case_step), taken)
        store(connection, region, case_file, changes, now)
    return Receipt(len(taken), duplicate, tuple(refused))


def store(connection: Connection, region: int, table: Table, changes: Sequence[Change], now: datetime) -> None:
    """Write new rows over old ones, fold the difference into the counters of that table and move what follows from it.

    A change to None takes its row away."""
    rows = [{REGION: region, **new} for _, new in changes if new is not None]
    gone = [old for old, new in changes if old is not None and new is None]
    if rows:
        connection.execute(replacing(connection.dialect.name, table), rows)
    if gone:
        _take_away(connection, region, table, gone)
    fold(connection, region, cubes_of(table), changes)
    touch(connection, region, table.name, now)
    for follower in followers_of(table):
        moved = follower.follow(connection, region, changes)
        if moved:
            store(connection, region, follower.table, moved, now)


def _take_away(connection: Connection, region: int, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    keys = [column for column in table.primary_key if column.name != REGION]
    for chunk in _chunks([tuple(row[key.name] for key in keys) for row in rows]):
        connection.execute(delete(table).where(table.c[REGION] == region, tuple_(*keys).in_(chunk)))


def record_rows(connection: Connection, region: int, table: Table, rows: Sequence[Row], now: datetime) -> Receipt:
    """Facts that are corrected rather than stepped (patrol days, whistles): the newest row of a key wins.

    A row that its table does not admit goes to quarantine."""
    rows, turned_away = admitted(table, rows)
    if turned_away:
        hold(connection, region, table, turned_away, now)
        touch(connection, region, quarantine.name, now)
    keys = [column for column in table.primary_key if column.name != REGION]
    wanted = [tuple(row[key.name] for key in keys) for row in rows]
    before: dict[tuple[Any, ...], Row] = {}
    for chunk in _chunks(wanted):
        query = select(table).where(table.c[REGION] == region, tuple_(*keys).in_(chunk))
        for found in connection.execute(query).mappings():
            before[tuple(found[key.name] for key in keys)] = without_region(found)
    newest = {tuple(row[key.name] for key in keys): row for row in rows}
    changes = [(before.get(key), row) for key, row in newest.items() if before.get(key) != row]
    if changes:
        store(connection, region, table, changes, now)
    return Receipt(len(changes), len(rows) - len(changes), turned_away=turned_away)


def load_cases(connection: Connection, region: int, history: Sequence[tuple[Row, Sequence[Step]]]) -> None:
    """Insert many cases of the past with their steps. Counters stand still until `rebuild_all`."""
    load_rows(connection, region, case_file, [row for row, _ in history])
    load(connection, case_step, [step for _, steps in history for step in packed_steps(region, steps)])


def load_rows(connection: Connection, region: int, table: Table, rows: Sequence[Row]) -> None:
    """Insert many facts of the past that their table admits. Counters stand still until `rebuild_all`."""
    load(connection, table, packed(table, region, admitted(table, rows)[0]))


def rebuild_all(connection: Connection, region: int, now: datetime) -> None:
    """Derive anew what follows from other facts, recompute every counter of the region and move every version."""
    derive_all(connection, region)
    rebuild(connection, region, all_cubes())
    for fact in sorted({cube.fact.name for cube in all_cubes()}):
        touch(connection, region, fact, now)


def derive_all(connection: Connection, region: int) -> None:
    """Derive anew every fact of the region that follows from others, each table once. Counters stand still."""
    for follower in {follower.table: follower for follower in all_followers()}.values():
        follower.derive(connection, region)


def all_cubes() -> Sequence[Cube]:
    """The cubes of every subject."""
    return cubes_of(None)


def all_followers() -> Sequence[Follower]:
    """The facts of every subject that follow from others."""
    return followers_of(None)


def turn_overdue(connection: Connection, region: int, now: datetime) -> int:
    """The tick: open cases whose deadline has passed become overdue; returns how many turned."""
    case = case_file.c
    late = select(case_file).where(case[REGION] == region, case.open, case.due_at < now, ~case.overdue, ~case.deferred)
    rows = [without_region(found) for found in connection.execute(late).mappings()]
    changes = [(row, turned) for row in rows if (turned := judged(row, now)) != row]
    if changes:
        store(connection, region, case_file, changes, now)
    return len(changes)


def touch(connection: Connection, region: int, fact: str, now: datetime) -> None:
    """Move the version of a kind of fact, so that what shows it is taken again."""
    statement = upsert(connection, version).values(region=region, fact=fact, number=1, changed_at=now)
    moved = {"number": version.c.number + 1, "changed_at": statement.excluded.changed_at}
    connection.execute(statement.on_conflict_do_update(index_elements=["region", "fact"], set_=moved))
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, str(region))))  # delivered with the commit, once however often it moves


def case_rows(connection: Connection, region: int, ids: Iterable[int]) -> dict[int, Row]:
    """The present rows of these cases, as the loop advances them."""
    return _rows(connection, region, set(ids))


def _rows(connection: Connection, region: int, ids: set[int]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    query = select(case_file).where(case_file.c[REGION] == region, case_file.c.id.in_(bindparam("ids", expanding=True)))
    for chunk in _chunks(sorted(ids)):
        for found in connection.execute(query, {"ids": chunk}).mappings():
            rows[found["id"]] = without_region(found)
    return rows


def _known_steps(connection: Connection, region: int, steps: Sequence[Step]) -> set[tuple[int, str, datetime]]:
    columns = case_step.c
    query = select(columns.case_id, columns.action, columns.at).where(
        columns[REGION] == region, columns.case_id.in_(bindparam("ids", expanding=True))
    )
    known: set[tuple[int, str, datetime]] = set()
    for chunk in _chunks(sorted({step.case_id for step in steps})):
        known.update((row[0], row[1], row[2]) for row in connection.execute(query, {"ids": chunk}))
    return known


def _step_row(region: int, step: Step, seq: int) -> Row:
    return {REGION: region, "seq": seq, **{name: getattr(step, name) for name in STEP_FIELDS}}


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _IN_CHUNK):
        yield values[start : start + _IN_CHUNK]
