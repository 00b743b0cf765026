"""Patrol days: for every grid and day, who was on duty, how often and how long they walked, what they confirmed.

A day is planned whole; `row(now)` counts what has been reported by then. At midnight the roster stands, at ten who did
not come is taken out, and on the next morning the hazards found are corrected.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from data.seed.demo.almanac import Almanac
from data.seed.demo.hours import DAY_S, OFFSET_S
from data.seed.demo.streams import stream
from data.seed.demo.town import Town

Row = dict[str, Any]
ROSTER_SETTLED_S = 10 * 3600
CORRECTED_S = DAY_S + 34_200  # half past nine on the next morning
SHIFT_S, SHIFT_LENGTH_S = 8 * 3600 + 900, 32_400
COMMUNITY_PATROLS = (2, 2, 2, 3)  # a day, by how busy the grid is
SLACK = 0.03  # of the grids walk too little
STAND_IN, STAND_IN_ON_REST_DAYS = 0.97, 0.88  # a neighbour takes over where nobody came


@dataclass(frozen=True, slots=True)
class GridKept:
    """A grid whose patrols are recorded."""

    code: str
    kind: str
    subdistrict: str
    community: str | None
    required: int
    posts: int
    diligence: float


@dataclass(frozen=True, slots=True)
class PatrolDay:
    """One grid on one day, whole. `walks` are (end of the patrol, minutes walked, hazards confirmed), in time order."""

    grid: GridKept
    day: int
    rostered: int
    came: int
    walks: tuple[tuple[int, int, int], ...]
    corrected: int

    def row(self, now: int) -> Row:
        """The row of table grid_day as known at an epoch second."""
        into = now - (self.day * DAY_S - OFFSET_S)
        done = [walk for walk in self.walks if walk[0] <= now]
        return {
            "grid": self.grid.code,
            "day": self.day,
            "kind": self.grid.kind,
            "subdistrict": self.grid.subdistrict,
            "community": self.grid.community,
            "on_duty_n": self.came if into >= ROSTER_SETTLED_S else self.rostered,
            "required_n": self.grid.required,
            "patrols_n": len(done),
            "patrol_min": sum(walk[1] for walk in done),
            "confirmed_n": max(sum(walk[2] for walk in done) + (self.corrected if into >= CORRECTED_S else 0), 0),
        }

    def changes(self, after: int, now: int) -> bool:
        """Whether the row changes in (after, now]."""
        start = self.day * DAY_S - OFFSET_S
        moments = [start]
        if self.came != self.rostered:
            moments.append(start + ROSTER_SETTLED_S)
        if self.corrected:
            moments.append(start + CORRECTED_S)
        return any(after < at <= now for at in moments) or any(after < walk[0] <= now for walk in self.walks)


class Patrols:
    """Patrol days of a town; `day(number)` lists all grids of a day."""

    def __init__(self, town: Town, almanac: Almanac, seed: int) -> None:
        self._almanac, self._seed = almanac, seed
        rng = stream(seed, "patrols")
        grids = [(g.code, "community", g.subdistrict, g.community) for g in town.grounds]
        grids += [(d.code, "dedicated", d.subdistrict, town.grounds[d.ground].community) for d in town.dedicated]
        self.grids = []
        for code, kind, subdistrict, community in grids:
            required = rng.choice(COMMUNITY_PATROLS) if kind == "community" else 1
            posts = (2 if rng.random() < 0.74 else 1) if kind == "community" else (2 if rng.random() < 0.25 else 1)
            diligence = rng.uniform(0.55, 0.8) if rng.random() < SLACK else rng.uniform(0.985, 0.999)
            self.grids.append(GridKept(code, kind, subdistrict, community, required, posts, diligence))
        self.day = lru_cache(maxsize=3)(self._make)

    def _make(self, number: int) -> list[PatrolDay]:
        day = self._almanac(number)
        rng = stream(self._seed, "patrol", number)
        random = rng.random
        absent = 0.012 + (0.02 if day.weekday >= 5 else 0.0) + 0.12 * (1 - day.festival) + (0.1 if day.typhoon else 0.0)
        standing_in = STAND_IN if day.weekday < 5 and day.festival == 1 and not day.typhoon else STAND_IN_ON_REST_DAYS
        start = number * DAY_S - OFFSET_S + SHIFT_S
        made = []
        for grid in self.grids:
            came = sum(random() > absent for _ in range(grid.posts)) or int(random() < standing_in)
            keen = grid.diligence * min(day.patrol * 1.15, 1.0)
            wanted = grid.required + (random() < 0.18)
            walked = sum(random() < keen for _ in range(wanted)) if came else 0
            ends = sorted(start + int(random() * SHIFT_LENGTH_S) for _ in range(walked))
            walks = tuple((end, 25 + int(random() * 55), self._found(random())) for end in ends)
            corrected = -1 if random() < 0.01 and any(walk[2] for walk in walks) else 0
            made.append(PatrolDay(grid, number, grid.posts, came, walks, corrected))
        return made

    def rows(self, number: int, now: datetime) -> list[Row]:
        """Rows of a day as known at `now`; none before the day begins."""
        at = int(now.timestamp())
        if at < number * DAY_S - OFFSET_S:
            return []
        return [one.row(at) for one in self.day(number)]

    @staticmethod
    def _found(draw: float) -> int:
        return 2 if draw > 0.985 else 1 if draw > 0.86 else 0
