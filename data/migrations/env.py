"""How Alembic works here: on the connection it is given, with counters made anew instead of altered."""

import sys
from pathlib import Path
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import ColumnElement, Table, TextClause, text
from sqlalchemy.dialects import registry

from data.columns import UtcDateTime
from data.ledger import all_cubes
from data.migrations import known
from data.schema import metadata

COUNTERS = "rollup_"
CONDITION = "postgresql_where"


def rendered(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A moment is a whole number to the database; a migration must not depend on the program of its day."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, UtcDateTime) else False


def directed(migration: object, _revision: object, directives: list[ops.MigrationScript]) -> None:
    """Number the revision, if there is one. Counters are derived: a changed table of them is made anew, counted after the upgrade."""
    before = known(Path(context.script.dir))
    script = directives[0]
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        directives.clear()
        sys.stderr.write("the tables are those of the last revision; there is nothing to write\n")
        return
    script.rev_id = f"{int(before[-1]) + 1 if before else 1:04d}"
    for steps in (script.upgrade_ops, script.downgrade_ops):
        if steps is not None:
            steps.ops = [better for step in steps.ops for better in _anew(step)]


def _anew(step: ops.MigrateOperation) -> list[ops.MigrateOperation]:
    name = getattr(step, "table_name", "")
    if isinstance(step, ops.CreateTableOp):
        step.info = {}  # what this program knows of its table; nothing of the database's
    for inner in step.ops if isinstance(step, ops.OpContainer) else [step]:
        if isinstance(inner, ops.CreateIndexOp | ops.DropIndexOp) and CONDITION in inner.kw:
            inner.kw[CONDITION] = _spelled(inner.kw[CONDITION])
    if not isinstance(step, ops.ModifyTableOps) or not name.startswith(COUNTERS):
        return [step]
    table: Table = metadata.tables[name]
    return [ops.DropTableOp(name), ops.CreateTableOp.from_table(table)]


def _spelled(condition: ColumnElement[bool]) -> TextClause:
    """A condition as PostgreSQL reads it; the revision is written on SQLite, whose truth is a number."""
    dialect = registry.load("postgresql")()
    return text(str(condition.compile(dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False})))


all_cubes()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=rendered,
    process_revision_directives=directed,
)
with context.begin_transaction():
    context.run_migrations()
