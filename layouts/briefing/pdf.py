"""Briefings as PDF: typeset by Typst in this process, tagged (PDF/UA-1) and to be filed (PDF/A-2a), without network or system fonts."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson
import typst

from layouts.briefing.columns import INSET, right_aligned, setting
from layouts.briefing.document import Block, Cell, Chart, Document, Heading, Items, Paragraph, Table
from layouts.figures import theme
from layouts.figures.canvas import text_width
from layouts.text import words_for

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARDS: Final = ("a-2a", "ua-1")
REPLACEMENT = "〓"  # what printers put where they have no type
HALF = 221.0  # points: figures not wider than this stand two in a row
_BREAK = "\u200b"
_PIXELS = 220  # per inch, of drawings for files that take no vectors
_FORGETS_AFTER = 11
_MADE = Lock()


class CannotTypeset(Exception):
    """Typst refused the document; the message is its diagnostic."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A briefing as PDF. `replaced` holds the characters no font has: they stand as 〓."""

    pdf: bytes
    pages: int
    replaced: str


def written(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes. Raises CannotTypeset."""
    return typeset(document).pdf


def typeset(document: Document) -> Typeset:
    """The document as PDF, with what there is to know of it. Raises CannotTypeset."""
    known = Known()
    content = orjson.dumps(_content(document, known)).decode()
    pdf = _compiled("briefing.typ", content, int(document.made_at.timestamp()))
    return Typeset(pdf, pages(pdf), "".join(sorted(known.replaced)))


def pages(pdf: bytes) -> int:
    """How many pages a PDF written here has."""
    return max(int(found) for found in re.findall(rb"/Count (\d+)", pdf))


def drawings(document: Document) -> list[bytes]:
    """The charts in order as PNG, for forms that take no vectors. Raises CannotTypeset."""
    known = Known()
    charts = [_chart(block, known) for block in document.blocks if isinstance(block, Chart)]
    if not charts:
        return []
    found = _drawn(orjson.dumps(charts).decode())
    return [found] if isinstance(found, bytes) else found


class Known:
    """Texts with 〓 for what no font has; remembers what it replaced."""

    def __init__(self) -> None:
        self.replaced: set[str] = set()

    def __call__(self, text: str) -> str:
        """The text in composed form, without invisible signs."""
        composed = unicodedata.normalize("NFC", text)
        if covered().issuperset(composed):
            return composed
        return "".join(self._sign(sign) for sign in composed)

    def _sign(self, sign: str) -> str:
        if sign in covered():
            return sign
        if sign.isspace():
            return " "
        if unicodedata.category(sign) in ("Cc", "Cf") or unicodedata.name(sign, "").startswith("VARIATION SELECTOR"):
            return ""
        self.replaced.add(sign)
        return REPLACEMENT


@cache
def covered() -> frozenset[str]:
    """Every character that one of the fonts has."""
    return frozenset((FONTS / "covered.txt").read_text("utf-8")) - {"\n"}


@cache
def _compiler() -> typst.Compiler:
    """Typst with the fonts read once; it takes one document at a time."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(HERE), font_paths=fonts, package_path=str(FONTS), package_cache_path=str(FONTS))


@contextmanager
def _typesetting() -> Iterator[typst.Compiler]:
    """The compiler for one document. Afterwards empty ones are set: Typst forgets what was of no use the last ten times."""
    with _MADE:
        compiler = _compiler()
        try:
            yield compiler
        except typst.TypstError as error:
            raise CannotTypeset(error.diagnostic or str(error)) from error
        finally:
            for _ in range(_FORGETS_AFTER):
                compiler.compile(b"", format="pdf", sys_inputs=None)


def _compiled(name: str, content: str, at: int) -> bytes:
    with _typesetting() as compiler:
        made = compiler.compile(
            str(HERE / name), format="pdf", sys_inputs={"content": content}, pdf_standards=list(STANDARDS), timestamp=at
        )
    if not isinstance(made, bytes):
        raise CannotTypeset(f"{name} gave {type(made).__name__} instead of a PDF")
    return made


def _drawn(content: str) -> Any:
    with _typesetting() as compiler:
        return compiler.compile(str(HERE / "drawings.typ"), format="png", ppi=_PIXELS, sys_inputs={"content": content})


def _content(document: Document, known: Known) -> dict[str, Any]:
    """The document as the template takes it: plain values, charts that stand two in a row paired."""
    cover, words = document.cover, words_for(document.lang)
    chapters = [{"key": chapter.key, "blocks": list(_blocks(chapter.blocks, known))} for chapter in document.chapters]
    return {
        "title": known(document.title),
        "subject": known(document.subject),
        "lang": document.lang,
        "digest": document.digest,
        "demo": known(document.demo),
        "footer": [known(part) for part in document.footer],
        "cover": {key: known(text) for key, text in asdict(cover).items() if key != "lines"}
        | {"lines": [[known(word), known(text)] for word, text in cover.lines]},
        "theme": {"text": theme.TEXT, "soft": theme.SOFT, "line": theme.LINE, "strong": theme.LINE_STRONG, "levels": theme.LEVELS},
        "chapters": chapters,
        "words": {
            "contents": words("briefing.contents"),
            "unknown": words("briefing.unknown_char") if known.replaced else "",
        },
    }


def _blocks(blocks: tuple[Block, ...], known: Known) -> Iterator[dict[str, Any]]:
    depth, waiting = 0, False
    for block, after in pairwise((*blocks, None)):
        if isinstance(block, Heading):
            depth = min(block.level, depth + 1)  # a tagged document may leave out no level
            yield {"is": "heading", "level": depth, "text": known(block.text), "key": block.key}
        elif isinstance(block, Chart) and waiting:
            waiting = False
        elif isinstance(block, Chart) and isinstance(after, Chart) and _narrow(block) and _narrow(after):
            waiting = True
            yield {"is": "pair", "charts": [_chart(block, known), _chart(after, known)]}
        elif block is not None:
            yield _block(block, known)


def _narrow(chart: Chart) -> bool:
    return chart.figure.width <= HALF


def _block(block: Paragraph | Table | Chart | Items, known: Known) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": known(block.text), "as": "lead" if block.lead else "soft" if block.soft else "plain"}
    if isinstance(block, Table):
        return _table(block, known)
    if isinstance(block, Chart):
        return {"is": "chart", **_chart(block, known)}
    points = [{"text": known(item.text), "level": item.level, "ground": known(item.ground)} for item in block.items]
    return {"is": "items", "items": points}


def _chart(chart: Chart, known: Known) -> dict[str, Any]:
    figure = chart.figure
    return {
        "title": known(chart.title),
        "subtitle": known(chart.subtitle),
        "note": known(chart.note),
        "svg": known(figure.svg),
        "alt": known(figure.alt),
        "width": figure.width,
        "height": figure.height,
    }


def _table(table: Table, known: Known) -> dict[str, Any]:
    found = setting(table)
    room = [width - INSET for width in found.widths]
    return {
        "is": "table",
        "caption": known(table.caption),
        "note": known(table.note),
        "widths": found.widths,
        "size": found.size,
        "right": right_aligned(table),
        "head": _cells(table.head, room, found.size, known),
        "rows": [_cells(row, room, found.size, known) for row in table.rows],
    }


def _cells(cells: tuple[Cell, ...], room: list[float], size: float, known: Known) -> list[dict[str, Any]]:
    return [
        {"text": _breakable(known(cell.text), width, size), "level": cell.level, "soft": cell.soft}
        for cell, width in zip(cells, room, strict=True)
    ]


def _breakable(text: str, width: float, size: float) -> str:
    """The text with places to break inside words that are wider than their column."""
    return " ".join(_BREAK.join(word) if text_width(word, size) > width and word.isascii() else word for word in text.split(" "))
