"""Demonstration points: which cells each level plans to name, and on which day of a year it names them. Levels overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.periods import day_of
from data.seed.demo.safety_cells import Cell, Streams

PLANNED = {"city": 63, "district": 36, "street": 4}
LED = {"community": 2, "estate": 1, "beach": 1, "port": 1, "venue": 2}  # city level, led by the district itself
NEVER = 0.03  # of what is planned for a year is not named in it
YEAR_D, SPREAD_D = 50, 300  # from when in the year, and over how many days


@dataclass(frozen=True, slots=True, eq=False)
class Title:
    """A cell a level plans to name."""

    cell: Cell
    level: str
    led: bool


def titles(made: Sequence[Cell], stream: Streams, before: int) -> list[Title]:
    """The titles planned each year, among the cells accepted before a day."""
    old = [cell for cell in made if cell.reviews[0].day < before]
    rng = stream("titles")
    led: list[Cell] = []
    for cell_type, count in LED.items():
        of_type = [cell for cell in old if cell.site.cell_type == cell_type]
        led += rng.sample(of_type, min(count, len(of_type)))
    others = [cell for cell in old if cell not in led]
    found = [Title(cell, "city", True) for cell in led]
    for level, count in PLANNED.items():
        among = others if level == "city" else old
        found += [Title(cell, level, False) for cell in rng.sample(among, min(count - len(led) * (level == "city"), len(among)))]
    return found


def award_day(title: Title, year: int, stream: Streams) -> int | None:
    """The day of the year on which it is named; None if it is not."""
    rng = stream("named", title.level, title.cell.site.key, year)
    if rng.random() < NEVER:
        return None
    return day_of(date(year, 1, 1)) + YEAR_D + int(SPREAD_D * rng.betavariate(1.2, 1.2))
