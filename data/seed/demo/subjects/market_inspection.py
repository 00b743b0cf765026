"""Premises told each hour with what their own past says of them; checks and required visits on their days, the plan at New Year."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from sqlalchemy import Table

from data.periods import date_of, day_of, period
from data.seed.demo.hours import at_hour, day_at, workdays_from
from data.seed.demo.market_checks import PUBLISH_DAYS, Check, Duty, visits
from data.seed.demo.market_matters import matters
from data.seed.demo.market_premises import Site, licence, sites
from data.seed.demo.market_samples import samples
from data.seed.demo.plans import Planner
from data.seed.demo.registries import changed
from data.seed.demo.stories import Fact, Row, Story, morning
from data.subjects.market_inspection import CLUSTER_DAYS, YEAR_DAYS, check_plan, graded_visit, market_check, premises


class MarketInspection(Story):
    """The register of premises, and who was visited."""

    name = "market_inspection"
    tables = (market_check, check_plan, graded_visit)
    standing_tables = (premises,)
    longest_days = 150
    past_days = 731  # this year's plan and the one before, on any day of the year

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._held: dict[int, dict[int, list[Check]]] = {}

    def day(self, number: int) -> Iterable[Fact]:
        """The plan on New Year's Day, the visits a quarter requires on its first day, the checks of the day."""
        when = date_of(number)
        if (when.month, when.day) == (1, 1):
            yield from self._plan(when.year)
        first, last = period(number, "quarter")
        if number == first:
            yield from (_required(duty, first) for duty in visits(self.planner).duties(last))
        yield from (self._checked(check, number) for check in self._checks(number))

    def _checks(self, number: int) -> Iterator[Check]:
        """The checks held on a day, of this year's plan and what slipped over from the last."""
        year = date_of(number).year
        for planned in (year - 1, year):
            if planned not in self._held:
                by_day = self._held.setdefault(planned, {})
                for check in visits(self.planner).checks(planned):
                    by_day.setdefault(day_at(check.held), []).append(check)
            yield from self._held[planned].get(number, ())

    def _plan(self, year: int) -> Iterator[Fact]:
        planned: Counter[tuple[int, str, str]] = Counter()
        joint: Counter[tuple[int, str, str]] = Counter()
        for check in visits(self.planner).checks(year):
            key = check.month_on, check.plan, check.site.subdistrict
            planned[key] += 1
            joint[key] += check.joint
        first = day_of(date(year, 1, 1))
        for key, count in sorted(planned.items()):
            row = dict(zip(("month_on", "check_plan", "subdistrict"), key, strict=True))
            yield Fact(check_plan, {**row, "year_on": first, "planned_n": count, "joint_n": joint[key]}, (morning(first),))

    def _checked(self, check: Check, number: int) -> Fact:
        due = workdays_from(number, PUBLISH_DAYS, self.planner.rules.calendar.is_workday)
        row = {
            "number": check.number,
            "check_plan": check.plan,
            "joint": check.joint,
            "uscc": check.site.uscc,
            "risk_class": check.site.risk_class,
            **check.site.where,
            "grid": check.site.grid,
            "checked_on": number,
            "problem": check.problem,
            "publish_due_on": due,
        }
        turns = {check.held, check.published, at_hour(due + 1, 0)}
        return Fact(market_check, row, tuple(sorted(turns)), partial(_published, check))

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every premises as it stood at the last full hour."""
        hour = now - now % self.every_s
        day = day_at(hour)
        visited, failed, complained = self._visited(hour, day), self._failed(hour, day), self._complained(hour, day)
        rows = []
        for site in sites(self.planner):
            until, state = licence(site, day, self.seed)
            told = {"visited_on": visited.get(site.uscc), "failed_n": failed[site.uscc], "complaints_n": complained[site.uscc]}
            rows.append(_registered(site) | told | {"licence_until_on": until, "licence_state": state})
        return {premises: rows}

    def moved(self, after: int, now: int) -> Mapping[Table, Sequence[Row]]:
        """The premises that changed."""
        return changed(self, after, now)

    def _visited(self, hour: int, day: int) -> dict[str, int]:
        """The last visit within a year, by premises."""
        known = visits(self.planner)
        moments = [(check.held, check.site) for back in (2, 1, 0) for check in known.checks(date_of(day).year - back)]
        moments += [(duty.visited, duty.site) for back in range(6) for duty in known.duties(period(day, "quarter", back)[1])]
        found: dict[str, int] = {}
        for at, site in moments:
            if at and at <= hour and day_at(at) > day - YEAR_DAYS:
                found[site.uscc] = max(found.get(site.uscc, 0), day_at(at))
        return found

    def _failed(self, hour: int, day: int) -> Counter[str]:
        """Samples that failed within a year, by premises."""
        results = (sample for number in range(day - YEAR_DAYS + 1, day + 1) for sample in samples(self.planner).day(number))
        return Counter(sample.site.uscc for sample in results if not sample.passed and sample.told <= hour)

    def _complained(self, hour: int, day: int) -> Counter[str]:
        """Complaints of the last days, by premises."""
        brought = (one for number in range(day - CLUSTER_DAYS + 1, day + 1) for one in matters(self.planner).day(number))
        return Counter(one.site.uscc for one in brought if one.site and one.kind == "complaint" and one.received <= hour)


def _published(check: Check, row: Row, now: int) -> Row:
    published = day_at(check.published) if check.published <= now else None
    late = now >= at_hour(row["publish_due_on"] + 1, 0)
    return row | {"published_on": published, "publish_ok": published <= row["publish_due_on"] if published else False if late else None}


def _required(duty: Duty, first: int) -> Fact:
    site = duty.site
    row = {"uscc": site.uscc, "due_on": duty.due_on, "food_grade": site.food_grade, **site.where}
    turns = {morning(first), at_hour(duty.due_on + 1, 0), *([duty.visited] if duty.visited else [])}
    return Fact(graded_visit, row, tuple(sorted(turns)), partial(_made, duty))


def _made(duty: Duty, row: Row, now: int) -> Row:
    visited = day_at(duty.visited) if duty.visited and duty.visited <= now else None
    late = now >= at_hour(duty.due_on + 1, 0)
    return row | {"visited_on": visited, "in_time": visited <= duty.due_on if visited else False if late else None}


def _registered(site: Site) -> Row:
    return {
        "uscc": site.uscc,
        "name_zh": site.name_zh,
        "name_en": site.name_en,
        "trade": site.trade,
        "risk_class": site.risk_class,
        "food_grade": site.food_grade,
        "licence_kind": site.licence_kind,
        **site.where,
        "grid": site.grid,
        "lon": site.at[0],
        "lat": site.at[1],
    }


STORY = MarketInspection
