"""The lives of consumer matters: what is brought against whom, when the bureau decides, what comes of it. All clocks run in working days.

About 14 on a working day: a county's hotline passed 152 in a quarter to its market bureau (2.4 a working day), the rest comes through
12315 itself. More around the consumer day in March and the sales of November.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from random import Random
from typing import Any

from data.seed import catalogue
from data.seed.demo.almanac import Day
from data.seed.demo.hours import DAY_S, WORKED_S, at_hour, day_at, workdays_from
from data.seed.demo.market_premises import BOOK, Draw, Site, sites
from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.tallied import Choice, drawn

ON_WORKDAYS, ON_OTHER_DAYS = 14.0, 5.5
KINDS = {"complaint": 0.68, "report": 0.20, "consult": 0.12}
UNKNOWN = 0.05  # of the businesses cannot be found at first
REFUSED, WITHDRAWN, AGREED = 0.08, 0.11, 0.58
EXTENDED, FILED, PENALIZED = 0.15, 0.34, 0.78
LATE = {"accept": 0.018, "mediate": 0.028, "verify": 0.03}  # of the decisions
MEDIAN_WD = {"accept": 2.6, "mediate": 17.0, "verify": 8.0}
LONGEST_LATE_WD = 12
BURST_SHARE, BURST_DAYS = 0.8, 5  # of the weeks in which one business is suddenly complained of by many
BURST_TRADES = ("training", "beauty", "lodging")
LONGEST_DAYS = 200
Running = tuple[str, int, int, int]  # clock, from, to (epoch seconds), last day


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with all that becomes of it; moments are epoch seconds, 0 where there is none."""

    number: str
    kind: str
    trade: str
    problem: str
    site: Site | None
    subdistrict: str
    community: str
    received: int
    clocks: tuple[Running, ...] = ()
    outcome: str | None = None
    recovered: int | None = None
    filed: bool | None = None
    extended: int = 0
    let_go: int = 0
    penalized: int = 0
    penalty: int | None = None
    published: int = 0
    ended: int = 0

    def clock(self, name: str) -> Running | None:
        """The last stretch of a clock of this name."""
        return next((one for one in reversed(self.clocks) if one[0] == name), None)


