"""The words a module file is written with."""

from modules.spec.metric import Better, ClockKind, Limits, Metric, Rounding, Unit, Window
from modules.spec.module import Alert, Briefing, Module
from modules.spec.panels import (
    AreaBars,
    Bars,
    Calendar,
    Control,
    Decisions,
    Ecdf,
    Funnel,
    Heat,
    Items,
    Kpi,
    Map,
    Medians,
    Modules,
    Panel,
    Sources,
    SpreadBars,
    Stage,
    Trend,
)
from modules.spec.snapshot import Comparison, Level, PanelData, Quality, Reading, Snapshot

__all__ = [
    "Alert", "AreaBars", "Bars", "Better", "Briefing", "Calendar", "ClockKind", "Comparison", "Control", "Decisions", "Ecdf",
    "Funnel", "Heat", "Items", "Kpi", "Level", "Limits", "Map", "Medians", "Metric", "Module", "Modules", "Panel", "PanelData",
    "Quality", "Reading", "Rounding", "Snapshot", "Sources", "SpreadBars", "Stage", "Trend", "Unit", "Window",
]  # fmt: skip
