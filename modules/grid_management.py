"""Grid management: is every grid covered, does every case come back closed and in time, and is reporting honest?"""

from datetime import timedelta
from functools import partial

from data.subjects import cases
from data.subjects import grid_management as grid
from modules.spec import (
    Ages,
    Alert,
    Band,
    Bars,
    Better,
    Briefing,
    Calendar,
    ClockKind,
    Control,
    Ecdf,
    Figures,
    Funnel,
    Items,
    Kpi,
    Level,
    Limits,
    Map,
    Medians,
    Metric,
    Module,
    Sources,
    SpreadBars,
    Stage,
    StageTable,
    Trend,
    Unit,
    Window,
)

DAY, WEEK, MONTH, NOW = Window.TODAY, Window.DAYS_7, Window.DAYS_30, Window.NOW
ALWAYS, WORK = ClockKind.URGENT_HOURS, ClockKind.WORK_HOURS
DOWN, BAND = Better.DOWN, Better.BAND
EVENTS, INDICATORS, SERVICE = "GB/T 30428.7", "GB/T 30428.8", "GB/T 34300"
MINUTE = 60.0

metric = partial(Metric, owner="centre", source="grid_platform")
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)
time = partial(metric, unit=Unit.SECONDS, basis="local", better=DOWN, clock=ALWAYS)

# The loop: closed, and in time.
on_time_closure = share(
    "on_time_closure", "WG-07", cases.on_time_net, MONTH, basis=INDICATORS,
    target=95, limits=Limits(95, 90, 80), clock=WORK, gross=cases.on_time_gross,
)  # fmt: skip
open_cases = count("open_cases", "CO-05", cases.open_now, NOW, basis=INDICATORS, better=BAND)
overdue_cases = count(
    "overdue_cases", "CO-05", cases.overdue_now, NOW, basis=INDICATORS, target=20, limits=Limits(20, 40, 80), better=DOWN, clock=WORK
)
overdue_age = time(
    "overdue_age", "CO-05", cases.overdue_age, NOW, quantile=0.9, target=72 * 3600, limits=Limits(72 * 3600, 120 * 3600, 240 * 3600)
)
intake = count("intake", "CO-01", cases.reported, DAY, basis=EVENTS, better=BAND)
rework = share(
    "rework", "CO-06", cases.rework, MONTH, basis=INDICATORS, target=1, limits=Limits(1, 2, 4), better=DOWN, evidence=cases.rework.over
)
reopened = share("reopened", "CO-06", cases.reopened, MONTH, basis="local", better=BAND, evidence=cases.reopened.over)
extended = share("extended", "CO-06", cases.extended, MONTH, basis="local", better=BAND, evidence=cases.extended.over)

# Coverage: the grids and the items.
duty_coverage = share("duty_coverage", "WG-01", grid.duty_coverage, DAY, basis=SERVICE, target=100, limits=Limits(100, 95, 90))
duty_community = share("duty_community", "WG-01", grid.duty_community, DAY, basis=SERVICE, target=100, limits=Limits(100, 95, 90))
duty_dedicated = share("duty_dedicated", "WG-01", grid.duty_dedicated, DAY, basis=SERVICE, target=100, limits=Limits(100, 95, 90))
uncovered_grids = metric(
    "uncovered_grids", "WG-01", grid.uncovered, DAY, Unit.GRIDS, SERVICE, target=0, limits=Limits(0, 5, 20), better=DOWN
)
patrol = partial(share, over=Window.LAST_DAY, basis=INDICATORS, target=95, limits=Limits(95, 90, 80), clock=ClockKind.CALENDAR_DAYS)
patrol_coverage = patrol("patrol_coverage", "WG-02", grid.patrol_coverage)
patrol_community = patrol("patrol_community", "WG-02", grid.patrol_community)
patrol_dedicated = patrol("patrol_dedicated", "WG-02", grid.patrol_dedicated)
patrol_yield = metric("patrol_yield", "WG-02", grid.patrol_yield, MONTH, Unit.RATE, "local", decimals=2, better=BAND)
item_coverage = share("item_coverage", "WG-03", grid.item_coverage, MONTH, basis="local", target=95, limits=Limits(95, 85, 70))

