"""Online opinion: what are people asking about, who owes an answer, has the fact been checked, was the real problem solved?"""

from datetime import timedelta
from functools import partial

from data.subjects import online_opinion as opinion
from data.subjects import opinion_sources as beside
from modules.spec import (
    Alert,
    AreaBars,
    Bars,
    Better,
    Briefing,
    ClockKind,
    Course,
    Ecdf,
    Figures,
    Flows,
    Kpi,
    Lanes,
    Level,
    Limits,
    Metric,
    Module,
    Rows,
    Sources,
    Stacks,
    Trend,
    Unit,
    Window,
)

NOW, TODAY, DAY, WEEK, DAYS = Window.NOW, Window.TODAY, Window.LAST_DAY, Window.DAYS_7, Window.DAYS_30
MONTH, QUARTER = Window.LAST_MONTH, Window.LAST_QUARTER
DOWN, BAND, ALWAYS = Better.DOWN, Better.BAND, ClockKind.URGENT_HOURS
RULE = "opinion_reply"
WHOLE, HOUR, AT_ONCE = 100.0, 3600.0, timedelta(0)

metric = partial(Metric, owner="dept_publicity", source="opinion_civilization", basis="local", fresh_for=timedelta(hours=3))
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)
took = partial(metric, unit=Unit.SECONDS, better=DOWN, clock=ALWAYS)

# What is asked about.
topics_today = count("topics_today", "YQ-01", opinion.found, TODAY, better=BAND)
topics_month = count("topics_month", "YQ-01", opinion.topics, MONTH, better=BAND)
posts_today = count("posts_today", "YQ-01", beside.posts, TODAY, better=BAND)
open_topics = count("open_topics", "YQ-01", opinion.open_topics, NOW, better=BAND)
required = share("required", "YQ-11", opinion.required, MONTH, better=BAND)
by_kind = tuple(share(f"kind_{kind}", "YQ-11", opinion.kinds[kind], MONTH, better=BAND) for kind in opinion.KINDS)

# Who owes an answer: 48 hours for what must be answered; 5 and 24 hours for a major event.
legal = partial(share, basis=RULE, status="legal", target=WHOLE, clock=ALWAYS)
response_on_time = legal("response_on_time", "YQ-02", opinion.on_time, MONTH, limits=Limits(97, 92, 85))
owed = count("owed", "YQ-02", opinion.owed, NOW, better=BAND)
due_soon = count("due_soon", "YQ-02", opinion.due_soon, NOW, basis=RULE, target=0, limits=Limits(0, 3, 6), better=DOWN, clock=ALWAYS)
overdue = count("overdue", "YQ-02", opinion.overdue, NOW, basis=RULE, status="legal",
                target=0, limits=Limits(0, 0, 2), better=DOWN, clock=ALWAYS)  # fmt: skip
response_p50 = took("response_p50", "YQ-02", opinion.response_s, DAYS)
response_p90 = took("response_p90", "YQ-02", opinion.response_s, DAYS, basis=RULE,
                    target=48 * HOUR, limits=Limits(48 * HOUR, 60 * HOUR, 72 * HOUR), quantile=0.9)  # fmt: skip
released_in_time = legal("released_in_time", "YQ-03", opinion.released_in_time, QUARTER, limits=Limits(WHOLE, 80, 60))
held_in_time = legal("held_in_time", "YQ-03", opinion.held_in_time, QUARTER, limits=Limits(WHOLE, 80, 60))
release_longest = took("release_longest", "YQ-03", opinion.release_s, QUARTER, basis=RULE, status="legal",
                       target=5 * HOUR, limits=Limits(5 * HOUR, 6 * HOUR, 8 * HOUR), quantile=1.0)  # fmt: skip

# Whether the fact is checked, and the problem solved.
fact_note_p50 = took("fact_note_p50", "YQ-04", opinion.fact_note_s, DAYS,
                     target=2 * HOUR, limits=Limits(2 * HOUR, 3 * HOUR, 5 * HOUR))  # fmt: skip
fact_note_p90 = took("fact_note_p90", "YQ-04", opinion.fact_note_s, DAYS,
                     target=8 * HOUR, limits=Limits(8 * HOUR, 12 * HOUR, 24 * HOUR), quantile=0.9)  # fmt: skip
linked = share("linked", "YQ-05", opinion.linked, MONTH, target=WHOLE, limits=Limits(95, 88, 75), clock=ALWAYS)
solved = share("solved", "YQ-06", opinion.solved, MONTH, target=80, limits=Limits(80, 70, 55), clock=ClockKind.CALENDAR_DAYS)
substantive = share("substantive", "YQ-07", opinion.substantive, QUARTER, target=90, limits=Limits(90, 80, 70))
board_on_time = share("board_on_time", "YQ-08", beside.board_on_time, MONTH, target=WHOLE, limits=Limits(95, 90, 80),
                      clock=ClockKind.CALENDAR_DAYS)  # fmt: skip
