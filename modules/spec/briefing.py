"""A module's chapter of a briefing: what opens it, which panels it prints, what its rules look for and what follows from them."""

from dataclasses import dataclass

from modules.spec.metric import Metric


@dataclass(frozen=True, slots=True)
class Briefing:
    """Which metric opens the module's chapter, which panels it prints in order, and the rules of its findings.

    `steps` are metrics that call for something once they are at warning: the module's words say it as `[step.<metric>]`.
    Of `concentrated` panels one row holding at least `share` of at least `least` in all is a finding. So is a metric that moved
    against the period before by `moved` of its value, a share by `moved_pt` points.
    """

    lead: Metric
    panels: tuple[str, ...] = ()
    steps: tuple[Metric, ...] = ()
    concentrated: tuple[str, ...] = ()
    share: float = 0.4
    least: int = 30
    moved: float = 0.2
    moved_pt: float = 3.0

    @property
    def named_panels(self) -> tuple[str, ...]:
        """Every panel it names, to be checked against those the module has."""
        return (*self.panels, *self.concentrated)
