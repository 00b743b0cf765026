"""Safety creation: which cells fail review, which prevention is not being done, where do residents feel unsafe, is the survey sound?"""

from datetime import timedelta
from functools import partial

from data.subjects import safety_creation as cells
from data.subjects import safety_prevention as prevention
from data.subjects import surveys, volunteers
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
    Dots,
    Figures,
    Kpi,
    Layer,
    Level,
    Limits,
    Map,
    Metric,
    Module,
    Pareto,
    Rows,
    Sources,
    Stacks,
    Unit,
    Window,
)

NOW, DAY, WEEK, YEAR = Window.NOW, Window.LAST_DAY, Window.LAST_WEEK, Window.YEAR
MONTH, LAST_MONTH, QUARTER, HALF = Window.DAYS_30, Window.LAST_MONTH, Window.LAST_QUARTER, Window.LAST_HALF
DOWN, ALWAYS, DAYS = Better.DOWN, ClockKind.URGENT_HOURS, ClockKind.CALENDAR_DAYS
PROGRAMME, SURVEY, SCHOOLS = "safety_programme", "safety_survey", "GB/T 29315"
QUESTIONS = ("safety_feeling", "safety_awareness", "law_enforcement", "dispute_mediation", "road_safety")
LEVELS = ("city", "district", "street")
WHOLE = 100.0

metric = partial(Metric, owner="dept_political_legal", source="grid_platform", basis="local")
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)
rate = partial(metric, unit=Unit.RATE, decimals=2)

# Cells: in the register, reviewed, named.
cells_passed = share("cells_passed", "PA-01", cells.passed, NOW, target=95, limits=Limits(95, 90, 80))
passed_city, passed_district, passed_street = (
    share(f"passed_{level}", "PA-01", cells.passed_titles.keyed("cell_level", level), NOW, target=95, limits=Limits(95, 90, 80))
    for level in LEVELS
)
reviews_passed = share("reviews_passed", "PA-01", cells.review_passed, QUARTER, target=95, limits=Limits(95, 90, 80))
cells_covered = share("cells_covered", "PA-02", cells.covered, NOW)
plan_covered = share("plan_covered", "PA-02", cells.extended, NOW, basis=PROGRAMME, target=WHOLE)
reviews_overdue = count("reviews_overdue", "PA-03", cells.review_overdue, NOW, target=0, limits=Limits(0, 5, 15), better=DOWN, clock=DAYS)
reviews_on_time = share("reviews_on_time", "PA-03", cells.review_on_time, QUARTER, target=95, limits=Limits(95, 85, 75), clock=DAYS)
named = partial(share, basis=PROGRAMME, over=NOW, target=WHOLE)
named_city, named_district, named_street = (named(f"named_{level}", "PA-04", cells.awarded.keyed("cell_level", level)) for level in LEVELS)
named_led = named("named_led", "PA-04", cells.led)

