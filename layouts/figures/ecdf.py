"""How handling times spread, on paper: the share finished within a time, each group's curve with its limit and the share within it."""

from layouts.components.ecdf import MOST, facts_of, known_groups, log_place, points_of, share_within, span_of, stops_of
from layouts.figures.canvas import Canvas
from layouts.figures.curves import Curve, close_with_names, draw_curves
from layouts.figures.frame import FOOT, HEAD
from layouts.view import View
from modules.spec.snapshot import PanelData


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """At most four curves on a logarithmic axis of time, each named below."""
    groups = known_groups(panel)
    shown, most = groups[:MOST], span_of(groups[:MOST])
    curves = []
    for group in shown:
        limit = group.get("limit_s")
        met = (log_place(limit, most), share_within(group, limit)) if limit else None
        curves.append(Curve(group, points_of(group, most), facts_of(group, view), met))
    canvas = Canvas(width, 0.0)
    frame = draw_curves(canvas, curves, stops_of(most), HEAD, view)
    return close_with_names(canvas, curves, len(groups), frame.base + FOOT, view)
