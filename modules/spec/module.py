"""A module: what one field of work watches, as a list of panels, alerts and a briefing. Refused at import if it contradicts itself."""

from dataclasses import dataclass
from datetime import timedelta

from modules.spec.briefing import Briefing
from modules.spec.metric import Metric
from modules.spec.panels import Figures, Kpi, Panel
from modules.spec.snapshot import Level


@dataclass(frozen=True, slots=True)
class Alert:
    """When a metric is at this level or worse for so long, someone is told."""

    metric: Metric
    at: Level = Level.WARNING
    hold: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Module:
    """A module's declaration; ValueError names the module and what is wrong with it."""

    key: str
    order: int
    panels: tuple[Panel, ...]
    lead: Metric | None = None
    headline: tuple[Metric, ...] = ()  # what the overview shows after the lead; empty: the first key numbers
    facts: tuple[str, ...] = ("case_file",)  # tables whose change makes its snapshot old; *: any
    alerts: tuple[Alert, ...] = ()
    briefing: Briefing | None = None

    def __post_init__(self) -> None:
        keys = [panel.key for panel in self.panels]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"module {self.key!r}: panel keys used twice: {', '.join(twice)}")
        doubled = [metric.key for metric in self.every_metric]
        same = sorted({key for key in doubled if doubled.count(key) > 1})
        if same:
            raise ValueError(f"module {self.key!r}: metric keys used twice: {', '.join(same)}")
        unknown = set(self.briefing.named_panels) - set(keys) if self.briefing else set()
        if unknown:
            raise ValueError(f"module {self.key!r}: its briefing names unknown panels: {', '.join(sorted(unknown))}")

    @property
    def shows_cases(self) -> bool:
        """Whether the cases themselves are what it is about: then its desk lists them."""
        return bool({"case_file", "*"} & set(self.facts))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics shown as tiles, in order."""
        return tuple(panel.metric for panel in self.panels if isinstance(panel, Kpi))

    @property
    def every_metric(self) -> tuple[Metric, ...]:
        """The tiles' metrics and those shown as lines of a table: what the dictionary holds."""
        parts = (metric for panel in self.panels if isinstance(panel, Figures) for metric in panel.metrics)
        return tuple(dict.fromkeys((*self.metrics, *parts)))
