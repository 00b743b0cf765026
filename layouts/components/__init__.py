"""One file per kind of panel. `DRAWERS` maps a panel's kind to what draws it, on walls and desks alike."""

from collections.abc import Callable

from dash.development.base_component import Component

from layouts.components import (
    bars,
    calendar,
    control,
    coverage,
    decisions,
    ecdf,
    funnel,
    heat,
    kpi,
    map,
    modules,
    sources,
    table,
    trend,
)
from layouts.view import View
from modules.spec.snapshot import PanelData

Drawer = Callable[[PanelData, View], Component]

DRAWERS: dict[str, Drawer] = {
    "bars": bars.draw,
    "calendar": calendar.draw,
    "control": control.draw,
    "coverage": coverage.draw,
    "decisions": decisions.draw,
    "ecdf": ecdf.draw,
    "funnel": funnel.draw,
    "heat": heat.draw,
    "kpi": kpi.draw,
    "map": map.draw_map,
    "modules": modules.draw,
    "sources": sources.draw,
    "table": table.draw,
    "trend": trend.draw,
}
