"""Recurrence as numbers: which city cases come back at the same place.

A case recurs when at least two other city cases of its type lie within 50 m and 30 days of it, before or after. What is kept of a case
follows from the case files alone, whatever the order they arrived in: a new neighbour moves its neighbours, one that proves void too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from math import cos, floor, hypot, radians
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    and_,
    select,
    true,
    tuple_,
)  # fmt: skip

from data.columns import UtcDateTime
from data.cubes import Cube
from data.expressions import evaluator
from data.followers import Follower
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.rollups import Change
from data.schema import REGION, case_file, metadata, region_column, without_region
from data.subjects.cases import ENDED, city
from data.waiting import Waiting

NEAR_M, NEAR = 50.0, timedelta(days=30)
BURST = timedelta(hours=24)
OTHERS = 2  # so many others make it recur: a group of three
CELL = 0.001  # degrees; wider than 50 m along both axes up to 63° of latitude
EARTH_M = 6_371_008.8  # mean radius, IUGG
_BASE = ("id", "kind", "type", "lon", "lat", "reported_at", "reported_on", "subdistrict", "community", "grid")

Row = dict[str, Any]
Cell = tuple[str, int, int]

recurrence = Table(
    "recurrence",
    metadata,
    region_column(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # of the case
    Column("kind", String(16), nullable=False),
    Column("type", String(80), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("cell_x", Integer, nullable=False),
    Column("cell_y", Integer, nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("reported_on", Integer, nullable=False),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("near_n", SmallInteger, nullable=False),  # others within 50 m and 30 days
    Column("burst_n", SmallInteger, nullable=False),  # of these within the 24 hours before it
    Column("first_at", UtcDateTime, nullable=False),  # the earliest report among it and them
    Column("recurring", Boolean, nullable=False),
    Column("newest", Boolean, nullable=False),  # none of them was reported later
    Column("bursting", Boolean, nullable=False),  # a third within 24 hours, and the newest of such
    Index("recurrence_cell", REGION, "type", "cell_x", "cell_y"),
)
_row = recurrence.c
Index(
    "recurrence_newest",
    _row.region,
    _row.reported_at,
    sqlite_where=and_(_row.newest == true(), _row.recurring == true()),
    postgresql_where=and_(_row.newest, _row.recurring),
)
Index(
    "recurrence_burst",
    _row.region,
    _row.reported_at,
    sqlite_where=_row.bursting == true(),
    postgresql_where=_row.bursting,
)

_MOST_CELLS = 500  # asked for at once

_case = case_file.c
_counts = and_(city, _case.valid, _case.state.not_in(ENDED), _case.lon.is_not(None), _case.lat.is_not(None))
_is_counted = evaluator(_counts)


def cell_of(lon: float, lat: float) -> tuple[int, int]:
    """The cell of the ground a point lies in, its column and its row."""
    return floor(lon / CELL), floor(lat / CELL)


def _member(case: Mapping[Any, Any] | None) -> Row | None:
    """What recurrence looks at of a case; None for one that does not count."""
    return _placed(case) if case is not None and _is_counted(case) else None


def _placed(case: Mapping[Any, Any]) -> Row:
    x, y = cell_of(case["lon"], case["lat"])
    return {name: case[name] for name in _BASE} | {"cell_x": x, "cell_y": y}


def _concerns(change: Change) -> bool:
    return _member(change[0]) != _member(change[1])


def apart_m(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Metres between two points a short way apart: the equirectangular approximation at their mean latitude."""
    east = (one["lon"] - other["lon"]) * cos(radians((one["lat"] + other["lat"]) / 2))
    return EARTH_M * radians(hypot(east, one["lat"] - other["lat"]))


def _are_near(one: Row, other: Row) -> bool:
    return abs(one["reported_at"] - other["reported_at"]) <= NEAR and apart_m(one, other) <= NEAR_M


def _cells_around(row: Row, reach: int = 1) -> Iterator[Cell]:
    steps = range(-reach, reach + 1)
    return ((row["type"], row["cell_x"] + x, row["cell_y"] + y) for x, y in product(steps, steps))


