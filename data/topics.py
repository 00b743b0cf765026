"""Headlines grouped into topics, offline: words by a tokenizer, likeness by the rare words two headlines share, groups by mean likeness.

Nothing here keeps a headline: what comes out are places in the list that went in, and words. What is grouped is put in the order of its
words first, so the order in which headlines came does not matter. A word counts the more the rarer it is (Sparck Jones, 1972); groups
are joined while the mean likeness between them is high enough (average linkage, Sokal and Michener, 1958).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

LEAST_POSTS = 10  # of a topic; smaller groups are in no topic
MOST_HEADLINES = 2000  # grouped at once
ALIKE = 0.06  # mean likeness from which on two groups are of one topic
SHORTEST = 2  # signs of a word that may tell anything
EMPTY_WORDS = frozenset(Path(__file__).with_name("empty_words.txt").read_text("utf-8").split())  # that tell nothing in a headline

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Headlines of one topic, by their places in the list, and its words, the commonest first."""

    members: tuple[int, ...]
    words: tuple[tuple[str, int], ...]  # with how many of the headlines hold each


def words_of(headline: str) -> Words:
    """The words of a headline that may tell what it is about."""
    found = (word.strip() for word in rjieba.cut(headline))
    return frozenset(word for word in found if len(word) >= SHORTEST and word.isalpha() and word not in EMPTY_WORDS)


def grouped(headlines: Sequence[str], least: int = LEAST_POSTS) -> tuple[list[Group], int]:
    """The topics of at least so many headlines, the largest first, and how many headlines are in none.

    Raises ValueError for more than MOST_HEADLINES: what it costs grows with the square of their number."""
    if len(headlines) > MOST_HEADLINES:
        raise ValueError(f"{len(headlines)} headlines; allowed: {MOST_HEADLINES} at once")
    told = [words_of(headline) for headline in headlines]
    of = _joined(Counter(words for words in told if words))
    places = defaultdict(list)
    for place, words in enumerate(told):
        if words:
            places[of[words]].append(place)
    groups = [Group(tuple(members), _commonest([told[place] for place in members])) for members in places.values()]
    large = sorted((group for group in groups if len(group.members) >= least), key=lambda group: (-len(group.members), group.words))
    return large, len(headlines) - sum(len(group.members) for group in large)


def _joined(kinds: Mapping[Words, int]) -> dict[Words, int]:
    """The number of the group each set of words is in; `kinds` says how many headlines have it."""
    ordered = sorted(kinds, key=sorted)
    counts = np.array([kinds[words] for words in ordered], np.float64)
    sums = _likeness(ordered, counts) * np.outer(counts, counts)
    group = np.arange(len(ordered))
    means = sums / np.outer(counts, counts)
    np.fill_diagonal(means, -1.0)
    while len(ordered) > 1:
        one, other = sorted(divmod(int(means.argmax()), len(ordered)))
        if means[one, other] < ALIKE:
            break
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        counts[one] += counts[other]
        counts[other] = 0.0
        group[group == other] = one
        alive = counts > 0
        means[one] = np.where(alive, sums[one] / np.where(alive, counts[one] * counts, 1.0), -1.0)
        means[:, one] = means[one]
        means[other] = means[:, other] = -1.0
        means[one, one] = -1.0
    return dict(zip(ordered, group.tolist(), strict=True))


def _likeness(ordered: Sequence[Words], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cosine between any two sets of words, each word weighed by how rare it is."""
    words = sorted(frozenset().union(*ordered))
    column = {word: place for place, word in enumerate(words)}
    held = np.zeros((len(ordered), len(words)))
    for row, told in enumerate(ordered):
        held[row, [column[word] for word in told]] = 1.0
    weighed = held * np.array([log(1 + counts.sum() / count) for count in counts @ held])
    lengths: NDArray[np.float64] = np.sqrt((weighed**2).sum(axis=1))
    weighed /= lengths[:, None]
    likeness: NDArray[np.float64] = weighed @ weighed.T
    return likeness


def _commonest(told: Sequence[Words]) -> tuple[tuple[str, int], ...]:
    """The words of a group by how many of its headlines hold them, then by themselves."""
    counts = Counter(word for words in told for word in words)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def agreement(found: Sequence[int], true: Sequence[int]) -> tuple[float, float]:
    """Pairwise precision and recall of a grouping: of the pairs put together how many belong, of those that belong how many were.

    Numbers below zero mean "in no group" and pair with nothing."""

    def pairs(labels: Sequence[int]) -> set[tuple[int, int]]:
        same = defaultdict(list)
        for place, label in enumerate(labels):
            if label >= 0:
                same[label].append(place)
        return {pair for places in same.values() for pair in combinations(places, 2)}

    put, belong = pairs(found), pairs(true)
    both = len(put & belong)
    return both / len(put) if put else 1.0, both / len(belong) if belong else 1.0
