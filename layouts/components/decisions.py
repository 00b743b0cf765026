"""What needs a decision now: cases past or near their deadline, critical numbers, silent sources. What presses, how much, what and who."""

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.kpi import ground_text, target_text
from layouts.components.mark import mark
from layouts.components.modules import reading_from
from layouts.components.sources import face
from layouts.text import MINUS, NO_VALUE, duration
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData

_LONG_S = 100 * 3600  # from here on hours say less than days
_REASONS = ("overdue", "soon", "metric", "source")
Row = dict[str, Any]
# time or value, its word, the matter, where, who: all as text, with the level or state whose shape leads
Told = tuple[str, str, str, list[str], str, str]


def time_left(seconds: float | None, view: View) -> str:
    """0:41 left, −1:12 overdue, −9 days: minutes until they stop mattering."""
    if seconds is None or abs(seconds) < _LONG_S:
        return duration(seconds)
    return f"{MINUS if seconds < 0 else ''}{view.words.age(abs(seconds))}"


def _case(row: Row, view: View) -> Told:
    words, left = view.words, row.get("remaining_s")
    over = left is not None and left < 0
    where = [words.label(row, "place"), words.known(f"case_state.{row.get('state')}", str(row.get("state") or ""))]
    if row.get("urgent"):
        where.insert(0, words("decisions.urgent"))
    unit = words.label({**row, "key": ""}, "unit")
    word = words("decisions.overdue" if over else "decisions.left")
    return time_left(left, view), word, words.label(row, "title"), where, words("decisions.unit", unit=unit) if unit else "", level_of(row)


def _source(row: Row, view: View) -> Told:
    words, shape = view.words, face(row)
    age = words.age(row["age_s"]) if row.get("age_s") is not None else NO_VALUE
    told = words("decisions.source", name=words.label(row))
    promise = [words("wall.promise", cadence=words.age(row["cadence_s"]))] if row.get("cadence_s") else []
    return age, words(f"status.{row.get('state')}"), told, promise, "", shape


def _metric(row: Row, view: View) -> Told:
    words, module = view.words, str(row["module"])
    reading = reading_from({"metric": str(row["metric"]), **row["reading"]})
    ground = [text for text in (target_text(reading, view, module), ground_text(reading, view)) if text]
    value = words.quantity(reading.value, reading.unit) if reading.unit == "percent" else words.number(reading.value, reading.unit)
    return value, words("status.critical"), view.metric(reading.metric, module), ground, words.module(module), "critical"


_TELL: dict[str, Callable[[Row, View], Told]] = {"case": _case, "source": _source, "metric": _metric}


def _row(row: Row, view: View) -> Component:
    amount, word, matter, where, who, level = _TELL[str(row.get("reason") or "case")](row, view)
    title: Component | str = matter
    if row.get("href") and not view.wall:
        title = html.A(matter, href=str(row["href"]))
    left = [html.Span(amount, className="left-time"), html.Span([mark(level), word], className="left-word")]
    told = [
        html.H3(title, className="matter-title"),
        html.P(" · ".join(text for text in where if text), className="matter-where"),
        html.P(who, className="matter-unit"),
    ]
    return html.Li([html.Div(left, className="left"), html.Div(told, className="matter")], className=f"decision is-{level}")


def pressing_text(panel: PanelData, view: View) -> str:
    """How many matters of each reason press: 36 项：超时 34 · 来源中断 2; a single reason speaks for itself."""
    words, counts = view.words, panel.data.get("counts") or {}
    said = [words(f"decisions.n_{reason}", n=words.number(counts[reason])) for reason in _REASONS if counts.get(reason)]
    total = [words("decisions.total", n=words.number(panel.data.get("total")))] if len(said) > 1 else []
    return words("decisions.split").join([*total, " · ".join(said)])


def draw(panel: PanelData, view: View) -> Component:
    """The list; a calm sentence when nothing presses."""
    rows = panel.data.get("rows") or []
    if not rows:
        said = html.P([mark("ok"), view.words("decisions.none")], className="nd-head")
        return html.Div([said, html.P(view.words("decisions.rule"), className="nd-note")], className="decisions is-calm", role="status")
    return html.Ul([_row(row, view) for row in rows], className="decisions")
