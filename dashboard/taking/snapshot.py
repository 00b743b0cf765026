"""A module's snapshot: all its panels, taken in one consistent view."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dashboard.registry import declared, watched
from dashboard.taking.charts import COMPARING
from dashboard.taking.evidence import told
from dashboard.taking.figures import figures, stage_table
from dashboard.taking.lists import decisions, sources
from dashboard.taking.moment import Taking
from dashboard.taking.panels import TAKERS
from dashboard.taking.places import map_data
from dashboard.taking.readings import reading_of
from data.guarded import least_told
from data.measures import Measure, Ratio
from layouts.view import CHOSEN, MIXED
from modules.spec import (
    Borrowed,
    Decisions,
    Figures,
    Kpi,
    Level,
    Map,
    Metric,
    Module,
    Modules,
    Panel,
    PanelData,
    Quality,
    Reading,
    Snapshot,
    Sources,
    StageTable,
)

Data = dict[str, Any]
RAIL = 8  # key numbers the rail of all modules holds


def shares(count: int, places: int = RAIL) -> list[int]:
    """How many key numbers each of `count` modules shows: the places dealt out evenly, the first get what is left over, none gets none."""
    each, over = divmod(places, count) if count else (0, 0)
    return [max(1, each + (number < over)) for number in range(count)]


def modules(panel: Modules, taking: Taking) -> Data:
    """Every module's leading metric, and in `more` its further headline metrics while there are few modules."""
    shown = [module for module in watched().values() if module.lead]
    rows = []
    for module, share in zip(shown, shares(len(shown)), strict=True):
        first, *more = _read(headline(module)[:share], taking)
        rows.append({"module": module.key, **first, "title": module.key, "more": more})
    return {"rows": rows}


def _read(metrics: Sequence[Metric], taking: Taking) -> list[Data]:
    """The metrics with their readings; those of a module that cannot be read say so, and the others stand as they are."""
    try:
        with taking.connection.begin_nested():
            readings = [reading_of(metric, taking) for metric in metrics]
    except SQLAlchemyError:
        readings = [Reading(metric.key, None, unit=metric.unit, quality=Quality.ERROR, as_of=taking.now) for metric in metrics]
    return [{"metric": metric.key, "reading": asdict(reading)} for metric, reading in zip(metrics, readings, strict=True)]


def headline(module: Module) -> tuple[Metric, ...]:
    """The metrics a module is known by: its lead, then those it declares as headline, otherwise its first key numbers."""
    named = (module.lead, *(module.headline or module.metrics)) if module.lead else module.headline
    return tuple(dict.fromkeys(metric for metric in named if metric))


def critical(rail: Mapping[str, Any]) -> list[Data]:
    """Every critical reading among the rows of the rail."""
    every = [{"module": row["module"], **place} for row in rail.get("rows", ()) for place in (row, *row["more"])]
    return [
        {"key": f"{place['module']}.{place['metric']}", **{name: place[name] for name in ("module", "metric", "reading")}}
        for place in every
        if place["reading"]["level"] == Level.CRITICAL
    ]


TAKEN: dict[type, Any] = {**TAKERS, **COMPARING, Map: map_data, Sources: sources, Modules: modules, StageTable: stage_table}


def take(module: Module, taking: Taking, place: dict[str, Any], demo: bool) -> Snapshot:
    """Everything the module shows for the taking's scope and moment. Decisions know the critical readings of a rail before them."""
    readings: dict[str, Reading] = {}
    panels: list[PanelData] = []
    rail: Data = {}
    for key, panel in lent(module):
        if isinstance(panel, Kpi):
            readings[panel.key] = reading_of(panel.metric, taking)
            data: Data = {"metric": panel.key}
        elif isinstance(panel, Figures):
            readings |= {metric.key: reading_of(metric, taking) for metric in panel.metrics if metric.key not in readings}
            data = _bounded(figures(panel, module.key, readings), *(metric.measure for metric in panel.metrics))
        elif isinstance(panel, Decisions):
            data = decisions(panel, taking, critical(rail))
        else:
            data = _bounded(TAKEN[type(panel)](panel, taking), getattr(panel, "measure", None))
            if not told(panel, taking):
                data = {**data, "missing": True}
        if isinstance(panel, Modules):
            rail = data
        panels.append(PanelData(key, panel.kind, key, {**_over(panel, taking), **data}))
    here = {**place, **_names(taking)}
    return Snapshot(module.key, taking.code, taking.now, readings=readings, panels=tuple(panels), demo=demo, place=here)


def _over(panel: Panel, taking: Taking) -> Data:
    """The window a panel tells of, by the name it is printed with; nothing where it has none, or several of its own."""
    if isinstance(panel, Figures):
        windows = {metric.over for metric in panel.metrics}
    else:
        over = getattr(panel, "over", None) or getattr(getattr(panel, "metric", None), "over", None)
        windows = {over} if over and not isinstance(panel, Kpi) else set()
    replaced = any(taking.replaces(window) for window in windows)
    if len(windows) > 1:
        return {"over": MIXED} if replaced else {}
    return {"over": CHOSEN if replaced else str(next(iter(windows)))} if windows else {}


def unread(module: Module, area: str, now: datetime, place: dict[str, Any], demo: bool) -> Snapshot:
    """The module with nothing in its panels: their places stay, each saying that it could not be read."""
    nothing: Data = {"state": "error", "rows": [], "areas": []}
    panels = tuple(PanelData(panel.key, panel.kind, panel.key, dict(nothing)) for panel in module.panels)
    return Snapshot(module.key, area, now, panels=panels, demo=demo, place=place)


def _bounded(data: Data, *measures: object) -> Data:
    """The data of guarded measures with the smallest count that is told of them: what is kept back lies below."""
    least = max((least_told(measure) for measure in measures if isinstance(measure, Measure | Ratio)), default=0)
    return {"least": least, **data} if least else data


def lent(module: Module) -> list[tuple[str, Panel]]:
    """The module's panels by the key they are shown under; a borrowed one as its owner declares it, or left out once that is gone."""
    found: list[tuple[str, Panel]] = []
    for panel in module.panels:
        if not isinstance(panel, Borrowed):
            found.append((panel.key, panel))
            continue
        lender = declared().get(panel.module)
        found += [(panel.key, theirs) for theirs in (lender.panels if lender else ()) if theirs.key == panel.panel]
    return found


def _names(taking: Taking) -> dict[str, str]:
    """The name of the area shown, where it is not the whole place."""
    if taking.code == taking.root:
        return {}
    label = taking.label(taking.code, taking.areas)
    return {"area_zh": label["label_zh"], "area_en": label["label_en"]}
