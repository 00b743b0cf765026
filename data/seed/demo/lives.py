"""The life of a case from report to closing: settled in the grid, handled by a unit, or mirrored from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from math import exp
from random import Random
from typing import Self

from data.cases import Intake, Rules
from data.seed.demo.almanac import Almanac, Day
from data.seed.demo.chain import AroundTheClock, Chain, InWorkingHours, Pace
from data.seed.demo.desk import CENTRE, Desks, post_of
from data.seed.demo.hours import DAY_S, OFFSET_S, WorkHours, moment_of
from data.seed.demo.units_at_work import Handling, handle

MINUTE, HOUR = 60, 3600
REJECTED = {"collector": 0.022, "public": 0.10, "hotline": 0.05, "sensor": 0.12, "camera": 0.10}
REJECT_REASONS = ("not_in_scope", "insufficient_evidence", "duplicate", "below_threshold")
REDIRECT_REASONS = ("court", "review", "market_12315", "police")
CHECKED_FIRST = frozenset({"public", "hotline", "leader", "camera"})
SETTLED_LATE = 0.017
SETTLE_MEDIAN_MIN, SETTLE_SPREAD = 19, 0.78
OUT_FROM_S, OUT_TO_S = 7 * HOUR, 22 * HOUR  # somebody goes and looks at these hours of every day


@dataclass(frozen=True, slots=True)
class World:
    """What every life needs: the rules of the loop, working time, the units."""

    rules: Rules
    desks: Desks
    almanac: Almanac
    working: InWorkingHours
    duty: InWorkingHours  # who is on duty at weekends and on holidays
    always: AroundTheClock

    @classmethod
    def of(cls, rules: Rules, desks: Desks, almanac: Almanac, hours: WorkHours) -> Self:
        every_day = InWorkingHours(WorkHours(lambda day: True, hours.first, hours.last))
        return cls(rules, desks, almanac, InWorkingHours(hours), every_day, AroundTheClock())

    def month_ends(self, moment: int) -> bool:
        """Whether a moment lies in the last week of its month."""
        return self.almanac((moment + OFFSET_S) // DAY_S).last_week

    def due(self, case_type: str, start: int) -> int:
        """The deadline of a case type whose clock starts now, as epoch seconds; 30 days where there is no limit."""
        due = self.rules.due(case_type, moment_of(start))
        return start + 30 * 86400 if due is None else int(due.timestamp())

    def attended(self, moment: int) -> int:
        """The moment itself, or the morning after if nobody goes out at that hour."""
        second = (moment + OFFSET_S) % DAY_S
        return moment if OUT_FROM_S <= second < OUT_TO_S else moment + (OUT_FROM_S - second) % DAY_S

    def pace(self, urgent: bool) -> Pace:
        return self.always if urgent else self.working


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides about a life besides chance: the day, the post that reports, a case it may be merged into."""

    day: Day
    reported: int
    post: str | None
    hasty: bool  # a grid whose posts report and close in one breath
    parent: int | None = None
    mirrored: bool = False


def live(chain: Chain, intake: Intake, where: Circumstances, rng: Random, world: World) -> None:
    """Writes the whole life of a case into its chain."""
    if where.mirrored:
        _mirror(chain, intake, where, rng, world)
        return
    chain.take("report", where.reported, where.post, intake.unit, evidence_n=1 + (rng.random() < 0.5))
    if intake.level == "grid":
        _settle(chain, intake, where, rng, world)
        return
    if where.parent is not None:
        at = where.reported + int(rng.uniform(2, 25) * MINUTE)
        chain.take("merge", at, _centre(rng, "accept"), CENTRE, parent=where.parent)
        return
    filed = _reach_filing(chain, intake, where, rng)
    if filed is not None:
        _dispatch_and_handle(chain, intake, where, rng, world)


def _settle(chain: Chain, intake: Intake, where: Circumstances, rng: Random, world: World) -> None:
    """Report, feedback and closing by the post itself, nearly always within the limit of the case type."""
    at, due = where.reported, world.due(intake.type, where.reported)
    if intake.channel in CHECKED_FIRST:
        at = chain.take("verify", at + int(rng.uniform(6, 35) * MINUTE), where.post, intake.unit)
    if rng.random() < SETTLED_LATE:
        handled = world.working.later(due, exp(rng.gauss(0, 0.8)) * HOUR)
    else:
        median = 3.2 if where.hasty and rng.random() < 0.25 else SETTLE_MEDIAN_MIN
        took = median * exp(rng.gauss(0, SETTLE_SPREAD)) * MINUTE
        handled = max(min(at + int(took), due - 5 * MINUTE), at + MINUTE)
    evidence = 1 + (rng.random() < 0.6)
    set_by = moment_of(due)
    handled = chain.take("feedback", handled, where.post, intake.unit, evidence_n=evidence, due_at=set_by)
    chain.take("close", handled + int(rng.uniform(0.4, 4) * MINUTE), where.post, intake.unit)
    if rng.random() < (0.5 if intake.channel == "public" else 0.04):
        _score(chain, intake.unit, rng, world)


