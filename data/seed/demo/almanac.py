"""What kind of day it is: rain, typhoon, festival, month end, and how much work such a day brings.

Every answer is a pure function of the seed and the day, so history and the living feed agree about it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp

from data.periods import date_of, day_of, period
from data.seed.demo.streams import stream

RAIN_BY_MONTH = (0.18, 0.27, 0.36, 0.42, 0.46, 0.48, 0.34, 0.38, 0.28, 0.12, 0.11, 0.11)
WEEKDAYS = (1.10, 1.08, 1.06, 1.05, 1.06, 0.90, 0.80)
SPRING_FESTIVALS = {  # first day of the lunar year
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
}
FIXED_FESTIVALS = {(1, 1): 0.8, (5, 1): 0.85, (5, 2): 0.85, (5, 3): 0.9} | {(10, day): 0.8 for day in range(1, 8)}
TYPHOON_FIRST, TYPHOON_SPREAD, TYPHOON_LENGTH, BACKLOG_LENGTH = (7, 25), 34, 3, 7


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: `typhoon` is 1..3 while it blows, `backlog` 1..7 in the week after, both 0 otherwise."""

    number: int
    when: date
    weekday: int
    rain: int  # 0 dry, 1 light, 2 moderate, 3 heavy
    typhoon: int
    backlog: int
    spring: bool  # the fortnight around the Spring Festival
    firecrackers: bool
    festival: float  # share of the usual work left on this day
    month_end: bool  # one of the last two days of its month
    last_week: bool  # of its month
    volume: float  # factor on the usual number of reports
    patrol: float  # share of the usual patrols that can walk


class Almanac:
    """Days of one seed; `almanac(day_number)` is the Day."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._day = lru_cache(maxsize=2048)(self._make)

    def __call__(self, number: int) -> Day:
        return self._day(number)

    def typhoon_start(self, year: int) -> int:
        """Day number on which the typhoon of the year arrives: one a year, late July to late August."""
        first = day_of(date(year, *TYPHOON_FIRST))
        return first + stream(self.seed, "typhoon", year).randrange(TYPHOON_SPREAD)

    def _make(self, number: int) -> Day:
        when = date_of(number)
        since_typhoon = number - self.typhoon_start(when.year)
        typhoon = since_typhoon + 1 if 0 <= since_typhoon < TYPHOON_LENGTH else 0
        after = since_typhoon - TYPHOON_LENGTH
        backlog = after + 1 if 0 <= after < BACKLOG_LENGTH else 0
        from_spring = _days_from_spring_festival(when)
        festival = _festival_factor(when, from_spring)
        left = period(number, "month")[1] - number
        rain = 3 if typhoon else self._rain(number, when.month)
        return Day(
            number=number,
            when=when,
            weekday=when.weekday(),
            rain=rain,
            typhoon=typhoon,
            backlog=backlog,
            spring=-7 <= from_spring <= 7,
            firecrackers=-1 <= from_spring <= 2 or from_spring == 14,
            festival=festival,
            month_end=left < 2,
            last_week=left < 7,
            volume=self._volume(number, when, festival, typhoon, backlog, rain) * (1.12 if left < 2 else 1.0),
            patrol=(0.35, 0.08, 0.3)[typhoon - 1] if typhoon else festival * (0.94 if rain == 3 else 1.0),
        )

    def _rain(self, number: int, month: int) -> int:
        """Rain comes in spells: a pair of days shares one draw, a single day may break or join it."""
        share = RAIN_BY_MONTH[month - 1]
        spell = stream(self.seed, "spell", number // 2).random() < share * 0.8
        own = stream(self.seed, "rain", number)
        if not (spell and own.random() < 0.85) and own.random() > share * 0.3:
            return 0
        depth = own.random()
        return 3 if depth > 0.91 else 2 if depth > 0.62 else 1

    def _volume(self, number: int, when: date, festival: float, typhoon: int, backlog: int, rain: int) -> float:
        noise = exp(stream(self.seed, "volume", number).gauss(0, 0.05))
        factor = WEEKDAYS[when.weekday()] * festival * noise * (1.0, 0.99, 0.98, 1.04)[rain]
        if typhoon:
            return factor * (0.8, 0.95, 1.25)[typhoon - 1]
        return factor * (1.0 + 0.4 * (1 - (backlog - 1) / BACKLOG_LENGTH) if backlog else 1.0)


def _days_from_spring_festival(when: date) -> int:
    found = SPRING_FESTIVALS.get(when.year)
    return (when - date(when.year, *found)).days if found else 99


def _festival_factor(when: date, from_spring: int) -> float:
    if -1 <= from_spring <= 3:
        return 0.38
    if -5 <= from_spring <= 7:
        return 0.62
    return FIXED_FESTIVALS.get((when.month, when.day), 1.0)
