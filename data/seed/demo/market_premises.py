"""The regulated premises of the demonstration: where each lies, how risky it is, what licence it holds and until when."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from data import uscc
from data.seed import catalogue
from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.town import Ground, Point
from data.subjects.market_inspection import CLASSES, LICENCE_DAYS

BOOK = tomllib.loads(Path(__file__).with_name("market.toml").read_text("utf-8"))
FIRM, HOUSEHOLD = "91", "92"  # the first characters of their codes
SPREAD = 1.0  # how far businesses of a trade differ in the matters brought against them
IN_INDUSTRY = 0.6  # of the premises of a trade that has dedicated grids lie in one
POOR, POOR_FAILS, USUAL_FAILS = 0.015, 13.0, 0.82  # of the premises, and how often samples fail there against the average
LEAD_DAYS, LEAD_SPREAD = 42, 28  # before its end a renewal is filed, below zero after it
GRANTED_DAYS = 10
LONGEST_LEAD = LEAD_DAYS + 4 * LEAD_SPREAD
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A business at its place. `matters` weighs how often it is complained of, `poor` how often its samples fail."""

    uscc: str
    trade: str
    name_zh: str
    name_en: str
    subdistrict: str
    community: str
    grid: str
    at: Point
    risk_class: str
    food_grade: str | None
    licence_kind: str | None
    licence_days: int  # how long one is good for
    licence_phase: int
    matters: float
    poor: float

    @property
    def where(self) -> dict[str, str]:
        """Its areas, as columns."""
        return {"subdistrict": self.subdistrict, "community": self.community}


@lru_cache(maxsize=2)
def sites(planner: Planner) -> list[Site]:
    """Every premises of a place, by trade; they follow from the seed alone."""
    years = catalogue.weights("licence_kind")
    names = {str(row["code"]): (str(row["name_zh"]), str(row["name_en"])) for row in planner.place.areas()}
    taken: set[str] = set()
    found = []
    for trade, book in BOOK["trades"].items():
        rng = stream(planner.seed, "premises", trade)
        numbered: dict[str, int] = {}
        for ground in _grounds(planner, book, rng):
            serial = numbered[ground.community] = numbered.get(ground.community, 0) + 1
            found.append(_site(planner, trade, book, (ground, serial, names[ground.community]), rng, taken, years))
    return found


def _grounds(planner: Planner, book: dict[str, Any], rng: Random) -> Iterator[Ground]:
    town = planner.town
    own = [town.grounds[one.ground] for one in town.dedicated if one.industry == book.get("industry")]
    for _ in range(book["n"]):
        yield rng.choice(own) if own and rng.random() < IN_INDUSTRY else rng.choices(town.grounds, cum_weights=town.weights)[0]


def _site(
    planner: Planner,
    trade: str,
    book: dict[str, Any],
    place: tuple[Ground, int, tuple[str, str]],
    rng: Random,
    taken: set[str],
    years: dict[str, int],
) -> Site:
    ground, serial, (zh, en) = place
    classes = [BOOK["risk"][key]["share"] for key in CLASSES]
    licence = book.get("licence")
    days = years[licence] * YEAR_DAYS if licence else 0
    return Site(
        uscc=_code(planner.place.region, FIRM if rng.random() < book["firms"] else HOUSEHOLD, rng, taken),
        trade=trade,
        name_zh=f"{zh.removesuffix('社区')}{book['zh']}{serial}号",
        name_en=f"{book['en']} {serial}, {en.removesuffix(' Community')}",
        subdistrict=ground.subdistrict,
        community=ground.community,
        grid=ground.code,
        at=rng.choice(ground.points),
        risk_class=rng.choices(CLASSES, classes)[0],
        food_grade=rng.choices(CLASSES, [BOOK["grade"][key] for key in CLASSES])[0] if book.get("food") else None,
        licence_kind=licence,
        licence_days=days,
        licence_phase=rng.randrange(days) if days else 0,
        matters=book["matters"] / book["n"] * exp(rng.gauss(0, SPREAD)),
        poor=POOR_FAILS if rng.random() < POOR else USUAL_FAILS,
    )


def _code(region: int, kind: str, rng: Random, taken: set[str]) -> str:
    """A code nobody else has."""
    while True:
        made = uscc.completed(f"{kind}{region}MA{''.join(rng.choices(uscc.CHARACTERS, k=6))}")
        if made not in taken:
            taken.add(made)
            return made


def licence(site: Site, day: int, seed: int) -> tuple[int | None, str | None]:
    """Until when the licence of a site runs on a local day, and how it stands."""
    if site.licence_kind is None:
        return None, None
    nth = -((site.licence_phase - day) // site.licence_days)
    ends = site.licence_phase + nth * site.licence_days  # the first end that has not passed
    before = ends - site.licence_days
    if day - before <= LEAD_DAYS + GRANTED_DAYS and (late := -_lead(site, nth - 1, seed)) > 0 and day <= before + late + GRANTED_DAYS:
        return before, "expired"
    if ends - day <= LONGEST_LEAD and day >= ends - _lead(site, nth, seed):
        return ends, "renewing"
    return ends, "lapsing" if ends - day <= LICENCE_DAYS else "valid"


def _lead(site: Site, nth: int, seed: int) -> int:
    """How many days before its n-th end the renewal is filed; below zero after it."""
    return int(max(-LEAD_DAYS, min(stream(seed, "licence", site.uscc, nth).gauss(LEAD_DAYS, LEAD_SPREAD), LONGEST_LEAD)))


class Draw:
    """Sites drawn by a weight of theirs."""

    def __init__(self, among: list[Site], weights: list[float]) -> None:
        self._sites, self._sums = among, list(accumulate(weights))

    def __call__(self, rng: Random) -> Site:
        return rng.choices(self._sites, cum_weights=self._sums)[0]
