"""Sensors of the demonstration: water on the roads, pumps, lamps, tide and weather, as the same rain and tide move them all."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from math import ceil, cos, pi

from sqlalchemy import Table

from data.seed.demo.gauges import Gauge, Gauges
from data.seed.demo.hours import DAY_S, OFFSET_S, at_hour, moment_of
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Fact, Row, Story
from data.seed.demo.weather import Weather
from data.subjects.sensors import CLOSE_CM, SILENT, WATCH_CM, sensor, sensor_day

WET_CM, CALLED_CM, CM_A_PUMP = 2.0, 4.0, 8.0
HIGH_TIDE_CM, GALE_M_S, STORM_M_S, RAIN_MM_H, DOWNPOUR_MM_H = 220.0, 17.0, 24.5, 16.0, 30.0
PUMP_BROKEN, WORN_BROKEN = 0.05, 0.55  # shares of weeks; of most stations, and of the worn one
WORN = "pump-03"
DARK_WATCH, DARK_WARNING = 0.95, 0.8
Sensed = tuple[float | None, str, str, int | None, int | None]  # value, state, level, due, on


class Sensors(Story):
    """The newest value of every sensor each minute, and how much of each day's samples came."""

    name = "sensors"
    tables = (sensor_day,)
    standing_tables = (sensor,)
    every_s = 60

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self.weather, self.gauges = Weather(planner.almanac), Gauges(planner)
        self._failing = lru_cache(maxsize=8)(self._failed)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every sensor with its newest sample and what came in 24 hours."""
        return {sensor: [self._newest(place, gauge, now) for place, gauge in enumerate(self.gauges.all)]}

    def day(self, number: int) -> Iterable[Fact]:
        """What each sensor owes and delivers on a day, told by the hour."""
        hours = tuple(at_hour(number, hour) for hour in range(1, 25))
        for place, gauge in enumerate(self.gauges.all):
            yield Fact(sensor_day, self._up_to(place, gauge, number, hours[-1]), hours, partial(self._cut, place, gauge))

    def _cut(self, place: int, gauge: Gauge, row: Row, now: int) -> Row:
        over = now >= at_hour(row["day"], 24)
        return row if over else self._up_to(place, gauge, row["day"], now)

    def _up_to(self, place: int, gauge: Gauge, number: int, now: int) -> Row:
        """A sensor's day up to the last whole hour."""
        start = at_hour(number, 0)
        end = start + (now - start) // 3600 * 3600
        expected, received = self.gauges.received(place, start, end)
        return {
            "day": number, "key": gauge.key, "sensor_kind": gauge.kind, "subdistrict": gauge.place["subdistrict"],
            "community": gauge.place["community"], "expected_n": expected, "received_n": received,
            "most": self._most(place, gauge, start, end),
        }  # fmt: skip

    def _most(self, place: int, gauge: Gauge, start: int, end: int) -> float | None:
        """The highest value of a span: of water and rain at the turns of each burst, of tide and wind by the hour."""
        if gauge.kind in ("pump", "lamp_circuit"):
            return None
        if gauge.kind in ("tide", "wind"):
            moments: Iterable[int] = range(start, end, 3600)
        else:
            turns = (moment for burst in self.weather.recent(start) for moment in (burst.start, burst.end))
            moments = (start, *(moment for moment in turns if start < moment <= end), end)
        heard = [self._value(gauge, moment) for moment in moments if self.gauges.silent_since(place, moment) is None]
        return max((value for value in heard if value is not None), default=None)

    def _newest(self, place: int, gauge: Gauge, now: int) -> Row:
        at = now // gauge.cadence_s * gauge.cadence_s
        since = self.gauges.silent_since(place, at)
        heard = at if since is None else (since - 1) // gauge.cadence_s * gauge.cadence_s
        value, state, level, due, on = self._sensed(gauge, heard)
        if since is not None:
            state, level, due, on = SILENT, "watch", None, None
        expected, received = self.gauges.received(place, at - DAY_S, at)
        return {
            **gauge.place, "key": gauge.key, "sensor_kind": gauge.kind, "at": moment_of(heard), "value": value, "sensor_state": state,
            "level": level, "due_n": due, "on_n": on, "expected_n": expected, "received_n": received,
        }  # fmt: skip

    def _value(self, gauge: Gauge, at: int) -> float | None:
        if gauge.kind == "water_level":
            return self.weather.depth(at, gauge.low)
        if gauge.kind == "rain":
            return self.weather.rain(at, gauge.share)
        if gauge.kind == "tide":
            return self.weather.tide(at, gauge.lag_h)
        return self.weather.wind(at, gauge.lag_h) if gauge.kind == "wind" else None

    def _sensed(self, gauge: Gauge, at: int) -> Sensed:
        if gauge.kind == "pump":
            return self._pumped(gauge, at)
        if gauge.kind == "lamp_circuit":
            return self._lit(gauge, at)
        value = self._value(gauge, at) or 0.0
        return value, *_judged(gauge.kind, value), None, None

    def _pumped(self, gauge: Gauge, at: int) -> Sensed:
        """Pumps are called as water rises; now and then half of a station is out of order for a week."""
        depth = self.weather.depth(at, gauge.low)
        due = min(gauge.parts, ceil(depth / CM_A_PUMP)) if depth >= CALLED_CM else 0
        share = WORN_BROKEN if gauge.key == WORN else PUMP_BROKEN
        broken = self.stream("broken", gauge.key, at // (7 * DAY_S)).random() < share
        on = min(due, gauge.parts // 2) if broken else due
        if on < due:
            return float(on), "short", "warning" if on else "critical", due, on
        return float(on), "running" if due else "standby", "ok", due, on

    def _lit(self, gauge: Gauge, at: int) -> Sensed:
        if not is_dark(at):
            return 0.0, "off", "ok", 0, 0
        on = gauge.parts - self._failing((at + OFFSET_S - DAY_S // 2) // DAY_S)[gauge.key]
        share = on / gauge.parts
        level = "warning" if share < DARK_WARNING else "watch" if share < DARK_WATCH else "ok"
        return float(on), "lit" if level == "ok" else "dark", level, gauge.parts, on

    def _failed(self, night: int) -> dict[str, int]:
        """How many lamps of each circuit fail in a night."""
        rng, storm = self.stream("dark", night), self.almanac(night).typhoon or self.almanac(night).backlog
        return {
            gauge.key: int(gauge.parts * min(0.9, gauge.weak * rng.lognormvariate(0, 0.5) * (4 if storm else 1)) + rng.random())
            for gauge in self.gauges.all
            if gauge.kind == "lamp_circuit"
        }


def _judged(kind: str, value: float) -> tuple[str, str]:
    """State and level of a value."""
    steps = {
        "water_level": ((CLOSE_CM, "impassable", "critical"), (WATCH_CM, "flooded", "warning"), (WET_CM, "wet", "ok")),
        "tide": ((HIGH_TIDE_CM, "high", "warning"),),
        "rain": ((DOWNPOUR_MM_H, "high", "warning"), (RAIN_MM_H, "high", "watch")),
        "wind": ((STORM_M_S, "high", "critical"), (GALE_M_S, "high", "warning")),
    }[kind]
    return next(((state, level) for limit, state, level in steps if value >= limit), ("normal", "ok"))


def is_dark(at: int) -> bool:
    """Whether street lamps should burn: from dusk to dawn at 23° north, within a quarter of an hour."""
    day, second = divmod(at + OFFSET_S, DAY_S)
    summer = cos(2 * pi * ((day % 365.2425) - 171) / 365.2425)
    return not 6.1 - 0.7 * summer <= second / 3600 < 18.6 + 0.75 * summer


STORY = Sensors
