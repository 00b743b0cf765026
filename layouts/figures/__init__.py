"""The figures of the screens on paper: one file per kind of panel, the same data and scales, drawn as vectors.

`FIGURES` maps a panel's kind to what draws it, `figure` draws a panel with what it says in words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from layouts.components.frame import state_of_panel
from layouts.figures import (
    bars,
    bullets,
    calendar,
    control,
    coverage,
    dots,
    ecdf,
    flows,
    funnel,
    heat,
    lanes,
    matrix,
    pareto,
    scatter,
    slope,
    stacks,
    survival,
    trend,
)
from layouts.figures import map as map_on_paper
from layouts.figures.canvas import Canvas
from layouts.figures.spoken import spoken
from layouts.view import View
from modules.spec.snapshot import PanelData

Drawer = Callable[[PanelData, View, float], Canvas]

FIGURES: dict[str, Drawer] = {
    "bars": bars.draw,
    "bullets": bullets.draw,
    "calendar": calendar.draw,
    "control": control.draw,
    "coverage": coverage.draw,
    "dots": dots.draw,
    "ecdf": ecdf.draw,
    "flows": flows.draw,
    "funnel": funnel.draw,
    "heat": heat.draw,
    "lanes": lanes.draw,
    "map": map_on_paper.draw,
    "matrix": matrix.draw,
    "pareto": pareto.draw,
    "scatter": scatter.draw,
    "slope": slope.draw,
    "stacks": stacks.draw,
    "survival": survival.draw,
    "trend": trend.draw,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn panel: SVG, its size in points, and the same in words for who cannot see it."""

    svg: str
    width: float
    height: float
    alt: str


def figure(panel: PanelData, view: View, width: float) -> Figure | None:
    """The panel as a figure `width` points wide; None where it has nothing to show or no figure of its kind is made."""
    drawer = FIGURES.get(panel.kind)
    said = spoken(panel, view) if drawer and not state_of_panel(panel, view) else ""
    if drawer is None or not said:
        return None
    canvas = drawer(panel, view, width)
    return Figure(canvas.svg(), canvas.width, canvas.height, said)
