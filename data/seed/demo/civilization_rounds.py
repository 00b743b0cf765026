"""Rounds of inspection: who visits which point when, what fails there, when it is fixed, and what of that comes back.

A round is a calendar month and follows from the seed alone; what links faults of different rounds is looked up in them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, exp, pi
from random import Random

from data.periods import date_of, day_of
from data.seed.demo.almanac import Almanac, Day
from data.seed.demo.civilization_points import BOOK, Item, Point
from data.seed.demo.hours import DAY_S, OFFSET_S, at_hour, day_at
from data.seed.demo.streams import number_of, stream
from data.subjects.civilization import RELAPSE_DAYS, TIMES_DAYS

HOUR = 3600
AROUND = 3  # rounds before and after that a fault may be linked with
VETO_DAYS, USUAL_DAYS = 2, 7  # to fix it
FIX_MEDIAN_D, FIX_SPREAD, LONGEST_FIX_D = 2.5, 0.8, 45
SENT_BACK = 0.05  # of the rechecks
THIRD_FIRST, THIRD_LAST = 6, 22  # days of the month on which a third party comes
ASSESSED = (6, 12)  # months of the yearly assessments
DRIFT_DAYS = 730
OUT_FROM, OUT_TO = 8, 18
Moments = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """An item that failed at a point, with everything that becomes of it. `rechecks` answer `fixes`; all but the last send it back."""

    point: Point
    item: Item
    inspector: str
    veto: bool
    found: int
    due: int
    fixes: Moments
    rechecks: Moments
    photos: tuple[int, int]

    @property
    def fixed_on(self) -> int:
        """The local day of the fix that held."""
        return day_at(self.fixes[-1])


@dataclass(frozen=True, slots=True)
class Visit:
    """One inspector at one point; every item of the point is looked at."""

    point: Point
    inspector: str
    at: int
    failings: tuple[Failing, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A failing as the rounds around it see it: how often it failed before, whether it is a relapse, when it came back itself."""

    number: int
    failing: Failing
    times: int
    again: bool
    relapse: int | None  # the epoch second


def month_of(day: int) -> int:
    """The number of the month a local day lies in."""
    when = date_of(day)
    return when.year * 12 + when.month - 1


