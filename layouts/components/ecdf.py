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

_MOST = 4
_HOURS = (1 / 4, 1 / 2, 1, 2, 4, 8, 24, 48, 72, 168, 336, 720)


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


def _log(seconds: float, most: float) -> float:
    return min(1.0, math.log1p(max(0.0, seconds) / 900) / math.log1p(most / 900))


def _span(groups: list[dict[str, Any]]) -> float:
    ends = [max([*group["x"], float(group.get("limit_s") or 0)]) for group in groups]
    return float(max(*ends, 3600))


def _line(n: int, group: dict[str, Any], most: float) -> list[Component]:
    points = [(0.0, 0.0), *[(_log(x, most), float(y)) for x, y in zip(group["x"], group["y"], strict=True)]]
    parts = [plot.stencil(shape.line(points, 1.15), f"cat-{n}")]
    limit = group.get("limit_s")
    if limit:
        x, y = _log(limit, most), share_within(group, limit)
        parts.append(html.I(className=f"ecdf-limit cat-{n}", style={"left": f"{x:.2%}", "height": f"{y:.2%}"}))
        parts.append(plot.spot(x, y, f"dot cat-{n}"))
    return parts


def _key(n: int, group: dict[str, Any], view: View) -> Component:
    words, limit = view.words, group.get("limit_s")
    texts = [words.label(group), f"n = {words.number(group.get('n'))}"]
    if limit:
        texts.append(words("ecdf.limit", value=duration(limit)))
        texts.append(words("ecdf.within", value=percent(share_within(group, limit) * 100) + "%"))
    return html.Li([html.I(className=f"swatch cat-{n}"), html.B(texts[0]), " · ".join(["", *texts[1:]])], className="key")


def draw(panel: PanelData, view: View) -> Component:
    """At most four lines on a logarithmic time axis, each named below with its share within the limit."""
    groups = [group for group in panel.data.get("groups") or [] if group.get("x") and None not in group["x"]][:_MOST]
    if not groups:
        return no_data("missing", view)
    most = _span(groups)
    stops = [hour * 3600 for hour in _HOURS if hour * 3600 <= most]
    kept: list[tuple[float, str]] = [(0.0, "0:00")]
    for stop in stops:
        if _log(stop, most) - kept[-1][0] > 0.15:
            kept.append((_log(stop, most), duration(stop)))
    scale = Scale(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0))
    inside = plot.gridlines(scale, "percent", view)
    for n, group in enumerate(groups, 1):
        inside += _line(n, group, most)
    told = view.words("ecdf.summary", groups="；".join(view.words.label(group) for group in groups))
    return html.Div(
        [
            html.Div(inside, className="plot-area", role="img", **attributes(aria_label=told)),
            plot.time_axis(kept),
            html.Ul([_key(n, group, view) for n, group in enumerate(groups, 1)], className="legend ecdf-keys"),
        ],
        className="plot ecdf",
    )
