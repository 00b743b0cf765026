"""The past of a district: every plan cut at one moment, folded into rows by the rules of the loop."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.cases import Rules, Step, advanced, judged, opened, stamped
from data.columns import day_number
from data.seed.demo.patrols import Patrols
from data.seed.demo.plans import Plan, Planner
from data.seed.demo.whistles import as_known, whistle

Row = dict[str, Any]
Case = tuple[Row, list[Step]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is known of one day: the cases reported on it, their whistles, and the patrols of its grids."""

    day: int
    cases: list[Case]
    whistles: list[Row]
    grid_days: list[Row]


def chapters(planner: Planner, patrols: Patrols, until: datetime, days: int) -> Iterator[Chapter]:
    """Day by day, oldest first, everything known at `until` about the last `days` days and today."""
    last = day_number(until)
    return (chapter(planner, patrols, until, day) for day in range(last - days, last + 1))


def chapter(planner: Planner, patrols: Patrols, until: datetime, day: int) -> Chapter:
    """Everything known at `until` about one local day."""
    world, now = planner.world, int(until.timestamp())
    cases, whistles = [], []
    for plan in planner.day(day):
        case = known(plan, now, planner.rules)
        if case is None:
            continue
        cases.append((judged(case[0], until), case[1]))
        blown = whistle(plan, planner.seed, world.working, world.always)
        row = as_known(blown, until) if blown else None
        if row is not None:
            whistles.append(row)
    return Chapter(day, cases, whistles, patrols.rows(day, until))


def known(plan: Plan, now: int, rules: Rules) -> Case | None:
    """The row and the steps of a case as far as they are known at an epoch second; None before its report arrives."""
    if plan.arrival(0) > now:
        return None
    row = opened(plan.intake, plan.steps[0], rules)
    taken = [stamped(plan.steps[0], row)]
    for step, at in zip(plan.steps[1:], plan.moments[1:], strict=True):
        if at > now:
            break
        row = advanced(row, step, rules)
        taken.append(stamped(step, row))
    return row, taken
