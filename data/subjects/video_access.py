"""Use of recordings and opened feeds as numbers: look-ups by organisation, purpose and approval, and the register of opened junctions.

A look-up knows the organisation, never who looked; an opened feed knows what was done to keep people unrecognisable.
"""

from datetime import timedelta

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Index, Integer, SmallInteger, String, Table, and_, case, false, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column
from data.subjects.public_video import AREAS, WIDE
from data.waiting import Waiting

DAY_S = 86_400.0
LISTED = timedelta(days=30)

video_lookup = Table(
    "video_lookup",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("looked_at", UtcDateTime, nullable=False),
    Column("looked_on", Integer, nullable=False),
    Column("unit", String(48), nullable=False),  # the organisation
    Column("subdistrict", String(32), nullable=False),  # of the channels
    Column("lookup_purpose", String(16)),  # code list; NULL: none was given
    Column("authorised", Boolean, nullable=False),  # the organisation may look up
    Column("approved", Boolean, nullable=False),  # this look-up was approved before it began
    Column("channels_n", SmallInteger, nullable=False),
    Column("exported", Boolean, nullable=False),
    Column("compliant", Boolean, nullable=False),  # authority, purpose and approval, all three
)
_lookup = video_lookup.c
Index(
    "video_lookup_wrong",
    _lookup.region,
    _lookup.looked_at,
    sqlite_where=_lookup.compliant == false(),
    postgresql_where=_lookup.compliant == false(),
)

open_feed = Table(
    "open_feed",
    metadata,
    region_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("reviewed", Boolean, nullable=False),  # its effect on privacy, before it was opened
    Column("reduced", Boolean, nullable=False),  # low resolution and blurred
    Column("open", Boolean, nullable=False),
)
_feed = open_feed.c

lookup_cube = Cube(
    name="video_lookup",
    fact=video_lookup,
    day="looked_on",
    areas=WIDE,
    wide_areas=WIDE,
    by={"unit": "unit", "lookup_purpose": "lookup_purpose"},
    counters={
        "lookups": true(),
        "compliant": _lookup.compliant,
        "exported": _lookup.exported,
    },
)

feed_cube = Cube(
    name="open_feed",
    fact=open_feed,
    areas=AREAS,
    where=_feed.open,
    counters={"open": true(), "safe": and_(_feed.reviewed, _feed.reduced)},
)

CUBES = (lookup_cube, feed_cube)

lookups = Measure(lookup_cube, "lookups")
exported = Measure(lookup_cube, "exported")
compliant = Ratio(Measure(lookup_cube, "compliant"), lookups)
unapproved = Waiting(video_lookup, "looked_at", and_(_lookup.compliant == false(), ~_lookup.approved), within_s=DAY_S)
open_feeds = Measure(feed_cube, "open")
feeds_safe = Ratio(Measure(feed_cube, "safe"), open_feeds)
feeds_expired = Waiting(open_feed, "expires_at", _feed.open, longer_s=0.0)


def _said(column: Column[bool]) -> ColumnElement[str]:
    return case((column, "yes"), else_="no")


wrong_listed = Listing(
    video_lookup,
    columns=(
        Told("unit", by="unit"),
        Told("lookup_purpose", by="lookup_purpose"),
        Told("authorised", by="yes_no", value=_said(_lookup.authorised)),
        Told("approved", by="yes_no", value=_said(_lookup.approved)),
        Told("channels_n", "count"),
        Told("looked_at", "time"),
    ),
    where=lambda now, day: and_(_lookup.compliant == false(), _lookup.looked_at >= now - LISTED),
    order=lambda now, day: (_lookup.looked_at.desc(), _lookup.number),
    most=20,
)

feeds_listed = Listing(
    open_feed,
    columns=(
        Told("place", names=(_feed.name_zh, _feed.name_en)),
        Told("community", by="community"),
        Told("opened_at", "time"),
        Told("expires_at", "time"),
        Told("review", by="yes_no", value=_said(_feed.reviewed)),
        Told("reduced", by="yes_no", value=_said(_feed.reduced)),
    ),
    where=lambda now, day: _feed.open,
    order=lambda now, day: (_feed.expires_at, _feed.number),
)
