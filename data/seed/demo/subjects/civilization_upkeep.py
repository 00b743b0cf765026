"""The upkeep of a civilized city: ratings of service halls and their replies, sanitation by day, dossiers that run out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import exp
from random import Random

from sqlalchemy import Table

from data.periods import date_of, day_of
from data.seed import catalogue
from data.seed.demo.almanac import Day
from data.seed.demo.civilization_points import Point, points
from data.seed.demo.hours import WORKED_S, at_hour, day_at, moment_of
from data.seed.demo.stories import Fact, Row, Story
from data.subjects.civilization_upkeep import dossier, sanitation_day, window_rating

RATED, BAD = 58, 0.0042  # ratings of a hall on a working day, and the share of bad ones
REPLY_DAYS, REPLY_MEDIAN, REPLY_SPREAD = 5, 1.7, 0.7  # working days
HALLS_CLOSE = 18
FIRST_ROUTE, LAST_ROUTE, STEP = 6, 22, 2  # hours between which routes are driven, and how often they are told
RESIDENTS_A_ROUTE, RESIDENTS_A_BIN = 1900, 110
EXPIRING_DAYS = 30
LEAD_DAYS, LEAD_SPREAD = 16, 14  # how long before it runs out a dossier is renewed
LATE_IN_CYCLE = 0.14  # of the dossiers are put together in the course of the year
UNITS = {
    "environment": "dept_urban",
    "order": "dept_urban",
    "facilities": "dept_housing",
    "safety": "dept_emergency",
    "trade": "dept_market",
    "service": "dept_data",
    "care": "dept_data",
    "publicity": "dept_publicity",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A dossier: what it is about, for how long one is good, and from which day of the year it is there at all."""

    row: Row
    every: int
    phase: int
    from_day: int


