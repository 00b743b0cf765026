"""Control limits on paper: every rate and n is written, only what lies outside its own limits is marked, the mean stands in its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.theme import BAND, LEVELS
from layouts.text import number
from tests.chart_samples import TOWNS, named
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

RATES = st.lists(st.floats(0, 100), min_size=1, max_size=7)


def compared(rates: list[float]) -> dict[str, Any]:
    """Rows around a mean of 50, each with wider limits than the one before."""
    rows = [
        {**row, "rate": rate, "low": 40.0 - n, "high": 60.0 + n, "mean": 50.0, "n": 90.0 - n}
        for n, (row, rate) in enumerate(zip(named(TOWNS), rates, strict=False))
    ]
    return {"rows": rows, "unit": "percent"}


@given(RATES, st.sampled_from(PAGES))
def test_every_rate_is_written_and_only_those_outside_are_marked(rates: list[float], page: tuple[str, float]) -> None:
    data = compared(rates)
    canvas = on_paper("control", data, *page)
    assert_clean(canvas)
    far = [row for row in data["rows"] if not row["low"] <= row["rate"] <= row["high"]]
    triangles = [part for part in elements(canvas, "path") if part["fill"] == LEVELS["watch"]]
    assert len(triangles) == len(far) + bool(far)
    for row in data["rows"]:
        assert number(row["rate"], "percent") + "%" in texts(canvas)
        assert f"n {number(row['n'])}" in texts(canvas)


def test_bands_are_as_wide_as_their_limits_and_the_mean_is_in_their_middle() -> None:
    canvas = on_paper("control", compared([50.0] * 7))
    bands = [part for part in elements(canvas, "rect") if part["fill"] == BAND and part["height"] == "8.00"]
    widths = [float(part["width"]) for part in bands]
    assert [width / widths[0] for width in widths] == pytest.approx([1 + n / 10 for n in range(7)], abs=0.001)
    mean = next(part["d"] for part in elements(canvas, "path") if "stroke-dasharray" in part)
    for part in bands:
        assert float(mean.removeprefix("M").split()[0]) == pytest.approx(float(part["x"]) + float(part["width"]) / 2, abs=0.02)
    assert "均值 50.0%" in texts(canvas)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_comparison_is_said_in_words(lang: str) -> None:
    made = told("control", compared([50.0, 99.0]), lang)
    assert made
    assert "50.0%" in made.alt
    assert "1" in made.alt


def test_rows_without_a_rate_are_no_rows() -> None:
    assert told("control", {"rows": [{**named(TOWNS)[0], "rate": None}]}) is None
