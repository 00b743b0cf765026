"""What a refresh costs must not grow with what is kept: as steps of the database's own machine, which no busy neighbour changes."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bench.figure import in_turn, ratio
from bench.past import lengthen_told
from bench.refresher import Refresher
from dashboard.place import locality_of
from dashboard.registry import declared
from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import take
from data import ledger
from data.cases import Rules, Step, replayed
from data.columns import day_number
from data.db import engine_for, reading
from data.schema import grid_day, whistle
from data.seed.demo.stories import told_tables
from data.seed.places import load_place
from modules.spec import Snapshot
from tests.conftest import DEMO_DAYS, hastened
from tests.factories import NOW, REGION, intake, rules, walk

WINDOW_DAYS = 400  # no panel reaches further back: a month, and the same month a year before
TOLD_DAYS = 800  # a cohort judged half a year later, and the one a year before
LENGTHS = (1, 3)
WALLS, MOVES = 8, 12
PLACE = load_place("haojiang")
STEP = 50  # virtual machine instructions between two counts
TOLD = "|".join(sorted((table.name for table in told_tables()), key=len, reverse=True))
GROWING = re.compile(rf"(SCAN|SEARCH) (case_file|case_step|whistle|grid_day|recurrence|{TOLD}|rollup_\w+)\b(.*)")
FIRST = re.compile(
    r"SELECT (min|max)\(|(?!.* ORDER BY ).* LIMIT \? OFFSET \?$", re.DOTALL
)  # the first entry of an index: nothing after it is read
NARROW = re.compile(
    r"case_file_open|whistle_waiting|INDEX \w+_(open|urgent|standing) |_at[<>]|"
    r"PRIMARY KEY \(region=\? AND per=\?.*bucket|_on[>=]|day[>=]|\bid=|case_id="
)


def filled(path: Path, times: int) -> Engine:
    """A demo district of some days, and then a case, a whistle and a patrol a day for some windows of days before."""
    book, days = rules(), range(DEMO_DAYS + 1, WINDOW_DAYS * times)
    with hastened(path) as connection:
        ledger.load_cases(connection, REGION, [closed(day, book) for day in days])
        ledger.load_rows(connection, REGION, whistle, [answered(day) for day in days])
        ledger.load_rows(connection, REGION, grid_day, [walked(day) for day in days])
        lengthen_told(connection, TOLD_DAYS * times)
        ledger.rebuild_all(connection, REGION, NOW)
    return engine_for(f"sqlite:///{path}")


def closed(day: int, book: Rules) -> tuple[dict[str, Any], list[Step]]:
    case = intake(day, level=("grid", "district")[day % 2], sub=day % 7 + 1)
    steps = walk(day, NOW - timedelta(days=day), hours=day % 7)
    return replayed(case, steps, book), steps


def answered(day: int) -> dict[str, Any]:
    at = NOW - timedelta(days=day)
    return {
        "id": day, "case_id": day, "kind": "daily", "subdistrict": "440512001", "unit": "dept_urban", "issued_at": at,
        "due_at": at + timedelta(minutes=30), "signed_at": at, "arrived_at": at, "closed_at": at, "rating": 5,
        "issued_on": day_number(at), "on_time": True, "response_s": 60 + day % 900,
    }  # fmt: skip


def walked(day: int) -> dict[str, Any]:
    return {
        "grid": "440512001001-G01", "day": day_number(NOW) - day, "kind": "community", "subdistrict": "440512001",
        "community": "440512001001", "on_duty_n": 1, "required_n": 2, "patrols_n": 2, "patrol_min": 90, "confirmed_n": 0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def districts(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """The same newest days with short and with long history behind them."""
    found = [filled(demo_copy(tmp_path_factory.mktemp("bench")), times) for times in LENGTHS]
    yield found
    for engine in found:
        engine.dispose()


def taken(connection: Connection, module: str) -> Snapshot:
    here = locality_of(PLACE)
    return take(declared()[module], Taking(connection, here.region, here.root, here.root, NOW, here.zone), here.names, here.demo)


@contextmanager
def counted_steps(connection: Connection) -> Iterator[list[int]]:
    """How many instructions SQLite's virtual machine runs meanwhile, in steps."""
    steps = [0]

    def step() -> int:
        steps[0] += STEP
        return 0

    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(step, STEP)
    try:
        yield steps
    finally:
        driver.set_progress_handler(None, 0)


def plans_of(engine: Engine, module: str) -> list[tuple[str, str]]:
    """Each step of SQLite's plan for what taking a module asks, with the statement it belongs to."""
    asked: dict[str, Any] = {}

    def seen(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked[statement] = parameters

    event.listen(engine, "before_cursor_execute", seen)
    try:
        with reading(engine) as connection:
            taken(connection, module)
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    with engine.connect() as connection:
        return [
            (step[3], statement)
            for statement, parameters in asked.items()
            if statement.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("module", sorted(declared()))
def test_a_longer_history_costs_no_more(districts: list[Engine], module: str) -> None:
    costs = []
    for engine in districts:
        with reading(engine) as connection, counted_steps(connection) as steps:
            taken(connection, module)
        costs.append(steps[0])
    short, long = costs
    assert short > 10 * STEP
    assert long <= 1.05 * short, costs


@pytest.mark.parametrize("module", sorted(declared()))
def test_every_query_reads_its_days_only(districts: list[Engine], module: str) -> None:
    plans = [step for step in plans_of(districts[-1], module) if not FIRST.match(step[1])]
    growing = [(found, statement) for plan, statement in plans if (found := GROWING.match(plan))]
    assert growing
    assert [(found[0], statement) for found, statement in growing if not NARROW.search(found[3])] == []


def test_a_version_is_taken_once_however_many_ask(districts: list[Engine]) -> None:
    refresher = Refresher(Path(str(districts[0].url.database)), NOW)
    live, versions = refresher.live, [refresher.move("overview")]

    def walls() -> None:
        while len(versions) < MOVES:
            live.drawn_bytes("overview", None, "wall", "zh")

    with ThreadPoolExecutor(WALLS) as pool:
        asked = [pool.submit(walls) for _ in range(WALLS)]
        try:
            for _ in range(MOVES - 1):
                live.drawn_bytes("overview", None, "wall", "zh")
                versions.append(refresher.move("overview"))
        finally:
            versions += ["the end"] * MOVES
    assert [found.exception() for found in asked] == [None] * WALLS
    assert 0 < live.taken <= MOVES
    assert live.drawn_bytes("overview", None, "wall", "zh")[0] == versions[MOVES - 1]


def test_pairs_are_compared_turn_by_turn() -> None:
    order: list[str] = []
    taken = in_turn([lambda: order.append("a"), lambda: order.append("b")], rounds=3)
    assert order == ["a", "b"] * 4
    assert [len(values) for values in taken] == [3, 3]
    assert ratio([2.0, 9.0, 4.0], [1.0, 3.0, 2.0]) == 2.0