# Prevention: hazards, patrols, schools, water.
hazards_on_time = share(
    "hazards_on_time", "PA-05", prevention.hazards_in_time, MONTH,
    target=95, limits=Limits(95, 90, 80), clock=DAYS, gross=prevention.hazards_in_time_gross,
)  # fmt: skip
hazards_open = count("hazards_open", "PA-05", prevention.hazards_open, NOW, better=Better.BAND)
hazards_late = count("hazards_late", "PA-05", prevention.hazards_late, NOW, target=0, limits=Limits(0, 15, 40), better=DOWN, clock=DAYS)
major_late = count("major_late", "PA-05", prevention.major_late, NOW, target=0, limits=Limits(0, 0, 0), better=DOWN, clock=DAYS)
police = partial(share, owner="dept_police", source="police_summary")
patrolled = partial(police, target=WHOLE, limits=Limits(95, 90, 80))
patrols_done = patrolled("patrols_done", "PA-09", prevention.patrols, DAY)
patrols_week = patrolled("patrols_week", "PA-09", prevention.patrols, WEEK)
routes_done = patrolled("routes_done", "PA-09", prevention.patrols_of("route"), WEEK, basis=PROGRAMME)
gates_done = patrolled("gates_done", "PA-09", prevention.patrols_of("school_gate"), WEEK, basis=SCHOOLS)
watches_done = patrolled("watches_done", "PA-09", prevention.patrols_of("night_watch"), WEEK)
beaches_done = patrolled("beaches_done", "PA-09", prevention.patrols_of("beach"), WEEK, basis=PROGRAMME)
patrols_unlogged = count(
    "patrols_unlogged", "PA-09", prevention.patrols_unlogged, NOW,
    owner="dept_police", source="police_summary", target=0, limits=Limits(0, 3, 8), better=DOWN, clock=ALWAYS,
)  # fmt: skip
school = partial(share, over=NOW, basis=SCHOOLS, target=WHOLE, limits=Limits(WHOLE, 90, 80), status="unverified")
schools_secure = school("schools_secure", "PA-10", cells.secure)
schools_people = school("schools_people", "PA-10", cells.people)
schools_physical = school("schools_physical", "PA-10", cells.physical)
schools_technical = school("schools_technical", "PA-10", cells.technical)
video_mended = school("video_mended", "PA-10", cells.mended, clock=ALWAYS)
video_kept = school("video_kept", "PA-10", cells.kept)
water = partial(count, owner="dept_emergency", source="emergency_weather", over=YEAR, better=DOWN)
drownings = water("drownings", "PA-11", prevention.drownings, target=0, limits=Limits(0, 1, 2))
water_warnings = water("water_warnings", "PA-11", prevention.warnings, better=Better.BAND)
beach_gaps = police(
    "beach_gaps", "PA-11", prevention.beach_gaps, YEAR,
    basis=PROGRAMME, target=0, limits=Limits(0, 5, 15), better=DOWN,
)  # fmt: skip

# Outcome: what residents say, what happens, who takes part.
asked = partial(share, over=HALF, basis=SURVEY, target=95, limits=Limits(95, 90, 80))
safety_feeling, safety_awareness, law_enforcement, dispute_mediation, road_safety = (
    asked(key, "PA-06", surveys.positive.keyed("question", key)) for key in QUESTIONS
)
survey_response = share("survey_response", "PA-07", surveys.response.keyed("question", QUESTIONS[0]), HALF, basis=SURVEY)
survey_n = count(
    "survey_n", "PA-07", surveys.sample.keyed("question", QUESTIONS[0]), HALF, basis=SURVEY, target=385, limits=Limits(385, 385, 200)
)
thin_streets = count(
    "thin_streets", "PA-07", surveys.thin.keyed("question", QUESTIONS[0]), HALF,
    basis=SURVEY, target=0, limits=Limits(0, 1, 3), better=DOWN,
)  # fmt: skip
crime = partial(rate, over=LAST_MONTH, owner="dept_police", source="police_summary", better=DOWN)
preventable_rate = crime("preventable_rate", "PA-08", prevention.preventable)
burglary_rate, theft_rate, fraud_rate = (crime(f"{kind}_rate", "PA-08", prevention.preventable_of(kind)) for kind in prevention.KINDS)
volunteers_active = share("volunteers_active", "PA-12", volunteers.active_share, LAST_MONTH)
volunteer_hours = metric("volunteer_hours", "PA-12", volunteers.hours_per_thousand, LAST_MONTH, Unit.HOURS, decimals=1)
watch_hours = metric("watch_hours", "PA-12", volunteers.watch_hours_per_thousand, LAST_MONTH, Unit.HOURS, decimals=1)
teams_active = share("teams_active", "PA-12", volunteers.teams_active, LAST_MONTH)

