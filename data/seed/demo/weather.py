"""Rain, the water it leaves on the road, tide and wind of the demonstration: pure functions of the seed and the moment.

Rain falls in bursts of an hour or more, the harder counting where two meet; water rises while it falls and runs off after it. Tide
follows the lunar half-day and the fortnight of spring and neap; a typhoon drives both.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, exp, pi

from data.seed.demo.almanac import Almanac
from data.seed.demo.hours import DAY_S, OFFSET_S
from data.seed.demo.streams import stream

BURSTS = {  # by how much it rains: how many (least, most), millimetres an hour (least, most)
    0: ((0, 0), (0.0, 0.0)),
    1: ((1, 1), (1.0, 6.0)),
    2: ((1, 2), (7.0, 20.0)),
    3: ((2, 3), (18.0, 42.0)),
}
TYPHOON_BURSTS = ((3, 4), (25.0, 58.0))
DRAINED_MM_H = 6.0  # what sewers carry off at once
TIDE_H, FORTNIGHT_D = 12.4206, 14.765
MEAN_CM, SWING_CM, SPRING_SHARE = 120.0, 62.0, 0.38
SURGE_CM = (35.0, 95.0, 25.0)  # on the days of a typhoon
GALE_M_S = (15.0, 27.0, 14.0)


@dataclass(frozen=True, slots=True)
class Burst:
    """Rain from one epoch second to another, in millimetres an hour."""

    start: int
    end: int
    mm_h: float


@dataclass(frozen=True, slots=True)
class Low:
    """A low point of a road: centimetres it rises in the end for each millimetre an hour not drained, hours until a third is left."""

    rise: float
    runs_off_h: float


class Weather:
    """The weather of a seed; moments are epoch seconds."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac, self._seed = almanac, almanac.seed
        self.bursts = lru_cache(maxsize=1024)(self._bursts)

    def recent(self, at: int) -> tuple[Burst, ...]:
        """The bursts whose water may still stand: those of the day and of the day before."""
        day = (at + OFFSET_S) // DAY_S
        return (*self.bursts(day - 1), *self.bursts(day))

    def rain(self, at: int, share: float) -> float:
        """Millimetres an hour where so much of the district's rain falls."""
        return round(share * max((burst.mm_h for burst in self.recent(at) if burst.start <= at < burst.end), default=0.0), 1)

    def depth(self, at: int, low: Low) -> float:
        """Centimetres of water at a low point."""
        return round(max((_depth(burst, at, low) for burst in self.recent(at)), default=0.0), 1)

    def tide(self, at: int, lag_h: float) -> float:
        """Centimetres above the gauge's zero."""
        hours = at / 3600 - lag_h
        spring = 1 + SPRING_SHARE * cos(2 * pi * hours / 24 / FORTNIGHT_D)
        return round(MEAN_CM + SWING_CM * spring * cos(2 * pi * hours / TIDE_H) + self._storm(at, SURGE_CM), 1)

    def wind(self, at: int, lag_h: float) -> float:
        """Metres a second: a breeze that freshens in the afternoon, and what a typhoon adds."""
        hour = (at + OFFSET_S) % DAY_S / 3600 - lag_h
        breeze = 3.4 + 1.6 * cos(2 * pi * (hour - 15) / 24) + 0.8 * cos(2 * pi * at / 5_400)
        return round(breeze + self._storm(at, GALE_M_S), 1)

    def _storm(self, at: int, by_day: tuple[float, ...]) -> float:
        """What a typhoon adds: swelling to the middle of each of its days and ebbing, never from one second to the next."""
        day, second = divmod(at + OFFSET_S, DAY_S)
        typhoon = self._almanac(day).typhoon
        return by_day[typhoon - 1] * (1 - cos(2 * pi * second / DAY_S)) / 2 if typhoon else 0.0

    def _bursts(self, number: int) -> tuple[Burst, ...]:
        day, rng = self._almanac(number), stream(self._seed, "bursts", number)
        counts, force = TYPHOON_BURSTS if day.typhoon else BURSTS[day.rain]
        found = []
        for _ in range(rng.randint(*counts)):
            start = number * DAY_S - OFFSET_S + int(rng.triangular(0, 22, 15) * 3600)
            found.append(Burst(start, start + int(rng.uniform(0.7, 2.6) * 3600), rng.uniform(*force)))
        return tuple(sorted(found, key=lambda burst: burst.start))


def _depth(burst: Burst, at: int, low: Low) -> float:
    hours = (min(at, burst.end) - burst.start) / 3600
    left = burst.mm_h - DRAINED_MM_H
    if hours <= 0 or left <= 0:
        return 0.0
    standing = low.rise * left * (1 - exp(-hours))
    return standing if at <= burst.end else standing * exp((burst.end - at) / 3600 / low.runs_off_h)
