"""Food samples as numbers: what passes by class of food, and whether what failed is dealt with in time."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, and_, select, true

from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.subjects.market_inspection import premises
from data.uscc import refusal

DISPOSE_DAYS = 90  # to deal with a failed sample

food_sample = Table(
    "food_sample",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("food_class", String(24), nullable=False),  # code list
    Column("trade", String(24), nullable=False),  # of the place it was taken at
    Column("uscc", String(18), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("tested_on", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("dispose_due_on", Integer),  # NULL: passed
    Column("disposed_on", Integer),
    Column("dispose_ok", Boolean),  # NULL while neither disposed of nor past its limit
    info={"refusal": refusal},
)

_sample = food_sample.c
_open = and_(_sample.dispose_due_on.is_not(None), _sample.disposed_on.is_(None))
Index("food_sample_open", _sample.region, _sample.dispose_due_on, sqlite_where=_open, postgresql_where=_open)

sample_cube = Cube(
    name="food_sample",
    fact=food_sample,
    day="tested_on",
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"food_class": "food_class"},
    counters={"tested": true(), "passed": _sample.passed},
)

dispose_cube = Cube(
    name="food_dispose",
    fact=food_sample,
    day="dispose_due_on",
    areas=("community", "subdistrict"),
    counters={"due": _sample.dispose_ok.is_not(None), "in_time": _sample.dispose_ok},
)

CUBES = (sample_cube, dispose_cube)

samples_passed = Ratio(Measure(sample_cube, "passed"), Measure(sample_cube, "tested"))
disposed_in_time = Ratio(Measure(dispose_cube, "in_time"), Measure(dispose_cube, "due"))

_place = and_(premises.c[REGION] == _sample[REGION], premises.c.uscc == _sample.uscc)
_names = tuple(select(premises.c[name]).where(_place).scalar_subquery() for name in ("name_zh", "name_en"))
open_listed = Listing(
    food_sample,
    (
        Told("number"),
        Told("food_class", by="food_class"),
        Told("business", names=(_names[0], _names[1])),
        Told("trade", by="trade"),
        Told("subdistrict", by="subdistrict"),
        Told("days_left", "days", value=lambda now, day: _sample.dispose_due_on - day),
    ),
    where=lambda now, day: _open,
    order=lambda now, day: (_sample.dispose_due_on, _sample.number),
    most=30,
)