def _reach_filing(chain: Chain, intake: Intake, where: Circumstances, rng: Random) -> int | None:
    """Verified, accepted and filed; None if it ended before: rejected, redirected or void."""
    slow = _slow(intake, where.day)
    at = where.reported
    if intake.channel in CHECKED_FIRST and not intake.urgent:
        at = chain.take("verify", at + int(rng.uniform(3, 16) * MINUTE), f"{intake.grid}-1", None)
        if rng.random() < 0.02:
            chain.take("void", at + 10 * MINUTE, _centre(rng, "duty"), CENTRE, reason="not_there")
            return None
    at += int(exp(rng.gauss(1.3, 0.8)) * slow * MINUTE)
    desk, draw = _centre(rng, "accept"), rng.random()
    refused = REJECTED.get(intake.channel, 0.03)
    if draw < refused:
        chain.take("reject", at, desk, CENTRE, reason=rng.choice(REJECT_REASONS))
        return None
    if intake.channel == "hotline" and draw < refused + 0.03:
        chain.take("redirect", at, desk, CENTRE, reason=rng.choice(REDIRECT_REASONS))
        return None
    at = chain.take("accept", at, desk, CENTRE)
    at = chain.take("file", at + int(exp(rng.gauss(1.2, 0.7)) * slow * MINUTE), desk, CENTRE)
    if draw > 0.995:
        chain.take("void", at + int(rng.uniform(5, 90) * MINUTE), _centre(rng, "duty"), CENTRE, reason="false_report")
        return None
    return at


def _dispatch_and_handle(chain: Chain, intake: Intake, where: Circumstances, rng: Random, world: World) -> None:
    slow = _slow(intake, where.day)
    at = chain.at + int(exp(rng.gauss(1.7, 0.8)) * slow * MINUTE)
    unit, pace = intake.unit, world.pace(intake.urgent)
    at = chain.take("dispatch", at, _centre(rng, "dispatch"), unit, level=intake.level, due_at=_due(world, intake, at))
    if intake.level == "district" and rng.random() < 0.03:
        back = pace.later(at, rng.uniform(0.3, 3.2) * HOUR)
        chain.take("return", back, post_of(unit, rng.random()), unit, reason="not_ours")
        unit = world.desks.other(unit, rng.random())
        at = chain.at + int(rng.uniform(10, 150) * MINUTE)
        desk = _centre(rng, "dispatch")
        at = chain.take("dispatch", at, desk, unit, level=intake.level, due_at=_due(world, intake, at))
    late = rng.random() < world.desks.late(unit, intake.kind, where.day)
    closed = handle(chain, Handling(intake, unit, at, late, unit in world.desks.chronic), rng, world)
    if closed and rng.random() < (1.0 if intake.channel == "public" else 0.22):
        _score(chain, unit, rng, world)


def _mirror(chain: Chain, intake: Intake, where: Circumstances, rng: Random, world: World) -> None:
    """A case another system of record keeps: it gives the deadline and says when it is closed."""
    at = where.reported
    due, pace = world.due(intake.type, at), world.pace(intake.urgent)
    chain.take("mirror_open", at, None, intake.unit, due_at=moment_of(due), evidence_n=0)
    span = pace.span(at, due)
    late = rng.random() < world.desks.late(intake.unit, intake.kind, where.day)
    if late:
        took = span + min(exp(rng.gauss(1.3, 0.9)) * HOUR, 60 * HOUR)
    else:
        took = span * min(0.38 * exp(rng.gauss(0, 0.55)), 0.96)
        if rng.random() < 0.02:
            due += int((due - at) * 0.4)
            half = pace.later(at, span * 0.7)
            chain.take("mirror_open", half, None, intake.unit, due_at=moment_of(due))
    chain.take("mirror_close", pace.later(at, took), None, intake.unit)


def _score(chain: Chain, unit: str, rng: Random, world: World) -> None:
    """The call-back, one to three working days later; now and then the unit appeals."""
    at = chain.take("score", world.working.later(chain.at, rng.uniform(4, 24) * HOUR), _centre(rng, "score"), CENTRE)
    if rng.random() < 0.015:
        chain.take("appeal", world.working.later(at, rng.uniform(2, 36) * HOUR), post_of(unit, rng.random()), unit)


def _slow(intake: Intake, day: Day) -> float:
    """How much longer than usual the desks of the centre take."""
    return 0.3 if intake.urgent else 3.0 if day.backlog or day.typhoon else 1.0


def _due(world: World, intake: Intake, at: int) -> datetime:
    return moment_of(world.due(intake.type, max(at, 1)))


def _centre(rng: Random, desk: str) -> str:
    return f"centre-{desk}-{1 + int(rng.random() * 4)}"
