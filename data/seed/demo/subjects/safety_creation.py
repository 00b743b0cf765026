"""Safety cells told: reviews on their days, and every hour the register, the titles of the year and the newest check of each school."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from sqlalchemy import Table

from data.periods import date_of, day_of
from data.seed.demo.hours import at_hour, day_at, moment_of
from data.seed.demo.plans import Planner
from data.seed.demo.safety_cells import LAPSE_D, LATER, Cell, Review, Site, cells, checklist, sites
from data.seed.demo.safety_titles import Title, award_day, titles
from data.seed.demo.stories import Fact, Row, Story
from data.subjects.safety_creation import cell_base, cell_fault, cell_review, cell_title, safety_cell, school_check

TERMS = {"S": (3, 1, 45), "A": (9, 5, 45)}  # the check of a term: month, day, within so many days
MET = {"people_ok": 0.985, "physical_ok": 0.95, "technical_ok": 0.9}
CHECKED = 15  # o'clock
WORKED_OFF_D = (40, 140)  # days after the check by which a defence found wanting is put right


@dataclass(frozen=True, slots=True)
class Check:
    """One school in one term: `mended` says from which day a defence that failed is in order."""

    site: Site
    term: str
    day: int
    mended: Mapping[str, int]
    fault_h: int | None
    kept_d: int


class SafetyCreation(Story):
    """The register of safety cells, from proposal to review after review."""

    name = "safety_creation"
    tables = (cell_review, cell_fault)
    standing_tables = (safety_cell, cell_title, cell_base, school_check)
    past_days = 520

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._awarded = lru_cache(maxsize=2)(self._award)
        self._term = lru_cache(maxsize=8)(self._check_all)

    @cached_property
    def sites(self) -> list[Site]:
        """Every place that could be a cell."""
        return sites(self.town, self.planner.place.areas())

    @cached_property
    def cells(self) -> list[Cell]:
        """Those that are or will be."""
        return cells(self.sites, self.stream, self.planner.rules.calendar.is_workday)

    @cached_property
    def titles(self) -> list[Title]:
        """What each level plans to name in a year."""
        return titles(self.cells, self.stream, day_of(LATER[0]))

    @cached_property
    def _reviewed(self) -> dict[int, list[tuple[int, Review]]]:
        by_day: dict[int, list[tuple[int, Review]]] = {}
        for number, cell in enumerate(self.cells):
            for review in cell.reviews:
                by_day.setdefault(review.day, []).append((number, review))
        return by_day

    def day(self, number: int) -> Iterable[Fact]:
        """The reviews of a day with what failed in them."""
        for place, review in self._reviewed.get(number, ()):
            yield from _told(self.cells[place].site, review, number * 10_000 + place)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """The register as it stood at the last full hour."""
        hour = now - now % self.every_s
        day = day_at(hour)
        return {
            safety_cell: [_row(cell, hour, day) for cell in self.cells],
            cell_title: [self._title(title, hour, day) for title in self.titles],
            cell_base: self._base,
            school_check: [_checked(check, day) for check in self._checks(hour)],
        }

    def _title(self, title: Title, now: int, day: int) -> Row:
        awarded, newest, site = self._awarded(date_of(day).year)[title], title.cell.newest(now), title.cell.site
        return {
            "cell": site.key,
            "cell_level": title.level,
            "cell_type": site.cell_type,
            "subdistrict": site.subdistrict,
            "led": title.led,
            "awarded_on": awarded if awarded is not None and at_hour(awarded, CHECKED) <= now else None,
            "created": newest is not None,
            "passed": newest is not None and _state(title.cell, newest, now, day) == "passed",
        }

    def _award(self, year: int) -> dict[Title, int | None]:
        return {title: award_day(title, year, self.stream) for title in self.titles}

    @cached_property
    def _base(self) -> list[Row]:
        units = Counter((site.subdistrict, site.cell_type) for site in self.sites)
        planned = Counter((cell.site.subdistrict, cell.site.cell_type) for cell in self.cells)
        return [
            {"subdistrict": street, "cell_type": cell_type, "units_n": count, "planned_n": planned[street, cell_type]}
            for (street, cell_type), count in sorted(units.items())
        ]

    def _checks(self, now: int) -> Iterator[Check]:
        """The newest check of each school."""
        year = date_of(day_at(now)).year
        terms = [self._term(at, mark) for at in (year, year - 1) for mark in ("A", "S")]
        for found in zip(*terms, strict=True):
            yield next(check for check in found if at_hour(check.day, CHECKED) <= now)

    def _check_all(self, year: int, mark: str) -> list[Check]:
        schools = [site for site in self.sites if site.cell_type == "school"]
        return [self._check(site, year, mark) for site in schools]

    def _check(self, site: Site, year: int, mark: str) -> Check:
        rng, lax = self.stream("term", site.key, year, mark), self.stream("lax", site.key).random() < 0.1
        month, first, length = TERMS[mark]
        day = day_of(date(year, month, first)) + rng.randrange(length)
        wanting = [name for name, share in MET.items() if rng.random() > share - 0.2 * lax]
        return Check(
            site=site,
            term=f"{year}{mark}",
            day=day,
            mended={name: day + rng.randrange(*WORKED_OFF_D) for name in wanting},
            fault_h=rng.choice((None, None, 2, 3, 4, 6, 8, 12, 18, 24)) if rng.random() < 0.94 else rng.choice((30, 41, 56)),
            kept_d=rng.choice((30, 30, 60, 90)) if rng.random() < 0.96 else rng.choice((15, 20, 27)),
        )


def _told(site: Site, review: Review, number: int) -> Iterator[Fact]:
    where = {"review": number, "subdistrict": site.subdistrict, "reviewed_on": review.day}
    row = where | {
        "cell": site.key,
        "cell_type": site.cell_type,
        "due_on": review.due,
        "passed": review.passed,
        "score": review.score,
        "items_n": checklist(site.cell_type),
        "failed_n": len(review.failed),
    }
    yield Fact(cell_review, row, (review.at,))
    yield from (Fact(cell_fault, where | {"cell_item": item}, (review.at,)) for item in review.failed)


def _state(cell: Cell, newest: Review | None, now: int, day: int) -> str:
    if newest is None:
        return "creating" if cell.creating_at <= now else "proposed"
    if day > newest.next_due + LAPSE_D:
        return "lapsed"
    return "passed" if newest.passed else "failed"


def _row(cell: Cell, now: int, day: int) -> Row:
    site, newest = cell.site, cell.newest(now)
    return {
        "cell": site.key,
        "cell_type": site.cell_type,
        "name_zh": site.name_zh,
        "name_en": site.name_en,
        "subdistrict": site.subdistrict,
        "community": site.community,
        "grid": site.grid,
        "lon": site.at[0],
        "lat": site.at[1],
        "state": _state(cell, newest, now, day),
        "created_on": cell.reviews[0].day if newest else None,
        "last_review_on": newest.day if newest else None,
        "next_review_on": newest.next_due if newest else None,
        "review_due_at": moment_of(at_hour(newest.next_due + 1, 0)) if newest else None,
        "score": newest.score if newest else None,
        "items_n": checklist(site.cell_type) if newest else None,
        "failed_n": len(newest.failed) if newest else None,
    }


def _checked(check: Check, day: int) -> Row:
    site = check.site
    return {
        "school": site.key,
        "name_zh": site.name_zh,
        "name_en": site.name_en,
        "subdistrict": site.subdistrict,
        "community": site.community,
        "term": check.term,
        "checked_on": check.day,
        **{name: check.mended.get(name, day) <= day for name in MET},
        "fault_h": check.fault_h,
        "kept_d": check.kept_d,
    }


STORY = SafetyCreation
