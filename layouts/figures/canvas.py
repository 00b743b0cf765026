"""A vector drawing in points, y down, that becomes SVG: lines, areas, marks, hatches and text that stays text."""

from collections.abc import Iterable, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from layouts.figures.theme import BOLD, HAIR, LEVELS, PAPER, SIZE, SOFT, TEXT

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
FONTS = "Inter, Noto Sans SC"
_LATIN_ENDS = 0x2E7F  # what comes after is as wide as it is high
_ADVANCES = {  # of Inter, in parts of its size; rounded up within a group
    0.3: " !,.:·'`;ijlI",
    0.39: "t|f()/[]\\r",
    0.5: '-_°{}"^1–*',
    0.57: "?skxzavy7cJL§",
    0.6: "e5hnuFoE",
    0.63: "2bdgpq36890Z#",
    0.76: "KXYAVDCHUGNOQ",
    0.9: "wmM…",
    1.0: "@%W—",
}
_WIDTHS = {sign: advance for advance, signs in _ADVANCES.items() for sign in signs}
_OTHER, _HEAVIER = 0.66, 1.07  # bold letters are wider
_HATCH = 2.4
_ELLIPSIS = "…"


def text_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """How wide a text stands on one line, in points; a little more rather than less."""
    return sum(_advance(sign) for sign in text) * size * (_HEAVIER if bold else 1.0)


def _advance(sign: str) -> float:
    return 1.0 if _is_wide(sign) else _WIDTHS.get(sign, _OTHER)


def _is_wide(sign: str) -> bool:
    return ord(sign) > _LATIN_ENDS


def wrapped(text: str, width: float, lines: int = 2, size: float = SIZE, bold: bool = False) -> list[str]:
    """The text in at most so many lines no wider than `width`: between words, within one only if it is too long; a rest ends in …"""
    found: list[str] = []
    rest = text
    while rest and len(found) < lines:
        end = _fitting(rest, width, size, bold)
        if end < len(rest) and len(found) + 1 == lines:
            end = _fitting(rest, width - text_width(_ELLIPSIS, size, bold), size, bold)
            return [*found, rest[:end].rstrip() + _ELLIPSIS]
        end = next((place for place in range(end, 0, -1) if _may_break(rest, place)), end)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def _may_break(text: str, place: int) -> bool:
    """Whether a line may end before that place."""
    if place == len(text):
        return True
    before, after = text[place - 1], text[place]
    return before in " -/" or after == " " or ((_is_wide(before) or _is_wide(after)) and after not in "，。；：、）》”")


def _fitting(text: str, width: float, size: float, bold: bool) -> int:
    used = 0.0
    for place, sign in enumerate(text):
        used += text_width(sign, size, bold)
        if used > width + 0.01:
            return max(1, place)
    return len(text)


class Canvas:
    """A drawing `width` by `height` points. What is drawn later lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []
        self._hatches: dict[str, str] = {}

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "", radius: float = 0.0) -> None:
        """A filled rectangle; nothing where it has no extent."""
        if width > 0 and height > 0:
            corners = f' rx="{radius:g}"' if radius else ""
            edge = f' stroke="{stroke}" stroke-width="{HAIR}"' if stroke else ""
            self._add(f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{corners}{edge}/>')

    def line(self, points: Sequence[Point], stroke: str, width: float = HAIR, dash: str = "") -> None:
        """A line through points; nothing with fewer than two."""
        if len(points) > 1:
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            self._add(
                f'<path d="M{_path(points)}" fill="none" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>'
            )

    def area(self, rings: Iterable[Sequence[Point]], fill: str, stroke: str = "", width: float = HAIR) -> None:
        """Closed rings filled as one; a ring inside another is a hole."""
        d = "".join(f"M{_path(ring)}Z" for ring in rings if len(ring) > 2)
        if d:
            edge = f' stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"' if stroke else ""
            self._add(f'<path d="{d}" fill="{fill}" fill-rule="evenodd"{edge}/>')

    def path(self, d: str, fill: str, stroke: str = "", width: float = HAIR, opacity: float = 1.0) -> None:
        """An outline in SVG's own path language."""
        edge = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
        self._add(f'<path d="{d}" fill="{fill}" fill-opacity="{opacity:g}"{edge}/>')

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = "", width: float = HAIR) -> None:
        """A circle round a point."""
        edge = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
        self._add(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{fill}"{edge}/>')

    def text(self, x: float, y: float, text: str, size: float = SIZE, fill: str = TEXT, anchor: Anchor = "start", bold: bool = False,
             halo: bool = False) -> None:  # fmt: skip
        """A line of text on its base line; `halo` draws paper round it where it lies on something."""
        if not text:
            return
        weight = f' font-weight="{BOLD}"' if bold else ""
        shared = f'x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" text-anchor="{anchor}"{weight}'
        if halo:
            wide = text_width(text, size, bold)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            self._add(
                f'<rect x="{left - 1:.2f}" y="{y - size * 0.86:.2f}" width="{wide + 2:.2f}" height="{size * 1.1:.2f}" rx="1" '
                f'fill="{PAPER}" fill-opacity=".78"/>'
            )
        self._add(f'<text {shared} fill="{fill}" font-family={quoteattr(FONTS)}>{escape(text)}</text>')

    def upright(self, x: float, foot: float, text: str, size: float = SIZE, fill: str = TEXT) -> None:
        """A line of text that reads upwards from `foot`, its base line at `x`."""
        self._add(f'<g transform="translate({x:.2f} {foot:.2f}) rotate(-90)">')
        self.text(0, 0, text, size, fill)
        self._add("</g>")

    def mark(self, level: str, x: float, y: float, size: float = 5.0, stroke: str = "") -> None:
        """The shape of a level round a point: ● ok, ▲ watch, ■ warning, ◆ critical, ◌ none."""
        fill, half = LEVELS.get(level, LEVELS["none"]), size / 2
        if level == "ok":
            self.circle(x, y, half * 0.9, fill, stroke)
        elif level == "watch":
            self.area([[(x, y - half), (x + half, y + half * 0.85), (x - half, y + half * 0.85)]], fill, stroke)
        elif level == "warning":
            self.rect(x - half * 0.85, y - half * 0.85, size * 0.85, size * 0.85, fill, stroke)
        elif level == "critical":
            self.area([[(x, y - half * 1.15), (x + half * 1.15, y), (x, y + half * 1.15), (x - half * 1.15, y)]], fill, stroke)
        else:
            self.circle(x, y, half * 0.8, PAPER, fill, 0.8)

    def hatched(self, colour: str = SOFT) -> str:
        """A fill of thin oblique lines: numbers kept back, parts told apart without colour."""
        key = f"h{colour.strip('#')}"
        self._hatches[key] = (
            f'<pattern id="{key}" width="{_HATCH}" height="{_HATCH}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="{_HATCH}" height="{_HATCH}" fill="{PAPER}"/><rect width=".8" height="{_HATCH}" fill="{colour}"/></pattern>'
        )
        return f"url(#{key})"

    def svg(self) -> str:
        """The drawing as a document of its own."""
        size = f'width="{self.width:.2f}" height="{self.height:.2f}" viewBox="0 0 {self.width:.2f} {self.height:.2f}"'
        defined = f"<defs>{''.join(self._hatches.values())}</defs>" if self._hatches else ""
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{defined}{"".join(self._parts)}</svg>'

    def _add(self, part: str) -> None:
        self._parts.append(part)


def _path(points: Sequence[Point]) -> str:
    return "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
