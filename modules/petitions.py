"""Petitions and stability: are petitions answered on time, do answers hold up on review, which unit needs help?

The agency is measured, never the petitioner: there are counts only, of whole weeks, months and quarters, told once each. A reader's own
period does not apply to them, because two periods that overlap would tell their difference: the petition of one day. For the same reason
there is no running day, month or year here and nothing by the hour. Counts below ten are withheld, with what else would tell them.
"""

from datetime import timedelta
from functools import partial

from data.subjects import hotline, mediation, petitions
from modules.spec import (
    Alert,
    Bars,
    Better,
    Briefing,
    ClockKind,
    Course,
    Figures,
    Flows,
    Kpi,
    Level,
    Limits,
    Map,
    Matrix,
    Metric,
    Module,
    Pareto,
    Rounding,
    Scatter,
    Slope,
    Sources,
    Survival,
    Unit,
    Window,
)

DAY, WEEK, MONTH, QUARTER = Window.LAST_DAY, Window.LAST_WEEK, Window.LAST_MONTH, Window.LAST_QUARTER
DOWN, BAND, DAYS = Better.DOWN, Better.BAND, ClockKind.CALENDAR_DAYS
RULES, MEDIATION_LAW, CALLS = "petition_rules", "mediation_law", "GB/T 33358"
WHOLE, LEAST, OLDEST = 100.0, 10, "more"

metric = partial(Metric, owner="dept_petitions", source="petition_system", basis="local", fresh_for=timedelta(hours=36))
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT, better=BAND)

# The two clocks of the law: fifteen days to accept, sixty to reply, thirty more with an approved extension and its reason told.
accept_on_time = share("accept_on_time", "XF-01", petitions.accept_on_time, MONTH, basis=RULES, status="legal",
                       target=WHOLE, limits=Limits(98, 95, 85), clock=DAYS)  # fmt: skip
reply_on_time = share("reply_on_time", "XF-02", petitions.reply_on_time, MONTH, basis=RULES, status="legal",
                      target=WHOLE, limits=Limits(97, 93, 85), clock=DAYS)  # fmt: skip
extended = share("extended", "XF-03", petitions.extended, MONTH, target=5, limits=Limits(5, 8, 12), better=DOWN, clock=DAYS)
unnoticed = share("unnoticed", "XF-03", petitions.unnoticed, MONTH, basis=RULES, status="legal", decimals=2,
                  target=0, limits=Limits(0, 1, 3), better=DOWN)  # fmt: skip
registered = count("registered", "XF-01", petitions.registered, MONTH)
unaccepted = count("unaccepted", "XF-01", petitions.unaccepted, DAY)
reply_soon = count("reply_soon", "XF-02", petitions.reply_soon, DAY)
still_open = count("still_open", "XF-02", petitions.still_open, WEEK)
open_longest = count("open_longest", "XF-02", petitions.still_open.keyed("petition_age", OLDEST), WEEK, better=DOWN)

# Whether the answers hold.
satisfied = share("satisfied", "XF-04", petitions.satisfied, MONTH, target=80, limits=Limits(75, 65, 50))
served = share("served", "XF-04", petitions.served, MONTH, target=95, limits=Limits(95, 90, 80))
evaluation = share("evaluation", "XF-05", petitions.evaluation, MONTH, target=60, limits=Limits(60, 50, 40))
unit_satisfied = share("unit_satisfied", "XF-04", petitions.unit_satisfied, QUARTER, target=80)
unit_evaluation = share("unit_evaluation", "XF-05", petitions.unit_evaluation, QUARTER, target=60)
first_settled = share("first_settled", "XF-06", petitions.first_settled, MONTH, status="unverified", clock=DAYS)
reversed_on_review = share("reversed_on_review", "XF-07", petitions.reversed_on_review, QUARTER,
                           target=15, limits=Limits(15, 20, 30), better=DOWN)  # fmt: skip
review_on_time = share("review_on_time", "XF-07", petitions.review_on_time, QUARTER, basis=RULES, status="legal",
                       target=WHOLE, limits=Limits(98, 90, 80), clock=DAYS)  # fmt: skip
units_reversed = count("units_reversed", "XF-07", petitions.units_reversed, QUARTER, target=0, limits=Limits(0, 1, 3), better=DOWN)
raised_again = share("raised_again", "XF-08", petitions.raised_again, QUARTER, better=DOWN)
receptions_held = share("receptions_held", "XF-12", petitions.receptions_held, MONTH, target=WHOLE, limits=Limits(95, 85, 70))
led_outcome = share("led_outcome", "XF-12", petitions.led_outcome, QUARTER, target=85, limits=Limits(85, 75, 60))

# Mediation.
mediated = partial(share, owner="dept_justice", source="mediation")
mediation_agreed = mediated("mediation_agreed", "XF-09", mediation.agreed, MONTH, decimals=2, rounding=Rounding.TRUNCATE)
mediation_timely = mediated("mediation_timely", "XF-10", mediation.timely, MONTH, status="unverified",
                            target=95, limits=Limits(95, 90, 80), clock=DAYS)  # fmt: skip
