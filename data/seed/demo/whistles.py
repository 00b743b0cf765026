"""Whistles: now and then a sub-district calls a department to a case, which signs, comes, settles it and is rated."""

from datetime import datetime, timedelta
from math import exp
from typing import Any

from data.columns import day_number
from data.seed.demo.chain import Pace
from data.seed.demo.hours import moment_of
from data.seed.demo.plans import Plan
from data.seed.demo.streams import stream

Row = dict[str, Any]
HOUR = 3600
A_SECOND = timedelta(seconds=1)
SHARE = 0.011  # of the cases departments handle
KINDS, KIND_WEIGHTS = ("daily", "hard", "emergency"), (0.62, 0.24, 0.14)
LIMIT_H = {"daily": 2.0, "hard": 4.0, "emergency": 0.5}  # to arrive


def whistle(plan: Plan, seed: int, working: Pace, always: Pace, urgent_share: float = 0.35) -> Row | None:
    """The whole whistle row of a case, or None; `moments_of` a row later than now are cut by `as_known`."""
    if plan.intake.level != "district" or plan.intake.kind == "request":
        return None
    dispatched = next((n for n, step in enumerate(plan.steps) if step.action == "dispatch"), None)
    if dispatched is None:
        return None
    rng = stream(seed, "whistle", plan.intake.id)
    if rng.random() > (SHARE * 4 if plan.intake.urgent else SHARE):
        return None
    kind = "emergency" if plan.intake.urgent and rng.random() < urgent_share else rng.choices(KINDS, KIND_WEIGHTS)[0]
    pace = always if kind == "emergency" else working
    issued = pace.later(plan.arrival(dispatched), rng.uniform(0.2, 1.5) * HOUR)
    limit = LIMIT_H[kind] * HOUR
    due, due_shift = pace.later(issued, limit), rng.random() < 0.04
    took = limit * (rng.uniform(1.05, 3.5) if due_shift else min(exp(rng.gauss(-0.8, 0.5)), 0.97))
    signed = pace.later(issued, took * rng.uniform(0.1, 0.5))
    arrived = pace.later(issued, took)
    closed = max(pace.later(arrived, exp(rng.gauss(1.2, 0.9)) * HOUR), arrived + HOUR // 4)
    return {
        "id": plan.intake.id,
        "case_id": plan.intake.id,
        "kind": kind,
        "subdistrict": plan.intake.subdistrict,
        "unit": plan.steps[dispatched].unit or plan.intake.unit,
        "issued_at": moment_of(issued),
        "due_at": moment_of(due),
        "signed_at": moment_of(signed),
        "arrived_at": moment_of(arrived),
        "closed_at": moment_of(closed),
        "rating": rng.choices((1, 2, 3, 4, 5), (0.01, 0.03, 0.14, 0.42, 0.40))[0],
        "issued_on": day_number(moment_of(issued)),
        "on_time": arrived <= due,
        "response_s": arrived - issued,
    }


def as_known(row: Row, now: datetime) -> Row | None:
    """The row as it stands at `now`: None before it is issued, and nothing that has not happened yet."""
    if row["issued_at"] > now:
        return None
    known = {name: value if not name.endswith("_at") or value <= now or name == "due_at" else None
             for name, value in row.items()}  # fmt: skip
    if known["arrived_at"] is None:
        known["response_s"] = None
        known["on_time"] = False if row["due_at"] + A_SECOND <= now else None
    if known["closed_at"] is None:
        known["rating"] = None
    return known


def turns(row: Row) -> tuple[datetime, ...]:
    """The moments at which a whistle row changes; it is late in the second after its limit."""
    return (*(row[name] for name in ("issued_at", "signed_at", "arrived_at", "closed_at")), row["due_at"] + A_SECOND)
