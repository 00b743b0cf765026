"""A dispatched case in the hands of a unit: signing, arriving, delays, suspension, rework, closing, reopening."""

from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Protocol

from data.cases import Intake
from data.seed.demo.chain import Chain, Pace
from data.seed.demo.desk import CENTRE, post_of
from data.seed.demo.hours import moment_of

HOUR, DAY = 3600, 86400
EASY_HOURS = 9  # a limit of up to so many working hours is an easy case
EASY_MEDIAN_H, EASY_SPREAD = 1.25, 0.5
ON_DUTY_SHARE = 0.5  # of the easy cases are worked on at weekends and on holidays too
HARD_MEDIAN, HARD_SPREAD = 0.44, 0.45  # share of the limit
SUSPEND_REASONS = ("season", "works", "not_feasible_yet", "materials")
FORCED_REASONS = ("owner_unknown", "no_longer_there")


class Workplace(Protocol):
    """What handling asks of the world."""

    @property
    def working(self) -> Pace: ...

    @property
    def duty(self) -> Pace: ...

    def due(self, case_type: str, start: int) -> int: ...

    def pace(self, urgent: bool) -> Pace: ...

    def attended(self, moment: int) -> int: ...

    def month_ends(self, moment: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Handling:
    """One stretch of handling: which unit, dispatched when, whether it will miss the deadline."""

    intake: Intake
    unit: str
    dispatched: int
    late: bool
    chronic: bool


def handle(chain: Chain, job: Handling, rng: Random, world: Workplace) -> bool:
    """From dispatch to closing; returns True (the case is closed, perhaps reopened and closed again)."""
    pace = world.pace(job.intake.urgent)
    due = world.due(job.intake.type, job.dispatched)
    span = max(pace.span(job.dispatched, due), HOUR // 2)
    post = post_of(job.unit, rng.random())
    took = _took(job, span, rng)
    if not job.late and span <= EASY_HOURS * HOUR and not job.intake.urgent and rng.random() < ON_DUTY_SHARE:
        pace = world.duty
    _sign_and_arrive(chain, job, post, took, rng, world)
    start = job.dispatched
    if not job.late and span > EASY_HOURS * HOUR:
        start, took = _interrupted(chain, job, start, span, took, due, rng, world)
    _finish(chain, job, post, (start, took, span), rng, pace)
    if job.late:
        _supervise(chain, job, due, rng, world)
    _reopen(chain, job, span, rng, world)
    return True


def _took(job: Handling, span: int, rng: Random) -> float:
    """Seconds of the case's own pace from dispatch to closing."""
    easy = span <= EASY_HOURS * HOUR
    if job.late:
        slow = 1.6 if job.chronic else 1.0
        delay = exp(rng.gauss(1.5, 0.95)) * HOUR if easy else span * exp(rng.gauss(-1.5, 0.9))
        return span + min(delay * slow + 0.15 * HOUR, 90 * HOUR)
    if easy and not job.intake.urgent:
        wanted = EASY_MEDIAN_H * exp(0.4 * log(span / (4 * HOUR)) + rng.gauss(0, EASY_SPREAD)) * HOUR
    else:
        wanted = span * HARD_MEDIAN * exp(rng.gauss(0, HARD_SPREAD)) * (0.5 if job.intake.urgent else 1.0)
    return min(wanted, span * rng.uniform(0.86, 0.97))


def _sign_and_arrive(chain: Chain, job: Handling, post: str, took: float, rng: Random, world: Workplace) -> None:
    """Whoever is responsible takes the case and goes there, by day and in the evening, on any day."""
    at = job.dispatched
    if job.intake.urgent:
        signed = at + int(min(exp(rng.gauss(0.9, 0.6)) * 60, took * 0.1))
        arrived = at + int(min(exp(rng.gauss(2.6, 0.4)) * 60, took * 0.5))
    else:
        way = min(exp(rng.gauss(2.5, 0.75)) * 60 * (3 if job.late else 1), took * 0.5)
        arrived = world.attended(at) + int(way)
        signed = arrived - int(way * rng.uniform(0.3, 0.8))
    chain.take("sign", signed, post, job.unit)
    if rng.random() < 0.93:
        chain.take("arrive", arrived, post, job.unit)


def _interrupted(
    chain: Chain, job: Handling, start: int, span: int, took: float, due: int, rng: Random, world: Workplace
) -> tuple[int, float]:
    """Now and then a long case is suspended or extended: where the rest of its time starts, and how long it is."""
    pace, draw = world.pace(job.intake.urgent), rng.random()
    hard = job.intake.kind == "component" or job.intake.type in ("E0101", "E0110", "E0111")
    suspended = (0.075 if hard else 0.022) * (2.6 if world.month_ends(due) else 1.0)
    if draw < suspended:
        at = pace.later(start, span * rng.uniform(0.55, 0.93))
        review = at + int(rng.uniform(4, 27) * DAY)
        reason = rng.choice(SUSPEND_REASONS)
        at = chain.take("suspend", at, _leader(rng), CENTRE, reason=reason, due_at=moment_of(review))
        left = pace.span(at, due)
        back = chain.take("resume", pace.later(review, rng.uniform(0, 2) * HOUR), post_of(job.unit, 0.0), job.unit)
        return back, max(left * rng.uniform(0.3, 0.9), 60)
    if draw < suspended + 0.022:
        at = pace.later(start, span * rng.uniform(0.6, 0.92))
        later = pace.later(due, span * 0.5)
        chain.take("extend", at, _leader(rng), CENTRE, due_at=moment_of(later), reason="own_estimate")
        return start, span * rng.uniform(1.02, 1.42)
    return start, took


def _finish(chain: Chain, job: Handling, post: str, plan: tuple[int, float, int], rng: Random, pace: Pace) -> None:
    """Feedback, check, perhaps rework, and the closing at the end of the time planned."""
    start, took, span = plan
    checker = _checker(job, rng)
    fed = pace.later(start, took * rng.uniform(0.7, 0.86))
    chain.take("feedback", fed, post, job.unit, evidence_n=1 + int(rng.random() * 3))
    if rng.random() < (0.028 if job.chronic else 0.014):
        chain.take("rework", pace.later(chain.at, rng.uniform(0.2, 1.5) * HOUR), checker, CENTRE, reason="not_solved")
        fed = pace.later(chain.at, span * rng.uniform(0.08, 0.3))
        chain.take("feedback", fed, post, job.unit, evidence_n=1)
        start, took = chain.at, min(span * 0.15, 2 * HOUR)
    end = pace.later(start, took)
    if rng.random() < 0.004:
        chain.take("close", end, _duty(rng), CENTRE, reason=rng.choice(FORCED_REASONS))
        return
    chain.take("check", chain.at + int((end - chain.at) * rng.uniform(0.35, 0.8)), checker, CENTRE, evidence_n=1)
    chain.take("close", end, _duty(rng), CENTRE)


def _supervise(chain: Chain, job: Handling, due: int, rng: Random, world: Workplace) -> None:
    if rng.random() < 0.6:
        at = due + HOUR if job.intake.urgent else world.working.later(due, 8 * HOUR + rng.random() * 2 * HOUR)
        chain.insert("supervise", at, "centre-duty-1", CENTRE, "overdue")


def _reopen(chain: Chain, job: Handling, span: int, rng: Random, world: Workplace) -> None:
    """The reporter says it is not solved, within a fortnight: handled, checked and closed once more."""
    share = 0.016 if job.intake.channel in ("public", "hotline") else 0.005
    if rng.random() >= share:
        return
    pace, post = world.pace(job.intake.urgent), post_of(job.unit, rng.random())
    at = min(world.working.later(chain.at, rng.uniform(2, 56) * HOUR), chain.at + 14 * DAY)
    at = chain.take("reopen", at, _duty(rng), CENTRE)
    took = span * 0.5 * rng.uniform(0.3, 0.9)
    chain.take("feedback", pace.later(at, took * 0.8), post, job.unit, evidence_n=1)
    chain.take("check", pace.later(at, took * 0.92), _checker(job, rng), CENTRE, evidence_n=1)
    chain.take("close", pace.later(at, took), _duty(rng), CENTRE)


def _checker(job: Handling, rng: Random) -> str:
    return f"{job.intake.grid}-{1 + (rng.random() < 0.4)}"


def _leader(rng: Random) -> str:
    return f"centre-leader-{1 + (rng.random() < 0.3)}"


def _duty(rng: Random) -> str:
    return f"centre-duty-{1 + int(rng.random() * 3)}"
