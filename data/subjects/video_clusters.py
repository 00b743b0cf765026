"""Outage clusters: channels of one switch or one power supply that went down together. What is kept follows from the outages alone.

Outages of one supply that begin within ten minutes of each other make a run. A run in which five channels or more went down within ten
minutes is a cluster: of a switch where four fifths of its channels hang on one, else of the supply. Planned maintenance is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Index, Integer, String, Table, and_, case, or_, select, true

from data.columns import UtcDateTime, day_number
from data.cubes import Cube
from data.followers import Follower
from data.listings import Listing, Told
from data.measures import Measure
from data.rollups import Change
from data.schema import REGION, metadata, region_column, without_region
from data.spots import Spots, coarse
from data.subjects.public_video import AREAS
from data.subjects.video_outages import channel_outage

TOGETHER = timedelta(minutes=10)
LEAST = 5  # channels
ONE_SWITCH = 0.8  # of a cluster's channels
SHOWN, LATELY = timedelta(days=7), timedelta(days=1)
PLANNED = "maintenance"
_NAMES = ("number", "channel", "switch", "power", "subdistrict", "community", "lon", "lat", "down_at", "up_at")
Row = dict[str, Any]

outage_cluster = Table(
    "outage_cluster",
    metadata,
    region_column(),
    Column("key", String(40), primary_key=True),  # the supply and the second the cluster began
    Column("carrier", String(16), nullable=False),  # code list: switch, power
    Column("carrier_key", String(16), nullable=False),  # which of them
    Column("power", String(16), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("lon", Float, nullable=False),  # coarse, of no channel
    Column("lat", Float, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("began_on", Integer, nullable=False),
    Column("channels_n", Integer, nullable=False),
    Column("down_n", Integer, nullable=False),  # not back yet
    Column("restored_at", UtcDateTime),
    Column("standing", Boolean, nullable=False),  # so many are still down that it is a cluster yet
    Index("outage_cluster_began", REGION, "began_at"),
    Index("outage_cluster_power", REGION, "power", "began_at"),
)
_cluster, _outage = outage_cluster.c, channel_outage.c


def _member(outage: Mapping[Any, Any] | None) -> Row | None:
    if outage is None or outage["outage_cause"] == PLANNED:
        return None
    return {name: outage[name] for name in _NAMES}


def _concerns(change: Change) -> bool:
    return _member(change[0]) != _member(change[1])


def clusters(members: Iterable[Row]) -> Iterator[Row]:
    """The clusters among the outages of one supply, oldest first."""
    run: list[Row] = []
    for member in sorted(members, key=lambda one: (one["down_at"], one["number"])):
        if run and member["down_at"] - run[-1]["down_at"] > TOGETHER:
            yield from _clustered(run)
            run = []
        run.append(member)
    yield from _clustered(run)


def _clustered(run: Sequence[Row]) -> Iterator[Row]:
    if _together(run) >= LEAST:
        yield _told(run)


def _together(run: Sequence[Row]) -> int:
    """The most channels of a run that went down within ten minutes."""
    within = ({other["channel"] for other in run[n:] if other["down_at"] - one["down_at"] <= TOGETHER} for n, one in enumerate(run))
    return max(map(len, within), default=0)


def _told(run: Sequence[Row]) -> Row:
    switches = [member["switch"] for member in run]
    most = max(sorted(set(switches)), key=switches.count)
    of_switch = switches.count(most) >= ONE_SWITCH * len(run)
    first, down = run[0], {member["channel"] for member in run if member["up_at"] is None}
    return {
        "key": f"{first['power']}@{int(first['down_at'].timestamp())}",
        "carrier": "switch" if of_switch else "power",
        "carrier_key": most if of_switch else first["power"],
        "power": first["power"],
        "subdistrict": first["subdistrict"],
        "community": first["community"],
        **{name: coarse(sum(member[name] for member in run) / len(run)) for name in ("lon", "lat")},
        "began_at": first["down_at"],
        "began_on": day_number(first["down_at"]),
        "channels_n": len({member["channel"] for member in run}),
        "down_n": len(down),
        "restored_at": None if down else max(member["up_at"] for member in run),
        "standing": len(down) >= LEAST,
    }


def _moved(connection: Connection, region: int, changes: Sequence[Change]) -> list[Change]:
    """The runs that what changed belonged to or belongs to, worked out anew."""
    touched = [member for change in changes for one in change if (member := _member(one))]
    moved: list[Change] = []
    for power, group in groupby(sorted(touched, key=lambda one: one["power"]), key=lambda one: one["power"]):
        moments = [member["down_at"] for member in group]
        first, last, members = _run_around(connection, region, power, min(moments), max(moments))
        after = {row["key"]: row for row in clusters(members)}
        before = _kept(connection, region, power, first, last)
        keys = sorted(before.keys() | after.keys())
        moved += [(before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
    return moved


def _run_around(connection: Connection, region: int, power: str, first: datetime, last: datetime) -> tuple[datetime, datetime, list[Row]]:
    """All outages of a supply between two moments and of the runs that reach into that time."""
    while True:
        query = select(*(_outage[name] for name in _NAMES)).where(
            _outage[REGION] == region, _outage.power == power, _outage.down_at.between(first - TOGETHER, last + TOGETHER),
            _outage.outage_cause != PLANNED,
        )  # fmt: skip
        members = [dict(row) for row in connection.execute(query).mappings()]
        moments = [first, last, *(member["down_at"] for member in members)]
        if (min(moments), max(moments)) == (first, last):
            return first, last, members
        first, last = min(moments), max(moments)


def _kept(connection: Connection, region: int, power: str, first: datetime, last: datetime) -> dict[str, Row]:
    query = select(outage_cluster).where(_cluster[REGION] == region, _cluster.power == power, _cluster.began_at.between(first, last))
    return {row["key"]: without_region(row) for row in connection.execute(query).mappings()}


def _derived(connection: Connection, region: int) -> Iterator[Row]:
    query = select(*(_outage[name] for name in _NAMES)).where(_outage[REGION] == region, _outage.outage_cause != PLANNED)
    members = (dict(row) for row in connection.execute(query.order_by(_outage.power)).mappings())
    for _, group in groupby(members, key=lambda one: one["power"]):
        yield from clusters(group)


FOLLOWERS = (Follower(channel_outage, outage_cluster, _concerns, _moved, _derived),)

cluster_cube = Cube(
    name="outage_cluster",
    fact=outage_cluster,
    areas=AREAS,
    counters={"standing": _cluster.standing},
)

began_cube = Cube(
    name="cluster_began",
    fact=outage_cluster,
    day="began_on",
    areas=AREAS,
    counters={"began": true()},
)

CUBES = (cluster_cube, began_cube)

standing = Measure(cluster_cube, "standing")
began = Measure(began_cube, "began")


def _shown(now: datetime) -> Any:
    """Those that stand yet, and those of the last day."""
    return and_(_cluster.began_at >= now - SHOWN, or_(_cluster.began_at >= now - LATELY, _cluster.standing))


spots = Spots(
    outage_cluster,
    level=lambda now: case((_cluster.standing == true(), "critical"), (_cluster.down_n > 0, "warning"), else_="ok"),
    kind="carrier",
    where=_shown,
    title=("carrier_key", "carrier_key"),
    number="key",
    at="began_at",
)

listed = Listing(
    outage_cluster,
    columns=(
        Told("carrier", by="carrier"),
        Told("carrier_key"),
        Told("community", by="community"),
        Told("channels_n", "count"),
        Told("down_n", "count"),
        Told("began_at", "time"),
        Told("restored_at", "time"),
    ),
    where=lambda now, day: _cluster.began_at >= now - SHOWN,
    order=lambda now, day: (_cluster.standing.desc(), _cluster.began_at.desc(), _cluster.key),
    most=20,
)
