"""The table of what schedules have sent: one row for each schedule and period, so that neither is served twice.

It holds no address: who gets a briefing stands in the file of schedules alone.
"""

from sqlalchemy import Column, SmallInteger, String, Table, Text

from data.columns import UtcDateTime
from data.schema import metadata, region_column

briefing_sending = Table(
    "briefing_sending",
    metadata,
    region_column(),
    Column("schedule", String(80), primary_key=True),
    Column("period", String(32), primary_key=True),  # as people write it
    Column("state", String(12), nullable=False),  # making, sending, sent, filed (nobody gets it), given_up
    Column("due_at", UtcDateTime, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),  # not looked at before
    Column("jobs", Text, nullable=False),  # that make its briefings: a JSON list
    Column("failed_n", SmallInteger, nullable=False),  # tries that went wrong
    Column("lost_n", SmallInteger, nullable=False),  # tries whose end nobody noted
    Column("said", String(200), nullable=False),  # what went wrong last
    Column("ended_at", UtcDateTime),
)
