"""What goes where: lists side by side, each thing as high as its number, bands between them as wide as what passes (Sankey, 1898)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.no_data import no_data
from layouts.components.scale import apart
from layouts.view import View
from modules.spec.snapshot import PanelData

_GAP, _THIN = 0.035, 0.012  # of the height: the least between two things, and what stands for a number kept back
_ROOM = 0.145  # of the height, what a name needs
_WALL_NAMES = 8

Data = dict[str, Any]


@dataclass(slots=True)
class Node:
    """A thing of one list and where it stands, 0…1 from below; `taken` is how much of its left and right side is used, from above."""

    row: Data
    low: float = 0.0
    high: float = 0.0
    taken: dict[str, float] = field(default_factory=lambda: {"left": 0.0, "right": 0.0})

    def band(self, side: str, height: float) -> tuple[float, float]:
        """The next free stretch of a side."""
        top = self.high - self.taken[side]
        self.taken[side] += height
        return top - height, top


@dataclass(frozen=True, slots=True)
class Link:
    """A band between two things, with its stretch of either's side."""

    row: Data
    left: tuple[float, float]
    right: tuple[float, float]


def _size(row: Data, unit: float) -> float:
    return _THIN if row.get("withheld") else float(row.get("value") or 0.0) * unit


def _need(node: Data, links: Sequence[Data], unit: float) -> float:
    """The height of a thing: its number, or what its links need where some are kept back."""
    sides = [sum(_size(link, unit) for link in links if link[end] == node["key"]) for end in ("from", "to")]
    return max(_size(node, unit), *sides)


def _unit(columns: Sequence[Sequence[Data]], links: Sequence[Data]) -> float:
    """The height of one, so that the fullest list just fits."""
    fits = []
    for nodes in columns:
        keys = {node["key"] for node in nodes}
        kept = sum(bool(node.get("withheld")) for node in nodes)
        kept += max(sum(bool(link.get("withheld")) and link[end] in keys for link in links) for end in ("from", "to"))
        total = sum(float(node.get("value") or 0.0) for node in nodes)
        if total:
            fits.append((1 - _GAP * (len(nodes) - 1) - _THIN * kept) / total)
    return max(0.0, min(fits, default=0.0))


def placed(data: Data) -> tuple[dict[str, Node], list[Link]]:
    """The things by key and the bands, on one scale for all lists; those that meet a thing come in the order of the other list."""
    rows, links = data.get("nodes") or [], data.get("links") or []
    columns = [[row for row in rows if row["column"] == column] for column in range(int(data.get("columns") or 1))]
    unit = _unit(columns, links)
    nodes: dict[str, Node] = {}
    for column in columns:
        heights = [_need(row, links, unit) for row in column]
        gap = min(4 * _GAP, max(0.0, 1 - sum(heights)) / max(1, len(column) - 1))
        top = 1 - (1 - sum(heights) - gap * (len(column) - 1)) / 2
        for row, height in zip(column, heights, strict=True):
            nodes[row["key"]] = Node(row, top - height, top)
            top -= height + gap
    place = {row["key"]: index for index, row in enumerate(rows)}
    sized = [link for link in links if link.get("withheld") or link.get("value")]
    rights = {id(link): nodes[link["to"]].band("left", _size(link, unit)) for link in sorted(sized, key=lambda link: place[link["from"]])}
    ordered = sorted(sized, key=lambda link: (place[link["from"]], place[link["to"]]))
    return nodes, [Link(link, nodes[link["from"]].band("right", _size(link, unit)), rights[id(link)]) for link in ordered]


def band_of(link: Link, nodes: dict[str, Node], last: int) -> shape.Band:
    """The corners of a band in 0…1 (y up): left low, left high, right low, right high."""
    start, end = (nodes[link.row[side]].row["column"] / last for side in ("from", "to"))
    return (start, link.left[0]), (start, link.left[1]), (end, link.right[0]), (end, link.right[1])


def value_text(node: Node, panel: PanelData, view: View) -> str:
    """The number of a thing, or its bound where it is kept back."""
    unit = str(panel.data.get("unit") or "count")
    return plot.below_least(panel) if node.row.get("withheld") else view.words.number(node.row.get("value"), unit)


def lists_of(nodes: dict[str, Node], panel: PanelData) -> list[list[Node]]:
    """The lists from left to right, at least two."""
    count = max(2, int(panel.data.get("columns") or 2))
    return [[node for node in nodes.values() if node.row["column"] == column] for column in range(count)]


