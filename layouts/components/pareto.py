"""Where most of it comes from: bars and the line of their sum on one axis, the share of the whole; the first few stand out."""

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.no_data import no_data
from layouts.text import percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 8
_FEW = 80.0  # the vital few are those that make four fifths of the whole (Juran)
_OVER = 0.1  # of a row, how far its stretch of the line reaches into the next
OTHERS = "others"  # the key of the row that sums the rest


def folded(data: Mapping[str, Any], most: int, view: View) -> list[dict[str, Any]]:
    """The rows, those beyond `most` and those the data sums already as one last row that ends at 100 %."""
    rows, others = list(data.get("rows") or []), data.get("others") or {"n": 0, "value": 0.0}
    kept = rows if len(rows) + bool(others["n"]) <= most else rows[: most - 1]
    n, value = others["n"] + len(rows) - len(kept), others["value"] + sum(row["value"] for row in rows[len(kept) :])
    if not n:
        return kept
    name = view.words("pareto.others", n=n)
    return [*kept, {"key": OTHERS, "label_zh": name, "label_en": name, "value": value, "share": 100.0}]


def the_few(rows: list[dict[str, Any]]) -> int:
    """How many of the first rows it takes to make up four fifths; all named ones if they do not."""
    named = [row for row in rows if row["key"] != OTHERS]
    return next((n for n, row in enumerate(named, 1) if row["share"] >= _FEW), len(named))


def few_text(rows: list[dict[str, Any]], view: View) -> str:
    """How many of the first rows make up how much: 前 4 项占 81.1%."""
    few = the_few(rows)
    return view.words("pareto.few", n=few, share=percent(rows[few - 1]["share"]))


def _piece(before: float | None, here: float, after: float | None) -> Component:
    """The stretch of the line in one row: from the row above to the one below, a little over half of the way so that they join."""
    half = 0.5 + _OVER
    points = [(here, 0.5)]
    if before is not None:
        points.insert(0, (here + (before - here) * half, 1.0))
    if after is not None:
        points.append((here + (after - here) * half, 0.0))
    return plot.stencil(shape.line(points, 6), "pareto-line")


def _row(n: int, rows: list[dict[str, Any]], few: int, panel: PanelData, view: View) -> Component:
    row, unit, words = rows[n], str(panel.data.get("unit") or "count"), view.words
    shares = [None, *(row["share"] / 100 for row in rows), None]
    name, own = words.label(row), float(row["value"]) / float(panel.data["total"])
    role = "is-others" if row["key"] == OTHERS else "is-few" if n < few else "is-many"
    lane = [
        html.I(className="bar-part", style={"width": f"{own:.2%}"}),
        _piece(shares[n], row["share"] / 100, shares[n + 2]),
        html.I(className="spot dot", style={"left": f"{row['share']:.2f}%", "bottom": "50%"}),
    ]
    return html.Li(
        [
            html.Span(name, className="bar-label"),
            html.Span(lane, className="bar-lane"),
            html.Span(words.number(row["value"], unit), className="bar-rate"),
            html.Span(f"{percent(row['share'], int(row['share'] < 100))}%", className="bar-of"),
        ],
        className=f"bar line-{n + 1} {role}",
        title=f"{name} · {words.quantity(row['value'], unit)} · {percent(100 * own)}%",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The rows in the order given, the rest as one row, and how few make up most."""
    unit = str(panel.data.get("unit") or "count")
    if not panel.data.get("rows") or not panel.data.get("total"):
        return no_data("zero", view, unit)
    rows = folded(panel.data, _WALL_ROWS if view.wall else len(panel.data["rows"]) + 1, view)
    few, words, said = the_few(rows), view.words, few_text(rows, view)
    told = words("pareto.summary", total=words.quantity(panel.data["total"], unit), few=said)
    keys: list[Component] = [
        html.Span(html.B(said), className="key"),
        html.Span([html.I(className="swatch part-only"), words("pareto.share")], className="key"),
        html.Span([html.I(className="swatch pareto-key"), words("pareto.sum")], className="key"),
    ]
    if view.wall:
        count = len(panel.data["rows"]) + (panel.data.get("others") or {"n": 0})["n"]
        keys.append(html.Span(words("bars.all", n=count), className="key"))
    listed = [_row(n, rows, few, panel, view) for n in range(len(rows))]
    return html.Div(
        [html.Ul(listed, className="bar-rows", **attributes(aria_label=told)), html.P(keys, className="legend")],
        className="bars pareto",
        style=plot.label_style([words.label(row) for row in rows], view),
    )
