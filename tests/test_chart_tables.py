"""Drawings that compare leave as a spreadsheet: a row for every number, unrounded, and of what is kept back only its bound."""

import pytest

from dashboard.panel_tables import table_of
from layouts.text import LANGUAGES
from tests.chart_samples import KINDS, NUMBERS, SAMPLES, Data, view


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_leaves_as_a_row(kind: str, lang: str) -> None:
    panel, seen = view(kind, SAMPLES[kind], lang, "desk")
    table = table_of(panel, seen)
    keys = {column.key for column in table.columns}
    assert all(column.label != column.key or column.key in ("n", "x", "y") for column in table.columns), table.columns
    written = [value for row in table.rows for key, value in row.items() if key in keys]
    told = [link["value"] for link in SAMPLES["flows"]["links"]] if kind == "flows" else NUMBERS[kind]
    assert all(value in written for value in told if value is not None)
    assert not any(isinstance(value, list | dict) for value in written)


COUNTS = {
    "lanes": 13,
    "pareto": 13,
    "slope": 28,
    "matrix": 56,
    "flows": 18,
    "survival": 27,
    "scatter": 7,
    "dots": 14,
    "bullets": 7,
    "stacks": 35,
}


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_rows_as_there_are_numbers(kind: str) -> None:
    panel, seen = view(kind, SAMPLES[kind], "zh", "desk")
    assert len(table_of(panel, seen).rows) == COUNTS[kind]


def test_what_is_kept_back_leaves_as_its_bound_only() -> None:
    for kind in ("matrix", "flows"):
        panel, seen = view(kind, SAMPLES[kind], "zh", "desk")
        values = [row["value"] for row in table_of(panel, seen).rows]
        assert values.count("<10*") == sum("withheld" in row and row["withheld"] for row in withheld_rows(SAMPLES[kind]))
        assert "withheld" not in {column.key for column in table_of(panel, seen).columns}


def withheld_rows(data: Data) -> list[Data]:
    return data["links"] if "links" in data else [cell for line in data["cells"] for cell in line]


def test_the_axes_name_their_columns() -> None:
    panel, seen = view("scatter", SAMPLES["scatter"], "en", "desk")
    heads = {column.key: column.label for column in table_of(panel, seen).columns}
    assert heads["x"].startswith("requests per 10,000") and heads["y"].startswith("closed in time")
