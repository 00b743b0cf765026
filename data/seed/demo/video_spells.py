"""What befalls channels in the demonstration: outages, alone and by switch or supply, and flaws of picture and recording.

A day's spells follow from the seed and the day. A spell is dropped where an earlier one of the same channel is not over, so that no
minute counts twice; that looks at what was drawn for the days before, never at what became of it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from data.seed.demo.almanac import Almanac, Day
from data.seed.demo.hours import DAY_S, at_hour
from data.seed.demo.tallied import Choice
from data.seed.demo.video_register import CHANNELS, REPAIRS, Channel, Register

ALONE, SWITCHES, CUTS, FLAWS = 62.0, 0.3, 0.12, 19.0  # a day, for CHANNELS channels
LONGEST_OUTAGE, LONGEST_FLAW = 11, 46  # days
CAUSES = {"network": 38.0, "device": 30.0, "power": 22.0, "maintenance": 6.0, "damage": 5.0}
LASTING = {  # minutes: median, and the spread of its logarithm
    "network": (240, 1.1), "device": (400, 1.0), "power": (120, 1.0), "maintenance": (60, 0.5), "damage": (560, 0.9),
    "lightning": (800, 0.8), "switch": (105, 0.7), "cut": (150, 0.8),
}  # fmt: skip
DRAGGING, DRAGGING_D = 0.03, (2.0, 10.0)  # spare parts that do not come
LIGHTNING_MONTHS, LIGHTNING = range(5, 10), 13.0
CHECK_H = 3.0  # when pictures, clocks and recordings are diagnosed each night
FLAW_KINDS = {"occluded": 30.0, "blur": 26.0, "shift": 14.0, "dark": 12.0, "none": 6.0, "storage": 12.0}
FIXED_AFTER = ((0.62, 0, 0), (0.93, 1, 1), (0.975, 3, 7), (1.0, 20, LONGEST_FLAW - 1))  # share up to, days (least, most)
STRAY = 0.93  # of a switch's channels go down with it


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which something was wrong with a channel; whole minutes, epoch seconds."""

    channel: Channel
    cause: str
    start: int
    end: int
    leads: bool = True  # the first of those that failed together


Draw = Callable[[int], list[Spell]]


class Spells:
    """The spells that begin on each day."""

    def __init__(self, draw: Draw, longest: int) -> None:
        self._longest = longest
        self._drawn = lru_cache(maxsize=4 * longest)(lambda day: sorted(draw(day), key=_order))
        self._reaching = lru_cache(maxsize=4 * longest)(self._beyond)
        self.of = lru_cache(maxsize=4 * longest)(self._kept)

    def around(self, day: int) -> Iterator[Spell]:
        """Every spell that may touch a day, those of earlier days only if they reach into it."""
        start = at_hour(day, 0)
        for back in range(self._longest, 0, -1):
            yield from (spell for spell in self.of(day - back) if spell.end > start)
        yield from self.of(day)

    def _beyond(self, day: int) -> list[Spell]:
        over = at_hour(day + 1, 0)
        return [spell for spell in self._drawn(day) if spell.end > over]

    def _kept(self, day: int) -> list[Spell]:
        busy: dict[int, int] = {}
        for back in range(self._longest, 0, -1):
            for spell in self._reaching(day - back):
                busy[spell.channel.number] = max(spell.end, busy.get(spell.channel.number, 0))
        kept = []
        for spell in self._drawn(day):
            if spell.start > busy.get(spell.channel.number, 0):
                kept.append(spell)
            busy[spell.channel.number] = max(spell.end, busy.get(spell.channel.number, 0))
        return kept


def _order(spell: Spell) -> tuple[int, int]:
    return spell.start, spell.channel.number


