"""The key numbers of a chapter as a table, and its opening sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence

from layouts.briefing.document import Cell, Paragraph, Table
from layouts.briefing.subject import Subject
from layouts.components.kpi import band_text, comparison_text, target_text
from layouts.components.mark import state_of
from layouts.text import NO_VALUE, Words
from modules.spec import Reading

ORDER = ("critical", "warning", "watch", "ok", "stale", "suppressed", "missing", "denied", "error", "none")
WIDTHS = {
    "zh": (0.19, 0.095, 0.12, 0.165, 0.115, 0.115, 0.1, 0.1),
    "en": (0.18, 0.11, 0.13, 0.155, 0.105, 0.1, 0.09, 0.13),
}
HEAD = ("name", "window", "value", "ground", "target", "before", "year", "level")
NUMBERS = ("value", "ground", "target", "before", "year")
WEEKDAYS = ("weekday_band", "usual")


def heads(names: Sequence[str], words: Words) -> tuple[Cell, ...]:
    """The head of a table of key numbers."""
    return tuple(Cell(words(f"kpi_table.{name}"), number=name in NUMBERS) for name in names)


def state_cell(reading: Reading, subject: Subject) -> Cell:
    """Level or state as shape and word."""
    state = state_of(reading)
    return Cell(subject.state(reading), state, soft=state in ("ok", "none"))


def numbers_table(subject: Subject) -> Table:
    """Every key number with what it rests on, its target, its changes and its level."""
    rows = tuple(_row(reading, subject) for reading in subject.readings)
    starred = any(reading.comparison and reading.comparison.kind in WEEKDAYS for reading in subject.readings)
    title = f"{subject.words.module(subject.key)} · {subject.words('chapter.kpis')}"
    return Table(title, heads(HEAD, subject.words), rows, WIDTHS[subject.words.lang], subject.words("chapter.star") if starred else "")


def _row(reading: Reading, subject: Subject) -> tuple[Cell, ...]:
    view = subject.view
    return (
        Cell(subject.name(reading)),
        Cell(subject.window(reading), soft=True),
        Cell(subject.value(reading), number=True, soft=not reading.known),
        Cell(subject.ground(reading), number=True, soft=True),
        Cell(aim_text(reading, subject) or band_text(reading, view), number=True, soft=True),
        Cell(before_text(reading, subject), number=True),
        Cell(year_text(reading, subject), number=True),
        state_cell(reading, subject),
    )


def aim_text(reading: Reading, subject: Subject) -> str:
    """The target in its direction; its unit stands beside the value. Empty without one."""
    if reading.target is None:
        return ""
    digits = subject.words.number(reading.target, reading.unit, None if reading.target % 1 else 0)
    return f"{'≤' if str(reading.better) == 'down' else '≥'} {digits}{'%' if reading.unit == 'percent' else ''}"


def before_text(reading: Reading, subject: Subject) -> str:
    """The change against the stretch before; with a star against the same weekdays."""
    compared = reading.comparison
    if compared is None or compared.delta is None or not reading.known:
        return NO_VALUE
    return subject.words.delta(compared.delta, reading.unit) + ("*" if compared.kind in WEEKDAYS else "")


def year_text(reading: Reading, subject: Subject) -> str:
    """The change against the same stretch a year ago."""
    compared = reading.comparison
    return NO_VALUE if compared is None or not reading.known else subject.words.delta(compared.year, reading.unit)


def parts_text(pairs: Iterable[tuple[Reading, Subject]], words: Words) -> str:
    """How many stand at each level, the worst first: 严重 1 项、预警 2 项."""
    found: dict[str, Counter[str]] = {state: Counter() for state in ORDER}
    for reading, subject in pairs:
        found[state_of(reading)][subject.state(reading)] += 1
    told = [words("chapter.part", word=_low(word, words), n=n) for counts in found.values() for word, n in counts.items()]
    return words("chapter.part_split").join(told)


def _low(word: str, words: Words) -> str:
    return word if words.lang == "zh" else word.lower()


def lead(subject: Subject) -> Paragraph:
    """The sentence that opens a chapter: its leading metric, how it stands, what changed, and how the others are."""
    words, readings = subject.words, subject.readings
    counts = words("chapter.counts", n=len(readings), parts=parts_text(((one, subject) for one in readings), words))
    briefing = subject.module.briefing
    reading = subject.view.snapshot.readings.get(briefing.lead.key) if briefing else None
    if reading is None:
        return Paragraph(counts, lead=True)
    state, name = subject.state(reading), subject.name(reading)
    if not reading.known:
        return Paragraph(words("chapter.lead_untold", name=name, state=state, counts=counts), lead=True)
    grounds = [text for text in (subject.ground(reading), target_text(reading, subject.view)) if text]
    ground = words("chapter.lead_ground", ground=" · ".join(grounds)) if grounds else ""
    versus = comparison_text(reading, subject.view)
    compared = words("chapter.compared", text=versus) if versus else ""
    text = words("chapter.lead", name=name, value=subject.value(reading), ground=ground, state=state, compared=compared, counts=counts)
    return Paragraph(text, lead=True)
