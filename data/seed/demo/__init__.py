"""Demonstration data: a deterministic past of a district and the living feed that goes on from it.

Both come from the same plans, so the feed continues every case that the history left open. No names, no texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table

from data.cases import Rules
from data.columns import day_number
from data.seed.demo import feed as _feed
from data.seed.demo.history import Case, Chapter, chapters
from data.seed.demo.patrols import Patrols
from data.seed.demo.plans import SEED, Plan, Planner
from data.seed.demo.stories import Row, StoryFeed, known_rows, stories, told_tables
from data.seed.places import Place

__all__ = ["SEED", "Case", "Chapter", "Demo", "Plan", "history", "told_tables"]

DAYS = 400


class Demo:
    """The made-up life of a place: `chapters` and `history` are its past, `feed` what comes after."""

    def __init__(self, place: Place, seed: int = SEED, rules: Rules | None = None) -> None:
        """`rules` are those the database uses; without them, the calendar and limits of the catalogue."""
        self.planner = Planner(place, seed, rules)
        self.rules = self.planner.rules
        self.patrols = Patrols(self.planner.town, self.planner.almanac, seed)
        self.stories = stories(self.planner)

    def plan(self, serial: int) -> Plan:
        """The whole life of a case by its id."""
        return self.planner.plan(serial)

    def chapters(self, until: datetime, days: int = DAYS) -> Iterator[Chapter]:
        """Day by day: cases (row, steps), whistles and grid days as known at `until`."""
        return chapters(self.planner, self.patrols, until, days)

    def history(self, until: datetime, days: int = DAYS) -> Iterator[Case]:
        """Only the cases of the chapters: (row of case_file, its steps), oldest first."""
        return (case for chapter in self.chapters(until, days) for case in chapter.cases)

    def feed(self, since: int | None = None, paces: Sequence[_feed.Pace] = ()) -> _feed.Feed:
        """The living feed; `since` is the first day number the history knows, `paces` how much came since when."""
        return _feed.Feed(self.planner, self.patrols, since, paces)

    def standing(self, now: datetime) -> dict[Table, Sequence[Row]]:
        """What the stories know that stands, as it is at a moment."""
        return {table: rows for story in self.stories for table, rows in story.standing(int(now.timestamp())).items()}

    def before(self, now: datetime, days: int = DAYS) -> Iterator[tuple[Table, list[Row]]]:
        """What the stories tell of the time before a history of so many days."""
        last = day_number(now)
        for story in self.stories:
            for day in range(story.first_day(last, days), last - days):
                yield from known_rows([story], day, int(now.timestamp())).items()

    def story_feed(self, since: Mapping[str, int] | None = None) -> StoryFeed:
        """What the stories bring; `since` says of each from which day on its past was told."""
        return StoryFeed(self.stories, since)


def history(place: Place, until: datetime, days: int = DAYS, seed: int = SEED) -> Iterator[Case]:
    """The past of a place: (row of case_file, its steps), oldest first, as known at `until`."""
    return Demo(place, seed).history(until, days)
