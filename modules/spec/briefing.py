"""A module's chapter of a briefing: what opens it, which panels it prints, what its rules look for and what follows from them."""

from dataclasses import dataclass

from modules.spec.metric import Metric
from modules.spec.snapshot import Level


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done when a metric is at this level or worse; the module's words say it as `[step.<metric>]`."""

    metric: Metric
    at: Level = Level.WARNING


@dataclass(frozen=True, slots=True)
class Concentration:
    """A panel whose rows are looked at: one of them holding at least `share` of all, of at least `least` in all, is a finding."""

    panel: str
    share: float = 0.4
    least: int = 30


@dataclass(frozen=True, slots=True)
class Briefing:
    """Which metric opens the module's chapter, which panels it prints in order, and the rules of its findings.

    A metric that moved against the period before by `moved` of its value (a share: by `moved_pt` points) is a finding.
    """

    lead: Metric
    panels: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    concentrations: tuple[Concentration, ...] = ()
    moved: float = 0.2
    moved_pt: float = 3.0

    @property
    def named_panels(self) -> tuple[str, ...]:
        """Every panel it names, to be checked against those the module has."""
        return (*self.panels, *(one.panel for one in self.concentrations))
