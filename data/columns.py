"""Column types shared by every table: moments are aware UTC datetimes, stored as whole epoch seconds."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")  # no daylight saving since 1991: a fixed offset is exact
_OFFSET_S = 8 * 3600


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as epoch seconds. Refuses naive values with ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


def day_number(moment: datetime, offset_s: int = _OFFSET_S) -> int:
    """Days since 1970-01-01 of the local calendar day (day begins 00:00 at the place)."""
    return (int(moment.timestamp()) + offset_s) // 86400


def hour_number(moment: datetime, offset_s: int = _OFFSET_S) -> int:
    """Hours since 1970-01-01 00:00 local time."""
    return (int(moment.timestamp()) + offset_s) // 3600
