"""From lives to tallies: what happens to things that are never stored, counted by day and key into rows of daily tallies."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from math import exp
from random import Random

from sqlalchemy import Table

from data.schema import REGION
from data.seed.demo.stories import Fact, Row, morning
from data.tallies import told_on

Key = tuple[str, ...]
Event = tuple[Table, Key, tuple[str, ...]]  # where and under which keys these counts go up by one


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
