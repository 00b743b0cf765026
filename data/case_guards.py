"""Conditions of the closed loop, by the names data/loop.toml uses: each says why a step is refused, or None."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.calendars import Clock

if TYPE_CHECKING:
    from data.case_rules import Rules, Step

Guard = Callable[[dict[str, Any], "Step", datetime, "Rules"], str | None]


def reason(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    return None if step.reason else "it needs a reason"


def parent(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    if step.parent is None:
        return "it needs the parent it goes into"
    return "a case cannot go into itself" if step.parent == row["id"] else None


def deadline_ahead(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    return "the deadline given has passed already" if step.due_at is not None and step.due_at <= at else None


def before_deadline(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    due = row["due_at"]
    return f"the deadline passed at {due:%Y-%m-%d %H:%M} UTC" if due is not None and at > due else None


def later_deadline(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    if row["due_at"] is None:
        return "it has no deadline to extend"
    if step.due_at is None:
        return "it needs the new deadline in due_at"
    return None if step.due_at > row["due_at"] else "the new deadline is not later than the present one"


def suspensions_left(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    most = int(rules.bounds["suspensions"])
    return None if row["suspended_n"] < most else f"it was suspended {most} times already"


def review_date(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    days = rules.bounds["suspension_days"]
    if step.due_at is None or at < step.due_at <= at + timedelta(days=days):
        return None
    return f"the review date is not within the next {days} days"


def return_window(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    hours = rules.bounds["return_work_hours"]
    since = row["dispatched_at"]
    if since is not None and rules.calendar.elapsed(since, at, Clock.WORK_HOURS) <= hours:
        return None
    return f"once signed it can be returned only within {hours} work hours of dispatch"


def grid_level(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    return None if row["level"] == "grid" else "only a case of level grid is settled on the spot"


def evidence(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    return None if step.evidence_n >= 1 else "it needs at least one piece of evidence"


def evidence_kept(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    return None if row["evidence_n"] + step.evidence_n >= 1 else "there is no evidence"


def other_post(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    same = step.post is not None and step.post == row["handled_by"]
    return "the post that handled it cannot check it" if same else None


def on_the_spot_or_reason(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    on_the_spot = row["level"] == "grid" and row["dispatched_at"] is None and not (row["rework_n"] or row["reopened_n"])
    return None if on_the_spot or step.reason else "without a check it needs a reason"


def mirrored(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    own = row["dispatched_at"] is not None or row["rework_n"] or row["reopened_n"]
    return "this case is kept here, not mirrored" if own else None


def reopen_window(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    days = rules.bounds["reopen_days"]
    return None if at - row["closed_at"] <= timedelta(days=days) else f"it was closed more than {days} days ago"


def appeal_window(row: dict[str, Any], step: "Step", at: datetime, rules: "Rules") -> str | None:
    days = rules.bounds["appeal_work_days"]
    late = rules.calendar.elapsed(row["scored_at"], at, Clock.WORK_DAYS) > days
    return f"it was scored more than {days} work days ago" if late else None


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        reason, parent, deadline_ahead, before_deadline, later_deadline, suspensions_left, review_date, return_window,
        grid_level, evidence, evidence_kept, other_post, on_the_spot_or_reason, mirrored, reopen_window, appeal_window,
    )
}  # fmt: skip
