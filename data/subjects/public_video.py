"""Public video as numbers: whether every channel is alive, sharp, on time and recording, and how fast what fails is mended.

A channel is equipment. No table here holds a picture, a viewer, a face, a plate or a track.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, and_, cast, or_, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.exceeding import Exceeding
from data.gb28181 import refusal
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column

AREAS, WIDE = ("community", "subdistrict"), ("subdistrict",)
CLOCK_S = 1.0  # a clock is right within one second
KEEP_DAYS = 30  # recordings are held at least so long
LONGEST_DAYS = 90  # and no longer, but for a lawful hold
BANDS = ((7, "under_7"), (KEEP_DAYS, "under_30"), (60, "under_60"), (LONGEST_DAYS + 1, "under_90"))  # of the days held: below this many
STREET_OFFLINE, STREET_LEAST = 5.0, 30.0  # percent of a sub-district's channels, of so many at least
PICTURES = ("blur", "shift", "occluded", "dark", "none")


def _why_refused(row: Mapping[str, Any]) -> str | None:
    return refusal(row["code"], (row["subdistrict"][:6],))


channel = Table(
    "channel",
    metadata,
    region_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),  # dense from 1
    Column("code", String(20), nullable=False),  # GB/T 28181
    Column("name_zh", String(120), nullable=False),  # of the place
    Column("name_en", String(160), nullable=False),
    Column("site", Integer, nullable=False),  # number of table video_site
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("video_industry", String(16), nullable=False),  # code list: digits 9 and 10 of the code
    Column("video_net", String(16), nullable=False),  # code list: digit 14 of the code
    Column("video_class", String(16), nullable=False),  # code list: class_1, class_2, class_3
    Column("unit", String(48), nullable=False),  # the owner
    Column("contractor", String(16), nullable=False),  # code list: who maintains it
    Column("switch", String(16), nullable=False),  # that carries it
    Column("power", String(16), nullable=False),  # the supply that feeds it
    Column("installed_on", Integer, nullable=False),
    Column("retired_on", Integer),
    Column("connected", Boolean, nullable=False),  # to the platform
    Column("archived", Boolean, nullable=False),  # its file complete and its place verified
    Column("sign_ok", Boolean, nullable=False),
    Column("key_site", Boolean, nullable=False),
    Column("channel_state", String(16), nullable=False),  # code list: online, offline, maintenance
    Column("down_at", UtcDateTime),  # since when it has not been online
    Column("picture_state", String(16), nullable=False),  # code list: ok, blur, shift, occluded, dark, none, unknown
    Column("clock_offset_s", Float),  # device less reference; NULL: not checked
    Column("held_days", Integer, nullable=False),  # recordings kept
    Column("held_band", String(16), nullable=False),  # code list: the band the days held lie in
    Column("lawful_hold", Boolean, nullable=False),  # kept longer on an order
    Column("recording", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),  # online, picture, clock and recording in order, all of them
    Column("level", String(16), nullable=False),  # ok, watch, warning, critical
    Column("changed_at", UtcDateTime, nullable=False),
    Index("channel_code", REGION, "code", unique=True),
    Index("channel_changed", REGION, "changed_at"),
    info={"refusal": _why_refused},
)
_channel = channel.c
in_service = and_(_channel.retired_on.is_(None), _channel.connected)
_down = _channel.down_at.is_not(None)
Index("channel_down", _channel.region, _channel.down_at, sqlite_where=_down, postgresql_where=_down)


def judged(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what follows from its other columns: whether the channel is whole, how it stands, its band of days held.

    Whole is all of it at once, never a mean; an unknown picture or clock is not in order."""
    offset, days = row["clock_offset_s"], row["held_days"]
    clock = offset is not None and abs(offset) <= CLOCK_S
    kept = row["recording"] and days >= KEEP_DAYS
    whole = row["channel_state"] == "online" and row["picture_state"] == "ok" and clock and kept
    level = "ok" if whole else "watch"
    if row["channel_state"] == "offline":
        level = "critical" if row["key_site"] else "warning"
    band = next((name for least, name in BANDS if days < least), "over_90")
    return row | {"whole": whole, "level": level, "held_band": band}


