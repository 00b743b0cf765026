"""Facts as points on a map, in both databases: what has a position, where it lies, how it is doing at a moment."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, case, insert, literal

from data.columns import UtcDateTime
from data.db import reading
from data.measures import Scope
from data.spots import MOST, Spots
from tests.conftest import DEMO_NOW

GAUGE = Table(
    "gauge_here",
    MetaData(),
    Column("region", Integer, primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("kind", String(16)),
    Column("name_zh", String(16)),
    Column("name_en", String(16)),
    Column("depth_cm", Float),
    Column("heard_at", UtcDateTime),
    Column("lon", Float),
    Column("lat", Float),
    Column("subdistrict", String(16)),
    Column("community", String(16)),
)
gauge = GAUGE.c
DEPTH = Spots(
    GAUGE,
    lambda now: case((gauge.heard_at < now - timedelta(hours=1), "none"), (gauge.depth_cm >= 27, "critical"),
                     (gauge.depth_cm >= 15, "watch"), (gauge.depth_cm.is_not(None), "ok")),
    kind="kind", where=gauge.kind != "spare", title=("name_zh", "name_en"), at="heard_at",
)  # fmt: skip
HERE = Scope(1)


def gauge_row(number: str, depth: float | None, minutes: int = 5, **changes: Any) -> dict[str, Any]:
    row = {"region": 1, "number": number, "kind": "road", "name_zh": f"{number}路", "name_en": f"{number} Road", "depth_cm": depth}
    row |= {"heard_at": DEMO_NOW - timedelta(minutes=minutes), "lon": 116.7, "lat": 23.3, "subdistrict": "1", "community": "1-1"}
    return row | changes


@pytest.fixture
def gauges(engine: Engine) -> Iterator[Engine]:
    """Some gauges in both databases."""
    rows = [
        gauge_row("A", 3), gauge_row("B", 30), gauge_row("C", 16, kind="tunnel", subdistrict="2", community="2-1"),
        gauge_row("D", 40, minutes=90), gauge_row("E", None), gauge_row("F", 31, lon=None), gauge_row("G", 28),
        gauge_row("H", 50, kind="spare"), gauge_row("I", 50, region=2),
    ]  # fmt: skip
    with engine.begin() as connection:
        GAUGE.drop(connection, checkfirst=True)
        GAUGE.create(connection)
        connection.execute(insert(GAUGE), rows)
    yield engine
    with engine.begin() as connection:
        GAUGE.drop(connection)


def test_spots_are_those_with_a_position_the_worst_first(gauges: Engine) -> None:
    with reading(gauges) as connection:
        rows = DEPTH.rows(connection, HERE, DEMO_NOW)
        assert [(row["id"], row["level"]) for row in rows] == [
            ("B", "critical"), ("G", "critical"), ("C", "watch"), ("A", "ok"), ("D", "none"), ("E", "none"),
        ]  # fmt: skip
        assert rows[2] == {
            "id": "C", "lon": 116.7, "lat": 23.3, "level": "watch", "kind": "tunnel", "label_zh": "C路", "label_en": "C Road",
            "at": DEMO_NOW - timedelta(minutes=5),
        }  # fmt: skip
        assert DEPTH.counts(connection, HERE, DEMO_NOW) == {"critical": 3, "warning": 0, "watch": 1, "ok": 1, "none": 2}


def test_spots_know_their_region_and_their_area(gauges: Engine) -> None:
    with reading(gauges) as connection:
        for scope, wanted in (
            (Scope(1, "2", "subdistrict"), ["C"]),
            (Scope(1, "2-1", "community"), ["C"]),
            (Scope(2), ["I"]),
            (Scope(3), []),
        ):
            assert [row["id"] for row in DEPTH.rows(connection, scope, DEMO_NOW)] == wanted
            assert sum(DEPTH.counts(connection, scope, DEMO_NOW).values()) == len(wanted)
        assert [DEPTH.carries(level) for level in ("district", "subdistrict", "community", "grid")] == [True, True, True, False]
        assert [DEPTH.reported(connection, region) for region in (1, 2, 3)] == [True, True, False]


def test_spots_follow_the_moment_and_need_no_names(gauges: Engine) -> None:
    with reading(gauges) as connection:
        later = DEMO_NOW + timedelta(hours=2)
        assert {row["level"] for row in DEPTH.rows(connection, HERE, later)} == {"none"}
        bare = Spots(GAUGE, literal("ok"))
        assert bare.rows(connection, Scope(2), DEMO_NOW) == [
            {"id": "I", "lon": 116.7, "lat": 23.3, "level": "ok", "kind": None, "label_zh": "I", "label_en": "I", "at": None}
        ]


def test_no_more_spots_than_a_map_holds_but_all_of_them_counted(gauges: Engine) -> None:
    with gauges.begin() as connection:
        connection.execute(insert(GAUGE), [gauge_row(f"N{number:05}", 3, region=4) for number in range(MOST + 5)])
        connection.execute(insert(GAUGE), [gauge_row("Z", 30, region=4)])
        rows = DEPTH.rows(connection, Scope(4), DEMO_NOW)
        assert len(rows) == MOST and [row["id"] for row in rows[:2]] == ["Z", "N00000"]
        assert DEPTH.counts(connection, Scope(4), DEMO_NOW)["ok"] == MOST + 5
