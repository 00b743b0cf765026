"""The life of a topic: how posts about it rise and fall, who answers when, what becomes of the problem behind it, whether it comes back.

Everything is drawn when it begins. Answers are log-normal about their medians, slower at night, at weekends and at a few units.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from data.seed import catalogue
from data.seed.demo.almanac import Day
from data.seed.demo.hours import DAY_S, OFFSET_S, at_hour, day_at
from data.seed.demo.plans import CASES_PER_DAY, Planner
from data.seed.demo.streams import stream
from data.seed.demo.tallied import Choice, drawn
from data.subjects.online_opinion import LEAST_POSTS, NOT_REQUIRED, SETTLED_DAYS, SOLVED_DAYS
from data.subjects.opinion_clocks import Clocks

BOOK = Path(__file__).with_name("opinion_topics.toml")
HOUR, MONTH_D = 3600, 30
LONGEST_HOURS = 60
WEEKDAYS = (1.0, 1.02, 1.0, 1.02, 1.08, 0.98, 0.9)
AWAKE = (0.35, 0.2, 0.12, 0.08, 0.08, 0.15, 0.4, 0.8, 1.1, 1.2, 1.2, 1.15, 1.3, 1.1, 1.0, 1.05, 1.1, 1.2, 1.3, 1.45, 1.6, 1.6, 1.3, 0.8)
PACE = 1.2  # times as many as the book says
ASSIGNED_H, NOTED_H, ANSWERED_H, RELEASED_H, CONFERENCE_H = (0.35, 0.7), (1.35, 0.8), (14.5, 0.6), (2.9, 0.5), (14.5, 0.4)
PUBLICITY = "dept_publicity"
SLOW_UNITS, SLOWER, AT_WEEKENDS = 2, 1.6, 1.3
LINKED, LINKED_LATE = 0.95, 0.03
CASE_DAYS, UNSOLVED, CAME_BACK = (3.1, 0.85), 0.05, 0.1
COMES_AGAIN, PRONE = 0.055, frozenset({"noise", "litter", "housing", "parking"})
AUDITED, SUBSTANTIVE, LESS = 0.24, 0.95, 0.07
CORRECTED = 0.017
BY_OFFICE = 0.22  # of the topics that lie somewhere, answered by the office of that sub-district


@dataclass(frozen=True, slots=True)
class Subject:
    """What a topic may be about; see opinion_topics.toml."""

    category: str
    zh: str
    en: str
    weight: float
    months: tuple[float, ...]
    rain: float
    typhoon: float
    size: float
    service: float
    major: float
    kinds: Mapping[str, float]
    place: bool


@dataclass(frozen=True, slots=True)
class Case:
    """The case a topic is linked to; epoch seconds."""

    number: str
    linked: int
    closed: int | None
    back: int | None  # the same problem came back


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic from its first post to its end; moments are epoch seconds, None: never."""

    number: int
    zh: str
    en: str
    category: str
    kind: str
    major: bool
    unit: str
    subdistrict: str | None
    service: bool
    hours: Mapping[int, int]  # posts by local hour number, those after it was reopened too
    found: int
    assigned: int
    noted: int
    responded: int | None
    conference: int | None
    case: Case | None
    audited: int | None
    substantive: bool
    corrected: tuple[int | None, int | None]  # the release, the conference
    closed: int
    reopened: int | None
    ended: int  # closed for good

    @property
    def required(self) -> bool:
        """Whether it must be answered."""
        return self.kind != NOT_REQUIRED


