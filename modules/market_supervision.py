"""Market supervision: which clocks are about to expire, which equipment is overdue, where do complaints cluster by trade?"""

from datetime import timedelta
from functools import partial

from data.guarded import AREA
from data.subjects import market_equipment as equipment
from data.subjects import market_food as food
from data.subjects import market_inspection as inspection
from data.subjects import market_supervision as market
from modules.spec import (
    Alert,
    AreaBars,
    Bars,
    Better,
    Briefing,
    Bullets,
    Calendar,
    ClockKind,
    Course,
    Figures,
    Funnel,
    Kpi,
    Layer,
    Level,
    Limits,
    Map,
    Matrix,
    Metric,
    Module,
    Pareto,
    Rows,
    Sources,
    Stacks,
    Stage,
    Unit,
    Window,
)

NOW, WEEK, DAYS_30, YEAR = Window.NOW, Window.LAST_WEEK, Window.DAYS_30, Window.YEAR
MONTH, QUARTER = Window.LAST_MONTH, Window.LAST_QUARTER
DOWN, BAND, WORK, DAYS = Better.DOWN, Better.BAND, ClockKind.WORK_DAYS, ClockKind.CALENDAR_DAYS
RULES, RANDOM, CYCLES = "consumer_rules", "random_checks", "equipment_cycles"
WHOLE, AT_ONCE, A_DAY = 100.0, timedelta(0), timedelta(days=1)
STAGES = ("informed", "verified", "filed", "penalized", "published")
LEFT = {"verified": "not_filed", "filed": "let_go"}
AHEAD_DAYS, BACK_DAYS = 34, 7

metric = partial(Metric, owner="dept_market", source="market_12315", basis="local")
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)

# 12315: three clocks in working days, and what comes of it.
in_time = partial(share, basis=RULES, target=WHOLE, limits=Limits(WHOLE, 95, 90), clock=WORK, status="legal")
accepted_in_time = in_time("accepted_in_time", "SC-01", market.accepted_in_time, WEEK)
ended_in_time = in_time("ended_in_time", "SC-02", market.ended_in_time, MONTH)
verified_in_time = in_time("verified_in_time", "SC-03", market.verified_in_time, MONTH)
verify_extended = share("verify_extended", "SC-03", market.verify_extended, MONTH, basis=RULES, better=DOWN, clock=WORK)
clocks = partial(count, over=NOW, basis=RULES, better=DOWN, clock=WORK, target=0)
clocks_pressing = clocks("clocks_pressing", "SC-01", market.clocks_pressing, limits=Limits(0, 25, 50))
clocks_late = clocks("clocks_late", "SC-01", market.clocks_late, limits=Limits(0, 5, 15))
received = count("received", "SC-01", market.received, Window.DAYS_7, better=BAND)
clusters = count("clusters", "SC-01", inspection.standing("cluster"), NOW, target=0, limits=Limits(0, 2, 5), better=DOWN)
agreed = share("agreed", "SC-04", market.agreed, MONTH)
recovered = count("recovered", "SC-04", market.recovered, MONTH)

# Random checks: the plan, publication, what is found by class of risk.
planned = partial(share, over=YEAR, basis=RANDOM)
plan_kept = planned("plan_kept", "SC-05", inspection.plan_kept, target=WHOLE, limits=Limits(95, 85, 75))
plan_done = planned("plan_done", "SC-05", inspection.plan_done, target=WHOLE)
joint_done = planned("joint_done", "SC-05", inspection.joint_done, target=WHOLE)
visited = share("visited", "SC-05", inspection.visited, NOW)
unvisited = count("unvisited", "SC-05", inspection.unvisited, NOW, better=DOWN)
published_in_time = share(
    "published_in_time", "SC-06", inspection.published_in_time, MONTH,
    basis="result_publicity", target=WHOLE, limits=Limits(WHOLE, 95, 90), clock=WORK, status="unverified",
)  # fmt: skip
problem_found = share("problem_found", "SC-07", inspection.problem_found, QUARTER, basis=RANDOM, better=BAND)
step_b, step_c, step_d = (
    metric(f"step_{key}", "SC-07", step, QUARTER, Unit.PT, basis=RANDOM, decimals=1, target=0, limits=Limits(0, -10, -20))
    for key, step in zip("bcd", inspection.STEPS, strict=True)
)

