"""The “i” of a metric: its dictionary entry with the numbers of this moment, opened in place."""

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.view import View
from modules.spec.snapshot import Reading

_LEVELS = ("watch", "warning", "critical")


def definition(key: str, entry: Mapping[str, Any], view: View) -> Component:
    """A disclosure with formula, this period's numbers, clock, target and limits, basis, source and owner."""
    words, name = view.words, view.metric(key)
    reading = view.snapshot.readings.get(key) or Reading(key, None, quality="missing")
    lines = [
        ("formula", words.of(view.snapshot.module, "metric", key, "formula") or str(entry.get("formula") or "")),
        ("current", _current(reading, entry, view)),
        ("clock", _named("clock", entry, view)),
        ("target", _target(reading, entry, view)),
        ("limits", _limits(reading, entry, view)),
        ("basis", _basis(entry, view)),
        ("source", _source(entry, view)),
        ("owner", _named("owner", entry, view)),
    ]
    rows: list[Component] = []
    for word, value in lines:
        rows += [html.Dt(words(f"definition.{word}")), html.Dd(value or words("definition.none"))]
    head = html.P([html.B(name), html.Code(key)], className="definition-head")
    sign = html.Summary("i", title=words("definition.open", name=name), **attributes(aria_label=words("definition.open", name=name)))
    return html.Details([sign, html.Div([head, html.Dl(rows)], className="definition-body")], className="definition")


def rising(entry: Mapping[str, Any]) -> bool:
    """Whether more is better; True where the entry does not say less is."""
    return str(entry.get("better") or "up") != "down"


def _current(reading: Reading, entry: Mapping[str, Any], view: View) -> str:
    words = view.words
    if reading.value is None:
        return words.known(f"status.{reading.quality}", "")
    value = words.quantity(reading.value, reading.unit, entry.get("decimals"))
    if reading.numerator is not None and reading.denominator is not None:
        value = f"{words.number(reading.numerator)} ÷ {words.number(reading.denominator)} = {value}"
    parts = [value]
    if reading.gross is not None:
        parts.append(words("definition.gross", value=words.quantity(reading.gross, reading.unit)))
    if reading.as_of is not None:
        at = view.local(reading.as_of)
        parts.append(f"{words.date(at, weekday=False)} {words.time(at)}")
    return " · ".join(parts)


def _target(reading: Reading, entry: Mapping[str, Any], view: View) -> str:
    target = reading.target if reading.target is not None else entry.get("target")
    if target is None:
        return ""
    return f"{'≥' if rising(entry) else '≤'} {view.words.quantity(target, reading.unit, _digits(target))}"


def _limits(reading: Reading, entry: Mapping[str, Any], view: View) -> Component | None:
    limits = entry.get("limits") or {}
    sign = "<" if rising(entry) else ">"
    parts: list[Component] = []
    for level in _LEVELS:
        if (limit := limits.get(level)) is not None:
            text = f"{view.words(f'status.{level}')} {sign} {view.words.quantity(limit, reading.unit, _digits(limit))}"
            parts.append(html.Span([mark(level), text], className=f"limit is-{level}"))
    return html.Span(parts, className="limits") if parts else None


def _source(entry: Mapping[str, Any], view: View) -> str:
    name, fresh = _named("source", entry, view), entry.get("fresh_for_s")
    if not name or fresh is None:
        return name
    return f"{name} · {view.words('definition.promise', age=view.words.age(float(fresh)))}"


def _basis(entry: Mapping[str, Any], view: View) -> str:
    """The authority and whether the setting is confirmed; said once where both say the same."""
    basis, setting = _named("basis", entry, view), _named("setting", {"setting": entry.get("status")}, view)
    said = [basis] if basis.casefold() == setting.casefold() else [basis, setting]
    return " · ".join(text for text in said if text)


def _named(what: str, entry: Mapping[str, Any], view: View) -> str:
    """The reader's word for a value: `source_zh` of the entry itself, a shell word, or the value as it stands."""
    own = entry.get(f"{what}_{view.words.lang}")
    value = str(own or entry.get(what) or "")
    return value if own else view.words.known(f"{what}.{value}", value)


def _digits(value: float) -> int | None:
    return None if value % 1 else 0