# Reports: valid, settled where, how fast, honest. Where grids settle nothing, no source tells who settles.
GRID_SETTLES = grid.settled_in_grid.over
valid_reports = share("valid_reports", "WG-04", grid.valid_reports, MONTH, basis=INDICATORS, target=90, limits=Limits(90, 85, 75))
settled_in_grid = share("settled_in_grid", "WG-05", grid.settled_in_grid, MONTH, basis="local", better=BAND, evidence=GRID_SETTLES)
passed_to_street = share("passed_to_street", "WG-05", grid.passed_to_street, MONTH, basis="local", better=BAND, evidence=GRID_SETTLES)
passed_to_district = share("passed_to_district", "WG-05", grid.passed_to_district, MONTH, basis="local", better=BAND, evidence=GRID_SETTLES)
report_p90 = time(
    "report_p90", "WG-06", cases.report_time, WEEK, quantile=0.9, target=10 * MINUTE, limits=Limits(10 * MINUTE, 20 * MINUTE, 60 * MINUTE)
)
accept_p90 = time(
    "accept_p90", "WG-06", cases.accept_time, WEEK, quantile=0.9, target=15 * MINUTE, limits=Limits(15 * MINUTE, 30 * MINUTE, 90 * MINUTE)
)
arrive_p90 = time(
    "arrive_p90", "WG-06", cases.arrive_time, WEEK, quantile=0.9, target=30 * MINUTE, limits=Limits(30 * MINUTE, 120 * MINUTE, 480 * MINUTE)
)
handling_p90 = time("handling_p90", "WG-06", cases.handle_time, WEEK, quantile=0.9)
returned = share(
    "returned", "WG-10", grid.returned, MONTH, basis=INDICATORS, target=5, limits=Limits(5, 8, 12), better=DOWN, evidence=grid.returned.over
)
return_loss = time("return_loss", "WG-10", cases.return_loss, MONTH)
honest = partial(share, over=MONTH, basis="local", better=DOWN, evidence=grid.doubtful.over)
integrity = honest("integrity", "WG-11", grid.doubtful, target=5, limits=Limits(5, 10, 20))
quick_close = honest("quick_close", "WG-11", grid.quick_close, target=2, limits=Limits(2, 5, 10))
photo_reused = honest("photo_reused", "WG-11", grid.photo_reused, target=2, limits=Limits(2, 5, 10))
near_repeat = honest("near_repeat", "WG-11", grid.near_repeat, target=2, limits=Limits(2, 5, 10))
month_end = honest("month_end", "WG-11", grid.month_end, target=10, limits=Limits(10, 15, 25))
public_share = share("public_share", "WG-12", grid.public_share, MONTH, basis="local", better=BAND)
public_answered = share(
    "public_answered", "WG-12", grid.public_answered, MONTH, basis="local", target=95, limits=Limits(95, 90, 80), clock=ALWAYS, settles=2
)
public_reopened = share("public_reopened", "WG-12", grid.public_reopened, MONTH, basis="local", better=BAND)
public_satisfied = share("public_satisfied", "WG-12", grid.public_satisfied, MONTH, basis="local", target=90)

# Whistles: a street calls a department, which comes.
whistle_response = share(
    "whistle_response", "WG-08", grid.whistle_response, MONTH, basis="local", target=95, limits=Limits(95, 90, 80), clock=WORK
)
whistles_unsigned = count("whistles_unsigned", "WG-08", grid.whistles_unsigned, NOW, basis="local",
                          target=0, limits=Limits(0, 2, 5), better=DOWN, clock=ALWAYS)  # fmt: skip
sign_time = time("sign_time", "WG-08", grid.sign_time, MONTH, quantile=0.9)
arrival_time = time("arrival_time", "WG-08", grid.whistle_time, MONTH, quantile=0.9)
done_time = time("done_time", "WG-08", grid.done_time, MONTH, quantile=0.9)
whistle_rating = metric("whistle_rating", "WG-08", grid.whistle_rating, MONTH, Unit.POINTS, "local", decimals=1, target=4)
whistle_rate = metric(
    "whistle_rate", "WG-09", grid.whistle_rate, MONTH, Unit.PERCENT, "local",
    decimals=2, better=BAND, band=Band(0.5, 3.0), evidence=grid.whistle_rate.over,
)  # fmt: skip

# People: posts, never persons.
workload_spread = metric(
    "workload_spread", "WG-13", grid.workload_spread, MONTH, Unit.PERCENT, "local", target=40, limits=Limits(40, 60, 80), better=DOWN
)
posts = partial(share, over=NOW, basis="local", target=100, limits=Limits(98, 95, 90))
posts_filled = posts("posts_filled", "WG-14", grid.posts_filled)
posts_supervisor = posts("posts_supervisor", "WG-14", grid.posts_filled.keyed("kind", "supervisor"))
posts_community = posts("posts_community", "WG-14", grid.posts_filled.keyed("kind", "community"))
posts_dedicated = posts("posts_dedicated", "WG-14", grid.posts_filled.keyed("kind", "dedicated"))

