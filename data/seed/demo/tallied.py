"""From lives to tallies: what happens to things that are never stored, counted by day and key into rows of daily tallies."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from math import exp
from random import Random
from typing import ClassVar

from sqlalchemy import Table

from data.schema import REGION
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Fact, Row, Story, morning
from data.tallies import told_on

Key = tuple[str, ...]
Event = tuple[Table, Key, tuple[str, ...]]  # where and under which keys these counts go up by one
Dated = tuple[int, Event]  # with the day it is counted on


class Choice:
    """Keys by weight."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._keys, self._sums = list(weights), list(accumulate(weights.values()))

    def __call__(self, rng: Random) -> str:
        return self._keys[bisect_right(self._sums, rng.random() * self._sums[-1])]


def drawn(rng: Random, mean: float) -> int:
    """How many come where so many come on average (Poisson)."""
    count, left = 0, rng.random()
    floor = exp(-mean)
    while left > floor:
        left *= rng.random()
        count += 1
    return count


class TalliedStory(Story):
    """A story of counts only. Subclasses foresee what a day begins; each thing is counted on the days it comes to."""

    reach_days: ClassVar[int]  # how long after the day it began a thing may still be counted

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._later = lru_cache(maxsize=2 * self.past_days)(self._by_day)

    def begun(self, number: int) -> Iterable[Dated]:
        """What follows from all that begins on a day."""
        raise NotImplementedError

    def besides(self, number: int) -> Iterable[Event]:
        """What is counted on a day whenever it began."""
        return ()

    @property
    def always(self) -> Sequence[tuple[Table, Key]]:
        """Every table that is told each day, with a key to tell it by where nothing happened."""
        raise NotImplementedError

    def day(self, number: int) -> Iterable[Fact]:
        """Everything that is counted on a day."""
        events = [event for day in range(number - self.reach_days, number + 1) for event in self._later(day).get(number, ())]
        return tallied(number, [*events, *self.besides(number)], self.always)

    @cached_property
    def street_by_residents(self) -> Choice:
        """A sub-district, as likely as people live there."""
        return Choice(self.town.residents)

    def _by_day(self, number: int) -> dict[int, list[Event]]:
        found: dict[int, list[Event]] = {}
        for day, event in self.begun(number):
            found.setdefault(day, []).append(event)
        return found


def tallied(day: int, events: Iterable[Event], tables: Iterable[tuple[Table, Key]]) -> Iterator[Fact]:
    """The rows of a day, known from six on the next morning. Each table is told, with zeros under its key where nothing happened."""
    counts: defaultdict[tuple[Table, Key], Counter[str]] = defaultdict(Counter)
    for table, key, names in events:
        counts[table, key].update(names)
    told = {table for table, _ in counts}
    for table, key in tables:
        if table not in told:
            counts[table, key] = Counter()
    for (table, key), found in counts.items():
        yield Fact(table, _row(table, day, key, found), (morning(day + 1),))


def _row(table: Table, day: int, key: Key, found: Counter[str]) -> Row:
    names = [column.name for column in table.columns if column.name not in (REGION, "day", "told_on")]
    keys = dict(zip(names, key, strict=False))
    return {"day": day, "told_on": told_on(table, day), **keys, **{name: found[name.removesuffix("_n")] for name in names[len(key) :]}}
