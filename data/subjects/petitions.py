"""Petitions as numbers: how the agencies answer. Every row is a count of matters of a day; no row, key or column stands for a matter.

The source delivers once a day, at six, the whole day before, and nothing in between; a day without any is delivered as a row of zeros.
A matter is counted on the day its outcome can be told: where a limit runs, on the day the limit ends; where something must not happen
within so many days, when they are over. So no row ever changes, and no two figures differ by one matter that was settled meanwhile.
What is told of the counts is guarded (data.guarded): whole weeks, months and quarters, nothing smaller than ten.
"""

from data.exceeding import Exceeding
from data.guarded import AREA, Axes, GuardedMeasure, GuardedRatio, share
from data.measures import Measure, Ratio
from data.tallies import tally, tally_cube

REPLY_SOON_DAYS = 30
WITHIN_DAYS = (3, 7, 11, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 75, 90)
REVERSED_LIMIT, REVERSED_LEAST = 20.0, 10.0

petition_cell = tally(
    "petition_cell",
    "month",
    ("subdistrict", "appeal", "unit", "channel"),  # appeal: what it is about; unit: who answers
    *("registered", "accept_due", "accept_on_time"),
    *("reply_due", "reply_on_time", "extended", "unnoticed"),  # on the last day of the limit, an extension included
    *("evaluable", "evaluated", "satisfied", "served"),  # when the time for it is over
    *("first_closed", "first_settled"),  # 180 days after the reply to a first petition
    *("led", "led_outcome"),  # 60 days after a leader took it on
)
petition_reply = tally(
    "petition_reply",
    "quarter",
    ("subdistrict", "appeal", "handler", "answer"),  # handler: a department, or the sub-district offices as one
    *("replied", "again"),  # again: raised again that day, after such a reply
)
petition_extension = tally("petition_extension", "quarter", ("subdistrict", "reason"), "extended")
petition_review = tally("petition_review", "quarter", ("subdistrict", "handler"), "reviewed", "changed", "decide_due", "decide_on_time")
petition_wait = tally(
    "petition_wait",
    "quarter",
    ("subdistrict", "stage"),  # from registration to acceptance, from acceptance to reply
    *("begun", *(f"in_{days}" for days in WITHIN_DAYS)),  # 90 days after it began
)
petition_stock = tally("petition_stock", "week", ("subdistrict", "age"), "open")  # on Sundays, by days since registration
petition_clock = tally(
    "petition_clock",
    "day",
    (),
    *("unaccepted", "reply_soon"),  # at the end of the day: no decision yet; reply due within 30 days
)
reception_day = tally("reception_day", "month", ("subdistrict",), "scheduled", "held")  # days on which leaders receive petitioners

cell_cube = tally_cube(petition_cell, {"unit": "unit", "petition_channel": "channel"})
reply_cube = tally_cube(
    petition_reply,
    {
        "appeal": "appeal",
        "handler": "handler",
        "answer": "answer",
        "appeal_handler": ("appeal", "handler"),
        "handler_answer": ("handler", "answer"),
    },
)
extension_cube = tally_cube(petition_extension, {"extension_reason": "reason"})
review_cube = tally_cube(petition_review, {"handler": "handler"})
wait_cube = tally_cube(petition_wait, {"petition_stage": "stage"})
stock_cube = tally_cube(petition_stock, {"petition_age": "age"})
clock_cube = tally_cube(petition_clock)
reception_cube = tally_cube(reception_day)

CUBES = (cell_cube, reply_cube, extension_cube, review_cube, wait_cube, stock_cube, clock_cube, reception_cube)

STREETS: tuple[Axes, ...] = ((AREA,),)
UNITS: tuple[Axes, ...] = (("unit",),)
ANSWERS: tuple[Axes, ...] = (("appeal", AREA), ("appeal", "handler"), ("handler", "answer"))


def _monthly(counter: str, *more: Axes) -> GuardedMeasure:
    return GuardedMeasure(cell_cube, counter, tables=(*STREETS, *more))


def _of_units(counter: str) -> GuardedMeasure:
    """Of a quarter, by unit; with the same counter by month it shares the district's total and nothing else."""
    return GuardedMeasure(cell_cube, counter, tables=UNITS, period="quarter")


def _quarterly(counter: str) -> GuardedMeasure:
    return GuardedMeasure(review_cube, counter, tables=(*STREETS, ("handler",)), period="quarter")


registered = _monthly("registered", ("petition_channel",))
accept_on_time = share("accept_on_time", _monthly("accept_due"))
reply_due = _monthly("reply_due")
reply_on_time, extended, unnoticed = (share(counter, reply_due) for counter in ("reply_on_time", "extended", "unnoticed"))
unit_reply_on_time = share("reply_on_time", _of_units("reply_due"))

evaluated = _monthly("evaluated")
evaluation = GuardedRatio(evaluated, _monthly("evaluable"))
satisfied, served = (share(counter, evaluated) for counter in ("satisfied", "served"))
unit_evaluated = _of_units("evaluated")
unit_evaluation = GuardedRatio(unit_evaluated, _of_units("evaluable"))
unit_satisfied = share("satisfied", unit_evaluated)

first_settled = share("first_settled", _monthly("first_closed"))
led_outcome = share("led_outcome", GuardedMeasure(cell_cube, "led", period="quarter"))

replied = GuardedMeasure(reply_cube, "replied", tables=ANSWERS, period="quarter")
raised_again = share("again", replied)
extension_reasons = GuardedMeasure(extension_cube, "extended", tables=(("extension_reason",),), period="quarter")

reviewed = _quarterly("reviewed")
reversed_on_review = share("changed", reviewed)
review_on_time = share("decide_on_time", _quarterly("decide_due"))
units_reversed = Exceeding(reversed_on_review, "handler", REVERSED_LIMIT, REVERSED_LEAST)

waited = GuardedMeasure(wait_cube, "begun", tables=(("petition_stage", AREA),), period="quarter")
ended_within = tuple((float(days), share(f"in_{days}", waited).over) for days in WITHIN_DAYS)
still_open = GuardedMeasure(stock_cube, "open", tables=(("petition_age", AREA),), period="week")
unaccepted, reply_soon = (GuardedMeasure(clock_cube, counter, period="day") for counter in ("unaccepted", "reply_soon"))

receptions_held = Ratio(Measure(reception_cube, "held"), Measure(reception_cube, "scheduled"))
