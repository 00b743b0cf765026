"""From period to period: one line per row over equal periods, the last value and the change since the first known at its end."""

from datetime import timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, apart, stops
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 8
_ROOM = 0.14  # of the chart's height, what a label needs
_NAME = 250  # of the wall's units, what a name may take beside its value

Place = tuple[float, float]


def turn(row: dict[str, Any], better: str) -> str:
    """Whether a row changed for the better, the worse, or not to be said."""
    change = row.get("delta")
    if not change:
        return "even"
    return "better" if (change > 0) == (better == "up") else "worse"


def _at(index: int, count: int) -> float:
    return index / max(1, count - 1)


def _points(row: dict[str, Any], scale: Scale) -> list[tuple[float, float | None]]:
    return [(_at(index, len(row["values"])), scale.maybe(value)) for index, value in enumerate(row["values"])]


def _known(row: dict[str, Any], scale: Scale) -> list[Place]:
    return [(x, y) for x, y in _points(row, scale) if y is not None]


def _line(row: dict[str, Any], scale: Scale, unit: str, kind: str, view: View) -> list[Component]:
    small = " is-small" if row.get("small") else ""
    parts = [plot.stencil(shape.line(_points(row, scale), 0.9), f"turn-{kind}{small}")]
    counts = row.get("n") or [None] * len(row["values"])
    for (x, y), value, n in zip(_points(row, scale), row["values"], counts, strict=False):
        if y is not None:
            said = f"{view.words.label(row)} · {view.words.quantity(value, unit)} · n = {view.words.number(n)}"
            parts.append(plot.spot(x, y, f"dot slope-dot turn-{kind}{small}", said))
    return parts


def _starts(rows: list[dict[str, Any]], scale: Scale, unit: str, view: View) -> Component:
    """The first values, where the first period is known."""
    first = [(row, points[0][1]) for row in rows if (points := _known(row, scale)) and points[0][0] == 0]
    moved = apart([y for _, y in first], _ROOM)
    spans = [
        html.Span(
            view.words.number(row["values"][0], unit),
            className=f"slope-start{' is-small' if row.get('small') else ''}",
            style={"bottom": f"{y:.2%}"},
        )
        for (row, _), y in zip(first, moved, strict=True)
    ]
    return html.Div(spans, className="slope-starts")


def _ends(rows: list[dict[str, Any]], scale: Scale, unit: str, better: str, view: View) -> list[Component]:
    """The names with the last values, moved apart, and a thread from each line's end to its name."""
    words = view.words
    ends = [_known(row, scale)[-1][1] for row in rows]
    moved = apart(ends, _ROOM)
    labels, threads = [], []
    for row, end, y in zip(rows, ends, moved, strict=True):
        kind, last = turn(row, better), row["values"][-1]
        value = [html.B(words.number(last, unit)), html.Span(words.delta(row.get("delta"), unit).removesuffix(" pt"), className="soft")]
        labels.append(
            html.Li(
                [html.Span(words.label(row), className="slope-name"), html.Span(value, className=f"slope-value turn-{kind}")],
                className=f"slope-label{' is-small' if row.get('small') else ''}",
                style={"bottom": f"{y:.2%}"},
                title=words("bars.small") if row.get("small") else "",
            )
        )
        threads.append(plot.stencil(shape.line([(0.0, end), (1.0, y)], 2.2), "slope-thread"))
    return [html.Div(threads, className="slope-threads"), html.Ul(labels, className="slope-ends")]


def _periods(columns: list[str], view: View) -> Component:
    """What the periods are called: months where all end with theirs, otherwise their last days; the year stands where it begins."""
    days = [view.local(day) for day in columns]
    whole = all((day + timedelta(days=1)).day == 1 for day in days)
    shown = range(len(days)) if whole else stops(len(days), 3)
    names: list[Component] = []
    year = 0
    for index in shown:
        day = days[index]
        name = plot.month_name(day, view) if whole else view.words.date(day, weekday=False)
        lines: list[Any] = [name, html.Br(), str(day.year)] if day.year != year else [name]
        names.append(html.Span(lines, className="stop", style={"left": f"{_at(index, len(days)):.2%}"}))
        year = day.year
    return html.Div(names, className="stops")


def _legend(rows: list[dict[str, Any]], untold: list[dict[str, Any]], count: int, panel: PanelData, view: View) -> Component:
    words, better = view.words, str(panel.data.get("better") or "up")
    turns = {turn(row, better) for row in rows}
    keys: list[Component] = [
        html.Span([html.I(className=f"swatch slope-dot turn-{kind}"), words(f"slope.{kind}")], className="key")
        for kind in ("better", "worse")
        if kind in turns
    ]
    if panel.data.get("target") is not None:
        keys.append(plot.target_key(panel.data["target"], str(panel.data.get("unit") or "percent"), view))
    if any(row.get("small") for row in rows):
        keys.append(plot.small_key(view))
    keys.append(html.Span(words("slope.ends"), className="key"))
    for state in ("missing", "suppressed"):
        names = words("charts.between").join(words.label(row) for row in untold if bool(row.get("withheld")) is (state == "suppressed"))
        if names:
            keys.append(html.Span(f"{words(f'status.{state}')} {names}", className="key"))
    if count > len(rows) + len(untold):
        keys.append(html.Span(words("bars.all", n=count), className="key"))
    return html.P(keys, className="legend")


def _area(rows: list[dict[str, Any]], scale: Scale, panel: PanelData, view: View) -> Component:
    """The lines between upright hairlines, one per period."""
    data, words, unit = panel.data, view.words, str(panel.data.get("unit") or "percent")
    count = len(data["columns"])
    inside: list[Component] = [html.I(className="slope-period", style={"left": f"{_at(index, count):.2%}"}) for index in range(count)]
    if data.get("target") is not None:
        inside.append(plot.target_line(False, scale.at(data["target"])))
    for row in rows:
        inside += _line(row, scale, unit, turn(row, str(data.get("better") or "up")), view)
    told = words("charts.between").join(f"{words.label(row)} {words.quantity(row['values'][-1], unit)}" for row in rows)
    return html.Div(inside, className="plot-area", role="img", **attributes(aria_label=words("slope.summary", rows=told)))


def draw(panel: PanelData, view: View) -> Component:
    """The first values, the lines, the names at their ends; rows without any value are named below."""
    data, unit = panel.data, str(panel.data.get("unit") or "percent")
    rows = data.get("rows") or []
    told = [row for row in rows if any(value is not None for value in row["values"])]
    if not told:
        return no_data("missing" if rows else "zero", view, "items")
    shown = told[:_WALL_ROWS] if view.wall else told
    known = [value for row in shown for value in [*row["values"], data.get("target")] if value is not None]
    scale = Scale(min(known), max(known), ())
    ends = _ends(shown, scale, unit, str(data.get("better") or "up"), view)
    parts = [_starts(shown, scale, unit, view), _area(shown, scale, panel, view), *ends, _periods(data["columns"], view)]
    legend = _legend(shown, [row for row in rows if row not in told], int(data.get("total") or len(rows)), panel, view)
    room = 190 + plot.label_room([view.words.label(row) for row in shown], view, _NAME)
    return html.Div([*parts, legend], className="plot slope", style={"--ends": f"calc({room:.0f}*var(--q))"})
