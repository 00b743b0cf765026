"""The whole life of every petition of a day: accepted, answered, evaluated, reviewed, raised again. It is counted, never stored."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.tallied import Choice, drawn

ACCEPT_DAYS, REPLY_DAYS, EXTENSION_DAYS = 15, 60, 30
AGAIN_DAYS = 180
LATEST_DECISION, LATEST_REPLY = 15 + 14, 60 + 180  # days after registration, after acceptance
LONGEST = LATEST_DECISION + LATEST_REPLY  # days from registration to the reply
OFFICES = "offices"
WEEKDAYS = (1.28, 1.16, 1.12, 1.10, 1.14, 0.62, 0.58)
YEAR_2026 = 20454
BETTER_A_YEAR = 0.07  # how much less often units are late, year by year


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition with all its days; None: that does not happen to it. What comes after its acceptance is of accepted ones only."""

    registered: int
    subdistrict: str
    appeal: str
    unit: str
    handler: str
    channel: str
    first: bool
    led: bool
    decided: int
    accepted: bool = False
    deadline: int = 0
    extended: int | None = None
    reason: str = ""
    noticed: bool = True
    replied: int = 0
    answer: str = ""
    again: int | None = None
    applied: int = 0
    reviewed: int | None = None
    changed: bool = False
    evaluable: bool = False
    evaluated: bool = False
    satisfied: bool = False
    served: bool = False
    outcome: bool = False

    @property
    def ended(self) -> int:
        """The day it was answered, or not accepted."""
        return self.replied if self.accepted else self.decided


@dataclass(frozen=True, slots=True)
class Habits:
    """What a unit is like beside an ordinary one: how late, how well its answers hold, how content people are."""

    late: float
    slow: float
    sound: float
    content: float
    asked: float


