"""A survey question by question: a dot and its 95 % interval for each area, the wave before as a hollow dot. The order is the areas' own,
never a rank."""

from collections.abc import Iterator
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, rate_scale
from layouts.view import View
from modules.spec.snapshot import PanelData

_SURE = 3  # rows any wall has room for


def scale_of(rows: list[dict[str, Any]], unit: str, target: float | None) -> Scale:
    """An axis over all values, intervals and earlier values; from zero only where the values come near it."""
    values = [row.get(name) for row in rows for name in ("value", "low", "high", "previous")]
    known = [float(value) for value in [*values, target] if value is not None]
    return rate_scale(known, unit, zero=not known or min(known) < 0.5 * max(known))


def _lane(row: dict[str, Any], scale: Scale, target: float | None) -> list[Component]:
    lane: list[Component] = []
    if row.get("low") is not None and row.get("high") is not None:
        low, high = scale.at(float(row["low"])), scale.at(float(row["high"]))
        lane.append(html.I(className="bar-interval", style={"left": f"{low:.2%}", "width": f"{high - low:.2%}"}))
    if target is not None:
        lane.append(html.I(className="lane-target", style={"left": f"{scale.at(target):.2%}"}))
    for name, classes in (("previous", "dot is-hollow is-before"), ("value", "dot")):
        if row.get(name) is not None:
            lane.append(html.I(className=f"spot {classes}", style={"left": f"{scale.at(float(row[name])):.2%}"}))
    return lane


def _said(row: dict[str, Any], unit: str, view: View) -> str:
    """Everything about one dot in words."""
    words, said = view.words, [view.words.label(row), view.words.quantity(row.get("value"), unit)]
    if row.get("low") is not None and row.get("high") is not None:
        said.append(words("dots.between", low=words.quantity(row["low"], unit), high=words.quantity(row["high"], unit)))
    if row.get("previous") is not None:
        said.append(words("dots.before", value=words.quantity(row["previous"], unit)))
    return " · ".join([*said, words("bars.small")] if row.get("small") else said)


def _row(line: int, head: str, row: dict[str, Any], scale: Scale, panel: PanelData, view: View) -> Component:
    words, unit = view.words, str(panel.data.get("unit") or "percent")
    hidden, value = row.get("withheld"), row.get("value")
    rate: Any = [words.number(value, unit), html.Span("%" if unit == "percent" else "", className="unit")] if value is not None else "—"
    parts: list[Component | None] = [
        html.Span(head, className="dots-head") if head else None,
        html.Span(words.label(row), className="bar-label"),
        html.Span([] if hidden else _lane(row, scale, panel.data.get("target")), className="bar-lane dots-lane"),
        html.Span(plot.withheld(panel, view) if hidden else rate, className="bar-rate"),
        html.Span(f"n {words.number(row.get('n'))}", className="bar-of"),
    ]
    small = " is-small" if row.get("small") else ""
    return html.Li(parts, className=f"bar line-{line}{' starts' if head else ''}{small}", title=_said(row, unit, view))


def _rows(groups: list[dict[str, Any]], view: View) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Every row with the line it needs and, where it is the first of its question, the question above it.

    A wall shows the first question as far as there is room, any other one whole or not at all.
    """
    lines = 0
    for nth, group in enumerate(groups):
        first, lines = lines, lines + 1 + len(group["rows"])
        for place, row in enumerate(group["rows"]):
            yield lines if nth else first + 2 + place, "" if place else view.words.label(group), row


def _axis(scale: Scale, unit: str, view: View) -> Component:
    every = max(1, len(scale.ticks) - 1) if view.wall else 1 + (len(scale.ticks) > 4)  # a wall's lane may be narrow: its ends
    labels = [(scale.at(tick), view.words.number(tick, unit, 0)) for tick in scale.ticks[::every]]
    return html.Div(plot.time_axis(labels), className="bar dots-axis")


def _legend(rows: list[dict[str, Any]], panel: PanelData, unit: str, view: View) -> Component:
    words, target = view.words, panel.data.get("target")
    keys: list[Component] = [html.Span([html.I(className="swatch interval-key"), words("dots.interval")], className="key")]
    if any(row.get("previous") is not None for row in rows):
        keys.append(html.Span([html.I(className="swatch ring is-before"), words("dots.previous")], className="key"))
    if target is not None:
        keys.append(plot.target_key(float(target), unit, view))
    if any(row.get("small") for row in rows):
        keys.append(plot.small_key(view))
    if any(row.get("withheld") for row in rows):
        keys.append(plot.withheld_key(panel, view))
    if view.wall and len(rows) > _SURE:
        keys.append(html.Span(words("bars.all", n=len(rows)), className="key"))
    return html.P(keys, className="legend")


def draw(panel: PanelData, view: View) -> Component:
    """One block per question, one line per area, all on one axis."""
    groups, unit = [group for group in panel.data.get("groups") or [] if group.get("rows")], str(panel.data.get("unit") or "percent")
    rows = [row for group in groups for row in group["rows"]]
    if not rows:
        return no_data("zero", view, "items")
    if all(row.get("value") is None and not row.get("withheld") for row in rows):
        return no_data("missing", view)
    scale, words = scale_of(rows, unit, panel.data.get("target")), view.words
    listed = [_row(line, head, row, scale, panel, view) for line, head, row in _rows(groups, view)]
    names = words("charts.between").join(words.label(group) for group in groups)
    told = words("dots.summary", n=len(rows), groups=names)
    style = {"--step": f"{1 / (len(scale.ticks) - 1):.4%}", **plot.label_style([words.label(row) for row in rows], view)}
    return html.Div(
        [html.Ul(listed, className="bar-rows", **attributes(aria_label=told)), _axis(scale, unit, view), _legend(rows, panel, unit, view)],
        className="bars dots",
        style=style,
    )
