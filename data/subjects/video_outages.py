"""Outages of channels as numbers: minutes online of minutes expected, day by day, and what took channels down.

An outage is told when it begins, seen again by the hour while it lasts, and told when it ends. Its minutes of each day follow from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Float, Index, Integer, SmallInteger, String, Table, select, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.followers import Follower
from data.measures import Measure, Ratio
from data.rollups import Change
from data.schema import REGION, metadata, region_column
from data.subjects.public_video import AREAS, WIDE

Row = dict[str, Any]
DAY_MIN = 1440
OFFSET_MIN = 480  # of the local day

channel_outage = Table(
    "channel_outage",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", Integer, nullable=False),  # its number
    Column("switch", String(16), nullable=False),
    Column("power", String(16), nullable=False),
    Column("contractor", String(16), nullable=False),
    Column("outage_cause", String(16), nullable=False),  # code list
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("cell_x", Integer, nullable=False),  # of the ground's cells, see data.subjects.recurrence
    Column("cell_y", Integer, nullable=False),
    Column("down_at", UtcDateTime, nullable=False),
    Column("down_on", Integer, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),  # up to when it is known to have been down
    Column("up_at", UtcDateTime),
    Index("channel_outage_around", REGION, "cell_x", "cell_y", "down_at"),
    Index("channel_outage_power", REGION, "power", "down_at"),
    Index("channel_outage_of", REGION, "channel", "down_at"),
)

channel_downtime = Table(
    "channel_downtime",
    metadata,
    region_column(),
    Column("outage", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("contractor", String(16), nullable=False),
    Column("outage_cause", String(16), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("minutes", SmallInteger, nullable=False),  # of this day
)

video_day = Table(
    "video_day",
    metadata,
    region_column(),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("community", String(32), primary_key=True),
    Column("contractor", String(16), primary_key=True),
    Column("subdistrict", String(32), nullable=False),
    Column("expected_min", Integer, nullable=False),  # channels in service times minutes, up to the hour the day has reached
    Column("required_min", Integer, nullable=False),  # to be recorded
    Column("recorded_min", Integer, nullable=False),
    Column("sampled_n", SmallInteger, nullable=False),  # pictures looked at by the nightly diagnosis
    Column("sharp_n", SmallInteger, nullable=False),
    Column("clocked_n", SmallInteger, nullable=False),  # clocks compared
    Column("right_n", SmallInteger, nullable=False),  # within a second
)

video_poll = Table(
    "video_poll",
    metadata,
    region_column(),
    Column("polled_on", Integer, primary_key=True, autoincrement=False),
    Column("subdistrict", String(32), primary_key=True),
    Column("polled_hour", Integer, primary_key=True, autoincrement=False),  # at the beginning of this hour
    Column("due_n", Integer, nullable=False),  # channels in service
    Column("online_n", Integer, nullable=False),
)
_day, _poll = video_day.c, video_poll.c


def _minute(moment: Any) -> int:
    return int(moment.timestamp()) // 60


def downtime(outage: Mapping[Any, Any]) -> Iterator[Row]:
    """The whole minutes an outage took of each local day, as far as it has been seen; days without a minute are left out."""
    start, end = _minute(outage["down_at"]), _minute(outage["up_at"] or outage["seen_at"])
    for day in range((start + OFFSET_MIN) // DAY_MIN, (end + OFFSET_MIN) // DAY_MIN + 1):
        first = day * DAY_MIN - OFFSET_MIN
        minutes = min(end, first + DAY_MIN) - max(start, first)
        if minutes > 0:
            told = {name: outage[name] for name in ("contractor", "outage_cause", "subdistrict", "community")}
            yield {"outage": outage["number"], "day": day, **told, "minutes": minutes}


def _moved(_connection: Connection, _region: int, changes: Sequence[Change]) -> list[Change]:
    """An outage's days follow from it alone."""
    moved: list[Change] = []
    for old, new in changes:
        before, after = ({row["day"]: row for row in downtime(one)} if one else {} for one in (old, new))
        days = sorted(before.keys() | after.keys())
        moved += [(before.get(day), after.get(day)) for day in days if before.get(day) != after.get(day)]
    return moved


def _derived(connection: Connection, region: int) -> Iterator[Row]:
    outages = connection.execute(select(channel_outage).where(channel_outage.c[REGION] == region)).mappings()
    return (row for outage in outages for row in downtime(outage))


FOLLOWERS = (Follower(channel_outage, channel_downtime, lambda change: change[0] != change[1], _moved, _derived),)

begun_cube = Cube(
    name="channel_outage",
    fact=channel_outage,
    day="down_on",
    areas=AREAS,
    wide_areas=WIDE,
    by={"outage_cause": "outage_cause"},
    counters={"begun": true()},
)

downtime_cube = Cube(
    name="channel_downtime",
    fact=channel_downtime,
    day="day",
    areas=AREAS,
    wide_areas=WIDE,
    by={"contractor": "contractor"},
    counters={"minutes": channel_downtime.c.minutes},
)

day_cube = Cube(
    name="video_day",
    fact=video_day,
    day="day",
    areas=AREAS,
    wide_areas=WIDE,
    by={"contractor": "contractor"},
    counters={
        "expected": _day.expected_min,
        "required": _day.required_min,
        "recorded": _day.recorded_min,
        "sampled": _day.sampled_n,
        "sharp": _day.sharp_n,
        "clocked": _day.clocked_n,
        "right": _day.right_n,
    },
)

poll_cube = Cube(
    name="video_poll",
    fact=video_poll,
    day="polled_on",
    hour="polled_hour",
    areas=WIDE,
    wide_areas=WIDE,
    counters={"due": _poll.due_n, "online": _poll.online_n},
)

CUBES = (begun_cube, downtime_cube, day_cube, poll_cube)


def _of_day(counter: str) -> Measure:
    return Measure(day_cube, counter)


begun = Measure(begun_cube, "begun")
availability = Ratio(Measure(downtime_cube, "minutes"), _of_day("expected"), rest=True)
online_by_hour = Ratio(Measure(poll_cube, "online"), Measure(poll_cube, "due"))
recorded = Ratio(_of_day("recorded"), _of_day("required"))
sharp = Ratio(_of_day("sharp"), _of_day("sampled"))
clocks_right = Ratio(_of_day("right"), _of_day("clocked"))
