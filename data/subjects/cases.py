"""Cases as numbers: the cubes over case files and the measures every module may build on."""

from sqlalchemy import and_, or_, true

from data.cubes import Cube
from data.measures import Distribution, Measure, Ratio
from data.schema import case_file

_case = case_file.c
_AREAS = ("grid", "community", "subdistrict")
_passed_on = and_(_case.valid, _case.level != "grid")  # to a sub-district or the district: these run the whole loop
_judged = and_(_case.valid, _case.on_time.is_not(None))

reported_cube = Cube(
    name="case_reported",
    fact=case_file,
    day="reported_on",
    hour="reported_hour",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "item": "item", "type": "type", "source": "source", "channel": "channel", "level": "level"},
    counters={
        "reported": true(),
        "accepted": _case.valid,
        "passed_on": _passed_on,
        "dispatched": and_(_passed_on, _case.dispatched_at.is_not(None)),
        "arrived": and_(_passed_on, or_(_case.arrived_at.is_not(None), _case.handled_at.is_not(None))),
        "handled": and_(_passed_on, _case.handled_at.is_not(None)),
        "checked": and_(_passed_on, _case.checked_at.is_not(None)),
        "closed": and_(_passed_on, _case.closed_at.is_not(None)),
        "scored": and_(_passed_on, _case.scored_at.is_not(None)),
        "returned": and_(_case.valid, _case.returned_n > 0),
        "public_valid": and_(_case.valid, _case.channel == "public"),
        "doubtful": or_(_case.quick_close, _case.photo_reused, _case.near_repeat, _case.month_end),
        "quick_close": _case.quick_close,
        "photo_reused": _case.photo_reused,
        "near_repeat": _case.near_repeat,
        "month_end": _case.month_end,
    },
)

due_cube = Cube(
    name="case_due",
    fact=case_file,
    day="due_on",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "level": "level", "kind": "kind"},
    counters={
        "due": _judged,
        "due_net": and_(_judged, ~_case.deferred),
        "on_time": and_(_judged, _case.on_time),
        "on_time_net": and_(_judged, _case.on_time, ~_case.deferred),
    },
)

closed_cube = Cube(
    name="case_closed",
    fact=case_file,
    day="closed_on",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "level": "level", "kind": "kind"},
    counters={
        "closed": _case.valid,
        "reworked": and_(_case.valid, _case.rework_n > 0),
        "reopened": and_(_case.valid, _case.reopened_n > 0),
        "extended": and_(_case.valid, _case.extended_n > 0),
    },
)

open_cube = Cube(
    name="case_open",
    fact=case_file,
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "state": "state", "level": "level"},
    counters={
        "open": _case.open,
        "overdue": and_(_case.open, _case.overdue),
        "suspended": and_(_case.open, _case.state == "suspended"),
    },
)

CUBES = (reported_cube, due_cube, closed_cube, open_cube)

reported = Measure(reported_cube, "reported")
accepted = Measure(reported_cube, "accepted")
closed = Measure(closed_cube, "closed")
open_now = Measure(open_cube, "open")
overdue_now = Measure(open_cube, "overdue")
on_time_net = Ratio(Measure(due_cube, "on_time_net"), Measure(due_cube, "due_net"))
on_time_gross = Ratio(Measure(due_cube, "on_time"), Measure(due_cube, "due"))
rework = Ratio(Measure(closed_cube, "reworked"), closed)
overdue_share = Ratio(overdue_now, open_now)

handling_time = Distribution(case_file, "handling_s", "closed_on", where=_case.valid)
loop_time = Distribution(case_file, "handling_s", "closed_on", where=_passed_on)
report_time = Distribution(case_file, "report_s", "reported_on", where=_passed_on)
accept_time = Distribution(case_file, "accept_s", "reported_on", where=_passed_on)
arrive_time = Distribution(case_file, "arrive_s", "reported_on", where=_passed_on)
handle_time = Distribution(case_file, "handle_s", "reported_on", where=_passed_on)
