"""Rows as rows: columns named by the module's words, numbers to the right, levels as shape and word."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.mark import status
from layouts.components.no_data import no_data
from layouts.view import LEVELS, View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 12
NUMBERS = ("count", "percent", "seconds", "points", "items", "grids", "days", "hours", "devices", "number", "pt", "rate")


def _moment(value: Any, view: View) -> str:
    moment = view.local(str(value))
    return f"{view.words.date(moment, weekday=False)} {moment:%H:%M}"


def _level(value: Any, view: View) -> Component | str:
    return status(str(value), view) if str(value) in LEVELS else str(value)


def cell(row: dict[str, Any], key: str, unit: str, panel: PanelData, view: View) -> Component | str:
    """One value as it is printed in a table."""
    words = view.words
    value = words.label(row, key) if f"{key}_zh" in row else row.get(key)
    if value is None or value == "":
        return plot.withheld(panel, view) if row.get("withheld") and unit in NUMBERS else "—"
    if isinstance(value, bool) or not isinstance(value, int | float):
        drawer = {"time": _moment, "moment": _moment, "level": _level}.get(unit)
        if unit == "state":
            return words.known(f"case_state.{value}", str(value))
        return drawer(value, view) if drawer else str(value)
    return words.number(value, unit) + ("%" if unit == "percent" else "")


def column_name(key: str, panel: PanelData, view: View) -> str:
    """A column's heading: the module's column word, its metric's name, or the shell's word."""
    for what in ("column", "metric"):
        found = view.words.of(view.snapshot.module, what, key)
        if found != key:
            return found
    return view.words.known(f"column.{key}", key)


def draw(panel: PanelData, view: View) -> Component:
    """The first rows, and how many there are in all."""
    columns, rows = panel.data.get("columns") or [], panel.data.get("rows") or []
    if not rows:
        return no_data("zero", view, "items")
    shown = rows[:_WALL_ROWS] if view.wall else rows
    sides = ["is-number" if column.get("unit") in NUMBERS else "is-text" for column in columns]
    heads = [html.Th(column_name(c["key"], panel, view), scope="col", className=s) for c, s in zip(columns, sides, strict=True)]
    units = [str(column.get("unit") or "") for column in columns]
    body = [
        html.Tr([html.Td(cell(row, c["key"], u, panel, view), className=s) for c, u, s in zip(columns, units, sides, strict=True)])
        for row in shown
    ]
    total = int(panel.data.get("total") or len(rows))
    said = view.words("table.total", n=view.words.number(total))
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="rows"),
                className="rows-frame",
                **({} if view.wall else attributes(data_scrolls="x")),
            ),
            html.P(said, className="legend"),
        ],
        className="table",
    )
