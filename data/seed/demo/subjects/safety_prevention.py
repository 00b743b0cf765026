"""Prevention told: hazards from finding to closing, the patrols of each day, safety at the water, and the police's monthly counts."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from math import cos, exp, tau
from random import Random

from data.periods import period
from data.seed.demo.almanac import Day
from data.seed.demo.hours import at_hour, day_at, moment_of
from data.seed.demo.plans import Planner
from data.seed.demo.safety_cells import Site, sites
from data.seed.demo.stories import Fact, Row, Story, morning, until_now
from data.seed.demo.town import Point
from data.subjects.safety_prevention import hazard, patrol_plan, preventable_month, water_day

HOUR = 3600
HAZARDS_A_DAY = 19
KINDS = {  # share, who puts it right (None: the sub-district's office), days given
    "fire": (0.30, None, 7),
    "electric": (0.17, None, 7),
    "gas": (0.07, "dept_housing", 3),
    "building": (0.06, "dept_housing", 30),
    "water_edge": (0.08, "dept_emergency", 7),
    "traffic": (0.12, "dept_police", 15),
    "equipment": (0.10, "dept_market", 15),
    "security": (0.10, None, 15),
}
MAJOR, MAJOR_DAYS, MAJOR_LATE = 0.02, 30, 1.8  # a major one takes works, and is late more often
LATE = 0.55  # as often as such a unit is late with cases
DEFERRED = 0.22  # of those that will be late
LONGEST_OPEN_D = 110
AT_CELLS = 0.55
WET = {"electric": 1.6, "building": 1.5, "water_edge": 1.8}  # more often found when it pours
ROUTES = 12  # patrolled every day
PATROLS = {  # when the last is over, how often it is done, how much a typhoon leaves of it
    "route": (22.0, 0.985, 0.5),
    "school_gate": (17.5, 0.975, 0.0),
    "night_watch": (23.5, 0.95, 0.0),
    "beach": (19.0, 0.96, 0.1),
}
SLACK, SLACK_DONE = 0.15, 0.86  # of the sub-districts keep their plans badly
SIGNED = 10.0  # o'clock on the next morning
BEACH_OFFICES, BEACH_MONTHS, BEACH_ROUNDS = ("street_majiao", "street_binhai"), (8, 9, 10), 6
HOLIDAYS = ((date(2000, 1, 18), date(2000, 2, 22)), (date(2000, 7, 8), date(2000, 8, 31)))  # of schools, in any year
SWIMMING = (5, 6, 7, 8, 9, 10)
CASES = {"burglary": 0.42, "theft": 1.55, "fraud": 1.75}  # per 10,000 residents and month
FALLING = {"burglary": -0.14, "theft": -0.10, "fraud": -0.03}  # a year
_known = until_now(hazard, kept=("due_at",))


class SafetyPrevention(Story):
    """What is done every day so that nothing happens, and what happened."""

    name = "safety_prevention"
    tables = (hazard, patrol_plan, water_day, preventable_month)
    longest_days = LONGEST_OPEN_D + 5
    past_days = 520

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._kinds = list(KINDS)
        slack = self.stream("slack")
        self._slack = frozenset(street for street in self.subdistricts if slack.random() < SLACK) or {self.subdistricts[-1]}

    @cached_property
    def sites(self) -> list[Site]:
        """The places hazards are found at."""
        return sites(self.town, self.planner.place.areas())

    @cached_property
    def plan(self) -> dict[str, dict[str, int]]:
        """Patrols planned on a day of each kind, by sub-district."""
        schools = {
            street: sum(site.cell_type == "school" and site.subdistrict == street for site in self.sites) for street in self.subdistricts
        }
        beaches = {street: BEACH_ROUNDS for street, office in self.town.offices.items() if office in BEACH_OFFICES}
        return {
            "route": _shared(ROUTES, self.town.residents),
            "school_gate": {street: 2 * count for street, count in schools.items() if count},
            "night_watch": {street: max(count // 9000, 2) for street, count in self.town.residents.items()},
            "beach": beaches,
        }

    def day(self, number: int) -> Iterable[Fact]:
        """Everything that begins on a day."""
        day = self.almanac(number)
        yield from self._hazards(day)
        for kind, planned in self.plan.items():
            if self._takes_place(kind, day):
                yield from (self._patrol(kind, street, count, day) for street, count in planned.items())
        yield from self._water(day)
        if day.number == period(day.number, "month")[1]:
            yield from self._month(day)

    def _hazards(self, day: Day) -> Iterator[Fact]:
        rng = self.stream("hazards", day.number)
        wanted = HAZARDS_A_DAY * (0.45 if day.weekday >= 5 else 1.2) * day.festival * (1 + 0.25 * (day.rain > 1) + 0.8 * (day.backlog > 0))
        weights = [KINDS[kind][0] * (WET.get(kind, 1.0) if day.rain > 1 or day.backlog else 1.0) for kind in self._kinds]
        for place, kind in enumerate(rng.choices(self._kinds, weights, k=round(wanted * rng.uniform(0.7, 1.3)))):
            yield self._hazard(rng, day, place, kind)

    def _hazard(self, rng: Random, day: Day, place: int, kind: str) -> Fact:
        where = self._where(rng)
        major = rng.random() < MAJOR
        unit = KINDS[kind][1] or self.town.offices[where["subdistrict"]]
        found = at_hour(day.number, 8) + rng.randrange(10 * HOUR)
        late_on = day.number + (MAJOR_DAYS if major else KINDS[kind][2]) + 1
        due = at_hour(late_on, 0)
        late = rng.random() < LATE * (MAJOR_LATE if major else 1.0) * self.planner.desks.late(unit, "event", day)
        closed = self._closed(rng, found, due, late)
        deferred = due - rng.randrange(8, 40) * HOUR if late and rng.random() < DEFERRED else None
        row = where | {
            "hazard": day.number * 1000 + place,
            "number": f"YH{day.when:%Y%m%d}{place:03d}",
            "hazard_class": "major" if major else "general",
            "hazard_kind": kind,
            "unit": unit,
            "found_at": moment_of(found),
            "due_at": moment_of(due),
            "late_on": late_on,
            "deferred_at": deferred and moment_of(deferred),
            "closed_at": moment_of(closed),
        }
        return Fact(hazard, row, tuple(sorted(filter(None, (found, deferred, closed)))), _known)

    def _closed(self, rng: Random, found: int, due: int, late: bool) -> int:
        """When it is put right: in working hours."""
        if late:
            at = due + int(min(0.5 + rng.expovariate(1 / 9), 60) * 24 * HOUR)
        else:
            at = found + int((due - found) * min(exp(rng.gauss(-0.75, 0.5)), 0.96))
        day = day_at(at)
        at = min(max(at, at_hour(day, 8.5)), at_hour(day, 18))
        return min(at, found + LONGEST_OPEN_D * 24 * HOUR) if late else max(min(at, due - HOUR), found + HOUR)

    def _where(self, rng: Random) -> Row:
        if rng.random() < AT_CELLS:
            site = rng.choice(self.sites)
            return _placed(site.key, site.subdistrict, site.community, site.grid, site.at)
        ground = rng.choices(self.town.grounds, cum_weights=self.town.weights)[0]
        return _placed(None, ground.subdistrict, ground.community, ground.code, rng.choice(ground.points))

    def _takes_place(self, kind: str, day: Day) -> bool:
        """Beaches are watched on the weekends of a season, school gates on days of school, the rest always."""
        if kind == "beach":
            return day.when.month in BEACH_MONTHS and day.weekday >= 5
        if kind == "school_gate":
            closed = any(start <= day.when.replace(year=2000) <= end for start, end in HOLIDAYS)
            return self.planner.rules.calendar.is_workday(day.number) and not closed
        return True

    def _patrol(self, kind: str, street: str, planned: int, day: Day) -> Fact:
        rng = self.stream(kind, day.number, street)
        ends, usual, stormy = PATROLS[kind]
        done = usual * (SLACK_DONE if street in self._slack else 1.0) * (stormy if day.typhoon else 1.0) * (0.97 if day.rain == 3 else 1.0)
        over, signed = at_hour(day.number, ends), at_hour(day.number + 1, SIGNED)
        logs = sorted(over + self._after(rng) for _ in range(planned) if rng.random() < done)
        row = {
            "day": day.number,
            "patrol_kind": kind,
            "subdistrict": street,
            "planned_n": planned,
            "done_n": len(logs),
            "ends_at": moment_of(over),
            "signed_at": moment_of(signed),
        }

        def known(whole: Row, now: int) -> Row:
            logged = sum(at <= now for at in logs)
            return whole | {"done_n": logged, "signed_at": whole["signed_at"] if signed <= now else None}

        return Fact(patrol_plan, row, (over, *sorted({at for at in logs if over < at < signed}), signed), known)

    @staticmethod
    def _after(rng: Random) -> int:
        """Seconds after the end at which a patrol is logged: most were logged on the way, some late."""
        draw = rng.random()
        return 0 if draw < 0.8 else rng.randrange(60, 2 * HOUR) if draw < 0.985 else rng.randrange(2 * HOUR, 9 * HOUR)

    def _water(self, day: Day) -> Iterator[Fact]:
        rng = self.stream("water", day.number)
        swims = day.when.month in SWIMMING and not day.typhoon
        for street in self.subdistricts:
            share = self.town.residents[street] / max(sum(self.town.residents.values()), 1)
            expected = share * (26 if swims else 1.5) * (1.7 if day.weekday >= 5 and swims else 1) * (0.5 if day.rain else 1)
            row = {
                "day": day.number,
                "subdistrict": street,
                "drownings_n": int(swims and rng.random() < 0.0085 * share),
                "warnings_n": round(expected * rng.uniform(0.5, 1.5)),
            }
            yield Fact(water_day, row, (morning(day.number + 1),))

    def _month(self, day: Day) -> Iterator[Fact]:
        years = (day.when - date(2026, 1, 1)).days / 365.25
        season = 1 + 0.07 * cos(tau * (day.when.month - 1) / 12)  # more before the Spring Festival
        for street, residents in self.town.residents.items():
            rng = self.stream("month", day.number, street)
            prone = self.stream("prone", street).uniform(0.75, 1.3)
            counts = {}
            for kind, rate in CASES.items():
                mean = rate * residents / 10_000 * prone * season * exp(FALLING[kind] * years)
                counts[f"{kind}_n"] = max(round(rng.gauss(mean, mean**0.5)), 0)
            row = {"month_on": day.number, "subdistrict": street, **counts, "residents_n": residents}
            yield Fact(preventable_month, row, (morning(day.number + 1),))


def _placed(cell: str | None, subdistrict: str, community: str, grid: str, at: Point) -> Row:
    return {"cell": cell, "subdistrict": subdistrict, "community": community, "grid": grid, "lon": at[0], "lat": at[1]}


def _shared(count: int, residents: dict[str, int]) -> dict[str, int]:
    """So many, shared out by residents: one each, then by the largest remainder (D'Hondt)."""
    shares = dict.fromkeys(residents, 1)
    while sum(shares.values()) < count:
        most = max(shares, key=lambda street: residents[street] / (shares[street] + 1))
        shares[most] += 1
    return shares


STORY = SafetyPrevention
