"""One file per kind of panel. `DRAWERS` maps a panel's kind to what draws it, on walls and desks alike."""

from collections.abc import Callable

from dash.development.base_component import Component

from layouts.components import (
    bars,
    bullets,
    calendar,
    control,
    coverage,
    decisions,
    dots,
    ecdf,
    flows,
    funnel,
    heat,
    kpi,
    lanes,
    map,
    matrix,
    modules,
    pareto,
    scatter,
    slope,
    sources,
    stacks,
    survival,
    table,
    trend,
)
from layouts.view import View
from modules.spec.snapshot import PanelData

Drawer = Callable[[PanelData, View], Component]

DRAWERS: dict[str, Drawer] = {
    "bars": bars.draw,
    "bullets": bullets.draw,
    "calendar": calendar.draw,
    "control": control.draw,
    "coverage": coverage.draw,
    "decisions": decisions.draw,
    "dots": dots.draw,
    "ecdf": ecdf.draw,
    "flows": flows.draw,
    "funnel": funnel.draw,
    "heat": heat.draw,
    "kpi": kpi.draw,
    "lanes": lanes.draw,
    "map": map.draw_map,
    "matrix": matrix.draw,
    "modules": modules.draw,
    "pareto": pareto.draw,
    "scatter": scatter.draw,
    "slope": slope.draw,
    "sources": sources.draw,
    "stacks": stacks.draw,
    "survival": survival.draw,
    "table": table.draw,
    "trend": trend.draw,
}
