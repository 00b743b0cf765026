"""A module's chapter: opening sentence, key numbers, figures, map, what is outstanding, findings, next steps."""

from collections.abc import Iterable, Sequence

from layouts.briefing.document import Block, Chapter, Heading, Item, Items, Paragraph
from layouts.briefing.findings import Finding, next_steps
from layouts.briefing.numbers import lead, numbers_table
from layouts.briefing.panels import blocks_of
from layouts.briefing.subject import Subject, ordinal, sub_ordinal
from modules.spec import PanelData

LISTS = ("table",)


class Sections:
    """The numbered sections of a chapter, in the order they are added; one without content is left out."""

    def __init__(self, number: int, key: str, subject: Subject) -> None:
        self._number, self._key, self._words = number, key, subject.words
        self.blocks: list[Block] = []
        self._count = 0

    def add(self, name: str, blocks: Iterable[Block]) -> None:
        """Add a section under the heading of that name."""
        self.add_titled(self._words(f"chapter.{name}"), name, blocks)

    def add_titled(self, title: str, name: str, blocks: Iterable[Block]) -> None:
        """Add a section under a heading of its own."""
        listed = list(blocks)
        if listed:
            self._count += 1
            text = sub_ordinal(self._number, self._count, self._words) + title
            self.blocks += [Heading(2, text, f"{self._key}-{name}"), *listed]


def chapter(subject: Subject, number: int, found: Sequence[Finding]) -> Chapter:
    """The chapter of a module with its findings."""
    words, snapshot = subject.words, subject.view.snapshot
    heading = Heading(1, ordinal(number, words) + words.module(subject.key), subject.key)
    opening: list[Block] = [heading]
    if snapshot.error:
        opening.append(Paragraph(words("chapter.failed"), soft=True))
    if not subject.standing:
        opening.append(Paragraph(words("chapter.unkept"), soft=True))
    if not any(reading.known for reading in subject.readings):
        return Chapter(subject.key, (*opening, Paragraph(words("chapter.nothing"), lead=True)))
    sections = Sections(number, subject.key, subject)
    named = subject.module.briefing.panels if subject.module.briefing else ()
    panels = [snapshot.panel(key) for key in named]
    sections.add("kpis", [numbers_table(subject)])
    sections.add("charts", blocks_of([panel for panel in panels if panel.kind not in (*LISTS, "map")], subject))
    sections.add("map", blocks_of(_maps(snapshot.panels), subject))
    sections.add("outstanding", blocks_of([panel for panel in panels if panel.kind in LISTS], subject))
    sections.add("findings", [listed(found, subject) if found else Paragraph(words("chapter.no_findings"))])
    steps = next_steps(found, subject)
    sections.add("steps", [listed(steps, subject) if steps else Paragraph(words("chapter.no_steps"))])
    return Chapter(subject.key, (*opening, lead(subject), digest_line(subject), *sections.blocks))


def digest_line(subject: Subject) -> Paragraph:
    """The digest of a chapter's numbers, as wall and interface carry it."""
    return Paragraph(f"{subject.words('briefing.digest')} {subject.view.snapshot.digest}", soft=True)


def _maps(panels: Sequence[PanelData]) -> list[PanelData]:
    return [panel for panel in panels if panel.kind == "map"]


def listed(found: Sequence[Finding], subject: Subject) -> Items:
    """Findings or steps as a numbered list."""
    return Items(tuple(Item(one.text, str(one.level), one.ground) for one in found))
