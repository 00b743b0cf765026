"""The closed loop of a case: from the report over dispatch, handling and checking to closing and scoring.

Pure functions from steps to the row of `case_file`; whatever the row says can be derived again from the steps alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from data.case_moments import EFFECTS, Row, blank, judge, seconds, whole
from data.case_rules import IllegalStep, Intake, Rules, Step

__all__ = [
    "IllegalStep", "Intake", "Row", "Rules", "Step",
    "advanced", "judged", "opened", "replayed", "settled", "stages", "stamped",
]  # fmt: skip

DEADLINE_ACTIONS = frozenset({"dispatch", "extend", "resume", "rework", "reopen", "feedback", "mirror_open"})


def opened(intake: Intake, step: Step, rules: Rules) -> Row:
    """The row of a new case (all columns of case_file but region); `step` is report or mirror_open."""
    move = rules.moves.get((step.action, ""))
    if move is None:
        raise IllegalStep(intake.number, "", step.action, f"a case begins with {' or '.join(rules.possible(''))}")
    if step.case_id != intake.id:
        raise IllegalStep(intake.number, "", step.action, f"the step belongs to case {step.case_id}")
    at = whole(step.at)
    if intake.discovered_at is not None and whole(intake.discovered_at) > at:
        raise IllegalStep(intake.number, "", step.action, "it was reported before it was discovered")
    row = blank(intake, at, rules)
    row["opened_by"] = step.post
    _take(row, step, at, move.to, rules)
    return row


def advanced(row: Row, step: Step, rules: Rules) -> Row:
    """The row after one more step; the row given is left as it is. Refuses with IllegalStep."""
    after = row.copy()
    _advance(after, step, rules)
    return after


def replayed(intake: Intake, steps: Sequence[Step], rules: Rules) -> Row:
    """The row of a case from its steps alone, oldest first."""
    row = opened(intake, steps[0], rules)
    for step in steps[1:]:
        _advance(row, step, rules)
    return row


def judged(row: Row, now: datetime) -> Row:
    """The row as of `now`: past its deadline late, or deferred while suspended. The same object if nothing turns."""
    due = row["due_at"]
    if due is None or not row["open"] or whole(now) <= due or row["overdue"] or row["deferred"]:
        return row
    after = row.copy()
    judge(after, whole(now))
    return after


def settled(report: Step, handled_at: datetime, closed_at: datetime, evidence_n: int = 1) -> tuple[Step, Step, Step]:
    """Settled on the spot by the post that reports: the report, its feedback and its closing."""
    feedback = Step(report.case_id, "feedback", handled_at, report.post, report.unit, evidence_n=evidence_n)
    return report, feedback, Step(report.case_id, "close", closed_at, report.post, report.unit)


def stamped(step: Step, row: Row) -> Step:
    """The step with the deadline it set in `row`, the row after it: a later change of calendar leaves it standing."""
    if step.action not in DEADLINE_ACTIONS or step.due_at is not None or row["due_at"] is None:
        return step
    return replace(step, due_at=row["due_at"])


def stages(steps: Iterable[Step], rules: Rules) -> list[tuple[str, datetime, int]]:
    """States a case went through, each with its beginning and its seconds; the last one has 0 s until it is left."""
    passed: list[tuple[str, datetime, int]] = []
    for step in steps:
        at = whole(step.at)
        state = passed[-1][0] if passed else ""
        if passed:
            passed[-1] = (state, passed[-1][1], seconds(passed[-1][1], at))
        to = rules.moves[step.action, state].to
        passed.append((to, at, 0))
    return passed


def _advance(row: Row, step: Step, rules: Rules) -> None:
    state = row["state"]
    move = rules.moves.get((step.action, state))
    if move is None:
        possible = ", ".join(rules.possible(state)) or "nothing"
        raise IllegalStep(row["number"], state, step.action, f"possible from here: {possible}")
    if step.case_id != row["id"]:
        raise IllegalStep(row["number"], state, step.action, f"the step belongs to case {step.case_id}")
    at = whole(step.at)
    if at < row["changed_at"]:
        raise IllegalStep(row["number"], state, step.action, f"it comes before the last step, {row['changed_at']}")
    for guard in move.guards:
        why = guard(row, step, at, rules)
        if why is not None:
            raise IllegalStep(row["number"], state, step.action, why)
    _take(row, step, at, move.to, rules)


def _take(row: Row, step: Step, at: datetime, to: str, rules: Rules) -> None:
    effect = EFFECTS.get(step.action)
    if effect is not None:
        effect(row, step, at, rules)
    row["state"] = to
    row["changed_at"] = at
    row["steps_n"] += 1
    row["evidence_n"] += step.evidence_n
    if row["open"]:
        judge(row, at)
