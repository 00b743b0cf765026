"""Two numbers of each thing against each other: a dot per thing, larger where it rests on more, names where they fit, targets as lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, rate_scale
from layouts.view import View
from modules.spec.snapshot import PanelData

_HAN, _LATIN, _HIGH = 0.041, 0.023, 0.085  # of the chart, what a character is wide and a line is high on the narrowest wall
_DOT = 0.022
_SIDES = ("right", "left", "above", "below")

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes."""

    x: Scale
    y: Scale

    def at(self, point: dict[str, Any]) -> tuple[float, float]:
        """Where a point lies, 0…1 on both."""
        return self.x.at(float(point["x"])), self.y.at(float(point["y"]))


def _width(text: str) -> float:
    return sum(_HAN if ord(character) > 0x2E7F else _LATIN for character in text)


def box(side: str, at: tuple[float, float], text: str) -> Box:
    """The room a name takes on one side of a point, in shares of the chart."""
    (x, y), wide, high = at, _width(text), _HIGH / 2
    if side == "right":
        return x + _DOT, y - high, x + _DOT + wide, y + high
    if side == "left":
        return x - _DOT - wide, y - high, x - _DOT, y + high
    base = y + 1.4 * _DOT if side == "above" else y - 1.4 * _DOT - _HIGH
    return x - wide / 2, base, x + wide / 2, base + _HIGH


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def sides(points: Sequence[tuple[tuple[float, float], str]], lines: Sequence[Box] = ()) -> list[str]:
    """The side each name stands on, of points in order of weight; empty where it would touch a dot, another name or the edge.

    A side that crosses none of the lines is taken before one that does.
    """
    taken: list[Box] = [(x - _DOT / 2, y - _DOT, x + _DOT / 2, y + _DOT) for (x, y), _ in points]
    found = []
    for at, text in points:
        boxes = [(side, box(side, at, text)) for side in _SIDES]
        free = [(s, b) for s, b in boxes if b[0] >= 0 and b[1] >= 0 and b[2] <= 1.02 and b[3] <= 1 and not any(_meet(b, t) for t in taken)]
        free.sort(key=lambda found: any(_meet(found[1], line) for line in lines))
        found.append(free[0][0] if free else "")
        taken += [free[0][1]] if free else []
    return found


def share_of(point: dict[str, Any], most: float) -> float:
    """The size of a dot, 0…1, whose area goes by what the point rests on."""
    return sqrt(max(0.0, float(point.get("n") or 0.0)) / most) if most else 0.0


