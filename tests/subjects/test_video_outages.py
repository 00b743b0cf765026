"""What follows from outages: minutes of each day, clusters and blind spots, moved step by step and derived at once to the same rows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data import ledger
from data.db import engine_for, reading, writing
from data.rollups import differences
from data.schema import REGION as REGION_COLUMN
from data.schema import metadata
from data.subjects import cubes_of, followers_of
from data.subjects.recurrence import cell_of, recurrence
from data.subjects.video_blind import blind_spot
from data.subjects.video_clusters import clusters, outage_cluster
from data.subjects.video_outages import channel_downtime, channel_outage, downtime

REGION = 440512
NOON = datetime(2026, 6, 25, 4, 0, tzinfo=UTC)  # at the place
HERE = (116.73, 23.28)
METRE = 1 / 111_195


def outage(number, minute=0.0, lasts=None, *, channel=None, switch="SW-1", power="PW-1", cause="network", east_m=0.0, **others):
    """An outage that begins so many minutes after noon; without `lasts` it has not ended."""
    down = NOON + timedelta(minutes=minute)
    lon, lat = HERE[0] + east_m * METRE / 0.9186, HERE[1]
    x, y = cell_of(lon, lat)
    up = None if lasts is None else down + timedelta(minutes=lasts)
    return {
        "number": number, "channel": channel or number, "switch": switch, "power": power, "contractor": "lot_1", "outage_cause": cause,
        "subdistrict": "440512001", "community": "440512001001", "lon": lon, "lat": lat, "cell_x": x, "cell_y": y, "down_at": down,
        "down_on": 20629, "seen_at": up or down, "up_at": up, **others,
    }  # fmt: skip


def event(number, minute=0.0, east_m=0.0, kind="event"):
    """A city event as recurrence keeps it."""
    at = NOON + timedelta(minutes=minute)
    lon, lat = HERE[0] + east_m * METRE / 0.9186, HERE[1]
    x, y = cell_of(lon, lat)
    return {
        "id": number, "kind": kind, "type": "E0101", "lon": lon, "lat": lat, "cell_x": x, "cell_y": y, "reported_at": at,
        "reported_on": 20629, "subdistrict": "440512001", "community": "440512001001", "grid": None, "near_n": 0, "burst_n": 0,
        "first_at": at, "recurring": False, "newest": True, "bursting": False,
    }  # fmt: skip


def told(connection, table):
    return sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)


def exact(connection):
    """Whether everything kept is what its leaders say, counters too."""
    for leader in (channel_outage, recurrence):
        for follower in followers_of(leader):
            assert follower.strayed(connection, REGION) == []
    cubes = [cube for table in (channel_outage, channel_downtime, outage_cluster, blind_spot) for cube in cubes_of(table)]
    assert cubes
    assert differences(connection, REGION, cubes) == []


def record(engine, table, *rows):
    with writing(engine) as connection:
        ledger.record_rows(connection, REGION, table, rows, NOON)


# Minutes.


def test_an_outage_is_cut_at_midnight_of_the_place():
    found = list(downtime(outage(1, 11 * 60 + 50, 24 * 60 + 30)))
    assert [(row["day"], row["minutes"]) for row in found] == [(20629, 10), (20630, 1440), (20631, 20)]


def test_an_outage_counts_as_far_as_it_was_seen():
    row = outage(1, 0) | {"seen_at": NOON + timedelta(minutes=65, seconds=59)}
    assert [(found["day"], found["minutes"]) for found in downtime(row)] == [(20629, 65)]
    assert list(downtime(outage(1, 0))) == []


@given(start=st.integers(0, 5000), lengths=st.lists(st.integers(0, 5000), min_size=1, max_size=5))
def test_the_minutes_of_all_days_are_those_of_the_outage(start, lengths):
    total = 0
    for length in lengths:
        found = list(downtime(outage(1, start, length)))
        assert sum(row["minutes"] for row in found) == length
        assert all(0 < row["minutes"] <= 1440 for row in found)
        assert all(later["day"] - one["day"] == 1 for one, later in pairwise(found))
        total += length
    assert total == sum(lengths)


# Clusters.


def test_five_channels_of_a_switch_within_ten_minutes_are_a_cluster():
    rows = [outage(number, 2.5 * number) for number in range(5)]  # the last ten minutes after the first
    (found,) = clusters(rows)
    assert (found["carrier"], found["carrier_key"], found["channels_n"], found["down_n"]) == ("switch", "SW-1", 5, 5)
    assert found["standing"]
    assert found["restored_at"] is None
    assert list(clusters(rows[:4])) == []
    assert list(clusters([outage(number, 2.6 * number) for number in range(5)])) == []


def test_a_channel_that_comes_and_goes_is_one_channel():
    assert list(clusters([outage(number, number, 0.5, channel=7) for number in range(9)])) == []


def test_channels_of_several_switches_are_a_cluster_of_their_supply():
    rows = [outage(number, number, 60, switch=f"SW-{number % 2}") for number in range(6)]
    (found,) = clusters(rows)
    assert (found["carrier"], found["carrier_key"], found["down_n"], found["standing"]) == ("power", "PW-1", 0, False)
    assert found["restored_at"] == NOON + timedelta(minutes=65)


def test_what_goes_on_for_a_while_is_one_cluster():
    rows = [outage(number, 2 * number) for number in range(12)] + [outage(20 + number, 200 + number) for number in range(5)]
    first, second = clusters(rows)
    assert (first["channels_n"], first["began_at"]) == (12, NOON)
    assert (second["channels_n"], second["began_at"]) == (5, NOON + timedelta(minutes=200))


def test_planned_work_is_no_cluster(engine):
    record(engine, channel_outage, *(outage(number, number, cause="maintenance") for number in range(9)))
    with reading(engine) as connection:
        assert told(connection, outage_cluster) == []


def test_a_cluster_ends_when_fewer_than_five_are_down(engine):
    rows = [outage(number, number) for number in range(6)]
    record(engine, channel_outage, *rows)
    for number in range(6):
        record(engine, channel_outage, *(outage(back, back, 90 + back) for back in range(number + 1)))
        with reading(engine) as connection:
            (found,) = told(connection, outage_cluster)
            exact(connection)
        assert (found["down_n"], found["standing"]) == (5 - number, 5 - number >= 5)
    assert found["restored_at"] == NOON + timedelta(minutes=100)


# Blind spots.


def test_an_event_near_a_channel_that_was_down_is_a_blind_spot(engine):
    record(engine, channel_outage, outage(1, 0, 60), outage(2, 10, None, east_m=60), outage(3, 0, 5), outage(4, 0, 60, east_m=180))
    record(engine, recurrence, event(1, 30), event(2, 70, 10), event(3, -1), event(4, 30, kind="component"), event(5, 60, -45))
    with reading(engine) as connection:
        found = {row["id"]: row["down_n"] for row in told(connection, blind_spot)}
        exact(connection)
    assert found == {1: 2, 2: 1}  # of 5 the near one is back at that minute, the other stands 105 m away


def test_what_is_told_late_counts_too(engine):
    record(engine, recurrence, event(1, 30))
    record(engine, channel_outage, outage(1, 0))
    with reading(engine) as connection:
        assert [row["id"] for row in told(connection, blind_spot)] == [1]
    record(engine, channel_outage, outage(1, 0, 20))  # it was back before
    with reading(engine) as connection:
        assert told(connection, blind_spot) == []
        exact(connection)


def test_a_case_that_proves_void_leaves(engine):
    record(engine, channel_outage, outage(1, 0))
    record(engine, recurrence, event(1, 30))
    with writing(engine) as connection:
        row = {name: value for name, value in told(connection, recurrence)[0].items() if name != REGION_COLUMN}
        ledger.store(connection, REGION, recurrence, [(row, None)], NOON)
    with reading(engine) as connection:
        assert told(connection, blind_spot) == []


def test_a_blind_spot_says_nothing_of_where_the_camera_is(engine):
    record(engine, channel_outage, outage(1, 0, east_m=70))
    record(engine, recurrence, event(1, 30))
    with reading(engine) as connection:
        (found,) = told(connection, blind_spot)
    assert (found["lon"], found["lat"]) == (round(HERE[0] * 200) / 200, round(HERE[1] * 200) / 200)


# Whatever the order.

SPELLS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 40), st.one_of(st.none(), st.integers(1, 3000)), st.integers(1, 2), st.integers(0, 3)),
    min_size=1, max_size=14, unique_by=lambda spell: spell[0],
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spells=SPELLS, later=SPELLS, events=st.lists(st.tuples(st.integers(0, 60), st.integers(-200, 200)), max_size=5))
def test_moving_and_deriving_give_the_same(spells, later, events):
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    for batch in (spells[::2], spells[1::2], later):
        for number, minute, lasts, switch, place in batch:
            row = outage(number, minute, lasts, switch=f"SW-{switch}", power=f"PW-{number % 2}", east_m=40.0 * place)
            record(engine, channel_outage, row)
        record(engine, recurrence, *(event(number, minute, east) for number, (minute, east) in enumerate(events)))
    with reading(engine) as connection:
        exact(connection)
    engine.dispose()


@pytest.mark.parametrize("leader", [channel_outage, recurrence], ids=lambda table: table.name)
def test_every_follower_has_a_leader_it_is_found_by(leader):
    assert followers_of(leader)
