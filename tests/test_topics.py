"""Grouping headlines: the order does not matter, groups are whole and apart, and the model card prints what the samples measure."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import topics

ROOT = Path(__file__).parents[1]
CARD = (ROOT / "docs" / "model-cards" / "topics.md").read_text("utf-8")
SAMPLES = ("headlines.csv", "headlines_held.csv")


def sample(name: str) -> list[tuple[str, str]]:
    """Headlines and what they are about; empty: nothing of the subjects."""
    with (ROOT / "tests" / "data" / name).open(encoding="utf-8", newline="") as opened:
        return [(row["headline"], row["topic"]) for row in csv.DictReader(opened)]


HEADLINES = [headline for headline, _ in sample(SAMPLES[0])]


def told(headlines: list[str]) -> tuple[set[tuple[str, ...]], list[tuple[tuple[str, int], ...]], int]:
    """The groups as their headlines, their words, and what is in none."""
    groups, loose = topics.grouped(headlines, least=3)
    return {tuple(sorted(headlines[place] for place in group.members)) for group in groups}, [group.words for group in groups], loose


@settings(max_examples=25, deadline=None)
@given(chosen=st.lists(st.sampled_from(HEADLINES), max_size=60), order=st.randoms(use_true_random=False))
def test_the_order_of_headlines_does_not_matter(chosen: list[str], order) -> None:
    other = list(chosen)
    order.shuffle(other)
    assert told(other) == told(chosen)


@settings(max_examples=25, deadline=None)
@given(chosen=st.lists(st.one_of(st.sampled_from(HEADLINES), st.text(max_size=12)), max_size=50), least=st.integers(1, 12))
def test_every_headline_is_in_one_topic_or_in_none(chosen: list[str], least: int) -> None:
    groups, loose = topics.grouped(chosen, least)
    members = [place for group in groups for place in group.members]
    assert len(members) == len(set(members))
    assert len(members) + loose == len(chosen)
    assert all(len(group.members) >= least for group in groups)
    for group in groups:
        counts = [sum(word in topics.words_of(chosen[place]) for place in group.members) for word, _ in group.words]
        assert counts == [count for _, count in group.words] == sorted(counts, reverse=True)


def test_the_same_headline_is_one_topic_however_often_it_comes() -> None:
    groups, loose = topics.grouped([*["南滨路积水严重"] * 12, "今晚月亮很圆", "？！"])
    assert [(len(group.members), group.words) for group in groups] == [(12, (("严重", 12), ("南滨路", 12), ("积水", 12)))]
    assert loose == 2


def test_more_than_it_can_group_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: 2000"):
        topics.grouped(["积水"] * (topics.MOST_HEADLINES + 1))


def test_words_that_tell_nothing_are_left_out() -> None:
    assert topics.words_of("请问，南滨路什么时候能不积水？2026 abc") == {"南滨路", "积水", "abc"}


def test_agreement_counts_pairs() -> None:
    assert topics.agreement([0, 0, 1, -1], [0, 0, 0, -1]) == (1.0, 1 / 3)
    assert topics.agreement([0, 0, 0, 0], [0, 0, 1, -1]) == (1 / 6, 1.0)
    assert topics.agreement([-1, -1], [-1, -1]) == (1.0, 1.0)


def measured(name: str) -> list[str]:
    """The columns of the card's row: headlines, subjects, topics found, precision, recall, in no topic."""
    rows = sample(name)
    subjects = sorted({subject for _, subject in rows if subject})
    true = [subjects.index(subject) if subject else -1 for _, subject in rows]
    groups, loose = topics.grouped([headline for headline, _ in rows])
    found = [-1] * len(rows)
    for number, group in enumerate(groups):
        for place in group.members:
            found[place] = number
    precision, recall = topics.agreement(found, true)
    return [str(len(rows)), str(len(subjects)), str(len(groups)), f"{precision:.3f}", f"{recall:.3f}", str(loose)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_card_prints_what_is_measured(name: str) -> None:
    row = re.search(rf"^\| `tests/data/{re.escape(name)}` \([a-z ]+\) \| (.+) \|$", CARD, re.MULTILINE)
    assert row and row[1].split(" | ") == measured(name)
    assert f"is {topics.ALIKE} or more" in " ".join(CARD.split())


def test_the_first_sample_is_large_and_wide_enough() -> None:
    rows = sample(SAMPLES[0])
    assert len(rows) >= 200
    assert len({subject for _, subject in rows if subject}) >= 12
    assert sum(not subject for _, subject in rows) >= 20
