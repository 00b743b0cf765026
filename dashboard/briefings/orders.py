"""What is asked for: judged once, wherever it comes from, and kept as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from dashboard.briefings.editions import Editions
from dashboard.briefings.periods import Period, read_period
from dashboard.refusal import Refusal
from dashboard.registry import watched
from dashboard.taking.opened import opened
from data.db import reading
from layouts.briefing.edition import DISTRICT, FORMS, Kind
from layouts.text import LANGUAGES, Words


@dataclass(frozen=True, slots=True)
class Order:
    """A briefing that is asked for. An empty period is now for a special briefing; any other has its period written out."""

    subject: str = DISTRICT
    kind: str = Kind.MONTHLY
    period: str = ""
    area: str = ""
    lang: str = LANGUAGES[0]
    appendix: bool = True
    form: str = FORMS[0]

    def period_in(self, editions: Editions) -> Period | None:
        """The period it names; None for now."""
        return read_period(Kind(self.kind), self.period, editions.cutoff, editions.here.zone) if self.period else None


def subjects() -> tuple[str, ...]:
    """What a briefing can be about."""
    return (DISTRICT, *watched())


def order_of(asked: Mapping[str, Any], editions: Editions) -> Order:
    """The order that was asked for, with its period written out. Raises Refusal for what is not allowed, UnknownArea."""
    wanted = {name: value for name, value in asked.items() if value is not None}
    known = asdict(Order())
    for name, value in wanted.items():
        if name not in known:
            raise Refusal(name, tuple(known))
        flag = isinstance(known[name], bool)
        if not isinstance(value, bool if flag else str):
            raise Refusal(f"{name}={value}", ("true", "false") if flag else ('"…"',))
    order = Order(**{**known, **wanted})
    for name, allowed in (("subject", subjects()), ("kind", tuple(Kind)), ("lang", LANGUAGES), ("form", FORMS)):
        if getattr(order, name) not in allowed:
            raise Refusal(f"{name}={getattr(order, name)}", tuple(map(str, allowed)))
    period = editions.chosen(Kind(order.kind), order.period)
    with reading(editions.engine) as connection:
        area = opened(connection, editions.here, editions.clock(), order.area or None).code
    return replace(order, kind=str(order.kind), period=period.text if period else "", area=area)


def said(refusal: Refusal, words: Words) -> list[str]:
    """What is allowed instead, the broken rule first."""
    return [*([words(f"making.{refusal.rule}")] if refusal.rule else []), *refusal.allowed]
