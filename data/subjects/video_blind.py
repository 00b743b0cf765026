"""Blind spots as numbers: city events reported within 100 m of a channel that was down at that moment.

What is kept follows from the events (data.subjects.recurrence) and the outages, whichever of the two is told later. It says where the
event was, never where the camera is. An outage counts for thirty days at most.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Float, Index, Integer, SmallInteger, String, Table, case, or_, select, true, tuple_

from data.columns import UtcDateTime, day_number
from data.cubes import Cube
from data.followers import Follower
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.rollups import Change
from data.schema import REGION, metadata, region_column, without_region
from data.spots import Spots, coarse
from data.subjects.recurrence import apart_m, recurrence, recurrence_cube
from data.subjects.video_outages import channel_outage

NEAR_M, LONGEST = 100.0, timedelta(days=30)
REACH_X, REACH_Y = 2, 1  # cells; covers 100 m up to 63° of latitude
INCIDENT = "event"
SHOWN_DAYS = 7
_EVENT = ("id", "kind", "type", "lon", "lat", "cell_x", "cell_y", "reported_at", "reported_on", "subdistrict", "community", "grid")
_DOWN = ("channel", "lon", "lat", "cell_x", "cell_y", "down_at", "up_at")
Row = dict[str, Any]

blind_spot = Table(
    "blind_spot",
    metadata,
    region_column(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # of the case
    Column("type", String(80), nullable=False),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float, nullable=False),  # coarse
    Column("lat", Float, nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("reported_on", Integer, nullable=False),
    Column("down_n", SmallInteger, nullable=False),  # channels within 100 m that were down then
    Index("blind_spot_reported", REGION, "reported_on"),
)
_blind, _event, _outage = blind_spot.c, recurrence.c, channel_outage.c
Index("recurrence_around", _event.region, _event.cell_x, _event.cell_y, _event.reported_at)


def _around(row: Mapping[Any, Any]) -> Iterator[tuple[int, int]]:
    steps = product(range(-REACH_X, REACH_X + 1), range(-REACH_Y, REACH_Y + 1))
    return ((row["cell_x"] + x, row["cell_y"] + y) for x, y in steps)


def _was_down(outage: Mapping[Any, Any], at: datetime) -> bool:
    end = min(outage["up_at"] or at + LONGEST, outage["down_at"] + LONGEST)
    return bool(outage["down_at"] <= at < end)


def _spot(event: Mapping[Any, Any], outages: Iterable[Mapping[Any, Any]]) -> Row | None:
    """The row of an event, None where no channel near it was down."""
    down = {one["channel"] for one in outages if _was_down(one, event["reported_at"]) and apart_m(event, one) <= NEAR_M}
    if not down:
        return None
    where = {name: coarse(event[name]) for name in ("lon", "lat")}
    told = {name: event[name] for name in ("id", "type", "subdistrict", "community", "grid", "reported_at", "reported_on")}
    return {**told, **where, "down_n": len(down)}


def _incident(row: Mapping[Any, Any] | None) -> Row | None:
    return None if row is None or row["kind"] != INCIDENT else {name: row[name] for name in _EVENT}


def _downed(row: Mapping[Any, Any] | None) -> Row | None:
    return None if row is None else {name: row[name] for name in _DOWN}


def _events_moved(connection: Connection, region: int, changes: Sequence[Change]) -> list[Change]:
    events = {new["id"]: _incident(new) for _, new in changes if new is not None}
    gone = {old["id"]: None for old, _ in changes if old is not None}
    return _told(connection, region, gone | events)


def _outages_moved(connection: Connection, region: int, changes: Sequence[Change]) -> list[Change]:
    """The events near what changed, of the time either version of it lasted."""
    spells = [outage for change in changes for one in change if (outage := _downed(one))]
    events: dict[int, Row | None] = {}
    for outage in spells:
        first = outage["down_at"]
        among = (tuple_(_event.cell_x, _event.cell_y).in_(list(_around(outage))), _event.kind == INCIDENT)
        during = _event.reported_at.between(first, outage["up_at"] or first + LONGEST)
        query = select(*(_event[name] for name in _EVENT)).where(_event[REGION] == region, *among, during)
        events |= {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    return _told(connection, region, events)


def _told(connection: Connection, region: int, events: Mapping[int, Row | None]) -> list[Change]:
    """What becomes of the rows of these events; None: it is no such event any more."""
    if not events:
        return []
    query = select(blind_spot).where(_blind[REGION] == region, _blind.id.in_(events))
    kept = {row["id"]: without_region(row) for row in connection.execute(query).mappings()}
    after = {number: _spot(event, _outages(connection, region, event)) if event else None for number, event in events.items()}
    return [(kept.get(number), row) for number, row in sorted(after.items()) if kept.get(number) != row]


def _outages(connection: Connection, region: int, event: Row) -> Sequence[Mapping[Any, Any]]:
    at = event["reported_at"]
    query = select(*(_outage[name] for name in _DOWN)).where(
        _outage[REGION] == region,
        tuple_(_outage.cell_x, _outage.cell_y).in_(list(_around(event))),
        _outage.down_at.between(at - LONGEST, at),
        or_(_outage.up_at.is_(None), _outage.up_at > at),
    )
    return connection.execute(query).mappings().all()


def _derived(connection: Connection, region: int) -> Iterator[Row]:
    near: dict[tuple[int, int], list[Any]] = defaultdict(list)
    outages = select(*(_outage[name] for name in _DOWN)).where(_outage[REGION] == region)
    for outage in connection.execute(outages).mappings():
        near[outage["cell_x"], outage["cell_y"]].append(outage)
    events = select(*(_event[name] for name in _EVENT)).where(_event[REGION] == region, _event.kind == INCIDENT)
    for event in connection.execute(events).mappings():
        spot = _spot(event, (outage for cell in _around(event) for outage in near.get(cell, ())))
        if spot:
            yield spot


FOLLOWERS = (
    Follower(recurrence, blind_spot, lambda change: _incident(change[0]) != _incident(change[1]), _events_moved, _derived),
    Follower(channel_outage, blind_spot, lambda change: _downed(change[0]) != _downed(change[1]), _outages_moved, _derived),
)

blind_cube = Cube(
    name="blind_spot",
    fact=blind_spot,
    day="reported_on",
    areas=("grid", "community", "subdistrict"),
    counters={"blind": true()},
)

CUBES = (blind_cube,)

blind = Measure(blind_cube, "blind")
blind_share = Ratio(blind, Measure(recurrence_cube, "event_located"))


def _lately(now: datetime) -> Any:
    return _blind.reported_on > day_number(now) - SHOWN_DAYS


spots = Spots(
    blind_spot,
    level=lambda now: case((_blind.down_n > 1, "warning"), else_="watch"),
    kind="type",
    where=_lately,
    title=("type", "type"),
    number="id",
    at="reported_at",
)

listed = Listing(
    blind_spot,
    columns=(
        Told("type", by="type"),
        Told("community", by="community"),
        Told("channels_down", "count", value=_blind.down_n),
        Told("reported_at", "time"),
    ),
    where=lambda now, day: _lately(now),
    order=lambda now, day: (_blind.reported_at.desc(), _blind.id),
    most=20,
)