def days_in(month: int) -> range:
    """The local days of a month."""
    first, following = (day_of(date(number // 12, number % 12 + 1, 1)) for number in (month, month + 1))
    return range(first, following)


class Rounds:
    """The rounds of a town, by the number of their month."""

    def __init__(self, points: Sequence[Point], almanac: Almanac, is_workday: Callable[[int], bool], seed: int) -> None:
        self.points, self.almanac, self.is_workday, self.seed = points, almanac, is_workday, seed
        self.streets = sorted({point.subdistrict for point in points})
        units = sorted({point.unit for point in points})
        self._slow = {unit: stream(seed, "civ_unit", unit).uniform(0.75, 1.35) for unit in units}
        self._slow[stream(seed, "civ_slow").choice(units)] *= 1.3
        rng = stream(seed, "civ_streets")
        self._level = {code: exp(rng.gauss(0, 0.14)) for code in self.streets}
        self._slipping, self._improving, self._rosy = rng.sample(self.streets, 3)
        self.visits = lru_cache(maxsize=24)(self._visits)
        self.linked = lru_cache(maxsize=6)(self._linked)
        self._index = lru_cache(maxsize=24)(self._indexed)

    def _visits(self, month: int) -> tuple[Visit, ...]:
        """All visits of a round, in the order in which they happen."""
        days = [self.almanac(day) for day in days_in(month)]
        out = [day for day in days if not day.typhoon]
        working = [day for day in out if self.is_workday(day.number)] or out
        third = [day for day in out if THIRD_FIRST <= day.when.day <= THIRD_LAST] or out
        made = []
        for place, point in enumerate(self.points):
            rng = stream(self.seed, "civ_visit", month, point.number)
            slot = number_of(self.seed, "civ_slot", point.number) % len(working)
            made.append(self._visit(point, "own", working[(slot + rng.randrange(3)) % len(working)], rng))
            if (place * 7 + month * 5) % 25 < BOOK["third_share"] * 25:
                made.append(self._visit(point, "third_party", rng.choice(third), rng))
        return tuple(sorted(made, key=lambda visit: (visit.at, visit.point.number, visit.inspector)))

    def _visit(self, point: Point, inspector: str, day: Day, rng: Random) -> Visit:
        at = at_hour(day.number, rng.choice((8.4, 14.2)) + rng.random() * 3.2)
        times = self._times(point, inspector, day)
        failings = tuple(
            self._failing(point, item, inspector, at, rng)
            for item, chance in zip(point.items, point.chances, strict=True)
            if rng.random() < chance * times * (item.wet**day.rain if item.wet != 1 else 1.0)
        )
        return Visit(point, inspector, at, failings)

    def _times(self, point: Point, inspector: str, day: Day) -> float:
        """How much more often than usual items fail: where, when, in what weather, before whose eyes."""
        street = point.subdistrict
        times = self._level[street] * (1 + 0.08 * day.rain) * (1.5 if day.backlog else 1.0) * (1.15 if day.spring else 1.0)
        if street == self._slipping:
            times *= 1 + 0.28 * max(0, 3 - min((month - day.when.month) % 12 for month in ASSESSED))
        if street == self._improving:
            times *= 1 + 0.4 * cos(2 * pi * (day.number - days_in(2026 * 12)[0]) / DRIFT_DAYS)
        if inspector == "own":
            times *= BOOK["own_eyes"] * (0.55 if street == self._rosy else 1.0)
        return times

    def _failing(self, point: Point, item: Item, inspector: str, at: int, rng: Random) -> Failing:
        veto = rng.random() < item.veto
        due = at_hour(day_at(at) + (VETO_DAYS if veto else USUAL_DAYS), OUT_TO)
        took = FIX_MEDIAN_D * self._slow[point.unit] * exp(rng.gauss(0, FIX_SPREAD)) * (0.4 if veto else 1.0)
        fixes = [outdoors(at + int(max(min(took, LONGEST_FIX_D) * DAY_S, HOUR)), rng)]
        rechecks = [outdoors(fixes[0] + int(rng.uniform(0.4, 2.2) * DAY_S), rng)]
        if rng.random() < SENT_BACK * self._slow[point.unit]:
            fixes.append(outdoors(rechecks[0] + int(rng.uniform(0.2, 2.5) * DAY_S), rng))
            rechecks.append(outdoors(fixes[1] + int(rng.uniform(0.4, 2.2) * DAY_S), rng))
        photos = (rng.choice((1, 1, 2, 2, 3)), rng.choice((1, 1, 2, 2)))
        return Failing(point, item, inspector, veto, at, due, tuple(fixes), tuple(rechecks), photos)

    def _indexed(self, month: int) -> Mapping[tuple[str, str], Sequence[Failing]]:
        found: dict[tuple[str, str], list[Failing]] = {}
        for visit in self.visits(month):
            for failing in visit.failings:
                found.setdefault((failing.point.number, failing.item.key), []).append(failing)
        return found

    def _linked(self, month: int) -> Mapping[int, Sequence[Linked]]:
        """The faults of a round by the local day they were found on."""
        found: dict[int, list[Linked]] = {}
        serial = month * 10_000
        for visit in self.visits(month):
            for failing in visit.failings:
                serial += 1
                found.setdefault(day_at(failing.found), []).append(self._link(serial, month, failing))
        return found

    def _link(self, serial: int, month: int, failing: Failing) -> Linked:
        others = [other for other in self._same(month, failing) if other is not failing]
        before = [other for other in others if other.found < failing.found]
        times = 1 + sum(other.found > failing.found - TIMES_DAYS * DAY_S for other in before)
        again = any(came_back(other, failing) for other in before)
        relapse = min((other.found for other in others if came_back(failing, other)), default=None)
        return Linked(serial, failing, times, again, relapse)

    def _same(self, month: int, failing: Failing) -> Iterator[Failing]:
        key = failing.point.number, failing.item.key
        for near in range(month - AROUND, month + AROUND + 1):
            yield from self._index(near).get(key, ())


def came_back(earlier: Failing, later: Failing) -> bool:
    """Whether a failing is the relapse of an earlier one: found after its fix, and not too long after."""
    return later.found > earlier.fixes[-1] and day_at(later.found) <= earlier.fixed_on + RELAPSE_DAYS


def outdoors(moment: int, rng: Random) -> int:
    """The moment itself, or the next morning where it lies in the night."""
    into = (moment + OFFSET_S) % DAY_S
    if OUT_FROM * HOUR <= into < OUT_TO * HOUR:
        return moment
    return moment - into + (DAY_S if into >= OUT_TO * HOUR else 0) + OUT_FROM * HOUR + rng.randrange(2 * HOUR)
