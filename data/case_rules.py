"""What the closed loop works with: an intake, a step, and the rules (transition table, calendar, limits)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from data.calendars import Calendar, Clock
from data.case_guards import GUARDS, Guard

LOOP = Path(__file__).with_name("loop.toml")


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known about a case when it is opened, and never changes by a step except level and unit."""

    id: int
    number: str
    source: str
    source_id: str
    channel: str
    kind: str
    type: str
    item: int | None
    level: str
    unit: str
    subdistrict: str | None
    community: str | None
    grid: str | None
    dedicated: str | None
    lon: float | None
    lat: float | None
    urgent: bool
    discovered_at: datetime | None = None
    photo_reused: bool = False
    near_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case. `post` is a pseudonymous staff post; `due_at` the deadline the step sets, if it sets one."""

    case_id: int
    action: str
    at: datetime
    post: str | None = None
    unit: str | None = None
    level: str | None = None
    reason: str | None = None
    due_at: datetime | None = None
    evidence_n: int = 0
    parent: int | None = None


class IllegalStep(ValueError):
    """A step the loop does not allow: which case, in which state, which action, and why."""

    def __init__(self, case: str, state: str, action: str, why: str) -> None:
        super().__init__(f"case {case}: {action!r} is not possible in state {state or 'new'!r}: {why}")
        self.case, self.state, self.action, self.why = case, state, action, why


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the transition table, for one state it starts from."""

    to: str
    who: str
    guards: tuple[Guard, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The transition table, the bounds its guards use, the work calendar (it knows the zone), limits by case type."""

    moves: Mapping[tuple[str, str], Move]  # by action and state
    bounds: Mapping[str, float]
    calendar: Calendar
    limits: Mapping[str, tuple[Clock, float | None]]

    @classmethod
    def load(cls, calendar: Calendar, limits: Mapping[str, tuple[Clock, float | None]], path: Path = LOOP) -> Self:
        """Rules from the table in `path`; a limit of None means the case type has no deadline."""
        book: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        moves: dict[tuple[str, str], Move] = {}
        for line in book["transition"]:
            guards = tuple(GUARDS[name] for name in line["guards"])
            for state in line["from"]:
                to = state if line["to"] == "*" else line["to"]
                if (line["action"], state) in moves:
                    raise ValueError(f"{path.name}: {line['action']!r} from {state!r} is there twice")
                moves[line["action"], state] = Move(to, line["who"], guards, line["note"])
        return cls(moves, book["limits"], calendar, {key: (Clock(clock), n) for key, (clock, n) in limits.items()})

    def possible(self, state: str) -> list[str]:
        """Actions the table lists for a state; guards may still refuse them."""
        return sorted(action for action, start in self.moves if start == state)

    def due(self, case_type: str, start: datetime, share: float = 1.0) -> datetime | None:
        """When the limit of a case type, or a share of it, has run since `start`; None without a limit."""
        clock, value = self.limits.get(case_type, (Clock.URGENT_HOURS, None))
        return None if value is None else self.calendar.deadline(start, clock, value * share)

    def clock(self, case_type: str) -> Clock:
        """The clock a case type runs on; a type without one runs always."""
        return self.limits.get(case_type, (Clock.URGENT_HOURS, None))[0]
