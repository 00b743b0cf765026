"""Tables of briefings: editions with the snapshots they are made of, the archive of what was made, and the jobs that make it.

Nothing here says who asked: an edition belongs to a period and an area, a briefing to an edition.
"""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from data.columns import UtcDateTime
from data.schema import REGION, metadata, region_column

edition = Table(
    "edition",
    metadata,
    region_column(),
    Column("id", String(24), primary_key=True),  # digest of kind, area, period, moment and attempt
    Column("kind", String(8), nullable=False),  # daily, weekly, monthly, special
    Column("area", String(32), nullable=False),
    Column("first_on", Integer, nullable=False),
    Column("last_on", Integer, nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("running", Boolean, nullable=False),  # its period was not over
    Column("number", Integer, nullable=False),  # of its kind within the year and area
    Column("taken_at", UtcDateTime, nullable=False),
    Column("whole", Boolean, nullable=False),  # every module could be read
    Index("edition_as_of", REGION, "area", "as_of"),
    Index("edition_taken", REGION, "taken_at"),
)

kept_snapshot = Table(
    "kept_snapshot",
    metadata,
    region_column(),
    Column("edition", String(24), primary_key=True),
    Column("module", String(48), primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("packed", LargeBinary, nullable=False),  # the snapshot as compressed JSON
)

briefing = Table(
    "briefing",
    metadata,
    region_column(),
    Column("id", String(24), primary_key=True),  # digest of the five columns that follow
    Column("edition", String(24), nullable=False),
    Column("subject", String(48), nullable=False),  # a module, or the whole district
    Column("lang", String(2), nullable=False),
    Column("appendix", Boolean, nullable=False),
    Column("form", String(4), nullable=False),  # pdf, docx, xlsx
    Column("digest", String(32), nullable=False),  # of its numbers
    Column("sha256", String(64), nullable=False),  # of its bytes
    Column("size_n", Integer, nullable=False),
    Column("pages_n", Integer),
    Column("made_at", UtcDateTime, nullable=False),
    Column("file", String(200), nullable=False),  # in the folder of the archive
    Column("title", String(200), nullable=False),
    Index("briefing_edition", REGION, "edition"),
    Index("briefing_made", REGION, "made_at", "id"),
)

briefing_job = Table(
    "briefing_job",
    metadata,
    region_column(),
    Column("id", String(32), primary_key=True),
    Column("subject", String(48), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("period", String(32), nullable=False),  # as people write it; empty: now
    Column("area", String(32), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("appendix", Boolean, nullable=False),
    Column("form", String(4), nullable=False),
    Column("edition", String(24)),  # once it is taken; from the start for one that is made again
    Column("state", String(12), nullable=False),  # waiting, working, done, failed, cancelled
    Column("cancelling", Boolean, nullable=False),  # asked to stop; heard between two stages
    Column("progress", SmallInteger, nullable=False),  # of 100
    Column("stage", String(16), nullable=False),
    Column("said", String(32), nullable=False),  # the key of what went wrong
    Column("said_with", Text, nullable=False),  # its values as JSON
    Column("attempts_n", SmallInteger, nullable=False),
    Column("claim", String(32)),  # of the process that works on it
    Column("asked_at", UtcDateTime, nullable=False),
    Column("began_at", UtcDateTime),
    Column("alive_at", UtcDateTime),  # last sign of whoever works on it
    Column("ended_at", UtcDateTime),
    Column("briefing", String(24)),
    Index("briefing_job_state", REGION, "state", "asked_at"),
)
