"""What keeps a civilized city up between rounds: bad ratings of service windows, sanitation by day, and the dossiers of a cycle."""

from sqlalchemy import Column, Integer, SmallInteger, String, Table, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column

IN_DATE = ("complete", "expiring")
PRESSING = ("expired", "incomplete", "expiring")  # in the order in which they press

window_rating = Table(
    "window_rating",
    metadata,
    region_column(),
    Column("hall", String(24), primary_key=True),  # a point of type window
    Column("rated_on", Integer, primary_key=True, autoincrement=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("rated_n", Integer, nullable=False),
    Column("bad_n", SmallInteger, nullable=False),
    Column("judged_n", SmallInteger, nullable=False),  # bad ratings whose limit has passed
    Column("replied_n", SmallInteger, nullable=False),  # of those, re-handled and replied to within it
)

sanitation_day = Table(
    "sanitation_day",
    metadata,
    region_column(),
    Column("subdistrict", String(32), primary_key=True),
    Column("day_on", Integer, primary_key=True, autoincrement=False),
    Column("planned_n", SmallInteger, nullable=False),  # routes
    Column("done_n", SmallInteger, nullable=False),
    Column("bins_n", Integer, nullable=False),
    Column("overfull_n", Integer, nullable=False),  # bins overfull for more than two hours
)

dossier = Table(
    "dossier",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("cycle", Integer, nullable=False),  # the year it is handed in for
    Column("indicator", String(32), nullable=False),
    Column("theme", String(24), nullable=False),
    Column("dossier_kind", String(16), nullable=False),
    Column("unit", String(48), nullable=False),
    Column("dossier_state", String(16), nullable=False),  # complete, expiring (within 30 days), expired, incomplete
    Column("valid_until_at", UtcDateTime),
)
_rating, _day, _dossier = window_rating.c, sanitation_day.c, dossier.c

rating_cube = Cube(
    name="window_rating",
    fact=window_rating,
    day="rated_on",
    areas=("community", "subdistrict"),
    counters={"rated": _rating.rated_n, "bad": _rating.bad_n, "judged": _rating.judged_n, "replied": _rating.replied_n},
)

sanitation_cube = Cube(
    name="sanitation_day",
    fact=sanitation_day,
    day="day_on",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"subdistrict": "subdistrict"},
    counters={"planned": _day.planned_n, "done": _day.done_n, "bins": _day.bins_n, "overfull": _day.overfull_n},
)

dossier_cube = Cube(
    name="dossier",
    fact=dossier,
    areas=(),
    by={"theme": "theme"},
    counters={
        "required": true(),
        "in_date": _dossier.dossier_state.in_(IN_DATE),
        **{state: _dossier.dossier_state == state for state in ("complete", *reversed(PRESSING))},
    },
)

CUBES = (rating_cube, sanitation_cube, dossier_cube)

bad_replied = Ratio(Measure(rating_cube, "replied"), Measure(rating_cube, "judged"))
bad_share = Ratio(Measure(rating_cube, "bad"), Measure(rating_cube, "rated"))
routes_done = Ratio(Measure(sanitation_cube, "done"), Measure(sanitation_cube, "planned"))
bins_overfull = Ratio(Measure(sanitation_cube, "overfull"), Measure(sanitation_cube, "bins"))
dossiers_in_date = Ratio(Measure(dossier_cube, "in_date"), Measure(dossier_cube, "required"))
DOSSIER_STATES = tuple((state, Measure(dossier_cube, state)) for state in ("complete", *reversed(PRESSING)))
dossiers_expiring = Measure(dossier_cube, "expiring")

dossiers_listed = Listing(
    dossier,
    (
        Told("indicator", by="indicator"),
        Told("dossier_kind", by="dossier_kind"),
        Told("unit", by="unit"),
        Told("dossier_state", by="dossier_state"),
        Told("valid_until_at", "time"),
    ),
    where=lambda now, day: _dossier.dossier_state.in_(PRESSING),
    order=lambda now, day: (_dossier.valid_until_at.nulls_last(), _dossier.number),
)
