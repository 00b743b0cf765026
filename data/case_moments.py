"""What each action of the closed loop writes into the row of a case: moments, counters and what follows from them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from math import floor, log2
from typing import TYPE_CHECKING, Any

from data.calendars import Clock
from data.periods import period

if TYPE_CHECKING:
    from data.case_rules import Intake, Rules, Step

Row = dict[str, Any]
Effect = Callable[[Row, "Step", datetime, "Rules"], None]
INTAKE_FIELDS = (
    "id", "number", "source", "source_id", "channel", "kind", "type", "item", "level", "unit", "subdistrict",
    "community", "grid", "dedicated", "lon", "lat", "urgent", "photo_reused", "near_repeat",
)  # fmt: skip
BLANK: Row = {
    **dict.fromkeys(INTAKE_FIELDS),
    "state": "", "discovered_at": None, "reported_at": None, "accepted_at": None, "filed_at": None,
    "dispatched_at": None, "signed_at": None, "arrived_at": None, "handled_at": None, "checked_at": None,
    "closed_at": None, "scored_at": None, "due_at": None, "suspended_since": None, "suspended_s": 0, "suspended_n": 0,
    "extended_n": 0, "returned_n": 0, "rework_n": 0, "reopened_n": 0, "merged_into": None, "evidence_n": 0,
    "steps_n": 0, "changed_at": None, "opened_by": None, "handled_by": None, "reported_on": None,
    "reported_hour": None, "due_on": None, "closed_on": None, "open": True, "valid": True, "overdue": False,
    "deferred": False, "on_time": None, "report_s": None, "accept_s": None, "arrive_s": None, "handle_s": None,
    "handling_s": None, "clock_s": None, "handling_bin": None, "quick_close": False, "month_end": False,
}  # fmt: skip
_LAST_BIN = 400


def whole(moment: datetime) -> datetime:
    """The moment in UTC without its fraction of a second, as it is stored; refuses naive ones with ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def blank(intake: "Intake", at: datetime, rules: "Rules") -> Row:
    """A row with what the intake says and the moment of the report."""
    row = BLANK.copy()
    for name in INTAKE_FIELDS:
        row[name] = getattr(intake, name)
    row["reported_at"] = at
    row["reported_on"] = day = rules.calendar.day(at)
    row["reported_hour"] = rules.calendar.hour(at)
    row["month_end"] = in_month_end(day)
    if intake.discovered_at is not None:
        row["discovered_at"] = whole(intake.discovered_at)
        row["report_s"] = seconds(row["discovered_at"], at)
    return row


def set_due(row: Row, due: datetime | None, rules: "Rules") -> None:
    """A new deadline, or none."""
    row["due_at"] = due
    row["due_on"] = None if due is None else rules.calendar.day(due)


def judge(row: Row, now: datetime) -> None:
    """An open case past its deadline is late, unless its clock is stopped: then it is deferred.

    What an earlier judgement said is forgotten: a step may arrive after a tick that was later than the step."""
    due, stopped = row["due_at"], row["suspended_since"] is not None
    past = due is not None and now > due
    row["on_time"] = False if past else None
    row["overdue"] = past and not stopped
    row["deferred"] = past and stopped


@lru_cache(maxsize=4096)
def in_month_end(day: int) -> bool:
    """Whether a day (since 1970-01-01) is one of the last two of its month."""
    return day >= period(day, "month")[1] - 1


