"""Stories: what happens in each field of work beside the cases, told whole day by day and cut at a moment.

A story lies in data/seed/demo/subjects, one file a field, and is found there. History is its days cut at one moment, the living
feed goes on with the rest; what merely stands (a registry, the newest value of a sensor) is told anew at a pace of its own.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from operator import itemgetter
from pkgutil import iter_modules
from typing import Any, ClassVar

from sqlalchemy import Table

from data.columns import UtcDateTime
from data.seed.demo import subjects
from data.seed.demo.almanac import Almanac
from data.seed.demo.hours import at_hour, day_at
from data.seed.demo.lives import World
from data.seed.demo.plans import Planner
from data.seed.demo.streams import stream
from data.seed.demo.town import Town

Row = dict[str, Any]
A_FORTNIGHT = 14
Turn = tuple[int, "Fact"]
Cut = Callable[[Row, int], Row | None]


def morning(day: int) -> int:
    """The epoch second of six o'clock on a local day, when sources deliver the day before."""
    return at_hour(day, 6)


@cache
def _moments(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if isinstance(column.type, UtcDateTime))


@dataclass(frozen=True, slots=True)
class Fact:
    """A row in its whole length. `turns` are the epoch seconds at which what is known of it changes, ascending: before the first
    nothing is known. `cut` gives the row as known at a moment; without it the row is known whole from the first turn on."""

    table: Table
    row: Row
    turns: tuple[int, ...]
    cut: Cut | None = None

    def known(self, now: int) -> Row | None:
        """The row as it is known at an epoch second."""
        if now < self.turns[0]:
            return None
        return self.cut(self.row, now) if self.cut else self.row


def until_now(table: Table, kept: Iterable[str] = ()) -> Cut:
    """A cut that hides every moment of the row that has not come yet, but for those kept (a deadline is known ahead)."""
    hidden = [name for name in _moments(table) if name not in set(kept)]

    def cut(row: Row, now: int) -> Row:
        return row | {name: None for name in hidden if row[name] is not None and row[name].timestamp() > now}

    return cut


class Story:
    """One field of work. Subclasses say which tables they tell and override what they have; everything follows from seed and day."""

    name: ClassVar[str]
    tables: ClassVar[tuple[Table, ...]] = ()  # of dated facts
    standing_tables: ClassVar[tuple[Table, ...]] = ()
    longest_days: ClassVar[int] = 1  # how long after its day a fact may still change
    past_days: ClassVar[int] = 0  # how far back its facts are told at least, however short the history of the cases is
    every_s: ClassVar[int] = 3600  # how often what stands is told anew

    def __init__(self, planner: Planner) -> None:
        self.planner, self.seed = planner, planner.seed

    @property
    def town(self) -> Town:
        """The place: grounds with points, dedicated grids, offices."""
        return self.planner.town

    @property
    def world(self) -> World:
        """Rules, working time, units."""
        return self.planner.world

    @property
    def almanac(self) -> Almanac:
        """What kind of day it is."""
        return self.planner.almanac

    @cached_property
    def subdistricts(self) -> list[str]:
        """The sub-districts' codes."""
        return sorted(self.town.offices)

    def first_day(self, today: int, days: int) -> int:
        """The first day its past is told of beside a history of so many days; a history of a few days has no other past."""
        return today - max(days, self.past_days if days >= A_FORTNIGHT else 0)

    def stream(self, *names: object) -> Any:
        """A random stream of this story's own."""
        return stream(self.seed, self.name, *names)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """All rows of what stands, as they are at an epoch second; their keys stay the same."""
        return {}

    def moved(self, after: int, now: int) -> Mapping[Table, Sequence[Row]]:
        """Of what stands, as it is at `now`, at least the rows that changed after an epoch second; all, where a story keeps no count."""
        return self.standing(now)

    def day(self, number: int) -> Iterable[Fact]:
        """The facts that begin on a local day, whole."""
        return ()


@cache
def _kinds() -> tuple[type[Story], ...]:
    names = sorted(found.name for found in iter_modules(subjects.__path__))
    return tuple(import_module(f"{subjects.__name__}.{name}").STORY for name in names)


def stories(planner: Planner) -> list[Story]:
    """Every story of the demonstration, by name."""
    return [kind(planner) for kind in _kinds()]


def told_names() -> list[str]:
    """The name of every story."""
    return [kind.name for kind in _kinds()]


def told_tables() -> list[Table]:
    """The tables of every story's dated facts."""
    return list(dict.fromkeys(table for kind in _kinds() for table in kind.tables))


def known_rows(told: Iterable[Story], day: int, now: int) -> dict[Table, list[Row]]:
    """What is known at a moment of the facts that began on a day."""
    return _told((fact for story in told for fact in story.day(day)), now)


def _told(facts: Iterable[Fact], now: int) -> dict[Table, list[Row]]:
    rows: dict[Table, list[Row]] = {}
    for fact in facts:
        row = fact.known(now)
        if row is not None:
            rows.setdefault(fact.table, []).append(row)
    return rows


class StoryFeed:
    """What the stories bring next: dated facts by their turns, and what stands at its pace."""

    def __init__(self, told: Sequence[Story], since: Mapping[str, int] | None = None) -> None:
        """`since` is the first day told of each story by its name; what began before it is unknown to the database."""
        self._stories, self._since = told, since or {}
        self._turns: list[Turn] = []  # those still to come, ascending
        self._planned: int | None = None  # up to which local day
        self._from = 0

    def rows(self, after: int, now: int) -> dict[Table, list[Row]]:
        """Rows that change in (after, now], as they stand at `now`. With both the same it only foresees, which takes a while."""
        self._plan(after, now)
        reached = bisect_right(self._turns, now, key=itemgetter(0))
        changed = {id(fact): fact for at, fact in self._turns[:reached] if at > after}
        del self._turns[:reached]
        self._from = now
        rows = _told(changed.values(), now)
        for story in self._stories:
            if after // story.every_s != now // story.every_s:
                for table, standing in story.moved(after, now).items():
                    rows.setdefault(table, []).extend(standing)
        return rows

    def _plan(self, after: int, now: int) -> None:
        """Foresee every turn after a moment of the days up to now."""
        if after < self._from:
            self._turns, self._planned = [], None
        last = day_at(now)
        if self._planned is not None and last <= self._planned:
            return
        for story in self._stories:
            for day in range(self._first(story, after), last + 1):
                self._turns += ((at, fact) for fact in story.day(day) for at in fact.turns if at > after)
        self._turns.sort(key=itemgetter(0))
        self._planned = last

    def _first(self, story: Story, after: int) -> int:
        if self._planned is not None:
            return self._planned + 1
        day = day_at(after) - story.longest_days
        return max(day, self._since.get(story.name, day))