class Matters:
    """The matters of a place by the local day they are brought on."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self._is_workday: Callable[[int], bool] = planner.rules.calendar.is_workday
        self._limits = catalogue.weights("consumer_clock")
        every = sites(planner)
        self._drawn = Draw(every, [site.matters for site in every])
        self._bursting = [site for site in every if site.trade in BURST_TRADES]
        self._problems = {trade: Choice(book["problems"]) for trade, book in BOOK["trades"].items() if "problems" in book}
        self._kinds = Choice(KINDS)
        self.day = lru_cache(maxsize=256)(self._day)

    def _day(self, number: int) -> Sequence[Matter]:
        """All matters of a day, in the order of their numbers."""
        rng, day = stream(self.planner.seed, "matters", number), self.planner.almanac(number)
        usual = ON_WORKDAYS if self._is_workday(number) else ON_OTHER_DAYS
        brought = [(self._drawn(rng), self._kinds(rng), "") for _ in range(drawn(rng, usual * _busy(day) * exp(rng.gauss(0, 0.1))))]
        brought += [(site, "complaint", "refund") for site in self._burst(number)]
        return [self._matter(rng, day, place, *one) for place, one in enumerate(brought, 1)]

    def _burst(self, number: int) -> Iterator[Site]:
        """The business many complain of, as often as they do so on this day."""
        for week in (number // 7 - 1, number // 7):
            rng = stream(self.planner.seed, "burst", week)
            first = week * 7 + rng.randrange(7)
            site, daily = rng.choice(self._bursting), rng.choice((1, 2, 2, 3))
            if rng.random() < BURST_SHARE and first <= number < first + BURST_DAYS:
                yield from (site for _ in range(daily))

    def _matter(self, rng: Random, day: Day, place: int, site: Site, kind: str, problem: str) -> Matter:
        received = at_hour(day.number, rng.choices((8, 10, 13, 16, 19), (3, 4, 3, 3, 2))[0]) + rng.randrange(2 * 3600)
        made: dict[str, Any] = {
            "number": f"{day.when:%Y%m%d}{place:03d}", "kind": kind, "trade": site.trade, "received": received,
            "problem": problem or self._problems[site.trade](rng), "site": None if not problem and rng.random() < UNKNOWN else site,
            "subdistrict": site.subdistrict, "community": site.community,
        }  # fmt: skip
        if kind == "consult":
            return Matter(**made, ended=self._after(received, rng.uniform(0.1, 1.5)))
        return Matter(**made, **(self._complaint(rng, day, received) if kind == "complaint" else self._report(rng, day, received)))

    def _complaint(self, rng: Random, day: Day, received: int) -> dict[str, Any]:
        due = self._due(received, self._limits["accept"])
        accepted = self._decided(rng, day, "accept", received)
        begun: tuple[Running, ...] = (("accept", received, accepted, due),)
        if rng.random() < REFUSED:
            return {"clocks": begun, "outcome": "not_accepted", "ended": accepted}
        ended = self._decided(rng, day, "mediate", accepted)
        mediating = ("mediate", accepted, ended, self._due(accepted, self._limits["mediate"]))
        draw = rng.random()
        outcome = "withdrawn" if draw < WITHDRAWN else "agreed" if draw < WITHDRAWN + AGREED else "not_agreed"
        recovered = int(min(exp(rng.gauss(5.6, 1.1)), 60_000)) if outcome == "agreed" and rng.random() < 0.8 else None
        return {"clocks": (*begun, mediating), "outcome": outcome, "recovered": recovered, "ended": ended}

    def _report(self, rng: Random, day: Day, received: int) -> dict[str, Any]:
        limit, extension = self._limits["verify"], self._limits["extension"]
        due = self._due(received, limit)
        extended = self._after(received, limit - rng.uniform(1.2, 3.5)) if rng.random() < EXTENDED else 0
        if extended:
            later = self._due(received, limit + extension)
            took = (
                extension + limit + 1 + rng.random() * 5 if rng.random() < LATE["verify"] else rng.uniform(limit + 1, limit + extension - 1)
            )
            verified = self._after(received, took)
            clocks: tuple[Running, ...] = (("verify", received, extended, due), ("verify", extended, verified, later))
        else:
            verified = self._decided(rng, day, "verify", received)
            clocks = (("verify", received, verified, due),)
        told: dict[str, Any] = {"clocks": clocks, "extended": extended, "filed": False}
        if rng.random() >= FILED:
            return told
        over = self._after(verified + int(rng.uniform(24, 84) * DAY_S), 0.3)
        if rng.random() >= PENALIZED:
            return told | {"filed": True, "let_go": over}
        penalty = max(200, round(exp(rng.gauss(8.1, 1.0)), -2))
        return told | {"filed": True, "penalized": over, "penalty": int(penalty), "published": self._after(over, rng.uniform(2, 18))}

    def _decided(self, rng: Random, day: Day, clock: str, start: int) -> int:
        """When a decision falls whose clock runs since a moment."""
        limit, strained = self._limits[clock], 2.2 if day.backlog or _consumer_day(day) else 1.0
        if rng.random() < LATE[clock] * strained:
            return self._after(start, limit + 1 + min(rng.expovariate(1 / 3), LONGEST_LATE_WD))
        return self._after(start, min(exp(rng.gauss(log(MEDIAN_WD[clock]), 0.55)), limit - 0.6))

    def _after(self, moment: int, days: float) -> int:
        """The moment after so many working days."""
        return self.planner.world.working.later(moment, days * WORKED_S)

    def _due(self, moment: int, days: int) -> int:
        """The last day of a limit that begins on the day after a moment."""
        return workdays_from(day_at(moment), days, self._is_workday)


@lru_cache(maxsize=2)
def matters(planner: Planner) -> Matters:
    """The matters of a place, for all who tell of them."""
    return Matters(planner)


def _consumer_day(day: Day) -> bool:
    return day.when.month == 3 and 12 <= day.when.day <= 22


def _busy(day: Day) -> float:
    sales = day.when.month == 11 and 9 <= day.when.day <= 20
    return (1.7 if _consumer_day(day) else 1.3 if sales else 1.0) * (0.6 if day.typhoon else 1.0) * (0.5 + 0.5 * day.festival)
