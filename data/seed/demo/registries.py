"""Registries that stand: what of one has changed between two moments."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table

from data.seed.demo.stories import Row, Story


def changed(story: Story, after: int, now: int) -> Mapping[Table, Sequence[Row]]:
    """The rows of what stands at `now` that were not the same at `after`; a registry keeps its rows and their order."""
    before, found = story.standing(after), story.standing(now)
    return {table: [row for row, old in zip(rows, before[table], strict=True) if row != old] for table, rows in found.items()}