MODULE = Module(
    key="safety_creation",
    order=20,
    lead=cells_passed,
    headline=(hazards_on_time, safety_feeling, patrols_done, reviews_overdue, schools_secure, preventable_rate, named_city),
    facts=(
        "safety_cell",
        "cell_title",
        "cell_base",
        "cell_review",
        "cell_fault",
        "school_check",
        "hazard",
        "patrol_plan",
        "water_day",
        "preventable_month",
        "survey",
        "volunteer_month",
    ),
    panels=(
        Kpi(cells_passed),
        Kpi(reviews_overdue),
        Kpi(hazards_on_time),
        Kpi(major_late),
        Kpi(patrols_done),
        Kpi(safety_feeling),
        Kpi(preventable_rate),
        Kpi(schools_secure),
        Kpi(named_city),
        Kpi(cells_covered),
        Kpi(hazards_late),
        Kpi(survey_n),
        Kpi(thin_streets),
        Kpi(patrols_unlogged),
        Kpi(beaches_done),
        Kpi(drownings),
        Kpi(volunteers_active),
        Kpi(volunteer_hours),
        Kpi(reviews_passed),
        Kpi(reviews_on_time),
        Kpi(hazards_open),
        Kpi(water_warnings),
        Map(
            "map",
            prevention.hazards_open,
            edges=(1, 2, 3, 4, 6),
            cases=False,
            layers=(
                Layer("wanting", cells.wanting_spots),
                Layer("cells", cells.cell_spots, shown=False),
                Layer("hazards", prevention.hazard_spots, shown=False),
            ),
        ),
        Stacks("lifecycle", tuple((name, cells.state(name)) for name in cells.STATES), "cell_type"),
        Dots("feeling_by_street", surveys.positive, "question", keys=QUESTIONS[:1], target=95),
        Bars("late_by_unit", prevention.hazards_not_in_time, "unit"),
        Calendar("patrol_calendar", prevention.patrols),
        Bullets("named_by_level", cells.awarded, "cell_level"),
        Course("preventable_course", prevention.preventable, per="month", length=13),
        Rows("reviews_due", cells.reviews_due),
        Rows("major_hazards", prevention.major_hazards),
        Rows("schools_failing", cells.schools_failing),
        Rows("failed_cells", cells.failed_cells),
        Dots("survey", surveys.positive, "question", keys=QUESTIONS[1:], target=95),
        Pareto("failed_items", cells.faults, "cell_item", QUARTER),
        AreaBars("passed_by_street", cells.passed, NOW),
        Bullets("coverage", cells.covered, "cell_type"),
        Bullets("led", cells.led, "cell_type"),
        Bars("late_by_kind", prevention.hazards_not_in_time, "hazard_kind"),
        Bullets("patrols_by_kind", prevention.patrols, "patrol_kind", WEEK),
        Figures("passed_by_level", (passed_city, passed_district, passed_street)),
        Figures("plan", (named_city, named_district, named_street, named_led, plan_covered)),
        Figures("rates", (safety_feeling, safety_awareness, law_enforcement, dispute_mediation, road_safety, survey_response)),
        Figures("patrols", (patrols_week, routes_done, gates_done, watches_done, beaches_done, beach_gaps)),
        Figures("defences", (schools_people, schools_physical, schools_technical, video_mended, video_kept)),
        Figures("preventable_kinds", (burglary_rate, theft_rate, fraud_rate)),
        Figures("participation", (volunteers_active, teams_active)),
        Figures("hours", (volunteer_hours, watch_hours)),
        Sources("sources"),
    ),
    alerts=(
        Alert(reviews_overdue, Level.WATCH, hold=timedelta(days=1)),
        Alert(major_late, Level.CRITICAL, hold=timedelta(0)),
        Alert(patrols_unlogged, Level.WATCH, hold=timedelta(0)),
        Alert(survey_n, Level.WARNING, hold=timedelta(0)),
        Alert(thin_streets, Level.WATCH, hold=timedelta(0)),
        Alert(hazards_on_time, Level.WARNING),
        Alert(cells_passed, Level.WARNING),
        Alert(drownings, Level.WATCH, hold=timedelta(0)),
    ),
    briefing=Briefing(
        lead=cells_passed,
        panels=(
            "lifecycle",
            "feeling_by_street",
            "late_by_unit",
            "named_by_level",
            "preventable_course",
            "failed_items",
            "patrol_calendar",
            "reviews_due",
            "major_hazards",
        ),
        steps=(reviews_overdue, hazards_on_time, hazards_late, schools_secure, drownings, patrols_done, safety_feeling),
        concentrated=("failed_items",),
    ),
)
