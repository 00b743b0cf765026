"""How long things wait: the share still waiting after so many days, as a staircase that falls, against the limits."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import ecdf, plot, shape
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, level_of_label, value_scale
from layouts.text import percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_NAME_WIDTH = 0.36  # of the chart, what the name of a limit needs beside its neighbour


def still_waiting(group: dict[str, Any], after: float) -> float:
    """The share still waiting after that time, 1…0: the last one known by then."""
    known = [y for x, y in zip(group["x"], group["y"], strict=True) if x <= after]
    return float(known[-1]) if known else 1.0


def median(group: dict[str, Any]) -> float | None:
    """The first known time at which half wait no more; None where more than half still do."""
    return next((float(x) for x, y in zip(group["x"], group["y"], strict=True) if y <= 0.5), None)


def facts_of(group: dict[str, Any], limits: list[dict[str, Any]], unit: str, view: View) -> list[str]:
    """A group's median and what is still open at the limits, in words."""
    words, half = view.words, median(group)
    said = words.quantity(half, unit) if half is not None else f">{words.quantity(group['x'][-1], unit)}"
    facts = [words("survival.median", value=said)]
    for limit in limits[:1] if view.wall else limits:
        share = percent(100 * still_waiting(group, limit["at"]), 0) + "%"
        facts.append(words("survival.after", at=words.quantity(limit["at"], unit), value=share))
    return facts


def _limits(limits: list[dict[str, Any]], scale: Scale, unit: str, view: View) -> tuple[list[Component], Component]:
    """The limits as lines, and their names above the chart, on as many rows as they need."""
    ordered = sorted(limits, key=lambda limit: float(limit["at"]))
    places = [scale.at(float(limit["at"])) for limit in ordered]
    lines: list[Component] = [html.I(className="limit-line", style={"left": f"{place:.2%}"}) for place in places]
    rows: dict[int, list[tuple[float, str]]] = {}
    for row, place, limit in zip(level_of_label(places, _NAME_WIDTH), places, ordered, strict=True):
        rows.setdefault(row, []).append((place, limit_text(limit, unit, view)))
    return lines, html.Div([plot.time_axis(named) for _, named in sorted(rows.items())], className="limit-names")


def points_of(group: dict[str, Any], scale: Scale) -> list[tuple[float, float]]:
    """A group's staircase as places 0…1."""
    return shape.steps([(scale.at(float(x)), float(y)) for x, y in zip(group["x"], group["y"], strict=True)])


def scale_of(groups: list[dict[str, Any]], limits: list[dict[str, Any]]) -> Scale:
    """A plain axis of time over all curves and limits."""
    return value_scale([*(x for group in groups for x in group["x"]), *(limit["at"] for limit in limits)], 5)


def stops_of(scale: Scale, unit: str, view: View) -> list[tuple[float, str]]:
    """The labels of the axis of time with their places; the last one says the unit."""
    words = view.words
    return [(scale.at(tick), words.quantity(tick, unit) if tick == scale.high else words.number(tick)) for tick in scale.ticks]


def limit_text(limit: dict[str, Any], unit: str, view: View) -> str:
    """A limit's name with its time."""
    return f"{view.words.label(limit)} {view.words.quantity(limit['at'], unit)}"


def draw(panel: PanelData, view: View) -> Component:
    """At most four curves on a plain axis of time, the limits as upright lines, each group named below."""
    groups, limits, unit = ecdf.known_groups(panel), panel.data.get("limits") or [], str(panel.data.get("unit") or "days")
    if not groups:
        return no_data("zero", view)
    words, shown = view.words, groups[: ecdf.MOST]
    scale = scale_of(shown, limits)
    lines, names = _limits(limits, scale, unit, view)
    lines += [plot.stencil(shape.line(points_of(group, scale), 1.15), f"cat-{n}") for n, group in enumerate(shown, 1)]
    facts = [facts_of(group, limits, unit, view) for group in shown]
    keys = [ecdf.group_key(n, group, said, view) for n, (group, said) in enumerate(zip(shown, facts, strict=True), 1)]
    if len(groups) > ecdf.MOST:
        keys.append(html.Li(words("bars.all", n=len(groups)), className="key"))
    told = words("charts.between").join(f"{words.label(group)} {said[0]}" for group, said in zip(shown, facts, strict=True))
    chart = ecdf.curves(lines, stops_of(scale, unit, view), keys, words("survival.summary", groups=told), view, "survival")
    return html.Div([names, chart], className="with-limits") if limits else chart
