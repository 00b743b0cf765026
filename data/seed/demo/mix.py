"""What is reported on a kind of day: case types by weight, the hour, the channel, and the inspection item."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any

from data.seed.demo.almanac import Day
from data.seed.demo.streams import stream

CatalogueRow = Mapping[str, Any]
DEDICATED_SHARE = 0.24
LEFT_OPEN = 0.62  # of what the table says the grid cannot settle: brings all types together to 78 % settled
SILENT_ITEMS = 0.03  # inspection items of which nothing is ever reported
SOURCES = {
    "collector": "grid_platform",
    "public": "grid_platform",
    "leader": "grid_platform",
    "hotline": "hotline_12345",
    "transfer": "digital_urban",
    "sensor": "emergency_weather",
    "camera": "video_platform",
}
HOTLINE_12319 = 0.3  # of the calls about events: they come in by the city management line


@dataclass(frozen=True, slots=True)
class Kind:
    """One case type as the demo uses it. `settle` is the share the grid settles by itself."""

    key: str
    kind: str
    unit: str | None
    urgent: bool
    weight: float
    settle: float
    rain: float
    typhoon: float
    spring: float
    items: tuple[int, ...]
    item_weights: tuple[float, ...]


class Mix:
    """Case types of a catalogue and how often each is reported."""

    def __init__(self, case_types: Iterable[CatalogueRow], items: Iterable[CatalogueRow], seed: int) -> None:
        with Path(__file__).with_name("mix.toml").open("rb") as opened:
            book = tomllib.load(opened)
        of_type: dict[str, list[int]] = {}
        for row in items:
            of_type.setdefault(row["case_type"], []).append(row["number"])
        self.kinds = [_kind(row, book, of_type.get(row["key"], []), seed) for row in case_types]
        self.by_key = {kind.key: kind for kind in self.kinds}
        self._channels = list(book["channels"])
        self._channel_weights = list(accumulate(book["channels"].values()))
        hours = {name: list(accumulate(weights)) for name, weights in book["hours"].items()}
        self._hours = {name: hours.get(name, hours["hotline"]) for name in (*SOURCES, "hotline")}
        self._hours["sensor"] = self._hours["camera"] = hours["sensor"]
        self._sensed = {channel: [self.by_key[key] for key in keys if key in self.by_key] for channel, keys in book["sensed"].items()}
        self._weights = lru_cache(maxsize=64)(self._make_weights)
        usual = list(book["channels"].values())
        by_hour = [[of[0], *(late - soon for soon, late in pairwise(of))] for of in (self._hours[name] for name in self._channels)]
        self._at: list[list[float]] = [[usual[n] * of[hour] / sum(of) for n, of in enumerate(by_hour)] for hour in range(24)]

    def drawn(self, rng: Random, day: Day, count: int) -> list[Kind]:
        """So many case types of a day."""
        weights = self._weights(day.rain, day.typhoon, day.spring, day.firecrackers)
        return rng.choices(self.kinds, cum_weights=weights, k=count)

    def channels(self, rng: Random, count: int) -> list[str]:
        """So many channels by which events are reported."""
        return rng.choices(self._channels, cum_weights=self._channel_weights, k=count)

    def channels_at(self, rng: Random, hour: int, count: int) -> list[str]:
        """So many channels by which events are reported in an hour of the local day."""
        return rng.choices(self._channels, weights=self._at[hour], k=count)

    def busy(self, hour: int) -> float:
        """The share of a day's reports that come in an hour of it."""
        return sum(self._at[hour]) / sum(map(sum, self._at))

    def sensed(self, rng: Random, channel: str) -> Kind | None:
        """What a device reports: only what it can notice. None for channels that are people."""
        noticed = self._sensed.get(channel)
        return rng.choice(noticed) if noticed else None

    def second(self, rng: Random, channel: str) -> int:
        """A second of the local day at which this channel reports."""
        hours = self._hours[channel]
        hour = bisect_right(hours, rng.random() * hours[-1])
        return hour * 3600 + int(rng.random() * 3600)

    def _make_weights(self, rain: int, typhoon: int, spring: bool, firecrackers: bool) -> list[float]:
        return list(accumulate(_weight(kind, rain, typhoon, spring, firecrackers) for kind in self.kinds))


def _weight(kind: Kind, rain: int, typhoon: int, spring: bool, firecrackers: bool) -> float:
    weight = kind.weight * (kind.typhoon if typhoon else kind.rain**rain)
    if spring:
        weight *= kind.spring
    return weight * (4.0 if firecrackers and kind.key in ("E0103", "E0115") else 1.0)


def _kind(row: CatalogueRow, book: Mapping[str, Any], items: list[int], seed: int) -> Kind:
    weight, settle, rain, typhoon, spring = book["types"].get(row["key"]) or book["unknown"][row["kind"]]
    rng = stream(seed, "items", row["key"])
    spoken = [number for number in items if rng.random() > SILENT_ITEMS]
    left = (1 - settle) * LEFT_OPEN if settle else 1.0
    usual = tuple(accumulate(rng.lognormvariate(0, 1.0) for _ in spoken))
    return Kind(
        key=row["key"],
        kind=row["kind"],
        unit=row["unit"],
        urgent=bool(row["urgent"]),
        weight=weight,
        settle=1 - left,
        rain=rain,
        typhoon=typhoon,
        spring=spring,
        items=tuple(spoken),
        item_weights=usual,
    )


def item_of(kind: Kind, rng: Random) -> int | None:
    """The inspection item a report of this type belongs to, if the catalogue has any."""
    if not kind.items:
        return None
    return kind.items[bisect_right(kind.item_weights, rng.random() * kind.item_weights[-1])]
