"""Tables every module shares: places, code lists, cases and their steps, sources, quarantine, versions.

`region` (the county code) leads every key, so that one database can hold many districts and be spread by region.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, SmallInteger, String, Table, Text, true

from data.columns import UtcDateTime

metadata = MetaData()

REGION = "region"


def region_column() -> Column[int]:
    """The first part of every key: the county code."""
    return Column(REGION, Integer, primary_key=True, autoincrement=False)


def without_region(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A stored row as the write door takes it and followers compare it: the region is named once, beside the rows."""
    return {name: value for name, value in row.items() if name != REGION}


area = Table(
    "area",
    metadata,
    region_column(),
    Column("code", String(32), primary_key=True),
    Column("valid_from", UtcDateTime, primary_key=True),
    Column("valid_to", UtcDateTime),
    Column("kind", String(16), nullable=False),  # district, subdistrict, community, grid, dedicated
    Column("parent", String(32)),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("industry", String(32)),  # dedicated grids: school, market, port …
    Column("households", Integer),
    Column("residents", Integer),
    Column("area_km2", Float),
    Column("lon", Float),
    Column("lat", Float),
    Column("position", Integer, nullable=False, default=0),
    Index("area_kind", REGION, "kind", "code"),
)

unit = Table(
    "unit",
    metadata,
    region_column(),
    Column("key", String(48), primary_key=True),
    Column("kind", String(16), nullable=False),  # department, subdistrict, centre
    Column("area", String(32)),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("position", Integer, nullable=False, default=0),
)

case_type = Table(
    "case_type",
    metadata,
    region_column(),
    Column("key", String(80), primary_key=True),  # E0102 = event major 01 minor 02, C0103 = component
    Column("kind", String(16), nullable=False),  # event, component, request
    Column("scheme", String(48), nullable=False),
    Column("major", String(80), nullable=False),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("clock", String(16), nullable=False),  # urgent_hours, work_hours, work_days, calendar_days
    Column("limit_value", Float),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("unit", String(48)),
)

code = Table(
    "code",
    metadata,
    region_column(),
    Column("list", String(32), primary_key=True),  # which code list: petition_topic, point_type …
    Column("key", String(48), primary_key=True),
    Column("parent", String(48)),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("weight", Float),  # marks, a limit: what the list says it is
    Column("position", Integer, nullable=False, default=0),
)

grid_item = Table(
    "grid_item",
    metadata,
    region_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("category", String(48), nullable=False),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("case_type", String(80)),
    Column("unit", String(48)),
    Column("required_per_month", Integer, nullable=False, default=0),
)

source = Table(
    "source",
    metadata,
    region_column(),
    Column("key", String(48), primary_key=True),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("unit", String(48)),
    Column("cadence_s", Integer, nullable=False),  # promised
    Column("stale_after_s", Integer, nullable=False),
    Column("real", Boolean, nullable=False, default=False),
    Column("connected", Boolean, nullable=False, default=True),
    Column("received_at", UtcDateTime),  # newest batch
    Column("covers_to", UtcDateTime),  # facts are complete up to here
    Column("accepted_n", BigInteger, nullable=False, default=0),
    Column("duplicate_n", BigInteger, nullable=False, default=0),
    Column("quarantined_n", BigInteger, nullable=False, default=0),
    Column("error", Text),
    Column("position", Integer, nullable=False, default=0),
)

