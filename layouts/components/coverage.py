"""Every listed item as one cell, grouped by category: how much was reported for it; items nobody reported are hatched."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.heat import class_edges, class_of
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData


def _cell(item: dict[str, Any], edges: list[float], view: View) -> Component:
    count = float(item.get("count") or 0)
    shade = "is-hatched" if count == 0 else class_of(count, edges)
    return html.I(className=f"cell {shade}", title=f"{item.get('number')} {view.words.label(item)} · {view.words.number(count)}")


def grouped(panel: PanelData) -> dict[str, list[dict[str, Any]]]:
    """The items by category, both in the order they come."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in panel.data["items"]:
        groups.setdefault(str(item.get("category") or ""), []).append(item)
    return groups


def counted(panel: PanelData) -> tuple[int, int]:
    """How many items there are and how many of them were reported."""
    items = panel.data["items"]
    return int(panel.data.get("total") or len(items)), int(panel.data.get("covered") or sum(1 for item in items if item.get("count")))


def category_name(category: str, view: View) -> str:
    """The name of a category of items."""
    return view.words.known(f"item_category.{category}", category)


def _group(category: str, items: list[dict[str, Any]], edges: list[float], view: View) -> Component:
    covered = sum(1 for item in items if item.get("count"))
    return html.Li(
        [
            html.Span(category_name(category, view), className="coverage-name"),
            html.Span([_cell(item, edges, view) for item in items], className="coverage-cells"),
            html.Span([html.B(str(covered)), f" / {len(items)}"], className="coverage-count"),
        ],
        className="coverage-group",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The groups in the order they come, with the count of covered items first."""
    items = panel.data.get("items") or []
    if not items:
        return no_data("missing", view, "items")
    words, edges = view.words, class_edges([float(item.get("count") or 0) for item in items])
    groups = grouped(panel)
    total, covered = counted(panel)
    legend = [
        html.Span([html.I(className="swatch is-hatched"), f"{words('coverage.zero')} {total - covered}"], className="key"),
        html.Span([html.I(className="swatch seq-4"), f"{words('coverage.covered')} {covered}"], className="key"),
    ]
    told = words("coverage.summary", total=total, covered=covered, zero=total - covered)
    rows = [_group(category, group, edges, view) for category, group in groups.items()]
    listed = html.Ul(rows, className="coverage-groups", **attributes(aria_label=told))
    most = max(len(group) for group in groups.values())
    return html.Div([listed, html.P(legend, className="legend")], className="coverage", style={"--columns": str(most)})
