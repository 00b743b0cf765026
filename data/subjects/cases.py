"""Cases as numbers: the cubes over case files and the measures every module may build on."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, or_, select, true, type_coerce

from data.cubes import Cube
from data.distributions import Distribution
from data.measures import Measure, Ratio
from data.schema import REGION, case_file, case_step
from data.waiting import Waiting

_case = case_file.c
_AREAS = ("grid", "community", "subdistrict")
LEVELS = ("grid", "subdistrict", "district")
ENDED = ("rejected", "redirected", "merged", "void")  # left the loop before its end
_AT_WORK = ("handling", "suspended", "feedback", "checked", "closed", "scored")
_whole_loop = _case.level != literal("grid", literal_execute=True)  # to a sub-district or the district: these run the whole loop
city = and_(_case.kind.in_(("event", "component")), _whole_loop)  # what the city's own operations are about
_passed_on = and_(_case.valid, _whole_loop)
judged = and_(_case.valid, _case.on_time.is_not(None))  # closed, or past its deadline
_public = and_(_case.valid, _case.channel == "public")
_public_answerable = and_(_public, _case.state.not_in(("merged", "redirected")))
_reply_s = 24 * 3600

# Having reached a stage is not undone by rework, return or reopening, and a later stage implies every earlier one.
_ever_closed = or_(_case.closed_at.is_not(None), _case.reopened_n > 0)
_ever_checked = or_(_case.checked_at.is_not(None), _ever_closed)
_ever_handled = or_(_case.handled_at.is_not(None), _case.rework_n > 0, _ever_checked)
_ever_arrived = or_(_case.arrived_at.is_not(None), _ever_handled)
_ever_dispatched = or_(_case.dispatched_at.is_not(None), _case.returned_n > 0, _case.state.in_(_AT_WORK), _ever_arrived)
LOOP = {
    "started": true(),
    "dispatched": _ever_dispatched,
    "arrived": _ever_arrived,
    "handled": _ever_handled,
    "checked": _ever_checked,
    "closed": _ever_closed,
    "scored": and_(_ever_closed, _case.scored_at.is_not(None)),
}


def loop_counters(
    stages: Mapping[str, ColumnElement[bool]], within: ColumnElement[bool], prefix: str = ""
) -> dict[str, ColumnElement[bool]]:
    """How many `within` reached each stage, how many of those ended there without reaching the next, and in which state they ended."""
    ended = and_(within, _case.state.in_(ENDED))
    reached = {f"{prefix}{name}": and_(within, rule) for name, rule in stages.items()}
    left = {f"left_{name}": and_(ended, rule, ~after) for (name, rule), (_, after) in pairwise(stages.items())}
    return reached | left | {f"loop_{state}": and_(within, _case.state == state) for state in ENDED}


def closed_after(moment: datetime) -> ColumnElement[bool]:
    """Whether a case was closed only later."""
    return and_(_case.closed_at.is_not(None), _case.closed_at > moment)


def stood_open(moment: datetime) -> ColumnElement[bool]:
    """Whether a case was known and open at an earlier moment. Exact for cases that are never suspended or reopened here."""
    return and_(_case.reported_at <= moment, or_(_case.open, closed_after(moment)))


def stood_state(moment: datetime) -> ColumnElement[str]:
    """The state a case mirrored from another system had at an earlier moment."""
    return case((closed_after(moment), "handling"), else_=_case.state)


def stood(moment: datetime) -> Any:
    """The case files known at an earlier moment, as they were: for cases mirrored from another system of record."""
    late = and_(stood_open(moment), _case.due_at.is_not(None), _case.due_at < moment, _case.suspended_since.is_(None))
    told: dict[str, ColumnElement[Any]] = {"open": stood_open(moment), "overdue": late, "state": stood_state(moment)}
    told |= {name: case((_case[name] <= moment, _case[name])) for name in ("closed_at", "scored_at")}
    columns = [told[column.name].label(column.name) if column.name in told else column for column in _case]
    return select(*columns).where(_case.reported_at <= moment).subquery("stood")


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
        "decided": _case.state != "reported",
        "upheld": and_(_case.valid, _case.state != "reported"),
        **{f"settled_{level}": and_(_case.valid, _case.level == level) for level in LEVELS},
        "passed_on": _passed_on,
        **loop_counters(LOOP, _whole_loop),
        "returned": and_(_whole_loop, _case.returned_n > 0),
        "public_valid": _public,
        "public_answerable": _public_answerable,
        "public_answered": and_(
            _public_answerable,
            or_(_case.accept_s <= _reply_s, and_(_case.accepted_at.is_(None), _case.handling_s <= _reply_s)),
        ),
        "public_closed": and_(_public, _ever_closed),
        "public_reopened": and_(_public, _case.reopened_n > 0),
        "doubtful": or_(_case.quick_close, _case.photo_reused, _case.near_repeat),
        "quick_close": _case.quick_close,
        "photo_reused": _case.photo_reused,
        "near_repeat": _case.near_repeat,
        "month_end": _case.month_end,
    },
    stood=stood,
    later=("arrived", "handled", "checked", "closed", "scored", "public_closed"),
)

due_cube = Cube(
    name="case_due",
    fact=case_file,
    day="due_on",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "level": "level", "kind": "kind"},
    counters={
        "due": judged,
        "due_net": and_(judged, ~_case.deferred),
        "on_time": and_(judged, _case.on_time),
        "on_time_net": and_(judged, _case.on_time, ~_case.deferred),
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
    stood=stood,
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
reopened = Ratio(Measure(closed_cube, "reopened"), closed)
extended = Ratio(Measure(closed_cube, "extended"), closed)


def _between(start: str, end: str) -> ColumnElement[int]:
    """Seconds from one moment of a case to another, by the wall clock."""
    return type_coerce(_case[end], BigInteger) - type_coerce(_case[start], BigInteger)


handling_time = Distribution(case_file, "handling_s", "closed_on", where=_case.valid)
report_time = Distribution(case_file, "report_s", "reported_on", where=_case.valid)
accept_time = Distribution(case_file, "accept_s", "reported_on", where=_case.valid)
arrive_time = Distribution(case_file, "arrive_s", "reported_on", where=_case.valid)
handle_time = Distribution(case_file, "handle_s", "reported_on", where=_case.valid)
overdue_age = Waiting(case_file, "due_at", where=and_(_case.open, _case.overdue), stood=stood)


def stage_time(start: str, end: str, where: ColumnElement[bool] = _whole_loop) -> Distribution:
    """How long the cases of the loop reported in a span took from one of their moments to another."""
    return Distribution(case_file, _between(start, end), "reported_on", where=where)


def _lost_to_returns() -> ColumnElement[Any]:
    """Seconds from a dispatch to its return, summed over the returns of a case."""
    back, sent = case_step.alias("back"), case_step.alias("sent")
    at = type_coerce(back.c.at, BigInteger)
    dispatched = (
        select(func.max(type_coerce(sent.c.at, BigInteger)))
        .where(sent.c[REGION] == back.c[REGION], sent.c.case_id == back.c.case_id, sent.c.seq < back.c.seq, sent.c.action == "dispatch")
        .correlate(back)
        .scalar_subquery()
    )
    returns = select(func.sum(at - dispatched)).where(
        back.c[REGION] == _case[REGION], back.c.case_id == _case.id, back.c.action == "return"
    )
    return returns.correlate(case_file).scalar_subquery()


return_loss = Distribution(case_file, _lost_to_returns(), "reported_on", where=and_(_whole_loop, _case.returned_n > 0))
