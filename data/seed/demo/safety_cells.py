"""Places that could be safety cells, those that are or will be, and the reviews of each from its acceptance on."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from data.periods import day_of
from data.seed.demo.hours import at_hour, working_day
from data.seed.demo.plans import LAST_DAY
from data.seed.demo.town import Point, Town

INDUSTRIES = {"school": "school", "market": "market", "port": "port", "scenic": "venue", "hospital": "venue", "transport": "venue"}
COAST = {"port", "fishery", "scenic"}  # a community with such a grid has a beach
LARGE = 4500  # residents of a community with two estates
SHARE = {"school": 0.93, "market": 0.76, "estate": 0.46, "community": 0.84, "street": 0.5, "beach": 0.6, "port": 0.7, "venue": 0.52}
CYCLE_D = {"school": 182, "market": 122, "beach": 122, "port": 122}  # from review to review; others half a year
HALF_YEAR_D, AGAIN_D, LAPSE_D = 182, 60, 60  # a failed cell is looked at again; a review long past makes the title lapse
EARLY = (date(2021, 6, 1), date(2025, 6, 1))  # most cells were made then,
LATER = (date(2025, 7, 1), date(2027, 12, 1))  # the rest one after the other
EARLY_SHARE = 0.84
PASSES, PASSES_AGAIN, WEAK_PASSES = 0.945, 0.76, 0.86
ON_TIME, WEAK_ON_TIME = 0.91, 0.76
REVIEWED = 16.0  # o'clock
EVERYWHERE = ("duty_roster", "patrol_log", "fire_route", "fire_gear", "video_works", "wiring", "hazard_ledger", "drill", "publicity")
ITEMS = {
    "school": ("alarm", "gate_control", "lighting", "volunteers"),
    "market": ("alarm", "e_bike_charging", "gate_control"),
    "estate": ("gate_control", "e_bike_charging", "lighting", "dispute_ledger", "volunteers"),
    "community": ("dispute_ledger", "volunteers", "lighting", "e_bike_charging"),
    "street": ("lighting", "alarm", "volunteers"),
    "beach": ("rescue_gear", "warning_signs", "volunteers"),
    "port": ("rescue_gear", "warning_signs", "gate_control"),
    "venue": ("alarm", "gate_control", "warning_signs", "lighting"),
}
OFTEN = {"e_bike_charging": 4.0, "fire_route": 3.0, "video_works": 2.2, "hazard_ledger": 2.0, "drill": 1.6, "rescue_gear": 1.6}
Streams = Callable[..., Random]


@dataclass(frozen=True, slots=True)
class Site:
    """A place that could be a cell."""

    key: str
    cell_type: str
    name_zh: str
    name_en: str
    subdistrict: str
    community: str
    grid: str
    at: Point


@dataclass(frozen=True, slots=True)
class Review:
    """One look at the checklist: when, when it was due, what failed, and when the next is due."""

    at: int
    day: int
    due: int
    passed: bool
    score: int
    failed: tuple[str, ...]
    next_due: int


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A site with its life: creating begins, it is accepted (the first review), and then reviewed again and again."""

    site: Site
    creating_at: int
    reviews: tuple[Review, ...]
    moments: tuple[int, ...] = field(repr=False)

    def newest(self, now: int) -> Review | None:
        """The last review that has been by then; None before the cell is accepted."""
        place = bisect_right(self.moments, now)
        return self.reviews[place - 1] if place else None


def sites(town: Town, areas: Iterable[dict[str, Any]]) -> list[Site]:
    """Every place of a town that could be a cell, by type and key."""
    rows = {str(row["code"]): row for row in areas if not row["valid_to"]}
    found = [*_dedicated(town, rows), *_of_communities(town, rows)]
    return sorted(found, key=lambda site: (site.cell_type, site.key))


def _dedicated(town: Town, rows: dict[str, dict[str, Any]]) -> Iterator[Site]:
    for one in town.dedicated:
        row, ground = rows[one.code], town.grounds[one.ground]
        if one.industry in INDUSTRIES:
            name_zh = str(row["name_zh"]).removesuffix("专属网格")
            where = (one.subdistrict, ground.community, ground.code, (float(row["lon"]), float(row["lat"])))
            yield Site(one.code, INDUSTRIES[one.industry], name_zh, str(row["name_en"]), *where)


