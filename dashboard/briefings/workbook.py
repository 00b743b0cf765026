"""The numbers of an edition as a workbook: of each module its key numbers and the panels its briefing prints, then the notes."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from dashboard.exports import Sheet, book_bytes
from dashboard.panel_tables import Table, marked, reading_table, table_of
from dashboard.registry import declared
from layouts.briefing.build import period_text
from layouts.briefing.edition import Edition
from layouts.text import Words, words_for
from layouts.view import View
from modules.spec import Snapshot

_LONGEST = 31  # characters of a sheet's name


def workbook(edition: Edition, title: str, lang: str) -> bytes:
    """The workbook in one language; the same edition gives the same bytes. What is kept back stays so, made-up data says so on each row."""
    words = words_for(lang)
    notes, zone = _notes(edition, title, words), edition.as_of.tzinfo or UTC
    return book_bytes(list(_sheets(edition, words)), notes, title, edition.as_of, zone)


def tables(snapshot: Snapshot, words: Words) -> list[Table]:
    """The key numbers of a module, and its panels that are printed, in their order."""
    view, module = View(snapshot, words, "desk"), declared()[snapshot.module]
    there, printed = {panel.key: panel for panel in snapshot.panels}, module.briefing.panels if module.briefing else ()
    found = [reading_table(view), *(table_of(there[key], view) for key in printed if key in there)]
    return [marked(table, words("desk.demo")) for table in found] if snapshot.demo else found


def _sheets(edition: Edition, words: Words) -> Iterator[Sheet]:
    for chapter, snapshot in enumerate(edition.snapshots.values(), 1):
        for number, table in enumerate(tables(snapshot, words)):
            told = table.title if number else words.module(snapshot.module)
            name = f"{chapter}.{number} {told}" if number else f"{chapter} {told}"
            yield Sheet(name[:_LONGEST], table.columns, table.rows)


def _notes(edition: Edition, title: str, words: Words) -> list[tuple[str, Any]]:
    place = next(iter(edition.snapshots.values())).place
    failed = [words.module(key) for key, snapshot in edition.snapshots.items() if snapshot.error]
    return [
        *([(words("desk.data"), words("desk.demo"))] if edition.demo else []),
        (words("making.title"), title),
        (words("desk.file_area"), words.label(place, "area") if place.get("area_zh") else words.label(place, "name")),
        (words("desk.file_period"), period_text(edition, words)),
        (words("desk.asof"), edition.as_of),
        (words("briefing.digest"), edition.digest),
        *((words.module(key), snapshot.digest) for key, snapshot in edition.snapshots.items()),
        *([(words("making.unread_modules"), " · ".join(failed))] if failed else []),
        (words("appendix.kept_back"), words("making.kept_back")),
    ]