LOOP = Funnel(
    "funnel",
    stages=(
        Stage("report", grid.loop("started"), cases.stage_time("discovered_at", "reported_at"), 10 * MINUTE, grid.loop("left_started")),
        Stage(
            "dispatch", grid.loop("dispatched"), cases.stage_time("reported_at", "dispatched_at"), 75 * MINUTE, grid.loop("left_dispatched")
        ),
        Stage("handle", grid.loop("arrived"), cases.stage_time("dispatched_at", "arrived_at"), None, grid.loop("left_arrived")),
        Stage("feedback", grid.loop("handled"), cases.stage_time("arrived_at", "handled_at"), None, grid.loop("left_handled")),
        Stage("track", grid.loop("checked"), cases.stage_time("handled_at", "checked_at"), 120 * MINUTE, grid.loop("left_checked")),
        Stage("close", grid.loop("closed"), cases.stage_time("checked_at", "closed_at"), None, grid.loop("left_closed")),
        Stage("score", grid.loop("scored"), cases.stage_time("closed_at", "scored_at")),
    ),
    drops=tuple((state, grid.loop(f"loop_{state}")) for state in cases.ENDED),
)
WHISTLES = StageTable(
    "whistle_loop",
    over=MONTH,
    stages=(
        Stage("whistle", grid.blown("issued")),
        Stage("sign", grid.blown("signed"), grid.sign_time),
        Stage("arrive", grid.blown("arrived"), grid.whistle_time),
        Stage("done", grid.blown("done"), grid.done_time),
        Stage("rate", grid.blown("rated")),
    ),
)

MODULE = Module(
    key="grid_management",
    order=50,
    lead=on_time_closure,
    headline=(open_cases, overdue_cases, patrol_coverage, duty_coverage, handling_p90, whistle_response, item_coverage),
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
        Kpi(uncovered_grids),
        Kpi(patrol_yield),
        Kpi(overdue_age),
        Kpi(return_loss),
        Kpi(whistles_unsigned),
        Kpi(whistle_rating),
        Map("map", cases.open_now, cases.overdue_now),
        LOOP,
        Ages("overdue", cases.overdue_age, "unit", of=cases.open_now),
        Trend("intake_today", cases.reported),
        Items("items", grid.accepted, "item"),
        Calendar("patrol_calendar", grid.patrol_coverage),
        Figures("first_times", (report_p90, accept_p90, arrive_p90, handling_p90)),
        WHISTLES,
        Bars("on_time_by_level", cases.on_time_net, "level", keys=("grid", "community", "subdistrict", "district")),
        Bars("on_time_by_unit", cases.on_time_net, "unit"),
        Medians("median_by_unit", cases.handling_time, "unit"),
        Figures("grids_covered", (duty_community, duty_dedicated, patrol_community, patrol_dedicated)),
        Figures("settled_where", (settled_in_grid, passed_to_street, passed_to_district)),
        Figures("integrity_parts", (quick_close, photo_reused, near_repeat, month_end)),
        Figures("public_parts", (public_share, public_answered, public_reopened, public_satisfied)),
        Figures("whistle_times", (sign_time, arrival_time, done_time)),
        Figures("posts", (posts_supervisor, posts_community, posts_dedicated)),
        Figures("again", (returned, rework, reopened, extended)),
        SpreadBars("workload", workload_spread, grid.workload_spread),
        Control("reports_per_grid", grid.accepted),
        Ecdf("whistle_ecdf", grid.whistle_time, "unit"),
        Sources("sources"),
    ),
    alerts=(
        Alert(on_time_closure, Level.WARNING),
        Alert(duty_coverage, Level.WARNING),
        Alert(uncovered_grids, Level.WATCH, hold=timedelta(hours=2)),
        Alert(item_coverage, Level.WATCH, hold=timedelta(days=1)),
        Alert(whistles_unsigned, Level.WATCH, hold=timedelta(0)),
        Alert(integrity, Level.WARNING),
    ),
    briefing=Briefing(
        lead=on_time_closure,
        panels=(
            "funnel",
            "on_time_by_unit",
            "overdue",
            "on_time_by_level",
            "workload",
            "patrol_calendar",
            "reports_per_grid",
            "whistle_loop",
            "first_times",
            "integrity_parts",
        ),
        steps=(
            on_time_closure,
            overdue_cases,
            overdue_age,
            duty_coverage,
            whistle_response,
            patrol_coverage,
            item_coverage,
            integrity,
            workload_spread,
        ),
        concentrated=("overdue",),
    ),
)
