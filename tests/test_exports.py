"""Files a reader takes away: readable in a spreadsheet, and harmless there."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from dashboard.exports import Column, csv_bytes, file_name, guarded, xlsx_bytes

COLUMNS = (Column("place", "位置"), Column("value", "数值"), Column("at", "时间"))
AT = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)


def written(rows):
    return list(csv.reader(io.StringIO(csv_bytes(COLUMNS, rows).decode("utf-8-sig"))))


def opened(rows, **more):
    return load_workbook(io.BytesIO(xlsx_bytes(COLUMNS, rows, "案件", **more)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  ="])
def test_text_that_would_run_is_held_back_by_an_apostrophe(start):
    attack = start + 'HYPERLINK("http://x.example","y")'
    assert guarded(attack).startswith("'")
    assert written([{"place": attack}])[1][0].startswith("'")
    cell = opened([{"place": attack}]).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_headings_are_guarded_too():
    sheet = load_workbook(io.BytesIO(xlsx_bytes([Column("a", "=1+1")], [{"a": 1}], "x"))).active
    assert sheet["A1"].value == "'=1+1"
    assert csv_bytes([Column("a", "=1+1")], []).decode("utf-8-sig").startswith("'=1+1")


def test_plain_text_is_left_alone():
    assert guarded("达濠街道 017 网格") == "达濠街道 017 网格"
    assert guarded("a=b") == "a=b"


def test_control_characters_cannot_break_a_workbook():
    assert opened([{"place": "a\x00b\x0bc"}]).active["A2"].value == "abc"


@pytest.mark.parametrize("number", [-12, 0, 3.5, -0.25, 1_000_000])
def test_numbers_stay_numbers(number):
    assert opened([{"value": number}]).active["B2"].value == number
    assert written([{"value": number}])[1][1] == str(number)


def test_what_is_not_a_number_is_empty():
    assert opened([{"value": float("nan")}]).active["B2"].value is None
    assert written([{"value": float("inf")}])[1][1] == ""
    assert written([{}])[1] == ["", "", ""]


def test_moments_are_local():
    assert written([{"at": AT}])[1][2] == "2026-11-22T14:32:00+08:00"
    assert opened([{"at": AT}]).active["C2"].value == datetime(2026, 11, 22, 14, 32)  # noqa: DTZ001 — a workbook holds no zone


def test_csv_begins_with_a_byte_order_mark():
    assert csv_bytes(COLUMNS, []).startswith(b"\xef\xbb\xbf")


def test_a_workbook_has_a_frozen_filterable_heading_and_its_notes():
    book = opened([{"place": "达濠"}], notes=[("数据", "演示数据 DEMO DATA"), ("=x", -1)])
    assert book.active.freeze_panes == "A2"
    assert book.active.auto_filter.ref == "A1:C2"
    notes = book.worksheets[1]
    assert notes["B1"].value == "演示数据 DEMO DATA"
    assert (notes["A2"].value, notes["B2"].value) == ("'=x", -1)


def test_a_sheet_name_a_workbook_would_refuse_is_made_fit():
    assert load_workbook(io.BytesIO(xlsx_bytes(COLUMNS, [], "a/b:[c]*?" + "长" * 40))).sheetnames[0].startswith("a b")


def test_the_name_of_a_download_says_what_and_when_and_that_it_is_demo_data():
    assert file_name("grid_management", "440512", AT, True, "csv") == "grid_management_440512_20261122-1432_DEMO.csv"
    assert file_name("x", "../../etc", AT, False, "xlsx") == "x_-etc_20261122-1432.xlsx"
