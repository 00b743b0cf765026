"""Rows as files a spreadsheet opens: CSV with a byte-order mark, and XLSX.

Text that a spreadsheet would run as a formula is written with an apostrophe before it (OWASP, CSV injection).
Numbers stay numbers.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from layouts.briefing.edition import TYPES
from layouts.repacked import repacked

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = TYPES["xlsx"]
LOCAL = timezone(timedelta(hours=8))  # a fixed offset is exact: no daylight saving since 1991

_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNSAFE_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_UNSAFE_IN_FILE_NAME = re.compile(r"[^0-9A-Za-z_-]+")
_MAX_WIDTH, _MIN_WIDTH = 48, 9

Cell = str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: the key in each row and the heading in the reader's language."""

    key: str
    label: str


def guarded(text: str) -> str:
    """The text without control characters and, if a spreadsheet would run it, behind an apostrophe."""
    clean = _CONTROL.sub("", text)
    return "'" + clean if clean.lstrip(" ").startswith(_RUN_AS_FORMULA) else clean


def cell(value: Any, zone: tzinfo = LOCAL) -> Cell:
    """The value as a file holds it: numbers untouched, moments local, not-a-number empty, all else guarded text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, date):
        return value
    return guarded(str(value))


def csv_bytes(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], zone: tzinfo = LOCAL) -> bytes:
    """The rows as CSV in UTF-8 with a byte-order mark, as Excel needs for Chinese; moments are ISO 8601 with offset."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(column.label) for column in columns])
    for row in rows:
        writer.writerow([_plain(cell(row.get(column.key), zone)) for column in columns])
    return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, its columns and its rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]


def xlsx_bytes(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    sheet: str,
    notes: Sequence[tuple[str, Any]] = (),
    zone: tzinfo = LOCAL,
) -> bytes:
    """The rows as a workbook; `notes` (scope, period, demo data …) fill a second sheet."""
    out = io.BytesIO()
    _book([Sheet(sheet, columns, rows)], notes, zone).save(out)
    return out.getvalue()


def book_bytes(sheets: Sequence[Sheet], notes: Sequence[tuple[str, Any]], title: str, at: datetime, zone: tzinfo = LOCAL) -> bytes:
    """Several sheets and their notes as one workbook dated `at`: the same content gives the same bytes."""
    book, dated = _book(sheets, notes, zone), at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.title = title
    book.properties.created = book.properties.modified = dated
    loose = io.BytesIO()
    with ZipFile(loose, "w") as archive:
        ExcelWriter(book, archive).save()
    return repacked(loose.getvalue())


def _book(sheets: Sequence[Sheet], notes: Sequence[tuple[str, Any]], zone: tzinfo) -> Any:
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet, zone)
    if notes:
        _write_notes(book, notes, zone)
    return book


def _write_sheet(book: Any, sheet: Sheet, zone: tzinfo) -> None:
    """Heading frozen, filterable, columns as wide as what stands in them."""
    page = book.create_sheet(_sheet_name(sheet.name))
    page.freeze_panes = "A2"
    kept = [[cell(row.get(column.key), zone) for column in sheet.columns] for row in sheet.rows]
    for number, column in enumerate(sheet.columns, start=1):
        width = _width(column.label, [line[number - 1] for line in kept[:200]])
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_xlsx_cell(page, guarded(column.label), bold=True) for column in sheet.columns])
    for line in kept:
        page.append([_xlsx_cell(page, value) for value in line])
    page.auto_filter.ref = f"A1:{get_column_letter(max(1, len(sheet.columns)))}{len(kept) + 1}"


def file_name(module: str, area: str, as_of: datetime, demo: bool, ending: str, zone: tzinfo = LOCAL) -> str:
    """The name of a download, ASCII only; demo data says so in the name, because files travel without their page."""
    parts = [module, area, as_of.astimezone(zone).strftime("%Y%m%d-%H%M"), *(["DEMO"] if demo else [])]
    return "_".join(_UNSAFE_IN_FILE_NAME.sub("-", part) for part in parts) + "." + ending


def _plain(value: Cell) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _xlsx_cell(page: Any, value: Cell, bold: bool = False) -> Any:
    """A cell whose text is text: openpyxl would otherwise take a leading equals sign for a formula."""
    held = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    made = WriteOnlyCell(page, value=held)
    if isinstance(value, str):
        made.data_type = "s"
    elif isinstance(value, datetime):
        made.number_format = "yyyy-mm-dd hh:mm"
    if bold:
        made.font = Font(bold=True)
    return made


def _write_notes(book: Any, notes: Sequence[tuple[str, Any]], zone: tzinfo) -> None:
    page = book.create_sheet("说明 Notes")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 72
    for label, value in notes:
        page.append([_xlsx_cell(page, guarded(label), bold=True), _xlsx_cell(page, cell(value, zone))])


def _width(label: str, values: list[Cell]) -> int:
    """Characters a column needs; a Han character takes two."""
    texts = [label, *("0000-00-00 00:00" if isinstance(value, datetime) else str(value or "") for value in values)]
    longest = max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) for text in texts)
    return min(_MAX_WIDTH, max(_MIN_WIDTH, longest + 2))


def _sheet_name(text: str) -> str:
    return _UNSAFE_IN_SHEET_NAME.sub(" ", text)[:31].strip() or "data"
