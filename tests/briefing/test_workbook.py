"""The workbook of an edition: every number of it, in sheets that open; what is kept back and what is made up say so there too."""

import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.briefings.kept import packed, unpacked
from dashboard.briefings.workbook import tables, workbook
from dashboard.registry import declared
from layouts.briefing.edition import DISTRICT, Edition
from layouts.text import LANGUAGES, words_for
from modules.spec import Quality
from tests.briefing.conftest import with_reading


@pytest.fixture(scope="module")
def kept(edition: Edition) -> Edition:
    """The edition as it is given back by the database."""
    return replace(edition, snapshots={key: unpacked(packed(snapshot)) for key, snapshot in edition.snapshots.items()})


@pytest.fixture(scope="module")
def books(kept: Edition) -> dict[str, Any]:
    """The workbook by language, opened again."""
    return {lang: read(workbook(kept, "The title", lang)) for lang in LANGUAGES}


def read(body: bytes) -> Any:
    return load_workbook(io.BytesIO(body))


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_sheet_for_every_module_and_printed_panel(kept: Edition, books: dict[str, Any], lang: str) -> None:
    words, book = words_for(lang), books[lang]
    panels = sum(len(module.briefing.panels) for module in declared().values() if module.briefing)
    assert len(book.sheetnames) == len(declared()) + panels + 1
    for number, (key, snapshot) in enumerate(kept.snapshots.items(), 1):
        name = next(name for name in book.sheetnames if name.startswith(f"{number} "))
        assert words.module(key)[:20] in name
        assert len(rows(book[name])) == len(snapshot.readings)


def test_every_key_number_is_there_unrounded(kept: Edition, books: dict[str, Any]) -> None:
    words, book = words_for("zh"), books["zh"]
    shown = 0
    for number, snapshot in enumerate(kept.snapshots.values(), 1):
        if not snapshot.readings:
            continue
        sheet = next(book[name] for name in book.sheetnames if name.startswith(f"{number} "))
        column = {cell.value: cell.column for cell in sheet[1]}
        found = {row[column[words("file.key")] - 1].value: row[column[words("file.value")] - 1].value for row in sheet.iter_rows(min_row=2)}
        assert list(found) == list(snapshot.readings)
        for key, value in found.items():
            wanted = snapshot.readings[key].value
            assert value == (wanted if wanted is None else pytest.approx(wanted, rel=1e-14)), key
        shown += sum(value is not None for value in found.values())
    assert shown > 60


def test_the_same_edition_gives_the_same_bytes(edition: Edition) -> None:
    two = list(edition.snapshots.items())[3:5]
    kept, again = (replace(edition, snapshots={key: unpacked(packed(snapshot)) for key, snapshot in two}) for _ in range(2))
    assert workbook(kept, "title", "en") == workbook(again, "title", "en")
    assert workbook(kept, "title", "en") != workbook(kept, "title", "zh")


def test_every_row_says_that_the_data_is_made_up(kept: Edition, books: dict[str, Any]) -> None:
    words = words_for("en")
    told = [row for sheet in books["en"].worksheets[:-1] for row in rows(sheet)]
    assert len(told) > 200
    assert {row[words("desk.demo")] for row in told} == {words("desk.demo")}
    real = replace(kept, snapshots={"petitions": replace(kept.snapshots["petitions"], demo=False)})
    assert words("desk.demo") not in {cell.value for sheet in read(workbook(real, "title", "en")).worksheets for cell in sheet[1]}


def test_the_notes_name_what_it_is_and_carry_every_digest(kept: Edition, books: dict[str, Any]) -> None:
    words, book = words_for("en"), books["en"]
    notes = dict(book.worksheets[-1].iter_rows(values_only=True))
    assert (notes[words("making.title")], notes[words("briefing.digest")]) == ("The title", kept.digest)
    assert {notes[words.module(key)] for key in kept.snapshots} == {snapshot.digest for snapshot in kept.snapshots.values()}
    assert book.properties.title == "The title"
    assert words("making.unread_modules") not in notes


def test_what_is_kept_back_stays_so(edition: Edition) -> None:
    hidden = with_reading(
        edition, "petitions", "reply_on_time", value=None, numerator=None, denominator=None, comparison=None, gross=None,
        gross_numerator=None, gross_denominator=None, quality=Quality.SUPPRESSED,
    )  # fmt: skip
    words, book = words_for("zh"), read(workbook(hidden, "title", "zh"))
    row = next(row for row in rows(book.worksheets[0]) if row[words("file.key")] == "reply_on_time")
    numbers = [value for value in row.values() if isinstance(value, int | float) and not isinstance(value, bool)]
    assert row[words("file.value")] is None
    assert numbers == [row[words("file.target")]]
    assert words("status.suppressed") in row.values()


def test_cells_below_the_least_are_written_as_such(kept: Edition, books: dict[str, Any]) -> None:
    found = [
        row["value"]
        for snapshot in kept.snapshots.values()
        for table in tables(snapshot, words_for("zh"))[1:]
        for row in table.rows
        if isinstance(row.get("value"), str) and row["value"].startswith("<")
    ]
    assert found
    written = [cell for sheet in books["zh"].worksheets for line in sheet.iter_rows(values_only=True) for cell in line]
    assert sum(isinstance(cell, str) and cell.startswith("<") for cell in written) >= len(found)


def test_a_module_that_could_not_be_read_is_named(kept: Edition) -> None:
    broken = replace(kept.snapshots["petitions"], error="OperationalError", readings={})
    two = {"petitions": broken, "online_opinion": kept.snapshots["online_opinion"]}
    notes = dict(read(workbook(replace(kept, snapshots=two), "t", "en")).worksheets[-1].values)
    assert notes[words_for("en")("making.unread_modules")] == words_for("en").module("petitions")


def test_one_module_alone(kept: Edition) -> None:
    alone = replace(kept, subject="petitions", snapshots={"petitions": kept.snapshots["petitions"]})
    assert alone.subject != DISTRICT
    assert len(read(workbook(alone, "t", "en")).sheetnames) == 2 + len(declared()["petitions"].briefing.panels)
