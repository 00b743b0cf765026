"""The audit: only added to, each row sealed with the one before; both engines refuse a change, and the command finds one made past them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from data import audit as audits
from data.audit import ENDED, FIRST, GRANTED, Entry, append, audit, guard, is_ended, seal, unended, verified
from data.db import engine_for, reading, writing
from tests.processes import ROOT

REGION = 440512
NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
LOOK = Entry("desk@loopback", "live_picture", "channel", "47", GRANTED, "repair", "核对路口设备的图像偏移")


def fill(engine: Engine, rows: int = 5) -> None:
    with writing(engine) as connection:
        for number in range(rows):
            append(connection, REGION, replace(LOOK, subject=str(number)), NOW + timedelta(seconds=number))


def unguard(engine: Engine) -> None:
    """What someone with the database in hand can do."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            for name in ("changed", "deleted", "replaced"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_not_{name}")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_not_changed ON audit")


def chain(engine: Engine) -> audits.Chain:
    with reading(engine) as connection:
        return verified(connection, REGION)


def test_rows_follow_one_another(engine):
    fill(engine)
    with reading(engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.number)).mappings().all()
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["previous"] for row in rows] == [FIRST, *(row["digest"] for row in rows[:-1])]
    assert chain(engine) == audits.Chain(5, rows[-1]["digest"])
    assert chain(engine).head == seal(rows[-1])


def test_an_empty_chain_is_whole_and_regions_have_their_own(engine):
    assert chain(engine) == audits.Chain(0, FIRST)
    with writing(engine) as connection:
        assert append(connection, 350503, LOOK, NOW)[0] == 1
        assert append(connection, REGION, LOOK, NOW)[0] == 1
    assert chain(engine).rows == 1


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(reason="x"),
        delete(audit).where(audit.c.number == 2),
        insert(audit).prefix_with("OR REPLACE", dialect="sqlite").values(region=REGION, number=2, at=NOW, actor="x", action="x",
            subject_kind="x", subject="x", purpose="x", reason="x", outcome="x", rule="x", previous="x", digest="x"),
    ],
    ids=["update", "delete", "replace"],
)  # fmt: skip
def test_the_engine_refuses_a_change(engine, statement):
    fill(engine)
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(statement)
    assert chain(engine).rows == 5


def test_postgresql_refuses_to_empty_it(engine):
    fill(engine)
    if engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.exec_driver_sql("TRUNCATE audit")
    assert chain(engine).rows == 5


CHANGES = {
    **{column.name: column.name for column in audit.columns if column.name not in ("region", "number", "concerns", "at")},
    "at": "at",
    "concerns": "concerns",
}


@pytest.mark.parametrize("column", CHANGES)
def test_any_change_of_a_row_is_found(engine, column):
    fill(engine)
    unguard(engine)
    value = {"at": NOW + timedelta(days=1), "concerns": 1}.get(column, "0" * 8)
    with writing(engine) as connection:
        connection.execute(update(audit).where(audit.c.number == 3).values({column: value}))
    found = chain(engine)
    assert (found.rows, found.broken) == (2, 3)


def test_a_row_taken_out_or_sealed_anew_is_found(engine):
    fill(engine)
    unguard(engine)
    with writing(engine) as connection:
        row = dict(connection.execute(select(audit).where(audit.c.number == 2)).mappings().one()) | {"reason": "另一个说法，写得够长"}
        connection.execute(update(audit).where(audit.c.number == 2).values(reason=row["reason"], digest=seal(row)))
    assert chain(engine).broken == 3
    with writing(engine) as connection:
        connection.execute(delete(audit).where(audit.c.number == 2))
    assert chain(engine).broken == 3
    assert "missing" in chain(engine).fault


def test_many_at_once_stay_one_chain(engine):
    def add(number: int) -> None:
        with writing(engine) as connection:
            append(connection, REGION, replace(LOOK, subject=str(number)), NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(24)))
    assert (chain(engine).rows, chain(engine).broken) == (24, None)


def test_what_was_granted_ends_once(engine):
    fill(engine, 2)
    with reading(engine) as connection:
        assert [row["number"] for row in unended(connection, REGION, NOW, NOW + timedelta(minutes=1))] == [1, 2]
        assert unended(connection, REGION, NOW, NOW - timedelta(minutes=1)) == []
    end = replace(LOOK, outcome=ENDED, reason="", rule="stopped", concerns=1)
    with writing(engine) as connection:
        append(connection, REGION, end, NOW)
    with reading(engine) as connection:
        assert is_ended(connection, REGION, 1)
        assert not is_ended(connection, REGION, 2)
        assert [row["number"] for row in unended(connection, REGION, NOW, NOW + timedelta(minutes=1))] == [2]
    with pytest.raises(DBAPIError), writing(engine) as connection:
        append(connection, REGION, end, NOW)
    assert chain(engine).rows == 3


def test_guarding_twice_changes_nothing(engine):
    with writing(engine) as connection:
        guard(connection)
        guard(connection)
    fill(engine)
    assert chain(engine).rows == 5


def test_no_column_holds_a_viewer():
    assert set(audit.columns.keys()) == {
        "region", "number", "at", "actor", "action", "subject_kind", "subject", "purpose", "reason", "outcome", "rule", "concerns",
        "previous", "digest",
    }  # fmt: skip


def command(path: Path) -> tuple[int, str]:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "audit", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_the_command_names_the_first_wrong_row(tmp_path):
    path = tmp_path / "wall.db"
    engine = engine_for(f"sqlite:///{path}")
    with writing(engine) as connection:
        audit.create(connection)
        guard(connection)
    fill(engine)
    assert command(path) == (0, f"5 rows are whole; head {chain(engine).head}\n")
    unguard(engine)
    with writing(engine) as connection:
        connection.execute(update(audit).where(audit.c.number == 4).values(purpose="traffic"))
    status, said = command(path)
    assert status == 1
    assert said.startswith("row 4: ")
    engine.dispose()
