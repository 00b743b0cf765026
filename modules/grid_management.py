"""Grid management: is every grid covered, does every case come back closed and in time, and is reporting honest?"""

from data.subjects import cases
from data.subjects import grid_management as grid
from modules.spec import (
    Alert,
    Bars,
    Better,
    Briefing,
    Calendar,
    ClockKind,
    Control,
    Ecdf,
    Funnel,
    Items,
    Kpi,
    Level,
    Limits,
    Map,
    Medians,
    Metric,
    Module,
    SpreadBars,
    Stage,
    Trend,
    Unit,
    Window,
)

OWNER = "centre"
PLATFORM = "grid_platform"

on_time_closure = Metric(
    "on_time_closure", "WG-07", cases.on_time_net, Window.DAYS_30, Unit.PERCENT, "GB/T 30428.8", OWNER, PLATFORM,
    decimals=1, target=95, limits=Limits(95, 90, 80), clock=ClockKind.WORK_HOURS, gross=cases.on_time_gross,
)  # fmt: skip
open_cases = Metric(
    "open_cases", "CO-05", cases.open_now, Window.NOW, Unit.COUNT, "GB/T 30428.8", OWNER, PLATFORM, better=Better.BAND,
)  # fmt: skip
overdue_cases = Metric(
    "overdue_cases", "CO-05", cases.overdue_now, Window.NOW, Unit.COUNT, "GB/T 30428.8", OWNER, PLATFORM,
    target=20, limits=Limits(20, 40, 80), better=Better.DOWN, clock=ClockKind.WORK_HOURS,
)  # fmt: skip
intake = Metric("intake", "CO-01", cases.reported, Window.TODAY, Unit.COUNT, "GB/T 30428.7", OWNER, PLATFORM, better=Better.BAND)
duty_coverage = Metric(
    "duty_coverage", "WG-01", grid.duty_coverage, Window.TODAY, Unit.PERCENT, "GB/T 34300", OWNER, PLATFORM,
    decimals=1, target=100, limits=Limits(100, 95, 90),
)  # fmt: skip
patrol_coverage = Metric(
    "patrol_coverage", "WG-02", grid.patrol_coverage, Window.DAYS_7, Unit.PERCENT, "GB/T 34300", OWNER, PLATFORM,
    decimals=1, target=95, limits=Limits(95, 90, 80),
)  # fmt: skip
item_coverage = Metric(
    "item_coverage", "WG-03", grid.item_coverage, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=1, target=95, limits=Limits(95, 85, 70),
)  # fmt: skip
valid_reports = Metric(
    "valid_reports", "WG-04", grid.valid_reports, Window.DAYS_30, Unit.PERCENT, "GB/T 30428.8", OWNER, PLATFORM,
    decimals=1, target=90, limits=Limits(90, 85, 75),
)  # fmt: skip
settled_in_grid = Metric(
    "settled_in_grid", "WG-05", grid.settled_in_grid, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=1, better=Better.BAND,
)  # fmt: skip
handling_p90 = Metric(
    "handling_p90", "WG-06", cases.handle_time, Window.DAYS_7, Unit.SECONDS, "local", OWNER, PLATFORM,
    quantile=0.9, better=Better.DOWN, clock=ClockKind.URGENT_HOURS,
)  # fmt: skip
whistle_response = Metric(
    "whistle_response", "WG-08", grid.whistle_response, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=1, target=95, limits=Limits(95, 90, 80), clock=ClockKind.URGENT_HOURS,
)  # fmt: skip
whistle_rate = Metric(
    "whistle_rate", "WG-09", grid.whistle_rate, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM, decimals=2, better=Better.BAND,
)  # fmt: skip
returned = Metric(
    "returned", "WG-10", grid.returned, Window.DAYS_30, Unit.PERCENT, "GB/T 30428.8", OWNER, PLATFORM,
    decimals=1, target=5, limits=Limits(5, 8, 12), better=Better.DOWN,
)  # fmt: skip
integrity = Metric(
    "integrity", "WG-11", grid.doubtful, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=1, target=5, limits=Limits(5, 10, 20), better=Better.DOWN,
)  # fmt: skip
public_share = Metric(
    "public_share", "WG-12", grid.public_share, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM, decimals=1, better=Better.BAND,
)  # fmt: skip
workload_spread = Metric(
    "workload_spread", "WG-13", grid.workload_spread, Window.DAYS_30, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=0, target=40, limits=Limits(40, 60, 80), better=Better.DOWN,
)  # fmt: skip
posts_filled = Metric(
    "posts_filled", "WG-14", grid.posts_filled, Window.NOW, Unit.PERCENT, "local", OWNER, PLATFORM,
    decimals=1, target=100, limits=Limits(98, 95, 90),
)  # fmt: skip

MODULE = Module(
    key="grid_management",
    order=50,
    lead=on_time_closure,
    facts=("case_file", "grid_day", "whistle", "post_group"),
    panels=(
        Kpi(on_time_closure),
        Kpi(open_cases),
        Kpi(overdue_cases),
        Kpi(patrol_coverage),
        Kpi(duty_coverage),
        Kpi(handling_p90),
        Kpi(whistle_response),
        Kpi(item_coverage),
        Kpi(valid_reports),
        Kpi(settled_in_grid),
        Kpi(returned),
        Kpi(integrity),
        Kpi(public_share),
        Kpi(whistle_rate),
        Kpi(workload_spread),
        Kpi(posts_filled),
        Kpi(intake),
        Map("map", cases.open_now, cases.overdue_now),
        Funnel(
            "funnel",
            stages=(
                Stage("report", grid.reached("passed_on"), cases.report_time, 600),
                Stage("dispatch", grid.reached("dispatched"), cases.accept_time, 900),
                Stage("handle", grid.reached("arrived"), cases.arrive_time, 1800),
                Stage("feedback", grid.reached("handled"), cases.handle_time),
                Stage("track", grid.reached("checked")),
                Stage("close", grid.reached("closed"), cases.loop_time),
                Stage("score", grid.reached("scored")),
            ),
        ),
        Bars("overdue", cases.overdue_now, "unit", of=cases.open_now),
        Trend("intake_today", cases.reported),
        Items("items", grid.reached("accepted"), "item"),
        Calendar("patrol_calendar", grid.patrol_coverage),
        Bars("on_time_by_level", cases.on_time_net, "level"),
        Medians("median_by_unit", cases.handling_time, "unit"),
        Bars("on_time_by_unit", cases.on_time_net, "unit"),
        SpreadBars("workload", workload_spread, grid.workload_spread),
        Control("reports_per_grid", grid.reached("accepted")),
        Ecdf("whistle_ecdf", grid.whistle_time, "unit", limit_s=1800),
    ),
    alerts=(Alert(on_time_closure, Level.WARNING), Alert(duty_coverage, Level.WARNING)),
    briefing=Briefing(lead=on_time_closure, panels=("funnel", "overdue")),
)