def _of_communities(town: Town, rows: dict[str, dict[str, Any]]) -> Iterator[Site]:
    coast = {town.grounds[one.ground].community for one in town.dedicated if one.industry in COAST}
    grounds = {ground.community: ground for ground in reversed(town.grounds)}
    residents = dict.fromkeys(grounds, 0)
    for ground in town.grounds:
        residents[ground.community] += ground.residents
    for number, (code, ground) in enumerate(sorted(grounds.items())):
        zh = str(rows[code]["name_zh"]).removesuffix("社区")
        en = str(rows[code]["name_en"]).removesuffix(" Community")
        made = [("community", "C", str(rows[code]["name_zh"]), str(rows[code]["name_en"]))]
        made += [("estate", f"E{n}", f"{zh}小区{n}号", f"Estate {n}, {en}") for n in range(1, 3 if residents[code] > LARGE else 2)]
        made += [("street", "R", f"{zh}主街", f"Main street, {en}")] if number % 2 else []
        made += [("beach", "B", f"{zh}湾海滩", f"{en} Bay beach")] if code in coast else []
        for place, (cell_type, mark, name_zh, name_en) in enumerate(made):
            at = ground.points[place % len(ground.points)]
            yield Site(f"{code}-{mark}", cell_type, name_zh, name_en, ground.subdistrict, code, ground.code, at)


def cells(found: Sequence[Site], stream: Streams, is_workday: Callable[[int], bool]) -> list[Cell]:
    """The sites that are or will be cells, each with all its reviews to come."""
    streets = sorted({site.subdistrict for site in found})
    weak = frozenset(stream("weak").sample(streets, min(2, len(streets))))
    made = []
    for site in found:
        rng = stream("cell", site.key)
        if rng.random() < SHARE[site.cell_type]:
            made.append(_lived(site, rng, site.subdistrict in weak, is_workday))
    return made


def _lived(site: Site, rng: Random, weak: bool, is_workday: Callable[[int], bool]) -> Cell:
    first, last = EARLY if rng.random() < EARLY_SHARE else LATER
    accepted = working_day(day_of(first) + rng.randrange((last - first).days), 1, is_workday)
    creating = accepted - rng.randrange(90, 170)
    cycle = CYCLE_D.get(site.cell_type, HALF_YEAR_D)
    reviews = [_review(site, rng, accepted, accepted, cycle, 1.0)]
    while reviews[-1].day < LAST_DAY:
        newest = reviews[-1]
        passes = (WEAK_PASSES if weak else PASSES) if newest.passed else PASSES_AGAIN
        held = _held(newest.next_due, rng, WEAK_ON_TIME if weak else ON_TIME, is_workday)
        reviews.append(_review(site, rng, max(held, newest.day + 1), newest.next_due, cycle, passes))
    return Cell(site, at_hour(creating, 9), tuple(reviews), tuple(review.at for review in reviews))


def _held(due: int, rng: Random, on_time: float, is_workday: Callable[[int], bool]) -> int:
    """The day on which a review that is due by a day is held."""
    if rng.random() < on_time:
        return working_day(due - rng.randrange(12), -1, is_workday)
    return working_day(due + 2 + min(int(rng.expovariate(1 / 24)), 110), 1, is_workday)


def _review(site: Site, rng: Random, day: int, due: int, cycle: int, passes: float) -> Review:
    passed = rng.random() < passes
    count = rng.choices((0, 1, 2), (0.46, 0.34, 0.2))[0] if passed else rng.choices((3, 4, 5), (0.6, 0.3, 0.1))[0]
    items = EVERYWHERE + ITEMS[site.cell_type]
    ranked = sorted(items, key=lambda item: -(rng.random() ** (1 / OFTEN.get(item, 1.0))))  # drawn by weight, none twice
    score = 100 - 5 * count - rng.randrange(4)
    return Review(at_hour(day, REVIEWED), day, due, passed, score, tuple(sorted(ranked[:count])), day + (cycle if passed else AGAIN_D))


def checklist(cell_type: str) -> int:
    """How many items the checklist of a type has."""
    return len(EVERYWHERE) + len(ITEMS[cell_type])
