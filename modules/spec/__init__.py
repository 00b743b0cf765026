"""The words a module file is written with."""

from modules.spec.metric import Band, Better, ClockKind, Limits, Metric, Rounding, Unit, Window
from modules.spec.module import Alert, Briefing, Module
from modules.spec.panels import (
    Ages,
    AreaBars,
    Bars,
    Borrowed,
    Calendar,
    Control,
    Decisions,
    Ecdf,
    Figures,
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
    StageTable,
    Trend,
)
from modules.spec.snapshot import Comparison, Level, PanelData, Quality, Reading, Snapshot

__all__ = [
    "Ages", "Alert", "AreaBars", "Band", "Bars", "Better", "Borrowed", "Briefing", "Calendar", "ClockKind", "Comparison", "Control",
    "Decisions", "Ecdf", "Figures", "Funnel", "Heat", "Items", "Kpi", "Level", "Limits", "Map", "Medians", "Metric", "Module",
    "Modules", "Panel", "PanelData", "Quality", "Reading", "Rounding", "Snapshot", "Sources", "SpreadBars", "Stage", "StageTable",
    "Trend", "Unit", "Window",
]  # fmt: skip
