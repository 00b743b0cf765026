"""Where the demonstration's sensors stand, how often each reports and when it falls silent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from data.seed.demo.hours import DAY_S, OFFSET_S
from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.town import Ground
from data.seed.demo.weather import Low

NAMES = {  # kind: names in zh and en, how many, cadence in seconds
    "water_level": ("积水点", "water level", 42, 60),
    "pump": ("泵站", "pump station", 14, 60),
    "lamp_circuit": ("路灯回路", "lamp circuit", 56, 300),
    "tide": ("潮位站", "tide gauge", 3, 300),
    "rain": ("雨量站", "rain gauge", 9, 300),
    "wind": ("风速站", "wind gauge", 4, 600),
}
AT_THE_WATER = frozenset({"port", "fishery", "scenic"})
BAD = {"water_level": 2, "lamp_circuit": 2}  # sensors that fall silent time and again
SILENT_SHARE, BAD_SHARE, STORM_FACTOR = 0.025, 0.45, 4.0
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One sensor. `low`, `share` and `lag_h` say how the weather meets it, `parts` how many pumps or lamps it drives."""

    key: str
    kind: str
    place: dict[str, Any]
    cadence_s: int
    silent_share: float  # of the days it falls silent for hours
    lost_share: float  # of its samples never come
    low: Low
    share: float
    lag_h: float
    parts: int
    weak: float  # of its parts that fail


@dataclass(frozen=True)
class Gauges:
    """Every sensor of a place and the hours in which each is silent; a pure function of the seed."""

    planner: Planner
    windows: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "windows", lru_cache(maxsize=1024)(self._windows))

    @cached_property
    def all(self) -> list[Gauge]:
        """Every sensor, in a fixed order."""
        return [self._sited(kind, number) for kind, (_, _, count, _) in NAMES.items() for number in range(1, count + 1)]

    def silent_since(self, place: int, at: int) -> int | None:
        """Since when the n-th sensor has been silent, None while it reports."""
        return next((start for start, end in self._around(place, at, at) if start <= at < end), None)

    def missed_s(self, place: int, start: int, end: int) -> int:
        """Seconds of a span in which the n-th sensor was silent."""
        return sum(max(0, min(end, until) - max(start, since)) for since, until in self._around(place, start, end))

    def received(self, place: int, start: int, end: int) -> tuple[int, int]:
        """How many samples the n-th sensor owed in a span, and how many came."""
        gauge = self.all[place]
        heard = (end - start - self.missed_s(place, start, end)) / gauge.cadence_s
        return (end - start) // gauge.cadence_s, int(heard * (1 - gauge.lost_share))

    def _around(self, place: int, start: int, end: int) -> Iterator[Window]:
        for day in range((start + OFFSET_S) // DAY_S - 1, (end + OFFSET_S) // DAY_S + 1):
            window = self.windows(day)[place]
            if window:
                yield window

    def _windows(self, day: int) -> list[Window | None]:
        rng, storm = stream(self.planner.seed, "silent", day), self.planner.almanac(day).typhoon
        return [self._window(gauge, day, rng, storm > 0) for gauge in self.all]

    def _window(self, gauge: Gauge, day: int, rng: Random, storm: bool) -> Window | None:
        drawn, start, hours = rng.random(), int(rng.random() * DAY_S), rng.lognormvariate(0.9, 0.7)
        if drawn > min(gauge.silent_share * (STORM_FACTOR if storm else 1.0), 0.8):
            return None
        begun = day * DAY_S - OFFSET_S + start
        return begun, begun + int(min(hours, 20.0) * 3600)

    def _sited(self, kind: str, number: int) -> Gauge:
        zh, en, _, cadence = NAMES[kind]
        rng = stream(self.planner.seed, "gauge", kind, number)
        by_the_water = kind == "tide" or (kind in ("water_level", "pump") and rng.random() < 0.35)
        ground = self._ground(rng, by_the_water, number)
        lon, lat = rng.choice(ground.points)
        names = self._community_names[ground.community]
        bad = number <= BAD.get(kind, 0)
        place = {
            "name_zh": f"{names[0]}{zh} {number}", "name_en": f"{names[1]} {en} {number}", "lon": lon, "lat": lat,
            "subdistrict": ground.subdistrict, "community": ground.community, "grid": ground.code,
        }  # fmt: skip
        return Gauge(
            key=f"{kind}-{number:02d}",
            kind=kind,
            place=place,
            cadence_s=cadence,
            silent_share=BAD_SHARE if bad else SILENT_SHARE * rng.uniform(0.4, 1.8),
            lost_share=rng.uniform(0.001, 0.012),
            low=Low(min(rng.lognormvariate(-0.4 if kind == "pump" else -1.1, 0.6), 1.4), rng.uniform(0.5, 1.9)),
            share=rng.uniform(0.7, 1.25),
            lag_h=rng.uniform(0.0, 0.6),
            parts=rng.randint(2, 4) if kind == "pump" else rng.randint(18, 64),
            weak=rng.uniform(0.2, 0.35) if bad else rng.uniform(0.002, 0.02),
        )

    def _ground(self, rng: Random, by_the_water: bool, number: int) -> Ground:
        """A grid of a harbour, a fishing port or a beach, or one of each sub-district in turn."""
        town = self.planner.town
        if by_the_water:
            return town.grounds[rng.choice([grid.ground for grid in town.dedicated if grid.industry in AT_THE_WATER])]
        code = sorted(town.offices)[number % len(town.offices)]
        return rng.choice([ground for ground in town.grounds if ground.subdistrict == code])

    @cached_property
    def _community_names(self) -> dict[str, Sequence[str]]:
        rows = self.planner.place.areas()
        return {str(row["code"]): (row["name_zh"], row["name_en"]) for row in rows if row["kind"] == "community"}
