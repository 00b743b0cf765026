"""Laws of the counters: whatever arrives, in whatever order, they say what the facts say, on both engines."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, and_, or_, select

from data import ledger
from data.cubes import ALL
from data.db import engine_for, reading, writing
from data.expressions import evaluator
from data.measures import Scope, Span
from data.rollups import differences, redefined, renew, sign
from data.schema import case_file, grid_day, marker, metadata
from data.subjects import cases, cubes_of
from tests.factories import NOW, REGION, intake, rules, walk

RULES = rules()
TODAY = Span(0, 10**6)


def deliver(engine: Engine, numbers: list[int], taken: int) -> None:
    with writing(engine) as connection:
        for number in numbers:
            steps = walk(number, NOW + timedelta(hours=number % 50), hours=number % 7)[:taken]
            first = (intake(number, sub=number % 3 + 1), steps[0])
            ledger.record(connection, REGION, [first], steps[1:], RULES, NOW + timedelta(days=5))


def test_counters_equal_facts_on_both_engines(engine: Engine) -> None:
    deliver(engine, list(range(1, 30)), 4)
    deliver(engine, list(range(10, 40)), 9)
    with writing(engine) as connection:
        assert ledger.turn_overdue(connection, REGION, NOW + timedelta(days=9)) >= 0
    with reading(engine) as connection:
        assert differences(connection, REGION, ledger.all_cubes()) == []
        assert cases.reported.total(connection, Scope(REGION), TODAY).value == 39


def test_the_same_delivery_twice_changes_nothing(engine: Engine) -> None:
    deliver(engine, [1, 2, 3], 9)
    with reading(engine) as connection:
        before = connection.execute(select(case_file)).all()
    deliver(engine, [1, 2, 3], 9)
    with reading(engine) as connection:
        assert connection.execute(select(case_file)).all() == before
        assert cases.reported.total(connection, Scope(REGION), TODAY).value == 3


def test_parts_add_up_to_the_whole(engine: Engine) -> None:
    deliver(engine, list(range(1, 40)), 6)
    with reading(engine) as connection:
        whole = cases.reported.total(connection, Scope(REGION), TODAY).value
        areas = cases.reported.by_area(connection, REGION, ["440512001", "440512002", "440512003"], TODAY)
        units = cases.reported.by_key(connection, Scope(REGION), "unit", TODAY)
        assert sum(part.value or 0 for part in areas.values()) == whole
        assert sum(part.value or 0 for part in units.values()) == whole
        on_time = cases.on_time_net.total(connection, Scope(REGION), TODAY)
        sides = cases.on_time_net.by_area(connection, REGION, list(areas), TODAY)
        assert sum(part.denominator or 0 for part in sides.values()) == on_time.denominator


def test_a_tampered_counter_is_found(engine: Engine) -> None:
    deliver(engine, [1, 2], 9)
    table = cases.reported_cube.table
    with writing(engine) as connection:
        connection.execute(table.update().where(table.c.area == ALL, table.c.by == "").values(reported=99))
    with reading(engine) as connection:
        assert differences(connection, REGION, ledger.all_cubes())


def test_counters_of_another_definition_are_counted_anew(engine: Engine) -> None:
    cubes = ledger.all_cubes()
    deliver(engine, [1, 2, 3], 9)
    with writing(engine) as connection:
        sign(connection, cubes)
        assert redefined(connection, cubes) == []
        connection.execute(marker.update().where(marker.c.key == "counted_by:case_reported").values(value="another"))
        connection.execute(cases.reported_cube.table.update().values(reported=99))
        stale = redefined(connection, cubes)
        assert stale == [cases.reported_cube]
        renew(connection, stale)
    with reading(engine) as connection:
        assert redefined(connection, cubes) == []
        assert differences(connection, REGION, cubes) == []


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as connection:
        ledger.record(connection, REGION, [(intake(1), walk(1, NOW)[0])], [], RULES, NOW)
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.execute(select(case_file)).all() == []
        assert differences(connection, REGION, ledger.all_cubes()) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(0, 4)), max_size=25))
def test_corrections_in_any_order(corrections: list[tuple[int, int, int]]) -> None:
    engine = engine_for("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        for grid, duty, patrols in corrections:
            row = {
                "grid": f"g{grid}", "day": 20000 + grid % 2, "kind": "community", "subdistrict": "440512001", "community": "440512001001",
                "on_duty_n": duty, "required_n": 2, "patrols_n": patrols, "patrol_min": 10, "confirmed_n": 0,
            }  # fmt: skip
            ledger.record_rows(connection, REGION, grid_day, [row], NOW)
        assert differences(connection, REGION, cubes_of(grid_day)) == []


maybe = st.one_of(st.none(), st.booleans())
count = st.one_of(st.none(), st.integers(0, 3))


@settings(max_examples=200, deadline=None)
@given(opened=maybe, on_time=maybe, returned=count, channel=st.sampled_from(["public", "hotline"]))
def test_a_predicate_means_the_same_in_memory_and_in_sql(opened, on_time, returned, channel) -> None:  # type: ignore[no-untyped-def]
    case = case_file.c
    row = {"open": opened, "on_time": on_time, "returned_n": returned, "channel": channel}
    rules_ = [
        and_(case.open, case.on_time), or_(case.open, ~case.on_time), case.returned_n > 0, case.channel == "public",
        and_(case.on_time.is_not(None), or_(case.returned_n >= 2, case.open)), case.channel.in_(["public", "sensor"]),
        case.returned_n + case.returned_n >= 4, case.returned_n - 1 <= 0, case.returned_n + case.returned_n + case.returned_n > 5,
    ]  # fmt: skip
    engine = engine_for("sqlite://")
    from sqlalchemy import Boolean, Integer, String, cast, literal
    from sqlalchemy import case as when

    kinds = {"open": Boolean, "on_time": Boolean, "returned_n": Integer, "channel": String}
    source = select(*(cast(literal(value, kinds[name]()), kinds[name]()).label(name) for name, value in row.items())).subquery()
    with engine.connect() as connection:
        for rule in rules_:
            bound = rule.compile(compile_kwargs={"literal_binds": True}).string.replace("case_file.", "")
            from sqlalchemy import text

            in_sql = connection.execute(select(when((text(f"({bound})"), 1), else_=0)).select_from(source)).scalar()
            assert bool(evaluator(rule)(row)) is bool(in_sql)
