"""Civilization: which points lose marks, which losses come back, and do fixes last?"""

from datetime import timedelta
from functools import partial

from data.subjects import civilization as civil
from data.subjects import civilization_upkeep as upkeep
from data.subjects import surveys, volunteers
from modules.spec import (
    Alert,
    AreaBars,
    Better,
    Briefing,
    Bullets,
    ClockKind,
    Course,
    Dots,
    Figures,
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
    Slope,
    Sources,
    Stacks,
    Unit,
    Window,
)

NOW, WEEK, MONTH, ROUND = Window.NOW, Window.LAST_WEEK, Window.DAYS_30, Window.LAST_MONTH
DAYS, WORK = ClockKind.CALENDAR_DAYS, ClockKind.WORK_DAYS
DOWN, BAND = Better.DOWN, Better.BAND
SET, RATING = "evaluation_set", "service_rating"
QUESTIONS = ("civic_satisfaction", "window_satisfaction")
PASS, AT_ONCE = 95.0, timedelta(0)

metric = partial(Metric, owner="dept_publicity", source="opinion_civilization", basis="local")
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)
of_round = partial(share, over=ROUND)

# The round: what was looked at, and by whom.
item_pass = of_round("item_pass", "CW-01", civil.item_pass, basis=SET, target=PASS, limits=Limits(PASS, 90, 85))
own_pass = of_round("own_pass", "CW-01", civil.own_pass, basis=SET, target=PASS)
third_party_pass = of_round("third_party_pass", "CW-01", civil.third_party_pass, basis=SET, target=PASS)
deviation = metric("deviation", "CW-12", civil.deviation, ROUND, Unit.PT, decimals=1, target=5, limits=Limits(5, 8, 12), better=DOWN)
without_veto = of_round("without_veto", "CW-02", civil.without_veto, basis=SET, target=90, limits=Limits(90, 85, 75))
points_met = of_round("points_met", "CW-02", civil.points_met, basis=SET, target=90, limits=Limits(90, 80, 70))
open_vetoes = count("open_vetoes", "CW-02", civil.open_vetoes, NOW, basis=SET, target=0, limits=Limits(0, 3, 6), better=DOWN)
venues = partial(of_round, owner="dept_urban", target=95, limits=Limits(95, 85, 75))
venues_met = venues("venues_met", "CW-09", civil.venues_met)
markets_met = venues("markets_met", "CW-09", civil.markets_met, owner="dept_market")
toilets_met = venues("toilets_met", "CW-09", civil.toilets_met)

# Marks: what is lost, and what is lost again.
marks = partial(metric, over=ROUND, unit=Unit.MARKS, basis=SET, better=DOWN)
marks_lost = marks("marks_lost", "CW-05", civil.marks_lost)
marks_a_visit = marks("marks_a_visit", "CW-05", civil.marks_a_visit, decimals=1)
third_failures = count("third_failures", "CW-04", civil.third_failures, MONTH, target=0, limits=Limits(0, 10, 25), better=DOWN)

# Fixes: in time, accepted, lasting.
fixed_on_time = share("fixed_on_time", "CW-03", civil.fixed_on_time, WEEK, target=95, limits=Limits(95, 85, 75), clock=DAYS)
open_faults = count("open_faults", "CW-03", civil.open_faults, NOW, better=BAND)
late_faults = count("late_faults", "CW-03", civil.late_faults, NOW, target=0, limits=Limits(0, 10, 25), better=DOWN, clock=DAYS)
sent_back = share("sent_back", "CW-03", civil.sent_back, MONTH, target=5, limits=Limits(5, 10, 20), better=DOWN)
relapse = share("relapse", "CW-04", civil.relapse, MONTH, target=10, limits=Limits(10, 15, 25), better=DOWN, settles=civil.RELAPSE_DAYS)
recurring = of_round("recurring", "CW-04", civil.recurring, target=10, limits=Limits(10, 15, 25), better=DOWN)

# Residents, windows, volunteers.
asked = partial(share, over=Window.LAST_QUARTER, target=90, limits=Limits(90, 85, 75))
satisfaction, window_satisfaction = (asked(key, "CW-06", surveys.positive.keyed("question", key)) for key in QUESTIONS)
bad_replied = of_round(
    "bad_replied", "CW-07", upkeep.bad_replied, owner="dept_data", basis=RATING, target=100, limits=Limits(100, 95, 85), clock=WORK
)
bad_share = of_round("bad_share", "CW-07", upkeep.bad_share, owner="dept_data", basis=RATING, decimals=2, better=DOWN)
volunteers_active = of_round("volunteers_active", "CW-10", volunteers.active_share)
volunteer_hours = metric("volunteer_hours", "CW-10", volunteers.hours_per_thousand, ROUND, Unit.HOURS, decimals=1)