class Petitions:
    """Petitions of a place; `registered(day)` are those of a day, raised for the first time or again."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._book: dict[str, Any] = tomllib.loads(Path(__file__).with_name("petitions.toml").read_text(encoding="utf-8"))
        self._usual: dict[str, float] = self._book["units"]
        self.habits = lru_cache(maxsize=64)(self._habits)
        self.first = lru_cache(maxsize=2048)(self._first)
        self.registered = lru_cache(maxsize=2048)(self._registered)

    def _registered(self, number: int) -> list[Petition]:
        """First petitions of the day, and those that come back."""
        earlier = range(number - LONGEST - AGAIN_DAYS, number)
        return [*self.first(number)[0], *(again for day in earlier for again in self.first(day)[1].get(number, ()))]

    def _first(self, number: int) -> tuple[list[Petition], dict[int, list[Petition]]]:
        """The first petitions of a day, and by their day those that follow from them."""
        day, rng = self._planner.almanac(number), stream(self._planner.seed, "petition", number)
        usual = self._book["per_day"] * WEEKDAYS[day.weekday] * (0.4 + 0.6 * day.festival) * (1.25 if day.backlog else 1.0)
        weights = {name: row["weight"] * row["months"][day.when.month - 1] for name, row in self._book["appeals"].items()}
        appeals = Choice(weights)
        found: list[Petition] = []
        later: dict[int, list[Petition]] = {}
        for _ in range(drawn(rng, usual)):
            one = self._lived(number, self._subdistricts(rng), appeals(rng), rng)
            found.append(one)
            if one.again is not None:
                back = self._lived(one.again, one.subdistrict, one.appeal, rng, one)
                later.setdefault(one.again, []).append(back)
        return found, later

    def _lived(self, number: int, subdistrict: str, appeal: str, rng: Random, before: Petition | None = None) -> Petition:
        """A life from registration on."""
        unit, handler = (before.unit, before.handler) if before else self._unit(subdistrict, appeal, rng)
        habits = self.habits(unit)
        late = rng.random() < self._usual["late_decision"] * habits.late * _better(number)
        took = rng.randint(ACCEPT_DAYS + 1, LATEST_DECISION - 4) if late else min(int(rng.expovariate(1 / 4.5)) + 1, ACCEPT_DAYS)
        decided = self._worked(number + took, None if late else number + ACCEPT_DAYS, number)
        known = Petition(number, subdistrict, appeal, unit, handler, self._channels(rng), before is None, rng.random() < 0.055, decided)
        return known if rng.random() < self._usual["declined"] else self._answered(known, habits, rng)

    def _answered(self, known: Petition, habits: Habits, rng: Random) -> Petition:
        """From acceptance on."""
        extension = rng.random() < self._usual["extended"] * habits.slow
        limit = REPLY_DAYS + (EXTENSION_DAYS if extension else 0)
        took, in_time = self._took(known, habits, extension, rng)
        replied = self._worked(known.decided + took, known.decided + limit if in_time else None, known.decided)
        answer = self._answers(rng)
        asked = self._worked(known.decided + rng.randint(50, 59), known.decided + REPLY_DAYS, known.decided)
        return replace(
            known,
            accepted=True,
            deadline=known.decided + limit,
            extended=asked if extension else None,
            reason=self._reasons(rng),
            noticed=rng.random() >= self._usual["unnoticed"] * habits.late,
            replied=replied,
            answer=answer,
            **self._after(replied, answer, habits, known.first, rng),
        )

    def _took(self, known: Petition, habits: Habits, extension: bool, rng: Random) -> tuple[int, bool]:
        """Days from acceptance to the reply, and whether that is within the limit; much is answered just before it."""
        day, limit = self._planner.almanac(known.registered), REPLY_DAYS + (EXTENSION_DAYS if extension else 0)
        pressed = 1.15 if day.backlog or day.typhoon else 1.0
        took = self._book["appeals"][known.appeal]["days"] * habits.slow * exp(rng.gauss(0, 0.42)) * pressed
        stuck, late = (self._usual[name] * habits.late * _better(known.registered) for name in ("stuck", "late_reply"))
        draw = rng.random()
        if draw < stuck:
            took = limit + rng.uniform(20, LATEST_REPLY - limit - 10)
        elif draw < stuck + late:
            took = limit + rng.expovariate(1 / 9) + 1
        elif extension:
            took = rng.uniform(REPLY_DAYS + 2, limit)
        elif took >= REPLY_DAYS - 8:
            took = REPLY_DAYS - abs(rng.gauss(0, 5))
        return min(max(int(took), 3), LATEST_REPLY - 5), draw >= stuck + late

    def _after(self, replied: int, answer: str, habits: Habits, first: bool, rng: Random) -> dict[str, Any]:
        """What comes after the reply."""
        row, usual = self._book["answers"][answer], self._usual
        again = first and rng.random() < row["again"] / habits.sound
        applied = replied + rng.randint(4, 29)
        asked = rng.random() < row["reviewed"]
        within = 30 if rng.random() < 0.95 else 42
        evaluable = rng.random() < 0.87
        evaluated = evaluable and rng.random() < min(usual["evaluated"] * habits.asked, 0.95)
        return {
            "again": replied + min(int(exp(rng.gauss(4.0, 0.6))) + 5, AGAIN_DAYS) if again else None,
            "applied": applied,
            "reviewed": self._worked(applied + rng.randint(within - 20, within), applied + within, applied) if asked else None,
            "changed": rng.random() < usual["changed"] / habits.sound,
            "evaluable": evaluable,
            "evaluated": evaluated,
            "satisfied": evaluated and rng.random() < min(row["content"] * habits.content, 0.98),
            "served": evaluated and rng.random() < usual["served"],
            "outcome": rng.random() < 0.87,
        }

    def _worked(self, day: int, latest: int | None, earliest: int) -> int:
        """The working day on or after a day, or before it where it would come too late."""
        is_workday: Callable[[int], bool] = self._planner.rules.calendar.is_workday
        found = day
        while not is_workday(found):
            found += 1
        if latest is not None and found > latest:
            found = min(day, latest)
            while not is_workday(found) and found > earliest:
                found -= 1
        return found

    def _unit(self, subdistrict: str, appeal: str, rng: Random) -> tuple[str, str]:
        handler = self._handlers[appeal](rng)
        return (self._planner.town.offices[subdistrict] if handler == OFFICES else handler), handler

    def _habits(self, unit: str) -> Habits:
        rng = stream(self._planner.seed, "petition unit", unit)
        poor = unit in self._planner.desks.chronic
        return Habits(
            late=exp(rng.gauss(0, 0.35)) * (2.4 if poor else 1.0),
            slow=exp(rng.gauss(0, 0.12)) * (1.25 if poor else 1.0),
            sound=exp(rng.gauss(0, 0.28)) * (0.6 if poor else 1.0),
            content=min(exp(rng.gauss(0.03, 0.08)), 1.15) * (0.85 if poor else 1.0),
            asked=exp(rng.gauss(0, 0.14)) * (0.85 if poor else 1.0),
        )

    @cached_property
    def _subdistricts(self) -> Choice:
        seed, counts = self._planner.seed, self._planner.town.residents
        return Choice({code: count * stream(seed, "petition place", code).uniform(0.85, 1.2) for code, count in counts.items()})

    @cached_property
    def _handlers(self) -> dict[str, Choice]:
        return {name: Choice(row["units"]) for name, row in self._book["appeals"].items()}

    @cached_property
    def _channels(self) -> Choice:
        return Choice(self._book["channels"])

    @cached_property
    def _answers(self) -> Choice:
        return Choice({name: row["weight"] for name, row in self._book["answers"].items()})

    @cached_property
    def _reasons(self) -> Choice:
        return Choice(self._book["reasons"])


def _better(number: int) -> float:
    """How much less often units are late than in 2026."""
    return exp(-BETTER_A_YEAR * (number - YEAR_2026) / 365)