class _Ground:
    """Members by cell, and who is near whom."""

    def __init__(self, members: Iterable[Row]) -> None:
        self._cells: dict[Cell, list[Row]] = {}
        for member in members:
            self._cells.setdefault((member["type"], member["cell_x"], member["cell_y"]), []).append(member)

    def near(self, member: Row) -> list[Row]:
        """The others within reach of a member, which need not be there itself."""
        around = (other for cell in _cells_around(member) for other in self._cells.get(cell, ()))
        return [other for other in around if other["id"] != member["id"] and _are_near(member, other)]

    def told(self, member: Row) -> Row:
        """The row of a member."""
        near, at = self.near(member), member["reported_at"]
        burst = _just_before(member, near)
        return {name: member[name] for name in (*_BASE, "cell_x", "cell_y")} | {
            "near_n": len(near),
            "burst_n": len(burst),
            "first_at": min([at, *(other["reported_at"] for other in near)]),
            "recurring": len(near) >= OTHERS,
            "newest": not any(_later(other, member) for other in near),
            "bursting": len(burst) >= OTHERS and not self._followed(member, near),
        }

    def _followed(self, member: Row, near: Iterable[Row]) -> bool:
        """Whether a later one within 24 hours is itself a third within 24 hours."""
        later = (other for other in near if _later(other, member) and other["reported_at"] - member["reported_at"] <= BURST)
        return any(len(_just_before(other, self.near(other))) >= OTHERS for other in later)


def _later(one: Row, other: Row) -> bool:
    return (one["reported_at"], one["id"]) > (other["reported_at"], other["id"])


def _just_before(member: Row, near: Iterable[Row]) -> list[Row]:
    return [other for other in near if _later(member, other) and member["reported_at"] - other["reported_at"] <= BURST]


def _derived(connection: Connection, region: int) -> list[Row]:
    query = select(*(_case[name] for name in _BASE)).where(_case[REGION] == region, _counts)
    members = [_placed(row) for row in connection.execute(query).mappings()]
    ground = _Ground(members)
    return [ground.told(member) for member in members]


def _moved(connection: Connection, region: int, changes: Sequence[Change]) -> list[Change]:
    """The members that came, left or moved, whoever is or was near one of them, and who is near those."""
    left = [member for old, _ in changes if (member := _member(old))]
    come = [member for _, new in changes if (member := _member(new))]
    before = _kept(connection, region, [*left, *come])
    gone = {member["id"] for member in left} - {member["id"] for member in come}
    after = {number: row for number, row in before.items() if number not in gone} | {member["id"]: member for member in come}
    ground = _Ground(after.values())
    reached = {member["id"]: member for member in come}
    for beside in (left + come, list(reached.values())):
        reached |= {other["id"]: other for member in beside for other in ground.near(member)}
    moved = [(before.get(number), ground.told(reached[number])) for number in sorted(reached)]
    return [(before[number], None) for number in sorted(gone) if number in before] + [(old, new) for old, new in moved if old != new]


def _kept(connection: Connection, region: int, members: Sequence[Row]) -> dict[int, Row]:
    """The rows kept so far of these members and of all that a row moved by them looks at: near the near of the near."""
    cells = sorted({cell for member in members for cell in _cells_around(member, 4)})
    found: dict[int, Row] = {}
    for start in range(0, len(cells), _MOST_CELLS):
        among = tuple_(_row.type, _row.cell_x, _row.cell_y).in_(cells[start : start + _MOST_CELLS])
        query = select(recurrence).where(_row[REGION] == region, among)
        for row in connection.execute(query).mappings():
            found[row["id"]] = without_region(row)
    return found


FOLLOWERS = (Follower(case_file, recurrence, _concerns, _moved, _derived),)

_is_event, _is_component = _row.kind == "event", _row.kind == "component"
recurrence_cube = Cube(
    name="recurrence",
    fact=recurrence,
    day="reported_on",
    areas=("grid", "community", "subdistrict"),
    wide_areas=("subdistrict",),
    counters={
        "located": true(),
        "recurring": _row.recurring,
        "event_located": _is_event,
        "event_recurring": and_(_is_event, _row.recurring),
        "component_located": _is_component,
        "component_recurring": and_(_is_component, _row.recurring),
    },
)

CUBES = (recurrence_cube,)


def share(kind: str = "") -> Ratio:
    """The share of located cases that recur; of all, or of one kind."""
    over, under = (f"{kind}_{name}" if kind else name for name in ("recurring", "located"))
    return Ratio(Measure(recurrence_cube, over), Measure(recurrence_cube, under))


bursts = Waiting(recurrence, "reported_at", _row.bursting, within_s=BURST.total_seconds())


def _lately(now: datetime, _day: int) -> Any:
    return and_(_row.newest, _row.recurring, _row.reported_at >= now - NEAR)


clusters = Listing(
    recurrence,
    columns=(
        Told("type", by="type"),
        Told("community", by="community"),
        Told("cases", "count", value=_row.near_n + 1),
        Told("first_at", "time"),
        Told("reported_at", "time"),
    ),
    where=_lately,
    order=lambda now, day: (_row.near_n.desc(), _row.reported_at.desc(), _row.id),
    most=20,
)
