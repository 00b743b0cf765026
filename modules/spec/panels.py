"""Panel kinds a module may ask for; each names its key, what it measures and over which window. How it looks is elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from data.differences import Counted
from data.distributions import Distribution
from data.measures import Measure, Ratio, Spread
from data.waiting import Waiting
from modules.spec.charts import Bullets, Course, Dots, Flows, Lanes, Matrix, Pareto, Rows, Scatter, Slope, Stacks, Survival
from modules.spec.metric import Metric, Window
from modules.spec.places import Map


@dataclass(frozen=True, slots=True)
class Kpi:
    """One metric as a tile."""

    metric: Metric
    kind: ClassVar[str] = "kpi"

    @property
    def key(self) -> str:
        """The metric's key."""
        return self.metric.key


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the loop: how many cases reached it, and how long they took to get there."""

    key: str
    reached: Measure
    dwell: Distribution | None = None
    limit_s: float | None = None
    left: Measure | None = None  # how many ended here without going on


@dataclass(frozen=True, slots=True)
class Funnel:
    """The loop of one cohort, stage by stage. `drops` are the ways out of it, by name."""

    key: str
    stages: tuple[Stage, ...]
    over: Window = Window.DAYS_7
    drops: tuple[tuple[str, Measure], ...] = ()
    kind: ClassVar[str] = "funnel"


@dataclass(frozen=True, slots=True)
class StageTable(Funnel):
    """A shorter loop of one cohort, stage by stage, as the lines of a table."""

    over: Window = Window.DAYS_30
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Bars:
    """A measure for each key (unit, level, source), sorted; ratios carry a Wilson interval and grey small samples."""

    key: str
    measure: Measure | Ratio
    by: str
    of: Measure | None = None
    over: Window = Window.DAYS_30
    least: int = 30
    keys: tuple[str, ...] = ()  # shown also where nothing was reported
    listed: bool = False  # in the order of their list, as ages have one
    kind: ClassVar[str] = "bars"


@dataclass(frozen=True, slots=True)
class Ages:
    """How many have been waiting, by key and by age, the oldest key (P90) first; `of` is what they are part of."""

    key: str
    measure: Waiting
    by: str
    of: Measure
    kind: ClassVar[str] = "bars"


@dataclass(frozen=True, slots=True)
class Figures:
    """Metrics that belong together as the lines of a table: the parts of a whole, side by side."""

    key: str
    metrics: tuple[Metric, ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Medians:
    """The median of a distribution for each key, with its count."""

    key: str
    measure: Distribution
    by: str
    over: Window = Window.DAYS_30
    share: float = 0.5
    kind: ClassVar[str] = "bars"


@dataclass(frozen=True, slots=True)
class AreaBars:
    """A measure for each area below the scope."""

    key: str
    measure: Counted
    over: Window = Window.DAYS_30
    least: int = 30
    kind: ClassVar[str] = "bars"


@dataclass(frozen=True, slots=True)
class SpreadBars:
    """How unevenly a measure falls on the areas below each sub-district."""

    key: str
    metric: Metric
    measure: Spread
    kind: ClassVar[str] = "bars"


@dataclass(frozen=True, slots=True)
class Trend:
    """Today by the hour, or the last 24 hours with `rolling`, against the band of the same hours of the same weekdays."""

    key: str
    measure: Measure | Ratio
    rolling: bool = False
    kind: ClassVar[str] = "trend"


@dataclass(frozen=True, slots=True)
class Heat:
    """Hour of day by weekday."""

    key: str
    measure: Measure
    weeks: int = 8
    kind: ClassVar[str] = "heat"


@dataclass(frozen=True, slots=True)
class Calendar:
    """A ratio, or a count, for each of so many days, of which so many are still `ahead`: what falls due then."""

    key: str
    measure: Measure | Ratio
    days: int = 35
    ahead: int = 0
    kind: ClassVar[str] = "calendar"


@dataclass(frozen=True, slots=True)
class Items:
    """Every item of a list with its count; zero-report items are marked."""

    key: str
    measure: Measure
    by: str
    over: Window = Window.DAYS_30
    kind: ClassVar[str] = "coverage"


@dataclass(frozen=True, slots=True)
class Ecdf:
    """The share done within a time, by group, against the limit. `limited`: only case types with that clock and limit."""

    key: str
    measure: Distribution
    by: str
    over: Window = Window.DAYS_30
    limit_s: float | None = None
    most: int = 4
    limited: tuple[str, float] | None = None
    kind: ClassVar[str] = "ecdf"


@dataclass(frozen=True, slots=True)
class Control:
    """A u-chart: events per unit of exposure by area, with limits instead of a ranking.

    With `squares`, the mean of the squares, it is a chart of means: the measure by key, limits from its spread and how many it rests on."""

    key: str
    measure: Measure | Ratio
    over: Window = Window.DAYS_7
    by: str = ""
    squares: Ratio | None = None
    unit: str = "count"
    kind: ClassVar[str] = "control"


@dataclass(frozen=True, slots=True)
class Decisions:
    """Open cases that need someone to decide, the least time left first."""

    key: str
    most: int = 6
    kind: ClassVar[str] = "decisions"


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source system's age against what it promised."""

    key: str
    kind: ClassVar[str] = "sources"


@dataclass(frozen=True, slots=True)
class Modules:
    """Every module's leading metric."""

    key: str
    kind: ClassVar[str] = "modules"


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A panel of another module, shown here while that module and that panel exist. Key numbers are not lent."""

    key: str
    module: str
    panel: str
    kind: ClassVar[str] = "borrowed"


Panel = (
    Kpi | Figures | Funnel | StageTable | Bars | Ages | Medians | AreaBars | SpreadBars | Trend | Heat | Calendar | Items | Ecdf | Control
    | Map | Decisions | Sources | Modules | Borrowed
    | Course | Pareto | Slope | Matrix | Flows | Survival | Scatter | Dots | Bullets | Stacks | Rows | Lanes
)  # fmt: skip