class Upkeep(Story):
    """Ratings and routes are dated facts, dossiers stand."""

    name = "civilization_upkeep"
    tables = (window_rating, sanitation_day)
    standing_tables = (dossier,)
    longest_days = 30
    past_days = 460

    @cached_property
    def halls(self) -> list[Point]:
        """The service halls among the points."""
        return [point for point in points(self.town, self.planner.place.areas(), self.seed) if point.kind == "window"]

    @cached_property
    def slack(self) -> str:
        """The sub-district whose routes and bins are kept worst."""
        return str(self.stream("slack").choice(self.subdistricts))

    @cached_property
    def dossiers(self) -> list[Kept]:
        """A dossier for every indicator."""
        kinds = [str(row["key"]) for row in catalogue.codes() if row["list"] == "dossier_kind"]
        kept: list[Kept] = []
        for row in catalogue.codes():
            if row["list"] == "indicator":
                rng = self.stream("dossier", row["key"])
                theme = str(row["parent"])
                told = {"number": f"D{len(kept) + 1:03d}", "indicator": row["key"], "theme": theme, "dossier_kind": rng.choice(kinds)}
                late = rng.randrange(60, 400) if rng.random() < LATE_IN_CYCLE else 0
                kept.append(Kept(told | {"unit": UNITS[theme]}, rng.randrange(150, 365), rng.randrange(365), late))
        return kept

    def day(self, number: int) -> Iterable[Fact]:
        """Ratings and routes of a local day."""
        day = self.almanac(number)
        if self.planner.rules.calendar.is_workday(number) and not day.typhoon:
            for hall in self.halls:
                yield self._rated(hall, number)
        for street in self.subdistricts:
            yield self._swept(street, day)

    def _rated(self, hall: Point, number: int) -> Fact:
        rng = self.stream("rated", hall.number, number)
        quality = self.stream("hall", hall.number).uniform(0.5, 1.6)
        rated = int(RATED * rng.uniform(0.7, 1.3))
        bad = sum(rng.random() < BAD * quality for _ in range(rated))
        closed, working = at_hour(number, HALLS_CLOSE), self.world.working
        limit = working.later(closed, REPLY_DAYS * WORKED_S)
        took = (REPLY_MEDIAN * quality**0.5 * exp(rng.gauss(0, REPLY_SPREAD)) for _ in range(bad))
        in_time = sum(working.later(closed, max(days, 0.1) * WORKED_S) <= limit for days in took)
        told = {"hall": hall.number, "rated_on": number, "subdistrict": hall.subdistrict, "community": hall.community}
        told |= {"rated_n": rated, "bad_n": bad, "judged_n": 0, "replied_n": 0}

        def known(row: Row, now: int) -> Row:
            return row | {"judged_n": bad, "replied_n": in_time} if now > limit else row

        return Fact(window_rating, told, (closed, limit + 1) if bad else (closed,), known)

    def _swept(self, street: str, day: Day) -> Fact:
        rng = self.stream("swept", street, day.number)
        planned, bins = (max(6, self.town.residents[street] // each) for each in (RESIDENTS_A_ROUTE, RESIDENTS_A_BIN))
        driven = [rng.random() < self._driven(street, day) for _ in range(planned)]
        hours = [rng.uniform(FIRST_ROUTE, LAST_ROUTE) for _ in driven]
        full = _number(bins * self._overfull(street, day), rng)
        told = {"subdistrict": street, "day_on": day.number, "planned_n": planned, "bins_n": bins, "done_n": 0, "overfull_n": 0}
        start = at_hour(day.number, 0)

        def known(row: Row, now: int) -> Row:
            hour = (now - start) / 3600
            until = min(hour // STEP * STEP, LAST_ROUTE)
            passed = max(0.0, until - FIRST_ROUTE) / (LAST_ROUTE - FIRST_ROUTE)
            done = sum(came and at <= until for came, at in zip(driven, hours, strict=True))
            return row | {"done_n": done, "overfull_n": int(full * passed)}

        return Fact(sanitation_day, told, tuple(at_hour(day.number, hour) for hour in range(FIRST_ROUTE, LAST_ROUTE + 1, STEP)), known)

    def _driven(self, street: str, day: Day) -> float:
        share = 0.972 if street == self.slack else 0.991
        if day.typhoon:
            return share * (0.75, 0.3, 0.6)[day.typhoon - 1]
        return share - 0.006 * day.rain - (0.02 if day.festival < 1 else 0.0)

    def _overfull(self, street: str, day: Day) -> float:
        share = 0.017 if street == self.slack else 0.007
        busy = (1.4 if day.weekday >= 5 else 1.0) * (1.8 if day.spring else 1.0) * (1.5 if day.backlog else 1.0)
        return share * busy * (3.0 if day.typhoon else 1.0)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every dossier as it stands: complete, running out, run out, or not there yet."""
        day = day_at(now - now % self.every_s)
        return {dossier: [self._standing(kept, day) for kept in self.dossiers]}

    def _standing(self, kept: Kept, day: int) -> Row:
        year = date_of(day).year
        if day < day_of(date(year, 1, 1)) + kept.from_day:
            return kept.row | {"cycle": year, "dossier_state": "incomplete", "valid_until_at": None}
        nth = (day - kept.phase) // kept.every
        ends = kept.phase + nth * kept.every  # of the one before
        if day >= ends - self._lead(kept, nth):
            ends += kept.every
            if day >= ends - self._lead(kept, nth + 1):
                ends += kept.every
        state = "expired" if ends <= day else "expiring" if ends <= day + EXPIRING_DAYS else "complete"
        return kept.row | {"cycle": year, "dossier_state": state, "valid_until_at": moment_of(at_hour(ends, 0))}

    def _lead(self, kept: Kept, nth: int) -> int:
        """How many days before the n-th one begins it was there; below zero: after the last had run out."""
        return int(self.stream("lead", kept.row["number"], nth).gauss(LEAD_DAYS, LEAD_SPREAD))


def _number(mean: float, rng: Random) -> int:
    """About so many, unevenly."""
    return max(0, round(rng.gauss(mean, mean**0.5)))


STORY = Upkeep
