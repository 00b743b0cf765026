"""The small line beside a number: where it comes from, where it stands against its target."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import shape
from layouts.view import View

_POINTS = 60


def spark(values: Sequence[float | None], target: float | None, unit: str, view: View) -> Component | None:
    """The line of the last values with the target dashed and the newest point marked; None where most are missing."""
    values = list(values)[-_POINTS:]
    known = [value for value in values if value is not None]
    if len(known) < max(2, len(values) / 2):
        return None
    low, high = min(known), max(known)
    reach = (high - low) or abs(high) * 0.02 or 1.0
    shown_target = target if target is not None and low - 2 * reach <= target <= high + 2 * reach else None
    if shown_target is not None:
        low, high = min(low, shown_target), max(high, shown_target)
    span = (high - low) or reach

    def place(value: float) -> float:
        return 0.08 + 0.84 * (value - low) / span if high > low else 0.5

    points = [(i / (len(values) - 1), None if v is None else place(v)) for i, v in enumerate(values)]
    parts: list[Component] = []
    if shown_target is not None:
        parts.append(html.I(className="spark-target", style={"bottom": f"{place(shown_target):.1%}"}))
    parts.append(html.I(className="stencil spark-line", style={"--shape": shape.line(points, 4.5)}))
    last_x, last_y = [(x, y) for x, y in points if y is not None][-1]
    parts.append(html.I(className="spark-dot", style={"left": f"{last_x:.1%}", "bottom": f"{last_y:.1%}"}))
    words = view.words
    label = words("kpi.spark", first=words.quantity(known[0], unit), last=words.quantity(known[-1], unit))
    return html.Span(parts, className="spark", role="img", **attributes(aria_label=label))
