"""How handling times spread: the share finished within a time, one line per group, each against its own limit."""

import math
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.no_data import no_data
from layouts.components.scale import Scale
from layouts.text import duration, percent
from layouts.view import View
from modules.spec.snapshot import PanelData

MOST = 4  # lines one can still tell apart
SHARES = Scale(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0))
_HOURS = (1 / 4, 1 / 2, 1, 2, 4, 8, 24, 48, 72, 168, 336, 720)


def known_groups(panel: PanelData) -> list[dict[str, Any]]:
    """The groups that have a curve."""
    return [group for group in panel.data.get("groups") or [] if group.get("x") and None not in group["x"]]


def group_key(n: int, group: dict[str, Any], facts: list[str], view: View) -> Component:
    """A group's line in the legend: its name, n, and what else is to be said of it."""
    told = f" · {told_of(group, facts, view)}"
    return html.Li(
        [html.I(className=f"swatch cat-{n}"), html.B(view.words.label(group)), html.Span(told, className="key-facts")],
        className="key",
    )


def told_of(group: dict[str, Any], facts: list[str], view: View) -> str:
    """What is said of a group beside its name."""
    return " · ".join([f"n = {view.words.number(group.get('n'))}", *facts])


def group_mark(n: int, x: float, y: float) -> list[Component]:
    """Where a group's curve meets a limit."""
    return [html.I(className=f"ecdf-limit cat-{n}", style={"left": f"{x:.2%}", "height": f"{y:.2%}"}), plot.spot(x, y, f"dot cat-{n}")]


def share_within(group: dict[str, Any], seconds: float) -> float:
    """The share of a group's cases finished within that time, 0…1, between known points by straight line."""
    xs, ys = group["x"], group["y"]
    before = (0.0, 0.0)
    for x, y in zip(xs, ys, strict=True):
        if x >= seconds:
            part = (seconds - before[0]) / ((x - before[0]) or 1.0)
            return float(before[1] + (y - before[1]) * part)
        before = (x, y)
    return float(before[1])


def log_place(seconds: float, most: float) -> float:
    """Where a time lies on the logarithmic axis that ends at `most`, 0…1."""
    return min(1.0, math.log1p(max(0.0, seconds) / 900) / math.log1p(most / 900))


def span_of(groups: list[dict[str, Any]]) -> float:
    """Where the axis of time ends: the last time or limit, at least an hour."""
    ends = [max([*group["x"], float(group.get("limit_s") or 0)]) for group in groups]
    return float(max(*ends, 3600))


def points_of(group: dict[str, Any], most: float) -> list[tuple[float, float]]:
    """A group's curve from the corner on, as places 0…1."""
    return [(0.0, 0.0), *[(log_place(x, most), float(y)) for x, y in zip(group["x"], group["y"], strict=True)]]


def _line(n: int, group: dict[str, Any], most: float) -> list[Component]:
    parts = [plot.stencil(shape.line(points_of(group, most), 1.15), f"cat-{n}")]
    limit = group.get("limit_s")
    return parts + group_mark(n, log_place(limit, most), share_within(group, limit)) if limit else parts


def facts_of(group: dict[str, Any], view: View) -> list[str]:
    """A group's limit and its share within it, in words."""
    words, limit = view.words, group.get("limit_s")
    if not limit:
        return []
    within = percent(share_within(group, limit) * 100) + "%"
    return [words("ecdf.limit", value=duration(limit)), words("ecdf.within", value=within)]


def stops_of(most: float) -> list[tuple[float, str]]:
    """The labels of the axis of time with their places."""
    kept: list[tuple[float, str]] = [(0.0, "0:00")]
    for stop in (hour * 3600 for hour in _HOURS if hour * 3600 <= most):
        if log_place(stop, most) - kept[-1][0] > 0.15:
            kept.append((log_place(stop, most), duration(stop)))
    return kept


def curves(lines: list[Component], stops: list[tuple[float, str]], keys: list[Component], told: str, view: View, kind: str) -> Component:
    """Lines over a scale of shares, with the times below and the groups named under them."""
    inside = [*plot.gridlines(SHARES, "percent", view), *lines]
    area = html.Div(inside, className="plot-area", role="img", **attributes(aria_label=told))
    return html.Div([area, plot.time_axis(stops), html.Ul(keys, className="legend ecdf-keys")], className=f"plot {kind}")


def draw(panel: PanelData, view: View) -> Component:
    """At most four lines on a logarithmic time axis, each named below with its share within the limit."""
    groups = known_groups(panel)
    if not groups:
        return no_data("missing", view)
    shown, most = groups[:MOST], span_of(groups[:MOST])
    lines = [part for n, group in enumerate(shown, 1) for part in _line(n, group, most)]
    keys = [group_key(n, group, facts_of(group, view), view) for n, group in enumerate(shown, 1)]
    if len(groups) > MOST:
        keys.append(html.Li(view.words("bars.all", n=len(groups)), className="key"))
    told = view.words("ecdf.summary", groups=view.words("charts.between").join(view.words.label(group) for group in shown))
    return curves(lines, stops_of(most), keys, told, view, "ecdf")
