"""A module's snapshot: all its panels, taken in one consistent view."""

from dataclasses import asdict
from typing import Any

from dashboard.registry import watched
from dashboard.taking.lists import decisions, map_data, sources
from dashboard.taking.moment import Taking
from dashboard.taking.panels import TAKERS
from dashboard.taking.readings import reading_of
from modules.spec import Decisions, Kpi, Map, Module, Modules, PanelData, Reading, Snapshot, Sources


def modules(panel: Modules, taking: Taking) -> dict[str, Any]:
    """The leading metric of every module that has one."""
    rows = []
    for key, module in watched().items():
        if module.lead:
            rows.append(
                {
                    "module": key,
                    "metric": module.lead.key,
                    "reading": asdict(reading_of(module.lead, taking)),
                    "title": key,
                }
            )
    return {"rows": rows}


LISTERS: dict[type, Any] = {Map: map_data, Decisions: decisions, Sources: sources, Modules: modules}


def take(module: Module, taking: Taking, place: dict[str, Any], demo: bool) -> Snapshot:
    """Everything the module shows for the taking's scope and moment."""
    readings: dict[str, Reading] = {}
    panels = []
    for panel in module.panels:
        if isinstance(panel, Kpi):
            readings[panel.key] = reading_of(panel.metric, taking)
            panels.append(PanelData(panel.key, panel.kind, panel.key, {"metric": panel.key}))
        else:
            taker = TAKERS.get(type(panel)) or LISTERS[type(panel)]
            panels.append(PanelData(panel.key, panel.kind, panel.key, taker(panel, taking)))
    return Snapshot(module.key, taking.code, taking.now, readings=readings, panels=tuple(panels), demo=demo, place=place)
