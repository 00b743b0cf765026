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


def place_of(index: int, count: int) -> float:
    """Where a period stands among so many, 0…1."""
    return index / max(1, count - 1)


def points_of(row: dict[str, Any], scale: Scale) -> list[tuple[float, float | None]]:
    """A row's line, one point per period; a missing value stays missing."""
    return [(place_of(index, len(row["values"])), scale.maybe(value)) for index, value in enumerate(row["values"])]


def known_points(row: dict[str, Any], scale: Scale) -> list[Place]:
    """The points of a row's line that are known."""
    return [(x, y) for x, y in points_of(row, scale) if y is not None]


def _line(row: dict[str, Any], scale: Scale, unit: str, kind: str, view: View) -> list[Component]:
    small = " is-small" if row.get("small") else ""
    parts = [plot.stencil(shape.line(points_of(row, scale), 0.9), f"turn-{kind}{small}")]
    counts = row.get("n") or [None] * len(row["values"])
    for (x, y), value, n in zip(points_of(row, scale), row["values"], counts, strict=False):
        if y is not None:
            said = f"{view.words.label(row)} · {view.words.quantity(value, unit)} · n = {view.words.number(n)}"
            parts.append(plot.spot(x, y, f"dot slope-dot turn-{kind}{small}", said))
    return parts


def starting(rows: list[dict[str, Any]], scale: Scale) -> list[tuple[dict[str, Any], float]]:
    """The rows known in the first period, with the height of their first point."""
    return [(row, points[0][1]) for row in rows if (points := known_points(row, scale)) and points[0][0] == 0]


def change_text(row: dict[str, Any], unit: str, view: View) -> str:
    """The change since the first known period, in the unit of the values."""
    return view.words.delta(row.get("delta"), unit).removesuffix(" pt")


def told_rows(panel: PanelData) -> list[dict[str, Any]]:
    """The rows with any value."""
    return [row for row in panel.data.get("rows") or [] if any(value is not None for value in row["values"])]


def scale_of(rows: list[dict[str, Any]], target: float | None) -> Scale:
    """The axis from the least to the most of values and target."""
    known = [value for row in rows for value in [*row["values"], target] if value is not None]
    return Scale(min(known), max(known), ())


def untold_texts(panel: PanelData, view: View) -> list[str]:
    """The rows without any value by name, those not reported and those kept back."""
    words, told = view.words, told_rows(panel)
    texts = []
    for state in ("missing", "suppressed"):
        rows = [row for row in panel.data["rows"] if row not in told and bool(row.get("withheld")) is (state == "suppressed")]
        if rows:
            texts.append(f"{words(f'status.{state}')} {words('charts.between').join(words.label(row) for row in rows)}")
    return texts


def _starts(rows: list[dict[str, Any]], scale: Scale, unit: str, view: View) -> Component:
    first = starting(rows, scale)
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
    ends = [known_points(row, scale)[-1][1] for row in rows]
    moved = apart(ends, _ROOM)
    labels, threads = [], []
    for row, end, y in zip(rows, ends, moved, strict=True):
        kind, last = turn(row, better), row["values"][-1]
        value = [html.B(words.number(last, unit)), html.Span(change_text(row, unit, view), className="soft")]
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


def period_names(columns: list[str], view: View) -> list[tuple[float, list[str]]]:
    """What the periods are called, and where each stands: months where all end with theirs, otherwise their last days.

    The year stands below where it begins.
    """
    days = [view.local(day) for day in columns]
    whole = all((day + timedelta(days=1)).day == 1 for day in days)
    names: list[tuple[float, list[str]]] = []
    year = 0
    for index in range(len(days)) if whole else stops(len(days), 3):
        day = days[index]
        name = plot.month_name(day, view) if whole else view.words.date(day, weekday=False)
        names.append((place_of(index, len(days)), [name, str(day.year)] if day.year != year else [name]))
        year = day.year
    return names


def _periods(columns: list[str], view: View) -> Component:
    spans = []
    for place, (name, *year) in period_names(columns, view):
        lines: list[Any] = [name, html.Br(), *year] if year else [name]
        spans.append(html.Span(lines, className="stop", style={"left": f"{place:.2%}"}))
    return html.Div(spans, className="stops")


def _legend(rows: list[dict[str, Any]], panel: PanelData, view: View) -> Component:
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
    keys += [html.Span(text, className="key") for text in untold_texts(panel, view)]
    count = int(panel.data.get("total") or len(panel.data["rows"]))
    if count > len(rows) + len(panel.data["rows"]) - len(told_rows(panel)):
        keys.append(html.Span(words("bars.all", n=count), className="key"))
    return html.P(keys, className="legend")


def _area(rows: list[dict[str, Any]], scale: Scale, panel: PanelData, view: View) -> Component:
    """The lines between upright hairlines, one per period."""
    data, words, unit = panel.data, view.words, str(panel.data.get("unit") or "percent")
    count = len(data["columns"])
    inside: list[Component] = [html.I(className="slope-period", style={"left": f"{place_of(index, count):.2%}"}) for index in range(count)]
    if data.get("target") is not None:
        inside.append(plot.target_line(False, scale.at(data["target"])))
    for row in rows:
        inside += _line(row, scale, unit, turn(row, str(data.get("better") or "up")), view)
    told = words("charts.between").join(f"{words.label(row)} {words.quantity(row['values'][-1], unit)}" for row in rows)
    return html.Div(inside, className="plot-area", role="img", **attributes(aria_label=words("slope.summary", rows=told)))


def draw(panel: PanelData, view: View) -> Component:
    """The first values, the lines, the names at their ends; rows without any value are named below."""
    data, unit = panel.data, str(panel.data.get("unit") or "percent")
    told = told_rows(panel)
    if not told:
        return no_data("missing" if data.get("rows") else "zero", view, "items")
    shown = told[:_WALL_ROWS] if view.wall else told
    scale = scale_of(shown, data.get("target"))
    ends = _ends(shown, scale, unit, str(data.get("better") or "up"), view)
    parts = [_starts(shown, scale, unit, view), _area(shown, scale, panel, view), *ends, _periods(data["columns"], view)]
    room = 190 + plot.label_room([view.words.label(row) for row in shown], view, _NAME)
    return html.Div([*parts, _legend(shown, panel, view)], className="plot slope", style={"--ends": f"calc({room:.0f}*var(--q))"})
