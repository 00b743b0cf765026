"""The district on one screen: the status of each module, the map, what needs a decision now, and the health of the sources."""

from data.subjects import cases
from modules.spec import Borrowed, Decisions, Map, Module, Modules, Sources, Trend

MODULE = Module(
    key="overview",
    order=0,
    facts=("*",),
    panels=(
        Modules("modules"),
        Map("map", cases.open_now, cases.overdue_now),
        Decisions("decisions"),
        Borrowed("funnel", "grid_management", "funnel"),
        Trend("intake_today", cases.reported),
        Sources("sources"),
    ),
)