case_file = Table(
    "case_file",
    metadata,
    region_column(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", String(40), nullable=False),  # printed on screens; unique per region
    Column("source", String(48), nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("channel", String(24), nullable=False),  # collector public hotline sensor leader transfer camera
    Column("kind", String(16), nullable=False),  # event, component, request
    Column("type", String(80), nullable=False),
    Column("item", Integer),  # 1..296
    Column("level", String(16), nullable=False),  # grid, subdistrict, district: where it is settled
    Column("unit", String(48), nullable=False),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("dedicated", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("discovered_at", UtcDateTime),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime),
    Column("filed_at", UtcDateTime),
    Column("dispatched_at", UtcDateTime),
    Column("signed_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),
    Column("handled_at", UtcDateTime),
    Column("checked_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("scored_at", UtcDateTime),
    Column("due_at", UtcDateTime),  # effective deadline; NULL: no limit
    Column("suspended_since", UtcDateTime),
    Column("suspended_s", BigInteger, nullable=False, default=0),
    Column("suspended_n", SmallInteger, nullable=False, default=0),
    Column("extended_n", SmallInteger, nullable=False, default=0),
    Column("returned_n", SmallInteger, nullable=False, default=0),
    Column("rework_n", SmallInteger, nullable=False, default=0),
    Column("reopened_n", SmallInteger, nullable=False, default=0),
    Column("merged_into", BigInteger),
    Column("evidence_n", SmallInteger, nullable=False, default=0),
    Column("steps_n", SmallInteger, nullable=False, default=0),
    Column("changed_at", UtcDateTime, nullable=False),  # newest step: none may come before it
    Column("opened_by", String(32)),  # posts, never persons: a checker is not the handler,
    Column("handled_by", String(32)),  # and closing one's own report at once shows
    # derived by data.cases from the moments above; stored so that no query divides or compares clocks
    Column("reported_on", Integer, nullable=False),
    Column("reported_hour", Integer, nullable=False),
    Column("due_on", Integer),
    Column("closed_on", Integer),
    Column("open", Boolean, nullable=False),
    Column("valid", Boolean, nullable=False),  # not rejected, not void
    Column("overdue", Boolean, nullable=False, default=False),  # open and past due_at; turned by the worker's tick
    Column("deferred", Boolean, nullable=False, default=False),  # suspended at its deadline: out of the net rate
    Column("on_time", Boolean),  # NULL while neither closed nor due
    Column("report_s", Integer),  # discovered → reported
    Column("accept_s", Integer),  # reported → accepted
    Column("arrive_s", Integer),  # accepted → arrived
    Column("handle_s", Integer),  # arrived → handled
    Column("handling_s", Integer),  # reported → closed, wall clock
    Column("clock_s", Integer),  # dispatched → handled, by the clock of its type: work hours or all hours; NULL if that was ever stopped
    Column("handling_bin", SmallInteger),  # logarithmic bin of handling_s
    Column("quick_close", Boolean, nullable=False, default=False),  # opened and closed by one post in < 5 min
    Column("photo_reused", Boolean, nullable=False, default=False),
    Column("near_repeat", Boolean, nullable=False, default=False),  # ≤ 20 m and ≤ 1 h from an own report
    Column("month_end", Boolean, nullable=False, default=False),  # reported in the last two days of a month
    Index("case_file_source", REGION, "source", "source_id", unique=True),
    # a distribution reads its days from the index alone
    Index("case_file_reported", REGION, "reported_on", "level", "valid", "report_s", "accept_s", "arrive_s", "handle_s"),
    Index("case_file_closed", REGION, "closed_on", "level", "valid", "unit", "handling_s"),
)
Index(
    "case_file_open_due",
    case_file.c.region,
    case_file.c.due_at,
    sqlite_where=case_file.c.open == true(),
    postgresql_where=case_file.c.open,
)
Index(
    "case_file_open",
    case_file.c.region,
    case_file.c.grid,
    sqlite_where=case_file.c.open == true(),
    postgresql_where=case_file.c.open,
)

Index(
    "case_file_urgent",
    case_file.c.region,
    case_file.c.accepted_at,
    sqlite_where=(case_file.c.open == true()) & (case_file.c.urgent == true()),
    postgresql_where=case_file.c.open & case_file.c.urgent,
)
Index(  # what runs the whole loop, a fifth of all
    "case_file_looped",
    case_file.c.region,
    case_file.c.reported_on,
    sqlite_where=case_file.c.level != "grid",
    postgresql_where=case_file.c.level != "grid",
)

case_step = Table(
    "case_step",
    metadata,
    region_column(),
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", SmallInteger, primary_key=True, autoincrement=False),
    Column("action", String(24), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("post", String(32)),  # pseudonymous staff post, never a person
    Column("unit", String(48)),
    Column("level", String(16)),
    Column("reason", String(48)),
    Column("due_at", UtcDateTime),  # deadline set by this step
    Column("evidence_n", SmallInteger, nullable=False, default=0),
    Column("parent", BigInteger),  # merge: the case it goes into
    sqlite_with_rowid=False,  # its key is the table: steps of a case lie together, once
)

grid_day = Table(
    "grid_day",
    metadata,
    region_column(),
    Column("grid", String(32), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # community, dedicated
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("on_duty_n", SmallInteger, nullable=False),
    Column("required_n", SmallInteger, nullable=False),
    Column("patrols_n", SmallInteger, nullable=False),
    Column("patrol_min", Integer, nullable=False),
    Column("confirmed_n", SmallInteger, nullable=False),  # hazards confirmed
)

whistle = Table(
    "whistle",
    metadata,
    region_column(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger),
    Column("kind", String(16), nullable=False),  # daily, hard, emergency
    Column("subdistrict", String(32), nullable=False),
    Column("unit", String(48), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("signed_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("rating", SmallInteger),  # the street rates the department, 1..5
    Column("issued_on", Integer, nullable=False),
    Column("on_time", Boolean),
    Column("response_s", Integer),
    Index("whistle_issued", REGION, "issued_on", "unit", "response_s"),
)
Index(
    "whistle_waiting",
    whistle.c.region,
    whistle.c.issued_at,
    sqlite_where=whistle.c.signed_at.is_(None),
    postgresql_where=whistle.c.signed_at.is_(None),
)

post_group = Table(
    "post_group",
    metadata,
    region_column(),
    Column("area", String(32), primary_key=True),
    Column("kind", String(24), primary_key=True),  # supervisor (30), community (319), dedicated (316)
    Column("subdistrict", String(32)),
    Column("established_n", Integer, nullable=False),
    Column("filled_n", Integer, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    region_column(),
    Column("source", String(48), primary_key=True),
    Column("digest", String(64), primary_key=True),  # of the raw row: loading twice changes nothing
    Column("row_number", Integer, nullable=False),
    Column("field", String(64), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("raw", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    region_column(),
    Column("source", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("rows_n", Integer, nullable=False),
    Column("accepted_n", Integer, nullable=False),
    Column("duplicate_n", Integer, nullable=False),
    Column("quarantined_n", Integer, nullable=False),
)

version = Table(
    "version",
    metadata,
    region_column(),
    Column("fact", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

marker = Table(
    "marker",
    metadata,
    region_column(),
    Column("key", String(48), primary_key=True),  # place, seeded_to, feed_at, schema …
    Column("value", Text, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    region_column(),
    Column("process", String(24), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
