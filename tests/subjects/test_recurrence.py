"""Laws of recurrence: in whatever order cases arrive, prove void or change, it is what their places and moments say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, update

from data import ledger
from data.cases import Step
from data.db import engine_for, reading, writing
from data.measures import Scope, Span
from data.rollups import differences
from data.schema import case_file, metadata
from data.subjects import recurrence
from tests.factories import NOW, REGION, intake, rules

RULES = rules()
FOLLOWER = recurrence.FOLLOWERS[0]
EVER = Span(0, 10**6)
METRE = 1 / 111_195.08  # degrees of latitude
FATES = ("open", "reject", "void", "merge", "grid", "lifted")


def moment(day: float):
    return NOW - timedelta(days=90) + timedelta(days=day)


def life(number: int, day: float, fate: str) -> list[Step]:
    """A case's steps: it stays open, ends without counting, is settled in its grid, or is lifted out of it."""
    at = [moment(day) + timedelta(minutes=minute) for minute in range(4)]
    report = Step(number, "report", at[0], post="P1")
    if fate == "reject":
        return [report, Step(number, "reject", at[1], reason="not_in_scope")]
    if fate == "void":
        return [report, Step(number, "accept", at[1]), Step(number, "void", at[2], reason="false_report")]
    if fate == "merge":
        return [report, Step(number, "merge", at[1], parent=1)]
    if fate == "lifted":
        return [report, Step(number, "accept", at[1]), Step(number, "file", at[2]), Step(number, "dispatch", at[3], level="district")]
    return [report]


def deliver(connection: Connection, number: int, north_m: float, day: float, fate: str, type: str, taken: int) -> None:
    """The report with the first steps, or the steps that are still to come."""
    steps = life(number, day, fate)
    level = "grid" if fate in ("grid", "lifted") else "district"
    told = replace(intake(number, level=level, type=type), lat=23.28 + north_m * METRE)
    first = [(told, steps[0])] if taken == 0 else []
    ledger.record(connection, REGION, first, steps[1:] if taken else [], RULES, NOW)


def haversine(one, other) -> float:
    """Metres on a sphere, by another formula than the one under test."""
    lat1, lat2, lon1, lon2 = (radians(value) for value in (one.lat, other.lat, one.lon, other.lon))
    inner = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(inner))


def expected(connection: Connection) -> dict[int, tuple]:
    """What every counted case's row must say: each case looked at beside each other."""
    cases = [
        case for case in connection.execute(select(case_file).order_by(case_file.c.reported_at, case_file.c.id))
        if case.level != "grid" and case.state not in ("rejected", "redirected", "merged", "void")
    ]  # fmt: skip
    day, near, burst = timedelta(hours=24), {}, {}
    for place, case in enumerate(cases):
        alike = [
            (n, other) for n, other in enumerate(cases)
            if n != place and other.type == case.type and haversine(case, other) <= 50
            and abs(other.reported_at - case.reported_at) <= timedelta(days=30)
        ]  # fmt: skip
        near[place] = alike
        burst[place] = [n for n, other in alike if n < place and case.reported_at - other.reported_at <= day]
    rows = {}
    for place, case in enumerate(cases):
        later = [n for n, other in near[place] if n > place and other.reported_at - case.reported_at <= day]
        rows[case.id] = (
            len(near[place]),
            len(burst[place]),
            min([case.reported_at, *(other.reported_at for _, other in near[place])]),
            len(near[place]) >= 2,
            not [n for n, _ in near[place] if n > place],
            len(burst[place]) >= 2 and not [n for n in later if len(burst[n]) >= 2],
        )
    return rows


def kept(connection: Connection) -> dict[int, tuple]:
    row = recurrence.recurrence.c
    query = select(row.id, row.near_n, row.burst_n, row.first_at, row.recurring, row.newest, row.bursting)
    return {found[0]: tuple(found[1:]) for found in connection.execute(query)}