def by_weight(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points in the order in which they get their names: those that rest on most first, small ones last."""
    return sorted(points, key=lambda point: (bool(point.get("small")), -float(point.get("n") or 0.0)))


def known_points(panel: PanelData) -> list[dict[str, Any]]:
    """The points with both numbers."""
    return [point for point in panel.data.get("points") or [] if point.get("x") is not None and point.get("y") is not None]


def axes_of(panel: PanelData) -> Axes:
    """The axes over all known points and the targets."""
    known = known_points(panel)
    return Axes(_scale("x", known, panel), _scale("y", known, panel))


def stops_of(scale: Scale, unit: str, view: View) -> list[tuple[float, str]]:
    """The places along an axis with their numbers."""
    return [(scale.at(tick), view.words.number(tick, unit, 0 if unit == "percent" else None)) for tick in scale.ticks]


def _dot(point: dict[str, Any], at: tuple[float, float], most: float, said: str) -> Component:
    share = share_of(point, most)
    style = {"left": f"{at[0]:.2%}", "bottom": f"{at[1]:.2%}", "--share": f"{share:.3f}"}
    return html.I(className=f"spot scatter-dot{' is-small' if point.get('small') else ''}", style=style, title=said)


def _said(point: dict[str, Any], panel: PanelData, view: View) -> str:
    words, data = view.words, panel.data
    numbers = [words.quantity(point[axis], str(data.get(f"{axis}_unit") or "count")) for axis in ("x", "y")]
    small = [words("bars.small")] if point.get("small") else []
    return " · ".join([words.label(point), *numbers, f"n = {words.number(point.get('n'))}", *small])


def axis_name(axis: str, panel: PanelData, view: View) -> str:
    """What an axis measures and in which unit."""
    name = view.words.of(view.snapshot.module, "panel", panel.key, axis) or view.words(f"file.{axis}")
    unit = view.words.unit(str(panel.data.get(f"{axis}_unit") or ""))
    return f"{name} · {unit}" if unit else name


def _points(points: list[dict[str, Any]], axes: Axes, panel: PanelData, view: View) -> tuple[list[Component], int]:
    """The dots with their names, the weightiest first, and how many names found no room."""
    ordered = by_weight(points)
    most = max(float(point.get("n") or 0.0) for point in points)
    placed = [(axes.at(point), view.words.label(point)) for point in ordered]
    parts: list[Component] = [_dot(point, at, most, _said(point, panel, view)) for point, (at, _) in zip(ordered, placed, strict=True)]
    found = sides(placed, _crossing(axes, panel))
    for point, (at, name), side in zip(ordered, placed, found, strict=True):
        if side:
            style = {"left": f"{at[0]:.2%}", "bottom": f"{at[1]:.2%}"}
            small = " is-small" if point.get("small") else ""
            parts.append(html.Span(name, className=f"spot-name on-{side}{small}", style=style))
    return parts, found.count("")


def _crossing(axes: Axes, panel: PanelData) -> list[Box]:
    """The target lines as boxes of no breadth."""
    x, y = panel.data.get("x_target"), panel.data.get("y_target")
    upright = [] if x is None else [(axes.x.at(float(x)), 0.0, axes.x.at(float(x)), 1.0)]
    return [*upright, *([] if y is None else [(0.0, axes.y.at(float(y)), 1.0, axes.y.at(float(y)))])]


def _targets(axes: Axes, panel: PanelData, view: View) -> list[Component]:
    lines = []
    for axis, scale in (("x", axes.x), ("y", axes.y)):
        target = panel.data.get(f"{axis}_target")
        if target is not None:
            said = plot.target_text(float(target), str(panel.data.get(f"{axis}_unit") or "count"), view)
            lines.append(plot.target_line(axis == "x", scale.at(float(target)), said))
    return lines


def _scale(axis: str, points: list[dict[str, Any]], panel: PanelData) -> Scale:
    values = [float(point[axis]) for point in points]
    target = panel.data.get(f"{axis}_target")
    known = [*values, *([] if target is None else [float(target)])]
    return rate_scale(known, str(panel.data.get(f"{axis}_unit") or "count"), zero=min(known) < 0.5 * max(known))


def draw(panel: PanelData, view: View) -> Component:
    """The dots on both axes; what each axis measures stands at its end."""
    points, words = panel.data.get("points") or [], view.words
    if not points:
        return no_data("zero", view, "items")
    known = known_points(panel)
    if not known:
        return no_data("missing", view)
    axes = axes_of(panel)
    dots, unnamed = _points(known, axes, panel, view)
    stops = stops_of(axes.x, str(panel.data.get("x_unit") or "count"), view)
    lines = [html.I(className="tick is-upright", style={"left": f"{place:.2%}"}) for place, _ in stops]
    inside = [*plot.gridlines(axes.y, str(panel.data.get("y_unit") or "count"), view), *lines, *_targets(axes, panel, view), *dots]
    keys: list[Component] = [html.Span([html.I(className="swatch scatter-key"), words("scatter.size")], className="key")]
    if any(point.get("small") for point in known):
        keys.append(plot.small_key(view))
    if unnamed:
        keys.append(html.Span(words("scatter.unnamed", n=unnamed), className="key"))
    if panel.data.get("withheld"):
        keys.append(html.Span(words("scatter.withheld", n=panel.data["withheld"]), className="key"))
    names = {axis: axis_name(axis, panel, view) for axis in ("x", "y")}
    told = words("scatter.summary", n=len(known), x=names["x"], y=names["y"])
    return html.Div(
        [
            html.P(names["y"], className="axis-name"),
            html.Div(inside, className="plot-area", role="img", **attributes(aria_label=told)),
            plot.time_axis(stops),
            html.P([*keys, html.Span(names["x"], className="axis-name is-x")], className="legend"),
        ],
        className="plot scatter",
        style=plot.gutter(axes.y, str(panel.data.get("y_unit") or "count"), view),
    )
