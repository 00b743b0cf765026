"""What an address may say about time, and how a value that means nothing is refused: what was found, what is allowed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from data.measures import Span
from data.periods import date_of, day_of
from layouts.errors import error_document
from layouts.text import LANGUAGES, words_for

MOST_DAYS = 1096  # the longest period: three years
SLACK = timedelta(minutes=2)  # clocks of readers run apart


class Refusal(ValueError):
    """A value of an address that is not allowed: `found` as name=value, `allowed` values, `rule` a key of the error words."""

    def __init__(self, found: str, allowed: Sequence[str] = (), rule: str = "") -> None:
        super().__init__(found)
        self.found, self.allowed, self.rule = found, tuple(allowed), rule


def refused_document(fault: int, path: str, lang: str, refusal: Refusal | None) -> str:
    """The page that says what is wrong with an address, in the reader's language."""
    language = lang if lang in LANGUAGES else LANGUAGES[0]
    if refusal is None:
        return error_document(fault, path, language)
    rules = [words_for(language)(f"error.{refusal.rule}", days=MOST_DAYS)] if refusal.rule else []
    return error_document(fault, f"{path}?{refusal.found}", language, [*rules, *refusal.allowed])


def moment_of(query: Mapping[str, str], now: datetime) -> datetime | None:
    """The past moment an address asks for, in the zone of `now`; None for now. A date means its end, today means now."""
    text = query.get("asof")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"asof={text}", rule="moment_form") from None
    if len(text) <= len("2026-11-22"):
        if moment.date() == now.date():
            return None
        moment = moment.replace(hour=23, minute=59, second=59)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    if moment > now + SLACK:
        raise Refusal(f"asof={text}", rule="moment_future")
    if moment.year < date_of(0).year:
        raise Refusal(f"asof={text}", rule="moment_form")
    return min(moment, now)


def period_of(query: Mapping[str, str], until: datetime) -> Span | None:
    """The days an address asks for, at most MOST_DAYS and none after `until`; None where it asks for none.

    Only a first day: up to `until`. Only a last day is refused.
    """
    first, last = query.get("from"), query.get("to")
    if not first and not last:
        return None
    found = "&".join(f"{name}={query[name]}" for name in ("from", "to") if query.get(name))
    try:
        start, end = date.fromisoformat(first or ""), date.fromisoformat(last) if last else until.date()
    except ValueError:
        raise Refusal(found, rule="period_form") from None
    if end > until.date():
        raise Refusal(found, rule="period_future")
    if start > end:
        raise Refusal(found, rule="period_order")
    if (end - start).days >= MOST_DAYS:
        raise Refusal(found, rule="period_long")
    return Span(day_of(start), day_of(end))
