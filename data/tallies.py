"""Tables of tallies: counts of a day under a few keys, never the matters counted. What they count is told guarded (data.guarded)."""

from collections.abc import Mapping

from sqlalchemy import Column, Integer, String, Table

from data.cubes import Cube
from data.guarded import AREA
from data.schema import metadata, region_column


def tally(name: str, keys: tuple[str, ...], *counts: str) -> Table:
    """A table of these counts by day and by these keys: an area, a unit, or an entry of a code list each.

    The day comes second in the key, so that the last day delivered is found at once."""
    return Table(
        name,
        metadata,
        region_column(),
        Column("day", Integer, primary_key=True, autoincrement=False),
        *(Column(key, String(48), primary_key=True) for key in keys),
        *(Column(f"{count}_n", Integer, nullable=False) for count in counts),
    )


def tally_cube(fact: Table, by: Mapping[str, str | tuple[str, ...]] | None = None) -> Cube:
    """Every count of a tally by name, by sub-district where it has one, and by these keys."""
    counters = {column.name.removesuffix("_n"): column for column in fact.columns if column.name.endswith("_n")}
    areas = (AREA,) if AREA in fact.c else ()
    return Cube(name=fact.name, fact=fact, day="day", areas=areas, wide_areas=areas, by=by or {}, counters=counters)
