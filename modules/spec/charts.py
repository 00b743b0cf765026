"""Panel kinds for comparing: over periods, across two keys, plan with done, through stages of an outcome. How they look is elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from data.differences import Counted
from data.listings import Listing
from data.measures import Measure, Ratio
from data.timelines import Timeline
from modules.spec.metric import Better, Metric, Window


@dataclass(frozen=True, slots=True)
class Course:
    """A measure day by day or month by month, the running one unfinished. `length` counts days or months."""

    key: str
    measure: Counted
    per: str = "day"
    length: int = 30
    kind: ClassVar[str] = "trend"


@dataclass(frozen=True, slots=True)
class Pareto:
    """A count by key, the most first, with the share of the whole that is reached."""

    key: str
    measure: Measure
    by: str
    over: Window = Window.DAYS_30
    kind: ClassVar[str] = "pareto"


@dataclass(frozen=True, slots=True)
class Slope:
    """A ratio by key in the last whole periods, one after the other; of many keys those that rest on most."""

    key: str
    measure: Ratio
    by: str
    over: Window = Window.LAST_MONTH
    periods: int = 4
    least: int = 30
    target: float | None = None
    better: Better = Better.UP
    most: int = 10
    kind: ClassVar[str] = "slope"


@dataclass(frozen=True, slots=True)
class Matrix:
    """A measure for each pair of two keys that its cube tells together as `<rows>_<columns>`."""

    key: str
    measure: Measure | Ratio
    rows: str
    columns: str
    over: Window = Window.LAST_MONTH
    least: int = 30
    target: float | None = None
    better: Better = Better.UP
    kind: ClassVar[str] = "matrix"

    @property
    def by(self) -> str:
        """The name of the pair in the cube."""
        return f"{self.rows}_{self.columns}"


@dataclass(frozen=True, slots=True)
class Flows:
    """How many go from which key of one list to which of the next; each step is told together by the cube."""

    key: str
    measure: Measure
    through: tuple[str, ...]
    over: Window = Window.LAST_MONTH
    most: int = 8  # keys of a list; the rest is summed as others
    kind: ClassVar[str] = "flows"


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of a cohort still waiting after so many days; `steps` count those done within each."""

    key: str
    cohort: Measure
    steps: tuple[tuple[float, Measure], ...]
    limits: tuple[tuple[float, str], ...] = ()  # days, key of its word
    by: str = ""
    over: Window = Window.LAST_QUARTER
    most: int = 4
    kind: ClassVar[str] = "survival"


@dataclass(frozen=True, slots=True)
class Scatter:
    """Two metrics of each key against each other, with the number the second one rests on."""

    key: str
    x: Metric
    y: Metric
    by: str
    least: int = 30
    kind: ClassVar[str] = "scatter"


@dataclass(frozen=True, slots=True)
class Dots:
    """A survey: the share for each key (a question; all, or those named) and area, with its interval and the wave before. Never a rank."""

    key: str
    measure: Ratio
    by: str
    over: Window = Window.LAST_HALF
    keys: tuple[str, ...] = ()
    least: int = 100
    target: float | None = None
    kind: ClassVar[str] = "dots"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Done of what was planned, by key."""

    key: str
    measure: Ratio
    by: str
    over: Window = Window.YEAR
    keys: tuple[str, ...] = ()
    target: float | None = None
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True, slots=True)
class Stacks:
    """A whole by key in parts of a fixed order."""

    key: str
    parts: tuple[tuple[str, Measure], ...]
    by: str
    over: Window = Window.NOW
    kind: ClassVar[str] = "stacks"


@dataclass(frozen=True, slots=True)
class Rows:
    """Facts themselves, the most pressing first: what a figure is made of."""

    key: str
    listing: Listing
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Lanes:
    """Things side by side in time: the count of each over the last `hours`, what was done about it when, and what is due `ahead` of now."""

    key: str
    timeline: Timeline
    hours: int = 60
    ahead: int = 12
    kind: ClassVar[str] = "lanes"
