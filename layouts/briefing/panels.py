"""A panel of a snapshot as a block: a figure, a table of rows, or a sentence that says why there is nothing to show."""

from typing import Any

from layouts.briefing.document import Block, Cell, Chart, Paragraph, Table
from layouts.briefing.subject import Subject, moment_text
from layouts.components.frame import state_of_panel
from layouts.components.plot import below_least
from layouts.components.table import NUMBERS, cell, column_name
from layouts.figures import figure
from layouts.view import LEVELS
from modules.spec import Panel, PanelData

FULL, HALF = 442.0, 213.0  # points: the text block, and two beside each other
LIGHT = ("bars", "bullets", "control", "ecdf", "pareto", "stacks", "survival", "trend")  # kinds that read well at half the width
LIGHT_ROWS = 16
ROWS = 15  # of a list
NAMES = ("figure", "place", "title", "name")
_WIDE, _MOMENT, _NARROW = 1.7, 1.35, 0.8


def blocks_of(panels: list[PanelData], subject: Subject) -> list[Block]:
    """The panels in order, but that light figures stand side by side: the second of a pair comes up to the first."""
    found: list[Block] = []
    first: tuple[PanelData, Chart] | None = None
    between: list[Block] = []
    for panel in panels:
        half = _half(panel, subject)
        if half is None:
            (found if first is None else between).append(block_of(panel, subject))
        elif first is None:
            first = (panel, half)
        else:
            found += [first[1], half, *between]
            first, between = None, []
    return [*found, *([_chart(first[0], subject, FULL)] if first else []), *between]


def _half(panel: PanelData, subject: Subject) -> Chart | None:
    """The panel as a figure of half the width; None where it needs the whole, or there is nothing to show."""
    if panel.kind not in LIGHT or len(panel.data.get("rows") or []) > LIGHT_ROWS:
        return None
    drawn = _chart(panel, subject, HALF)
    return drawn if isinstance(drawn, Chart) else None


def block_of(panel: PanelData, subject: Subject) -> Block:
    """One panel over the whole width."""
    state = state_of_panel(panel, subject.view)
    if panel.kind == "table" and not state and panel.data.get("rows"):
        return rows_table(panel, subject)
    return _chart(panel, subject, FULL)


def _chart(panel: PanelData, subject: Subject, width: float) -> Block:
    drawn = figure(panel, subject.view, width)
    title = subject.view.title(panel)
    if drawn is None:
        state = state_of_panel(panel, subject.view) or "zero"
        if state == "missing" and not subject.standing:
            return Paragraph(subject.words("chapter.no_panel", title=title, state=subject.words("briefing.unkept")), soft=True)
        said = subject.words(f"state.{state}", unit=subject.words.unit(str(panel.data.get("unit") or "count")))
        return Paragraph(subject.words("chapter.no_panel", title=title, state=said.strip()), soft=True)
    return Chart(f"{subject.key}.{panel.key}", title, subject.view.subtitle(panel), drawn, note(panel.key, subject))


def note(key: str, subject: Subject) -> str:
    """Source and as-of of a panel."""
    view, words = subject.view, subject.words
    declared: Any = next((one for one in subject.module.panels if one.key == key), None)
    sources = [words.known(f"source.{source}", source) for source in _sources(declared, subject)]
    parts = [f"{words('appendix.source')}{words('briefing.colon')}{'、'.join(sources)}"] if sources else []
    return " · ".join([*parts, f"{words('briefing.as_of')} {moment_text(view.local(view.snapshot.as_of), words)}"])


def _sources(declared: Panel | None, subject: Subject) -> list[str]:
    """The sources of the metrics that rest on the panel's measure, else that of the chapter's leading metric."""
    measure = getattr(declared, "measure", None) or getattr(declared, "plates", None)
    own = [metric.source for metric in subject.module.every_metric if measure is not None and metric.measure is measure]
    first = subject.module.briefing.lead.source if subject.module.briefing else ""
    return list(dict.fromkeys(own or ([first] if first else [])))


def rows_table(panel: PanelData, subject: Subject) -> Table:
    """The first rows of a list, and how many there are in all."""
    view, rows = subject.view, panel.data["rows"]
    columns = panel.data["columns"]
    head = tuple(Cell(column_name(column["key"], panel, view), number=column.get("unit") in NUMBERS) for column in columns)
    shares = [_share(column) for column in columns]
    total = int(panel.data.get("total") or len(rows))
    shown = rows[:ROWS]
    more = subject.words("chapter.more_rows", n=total, shown=len(shown)) if total > len(shown) else ""
    cells = tuple(tuple(_cell(row, column, panel, subject) for column in columns) for row in shown)
    told = [text for text in (more, note(panel.key, subject)) if text]
    return Table(view.title(panel), head, cells, tuple(share / sum(shares) for share in shares), " ".join(told))


def _share(column: dict[str, str]) -> float:
    """How wide a column is beside the others: names wide, moments on one line, numbers narrow."""
    unit = column.get("unit")
    if unit in NUMBERS or unit == "level":
        return _NARROW
    return _WIDE if column["key"] in NAMES else _MOMENT if unit in ("time", "moment") or column["key"] == "number" else 1.0


def _cell(row: dict[str, Any], column: dict[str, str], panel: PanelData, subject: Subject) -> Cell:
    unit = str(column.get("unit") or "")
    number = unit in NUMBERS
    value = row.get(column["key"])
    if unit == "level" and str(value) in LEVELS:
        return Cell(subject.words(f"status.{value}"), str(value))
    found = cell(row, column["key"], unit, panel, subject.view)
    return Cell(found if isinstance(found, str) else below_least(panel), number=number)
