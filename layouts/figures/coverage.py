"""Every listed item as one cell on paper, grouped by category: the darker the more was reported, hatched where nobody reported."""

from typing import Any

from layouts.components.coverage import category_name, counted, grouped
from layouts.components.heat import class_edges, class_index
from layouts.figures.canvas import Canvas
from layouts.figures.legend import close_with, filled
from layouts.figures.rows import rows_of
from layouts.figures.theme import RAMP, SOFT
from layouts.view import View
from modules.spec.snapshot import PanelData

_HIGH, _MOST, _GAP = 9.0, 14.0, 1.0


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The groups in the order they come, with the count of covered items at their end."""
    words, groups = view.words, grouped(panel)
    total, covered = counted(panel)
    edges = class_edges([float(item.get("count") or 0) for item in panel.data["items"]])
    names = [category_name(category, view) for category in groups]
    ends = [f"{sum(1 for item in items if item.get('count'))} / {len(items)}" for items in groups.values()]
    told, canvas = rows_of(names, [ends], width), Canvas(width, 0.0)
    pitch = min(_MOST, told.lane / max(len(items) for items in groups.values()))
    for number, items in enumerate(groups.values()):
        y = told.names.draw(canvas, number)
        _cells(canvas, items, told.left, pitch, y, edges)
        told.write(canvas, y, {}, (ends[number],))
    keys = [
        filled(canvas.hatched(), f"{words('coverage.zero')} {words.number(total - covered)}", SOFT),
        filled(RAMP[4], f"{words('coverage.covered')} {words.number(covered)}"),
    ]
    return close_with(canvas, keys, told.names.height)


def _cells(canvas: Canvas, items: list[dict[str, Any]], left: float, pitch: float, y: float, edges: list[float]) -> None:
    for number, item in enumerate(items):
        count, x = float(item.get("count") or 0), left + pitch * number
        fill = RAMP[class_index(count, edges)] if count else canvas.hatched()
        canvas.rect(x, y - _HIGH / 2, pitch - _GAP, _HIGH, fill, "" if count else SOFT)
