"""A briefing's content, block by block, in one language: what each way of writing it takes. It knows no page and no font."""

from dataclasses import dataclass
from datetime import datetime

from layouts.figures import Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table: a text, and the level whose shape stands before it."""

    text: str
    level: str = ""
    number: bool = False  # aligned to the right
    soft: bool = False  # said beside what matters


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (chapter) to 3; the writers number none: the text carries its number. `key` is unique in the document."""

    level: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `lead` opens a chapter; `soft` is said in small print beside what it belongs to."""

    text: str
    lead: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page; `widths` are shares of the text block."""

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with its title, what it counts, and its note (source, as-of, n). `key` is module.panel."""

    key: str
    title: str
    subtitle: str
    figure: Figure
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a list: level (shape and word), what is said, and in small print on what grounds."""

    text: str
    level: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A numbered list of points."""

    items: tuple[Item, ...]


Block = Heading | Paragraph | Table | Chart | Items


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part that begins on a page of its own."""

    key: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The masthead of a briefing: never that of an official document, without seal."""

    masthead: str  # 濠江区区域运行简报
    kind: str  # 月报
    number: str  # 〔2026〕11号
    unit: str  # who edits it
    date: str
    lines: tuple[tuple[str, str], ...]  # period, area, as-of …: a word and what it says
    distribution: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole briefing. `demo` is empty, or the words that mark made-up data on every page."""

    title: str
    subject: str
    lang: str
    cover: Cover
    chapters: tuple[Chapter, ...]
    footer: tuple[str, ...]  # as-of, scope, digest: what stands in the foot of every page beside its number
    digest: str
    made_at: datetime  # what the file is dated: the same document gives the same bytes
    demo: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in order."""
        return tuple(block for chapter in self.chapters for block in chapter.blocks)