# Special equipment and lifts.
unit = partial(share, over=NOW, basis=CYCLES, source="special_equipment", target=WHOLE, clock=DAYS, status="unverified")
units = partial(count, over=NOW, basis=CYCLES, source="special_equipment", clock=DAYS, status="unverified")
equipment_in_date = unit("equipment_in_date", "SC-08", equipment.in_date, limits=Limits(WHOLE, 98, 95))
lifts_in_date = unit("lifts_in_date", "SC-08", equipment.in_date.keyed("equipment_type", "lift"), limits=Limits(WHOLE, 99, 97))
equipment_overdue = units("equipment_overdue", "SC-08", equipment.overdue, target=0, limits=Limits(0, 50, 150), better=DOWN)
due_soon, due_later = (
    units(key, "SC-08", measure, better=BAND) for key, measure in (("due_soon", equipment.due_soon), ("due_later", equipment.due_later))
)
rescued_in_time = share(
    "rescued_in_time", "SC-09", equipment.rescued_in_time, DAYS_30, basis="TSG T5002", source="special_equipment",
    target=WHOLE, limits=Limits(98, 95, 90), clock=ClockKind.URGENT_HOURS, status="unverified",
)  # fmt: skip
rescue_time = metric(
    "rescue_time", "SC-09", equipment.rescue_time, DAYS_30, Unit.SECONDS, basis="TSG T5002", source="special_equipment", quantile=0.9,
    target=equipment.RESCUE_S, limits=Limits(1800, 2400, 3600), better=DOWN, clock=ClockKind.URGENT_HOURS, status="unverified",
)  # fmt: skip

# Food, licences.
samples_passed = share(
    "samples_passed", "SC-10", food.samples_passed, MONTH,
    basis="food_sampling", target=98, limits=Limits(98, 96, 93), status="unverified",
)  # fmt: skip
disposed_in_time = share(
    "disposed_in_time", "SC-11", food.disposed_in_time, QUARTER,
    basis="food_sampling", target=WHOLE, limits=Limits(WHOLE, 90, 80), clock=DAYS, status="unverified",
)  # fmt: skip
twice_failed = count(
    "twice_failed", "SC-11", inspection.standing("twice"), NOW, basis="food_sampling", target=0, limits=Limits(0, 3, 8), better=DOWN
)
graded_in_time = share(
    "graded_in_time", "SC-12", inspection.graded_in_time, QUARTER,
    basis="food_grading", target=WHOLE, limits=Limits(98, 95, 90), status="unverified",
)  # fmt: skip
licences_lapsing = count(
    "licences_lapsing", "SC-13", inspection.standing("lapsing"), NOW, target=0, limits=Limits(0, 5, 15), better=DOWN, clock=DAYS
)
licences_expired = count(
    "licences_expired", "SC-13", inspection.standing("expired"), NOW, target=0, limits=Limits(0, 2, 6), better=DOWN, clock=DAYS
)

