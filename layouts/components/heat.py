"""A heat map of hour by weekday (or any two labels): one blue ramp in six classes, zero its own class, missing left open."""

from bisect import bisect_right
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.no_data import no_data
from layouts.components.scale import stops
from layouts.view import View
from modules.spec.snapshot import PanelData

_CLASSES = 5


def class_edges(values: Sequence[float]) -> list[float]:
    """The lower edges of classes 2…5: quantiles of the values above zero, equal ones taken together."""
    ranked = sorted(value for value in values if value > 0)
    if not ranked:
        return []
    cuts = [ranked[min(len(ranked) - 1, len(ranked) * part // _CLASSES)] for part in range(1, _CLASSES)]
    return sorted({cut for cut in cuts if cut > ranked[0]})


def class_of(value: float | None, edges: Sequence[float]) -> str:
    """seq-0 for zero, seq-1 … seq-5 above it, seq-none where nothing is known."""
    return "seq-none" if value is None else f"seq-{class_index(value, edges)}"


def class_index(value: float, edges: Sequence[float]) -> int:
    """0 for zero, 1…5 above it."""
    return 0 if value <= 0 else 1 + bisect_right(edges, value)


def key_texts(edges: Sequence[float], most: float, unit: str, view: View) -> list[str]:
    """What the classes mean, from zero up: 0, < 12, < 30, ≥ 30; without edges the last is ≤ the most there is."""
    bounds = [f"< {view.words.number(edge, unit)}" for edge in edges]
    last = f"≥ {view.words.number(edges[-1], unit)}" if edges else f"≤ {view.words.number(most, unit)}"
    return [*(["0"] if most >= 0 else []), *bounds, last]


def key_strip(edges: Sequence[float], most: float, unit: str, view: View) -> Component:
    """The ramp with its edges written below, so a colour can be read back as a number."""
    texts = key_texts(edges, most, unit, view)
    first = len(edges) + 2 - len(texts)
    cells = [html.Span([html.I(className=f"swatch seq-{n}"), text], className="key") for n, text in enumerate(texts, first)]
    return html.P(cells, className="legend legend-ramp")


def row_names(panel: PanelData, view: View) -> list[str]:
    """The names of the rows; weekdays have their words."""
    return [view.words.known(f"weekday.{y}", str(y)) for y in panel.data.get("y") or []]


def named_columns(count: int) -> set[int]:
    """The columns that carry their names."""
    return set(stops(count, 8))


def top_text(panel: PanelData, view: View) -> str:
    """The highest value and where it is."""
    rows = zip(row_names(panel, view), panel.data.get("z") or [], strict=False)
    value, y, x = max((v, y, str(x)) for y, row in rows for x, v in zip(panel.data.get("x") or [], row, strict=False) if v is not None)
    return view.words("heat.summary", value=view.words.quantity(value, str(panel.data.get("unit") or "count")), y=y, x=x)


def draw(panel: PanelData, view: View) -> Component:
    """The grid of cells with labels on both sides and its key."""
    xs, z = panel.data.get("x") or [], panel.data.get("z") or []
    cells = [value for row in z for value in row if value is not None]
    if not cells:
        return no_data("missing", view)
    words, unit, edges = view.words, str(panel.data.get("unit") or "count"), class_edges(cells)
    named = named_columns(len(xs))
    ys = row_names(panel, view)
    rows = []
    for label, values in zip(ys, z, strict=False):
        squares = [
            html.I(className=f"cell {class_of(value, edges)}", title=f"{label} {x} · {words.quantity(value, unit)}")
            for x, value in zip(xs, values, strict=False)
        ]
        rows.append(html.Li([html.Span(str(label), className="heat-y"), *squares], className="heat-row"))
    foot = [html.Span("", className="heat-y")]
    foot += [html.Span(str(x) if i in named else "", className="heat-x") for i, x in enumerate(xs)]
    return html.Div(
        [
            html.Ul(rows, className="heat-rows", **attributes(aria_label=top_text(panel, view))),
            html.Div(foot, className="heat-row heat-foot"),
            key_strip(edges, max(cells), unit, view),
        ],
        className="heat",
        style={"--columns": str(len(xs))},
    )
