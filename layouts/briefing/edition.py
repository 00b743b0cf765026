"""An edition: the snapshots a briefing is made of, with the period they tell of."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from modules.spec import Snapshot

DISTRICT = "district"  # the subject of a briefing on every field of work


class Kind(StrEnum):
    """How often a briefing appears. Daily and special tell each number over its own window; weekly and monthly over the period."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Edition:
    """The numbers of one period, area and subject, whatever language or form they are written in."""

    kind: Kind
    subject: str  # a module's key, or DISTRICT
    area: str
    first: date
    last: date
    as_of: datetime  # the moment the numbers tell of; the period's end, or now while it runs
    number: int  # of its kind within the year
    running: bool  # the period was not over
    snapshots: Mapping[str, Snapshot]  # by module, in the order of the chapters
    entries: Mapping[str, list[dict[str, Any]]]  # the dictionary by language, for every metric told

    @property
    def digest(self) -> str:
        """The digest of its numbers: that of the snapshot, or of all their digests together."""
        digests = [snapshot.digest for snapshot in self.snapshots.values()]
        if len(digests) == 1:
            return digests[0]
        return hashlib.blake2b("".join(digests).encode(), digest_size=12).hexdigest()

    @property
    def demo(self) -> bool:
        """Whether any of its numbers are made up."""
        return any(snapshot.demo for snapshot in self.snapshots.values())