def head_texts(count: int, panel: PanelData, view: View) -> list[str]:
    """What the lists are, in the module's words; empty where it has none."""
    return [view.words.of(view.snapshot.module, "panel", panel.key, f"column_{n}") for n in range(1, count + 1)]


def _bands(links: Sequence[Link], nodes: dict[str, Node], last: int) -> list[Component]:
    """One drawing for all that leaves a thing; what is kept back is hatched."""
    groups: dict[tuple[str, bool], list[Link]] = {}
    for link in links:
        groups.setdefault((link.row["from"], bool(link.row.get("withheld"))), []).append(link)
    drawn: list[Component] = []
    for (_, kept), group in groups.items():
        bands = [band_of(link, nodes, last) for link in group]
        drawn.append(plot.stencil(shape.ribbons(bands), "flow-band is-hatched" if kept else "flow-band"))
    return drawn


def _block(node: Node, last: int, panel: PanelData, view: View) -> Component:
    kept, height = node.row.get("withheld"), node.high - node.low
    style = {"left": f"{node.row['column'] / last:.2%}", "bottom": f"{node.low:.2%}", "height": f"{height:.3%}"}
    value = plot.below_least(panel) if kept else view.words.quantity(node.row.get("value"), str(panel.data.get("unit") or "count"))
    title = f"{view.words.label(node.row)} · {value}"
    return html.I(className=f"flow-node{' is-hatched' if kept else ''}", style=style, title=title)


def _names(nodes: Sequence[Node], column: int, last: int, panel: PanelData, view: View) -> Component:
    """The names of one list beside it, moved apart, the numbers next to it; on a wall those of the largest."""
    if view.wall and len(nodes) > _WALL_NAMES:
        largest = sorted(nodes, key=lambda node: node.low - node.high)[:_WALL_NAMES]
        nodes = [node for node in nodes if node in largest]
    spans = []
    for node, y in zip(nodes, apart([(node.low + node.high) / 2 for node in nodes], _ROOM), strict=True):
        parts: list[Any] = [html.Span(view.words.label(node.row)), " ", html.B(value_text(node, panel, view))]
        spans.append(html.Li(parts if column == 0 else parts[::-1], style={"bottom": f"{y:.2%}"}))
    side = "first" if column == 0 else "last" if column == last else "middle"
    return html.Ul(spans, className=f"flow-names is-{side}", style={"--at": f"{column / last:.2%}"})


def _heads(count: int, panel: PanelData, view: View) -> Component | None:
    """What the lists are, where the module has words for them."""
    names = head_texts(count, panel, view)
    if not any(names):
        return None
    return html.Div([html.Span(name) for name in names], className="flow-heads")


def _summary(panel: PanelData, links: Sequence[Link], nodes: dict[str, Node], view: View) -> str:
    words, unit = view.words, str(panel.data.get("unit") or "count")
    known = [link.row for link in links if not link.row.get("withheld")]
    if not known:
        return words("status.suppressed")
    top = max(known, key=lambda row: float(row["value"]))
    ends = [words.label(nodes[top[end]].row) for end in ("from", "to")]
    return words("flows.summary", n=len(links), start=ends[0], end=ends[1], value=words.quantity(top["value"], unit))


def draw(panel: PanelData, view: View) -> Component:
    """The lists from left to right with the bands between them."""
    data, words = panel.data, view.words
    nodes, links = placed(data)
    if not links:
        return no_data("zero", view, str(data.get("unit") or "count"))
    lists = lists_of(nodes, panel)
    count = len(lists)
    inside: list[Component] = [*_bands(links, nodes, count - 1), *(_block(node, count - 1, panel, view) for node in nodes.values())]
    names = [_names(listed, column, count - 1, panel, view) for column, listed in enumerate(lists)]
    told = _summary(panel, links, nodes, view)
    area = html.Div([*inside, *names[1:-1]], className="flow-area", role="img", **attributes(aria_label=told))
    keys: list[Component] = []
    if any(row.get("withheld") for row in (*data["nodes"], *data["links"])):
        keys.append(plot.withheld_key(panel, view))
    if view.wall and any(len(listed) > _WALL_NAMES for listed in lists):
        keys.append(html.Span(words("bars.all", n=len(nodes)), className="key"))
    foot = html.P(keys, className="legend") if keys else None
    return html.Div([_heads(count, panel, view), html.Div([names[0], area, names[-1]], className="flow-lists"), foot], className="flows")
