"""Plans: the whole life of every case reported on a day, before any of it has happened.

A plan follows from the seed and the serial of its case alone. History is plans cut at a moment; the living feed goes
on with the rest. A serial is the local day number times SERIALS_PER_DAY plus the position in the day; what a faster feed
adds is numbered by its local minute in the same way, far above.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp

from data.calendars import Calendar, Clock
from data.cases import Intake, Rules, Step
from data.seed import catalogue
from data.seed.demo.almanac import Almanac, Day
from data.seed.demo.chain import Chain
from data.seed.demo.desk import Desks
from data.seed.demo.hours import DAY_S, OFFSET_S, WorkHours, moment_of
from data.seed.demo.lives import Circumstances, World, live
from data.seed.demo.mix import DEDICATED_SHARE, HOTLINE_12319, SOURCES, Kind, Mix, item_of
from data.seed.demo.spots import RECURRING_SHARE, Spot, Spots
from data.seed.demo.streams import stream
from data.seed.demo.town import Ground, Town
from data.seed.places import Place

SEED = 440512
SERIALS_PER_DAY = 10_000
MINUTES_PER_DAY = 1440
CASES_PER_DAY = 490
LONGEST_DAYS = 120  # no life is longer
STREET_SHARE = 0.055  # of what the grid does not settle
FIRST_DAY, LAST_DAY = 18262, 23741  # 2020-2034: days the generator knows the working time of
SENSING = frozenset({"sensor", "camera"})
ENDED = frozenset({"merge", "reject", "redirect", "void"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A case and all its steps. Before `delivered` nothing of it is known: it was written offline and came late."""

    intake: Intake
    steps: list[Step]
    moments: list[int]
    delivered: int
    twice: int | None  # moment of a second delivery of the report, as happens when a link breaks

    def arrival(self, index: int) -> int:
        """Epoch second at which a step becomes known."""
        return max(self.moments[index], self.delivered)


