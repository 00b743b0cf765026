"""Small factories: channels of one switch, what went wrong with them, and a place in the database where they stand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from data import ledger
from data.subjects.public_video import channel, judged

REGION = 440512
NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)


def filled(table: Table, **given: Any) -> dict[str, Any]:
    """A row of a table: what is given, and of each other column nothing where that is allowed, else something plain of its type."""
    plain = {"INTEGER": 0, "BIGINT": 0, "SMALLINT": 0, "BOOLEAN": False, "FLOAT": 0.0}
    row = {
        column.name: None if column.nullable else plain.get(str(column.type).split("(")[0], "x")
        for column in table.columns
        if column.name != "region"
    }
    return {**row, **given}


def channel_row(number: int, **given: Any) -> dict[str, Any]:
    """A channel in order in the first community, a little further east with each number."""
    row = filled(
        channel,
        number=number, code=f"44051200011320{number:06d}", name_zh=f"达濠·赤港社区·路口{number:02d}",
        name_en=f"Junction {number:02d}, Chigang", site=number,
        subdistrict="440512001", community="440512001001", grid="440512001001-G01", lon=116.7 + number / 1000, lat=23.28,
        video_industry="01", video_net="5", video_class="class_1", unit="dept_police", contractor="lot_1", switch="SW1", power="PW1",
        installed_on=20000, connected=True, archived=True, sign_ok=True, channel_state="online", picture_state="ok", clock_offset_s=0.2,
        held_days=40, recording=True, changed_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    return judged({**row, **given})


def put(connection: Connection, *rows: dict[str, Any], now: datetime = NOW) -> None:
    """Write channels through the write door."""
    ledger.record_rows(connection, REGION, channel, rows, now)