channel_fault = Table(
    "channel_fault",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", Integer, nullable=False),  # its number
    Column("fault_kind", String(16), nullable=False),  # code list
    Column("contractor", String(16), nullable=False),
    Column("switch", String(16), nullable=False),
    Column("key", Boolean, nullable=False),  # of a key site
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("grid", String(32)),
    Column("found_at", UtcDateTime, nullable=False),
    Column("found_on", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # within 24 hours at a key site, 48 elsewhere, by the wall clock
    Column("due_on", Integer, nullable=False),
    Column("fixed_at", UtcDateTime),
    Column("fixed_on", Integer),
    Column("repair_min", Integer),  # from found to fixed
    Column("repair_min2", BigInteger),  # its square, for the spread of the mean
    Column("in_time", Boolean),  # NULL while neither fixed nor due
    Index("channel_fault_of", REGION, "channel", "found_at"),
)
_fault = channel_fault.c
_open = _fault.fixed_at.is_(None)
Index("channel_fault_open", _fault.region, _fault.due_at, sqlite_where=_open, postgresql_where=_open)

_used = _channel.connected
channel_cube = Cube(
    name="channel",
    fact=channel,
    areas=AREAS,
    wide_areas=WIDE,
    by={name: name for name in ("contractor", "subdistrict", "picture_state", "held_band")},
    where=_channel.retired_on.is_(None),
    counters={
        "listed": true(),
        "archived": _channel.archived,
        "service": _used,
        **{state: and_(_used, _channel.channel_state == state) for state in ("online", "offline", "maintenance")},
        "down": and_(_used, _channel.down_at.is_not(None)),
        "key_offline": and_(_used, _channel.key_site, _channel.channel_state == "offline"),
        "whole": and_(_used, _channel.whole),
        "blurred": and_(_used, _channel.picture_state.in_(PICTURES)),
        "clock_off": and_(_used, or_(_channel.clock_offset_s > CLOCK_S, _channel.clock_offset_s < -CLOCK_S)),
        "short": and_(_used, _channel.held_days < KEEP_DAYS),
        "undeleted": and_(_used, _channel.held_days > LONGEST_DAYS, ~_channel.lawful_hold),
        "idle": and_(_used, ~_channel.recording),
    },
)

found_cube = Cube(
    name="video_found",
    fact=channel_fault,
    day="found_on",
    areas=AREAS,
    wide_areas=WIDE,
    by={"fault_kind": "fault_kind"},
    counters={"found": true()},
)

due_cube = Cube(
    name="video_due",
    fact=channel_fault,
    day="due_on",
    areas=AREAS,
    counters={
        "due": _fault.in_time.is_not(None),
        "in_time": _fault.in_time,
        "key_due": and_(_fault.key, _fault.in_time.is_not(None)),
        "key_in_time": and_(_fault.key, _fault.in_time),
    },
)

fixed_cube = Cube(
    name="video_fixed",
    fact=channel_fault,
    day="fixed_on",
    areas=AREAS,
    wide_areas=WIDE,
    by={"contractor": "contractor"},
    counters={"fixed": true(), "minutes": _fault.repair_min, "squares": _fault.repair_min2},
)

open_cube = Cube(
    name="video_open",
    fact=channel_fault,
    areas=AREAS,
    wide_areas=WIDE,
    by={"contractor": "contractor"},
    where=_open,
    counters={"open": true(), "late": _fault.in_time.is_(False), "in_time": _fault.in_time.is_(None)},
)

CUBES = (channel_cube, found_cube, due_cube, fixed_cube, open_cube)


def _now(counter: str) -> Measure:
    return Measure(channel_cube, counter)


in_service_n = _now("service")
offline, key_offline, maintenance = _now("offline"), _now("key_offline"), _now("maintenance")
online_rate = Ratio(_now("online"), in_service_n)
offline_rate = Ratio(offline, in_service_n)
whole_rate = Ratio(_now("whole"), in_service_n)
streets_offline = Exceeding(offline_rate, "subdistrict", STREET_OFFLINE, STREET_LEAST)
blurred, clocks_off, idle = _now("blurred"), _now("clock_off"), _now("idle")
held_short, undeleted = _now("short"), _now("undeleted")
held_long_enough = Ratio(held_short, in_service_n, rest=True)
archived = Ratio(_now("archived"), _now("listed"))
found = Measure(found_cube, "found")
fixed_in_time = Ratio(Measure(due_cube, "in_time"), Measure(due_cube, "due"))
key_fixed_in_time = Ratio(Measure(due_cube, "key_in_time"), Measure(due_cube, "key_due"))
fixed = Measure(fixed_cube, "fixed")
repair_hours = Ratio(Measure(fixed_cube, "minutes"), fixed, scale=1 / 60)
repair_squares = Ratio(Measure(fixed_cube, "squares"), fixed, scale=1 / 3600)  # hours², for the spread of the mean
faults_open, faults_late, faults_in_limit = (Measure(open_cube, counter) for counter in ("open", "late", "in_time"))

down_listed = Listing(
    channel,
    columns=(
        Told("place", names=(_channel.name_zh, _channel.name_en)),
        Told("contractor", by="contractor"),
        Told("switch"),
        Told("down_at", "time"),
        Told("level", "level"),
    ),
    where=lambda now, day: and_(_down, in_service),
    order=lambda now, day: (_channel.down_at, _channel.number),
    most=20,
    total=_now("down"),
)

faults_listed = Listing(
    channel_fault,
    columns=(
        Told("channel", value=cast(_fault.channel, String)),
        Told("fault_kind", by="fault_kind"),
        Told("community", by="community"),
        Told("contractor", by="contractor"),
        Told("found_at", "time"),
        Told("due_at", "time"),
    ),
    where=lambda now, day: _open,
    order=lambda now, day: (_fault.due_at, _fault.number),
    most=20,
    total=faults_open,
)