# Every day, and on paper.
swept = partial(share, over=Window.LAST_DAY, owner="dept_urban", source="digital_urban", clock=DAYS)
routes_done = swept("routes_done", "CW-08", upkeep.routes_done, target=98, limits=Limits(98, 95, 85))
bins_overfull = swept("bins_overfull", "CW-08", upkeep.bins_overfull, target=1, limits=Limits(1, 2, 4), better=DOWN)
dossiers_in_date = share("dossiers_in_date", "CW-11", upkeep.dossiers_in_date, NOW, basis=SET, target=100, limits=Limits(100, 95, 85))
dossiers_expiring = count(
    "dossiers_expiring", "CW-11", upkeep.dossiers_expiring, NOW, basis=SET, target=0, limits=Limits(0, 10, 20), better=DOWN
)

MODULE = Module(
    key="civilization",
    order=40,
    lead=item_pass,
    headline=(without_veto, fixed_on_time, relapse, open_vetoes, deviation, satisfaction, routes_done),
    facts=(
        "civ_point", "civ_visit", "civ_check", "civ_fault", "window_rating", "sanitation_day", "dossier", "survey", "volunteer_month",
    ),
    panels=(
        Kpi(item_pass),
        Kpi(without_veto),
        Kpi(fixed_on_time),
        Kpi(relapse),
        Kpi(deviation),
        Kpi(open_vetoes),
        Kpi(satisfaction),
        Kpi(routes_done),
        Kpi(venues_met),
        Kpi(bad_replied),
        Kpi(dossiers_in_date),
        Kpi(volunteers_active),
        Kpi(marks_lost),
        Kpi(marks_a_visit),
        Kpi(third_failures),
        Kpi(open_faults),
        Kpi(late_faults),
        Kpi(recurring),
        Kpi(points_met),
        Kpi(window_satisfaction),
        Kpi(bins_overfull),
        Kpi(volunteer_hours),
        Kpi(dossiers_expiring),
        Map("map", civil.open_faults, edges=(1, 2, 3, 5, 8), cases=False, layers=(Layer("points", civil.point_spots),)),
        Pareto("marks_by_indicator", civil.marks_lost, "indicator", ROUND),
        Slope("pass_by_type", civil.item_pass, "point_type", ROUND, target=PASS),
        Matrix("type_by_theme", civil.theme_pass, "point_type", "theme", ROUND, target=PASS),
        AreaBars("fixed_by_street", civil.fixed_on_time, MONTH),
        Course("recurring_course", civil.recurring, per="month", length=13),
        Stacks("open_by_unit", (("in_time", civil.faults_in_time), ("late", civil.late_faults)), "unit"),
        Rows("third_time", civil.third_listed),
        Rows("vetoes", civil.vetoes_listed),
        Rows("pairs", civil.pairs_listed),
        Slope("pass_by_street", civil.item_pass, "subdistrict", ROUND, target=PASS),
        AreaBars("deviation_by_street", civil.deviation, ROUND),
        Dots("satisfaction_dots", surveys.positive, "question", Window.LAST_QUARTER, keys=QUESTIONS, target=90),
        Bullets("routes", upkeep.routes_done, "subdistrict", Window.LAST_DAY, target=98),
        Stacks("dossiers", upkeep.DOSSIER_STATES, "theme"),
        Rows("dossiers_due", upkeep.dossiers_listed),
        Figures("by_inspector", (own_pass, third_party_pass)),
        Figures("venues", (markets_met, toilets_met)),
        Figures("windows", (bad_replied, bad_share)),
        Figures("again", (recurring, sent_back)),
        Sources("sources"),
    ),
    alerts=(
        Alert(open_vetoes, Level.WATCH, hold=AT_ONCE),
        Alert(third_failures, Level.WATCH, hold=AT_ONCE),
        Alert(dossiers_expiring, Level.WATCH, hold=timedelta(days=1)),
        Alert(deviation, Level.WATCH, hold=AT_ONCE),
    ),
    briefing=Briefing(
        lead=item_pass,
        panels=(
            "marks_by_indicator", "pass_by_type", "fixed_by_street", "open_by_unit", "type_by_theme", "satisfaction_dots", "dossiers",
            "third_time", "vetoes",
        ),
        steps=(item_pass, fixed_on_time, relapse, third_failures, venues_met, open_vetoes, bad_replied),
        concentrated=("marks_by_indicator",),
    ),
)  # fmt: skip
