"""What happens beside the cases: the past and the feed of every field of work tell the same, however time is cut."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table

from data.columns import day_number
from data.schema import REGION
from data.seed.demo import Demo
from data.seed.demo.stories import Story, StoryFeed, known_rows
from data.seed.places import load_place

START = datetime(2026, 8, 27, 14, 50, tzinfo=UTC)  # 22:50 at the place, two days before a weekend of late summer
DEMO = Demo(load_place("haojiang"))
HOURS = 80
Rows = dict[tuple[str, Any], dict[str, Any]]


def keyed(told: Mapping[Table, Sequence[dict[str, Any]]]) -> Rows:
    """Rows by table and key; a key may be told once only."""
    found: Rows = {}
    for table, rows in told.items():
        keys = [column.name for column in table.primary_key if column.name != REGION]
        for row in rows:
            key = (table.name, tuple(row[name] for name in keys))
            assert key not in found, key
            assert set(row) == {column.name for column in table.columns} - {REGION}, table.name
            found[key] = row
    return found


def past(story: Story, until: datetime) -> Rows:
    """Everything the story tells of the time up to a moment, as its first filling would."""
    now, last = int(until.timestamp()), day_number(until)
    first = day_number(START) - max(story.longest_days, 3)
    found: Rows = {}
    for day in range(first, last + 1):
        told = keyed(known_rows([story], day, now))
        assert not told.keys() & found.keys()
        found |= told
    return found | keyed(story.standing(now))


@pytest.mark.parametrize("story", DEMO.stories, ids=lambda story: story.name)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, HOURS * 3600 - 1), max_size=4))
def test_the_feed_goes_on_where_the_past_ends(story: Story, cuts: list[int]) -> None:
    found, feed, at = past(story, START), StoryFeed([story]), int(START.timestamp())
    end = START + timedelta(hours=HOURS)
    for moment in sorted({at + cut for cut in cuts} | {int(end.timestamp())}):
        found |= keyed(feed.rows(at, moment))
        at = moment
    assert found.keys() == past(story, end).keys()
    dated = {table.name for table in story.tables}
    wanted = past(story, end)
    wrong = [(key, row, wanted[key]) for key, row in found.items() if key[0] in dated and row != wanted[key]]
    assert not wrong[:1]


@pytest.mark.parametrize("story", DEMO.stories, ids=lambda story: story.name)
def test_a_story_follows_from_its_seed_alone(story: Story) -> None:
    again = next(other for other in Demo(load_place("haojiang")).stories if other.name == story.name)
    end = START + timedelta(hours=20)
    assert past(story, end) == past(again, end)


@pytest.mark.parametrize("story", DEMO.stories, ids=lambda story: story.name)
def test_nothing_is_known_before_it_happens(story: Story) -> None:
    now = int(START.timestamp())
    for day in range(day_number(START) - 3, day_number(START) + 3):
        for fact in story.day(day):
            assert list(fact.turns) == sorted(fact.turns)
            assert fact.known(fact.turns[0] - 1) is None
            row = fact.known(now)
            if row is not None and fact.cut:
                late = {name for name, value in row.items() if name.endswith("_at") and value and value.timestamp() > now}
                assert all("due" in name or "next" in name or "until" in name or "planned" in name for name in late), (
                    fact.table.name,
                    late,
                )
