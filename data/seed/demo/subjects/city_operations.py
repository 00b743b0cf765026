"""What the city keeps in order in the demonstration: its ledger of components, its street lamps by night, its roads open."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import cos, pi
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Table

from data.seed.demo import gauges as sited
from data.seed.demo.almanac import Day
from data.seed.demo.gauges import Gauge, Gauges
from data.seed.demo.hours import DAY_S, at_hour, moment_of
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Fact, Row, Story, until_now
from data.seed.demo.weather import Weather
from data.subjects.city_operations import component_group, lamp_night, road_work
from data.subjects.sensors import CLOSE_CM, WATCH_CM

LEDGER = Path(sited.__file__).with_name("components.toml")
CHECK_H = 21.5  # when the lamps of a night are counted
RESIDENTS_A_LAMP = 18
ARTERIAL_LAMPS = (60, 190)  # of a community
DARK_SHARE, DARK_CHRONIC, CHRONIC_N = (0.004, 0.013), (0.03, 0.055), 4
WORKS_A_DAY, WORKS_DAYS, LONGEST_WORKS = 0.95, (2.0, 15.0), 25
OVERRUN_SHARE = 0.22
WORKS = {"pipes": "dept_housing", "resurfacing": "dept_housing"}


class CityOperations(Story):
    """Lamps night by night, works and closures of roads, and the ledger that hardly ever changes."""

    name = "city_operations"
    tables = (lamp_night, road_work)
    standing_tables = (component_group,)
    longest_days = LONGEST_WORKS + 8
    every_s = 7 * DAY_S

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self.weather, self.gauges = Weather(planner.almanac), Gauges(planner)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """The ledger of components by community and type."""
        types: dict[str, int] = tomllib.loads(LEDGER.read_text(encoding="utf-8"))["types"]
        return {component_group: [row for type_, total in types.items() for row in self._shared_out(type_, total)]}

    def day(self, number: int) -> Iterable[Fact]:
        """The lamps of a night, and the roads that are closed or dug up from this day on."""
        yield from self._lamps(number)
        for place, (row, start, lifted) in enumerate(self._roads(number), 1):
            whole = row | {"number": number * 100 + place, "from_at": moment_of(start), "lifted_at": moment_of(lifted)}
            yield Fact(road_work, whole, (start, lifted), until_now(road_work, kept=("until_at",)))

    @cached_property
    def _communities(self) -> dict[str, tuple[str, int]]:
        """Sub-district and residents by community."""
        found: dict[str, tuple[str, int]] = {}
        for ground in self.town.grounds:
            found[ground.community] = (ground.subdistrict, found.get(ground.community, ("", 0))[1] + ground.residents)
        return found

    def _shared_out(self, type_: str, total: int) -> Iterator[Row]:
        """A type's components by how many live in a community and by chance; the sum is the total."""
        rng = self.stream("ledger", type_)
        weights = [(residents + 800) * rng.lognormvariate(0, 0.5) for _, residents in self._communities.values()]
        given, reached, whole = 0, 0.0, sum(weights)
        for (community, (subdistrict, _)), weight in zip(self._communities.items(), weights, strict=True):
            reached += weight
            share = round(total * reached / whole) - given
            given += share
            if share:
                yield {"community": community, "type": type_, "major": type_[:3], "subdistrict": subdistrict, "total_n": share}

    @cached_property
    def _circuits(self) -> list[tuple[str, str, str, int, float]]:
        """Community, sub-district, circuit, lamps due and the share that is usually dark."""
        rng = self.stream("circuits")
        chronic = frozenset(rng.sample(sorted(self._communities), CHRONIC_N))
        found = []
        for community, (subdistrict, residents) in self._communities.items():
            for circuit, due in (("arterial", rng.randint(*ARTERIAL_LAMPS)), ("other", residents // RESIDENTS_A_LAMP + 20)):
                bad = community in chronic and circuit == "other"
                found.append((community, subdistrict, circuit, due, rng.uniform(*(DARK_CHRONIC if bad else DARK_SHARE))))
        return found

    def _lamps(self, number: int) -> Iterator[Fact]:
        rng, worse = self.stream("lamps", number), _worse(self.almanac(number))
        at = (at_hour(number, CHECK_H),)
        for community, subdistrict, circuit, due, share in self._circuits:
            kept_up = 0.6 if circuit == "arterial" else 1.0
            dark = min(due, int(due * share * worse * kept_up * rng.lognormvariate(0, 0.35) + rng.random()))
            row = {"community": community, "circuit": circuit, "night_on": number, "subdistrict": subdistrict}
            yield Fact(lamp_night, row | {"due_n": due, "lit_n": due - dark}, at)

    def _roads(self, number: int) -> Iterator[tuple[Row, int, int]]:
        """Rows without number and moments; when each begins, and when it is over."""
        day, rng = self.almanac(number), self.stream("roads", number)
        yield from self._flooded(number)
        if day.festival == 1 and not day.typhoon and rng.random() < WORKS_A_DAY:
            yield self._works(number, rng)
        for reason, chance, hour, hours in _incidents(day):
            if rng.random() < chance:
                start = at_hour(number, hour + rng.uniform(-2, 2))
                yield self._road("closure", reason, "dept_police", start, start + int(hours * rng.uniform(0.6, 1.5) * 3600), rng)

    def _works(self, number: int, rng: Random) -> tuple[Row, int, int]:
        reason = rng.choice(sorted(WORKS))
        start = at_hour(number, rng.choice((7.0, 8.5, 21.0)))
        until = start + int(rng.triangular(*WORKS_DAYS, 4.0) * DAY_S)
        late = rng.uniform(0.4, 6.0) if rng.random() < OVERRUN_SHARE else -rng.uniform(0.0, 0.6)
        row, _, _ = self._road("works", reason, WORKS[reason], start, until, rng)
        return row, start, until + int(late * DAY_S)

    def _road(self, what: str, reason: str, unit: str, start: int, until: int, rng: Random) -> tuple[Row, int, int]:
        ground = rng.choices(self.town.grounds, cum_weights=self.town.weights)[0]
        lon, lat = rng.choice(ground.points)
        names, section = self._names[ground.community], rng.randint(1, 9)
        place = {
            "name_zh": f"{names[0]}第 {section} 路段", "name_en": f"{names[1]}, section {section}", "lon": lon, "lat": lat,
            "subdistrict": ground.subdistrict, "community": ground.community, "grid": ground.code,
        }  # fmt: skip
        return _row(what, reason, unit, until, place), start, until

    def _flooded(self, number: int) -> Iterator[tuple[Row, int, int]]:
        """A road is closed while a gauge stands above the mark, once a day at most, until the water has gone down."""
        for gauge in self.gauges.all:
            if gauge.kind == "water_level":
                ends = [burst.end for burst in self.weather.bursts(number) if self.weather.depth(burst.end, gauge.low) >= CLOSE_CM]
                if ends:
                    yield self._closed(gauge, min(ends), max(ends))

    def _closed(self, gauge: Gauge, first: int, last: int) -> tuple[Row, int, int]:
        dry = next(at for at in range(last, last + 2 * DAY_S, 600) if self.weather.depth(at, gauge.low) < WATCH_CM)
        place = gauge.place | {"name_zh": f"{gauge.place['name_zh']} 路段", "name_en": f"Road at {gauge.place['name_en']}"}
        return _row("closure", "flooding", "dept_police", last + 3 * 3600, place), first, dry

    @cached_property
    def _names(self) -> dict[str, tuple[Any, Any]]:
        rows = self.planner.place.areas()
        return {str(row["code"]): (row["name_zh"], row["name_en"]) for row in rows if row["kind"] == "community"}


def _row(what: str, reason: str, unit: str, until: int, place: Row) -> Row:
    return {**place, "road_work": what, "road_reason": reason, "unit": unit, "until_at": moment_of(until)}


def _worse(day: Day) -> float:
    """How many more lamps are dark than usual: rain, a typhoon and the week after it, and a slow drift over the year."""
    storm = 9.0 if day.typhoon else 1.0 + 5.0 * (1 - (day.backlog - 1) / 7) if day.backlog else 1.0
    return storm * (1.0, 1.05, 1.25, 1.6)[day.rain] * (1 + 0.25 * cos(2 * pi * day.number / 118))


def _incidents(day: Day) -> tuple[tuple[str, float, float, float], ...]:
    """Reason, chance, hour and length in hours of closures that may come on a day."""
    collapse = ("collapse", 0.012 * (1 + day.rain), 11.0, 40.0)
    event = ("event", 0.8 if day.firecrackers or day.festival < 1 else 0.04, 18.0, 4.0)
    typhoon = [("typhoon", 0.8, 8.0, 20.0)] * 4 if day.typhoon else []
    return (collapse, event, *typhoon)


STORY = CityOperations
