"""How a test of figures on paper draws a panel and reads the drawing back: its texts with the room they take, its rectangles, its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

from layouts.figures import FIGURES, Figure, figure
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.theme import SMALL
from layouts.text import LANGUAGES
from tests.chart_samples import view

PAGES = [(lang, width) for lang in LANGUAGES for width in (442.0, 215.0)]
_TOUCH = 0.6  # points that estimated boxes may share
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a drawing and the box it stands in."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


def on_paper(kind: str, data: dict[str, Any], lang: str = "zh", width: float = 442.0) -> Canvas:
    """A panel drawn for paper."""
    panel, seen = view(kind, data, lang, "desk")
    return FIGURES[kind](panel, seen, width)


def told(kind: str, data: dict[str, Any], lang: str = "zh", width: float = 442.0) -> Figure | None:
    """A panel as a figure with its words."""
    panel, seen = view(kind, data, lang, "desk")
    return figure(panel, seen, width)


def elements(canvas: Canvas, name: str) -> Iterator[dict[str, str]]:
    """The attributes of every element of that name, in the order drawn; those of patterns left out."""
    root = ElementTree.fromstring(canvas.svg())
    return (dict(part.attrib) for part in root if part.tag == f"{_SVG}{name}")


def written(canvas: Canvas) -> list[Written]:
    """Every text of a drawing."""
    root = ElementTree.fromstring(canvas.svg())
    upright = {id(part): group.attrib["transform"] for group in root.iter(f"{_SVG}g") for part in group}
    found = []
    for part in root.iter(f"{_SVG}text"):
        text, size, bold = part.text or "", float(part.get("font-size", 0)), "font-weight" in part.attrib
        wide = text_width(text, size, bold)
        left = float(part.get("x", 0)) - {"start": 0.0, "middle": wide / 2, "end": wide}[part.get("text-anchor", "start")]
        y = float(part.get("y", 0))
        if id(part) in upright:  # turned to read upwards from where it is moved to
            x, y = map(float, upright[id(part)].removeprefix("translate(").split(")")[0].split())
            found.append(Written(text, x - 0.76 * size, y - wide, x + 0.2 * size, y, size))
            continue
        found.append(Written(text, left, y - 0.76 * size, left + wide, y + 0.2 * size, size))
    return found


def texts(canvas: Canvas) -> list[str]:
    """What is written, in the order drawn."""
    return [one.text for one in written(canvas)]


def assert_clean(canvas: Canvas) -> None:
    """No text is cut by the edge or by …, none lies on another, none is smaller than the smallest."""
    every = written(canvas)
    assert every
    for one in every:
        assert one.size >= SMALL, one
        assert "…" not in one.text, one
        assert one.left >= -_TOUCH, one
        assert one.top >= -_TOUCH, one
        assert one.right <= canvas.width + _TOUCH, one
        assert one.bottom <= canvas.height + _TOUCH, one
    for one, other in combinations(every, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        assert across <= _TOUCH or down <= _TOUCH, (one, other)
