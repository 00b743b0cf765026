"""A view answers from what it has read already: the same as the counters themselves, and never beyond its own transaction."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event, select

from data import ledger
from data.columns import day_number
from data.cubes import ALL
from data.db import reading, writing
from data.measures import Scope, Span
from data.schema import case_file
from data.subjects import cases
from tests.factories import NOW, REGION, intake, rules, walk

TODAY = day_number(NOW)
MEASURES = (cases.reported, cases.closed, cases.on_time_net, cases.open_now, cases.reported.keyed("level", "grid"))
SCOPES = (Scope(REGION), Scope(REGION, "440512002", "subdistrict"))


@pytest.fixture
def district(engine: Engine) -> Engine:
    """Cases of four months."""
    book = rules()
    with writing(engine) as connection:
        for number in range(1, 90):
            steps = walk(number, NOW - timedelta(days=number * 4 / 3), hours=number % 5)[: 3 + number % 7]
            case = intake(number, sub=number % 3 + 1, level=("grid", "district")[number % 2])
            ledger.record(connection, REGION, [(case, steps[0])], steps[1:], book, NOW)
    return engine


def test_a_view_answers_as_the_counters_do(district: Engine) -> None:
    random = Random(7)
    spans = [Span.ending(TODAY - random.randrange(130), random.randrange(1, 70)) for _ in range(40)]
    with reading(district) as view, district.connect() as plain:
        for span in spans:
            for measure in MEASURES:
                for scope in SCOPES if measure.carries("subdistrict") else SCOPES[:1]:
                    assert measure.total(view, scope, span) == measure.total(plain, scope, span)
                    if not measure.stock:
                        assert measure.series(view, scope, span) == measure.series(plain, scope, span)
            assert cases.reported.by_key(view, SCOPES[0], "unit", span) == cases.reported.by_key(plain, SCOPES[0], "unit", span)


def test_nothing_is_read_twice_in_a_view(district: Engine) -> None:
    asked: list[str] = []
    span = Span.ending(TODAY, 30)
    with reading(district) as connection:
        cases.reported.total(connection, SCOPES[0], span)
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        cases.reported.total(connection, SCOPES[0], Span.ending(TODAY, 7))
        cases.reported.series(connection, SCOPES[0], span)
        cases.accepted.total(connection, SCOPES[0], span)
    assert asked == []


def test_the_next_view_sees_what_was_written(district: Engine) -> None:
    span = Span.ending(TODAY, 3)
    with reading(district) as connection:
        before = cases.reported.total(connection, SCOPES[0], span).value or 0
    with writing(district) as connection:
        ledger.record(connection, REGION, [(intake(900), walk(900, NOW)[0])], [], rules(), NOW)
        assert cases.reported.total(connection, SCOPES[0], span).value == before + 1
    with reading(district) as connection:
        assert cases.reported.total(connection, SCOPES[0], span).value == before + 1


def test_a_distribution_is_the_values_of_its_rows(district: Engine) -> None:
    span = Span.ending(TODAY, 60)
    case = case_file.c
    with reading(district) as connection:
        rows = connection.execute(
            select(case.unit, case.handling_s).where(
                case.closed_on.between(span.first, span.last), case.handling_s.is_not(None), case.valid
            )
        ).all()
        values = cases.handling_time.values(connection, Scope(REGION, ALL), span)
        groups = cases.handling_time.grouped(connection, Scope(REGION, ALL), "unit", span)
        none = cases.handling_time.values(connection, Scope(REGION), Span(1, 2))
    assert none == []
    assert values == sorted(float(seconds) for _, seconds in rows)
    assert len(values) > 5
    assert sorted(found for group in groups.values() for found in group) == values
