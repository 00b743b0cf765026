"""An edition: the snapshots a briefing is made of, with the period they tell of."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from modules.spec import Snapshot, Window

TYPES = {  # media type of each form
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMS = tuple(TYPES)
RUNNING = "running"  # how the period that is not over is asked for
LATE = timedelta(minutes=10)
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
    def standing(self) -> bool:
        """Whether what stood at the as-of moment is known: numbers of now, lists, maps. Of what was taken long after it is not."""
        told = next(iter(self.entries.values()), [])
        of_now = {(entry["module"], entry["key"]) for entry in told if entry["window"] == Window.NOW}
        known = (
            reading.known
            for key, snapshot in self.snapshots.items()
            for reading in snapshot.readings.values()
            if (key, reading.metric) in of_now
        )
        return any(known) or not any(_taken_late(snapshot) for snapshot in self.snapshots.values())

    @property
    def demo(self) -> bool:
        """Whether any of its numbers are made up."""
        return any(snapshot.demo for snapshot in self.snapshots.values())


def _taken_late(snapshot: Snapshot) -> bool:
    return snapshot.taken_at is not None and snapshot.taken_at - snapshot.as_of > LATE
