"""The appendix: the dictionary of every metric used, sources with their age, what is kept back, what was unusual, the digests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from layouts.briefing.chapter import Sections
from layouts.briefing.document import Block, Cell, Chapter, Heading, Paragraph, Table
from layouts.briefing.subject import Subject, moment_text, ordinal
from layouts.components.plot import stop_label
from layouts.components.sources import face
from layouts.dictionary import lines_of
from layouts.text import NO_VALUE
from modules.spec import PanelData

RULES = (
    "dictionary.window", "definition.clock", "dictionary.direction", "dictionary.rounding", "definition.target", "definition.limits",
    "dictionary.status", "definition.basis", "definition.source", "definition.owner",
)  # fmt: skip


def appendix(subjects: Sequence[Subject], number: int) -> Chapter:
    """The last chapter."""
    first = subjects[0]
    words = first.words
    sections = Sections(number, "appendix", first)
    blocks: list[Block] = [Heading(1, ordinal(number, words) + words("chapter.appendix"), "appendix")]
    for name, made in (
        ("dictionary", _dictionary),
        ("sources", _sources),
        ("kept_back", _kept_back),
        ("abnormal", _abnormal),
        ("digests", _digests),
    ):
        sections.add_titled(words(f"appendix.{name}"), name, made(subjects))
    return Chapter("appendix", (*blocks, *sections.blocks))


def _dictionary(subjects: Sequence[Subject]) -> list[Block]:
    words = subjects[0].words
    head = tuple(Cell(words(f"appendix.{name}")) for name in ("metric", "formula", "rules"))
    tables = []
    for subject in subjects:
        rows = tuple(_entry(subject.entries[reading.metric], subject) for reading in subject.view.snapshot.readings.values()
                     if reading.metric in subject.entries)  # fmt: skip
        if rows:
            tables.append(Table(words.module(subject.key), head, rows, (0.2, 0.34, 0.46)))
    return [Paragraph(words("appendix.dictionary_note"), soft=True), *tables]


def _entry(entry: Mapping[str, Any], subject: Subject) -> tuple[Cell, ...]:
    """Code and name, formula, and all the rest in one run."""
    words = subject.words
    lines, none = dict(lines_of(entry, words)), words("definition.none")
    rules = (text for key in RULES if (text := lines.get(words(key), "")) and text != none)
    told = {rule.lower(): rule for rule in rules}
    name = f"{entry['code']} {subject.view.metric(entry['key'])}"
    return Cell(name), Cell(lines[words("definition.formula")]), Cell(" · ".join(told.values()), soft=True)


def _sources(subjects: Sequence[Subject]) -> list[Block]:
    """Every source with its age against its promise, and how many of the metrics that rest on it could be told."""
    words = subjects[0].words
    rows = next((rows for subject in subjects if (rows := _source_rows(subject.view.snapshot.panels))), [])
    used, told = Counter[str](), Counter[str]()
    for subject in subjects:
        for reading in subject.view.snapshot.readings.values():
            if entry := subject.entries.get(reading.metric):
                used[entry["source"]] += 1
                told[entry["source"]] += reading.known
    numbers = ("age", "promise", "told")
    head = tuple(Cell(words(f"appendix.{name}"), number=name in numbers) for name in ("source", "received", *numbers))
    listed = tuple(_source(row, used, told, subjects[0]) for row in rows if used[row["key"]])
    return (
        [Table(words("appendix.sources"), (*head, Cell(words("kpi_table.level"))), listed, (0.3, 0.2, 0.12, 0.12, 0.14, 0.12))]
        if listed
        else []
    )


def _source_rows(panels: Sequence[PanelData]) -> list[dict[str, Any]]:
    return next((list(panel.data.get("rows") or []) for panel in panels if panel.kind == "sources"), [])


def _source(row: Mapping[str, Any], used: Counter[str], told: Counter[str], subject: Subject) -> tuple[Cell, ...]:
    words, view = subject.words, subject.view
    received = moment_text(view.local(row["received_at"]), words) if row.get("received_at") else NO_VALUE
    return (
        Cell(words.label(row)),
        Cell(received, soft=True),
        Cell(words.age(row["age_s"]) if row.get("age_s") is not None else NO_VALUE, number=True),
        Cell(words.age(row["cadence_s"]) if row.get("cadence_s") else NO_VALUE, number=True, soft=True),
        Cell(f"{told[row['key']]} / {used[row['key']]}", number=True),
        Cell(words(f"status.{row['state']}"), face(dict(row))),
    )


def _kept_back(subjects: Sequence[Subject]) -> list[Block]:
    words = subjects[0].words
    readings = [reading for subject in subjects for reading in subject.view.snapshot.readings.values()]
    cells = sum(reading.quality == "suppressed" for reading in readings)
    cells += sum(withheld_in(panel.data) for subject in subjects for panel in subject.view.snapshot.panels)
    missing = sum(reading.quality == "missing" for reading in readings)
    return [Paragraph(words("appendix.kept_back_text", cells=cells, missing=missing))]


def withheld_in(data: Any) -> int:
    """How many values of a panel's data are kept back."""
    if isinstance(data, Mapping):
        return (data.get("withheld") is True) + sum(withheld_in(value) for value in data.values())
    return sum(withheld_in(value) for value in data) if isinstance(data, list | tuple) else 0


def _abnormal(subjects: Sequence[Subject]) -> list[Block]:
    words = subjects[0].words
    rows = tuple(row for subject in subjects for panel in subject.view.snapshot.panels for row in _outside(panel, subject))
    if not rows:
        return [Paragraph(words("appendix.abnormal_none"))]
    head = (
        Cell(words("appendix.when")),
        Cell(words("appendix.what")),
        Cell(words("appendix.value"), number=True),
        Cell(words("appendix.usual"), number=True),
    )
    return [Table(words("appendix.abnormal"), head, rows, (0.2, 0.46, 0.16, 0.18), words("appendix.abnormal_note"))]


def _outside(panel: PanelData, subject: Subject) -> Iterable[tuple[Cell, ...]]:
    """The points of a course that fell outside its band."""
    if panel.kind != "trend" or panel.data.get("missing"):
        return
    data, view, words = panel.data, subject.view, subject.words
    unit, per = str(data.get("unit") or "count"), str(data.get("per") or "hour")
    for place in data.get("outside") or []:
        low, high = (words.number(data[side][place], unit) for side in ("low", "high"))
        at = view.local(data["x"][place])
        when = f"{words.date(at, weekday=False)} {at:%H:%M}" if per == "hour" else stop_label(at, per, view)
        title = f"{words.module(subject.key)} · {view.title(panel)}"
        yield (
            Cell(when),
            Cell(title),
            Cell(words.quantity(data["y"][place], unit), number=True),
            Cell(f"{low}–{high}", number=True, soft=True),
        )


def _digests(subjects: Sequence[Subject]) -> list[Block]:
    words = subjects[0].words
    head = tuple(Cell(words(f"appendix.{name}")) for name in ("chapter", "digest", "moment"))
    rows = tuple(
        (
            Cell(words.module(subject.key)),
            Cell(subject.view.snapshot.digest),
            Cell(moment_text(subject.view.local(subject.view.snapshot.as_of), words)),
        )
        for subject in subjects
    )
    return [Table(words("appendix.digests"), head, rows, (0.28, 0.44, 0.28), words("appendix.digests_note"))]