def check(connection: Connection) -> None:
    assert kept(connection) == expected(connection)
    assert FOLLOWER.strayed(connection, REGION) == []
    assert differences(connection, REGION, recurrence.CUBES) == []


lives = st.tuples(
    st.sampled_from([0.0, 20.0, 49.0, 51.0, 90.0, 130.0, 400.0]),
    st.sampled_from([0.0, 0.4, 0.9, 1.5, 20.0, 30.0, 31.0, 59.0]),
    st.sampled_from(FATES),
    st.sampled_from(["E0102", "E0206"]),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_order_of_arrival_gives_the_same_rows(data) -> None:
    told = data.draw(st.lists(lives, min_size=1, max_size=9))
    order = data.draw(st.permutations([number for number in range(1, len(told) + 1) for _ in range(2)]))
    engine = engine_for("sqlite://")
    metadata.create_all(engine)
    seen: set[int] = set()
    with engine.connect() as connection:
        for number in order:
            deliver(connection, number, *told[number - 1], taken=int(number in seen))
            seen.add(number)
        check(connection)


@pytest.fixture
def three(engine: Engine) -> Iterator[Engine]:
    """Three cases of one type at one place within a day, and one of them a month later."""
    with writing(engine) as connection:
        for number, day in enumerate((0.0, 0.5, 0.9, 30.2), 1):
            deliver(connection, number, 0.0, day, "open", "E0102", 0)
    yield engine


def test_a_third_case_makes_the_others_recur(three: Engine) -> None:
    with reading(three) as connection:
        check(connection)
        assert [row[0] for row in sorted(kept(connection).values(), key=lambda row: row[2])] == [2, 3, 3, 2]
        part = recurrence.share().total(connection, Scope(REGION), EVER)
        assert (part.numerator, part.denominator) == (4, 4)


def test_one_that_proves_void_takes_its_share_away(three: Engine) -> None:
    with writing(three) as connection:
        ledger.record(connection, REGION, [], [Step(2, "reject", moment(40), reason="duplicate")], RULES, NOW)
        check(connection)
        part = recurrence.share("event").total(connection, Scope(REGION, "440512001001", "community"), EVER)
        assert (part.numerator, part.denominator) == (1, 3)


def test_a_cluster_is_told_once_by_its_newest_case(three: Engine) -> None:
    with reading(three) as connection:
        scope, now = Scope(REGION), moment(31)
        rows = recurrence.clusters.rows(connection, scope, now, 0)
        assert [(row["cases"], row["first_at"], row["reported_at"]) for row in rows] == [(3, moment(0.5), moment(30.2))]
        assert recurrence.clusters.count(connection, scope, now, 0) == 1
        assert recurrence.clusters.count(connection, scope, moment(61), 0) == 0


def test_three_in_a_day_are_a_burst_for_a_day(engine: Engine) -> None:
    with writing(engine) as connection:
        for number, day in enumerate((0.0, 0.5, 0.9), 1):
            deliver(connection, number, 0.0, day, "open", "E0102", 0)
    with reading(engine) as connection:
        told = [bursts_at(connection, day) for day in (1.0, 1.9, 2.0)]
    assert told == [1, 1, 0]


def bursts_at(connection: Connection, day: float):
    return recurrence.bursts.total(connection, Scope(REGION), moment(day), 0.5).value


def test_a_burst_stays_one_when_the_next_case_comes_a_day_later(engine: Engine) -> None:
    with writing(engine) as connection:
        for number, day in enumerate((0.0, 0.1, 0.2, 1.15), 1):
            deliver(connection, number, 0.0, day, "open", "E0102", 0)
        assert bursts_at(connection, 1.19) == 1
        check(connection)


def test_a_row_that_strayed_is_found_and_derived_anew(three: Engine) -> None:
    with writing(three) as connection:
        connection.execute(update(recurrence.recurrence).where(recurrence.recurrence.c.id == 1).values(near_n=7))
        assert len(FOLLOWER.strayed(connection, REGION)) == 1
        ledger.rebuild_all(connection, REGION, NOW)
        check(connection)
