"""Revisions of the schema: the steps lead to the declared tables, an older database follows, a newer one is refused."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from data import audit, ledger, migrations
from data.db import DatabaseUnavailable, engine_for, reading, writing
from data.rollups import differences, redefined
from data.schema import case_file, metadata
from tests.factories import NOW, REGION, intake, rules, walk

ROOT = Path(__file__).parents[1]
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{last}+", "{last}"


def upgrade():
    op.add_column("unit", sa.Column("motto", sa.String(40)))
    op.execute("UPDATE case_file SET urgent = (1 = 1)")
    op.execute("DELETE FROM rollup_case_open")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = engine_for(f"sqlite:///{tmp_path / 'wall.db'}")
        yield engine
        engine.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    server = engine_for(url)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bare"))
        connection.execute(text("CREATE DATABASE bare"))
        engine = engine_for(server.url.set(database="bare").render_as_string(hide_password=False))
        yield engine
        engine.dispose()
        connection.execute(text("DROP DATABASE bare"))
    server.dispose()


def drift(engine: Engine) -> list[object]:
    """What autogenerate would write."""
    ledger.all_cubes()
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def revision(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return migrations.found(connection)


def test_the_steps_lead_to_the_declared_tables(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("SELECT 1"))
        command.upgrade(migrations.config_for(connection), "head")
    assert revision(empty) == migrations.known()[-1]
    assert drift(empty) == [], 'make migration M="what changed"'


def test_the_steps_lead_back_to_nothing(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("SELECT 1"))
        command.upgrade(migrations.config_for(connection), "head")
        command.downgrade(migrations.config_for(connection), "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_a_new_database_is_made_as_declared_and_stamped(empty: Engine) -> None:
    says: list[str] = []
    assert revision(empty) is None
    migrations.bring_up(empty, NOW, says.append)
    assert revision(empty) == migrations.known()[-1]
    assert drift(empty) == []
    migrations.bring_up(empty, NOW, says.append)
    assert says == []


def test_a_missing_table_is_drift(empty: Engine) -> None:
    migrations.bring_up(empty, NOW, str)
    with writing(empty) as connection:
        connection.execute(text("DROP TABLE rollup_case_open"))
        connection.execute(text("DROP INDEX case_file_open_due"))
    assert sorted(str(change[0]) for change in drift(empty)) == ["add_index", "add_table"]  # type: ignore[index]


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The revisions of a program to come: one more than ours."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    last = migrations.known()[-1]
    step = LATER.format(last=last).replace(f'"{last}+"', f'"{int(last) + 1:04d}"')
    (folder / "versions" / f"{int(last) + 1:04d}_motto.py").write_text(step, encoding="utf-8")
    return folder


def test_an_older_database_follows_with_its_counters(empty: Engine, later: Path) -> None:
    says: list[str] = []
    migrations.bring_up(empty, NOW, says.append)
    with writing(empty) as connection:
        steps = walk(1, NOW)[:4]
        ledger.record(connection, REGION, [(intake(1), steps[0])], steps[1:], rules(), NOW)
        connection.execute(text(f"INSERT INTO marker VALUES ({REGION}, 'filled', 'now')"))
    last, new = migrations.known()[-1], migrations.known(later)[-1]
    migrations.bring_up(empty, NOW, says.append, later)
    assert says == [f"the database is upgraded from schema revision {last} to {new}\n"]
    assert revision(empty) == new
    assert "motto" in {column["name"] for column in inspect(empty).get_columns("unit")}
    with reading(empty) as connection:
        assert connection.execute(select(case_file.c.urgent)).scalars().all() == [True]
        assert differences(connection, REGION, ledger.all_cubes()) == []
        assert redefined(connection, ledger.all_cubes()) == []


def test_an_upgraded_database_guards_its_audit(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("SELECT 1"))
        command.upgrade(migrations.config_for(connection), migrations.known()[0])
    migrations.bring_up(empty, NOW, str)
    entry = audit.Entry("desk@loopback", "live_picture", "channel", "1", audit.REFUSED)
    with writing(empty) as connection:
        audit.append(connection, REGION, entry, NOW)
    for change in ("UPDATE audit SET outcome = 'granted'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="audit rows are kept"), writing(empty) as connection:
            connection.execute(text(change))


def test_a_step_that_fails_leaves_the_older_database(empty: Engine, later: Path) -> None:
    migrations.bring_up(empty, NOW, str)
    step = next((later / "versions").glob("*_motto.py"))
    step.write_text(step.read_text() + '    op.execute("DELETE FROM no_such_table")\n', encoding="utf-8")
    with pytest.raises(Exception, match="no_such_table"):
        migrations.bring_up(empty, NOW, str, later)
    assert revision(empty) == migrations.known()[-1]
    assert drift(empty) == []


def test_a_newer_database_is_refused_in_one_line(empty: Engine, later: Path) -> None:
    migrations.bring_up(empty, NOW, str)
    migrations.bring_up(empty, NOW, str, later)
    new, last = migrations.known(later)[-1], migrations.known()[-1]
    with pytest.raises(DatabaseUnavailable, match=rf"^DATABASE_URL: .* revision {new}, .* 0001 to {last}; allowed [^\n]*newer[^\n]*$"):
        migrations.bring_up(empty, NOW, str)


def test_tables_from_before_revisions_are_those_of_the_first(empty: Engine) -> None:
    migrations.bring_up(empty, NOW, str)
    with writing(empty) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert revision(empty) == "0001"


NEW_SUBJECT = """
import sys
from pathlib import Path
from sqlalchemy import true
from data import ledger
from data.cubes import Cube
from data.schema import case_file
ledger.all_cubes()
Cube(name="trees", fact=case_file, counters={"planted": true()}, areas=("grid",), day="reported_on")
from data.migrations.__main__ import main
raise SystemExit(main(sys.argv[2], Path(sys.argv[1])))
"""


def test_a_new_subject_gets_its_migration_written(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    done = subprocess.run(
        [sys.executable, "-c", NEW_SUBJECT, str(folder), "Count trees"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    number = f"{int(migrations.known()[-1]) + 1:04d}"
    written = (folder / "versions" / f"{number}_count_trees.py").read_text()
    assert written.count("op.create_table") == written.count("op.drop_table") == 1
    assert "'rollup_trees'" in written and f"revision = '{number}'" in written


def test_a_migration_needs_a_word_on_what_changed() -> None:
    done = subprocess.run([sys.executable, "-m", "data.migrations", " "], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "what changed" in done.stderr


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    before = sorted((folder / "versions").glob("*.py"))
    unchanged = (
        "import sys\nfrom pathlib import Path\nfrom data.migrations.__main__ import main\nraise SystemExit(main('x', Path(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", unchanged, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "nothing to write" in done.stderr
    assert sorted((folder / "versions").glob("*.py")) == before
