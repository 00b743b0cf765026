"""What a snapshot reads: so few rows that its price does not grow with the history. PostgreSQL itself says how many it visits."""

from typing import Any

import pytest
from sqlalchemy import event

from dashboard.registry import watched
from dashboard.taking.moment import Taking
from dashboard.taking.register import Register
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from tests.subjects.conftest import NOW, PLACE

MOST_ROWS = 5_000
READS_MONTHS = {"grid_management": 60_000}  # exact medians of every unit, over all cases of 30 days
Asked = tuple[str, Any]


def visited(plan: dict[str, Any]) -> int:
    """Rows a plan's scans looked at, those they threw away too."""
    below = sum(visited(part) for part in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"] or plan["Node Type"] == "Bitmap Index Scan":
        return below
    return below + round((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])


@pytest.fixture(scope="module")
def postgres(filled_postgres: str):
    engine = engine_for(filled_postgres)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("module", list(watched()))
def test_a_snapshot_visits_few_rows(postgres, workday, module: str) -> None:
    asked: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    with reading(postgres) as connection:
        register = Register.read(connection, PLACE.region)  # a process keeps the lists
        event.listen(connection, "before_cursor_execute", note)
        taking = Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone, workday=workday, register=register)
        take(watched()[module], taking, {}, False)
        event.remove(connection, "before_cursor_execute", note)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # as it plans when tables are long
        rows = {}
        for number, (statement, parameters) in enumerate(asked):
            if statement.startswith("SELECT"):
                told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar()
                rows[number, statement] = visited(told[0]["Plan"])
    heaviest = sorted(rows.items(), key=lambda pair: -pair[1])[:12]
    told = "\n".join(f"{count} {statement}" for (_, statement), count in heaviest)
    assert sum(rows.values()) <= READS_MONTHS.get(module, MOST_ROWS), told
