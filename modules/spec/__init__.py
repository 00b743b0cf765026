"""The words a module file is written with."""

from modules.spec.briefing import Briefing
from modules.spec.charts import Bullets, Course, Dots, Flows, Lanes, Matrix, Pareto, Rows, Scatter, Slope, Stacks, Survival
from modules.spec.metric import Band, Better, ClockKind, Limits, Metric, Rounding, Unit, Window
from modules.spec.module import Alert, Module
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
    Medians,
    Modules,
    Panel,
    Sources,
    SpreadBars,
    Stage,
    StageTable,
    Trend,
)
from modules.spec.places import Crowd, Layer, Map
from modules.spec.snapshot import Comparison, Level, PanelData, Quality, Reading, Snapshot

__all__ = [
    "Ages", "Alert", "AreaBars", "Band", "Bars", "Better", "Borrowed", "Briefing", "Bullets", "Calendar", "ClockKind", "Comparison",
    "Control", "Course", "Crowd", "Decisions", "Dots", "Ecdf", "Figures", "Flows", "Funnel", "Heat", "Items", "Kpi", "Lanes", "Layer",
    "Level", "Limits", "Map", "Matrix", "Medians", "Metric", "Module", "Modules", "Panel", "PanelData", "Pareto", "Quality", "Reading",
    "Rounding", "Rows", "Scatter", "Slope", "Snapshot", "Sources", "SpreadBars", "Stacks", "Stage", "StageTable", "Survival", "Trend",
    "Unit", "Window",
]  # fmt: skip
