"""What goes where, on paper: lists side by side, each thing as high as its number, bands between them as wide as what passes."""

from layouts.components.flows import Link, Node, band_of, head_texts, lists_of, placed, value_text
from layouts.components.scale import apart
from layouts.components.shape import ribbon
from layouts.figures.canvas import Anchor, Canvas, Point, text_width, wrapped
from layouts.figures.legend import close_with, withheld_key
from layouts.figures.names import MIDDLE
from layouts.figures.theme import ACCENT, ACCENT_2, FAINT, LINE_STRONG, PAPER, SMALL, SOFT, TEXT
from layouts.view import View
from modules.spec.snapshot import PanelData

_SIDE, _NODE, _GAP, _LINE, _HEAD = 0.29, 4.0, 4.0, 8.0, 12.0
_PITCH, _LEAST, _OPACITY, _SHORT = 21.0, 120.0, 0.42, 6


class _Area:
    """Where the bands lie, how their names stand beside them, and how high all is."""

    def __init__(self, lists: list[list[Node]], panel: PanelData, view: View, width: float, stacked: bool = False) -> None:
        self.panel, self.view, self.width, self.last, self.stacked = panel, view, width, len(lists) - 1, stacked
        self.heads = head_texts(len(lists), panel, view)
        self.sides = [min(width * _SIDE, max(self._wide(node) for node in lists[at]) + _GAP) for at in (0, -1)]
        self.sides = [max(side, text_width(self.heads[at], SMALL) + _GAP + 1) for side, at in zip(self.sides, (0, -1), strict=True)]
        self.left, self.right = self.sides[0] + _NODE, width - self.sides[1] - _NODE
        self.inner = (self.right - self.left) / self.last - _NODE - _GAP - 1
        self.top = _HEAD if any(self.heads) else 0.0
        self.height = max(_LEAST, *(max(_PITCH, self.deepest(nodes) * _LINE + 3) * len(nodes) for nodes in lists))

    def _wide(self, node: Node) -> float:
        """What a thing needs at a side: name and number, or the longer of number and longest word where they stand in a stack."""
        label, number = self.view.words.label(node.row), text_width(value_text(node, self.panel, self.view), SMALL, True)
        if self.stacked:
            return max([number, *(text_width(word, SMALL) for word in _unbroken(label))]) + 1
        return text_width(label, SMALL) + number + _GAP + 1

    def name_room(self, node: Node) -> float:
        """What a name may take."""
        column = node.row["column"]
        room = self.inner if 0 < column < self.last else self.sides[bool(column)] - _GAP
        return room if self.stacked else room - text_width(value_text(node, self.panel, self.view), SMALL, True) - _GAP

    def lines(self, node: Node) -> list[str]:
        """A name in its lines."""
        return wrapped(self.view.words.label(node.row), self.name_room(node), 3, SMALL)

    def deepest(self, nodes: list[Node]) -> int:
        """The most lines that a thing of these has."""
        return max((len(self.lines(node)) for node in nodes), default=1) + self.stacked

    def is_whole(self, node: Node) -> bool:
        """Whether a name stands without a word cut in two."""
        return all(text_width(word, SMALL) <= self.name_room(node) for word in _unbroken(self.view.words.label(node.row)))

    def at(self, point: Point) -> Point:
        """A place in 0…1, y up, on the paper."""
        return self.left + (self.right - self.left) * point[0], self.top + self.height * (1 - point[1])


def _unbroken(label: str) -> list[str]:
    """What should stand on one line: words, short names in Hanzi."""
    return label.split() if label.isascii() or len(label) <= _SHORT else []


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The lists from left to right with the bands between them."""
    nodes, links = placed(panel.data)
    lists = lists_of(nodes, panel)
    area, canvas = _Area(lists, panel, view, width), Canvas(width, 0.0)
    if not all(area.is_whole(node) for node in nodes.values()):
        area = _Area(lists, panel, view, width, stacked=True)
    _bands(canvas, area, links, nodes)
    for node in nodes.values():
        x, y = area.at((node.row["column"] / area.last, node.high))
        kept = node.row.get("withheld")
        fill, edge = (canvas.hatched(), SOFT) if kept else (ACCENT, "")
        canvas.rect(x - _NODE / 2, y, _NODE, max(0.8, area.height * (node.high - node.low)), fill, edge)
    for column, listed in enumerate(lists):
        _names(canvas, area, column, listed)
    _heads(canvas, area)
    kept = any(row.get("withheld") for row in (*panel.data["nodes"], *panel.data["links"]))
    return close_with(canvas, [withheld_key(canvas, panel, view)] if kept else [], area.top + area.height + 2)


def _bands(canvas: Canvas, area: _Area, links: list[Link], nodes: dict[str, Node]) -> None:
    """Those kept back below, hatched and thin; the others as one shade."""
    for link in sorted(links, key=lambda link: not link.row.get("withheld")):
        path = ribbon([area.at(corner) for corner in band_of(link, nodes, area.last)])
        if link.row.get("withheld"):
            canvas.path(path, canvas.hatched(LINE_STRONG), LINE_STRONG, 0.3)
        else:
            canvas.path(path, ACCENT_2, PAPER, 0.3, _OPACITY)


def _names(canvas: Canvas, area: _Area, column: int, listed: list[Node]) -> None:
    """The names beside their things, moved apart; the number next to the thing or above its name."""
    edge = (area.deepest(listed) * _LINE / 2 + 1) / area.height
    room = 1 - 2 * edge
    middles = apart([((node.low + node.high) / 2 - edge) / room for node in listed], 2 * edge / room)
    side, anchor = _side(column)
    for node, middle in zip(listed, middles, strict=True):
        x, y = area.at((column / area.last, edge + room * min(1.0, max(0.0, middle))))
        start, halo = x + side * (_NODE / 2 + _GAP), 0 < column < area.last
        text, lines = value_text(node, area.panel, area.view), area.lines(node)
        beside = 0.0 if area.stacked else side * (text_width(text, SMALL, True) + _GAP)
        first = y - (len(lines) - 1 + area.stacked) / 2 * _LINE + SMALL * MIDDLE
        canvas.text(start, first if area.stacked else y + SMALL * MIDDLE, text, SMALL, TEXT, anchor, bold=True, halo=halo)
        for number, line in enumerate(lines, int(area.stacked)):
            canvas.text(start + beside, first + number * _LINE, line, SMALL, TEXT, anchor, halo=halo)


def _side(column: int) -> tuple[int, Anchor]:
    """On which side of its things a list has its names."""
    return (1, "start") if column else (-1, "end")


def _heads(canvas: Canvas, area: _Area) -> None:
    """What the lists are, above them."""
    for column, text in enumerate(area.heads):
        side, anchor = _side(column) if column in (0, area.last) else (0, "middle")
        x = area.at((column / area.last, 1))[0]
        half = text_width(text, SMALL) / 2
        canvas.text(x + side * (_NODE / 2 + _GAP) if side else min(max(x, half), area.width - half), 7, text, SMALL, FAINT, anchor)
