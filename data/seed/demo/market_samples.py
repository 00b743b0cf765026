"""Food samples: where they are taken, which fail, and when what failed is dealt with. About 5.5 of a thousand residents a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

from data.seed.demo.hours import at_hour, day_at, working_day
from data.seed.demo.market_premises import BOOK, Draw, Site, sites
from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.tallied import Choice, drawn
from data.subjects.market_food import DISPOSE_DAYS

PER_THOUSAND, WORKDAYS_A_YEAR = 5.5, 248
DISPOSE_MEDIAN_D, DISPOSED_LATE, LONGEST_LATE_D = 42.0, 0.07, 60
LONGEST_DAYS = DISPOSE_DAYS + LONGEST_LATE_D + 10
TOLD = 16.0  # o'clock
AGAIN = 3.0  # samples are taken more often where they have failed before


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample by the day its result is there; `disposed` is an epoch second, 0 where it passed."""

    number: str
    food_class: str
    site: Site
    told: int
    passed: bool
    disposed: int


class Samples:
    """The samples of a place by the local day of their result."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        among = [site for site in sites(planner) if site.food_grade]
        self._site = Draw(among, [AGAIN if site.poor > 1 else 1.0 for site in among])
        self._classes = Choice({key: share for key, (share, _) in BOOK["samples"].items()})
        self._daily = PER_THOUSAND * sum(planner.town.residents.values()) / 1000 / WORKDAYS_A_YEAR
        self.day = lru_cache(maxsize=800)(self._day)

    def _day(self, number: int) -> Sequence[Sample]:
        """All results of a day."""
        if not self.planner.rules.calendar.is_workday(number):
            return ()
        rng, day, found = stream(self.planner.seed, "samples", number), self.planner.almanac(number), []
        for place in range(1, drawn(rng, self._daily) + 1):
            site, food_class = self._site(rng), self._classes(rng)
            told = at_hour(number, TOLD)
            passed = rng.random() >= BOOK["samples"][food_class][1] * site.poor * (1.3 if 5 <= day.when.month <= 9 else 0.85)
            late = rng.random() < DISPOSED_LATE
            took = DISPOSE_DAYS + 1 + min(rng.expovariate(1 / 12), LONGEST_LATE_D) if late else exp(rng.gauss(log(DISPOSE_MEDIAN_D), 0.4))
            disposed = 0 if passed else self._worked(number + int(took if late else min(took, DISPOSE_DAYS - 4)))
            found.append(Sample(f"FS{day.when:%Y%m%d}{place:02d}", food_class, site, told, passed, disposed))
        return found

    def _worked(self, day: int) -> int:
        return at_hour(working_day(day, 1, self.planner.rules.calendar.is_workday), TOLD)


@lru_cache(maxsize=2)
def samples(planner: Planner) -> Samples:
    """The samples of a place, for all who tell of them."""
    return Samples(planner)


def disposed_in_time(sample: Sample) -> bool:
    """Whether a failed sample was dealt with within its limit."""
    return day_at(sample.disposed) <= day_at(sample.told) + DISPOSE_DAYS
