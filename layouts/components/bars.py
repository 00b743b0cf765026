"""Horizontal bars, longest first: value at the end, parts in age order, intervals where the rows are rates, small n greyed."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 8
_SURE = 3  # rows any wall has room for; above that it says how many there are


def reach_of(rows: list[dict[str, Any]], unit: str, target: float | None) -> float:
    """The value the longest bar may have: the highest of values, intervals and target; 100 of shares that come near it."""
    tops = [max(float(row.get("value") or 0), float(row.get("high") or 0)) for row in rows]
    most = max([*tops, target or 0.0, 0.0]) or 1.0
    return max(most, 100.0) if unit == "percent" and most > 60 else most


def part_word(key: str, view: View) -> str:
    """The word of a part: the module's own, the shell's, or the key itself if nobody named it."""
    return view.words.of(view.snapshot.module, "part", key)


def _segments(row: dict[str, Any], reach: float, keys: list[str]) -> list[Component]:
    parts = row.get("parts") or []
    if row.get("withheld"):
        return []
    if not parts:
        width = max(0.0, float(row.get("value") or 0)) / reach
        return [html.I(className="bar-part part-only", style={"width": f"{width:.2%}"})]
    return [
        html.I(
            className=f"bar-part part-{keys.index(part['key']) + 1}-of-{len(keys)} part-{part['key']}",
            style={"width": f"{max(0.0, float(part.get('value') or 0)) / reach:.2%}"},
        )
        for part in parts
        if part.get("value")
    ]


def _text(row: dict[str, Any], panel: PanelData, view: View) -> list[Any]:
    """What stands at the end of a bar."""
    words, value = view.words, row.get("value")
    if row.get("withheld"):
        return [plot.withheld(panel, view)]
    text: list[Any] = [words.number(value, str(panel.data.get("unit") or "count"))]
    if is_rate(panel) and value is not None:
        text.append(html.Span("%", className="unit"))
    if row.get("p90_s") is not None:
        text.append(html.Span(words("bars.age", age=words.age(row["p90_s"])), className="unit"))
    return text


def _row(row: dict[str, Any], reach: float, keys: list[str], panel: PanelData, view: View) -> Component:
    words = view.words
    track = _segments(row, reach, keys)
    low, high, of, target = row.get("low"), row.get("high"), row.get("of"), panel.data.get("target")
    if low is not None and high is not None:
        left, width = float(low) / reach, max(0.0, float(high) - float(low)) / reach
        track.append(html.I(className="bar-interval", style={"left": f"{left:.2%}", "width": f"{width:.2%}"}))
    if target is not None:
        track.append(html.I(className="lane-target", style={"left": f"{min(1.0, float(target) / reach):.2%}"}))
    text = _text(row, panel, view)
    if not is_rate(panel):
        end = max(0.0, float(row.get("value") or 0)) / reach
        track.append(html.Span(text, className="bar-value", style={"left": f"{end:.2%}"}))
    ground = row.get("n") if of is None else of
    return html.Li(
        [
            html.Span(words.label(row), className="bar-label"),
            html.Span(track, className="bar-lane"),
            html.Span(text, className="bar-rate") if is_rate(panel) else None,
            html.Span("" if ground is None else f"{'n' if of is None else '/'} {words.number(ground)}", className="bar-of"),
        ],
        className=f"bar{' is-small' if row.get('small') else ''}",
        title=words("bars.small") if row.get("small") else "",
    )


def is_rate(panel: PanelData) -> bool:
    """Whether the rows are shares."""
    return panel.data.get("unit") == "percent"


def part_keys(rows: list[dict[str, Any]]) -> list[str]:
    """The parts of the rows in the order they first appear."""
    keys: list[str] = []
    for row in rows:
        keys += [str(part["key"]) for part in row.get("parts") or [] if part["key"] not in keys]
    return keys


def draw(panel: PanelData, view: View) -> Component:
    """The rows in the order given; the legend names the parts if there are any."""
    rows = panel.data.get("rows") or []
    if not rows:
        return no_data("zero", view, str(panel.data.get("unit") or "count"))
    unit = str(panel.data.get("unit") or "count")
    reach, keys = reach_of(rows, unit, panel.data.get("target")), part_keys(rows)
    top = max(rows, key=lambda row: float(row.get("value") or 0))
    told = view.words("bars.summary", n=len(rows), label=view.words.label(top), value=view.words.quantity(top.get("value"), unit))
    shown = rows[:_WALL_ROWS] if view.wall else rows
    listed = html.Ul([_row(row, reach, keys, panel, view) for row in shown], className="bar-rows", **attributes(aria_label=told))
    names: list[Component] = [
        html.Span([html.I(className=f"swatch part-{n + 1}-of-{len(keys)} part-{key}"), part_word(key, view)], className="key")
        for n, key in enumerate(keys)
    ]
    if any(row.get("withheld") for row in rows):
        names.append(plot.withheld_key(panel, view))
    if view.wall and len(rows) > _SURE:
        names.append(html.Span(view.words("bars.all", n=len(rows)), className="key"))
    grounded = any(row.get("of") is not None or row.get("n") is not None for row in rows)
    aged = any(row.get("p90_s") is not None for row in rows)
    classes = f"bars{' is-rate' if is_rate(panel) else ''}{' with-of' if grounded else ''}{' with-age' if aged else ''}"
    return html.Div([listed, html.P(names, className="legend") if names else None], className=classes)
