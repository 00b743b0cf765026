"""Special equipment of the demonstration: what stands where, since when, and when each unit is inspected by the cycle of its type."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile
from random import Random
from typing import Any

from data.cycles import Step, due_days
from data.periods import day_of
from data.seed import catalogue
from data.seed.demo.hours import at_hour, working_day
from data.seed.demo.market_premises import BOOK, Site, sites
from data.seed.demo.plans import LAST_DAY, Planner
from data.seed.demo.streams import stream
from data.seed.demo.town import Ground, Point

FIRST_USE, LAST_USE = day_of(date(2004, 1, 1)), day_of(date(2026, 3, 1))
TOLD_FROM = day_of(date(2022, 1, 1))  # earlier inspections no longer matter
IN_USE = 0.965
BEFORE_DAYS, LONGEST_LATE_D = 46, 160  # an inspection is held so long before it is due at most
INSPECTED = 16.0  # o'clock
SPREAD_OUT = ("lift",)  # stand all over the sub-district of those who run them
OUT_OF_DATE = ("forklift", "vessel", "safety_valve")  # small users forget
CARELESS = 0.2  # of the organisations, where inspections are late more often
SOON_USED_D = 4 * 365  # building sites come and go


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; `held` are the moments of its inspections, `due` the days they were due on and one more for the next."""

    code: str
    equipment_type: str
    site: Site
    name_zh: str
    name_en: str
    where: Mapping[str, str]
    at: Point
    used_on: int
    in_use: bool
    held: tuple[int, ...]
    held_on: tuple[int, ...]
    due: tuple[int, ...]

    def stands(self, now: int) -> tuple[int | None, int]:
        """The day of its last inspection by then, and the day the next is due on."""
        place = bisect_right(self.held, now)
        return self.held_on[place - 1] if place else None, self.due[place]


@lru_cache(maxsize=2)
def units(planner: Planner) -> list[Unit]:
    """Every unit of a place, by type and number."""
    words = {row["key"]: row["name_zh"] for row in catalogue.codes() if row["list"] == "equipment_type"}
    cycles = inspection_cycles()
    known: dict[str, list[Site]] = {}
    for site in sites(planner):
        known.setdefault(site.trade, []).append(site)
    grounds: dict[str, list[Ground]] = {}
    for one in planner.town.grounds:
        grounds.setdefault(one.subdistrict, []).append(one)
    found: list[Unit] = []
    for place, (kind, book) in enumerate(BOOK["equipment"].items(), 1):
        rng = stream(planner.seed, "equipment", kind)
        numbered: dict[str, int] = {}
        for serial in range(1, book["n"] + 1):
            site = rng.choice(known[rng.choice(book["trades"])])
            ground = rng.choice(grounds[site.subdistrict]) if kind in SPREAD_OUT else None
            numbered[site.uscc] = nth = numbered.get(site.uscc, 0) + 1
            names = f"{site.name_zh}{nth}号{words[kind]}", f"No. {nth}, {site.name_en}"
            code = f"{place:02d}{planner.place.region}{serial:05d}"
            found.append(_unit(planner, code, kind, site, names, ground, book, cycles[kind], rng))
    return found


def inspection_cycles() -> dict[str, list[Step]]:
    """The steps of each type's cycle, from the code list; the key of an entry ends with the year of use it begins with."""
    found: dict[str, list[Step]] = {}
    for row in catalogue.codes():
        if row["list"] == "inspection_cycle":
            year = int(str(row["key"]).rpartition("_")[2])
            found.setdefault(str(row["parent"]), []).append(Step(year, int(row["weight"])))
    return found


def _unit(
    planner: Planner,
    code: str,
    kind: str,
    site: Site,
    names: tuple[str, str],
    ground: Ground | None,
    book: Mapping[str, Any],
    steps: Sequence[Step],
    rng: Random,
) -> Unit:
    used = rng.randint(LAST_USE - SOON_USED_D if kind in ("tower_crane", "hoist") else FIRST_USE, LAST_USE)
    careless = stream(planner.seed, "careless", site.uscc).random() < CARELESS if kind in OUT_OF_DATE else False
    late = min(book["late"] * (3 if careless else 1), 0.8)
    listed = list(takewhile(lambda day: day <= LAST_DAY, due_days(steps, used)))
    held = [_held(planner, day, late, book["days"], rng) for day in listed]
    first = max(bisect_right(held, TOLD_FROM) - 1, 0)  # the last one before counts still
    kept = list(zip(listed[first:], held[first:], strict=True))
    return Unit(
        code=code,
        equipment_type=kind,
        site=site,
        name_zh=names[0],
        name_en=names[1],
        where={"subdistrict": site.subdistrict, "community": (ground or site).community, "grid": ground.code if ground else site.grid},
        at=rng.choice(ground.points) if ground else site.at,
        used_on=used,
        in_use=rng.random() < IN_USE,
        held=tuple(at_hour(done, INSPECTED) for _, done in kept),
        held_on=tuple(done for _, done in kept),
        due=(*(day for day, _ in kept), LAST_DAY),
    )


def _held(planner: Planner, due: int, late: float, days: float, rng: Random) -> int:
    """The day on which the inspection due by a day is held."""
    if rng.random() < late:
        day, step = due + 1 + min(int(rng.expovariate(1 / days)), LONGEST_LATE_D), 1
    else:
        day, step = due - rng.randrange(BEFORE_DAYS), -1
    return working_day(day, step, planner.rules.calendar.is_workday)