class Planner:
    """Plans of a place; `day(number)` is a list of plans, `plan(serial)` one of them. Two with the same place, seed and rules plan
    the same and are equal: what is drawn from one of them and kept holds for the other."""

    def __init__(self, place: Place, seed: int = SEED, rules: Rules | None = None) -> None:
        self.seed, self.place = seed, place
        types, units = catalogue.case_types(), catalogue.units()
        limits = {row["key"]: (Clock(row["clock"]), row["limit_value"]) for row in types}
        self.rules = rules or Rules.load(Calendar.load("cn"), limits)
        self.almanac = Almanac(seed)
        self.town = Town(place.areas(), units, place.folder / "geo", seed)
        self.mix = Mix(types, catalogue.items(), seed)
        self.desks = Desks(units, types, seed)
        self.spots = Spots(self.town, self.mix, seed)
        hours = WorkHours(self.rules.calendar.is_workday, FIRST_DAY, LAST_DAY)
        self.world = World.of(self.rules, self.desks, self.almanac, hours)
        self.hasty = frozenset(stream(seed, "hasty").sample(range(len(self.town.grounds)), max(len(self.town.grounds) // 25, 1)))
        self.day = lru_cache(maxsize=4)(self._make)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Planner):
            return NotImplemented
        return (self.seed, self.place, self.rules) == (other.seed, other.place, other.rules)

    def __hash__(self) -> int:
        return hash((self.seed, self.place.key))

    def plan(self, serial: int) -> Plan:
        """The plan of a case by its serial; LookupError when there is no such case."""
        day, position = divmod(serial, SERIALS_PER_DAY)
        plans = self.day(day)
        if not 1 <= position <= len(plans):
            raise LookupError(f"no case {serial}: that day has {len(plans)}")
        return plans[position - 1]

    def more(self, minute: int, share: float) -> list[Plan]:
        """Reports of one local minute beside those of its day: so many times as many as usual at that hour."""
        number, into = divmod(minute, MINUTES_PER_DAY)
        return _Writer(self, self.almanac(number), minute).of_minute(into, share)

    def _make(self, number: int) -> list[Plan]:
        return _Writer(self, self.almanac(number)).of_day()


class _Writer:
    """Draws the reports of one day, or more of them for one of its minutes, oldest first."""

    def __init__(self, planner: Planner, day: Day, minute: int | None = None) -> None:
        self.planner, self.day = planner, day
        self.rng = stream(planner.seed, "day", day.number) if minute is None else stream(planner.seed, "minute", minute)
        self.first = (day.number if minute is None else minute) * SERIALS_PER_DAY
        self.start = day.number * DAY_S - OFFSET_S
        self.prefix = f"{planner.town.root}{day.when:%Y%m%d}" + ("" if minute is None else f"{minute % MINUTES_PER_DAY:04d}")
        self.seen: dict[int, int] = {}  # recurring spot → the open case reported there today
        self.last: dict[int, tuple[int, tuple[float, float]]] = {}  # grid → its last report and where

    def of_day(self) -> list[Plan]:
        """Every report of the day."""
        count = round(CASES_PER_DAY * self.day.volume)
        return self._drawn(self.planner.mix.channels(self.rng, count), None)

    def of_minute(self, into: int, share: float) -> list[Plan]:
        """Reports of the n-th minute of the day, `share` times as many as usual."""
        rng, mix = self.rng, self.planner.mix
        wanted = share * CASES_PER_DAY * self.day.volume * mix.busy(into // 60) / 60
        count = min(int(wanted) + (rng.random() < wanted % 1), SERIALS_PER_DAY - 1)
        return self._drawn(mix.channels_at(rng, into // 60, count), into * 60)

    def _drawn(self, channels: list[str], second: int | None) -> list[Plan]:
        rng, planner = self.rng, self.planner
        kinds = planner.mix.drawn(rng, self.day, len(channels))
        grounds = rng.choices(range(len(planner.town.grounds)), cum_weights=planner.town.weights, k=len(channels))
        drawn = []
        for channel, kind, ground in zip(channels, kinds, grounds, strict=True):
            through = "hotline" if kind.kind == "request" else channel
            seen = planner.mix.sensed(rng, through) or kind
            at = planner.mix.second(rng, through) if second is None else second + int(rng.random() * 60)
            drawn.append((self.start + at, through, seen, ground))
        drawn.sort(key=lambda one: one[0])
        return [self._plan(serial, *one) for serial, one in enumerate(drawn, 1)]

    def _plan(self, position: int, at: int, channel: str, kind: Kind, ground_n: int) -> Plan:
        rng, planner = self.rng, self.planner
        serial = self.first + position
        spot = None if channel in SENSING else self._spot(ground_n, kind)
        if spot is not None:
            kind = spot.kind
        near = self._near(ground_n, at) if spot is None and channel == "collector" else None
        intake = self._intake(serial, at, channel, kind, ground_n, near or (spot.point if spot else None), bool(near))
        where = Circumstances(
            day=self.day,
            reported=at,
            post=self._post(channel, intake, ground_n),
            hasty=ground_n in planner.hasty,
            parent=self.seen.get(spot.key) if spot and rng.random() < 0.5 else None,
            mirrored=kind.kind == "request" or channel == "transfer",
        )
        chain = Chain(serial)
        live(chain, intake, where, rng, planner.world)
        if spot is not None and chain.steps[-1].action not in ENDED:
            self.seen.setdefault(spot.key, serial)
        self.last[ground_n] = (at, (intake.lon or 0.0, intake.lat or 0.0))
        late = at + int(rng.uniform(0.4, 6) * 3600) if channel == "collector" and rng.random() < 0.004 else at
        twice = late + int(rng.uniform(2, 40) * 60) if rng.random() < 0.003 else None
        return Plan(intake, chain.steps, chain.moments, late, twice)

    def _spot(self, ground: int, kind: Kind) -> Spot | None:
        if kind.kind != "event" or self.day.typhoon or self.rng.random() > RECURRING_SHARE:
            return None
        return self.planner.spots(ground, self.day.number, self.rng.random())

    def _near(self, ground: int, at: int) -> tuple[float, float] | None:
        """Now and then a post reports once more beside its own last report, within the hour."""
        before = self.last.get(ground)
        if before is None or at - before[0] > 3600 or self.rng.random() > 0.05:
            return None
        return before[1]

    def _intake(
        self, serial: int, at: int, channel: str, kind: Kind, ground_n: int, point: tuple[float, float] | None, near: bool
    ) -> Intake:
        rng, ground = self.rng, self.planner.town.grounds[ground_n]
        level = self._level(kind, channel)
        lon, lat = self._beside(ground, point, near)
        source = self._source(channel, kind)
        collected = channel == "collector"
        return Intake(
            id=serial,
            number=f"{self.prefix}{serial % SERIALS_PER_DAY:05d}",
            source=source,
            source_id=f"{source[:2].upper()}{serial}",
            channel=channel,
            kind=kind.kind,
            type=kind.key,
            item=item_of(kind, rng) if collected else None,
            level=level,
            unit=(kind.unit or "centre") if level == "district" else ground.unit,
            subdistrict=ground.subdistrict,
            community=ground.community,
            grid=ground.code,
            dedicated=rng.choice(ground.dedicated) if ground.dedicated and rng.random() < DEDICATED_SHARE else None,
            lon=lon,
            lat=lat,
            urgent=kind.urgent,
            discovered_at=moment_of(at - int(exp(rng.gauss(5.6, 0.6)))) if collected else None,
            photo_reused=collected and rng.random() < (0.03 if ground_n in self.planner.hasty else 0.004),
            near_repeat=near,
        )

    def _level(self, kind: Kind, channel: str) -> str:
        settle = kind.settle * (1.0 if channel == "collector" else 0.0 if channel in ("transfer", "sensor") else 0.4)
        if self.rng.random() < settle:
            return "grid"
        if kind.kind == "request" or channel == "transfer" or kind.urgent:
            return "district"
        return "subdistrict" if self.rng.random() < STREET_SHARE else "district"

    def _beside(self, ground: Ground, point: tuple[float, float] | None, near: bool) -> tuple[float, float]:
        if near and point is not None:
            return point
        rng = self.rng
        lon, lat = point or ground.points[int(rng.random() * len(ground.points))]
        wide = 2 * ground.beside
        return round(lon + (rng.random() - 0.5) * wide, 6), round(lat + (rng.random() - 0.5) * wide, 6)

    def _source(self, channel: str, kind: Kind) -> str:
        if kind.key.startswith("R02"):
            return "market_12315"
        if channel == "hotline" and kind.kind != "request" and self.rng.random() < HOTLINE_12319:
            return "digital_urban"
        return SOURCES[channel]

    def _post(self, channel: str, intake: Intake, ground: int) -> str | None:
        if channel == "collector" or intake.level == "grid":
            return f"{intake.grid}-{1 + int(self.rng.random() * 2)}"
        return None