def bin_of(duration_s: int) -> int:
    """Logarithmic bin of a handling time: 16 bins for each doubling, counted in minutes."""
    return min(floor(16 * log2(1 + duration_s / 60)), _LAST_BIN)


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds between two moments."""
    return int((end - start).total_seconds())


def _accept(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["accepted_at"] = at
    row["accept_s"] = seconds(row["reported_at"], at)


def _file(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    if row["accepted_at"] is None:
        _accept(row, step, at, rules)
    row["filed_at"] = at


def _end(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["open"] = row["overdue"] = row["deferred"] = False
    row["on_time"] = None
    row["merged_into"] = step.parent
    set_due(row, None, rules)


def _refuse(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    _end(row, step, at, rules)
    row["valid"] = False


def _dispatch(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["dispatched_at"] = at
    row["unit"] = step.unit or row["unit"]
    row["level"] = step.level or row["level"]
    set_due(row, whole(step.due_at) if step.due_at else rules.due(row["type"], at), rules)


def _return(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["returned_n"] += 1
    row["unit"] = step.unit or row["unit"]
    row["dispatched_at"] = row["signed_at"] = row["arrived_at"] = row["arrive_s"] = None
    set_due(row, None, rules)


def _sign(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["signed_at"] = at


def _arrive(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    if row["signed_at"] is None:
        row["signed_at"] = at
    if row["arrived_at"] is None:
        row["arrived_at"] = at
        row["arrive_s"] = None if row["accepted_at"] is None else seconds(row["accepted_at"], at)


def _extend(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["extended_n"] += 1
    set_due(row, whole(step.due_at) if step.due_at else None, rules)


def _suspend(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["suspended_since"] = at
    row["suspended_n"] += 1


def _resume(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    """The deadline moves by the time left when the clock stopped; it never comes nearer."""
    since, due = row["suspended_since"], row["due_at"]
    row["suspended_since"] = None
    row["suspended_s"] += seconds(since, at)
    if due is not None:
        clock = rules.clock(row["type"])
        left = rules.calendar.elapsed(since, due, clock)
        set_due(row, whole(step.due_at) if step.due_at else max(due, rules.calendar.deadline(at, clock, left)), rules)


def _feedback(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    if row["state"] == "reported":
        set_due(row, whole(step.due_at) if step.due_at else rules.due(row["type"], row["reported_at"]), rules)
    row["handled_at"] = at
    row["handled_by"] = step.post
    row["handle_s"] = None if row["arrived_at"] is None else seconds(row["arrived_at"], at)
    row["clock_s"] = _clocked(row, at, rules)


def _clocked(row: Row, at: datetime, rules: "Rules") -> int | None:
    """Seconds since the dispatch on the clock of the case's type; None where it was never dispatched, or suspended or reopened since."""
    if row["dispatched_at"] is None or row["suspended_n"] or row["reopened_n"]:
        return None
    working = rules.clock(row["type"]) in (Clock.WORK_HOURS, Clock.WORK_DAYS)
    return round(3600 * rules.calendar.elapsed(row["dispatched_at"], at, Clock.WORK_HOURS if working else Clock.URGENT_HOURS))


def _check(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["checked_at"] = at


def _again(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    """Back to handling, with the time that remains or a share of the limit, whichever ends later."""
    row["handled_at"] = row["handled_by"] = row["handle_s"] = row["clock_s"] = row["checked_at"] = None
    due: datetime | None = whole(step.due_at) if step.due_at else None
    if due is None:
        share = rules.due(row["type"], at, rules.bounds["rework_share"])
        due = max((moment for moment in (share, row["due_at"]) if moment is not None), default=None)
    set_due(row, due, rules)


def _rework(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["rework_n"] += 1
    _again(row, step, at, rules)


def _reopen(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["reopened_n"] += 1
    row["open"] = True
    row["closed_at"] = row["closed_on"] = row["scored_at"] = row["handling_s"] = row["handling_bin"] = None
    row["quick_close"] = False
    _again(row, step, at, rules)


def _close(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["open"] = row["overdue"] = row["deferred"] = False
    row["closed_at"] = at
    row["closed_on"] = rules.calendar.day(at)
    row["handling_s"] = duration = seconds(row["reported_at"], at)
    row["handling_bin"] = bin_of(duration)
    row["on_time"] = None if row["due_at"] is None else at <= row["due_at"]
    same = step.post is not None and step.post == row["opened_by"]
    row["quick_close"] = same and duration < rules.bounds["quick_close_s"]


def _score(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["scored_at"] = at


def _mirror(row: Row, step: "Step", at: datetime, rules: "Rules") -> None:
    row["unit"] = step.unit or row["unit"]
    set_due(row, whole(step.due_at) if step.due_at else row["due_at"], rules)


EFFECTS: dict[str, Effect] = {
    "accept": _accept, "file": _file, "reject": _refuse, "redirect": _end, "void": _refuse, "merge": _end,
    "dispatch": _dispatch, "return": _return, "sign": _sign, "arrive": _arrive, "extend": _extend,
    "suspend": _suspend, "resume": _resume, "feedback": _feedback, "check": _check, "rework": _rework,
    "close": _close, "mirror_open": _mirror, "mirror_close": _close, "reopen": _reopen, "score": _score,
}  # fmt: skip
