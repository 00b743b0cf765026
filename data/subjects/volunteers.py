"""Volunteers as numbers: how many are registered, take part and for how many hours, by sub-district and month. Counts, never persons."""

from sqlalchemy import Column, Integer, String, Table

from data.cubes import Cube
from data.measures import Measure, Ratio
from data.schema import metadata, region_column

volunteer_month = Table(
    "volunteer_month",
    metadata,
    region_column(),
    Column("subdistrict", String(32), primary_key=True),
    Column("month_on", Integer, primary_key=True, autoincrement=False),  # last day of the month
    Column("registered_n", Integer, nullable=False),
    Column("active_n", Integer, nullable=False),
    Column("service_h", Integer, nullable=False),  # hours of service of all kinds
    Column("watch_teams_n", Integer, nullable=False),  # neighbourhood watch teams formed
    Column("watch_active_n", Integer, nullable=False),  # teams that went out at least once
    Column("watch_h", Integer, nullable=False),  # hours of their rounds
    Column("residents_n", Integer, nullable=False),  # what rates per resident are based on
)

_row = volunteer_month.c
volunteer_cube = Cube(
    name="volunteer_month",
    fact=volunteer_month,
    day="month_on",
    areas=("subdistrict",),
    counters={
        "registered": _row.registered_n,
        "active": _row.active_n,
        "service": _row.service_h,
        "watch_teams": _row.watch_teams_n,
        "watch_active": _row.watch_active_n,
        "watch": _row.watch_h,
        "residents": _row.residents_n,
    },
)

CUBES = (volunteer_cube,)


def _counted(counter: str) -> Measure:
    return Measure(volunteer_cube, counter)


active_share = Ratio(_counted("active"), _counted("registered"))
hours_per_thousand = Ratio(_counted("service"), _counted("residents"), 1000.0)
teams_active = Ratio(_counted("watch_active"), _counted("watch_teams"))
watch_hours_per_thousand = Ratio(_counted("watch"), _counted("residents"), 1000.0)