corrected = share("corrected", "YQ-09", beside.corrected, QUARTER, better=BAND)
recurred = share("recurred", "YQ-10", opinion.recurred, MONTH, target=10, limits=Limits(10, 15, 25), better=DOWN,
                 clock=ClockKind.CALENDAR_DAYS)  # fmt: skip
reopened_week = count("reopened_week", "YQ-10", opinion.reopened, WEEK, target=0, limits=Limits(0, 3, 6), better=DOWN)

# Where it comes from.
sources_answering = share("sources_answering", "YQ-12", beside.answering, NOW, target=95, limits=Limits(95, 85, 70), clock=ALWAYS)
sources_uptime = share("sources_uptime", "YQ-12", beside.uptime, DAY, target=95, limits=Limits(95, 90, 80), clock=ALWAYS)
sources_silent = count("sources_silent", "YQ-12", beside.silent, NOW, target=0, limits=Limits(0, 1, 3), better=DOWN, clock=ALWAYS)

MODULE = Module(
    key="online_opinion",
    order=70,
    lead=response_on_time,
    headline=(overdue, solved, fact_note_p50, recurred, released_in_time, sources_answering, topics_today),
    facts=("opinion_topic", "opinion_hour", "opinion_release", "opinion_source", "opinion_source_day", "opinion_board"),
    panels=(
        Kpi(overdue),
        Kpi(due_soon),
        Kpi(response_on_time),
        Kpi(fact_note_p50),
        Kpi(solved),
        Kpi(topics_today),
        Kpi(recurred),
        Kpi(sources_answering),
        Kpi(released_in_time),
        Kpi(held_in_time),
        Kpi(linked),
        Kpi(owed),
        Kpi(response_p90),
        Kpi(fact_note_p90),
        Kpi(substantive),
        Kpi(board_on_time),
        Kpi(corrected),
        Kpi(reopened_week),
        Kpi(posts_today),
        Kpi(topics_month),
        Kpi(open_topics),
        Kpi(sources_silent),
        Kpi(sources_uptime),
        Lanes("stream", beside.stream),
        Trend("posts", beside.posts),
        Stacks("open_by_unit", (("owed", opinion.owed), ("answered", opinion.answered)), "handler"),
        Bars("by_category", opinion.topics, "opinion", over=MONTH),
        Bars("late_by_unit", opinion.unit_on_time, "handler", over=QUARTER, least=10),
        Ecdf("answers", opinion.response_s, "opinion_grade", over=DAYS, limit_s=48 * HOUR),
        Course("by_day", opinion.found, length=35),
        Course("by_month", opinion.topics, per="month", length=14),
        Flows("flow", opinion.passed_on, ("opinion", "handler", "ending"), over=QUARTER, most=5),
        Bars("by_kind", opinion.topics, "opinion_kind", over=MONTH, listed=True),
        AreaBars("by_street", opinion.topics, MONTH),
        AreaBars("answered_by_street", opinion.on_time, MONTH, least=10),
        Bars("solved_by_category", opinion.solved, "opinion", over=MONTH, least=10),
        Bars("recurred_by_category", opinion.recurred, "opinion", over=MONTH, least=10),
        Rows("owed_rows", opinion.owed_listed),
        Rows("actions", opinion.actions_listed),
        Rows("majors", opinion.majors_listed),
        Figures("kinds", (required, *by_kind)),
        Figures("clocks", (response_p50, response_p90, fact_note_p50, fact_note_p90, release_longest)),
        Figures("majors_in_time", (released_in_time, held_in_time)),
        Figures("answers_hold", (substantive, corrected, linked, solved, recurred)),
        Bars("board", beside.board_on_time, "unit", over=MONTH, least=10),
        Bars("audited", opinion.substantive, "handler", over=QUARTER, least=10),
        Bars("releases", beside.released, "release_kind", over=QUARTER, listed=True),
        Bars("uptime", beside.uptime, "opinion_source", over=DAYS),
        Rows("sources_rows", beside.sources_listed),
        Sources("sources"),
    ),
    alerts=(
        Alert(due_soon, Level.WATCH, hold=AT_ONCE),
        Alert(overdue, Level.WARNING, hold=AT_ONCE),
        Alert(released_in_time, Level.WATCH, hold=AT_ONCE),
        Alert(reopened_week, Level.WATCH, hold=AT_ONCE),
        Alert(sources_silent, Level.WATCH, hold=timedelta(minutes=30)),
    ),
    briefing=Briefing(
        lead=response_on_time,
        panels=("by_category", "open_by_unit", "answers", "late_by_unit", "by_day", "flow", "owed_rows", "actions"),
        steps=(overdue, response_on_time, released_in_time, solved, recurred, sources_answering),
        concentrated=("by_category",),
    ),
)
