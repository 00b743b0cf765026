"""Visits of premises: random checks drawn for the plan of a year, and the visits that the food grade requires in each quarter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp, log
from random import Random

from data.periods import date_of, day_of, period
from data.seed import catalogue
from data.seed.demo.hours import WORKED_S, at_hour, working_day
from data.seed.demo.market_premises import BOOK, Site, sites
from data.seed.demo.plans import Planner
from data.seed.demo.streams import number_of, stream

DRAWN = {"A": 0.5, "B": 1.0, "C": 2.0, "D": 3.2}  # how often a class is drawn
JOINT = 0.28
SLIPPED, DROPPED, LONGEST_SLIP_D = 0.07, 0.015, 45
PUBLISH_DAYS, PUBLISH_MEDIAN_WD, PUBLISHED_LATE = 20, 9.0, 0.035  # working days
VISITED_LATE, WEAK_LATE, NOT_VISITED = 0.03, 0.10, 0.004


@dataclass(frozen=True, slots=True)
class Check:
    """A random check. `held` is an epoch second, 0 where it is dropped; so is `published`."""

    number: str
    plan: str
    joint: bool
    site: Site
    month_on: int
    held: int
    problem: bool
    published: int


@dataclass(frozen=True, slots=True)
class Duty:
    """A visit that is required by the end of a quarter; `visited` is an epoch second, 0 where nobody came."""

    site: Site
    due_on: int
    visited: int


class Visits:
    """All visits of a place: checks by year, duties by quarter."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.sites = planner, sites(planner)
        self._is_workday: Callable[[int], bool] = planner.rules.calendar.is_workday
        self._lines = catalogue.weights("check_plan")
        self._required = catalogue.weights("food_grade")
        streets = sorted({site.subdistrict for site in self.sites})
        self._weak = stream(planner.seed, "market_weak").choice(streets)
        self.checks = lru_cache(maxsize=5)(self._checks)
        self.duties = lru_cache(maxsize=12)(self._duties)

    def _checks(self, year: int) -> Sequence[Check]:
        """Every check of a year's plan, those dropped too."""
        return [check for nth, line in enumerate(self._lines, 1) for check in self._line(year, nth, line)]

    def _line(self, year: int, nth: int, line: str) -> Iterator[Check]:
        rng = stream(self.planner.seed, "checks", year, line)
        among = [site for site in self.sites if site.trade in BOOK["plan"][line]]
        ranked = sorted(among, key=lambda site: -(rng.random() ** (1 / DRAWN[site.risk_class])))  # by weight, none twice
        months = [int(month) for month in BOOK["months"]]
        for place, site in enumerate(ranked[: self._lines[line]], 1):
            month = rng.choices(months, list(BOOK["months"].values()))[0]
            first, last = period(day_of(date(year, month, 1)), "month")
            held = self._held(rng, first, last)
            published = self._published(rng, held) if held else 0
            problem = rng.random() < BOOK["risk"][site.risk_class]["found"]
            yield Check(f"SJ{year}{nth}{place:04d}", line, rng.random() < JOINT, site, last, held, problem, published)

    def _held(self, rng: Random, first: int, last: int) -> int:
        draw = rng.random()
        if draw < DROPPED:
            return 0
        day = last + 1 + rng.randrange(LONGEST_SLIP_D) if draw < DROPPED + SLIPPED else rng.randint(first, last - 4)
        return self._came(rng, day)

    def _published(self, rng: Random, held: int) -> int:
        late = rng.random() < PUBLISHED_LATE
        days = PUBLISH_DAYS + 1 + min(rng.expovariate(1 / 5), 25) if late else min(exp(rng.gauss(log(PUBLISH_MEDIAN_WD), 0.5)), 19.4)
        return self.planner.world.working.later(held, days * WORKED_S)

    def _came(self, rng: Random, day: int) -> int:
        """A moment of the day itself, or of the next one on which inspectors go out."""
        return at_hour(working_day(day, 1, self._goes_out), 9 + rng.random() * 7)

    def _goes_out(self, day: int) -> bool:
        return self._is_workday(day) and not self.planner.almanac(day).typhoon

    def _duties(self, last: int) -> Sequence[Duty]:
        """The visits required by the last day of a quarter."""
        return [duty for site in self.sites if site.food_grade for duty in self._duty(site, site.food_grade, last)]

    def _duty(self, site: Site, grade: str, last: int) -> Iterator[Duty]:
        first, quarter = period(last, "quarter")[0], date_of(last).month // 3
        shift = number_of(self.planner.seed, "quarter", site.uscc) % 4
        if (quarter + shift) * self._required[grade] % 4 >= self._required[grade]:
            return
        rng = stream(self.planner.seed, "duty", site.uscc, last)
        draw, late = rng.random(), WEAK_LATE if site.subdistrict == self._weak else VISITED_LATE
        if draw < NOT_VISITED:
            yield Duty(site, last, 0)
            return
        day = last + 1 + rng.randrange(LONGEST_SLIP_D) if draw < NOT_VISITED + late else rng.randint(first, last - 6)
        yield Duty(site, last, self._came(rng, day))


@lru_cache(maxsize=2)
def visits(planner: Planner) -> Visits:
    """The visits of a place, for all who tell of them."""
    return Visits(planner)
