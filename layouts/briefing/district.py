"""The district in one page: every field's leading metric and what is worst in it, the worst findings, the map and the loop."""

from collections.abc import Mapping, Sequence

from layouts.briefing.chapter import Sections, digest_line
from layouts.briefing.document import Block, Cell, Chapter, Heading, Item, Items, Paragraph, Table
from layouts.briefing.findings import JUDGED, Finding
from layouts.briefing.numbers import aim_text, before_text, heads, parts_text, state_cell
from layouts.briefing.panels import blocks_of
from layouts.briefing.subject import Subject, ordinal
from layouts.text import NO_VALUE, Words
from modules.spec import Level, Reading
from modules.spec.snapshot import SEVERITY

MOST = 5
PANELS = ("map", "funnel")
HEAD = ("module", "name", "value", "ground", "target", "before", "level", "worst")
WIDTHS = {"zh": (0.12, 0.15, 0.095, 0.15, 0.105, 0.105, 0.095, 0.18), "en": (0.135, 0.14, 0.1, 0.14, 0.09, 0.09, 0.125, 0.18)}


def district(overview: Subject, fields: Sequence[Subject], found: Mapping[str, Sequence[Finding]]) -> Chapter:
    """The first chapter of a briefing on every field of work, with what was found in each."""
    words = overview.words
    every = [(reading, subject) for subject in fields for reading in subject.readings]
    told = words("chapter.summary", fields=len(fields), n=len(every), parts=parts_text(every, words))
    sections = Sections(1, "district", overview)
    sections.add("modules", [_leads(fields)])
    judged = _judged(fields, found)
    title = words("chapter.worst", n=len(judged), shown=min(MOST, len(judged)))
    sections.add_titled(title if judged else words("chapter.findings"), "findings", [_worst(judged, words)])
    panels = {panel.key: panel for panel in overview.view.snapshot.panels}
    sections.add("overview", blocks_of([panels[key] for key in PANELS if key in panels], overview))
    opening = (Heading(1, ordinal(1, words) + _title(overview), "district"), Paragraph(told, lead=True), digest_line(overview))
    return Chapter("district", (*opening, *sections.blocks))


def _leads(fields: Sequence[Subject]) -> Table:
    words = fields[0].words
    rows = tuple(_row(subject) for subject in fields)
    return Table(words("chapter.modules"), heads(HEAD, words), rows, WIDTHS[words.lang], words("chapter.star"))


def _row(subject: Subject) -> tuple[Cell, ...]:
    words, lead = subject.words, subject.module.lead
    reading = subject.view.snapshot.readings.get(lead.key) if lead else None
    if reading is None:
        return (Cell(words.module(subject.key)), *(Cell(NO_VALUE, soft=True) for _ in HEAD[1:]))
    return (
        Cell(words.module(subject.key)),
        Cell(subject.name(reading)),
        Cell(subject.value(reading), number=True, soft=not reading.known),
        Cell(subject.ground(reading), number=True, soft=True),
        Cell(aim_text(reading, subject), number=True, soft=True),
        Cell(before_text(reading, subject), number=True),
        state_cell(reading, subject),
        _worst_cell(subject),
    )


def _worst_cell(subject: Subject) -> Cell:
    worst: Reading | None = max(subject.readings, key=lambda one: SEVERITY.index(Level(one.level)), default=None)
    if worst is None or worst.level not in JUDGED:
        return Cell(NO_VALUE, soft=True)
    return Cell(f"{subject.name(worst)} {subject.value(worst)}", str(worst.level))


def _title(overview: Subject) -> str:
    place, words = overview.view.snapshot.place, overview.words
    return words("chapter.area", area=words.label(place, "area")) if place.get("area_zh") else words("chapter.district")


def _judged(fields: Sequence[Subject], found: Mapping[str, Sequence[Finding]]) -> list[tuple[Subject, Finding]]:
    """The findings of all chapters, the worst first; what changed for the better or is unknown stands in its chapter."""
    judged = [(subject, one) for subject in fields for one in found[subject.key] if one.level in JUDGED]
    return sorted(judged, key=lambda pair: -SEVERITY.index(Level(pair[1].level)))


def _worst(judged: Sequence[tuple[Subject, Finding]], words: Words) -> Block:
    if not judged:
        return Paragraph(words("chapter.no_findings"))
    shown = [
        Item(f"{words.module(subject.key)}{words('briefing.colon')}{one.text}", str(one.level), one.ground)
        for subject, one in judged[:MOST]
    ]
    return Items(tuple(shown))
