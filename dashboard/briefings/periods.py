"""The period a briefing tells of: a day, a week, a statistics month, or up to a moment; and how people write one."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from dashboard.refusal import Refusal
from layouts.briefing.edition import RUNNING, Kind

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WRITTEN = {Kind.DAILY: "2026-11-21", Kind.WEEKLY: "2026-W47", Kind.MONTHLY: "2026-11", Kind.SPECIAL: "2026-11-21T15:00"}
_FORMS = {
    Kind.DAILY: re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    Kind.WEEKLY: re.compile(r"\d{4}-W\d\d", re.ASCII),
    Kind.MONTHLY: re.compile(r"\d{4}-\d\d", re.ASCII),
    Kind.SPECIAL: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII),
}


class BadPeriod(Refusal):
    """A period that cannot be told of: what was found, what is allowed, and the rule it breaks."""


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, first and last included, and the moments they begin and are over at."""

    kind: Kind
    first: date
    last: date
    begin_at: datetime
    end_at: datetime  # the first moment after it

    @property
    def as_of(self) -> datetime:
        """Its last second, which a briefing on it tells of."""
        return self.end_at - SECOND

    @property
    def text(self) -> str:
        """The period as people write it."""
        if self.kind is Kind.SPECIAL:
            return self.as_of.isoformat(timespec="seconds")
        if self.kind is Kind.WEEKLY:
            year, week, _ = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return self.last.isoformat()[: len(WRITTEN[self.kind])]

    @property
    def number(self) -> int:
        """Which of its kind it is in the year of its last day; 0 for one that has no place in the calendar."""
        if self.kind is Kind.MONTHLY:
            return self.last.month
        day = self.last.timetuple().tm_yday
        return {Kind.DAILY: day, Kind.WEEKLY: (day - 1) // 7 + 1}.get(self.kind, 0)


def period_of(kind: Kind, day: date, cutoff: int, zone: tzinfo) -> Period:
    """The period of a kind that a local day lies in; of a special briefing that day alone.

    `cutoff` is the last day of a statistics month, 0 that of the calendar month."""
    if kind is Kind.WEEKLY:
        first = day - DAY * day.weekday()
        last = first + 6 * DAY
    elif kind is Kind.MONTHLY:
        first, last = _month(day, cutoff)
    else:
        first = last = day
    return Period(kind, first, last, _midnight(first, zone), _midnight(last + DAY, zone))


def period_before(period: Period, cutoff: int, zone: tzinfo) -> Period:
    """The period of the same kind that ends where this one begins."""
    return period_of(period.kind, period.first - DAY, cutoff, zone)


def up_to(moment: datetime, zone: tzinfo) -> Period:
    """What a special briefing tells of: a local day up to a moment, that second included."""
    here = moment.astimezone(zone).replace(microsecond=0)
    return Period(Kind.SPECIAL, here.date(), here.date(), _midnight(here.date(), zone), here + SECOND)


def last_finished(kind: Kind, reached: datetime, cutoff: int, zone: tzinfo) -> Period:
    """The newest period of a kind that is over at a moment; of a special briefing that moment."""
    if kind is Kind.SPECIAL:
        return up_to(reached, zone)
    return period_before(period_of(kind, reached.astimezone(zone).date(), cutoff, zone), cutoff, zone)


def read_period(kind: Kind, text: str, cutoff: int, zone: tzinfo) -> Period:
    """The period a text names. Raises BadPeriod for one that is not written as that kind is."""
    if not _FORMS[kind].fullmatch(text):
        raise BadPeriod(f"period={text}", (WRITTEN[kind],), "period_form")
    try:
        if kind is Kind.SPECIAL:
            moment = datetime.fromisoformat(text)
            return up_to(moment if moment.tzinfo else moment.replace(tzinfo=zone), zone)
        if kind is Kind.WEEKLY:
            return period_of(kind, date.fromisoformat(f"{text}-1"), cutoff, zone)
        day = date.fromisoformat(text if kind is Kind.DAILY else f"{text}-01")
        return period_of(kind, day, cutoff, zone)
    except (ValueError, OverflowError):
        raise BadPeriod(f"period={text}", (WRITTEN[kind],), "period_form") from None


def chosen(kind: Kind, text: str, now: datetime, reached: datetime, known: date, cutoff: int, zone: tzinfo) -> Period:
    """The period asked for; the last one finished when `reached` where none is named, that of `now` for `running`.

    Raises BadPeriod for one that has not begun or lies before the first known day."""
    if not text:
        return last_finished(kind, reached, cutoff, zone)
    newest = up_to(now, zone) if kind is Kind.SPECIAL else period_of(kind, now.astimezone(zone).date(), cutoff, zone)
    if text == RUNNING:
        return newest
    period = read_period(kind, text, cutoff, zone)
    if period.end_at > newest.end_at:
        raise BadPeriod(f"period={text}", (f"≤ {newest.text}",), "period_begun")
    if period.last < known:
        raise BadPeriod(f"period={text}", (f"≥ {period_of(kind, known, cutoff, zone).text}",), "period_known")
    return period


def _month(day: date, cutoff: int) -> tuple[date, date]:
    """First and last day of the statistics month a day lies in."""
    if not cutoff:
        return day.replace(day=1), (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    last = day.replace(day=cutoff) if day.day <= cutoff else (day.replace(day=28) + 4 * DAY).replace(day=cutoff)
    return (last.replace(day=1) - DAY).replace(day=cutoff) + DAY, last


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