agreement_performed = mediated(
    "agreement_performed", "XF-11", mediation.performed, QUARTER, target=95, limits=Limits(95, 90, 80), clock=DAYS
)
agreement_confirmed = mediated("agreement_confirmed", "XF-11", mediation.confirmed, QUARTER, basis=MEDIATION_LAW, status="unverified",
                               target=WHOLE, limits=Limits(98, 90, 80), clock=DAYS)  # fmt: skip

# The hotline.
called = partial(share, owner="dept_data", source="hotline_12345", over=WEEK)
hotline_on_time = called("hotline_on_time", "XF-13", hotline.on_time, target=98, limits=Limits(98, 95, 90), clock=ClockKind.WORK_DAYS)
taken = partial(called, basis=CALLS, clock=ClockKind.URGENT_HOURS)
answered_quickly = taken("answered_quickly", "XF-14", hotline.answered_quickly, target=95, limits=Limits(95, 90, 80))
connected = taken("connected", "XF-14", hotline.connected, target=95, limits=Limits(95, 90, 80))
messages_answered = taken("messages_answered", "XF-14", hotline.messages_answered, target=95, limits=Limits(95, 85, 70))
mails_answered = taken("mails_answered", "XF-14", hotline.mails_answered, target=WHOLE, limits=Limits(98, 90, 80))

MODULE = Module(
    key="petitions",
    order=30,
    lead=reply_on_time,
    headline=(accept_on_time, satisfied, still_open, reversed_on_review, evaluation, hotline_on_time, mediation_agreed),
    facts=(
        "petition_cell",
        "petition_reply",
        "petition_extension",
        "petition_review",
        "petition_wait",
        "petition_stock",
        "petition_clock",
        "reception_day",
        "mediation_day",
        "hotline_day",
        "hotline_call",
    ),
    panels=(
        Kpi(reply_on_time),
        Kpi(accept_on_time),
        Kpi(satisfied),
        Kpi(evaluation),
        Kpi(reversed_on_review),
        Kpi(first_settled),
        Kpi(still_open),
        Kpi(hotline_on_time),
        Kpi(registered),
        Kpi(reply_soon),
        Kpi(unaccepted),
        Kpi(extended),
        Kpi(raised_again),
        Kpi(units_reversed),
        Kpi(mediation_agreed),
        Kpi(receptions_held),
        Map("map", petitions.registered, over=MONTH, edges=(10, 20, 30, 40, 60), cases=False),
        Bars("ageing", petitions.still_open, "petition_age", over=WEEK, listed=True),
        Survival(
            "waiting",
            petitions.waited,
            petitions.ended_within,
            by="petition_stage",
            over=QUARTER,
            limits=((15, "accept"), (60, "reply"), (90, "extended")),
        ),
        Pareto("topics", petitions.replied, "appeal", over=QUARTER),
        Bars("reversal", petitions.reversed_on_review, "handler", over=QUARTER, least=LEAST),
        Scatter("content", unit_evaluation, unit_satisfied, "unit"),
        Bars("channels", petitions.registered, "petition_channel", over=MONTH),
        Flows("flow", petitions.replied, ("appeal", "handler", "answer"), over=QUARTER, most=7),
        Figures("clocks", (accept_on_time, reply_on_time, extended, unnoticed, review_on_time)),
        Slope("on_time_by_unit", petitions.unit_reply_on_time, "unit", over=QUARTER, least=LEAST, target=WHOLE),
        Matrix("topic_place", petitions.replied, "appeal", "subdistrict", over=QUARTER, better=BAND),
        Bars("again_by_unit", petitions.raised_again, "handler", over=QUARTER),
        Bars("reasons", petitions.extension_reasons, "extension_reason", over=QUARTER),
        Course("by_month", petitions.registered, per="month", length=14),
        Figures("held", (satisfied, served, evaluation, first_settled, raised_again)),
        Figures("counts", (registered, still_open, open_longest, reply_soon, unaccepted)),
        Figures("mediation", (mediation_agreed, mediation_timely, agreement_performed, agreement_confirmed)),
        Bars("mediation_kinds", mediation.concluded, "mediation_kind", over=MONTH),
        Figures("hotline", (hotline_on_time, answered_quickly, connected, messages_answered, mails_answered)),
        Bars("hotline_types", hotline.on_time, "hotline_type", over=WEEK, listed=True),
        Bars("hotline_received", hotline.received, "hotline_type", over=MONTH, listed=True),
        Figures("receptions", (receptions_held, led_outcome)),
        Sources("sources"),
    ),
    alerts=(
        Alert(accept_on_time, Level.WARNING, hold=timedelta(0)),
        Alert(reply_on_time, Level.WARNING, hold=timedelta(0)),
        Alert(unnoticed, Level.WARNING, hold=timedelta(0)),
        Alert(units_reversed, Level.WATCH, hold=timedelta(0)),
        Alert(hotline_on_time, Level.WARNING, hold=timedelta(0)),
    ),
    briefing=Briefing(
        lead=reply_on_time,
        panels=("ageing", "waiting", "topics", "on_time_by_unit", "reversal", "flow", "clocks", "mediation"),
        steps=(reply_on_time, accept_on_time, satisfied, reversed_on_review, units_reversed, receptions_held, hotline_on_time),
        concentrated=("ageing", "topics"),
    ),
)