MODULE = Module(
    key="market_supervision",
    order=60,
    lead=accepted_in_time,
    headline=(equipment_overdue, clocks_pressing, samples_passed, plan_kept, licences_lapsing, ended_in_time, rescued_in_time),
    facts=(
        "consumer_matter", "consumer_day", "premises", "market_check", "check_plan", "graded_visit", "food_sample", "special_equipment",
        "lift_rescue",
    ),
    panels=(
        Kpi(accepted_in_time),
        Kpi(ended_in_time),
        Kpi(verified_in_time),
        Kpi(clocks_pressing),
        Kpi(equipment_overdue),
        Kpi(samples_passed),
        Kpi(plan_kept),
        Kpi(licences_lapsing),
        Kpi(clusters),
        Kpi(rescued_in_time),
        Kpi(twice_failed),
        Kpi(published_in_time),
        Kpi(graded_in_time),
        Kpi(agreed),
        Kpi(recovered),
        Kpi(received),
        Kpi(clocks_late),
        Kpi(equipment_in_date),
        Kpi(lifts_in_date),
        Kpi(due_soon),
        Kpi(due_later),
        Kpi(problem_found),
        Kpi(disposed_in_time),
        Kpi(unvisited),
        Kpi(licences_expired),
        Map(
            "map",
            inspection.unvisited,
            edges=(1, 2, 4, 6, 9),
            cases=False,
            layers=(Layer("equipment", equipment.overdue_spots), Layer("clusters", inspection.cluster_spots)),
        ),
        Funnel(
            "reports",
            tuple(Stage(key, market.stage(key), left=market.stage(LEFT[key]) if key in LEFT else None) for key in STAGES),
            over=QUARTER,
        ),
        Calendar("equipment_due", equipment.falling_due, days=BACK_DAYS + AHEAD_DAYS + 1, ahead=AHEAD_DAYS),
        Stacks("clocks", market.LEFT_PARTS[:-1], "consumer_clock"),
        Matrix("trade_problem", market.by_problem, "trade", "problem", QUARTER, better=BAND),
        Bars("found_by_class", inspection.problem_found, "risk_class", over=QUARTER, listed=True),
        Bars("samples_by_class", food.samples_passed, "food_class", over=QUARTER),
        Stacks("equipment_states", equipment.WANTING, "equipment_type"),
        Rows("pressing", market.pressing_listed),
        Stacks("clocks_all", market.LEFT_PARTS, "consumer_clock"),
        Rows("equipment_listed", equipment.due_listed),
        Rows("clusters_listed", inspection.clusters_listed),
        Matrix("trade_place", market.by_trade, "trade", AREA, QUARTER, better=BAND),
        Rows("twice_listed", inspection.twice_listed),
        Rows("samples_open", food.open_listed),
        Rows("licences", inspection.licences_listed),
        AreaBars("visited_by_street", inspection.visited, NOW),
        Bars("unvisited_by_grid", inspection.unvisited_by_grid, "grid", over=NOW),
        Rows("unvisited_listed", inspection.unvisited_listed),
        Bullets("plan", inspection.plan_done, "check_plan", YEAR, target=WHOLE),
        Bullets("graded", inspection.graded_in_time, "food_grade", YEAR, target=WHOLE),
        Pareto("by_trade", market.received, "trade"),
        Bars("outcomes", market.ended, "consumer_outcome", over=MONTH),
        Course("received_course", market.received, length=60),
        AreaBars("accepted_by_street", market.accepted_in_time, DAYS_30),
        Figures("steps", (step_b, step_c, step_d)),
        Figures("checks", (plan_kept, plan_done, joint_done, visited, published_in_time, problem_found)),
        Figures("matters", (accepted_in_time, ended_in_time, verified_in_time, verify_extended, agreed)),
        Figures("rescues", (rescue_time,)),
        Sources("sources"),
    ),
    alerts=(
        Alert(clocks_pressing, Level.WATCH, hold=AT_ONCE),
        Alert(clocks_late, Level.WATCH, hold=AT_ONCE),
        Alert(equipment_overdue, Level.WATCH, hold=A_DAY),
        Alert(rescued_in_time, Level.WARNING, hold=AT_ONCE),
        Alert(twice_failed, Level.WATCH, hold=AT_ONCE),
        Alert(clusters, Level.WATCH, hold=AT_ONCE),
        Alert(licences_lapsing, Level.WATCH, hold=A_DAY),
        *(Alert(step, Level.WATCH, hold=A_DAY) for step in (step_b, step_c, step_d)),
    ),
    briefing=Briefing(
        lead=accepted_in_time,
        panels=(
            "reports", "clocks", "equipment_states", "found_by_class", "samples_by_class", "trade_problem", "equipment_due", "pressing",
            "clusters_listed",
        ),
        steps=(
            accepted_in_time, ended_in_time, equipment_overdue, equipment_in_date, samples_passed, licences_expired, clusters,
            clocks_late,
        ),
        concentrated=("by_trade",),
    ),
)  # fmt: skip