class Troubles:
    """Outages and flaws of a register."""

    def __init__(self, register: Register, almanac: Almanac, stream: Callable[..., Random]) -> None:
        self._register, self._almanac, self._stream = register, almanac, stream
        self._share = register.count / CHANNELS
        self._causes, self._flaws = Choice(CAUSES), Choice(FLAW_KINDS)
        self.outages = Spells(self._outages, LONGEST_OUTAGE)
        self.flaws = Spells(self._flawed, LONGEST_FLAW)

    def _outages(self, number: int) -> list[Spell]:
        day, rng = self._almanac(number), self._stream("outages", number)
        found = [self._alone(day, self._causes(rng), rng) for _ in range(self._count(ALONE * _weather(day), rng))]
        if day.rain >= 2 and day.when.month in LIGHTNING_MONTHS:
            found += [self._alone(day, "lightning", rng) for _ in range(self._count(LIGHTNING * (day.rain - 1), rng))]
        stormy = 9.0 if day.typhoon else 2.0 if day.rain == 3 else 1.0
        for _ in range(self._count(SWITCHES * min(stormy, 4.0), rng)):
            found += self._together(day, "switch", rng.choice(self._register.by_switch), rng)
        for _ in range(self._count(CUTS * stormy, rng)):
            found += self._together(day, "cut", rng.choice(self._register.by_power), rng)
        return found

    def _count(self, mean: float, rng: Random) -> int:
        """How many come where so many do on average for the usual number of channels."""
        mean *= self._share
        return max(0, int(rng.gauss(mean, mean**0.5) + rng.random())) if mean > 9 else sum(rng.random() < mean / 20 for _ in range(20))

    def _weak(self, rng: Random) -> Channel:
        sums = self._register.sums
        return self._register.used[min(bisect_right(sums, rng.random() * sums[-1]), len(sums) - 1)]

    def _alone(self, day: Day, cause: str, rng: Random) -> Spell:
        channel = self._weak(rng)
        hour = rng.uniform(9, 16.5) if cause in ("maintenance", "damage") else rng.triangular(0, 24, 14)
        start = _minute(at_hour(day.number, hour))
        return Spell(channel, cause, start, start + self._lasting(cause, channel, day, rng))

    def _lasting(self, cause: str, channel: Channel, day: Day, rng: Random) -> int:
        """Seconds, whole minutes; planned work keeps to its plan whoever does it."""
        median, spread = LASTING[cause]
        minutes = median * rng.lognormvariate(0, spread)
        if cause == "maintenance":
            return int(min(minutes, 240)) * 60
        minutes *= REPAIRS[channel.site.contractor] * (0.6 if channel.site.key else 1.0) * (1.2 if day.weekday > 4 else 1.0)
        minutes *= 2.0 if day.typhoon else 1.4 if day.backlog else 1.0
        if rng.random() < DRAGGING * REPAIRS[channel.site.contractor] ** 2:
            minutes += rng.uniform(*DRAGGING_D) * DAY_S / 60
        return int(min(max(minutes, 3), (LONGEST_OUTAGE - 0.1) * DAY_S / 60)) * 60

    def _together(self, day: Day, what: str, channels: Sequence[Channel], rng: Random) -> list[Spell]:
        start = _minute(at_hour(day.number, rng.triangular(0, 23.5, 15)))
        lasting = self._lasting(what, channels[0], day, rng)
        cause, hit = ("power", 1.0) if what == "cut" else ("switch", STRAY)
        struck = [channel for channel in channels if rng.random() < hit] or list(channels[:1])
        moments = sorted(start + rng.randrange(4) * 60 for _ in struck)
        return [
            Spell(channel, cause, at, max(at + 120, start + lasting + rng.randrange(6) * 60), leads=place == 0)
            for place, (channel, at) in enumerate(zip(struck, moments, strict=True))
        ]

    def _flawed(self, number: int) -> list[Spell]:
        day, rng = self._almanac(number), self._stream("flaws", number)
        worse = 3.0 if day.typhoon or day.backlog in (1, 2) else (1.0, 1.0, 1.15, 1.5)[day.rain]
        return [self._flaw(number, rng) for _ in range(self._count(FLAWS * worse, rng))]

    def _flaw(self, number: int, rng: Random) -> Spell:
        channel = self._weak(rng)
        drawn = min(1.0, rng.random() * REPAIRS[channel.site.contractor] ** 0.15)
        least, most = next((least, most) for share, least, most in FIXED_AFTER if drawn <= share)
        start = at_hour(number, CHECK_H)
        return Spell(channel, self._flaws(rng), start, _minute(at_hour(number + rng.randint(least, most), rng.uniform(9, 18))))


def _weather(day: Day) -> float:
    """How many more channels fail alone than usual."""
    return 4.0 if day.typhoon else 1.5 if day.backlog else (1.0, 1.05, 1.15, 1.5)[day.rain] * (0.97 if day.weekday > 4 else 1.01)


def _minute(at: int) -> int:
    return at - at % 60


def active(spells: Spells, day: int, at: int) -> dict[int, Spell]:
    """What is wrong at an epoch second of a day, by the channel's number."""
    return {spell.channel.number: spell for spell in spells.around(day) if spell.start <= at < spell.end}
