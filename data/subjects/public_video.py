"""Public video as numbers: whether every channel is alive, sharp, on time and recording, and how fast what fails is mended.

A channel is equipment. No table here holds a picture, a viewer, a face, a plate or a track.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, and_

from data.columns import UtcDateTime
from data.schema import REGION, metadata, region_column

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
    Column("picture_state", String(16), nullable=False),  # code list: ok, blur, shift, occluded, dark, none, unknown
    Column("clock_offset_s", Float),  # device less reference; NULL: not checked
    Column("held_days", Integer, nullable=False),  # recordings kept
    Column("recording", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),  # online, picture, clock and recording in order, all of them
    Column("level", String(16), nullable=False),  # ok, watch, warning, critical
    Column("changed_at", UtcDateTime, nullable=False),
    Index("channel_code", REGION, "code", unique=True),
    Index("channel_changed", REGION, "changed_at"),
)
_channel = channel.c
in_service = and_(_channel.retired_on.is_(None), _channel.connected)
_offline = and_(in_service, _channel.channel_state == "offline")
Index("channel_offline", _channel.region, _channel.changed_at, sqlite_where=_offline, postgresql_where=_offline)

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
    Column("repair_s", Integer),  # from found to fixed
    Column("in_time", Boolean),  # NULL while neither fixed nor due
    Index("channel_fault_fixed", REGION, "fixed_on"),
    Index("channel_fault_of", REGION, "channel", "found_at"),
)
_fault = channel_fault.c
_open = _fault.fixed_at.is_(None)
Index("channel_fault_open", _fault.region, _fault.due_at, sqlite_where=_open, postgresql_where=_open)
