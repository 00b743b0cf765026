"""What is shown: readings, panel data and the snapshot that carries both, all plain values a browser or printer can take."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson


class Quality(StrEnum):
    """How far a value may be trusted. Missing is never zero; stale is never green."""

    GOOD = "good"
    STALE = "stale"
    MISSING = "missing"
    SUPPRESSED = "suppressed"
    DENIED = "denied"
    ERROR = "error"


WITHHELD = (Quality.MISSING, Quality.SUPPRESSED, Quality.DENIED, Quality.ERROR)  # there is no value to show


class Level(StrEnum):
    """Status against target and limits; `none` where there is nothing to judge."""

    OK = "ok"
    WATCH = "watch"
    WARNING = "warning"
    CRITICAL = "critical"
    NONE = "none"


SEVERITY = (Level.NONE, Level.OK, Level.WATCH, Level.WARNING, Level.CRITICAL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value beside its past: a band of the same weekdays, or the period before."""

    kind: str  # weekday_band: the same weekdays of eight weeks, holidays left out (usual: of a past day); previous: the span before
    low: float | None = None
    median: float | None = None
    high: float | None = None
    delta: float | None = None
    year: float | None = None  # the difference to the same span a year before


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric's value for one scope at one moment."""

    metric: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    unit: str = "count"
    quality: str = Quality.GOOD
    level: str = Level.NONE
    as_of: datetime | None = None
    target: float | None = None
    comparison: Comparison | None = None
    spark: tuple[float | None, ...] = ()
    gross: float | None = None
    gross_numerator: float | None = None
    gross_denominator: float | None = None
    p50: float | None = None  # of a distribution told by another quantile
    decimals: int | None = None  # as the metric is printed; None: as its unit is
    better: str = "up"  # the direction in which the target is met: up, down, band
    rounding: str = "half_up"

    @property
    def known(self) -> bool:
        """Whether there is a value to show."""
        return self.value is not None and self.quality not in WITHHELD


@dataclass(frozen=True, slots=True)
class PanelData:
    """One panel's content; `kind` names the component that draws it, `data` its plain values."""

    key: str
    kind: str
    title: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one module shows for one area, taken at one moment."""

    module: str
    area: str
    as_of: datetime
    version: str = ""
    digest: str = ""
    readings: dict[str, Reading] = field(default_factory=dict)
    panels: tuple[PanelData, ...] = ()
    demo: bool = False
    place: dict[str, Any] = field(default_factory=dict)
    stale: bool = False
    error: str | None = None
    taken_at: datetime | None = None  # the present when it was taken; its data may end earlier

    def panel(self, key: str) -> PanelData:
        """The panel of that key; KeyError if the module has none."""
        for panel in self.panels:
            if panel.key == key:
                return panel
        raise KeyError(key)

    def worst(self) -> str:
        """The worst level among the readings."""
        return max((reading.level for reading in self.readings.values()), key=SEVERITY.index, default=Level.NONE)

    def sealed(self, version: str) -> "Snapshot":
        """The same snapshot with its version and the digest of what can be seen (moments of taking left out)."""
        readings = {key: replace(reading, as_of=None) for key, reading in self.readings.items()}
        seen = [self.module, self.area, self.demo, self.place, self.stale, self.error, readings, self.panels]
        text = orjson.dumps(seen, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        return replace(self, version=version, digest=hashlib.blake2b(text, digest_size=12).hexdigest())
