"""How long things wait, on paper: the share still waiting as a staircase that falls, the limits as upright lines with their names."""

from collections.abc import Sequence
from typing import Any

from layouts.components.ecdf import MOST, SHARES, known_groups
from layouts.components.scale import Scale
from layouts.components.survival import facts_of, limit_text, points_of, scale_of, stops_of
from layouts.figures.canvas import Anchor, Canvas, text_width
from layouts.figures.curves import Curve, close_with_names, draw_curves
from layouts.figures.frame import FOOT, HEAD, Frame, gutter
from layouts.figures.theme import HAIR, SMALL, SOFT
from layouts.view import View
from modules.spec.snapshot import PanelData

_LINE, _GAP = 9.0, 3.0
Flag = tuple[float, float, str, Anchor]  # the limit's place 0…1, the height of its name, its name, on which side of the line it begins


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """At most four curves on a plain axis of time, each named below."""
    groups, limits, unit = known_groups(panel), panel.data.get("limits") or [], str(panel.data.get("unit") or "days")
    shown = groups[:MOST]
    scale = scale_of(shown, limits)
    curves = [Curve(group, points_of(group, scale), facts_of(group, limits, unit, view)) for group in shown]
    canvas = Canvas(width, 0.0)
    flags, head = _flags(limits, scale, unit, width - gutter(SHARES, "percent", view), view)
    frame = draw_curves(canvas, curves, stops_of(scale, unit, view), HEAD + head, view)
    _draw_flags(canvas, frame, flags)
    return close_with_names(canvas, curves, len(groups), frame.base + FOOT, view)


def _flags(limits: Sequence[dict[str, Any]], scale: Scale, unit: str, width: float, view: View) -> tuple[list[Flag], float]:
    """The names of the limits on as many lines as keep them apart, and how high these are."""
    flags: list[Flag] = []
    ends: list[float] = []  # of each line, from the lowest up
    for limit in sorted(limits, key=lambda limit: float(limit["at"])):
        place, text = scale.at(float(limit["at"])), limit_text(limit, unit, view)
        wide = text_width(text, SMALL) + _GAP
        late = place * width + wide > width
        begin = place * width - wide if late else place * width
        line = next((line for line, end in enumerate(ends) if begin >= end + _GAP), len(ends))
        ends[line : line + 1] = [begin + wide]
        flags.append((place, float(line), text, "end" if late else "start"))
    return [(place, (len(ends) - line) * _LINE, text, anchor) for place, line, text, anchor in flags], _LINE * len(ends)


def _draw_flags(canvas: Canvas, frame: Frame, flags: Sequence[Flag]) -> None:
    for place, y, _, _ in flags:
        x, _ = frame.point(place, 0)
        canvas.line([(x, y - SMALL), (x, frame.base)], SOFT, HAIR, "2 1.6")
    for place, y, text, anchor in flags:
        x, _ = frame.point(place, 0)
        canvas.text(x + (_GAP if anchor == "start" else -_GAP), y - 1, text, SMALL, SOFT, anchor, halo=True)