class Topics:
    """The topics of a planner's place, by the day of their first post."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.seed = planner, planner.seed
        rows = catalogue.codes()
        self.clocks = Clocks.of(rows)
        self._units = {str(row["key"]): str(row["parent"]) for row in rows if row["list"] == "opinion"}

    @cached_property
    def subjects(self) -> list[Subject]:
        """What topics may be about."""
        return [_subject(row) for row in tomllib.loads(BOOK.read_text("utf-8"))["subject"]]

    @cached_property
    def slow(self) -> frozenset[str]:
        """The units that answer late."""
        return frozenset(stream(self.seed, "opinion", "slow").sample(sorted(set(self._units.values()) - {PUBLICITY}), SLOW_UNITS))

    @cached_property
    def _names(self) -> dict[str, tuple[str, str]]:
        """Communities as a title says them."""
        rows = (row for row in self.planner.place.areas() if row["kind"] == "community")
        return {
            str(row["code"]): (str(row["name_zh"]).removesuffix("社区"), str(row["name_en"]).removesuffix(" Community")) for row in rows
        }

    def _somewhere(self, rng: Random) -> tuple[str, str, str]:
        """A community, as likely as people live there, and its sub-district."""
        ground = rng.choices(self.planner.town.grounds, cum_weights=self.planner.town.weights)[0]
        return (*self._names[ground.community], ground.subdistrict)

    def begun(self, number: int) -> Iterator[Topic]:
        """The topics whose first post is of a local day."""
        day, rng = self.planner.almanac(number), stream(self.seed, "opinion", number)
        expected = [PACE * subject.weight / MONTH_D * _moved(subject, day) for subject in self.subjects]
        among = list(accumulate(expected))
        for place in range(drawn(rng, among[-1] * WEEKDAYS[day.weekday] * (0.5 + 0.5 * day.festival))):
            yield self._topic(number * 1000 + place + 1, day, rng.choices(self.subjects, cum_weights=among)[0], rng)

    def _topic(self, number: int, day: Day, subject: Subject, rng: Random) -> Topic:
        zh, en, subdistrict = self._somewhere(rng) if subject.place else ("", "", None)
        major = rng.random() < subject.major
        kind = "emergency" if major else Choice(subject.kinds)(rng)
        unit = self._units[subject.category]
        if subdistrict and rng.random() < BY_OFFICE:
            unit = self.planner.town.offices[subdistrict]
        size = subject.size * exp(rng.gauss(0, 0.65)) * (9.0 if major else 1.0)
        hours = _curve(at_hour(day.number, _start(rng)), max(size, LEAST_POSTS + 2), rng)
        found = _found(hours, rng)
        pace = (SLOWER if unit in self.slow else 1.0) * (AT_WEEKENDS if self._free(found) and not major else 1.0)
        assigned = (found if major else _awake(found, rng)) + _took(ASSIGNED_H, rng, 0.5 if major else pace)
        noted = assigned + _took(NOTED_H, rng, 0.6 if major else pace)
        responded = None
        if kind != NOT_REQUIRED:
            responded = max(noted + 300, found + _took(RELEASED_H if major else ANSWERED_H, rng, 1.0 if major else pace))
        conference = max(responded + HOUR, found + _took(CONFERENCE_H, rng, 1.0)) if major and responded else None
        service = rng.random() < subject.service
        case = self._case(found, noted, unit, rng) if service else None
        closed = max(responded or found, conference or 0, _end(hours)) + int(rng.uniform(6, 50) * HOUR)
        reopened, ended, hours = self._again(subject, closed, hours, size, rng)
        audited = at_hour(day_at(responded) + rng.randint(8, 20), 16) if responded and rng.random() < AUDITED else None
        corrected = tuple(_corrected(at, rng) for at in (responded, conference))
        return Topic(
            number=number, zh=f"{zh} · {subject.zh}" if zh else subject.zh, en=f"{en} · {subject.en}" if en else subject.en,
            category=subject.category, kind=kind, major=major, unit=unit, subdistrict=subdistrict, service=service, hours=hours,
            found=found, assigned=assigned, noted=noted, responded=responded, conference=conference, case=case, audited=audited,
            substantive=rng.random() < SUBSTANTIVE - (LESS if unit in self.slow else 0.0), corrected=(corrected[0], corrected[1]),
            closed=closed, reopened=reopened, ended=ended,
        )  # fmt: skip

    def _free(self, moment: int) -> bool:
        return not self.planner.rules.calendar.is_workday(day_at(moment))

    def _case(self, found: int, noted: int, unit: str, rng: Random) -> Case | None:
        """Nine of ten go to a case; the case is one reported on the day before it was linked."""
        if rng.random() >= LINKED:
            return None
        late = rng.random() < LINKED_LATE
        linked = max(noted, found + self.clocks.general.answer_s) + HOUR if late else noted + int(rng.uniform(0.1, 7) * HOUR)
        before = self.planner.almanac(day_at(linked) - 1)
        place = 1 + int(rng.random() * 0.9 * CASES_PER_DAY * before.volume)
        number = f"{self.planner.town.root}{before.when:%Y%m%d}{place:05d}"
        slow = 1.6 if unit in self.slow else 1.0
        days = min(CASE_DAYS[0] * slow * exp(rng.gauss(0, CASE_DAYS[1])), SOLVED_DAYS - SETTLED_DAYS - 2.0)
        closed = None if rng.random() < UNSOLVED * slow else linked + int(days * DAY_S)
        back = closed + int(rng.uniform(2, SETTLED_DAYS - 1) * DAY_S) if closed and rng.random() < CAME_BACK * slow else None
        return Case(number, linked, closed, back)

    def _again(
        self, subject: Subject, closed: int, hours: Mapping[int, int], size: float, rng: Random
    ) -> tuple[int | None, int, dict[int, int]]:
        """When it is opened again, when it ends then, and its posts with those of the second time."""
        if rng.random() >= COMES_AGAIN * (2.0 if subject.category in PRONE else 1.0):
            return None, closed, dict(hours)
        reopened = at_hour(day_at(closed) + rng.randint(3, SETTLED_DAYS - 2), rng.uniform(8, 21))
        more = _curve(reopened - HOUR, max(0.5 * size, LEAST_POSTS), rng)
        both = dict(hours) | {hour: count + hours.get(hour, 0) for hour, count in more.items()}
        return reopened, max(reopened, _end(more)) + int(rng.uniform(20, 90) * HOUR), both


def _subject(row: dict[str, Any]) -> Subject:
    return Subject(**{**row, "months": tuple(row["months"])})


def _moved(subject: Subject, day: Day) -> float:
    """How many times as many topics of a subject this day brings."""
    season = subject.months[day.when.month - 1]
    if day.typhoon:
        return season * subject.typhoon
    fading = 1 + (subject.typhoon - 1) * 0.25 * (1 - (day.backlog - 1) / 7) if day.backlog else 1.0
    return season * subject.rain**day.rain * max(fading, 0.2)


def _start(rng: Random) -> float:
    """An hour of the day at which a topic begins."""
    return rng.choices(range(24), AWAKE)[0] + rng.random()


def _awake(moment: int, rng: Random) -> int:
    """The moment, or early in the morning for what is found at night."""
    second = (moment + OFFSET_S) % DAY_S
    return moment if 7 * HOUR <= second < 23 * HOUR else moment + (7 * HOUR - second) % DAY_S + int(rng.random() * HOUR)


def _took(about: tuple[float, float], rng: Random, times: float) -> int:
    """Seconds, log-normal about a median in hours."""
    median, spread = about
    return max(120, int(median * times * exp(rng.gauss(0, spread)) * HOUR))


def _corrected(released: int | None, rng: Random) -> int | None:
    wrong = rng.random() < CORRECTED
    return released + int(rng.uniform(0.1, 14) * DAY_S) if released and wrong else None


def _curve(start: int, size: float, rng: Random) -> dict[int, int]:
    """Posts by local hour number: a steep rise, a long fall, fewer while people sleep; hours without any are left out."""
    first = (start + OFFSET_S) // HOUR
    peak, rise, fall = rng.uniform(1.5, 9), rng.uniform(1.0, 3.0), rng.uniform(4, 13)
    weights = []
    for hour in range(LONGEST_HOURS):
        shape = exp(-(((peak - hour) / rise) ** 2)) if hour < peak else exp((peak - hour) / fall)
        weights.append(shape * AWAKE[(first + hour) % 24] * exp(rng.gauss(0, 0.25)))
    whole = sum(weights)
    counts = {first + hour: int(size * weight / whole + rng.random()) for hour, weight in enumerate(weights)}
    short = LEAST_POSTS - sum(counts.values())
    counts[first + int(peak)] += max(0, short)
    return {hour: count for hour, count in counts.items() if count}


def _found(hours: Mapping[int, int], rng: Random) -> int:
    """The moment of the post that makes it a topic."""
    reached = 0
    for hour, count in sorted(hours.items()):
        if reached + count >= LEAST_POSTS:
            return hour * HOUR - OFFSET_S + int(HOUR * (LEAST_POSTS - reached - rng.random()) / count)
        reached += count
    raise ValueError("a topic has too few posts")


def _end(hours: Mapping[int, int]) -> int:
    """The end of the last hour with a post."""
    return (max(hours) + 1) * HOUR - OFFSET_S
