"""The four clocks of one case, derived from its steps: handling against its limit, extension, suspension, the whole way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from data.calendars import Calendar, Clock
from data.seed.places import load_place

Row = dict[str, Any]
_STARTS = ("dispatch", "reopen")
_ENDS = ("close", "mirror_close", "merge", "reject", "redirect", "void")


@cache
def calendar_of(place: str) -> Calendar:
    """The work calendar a place runs on."""
    found = load_place(place)
    return Calendar.load(found.calendar, found.zone) if found.calendar else Calendar(found.zone)


def clocks(row: Mapping[Any, Any], steps: Sequence[Mapping[Any, Any]], clock: Clock, calendar: Calendar, now: datetime) -> list[Row]:
    """Rows of key, state and moments (UTC); `limit` and `used` count in the unit of `clock`, hours or days.

    The handling clock begins with the last dispatch or reopening (with the report where nobody dispatched), stands still while
    suspended and ends with the case. The whole way is plain time, in seconds.
    """
    ended = _ended(row, steps)
    end = ended or now
    windows = suspensions(steps, end)
    return [
        _handling(row, steps, windows, clock, calendar, end, ended is not None),
        _extension(steps),
        {"key": "suspension", "state": "running" if row["suspended_since"] else "done" if windows else "none", "windows": windows,
         "total_s": sum(int((window["until"] - window["since"]).total_seconds()) for window in windows)},
        {"key": "total", "state": "done" if ended else "running", "since": row["reported_at"], "until": end,
         "total_s": int((end - row["reported_at"]).total_seconds())},
    ]  # fmt: skip


def _ended(row: Mapping[Any, Any], steps: Sequence[Mapping[Any, Any]]) -> datetime | None:
    if row["open"]:
        return None
    last: list[datetime] = [step["at"] for step in steps if step["action"] in _ENDS]
    return last[-1] if last else row["closed_at"] or row["changed_at"]


def suspensions(steps: Sequence[Mapping[Any, Any]], end: datetime) -> list[Row]:
    """The windows the handling clock stood still: since, until, whether it still does, the review date given, the reason."""
    found: list[Row] = []
    for step in steps:
        if step["action"] == "suspend":
            found.append({"since": step["at"], "until": end, "open": True, "review_at": step["due_at"], "reason": step["reason"]})
        elif step["action"] == "resume" and found:
            found[-1] |= {"until": step["at"], "open": False}
    return found


def _handling(
    row: Mapping[Any, Any],
    steps: Sequence[Mapping[Any, Any]],
    windows: Sequence[Row],
    clock: Clock,
    calendar: Calendar,
    end: datetime,
    ended: bool,
) -> Row:
    begins = [step["at"] for step in steps if step["action"] in _STARTS]
    start = begins[-1] if begins else row["reported_at"]
    due = row["due_at"]
    still = sum(calendar.elapsed(max(w["since"], start), w["until"], clock) for w in windows if w["until"] > start)
    state = "suspended" if row["suspended_since"] else "done" if ended else "running"
    made: Row = {"key": "handling", "state": state, "clock": str(clock), "since": start, "due_at": due, "ended_at": end if ended else None}
    if due is None:
        return {**made, "state": "none", "limit": None, "used": None, "left_s": None, "late": False}
    stopped = windows[-1]["since"] if state == "suspended" and windows else end
    return {
        **made,
        "limit": max(0.0, calendar.elapsed(start, due, clock) - sum(_inside(w, start, due, clock, calendar) for w in windows)),
        "used": max(0.0, calendar.elapsed(start, end, clock) - still),
        "left_s": int((due - stopped).total_seconds()),
        "late": bool(end > due and state != "suspended"),
    }


def _inside(window: Row, start: datetime, due: datetime, clock: Clock, calendar: Calendar) -> float:
    """How much of a closed window lies between start and deadline: a resumption moved the deadline by it."""
    since, until = max(window["since"], start), min(window["until"], due)
    return 0.0 if window["open"] or until <= since else calendar.elapsed(since, until, clock)


def _extension(steps: Sequence[Mapping[Any, Any]]) -> Row:
    """Each extension with the deadline before and after it."""
    moved: list[Row] = []
    due: datetime | None = None
    for step in steps:
        if step["action"] == "extend":
            moved.append({"at": step["at"], "before_at": due, "due_at": step["due_at"], "reason": step["reason"]})
        if step["due_at"] is not None and step["action"] != "suspend":
            due = step["due_at"]
    return {"key": "extension", "state": "done" if moved else "none", "moves": moved}
