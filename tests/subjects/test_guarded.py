"""Guarded counts on both engines: whole periods once they are delivered, nothing small, nothing that would tell something small."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from data import ledger
from data.db import reading, writing
from data.exceeding import Exceeding
from data.guarded import GuardedMeasure, share
from data.measures import Scope, Span
from data.periods import period
from data.rollups import differences
from data.schema import area
from data.subjects import cubes_of
from data.subjects.petitions import cell_cube, petition_cell, petition_reply, reply_cube
from data.tallies import told_on

REGION, NOW = 440512, datetime(2026, 6, 25, tzinfo=UTC)
DISTRICT = Scope(REGION)


def number(month, day):
    return (date(2026, month, day) - date(1970, 1, 1)).days


MAY, JUNE, FIRST_QUARTER = Span(number(5, 1), number(5, 31)), Span(number(6, 1), number(6, 30)), Span(number(1, 1), number(3, 31))
LAST_DAY = number(5, 31)
COUNTS = [column.name for column in petition_cell.columns if column.name.endswith("_n")]
registered = GuardedMeasure(cell_cube, "registered", tables=(("subdistrict",), ("unit",)))
in_time = share("reply_on_time", GuardedMeasure(cell_cube, "reply_due", tables=(("subdistrict",), ("unit",))))


def row(day, street, unit="a", **counts):
    keys = {"subdistrict": street, "appeal": "housing", "unit": unit, "channel": "online"}
    return {"day": day, "told_on": told_on(petition_cell, day), **keys, **dict.fromkeys(COUNTS, 0), **counts}


def record(engine, *rows, table=petition_cell):
    with writing(engine) as connection:
        ledger.record_rows(connection, REGION, table, list(rows), NOW)


@pytest.fixture(autouse=True)
def known_streets(engine):
    """The sub-districts s1 to s9."""
    rest = {"valid_from": NOW, "kind": "subdistrict", "position": 0}
    streets = [{"region": REGION, "code": f"s{n}", "name_zh": f"s{n}", "name_en": f"s{n}", **rest} for n in range(1, 10)]
    with writing(engine) as connection:
        connection.execute(insert(area), streets)


@pytest.fixture
def streets(engine):
    """May as it came in: four sub-districts, one of them small."""
    counts = {"s1": 40, "s2": 25, "s3": 14, "s4": 6}
    record(engine, *(row(number(5, 11), street, registered_n=count) for street, count in counts.items()), row(LAST_DAY, "s1"))
    return counts


def told(engine, measure, scope=DISTRICT, span=MAY):
    with reading(engine) as connection:
        return measure.total(connection, scope, span)


def test_a_small_count_is_withheld_with_another_that_would_tell_it(engine, streets):
    with reading(engine) as connection:
        areas = registered.by_area(connection, REGION, list(streets), MAY)
    assert {street: (part.value, part.withheld) for street, part in areas.items()} == {
        "s1": (40.0, False), "s2": (25.0, False), "s3": (None, True), "s4": (None, True),
    }  # fmt: skip
    assert told(engine, registered).value == 85
    for street, part in areas.items():
        assert told(engine, registered, Scope(REGION, street, "subdistrict")) == part


def test_a_zero_is_told(engine, streets):
    assert told(engine, registered, Scope(REGION, "s9", "subdistrict")).value == 0


def test_nothing_is_told_before_the_last_day_has_come(engine):
    record(engine, row(number(5, 11), "s1", registered_n=40), row(LAST_DAY - 1, "s1", registered_n=12))
    assert (told(engine, registered).value, told(engine, registered).withheld) == (None, False)
    record(engine, row(LAST_DAY, "s1"))
    assert told(engine, registered).value == 52
    assert told(engine, registered, span=JUNE).value is None


@pytest.mark.parametrize("span", [Span(MAY.first, MAY.last - 1), Span(MAY.first, JUNE.last), Span(LAST_DAY, LAST_DAY), MAY.shifted(1)])
def test_no_other_span_is_told(engine, streets, span):
    found = told(engine, registered, span=span)
    assert (found.value, found.withheld) == (None, True)
    with reading(engine) as connection:
        assert registered.by_key(connection, DISTRICT, "unit", span) == {}
        assert registered.series(connection, DISTRICT, span) == {}


def test_a_rate_is_told_where_its_denominator_is(engine):
    rows = [row(LAST_DAY, "s1", reply_due_n=30, reply_on_time_n=28), row(LAST_DAY, "s2", reply_due_n=20, reply_on_time_n=20)]
    record(engine, *rows, row(LAST_DAY, "s3", reply_due_n=4, reply_on_time_n=4))
    whole = told(engine, in_time)
    assert (whole.value, whole.numerator, whole.denominator) == (pytest.approx(100 * 52 / 54), 52, 54)
    large, small = (told(engine, in_time, Scope(REGION, street, "subdistrict")) for street in ("s1", "s3"))
    assert (large.numerator, large.denominator) == (28, 30)
    assert (small.value, small.numerator, small.denominator, small.withheld) == (None, None, None, True)


def test_a_key_alone_is_told_like_the_key_among_others(engine):
    record(engine, *(row(LAST_DAY, "s1", unit, registered_n=count) for unit, count in (("a", 30), ("b", 12), ("c", 3), ("d", 50))))
    with reading(engine) as connection:
        parts = registered.by_key(connection, DISTRICT, "unit", MAY)
        assert {unit for unit, part in parts.items() if part.withheld} == {"b", "c"}
        for unit, part in parts.items():
            assert registered.keyed("unit", unit).total(connection, DISTRICT, MAY) == part
            assert in_time.keyed("unit", unit).total(connection, DISTRICT, MAY).value is None


def reply(street, appeal, handler, replied, again=0):
    keys = {"subdistrict": street, "appeal": appeal, "handler": handler, "answer": "explained"}
    return {"day": FIRST_QUARTER.last, "told_on": FIRST_QUARTER.last, **keys, "replied_n": replied, "again_n": again}


def test_two_keys_are_told_together_also_where_one_is_an_area(engine):
    tables = (("appeal", "subdistrict"), ("appeal", "handler"))
    replied = GuardedMeasure(reply_cube, "replied", tables=tables, period="quarter")
    counts = {("s1", "x"): 30, ("s1", "y"): 20, ("s2", "x"): 15, ("s2", "y"): 2, ("s3", "x"): 12, ("s3", "y"): 18}
    record(engine, *(reply(street, appeal, "h", count) for (street, appeal), count in counts.items()), table=petition_reply)
    with reading(engine) as connection:
        pairs = replied.by_key(connection, DISTRICT, "appeal_subdistrict", FIRST_QUARTER)
        here = replied.by_key(connection, Scope(REGION, "s2", "subdistrict"), "appeal", FIRST_QUARTER)
    assert pairs["x|s1"].value in (30, None)
    assert pairs["y|s2"].withheld
    assert here == {"x": pairs["x|s2"], "y": pairs["y|s2"]}
    assert sum(part.withheld for part in pairs.values()) >= 4
    assert replied.keeps("appeal", "subdistrict")
    assert not replied.keeps("handler", "subdistrict")
    assert not replied.carries("grid")


def test_what_is_not_told_in_a_table_is_not_told_at_all(engine, streets):
    monthly = GuardedMeasure(cell_cube, "registered")
    assert told(engine, monthly).value == 85
    assert not monthly.carries("subdistrict")
    part = told(engine, monthly, Scope(REGION, "s1", "subdistrict"))
    assert (part.value, part.withheld) == (None, True)
    with reading(engine) as connection:
        assert monthly.by_area(connection, REGION, ["s1"], MAY)["s1"].withheld
        assert monthly.by_key(connection, DISTRICT, "unit", MAY) == {}


def test_what_stands_is_that_of_the_last_day_told(engine):
    standing = GuardedMeasure(cell_cube, "registered", period="day")
    for day, count in ((LAST_DAY, 20), (LAST_DAY - 31, 40)):
        record(engine, {**row(day, "s1", registered_n=count), "told_on": day})
    at = [told(engine, standing, span=Span(day, day)).value for day in (LAST_DAY - 31, LAST_DAY, LAST_DAY + 1, LAST_DAY + 2)]
    assert at == [40, 20, 20, None]


def test_units_above_a_limit_are_counted_among_those_judged(engine):
    rows = (("a", 40, 30), ("b", 20, 19), ("c", 11, 4), ("d", 4, 0), ("e", 9, 9))
    record(engine, *(row(LAST_DAY, "s1", unit, reply_due_n=due, reply_on_time_n=done) for unit, due, done in rows))
    above = Exceeding(in_time, "unit", 80.0, 15.0)
    with reading(engine) as connection:
        found = above.total(connection, DISTRICT, MAY)
    assert (found.value, found.numerator, found.denominator) == (1, None, 2)
    assert above.carries("district")
    assert not above.carries("subdistrict")


def test_counters_kept_by_period_are_those_of_the_rows(engine, streets):
    record(engine, row(number(5, 11), "s1", registered_n=39))
    with reading(engine) as connection:
        assert differences(connection, REGION, cubes_of(petition_cell)) == []


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", (6, 25), (6, 25)),
        ("week", (6, 22), (6, 28)),
        ("month", (6, 1), (6, 30)),
        ("quarter", (4, 1), (6, 30)),
    ],
)
def test_the_period_of_a_day(kind, first, last):
    assert period(number(6, 25), kind) == (number(*first), number(*last))


def test_what_no_cube_counts_is_refused():
    with pytest.raises(ValueError, match="no table"):
        GuardedMeasure(cell_cube, "registered", tables=(("nowhere",),))
    with pytest.raises(ValueError, match="no table"):
        GuardedMeasure(cell_cube, "registered", tables=(("unit", "subdistrict", "petition_channel"),))
    with pytest.raises(ValueError, match="cannot be told"):
        GuardedMeasure(cell_cube, "registered", period="year")
