"""Tables of tallies: counts of a day under a few keys, never the matters counted. What they count is told guarded (data.guarded)."""

from collections.abc import Mapping

from sqlalchemy import Column, Integer, String, Table

from data.cubes import Cube
from data.guarded import AREA
from data.periods import period
from data.schema import metadata, region_column


def tally(name: str, told: str, keys: tuple[str, ...], *counts: str) -> Table:
    """A table of these counts by day and by these keys: an area, a unit, or an entry of a code list each.

    `told` is the shortest kind of period they are told for; `told_on` is its last day. The day comes second in the key, so that the last
    one delivered is found at once."""
    return Table(
        name,
        metadata,
        region_column(),
        Column("day", Integer, primary_key=True, autoincrement=False),
        *(Column(key, String(48), primary_key=True) for key in keys),
        Column("told_on", Integer, nullable=False),
        *(Column(f"{count}_n", Integer, nullable=False) for count in counts),
        info={"told": told},
    )


def told_on(fact: Table, day: int) -> int:
    """The day a tally's row of a day is told of."""
    return period(day, fact.info["told"])[1]


def tally_cube(fact: Table, by: Mapping[str, str | tuple[str, ...]] | None = None) -> Cube:
    """Every count of a tally by name, by period, by sub-district where it has one, and by these keys."""
    counters = {column.name.removesuffix("_n"): column for column in fact.columns if column.name.endswith("_n")}
    areas = (AREA,) if AREA in fact.c else ()
    return Cube(name=fact.name, fact=fact, day="told_on", areas=areas, wide_areas=areas, by=by or {}, counters=counters)
