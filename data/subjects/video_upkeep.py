"""The sites of public video as numbers: signs, connection to the platform, and the monthly round of inspections by contractor."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, SmallInteger, String, Table, and_, false, true

from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column
from data.subjects.public_video import AREAS, WIDE

LISTED = ("class_2", "class_3")  # points that must be connected

video_site = Table(
    "video_site",
    metadata,
    region_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("site_kind", String(16), nullable=False),  # code list
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("video_class", String(16), nullable=False),  # code list
    Column("unit", String(48), nullable=False),
    Column("contractor", String(16), nullable=False),  # code list
    Column("key_site", Boolean, nullable=False),
    Column("connected", Boolean, nullable=False),
    Column("channels_n", SmallInteger, nullable=False),
    Column("sign_ok", Boolean, nullable=False),  # a visible sign, found at the newest round
    Column("checked_on", Integer, nullable=False),
)
_site = video_site.c
Index(
    "video_site_unsigned",
    _site.region,
    _site.checked_on,
    sqlite_where=_site.sign_ok == false(),
    postgresql_where=_site.sign_ok == false(),
)

video_inspection = Table(
    "video_inspection",
    metadata,
    region_column(),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("subdistrict", String(32), primary_key=True),
    Column("contractor", String(16), primary_key=True),
    Column("planned_n", SmallInteger, nullable=False),  # devices due on this day; over a month all of them
    Column("done_n", SmallInteger, nullable=False),
)
_inspection = video_inspection.c

site_cube = Cube(
    name="video_site",
    fact=video_site,
    areas=AREAS,
    counters={
        "sites": true(),
        "signed": _site.sign_ok,
        "unsigned": ~_site.sign_ok,
        "listed": _site.video_class.in_(LISTED),
        "connected": and_(_site.video_class.in_(LISTED), _site.connected),
    },
)

inspection_cube = Cube(
    name="video_inspection",
    fact=video_inspection,
    day="day",
    areas=WIDE,
    wide_areas=WIDE,
    by={"contractor": "contractor"},
    counters={"planned": _inspection.planned_n, "done": _inspection.done_n},
)

CUBES = (site_cube, inspection_cube)

sites = Measure(site_cube, "sites")
unsigned = Measure(site_cube, "unsigned")
signs_ok = Ratio(Measure(site_cube, "signed"), sites)
points_connected = Ratio(Measure(site_cube, "connected"), Measure(site_cube, "listed"))
inspected = Ratio(Measure(inspection_cube, "done"), Measure(inspection_cube, "planned"))

unsigned_listed = Listing(
    video_site,
    columns=(
        Told("place", names=(_site.name_zh, _site.name_en)),
        Told("site_kind", by="site_kind"),
        Told("unit", by="unit"),
        Told("channels_n", "count"),
    ),
    where=lambda now, day: _site.sign_ok == false(),
    order=lambda now, day: (_site.checked_on, _site.number),
    most=20,
    total=unsigned,
)
