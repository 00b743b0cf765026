"""A metric: a measure and what it means. It is the dictionary entry that tile, document, interface and docs print."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from data.differences import Counted
from data.distributions import Distribution
from data.exceeding import Exceeding
from data.measures import Coverage, Measure, Ratio, Spread
from data.waiting import Awaited, Waiting
from modules.spec.snapshot import Level

STATUSES = ("local", "legal", "unverified")


class Unit(StrEnum):
    """What a value counts in; durations are stored in seconds and printed as h:mm."""

    COUNT = "count"
    PERCENT = "percent"
    PT = "pt"  # percentage points
    SECONDS = "seconds"
    POINTS = "points"
    MARKS = "marks"
    DAYS = "days"
    HOURS = "hours"
    GRIDS = "grids"
    RATE = "rate"

    @property
    def whole(self) -> bool:
        """Whether it comes in whole numbers, also where it is compared."""
        return self in (Unit.COUNT, Unit.GRIDS)


class Better(StrEnum):
    """Which direction is good."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


class ClockKind(StrEnum):
    """The clock a metric runs on."""

    URGENT_HOURS = "urgent_hours"
    WORK_HOURS = "work_hours"
    WORK_DAYS = "work_days"
    CALENDAR_DAYS = "calendar_days"
    NONE = "none"


class Rounding(StrEnum):
    """How the printed value is rounded; 100 % is printed only when numerator equals denominator."""

    HALF_UP = "half_up"
    TRUNCATE = "truncate"


class Window(StrEnum):
    """Which stretch of time a metric covers, ending at the as-of moment."""

    NOW = "now"
    TODAY = "today"
    LAST_DAY = "last_day"  # the last whole day
    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    MONTH = "month"  # the calendar month to date
    YEAR = "year"  # the calendar year to date
    LAST_WEEK = "last_week"  # the last whole week, Monday to Sunday
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"
    LAST_HALF = "last_half"  # the last whole half-year

    @property
    def published(self) -> bool:
        """Whether it is a whole calendar period, told once it is over: a reader's own period does not replace it."""
        return self in (Window.LAST_WEEK, Window.LAST_MONTH, Window.LAST_QUARTER, Window.LAST_HALF)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the level changes. For `better=up` a value below a limit has that level, for `down` above it."""

    watch: float
    warning: float
    critical: float

    def ordered(self, better: Better) -> bool:
        """Whether the three limits get worse in the right direction."""
        if better is Better.UP:
            return self.watch >= self.warning >= self.critical
        return self.watch <= self.warning <= self.critical

    def level(self, value: float, better: Better) -> Level:
        """The level of a value."""
        for level, limit in ((Level.CRITICAL, self.critical), (Level.WARNING, self.warning), (Level.WATCH, self.watch)):
            if value < limit if better is Better.UP else value > limit:
                return level
        return Level.OK


@dataclass(frozen=True, slots=True)
class Band:
    """Where a value belongs that should be neither too low nor too high; outside it is watched."""

    low: float
    high: float

    def level(self, value: float) -> Level:
        """The level of a value."""
        return Level.OK if self.low <= value <= self.high else Level.WATCH


@dataclass(frozen=True, slots=True)
class Metric:
    """A named number: what it measures, over which window, against which target, on whose authority.

    Raises ValueError at import if limits are in the wrong order, a band does not fit, or a key is not snake_case.
    """

    key: str
    code: str  # the KPI's identifier in the domain catalogue, WG-07
    measure: Counted | Distribution | Coverage | Spread | Waiting | Awaited | Exceeding
    over: Window
    unit: Unit
    basis: str
    owner: str
    source: str
    decimals: int = 0
    target: float | None = None
    limits: Limits | None = None
    better: Better = Better.UP
    clock: ClockKind = ClockKind.NONE
    rounding: Rounding = Rounding.HALF_UP
    fresh_for: timedelta = timedelta(minutes=10)
    gross: Ratio | None = None
    gap: float = 3.0  # points by which net and gross may differ before it is watched
    quantile: float = 0.5
    band: Band | None = None
    evidence: Measure | None = None  # what a source that reports this counts now and then; never within a year: not reported
    settles: int = 0  # days until the newest facts can be judged; the window ends so much earlier
    status: str = "local"  # local: a local setting; legal: a legal limit; unverified: to be checked

    def __post_init__(self) -> None:
        if not self.key.isidentifier() or self.key != self.key.lower():
            raise ValueError(f"metric key {self.key!r} is not snake_case")
        if self.limits is not None and not self.limits.ordered(self.better):
            raise ValueError(f"metric {self.key!r}: limits {self.limits} are in the wrong order for better={self.better}")
        if self.band is not None and (self.better is not Better.BAND or self.band.low > self.band.high):
            raise ValueError(f"metric {self.key!r}: the band {self.band} does not fit better={self.better}")
        if self.status not in STATUSES:
            raise ValueError(f"metric {self.key!r}: status {self.status!r} is not one of {', '.join(STATUSES)}")

    def level(self, value: float, gross: float | None = None) -> Level:
        """How a value stands against the limits or the band; net and gross too far apart are watched at least."""
        level = self.limits.level(value, self.better) if self.limits else self.band.level(value) if self.band else Level.NONE
        apart = gross is not None and abs(value - gross) > self.gap
        return Level.WATCH if apart and level in (Level.NONE, Level.OK) else level
