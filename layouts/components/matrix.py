"""Two keys against each other: each cell says its value; the stronger its colour, the further from the target (or the larger) it is."""

from math import ceil
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.heat import class_edges, class_of, key_strip
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 12
_WALL_WIDTH, _CHARACTER, _EDGE = 540, 17, 16  # of the wall's units: what the narrowest panel leaves for cells, what a cell needs
_SURE = 3  # rows any wall has room for
_ROOM = {"zh": 44.0, "en": 33.0}  # characters that all columns' names together hold upright, the longest line of each counted

_HEAD, _LINE = 70, 42  # of the wall's units: names of two lines, and a row
_LONG = 300  # of the wall's units, the longest a slanted name may be

Cell = dict[str, Any]


def distance(value: float | None, target: float | None, better: str) -> float | None:
    """What a cell is coloured by: how far it falls short of its target, zero where it meets it; without one, its value."""
    if value is None or target is None or better == "band":
        return value
    return max(0.0, target - value if better == "up" else value - target)


def cell_text(cell: Cell, panel: PanelData, view: View) -> str:
    """What a cell prints: on a wall, where many stand side by side, shares without decimals."""
    unit = str(panel.data.get("unit") or "percent")
    return view.words.number(cell.get("value"), unit, 0 if view.wall and unit == "percent" else None)


def _fitting(columns: list[Any], cells: list[Cell], panel: PanelData, view: View) -> int:
    """How many columns are shown: on a wall as many as the longest number leaves room for."""
    longest = max(len(cell_text(cell, panel, view)) for cell in cells)
    return min(len(columns), _WALL_WIDTH // (_CHARACTER * longest + _EDGE)) if view.wall else len(columns)


def _cell(cell: Cell, edges: list[float], said: str, panel: PanelData, view: View) -> Component:
    words, unit, value = view.words, str(panel.data.get("unit") or "percent"), cell.get("value")
    if cell.get("withheld"):
        word = words("status.suppressed")
        return html.Td(html.Span(plot.below_least(panel)), className="matrix-cell is-hatched", title=f"{said} · {word}")
    far = distance(value, panel.data.get("target"), str(panel.data.get("better") or "up"))
    facts = [said, words("status.missing") if value is None else words.quantity(value, unit)]
    if cell.get("n") is not None:
        facts.append(f"n = {words.number(cell['n'])}")
    if cell.get("small"):
        facts.append(words("bars.small"))
    tone = "is-small" if cell.get("small") else class_of(far, edges)
    return html.Td(cell_text(cell, panel, view), className=f"matrix-cell {tone}", title=" · ".join(facts))


def edges_of(panel: PanelData) -> list[float]:
    """The edges of the classes of colour, over the cells that rest on enough."""
    target, better = panel.data.get("target"), str(panel.data.get("better") or "up")
    known = [cell for cell in cells_of(panel) if cell.get("value") is not None and not cell.get("small")]
    return class_edges([distance(cell["value"], target, better) or 0.0 for cell in known])


def cells_of(panel: PanelData) -> list[Cell]:
    """All cells, line by line."""
    return [cell for line in panel.data["cells"] for cell in line]


def measured(panel: PanelData, view: View) -> tuple[str, str, float]:
    """What the colours measure, empty where they are the values themselves; in which unit; and the most there is of it."""
    words, unit, target = view.words, str(panel.data.get("unit") or "percent"), panel.data.get("target")
    better = str(panel.data.get("better") or "up")
    if target is None or better == "band":
        return "", unit, max([float(cell.get("value") or 0.0) for cell in cells_of(panel)])
    said = words("matrix.short", value=words.quantity(target, unit, None if target % 1 else 0))
    most = max([distance(cell.get("value"), target, better) or 0.0 for cell in cells_of(panel)])
    unit = "pt" if unit == "percent" else unit
    return f"{said} · {words.unit(unit)}" if words.unit(unit) else said, unit, most


def _legend(edges: list[float], size: tuple[int, int], panel: PanelData, view: View) -> Component:
    """The ramp read back as numbers, what it stands for, and the signs that occur."""
    words, cells = view.words, cells_of(panel)
    said, unit, most = measured(panel, view)
    keys: list[Component] = [html.Span(said, className="key")] if said else []
    keys += key_strip(edges, most, unit, view).children
    if any(cell.get("small") for cell in cells):
        keys.append(plot.small_key(view))
    if any(cell.get("withheld") for cell in cells):
        keys.append(plot.withheld_key(panel, view))
    if view.wall and size[0] > _SURE:
        keys.append(html.Span(words("matrix.all", rows=size[0], columns=size[1]), className="key"))
    return html.P(keys, className="legend legend-ramp")


def _heads(columns: list[dict[str, Any]], view: View) -> tuple[Component, float]:
    """The names of the columns, and how long the longest is where they must slant to stand side by side; 0 where they need not."""
    names = [view.words.label(column) for column in columns]
    longest = max(len(part) for name in names for part in name.split())
    slanted = plot.label_room(names, view, _LONG) if longest * len(columns) > _ROOM[view.words.lang] else 0.0
    heads = [html.Th(html.Span(name), scope="col", title=name) for name in names]
    return html.Thead(html.Tr([html.Td(className="matrix-corner"), *heads])), slanted


def _lines(edges: list[float], high: int, wide: int, slanted: float, panel: PanelData, view: View) -> list[Component]:
    """The first rows with their first cells."""
    words, data = view.words, panel.data
    lines: list[Component] = []
    above = ceil(max(_HEAD, 0.7 * slanted + 30) / _LINE)
    for n, (row, line) in enumerate(zip(data["rows"][:high], data["cells"], strict=False), 1):
        name, pairs = words.label(row), zip(data["columns"][:wide], line, strict=False)
        cells = [_cell(cell, edges, f"{name} · {words.label(column)}", panel, view) for column, cell in pairs]
        lines.append(html.Tr([html.Th(html.Span(name), scope="row"), *cells], className=f"line-{n + above}"))
    return lines


def _summary(values: list[float], size: tuple[int, int], unit: str, view: View) -> str:
    words = view.words
    low, high = (words.quantity(pick(values, default=None), unit) for pick in (min, max))
    return words("matrix.summary", rows=size[0], columns=size[1], low=low, high=high)


def draw(panel: PanelData, view: View) -> Component:
    """A table of rows and columns in the order given, with the key of its colours."""
    data = panel.data
    rows, columns = data.get("rows") or [], data.get("columns") or []
    if not rows or not columns:
        return no_data("zero", view, "items")
    cells = cells_of(panel)
    known = [cell for cell in cells if cell.get("value") is not None]
    if not known and not any(cell.get("withheld") for cell in cells):
        return no_data("missing", view)
    edges = edges_of(panel)
    high, wide = _WALL_ROWS if view.wall else len(rows), _fitting(columns, cells, panel, view)
    heads, slanted = _heads(columns[:wide], view)
    size = (len(rows), len(columns))
    told = _summary([float(cell["value"]) for cell in known], size, str(data.get("unit") or "percent"), view)
    table = html.Table(
        [heads, html.Tbody(_lines(edges, high, wide, slanted, panel, view))],
        className=f"matrix-table{' is-slanted' if slanted else ''}",
        **attributes(aria_label=told),
    )
    frame = html.Div(table, className="matrix-frame", **({} if view.wall else attributes(data_scrolls="x")))
    style = {"--columns": str(wide), "--slant": f"{slanted:.0f}", **plot.label_style([view.words.label(row) for row in rows], view)}
    return html.Div([frame, _legend(edges, size, panel, view)], className="matrix", style=style)
