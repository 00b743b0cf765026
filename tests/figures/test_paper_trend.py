"""A trend on paper: gaps stay gaps, what is still counting is no fall, the telling values are written and clear of line and axis."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.theme import ACCENT, BAND
from layouts.text import number
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

Data = dict[str, Any]
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 4000).map(float)), min_size=3, max_size=70).filter(
    lambda ys: any(y is not None for y in ys)
)


def days(ys: list[float | None], **more: Any) -> Data:
    """A daily series."""
    first = date(2026, 9, 1)
    return {"x": [f"{first + timedelta(days=n)}T00:00:00" for n in range(len(ys))], "y": ys, "per": "day", "unit": "count", **more}


def hours(ys: list[float | None], **more: Any) -> Data:
    """A day by the hour on its band."""
    low, high = [float(5 + n) for n in range(24)], [float(9 + 2 * n) for n in range(24)]
    band = {"low": low, "high": high, "median": [(a + b) / 2 for a, b in zip(low, high, strict=True)]}
    x = [f"2026-11-23T{n:02d}:00:00" for n in range(24)]
    return {"x": x, "y": [*ys, *[None] * (24 - len(ys))], "per": "hour", "unit": "count", **band, **more}


def months(count: int) -> Data:
    """A monthly series."""
    x = [f"{2025 + n // 12}-{n % 12 + 1:02d}-01T00:00:00" for n in range(count)]
    return {"x": x, "y": [float(200 + 17 * n % 60) for n in range(count)], "per": "month", "unit": "count"}


def lines(data: Data) -> list[str]:
    """The stretches of the line of values."""
    return [
        part["d"] for part in elements(on_paper("trend", data), "path") if part.get("stroke") == ACCENT and part["stroke-width"] == "1.3"
    ]


@given(VALUES, st.booleans(), st.sampled_from(PAGES))
def test_nothing_is_cut_and_the_last_value_is_written(ys: list[float | None], unfinished: bool, page: tuple[str, float]) -> None:
    lang, width = page
    canvas = on_paper("trend", days(ys, unfinished=unfinished), lang, width)
    assert_clean(canvas)
    last = [y for y in ys if y is not None][-1]
    assert number(last, "count", None, lang) in texts(canvas)


def test_a_gap_stays_a_gap() -> None:
    first, second = lines(days([3.0, 5.0, None, 4.0, 6.0, 7.0]))
    assert (first.count("L"), second.count("L")) == (1, 2)


def test_a_day_alone_between_gaps_is_a_point() -> None:
    canvas = on_paper("trend", days([3.0, 5.0, None, 4.0, None, 6.0, 7.0]))
    assert any(part["r"] == "0.65" for part in elements(canvas, "circle"))


def test_what_is_still_counting_is_no_part_of_the_line() -> None:
    done, counting = days([3.0, 5.0, 6.0, 1.0]), days([3.0, 5.0, 6.0, 1.0], unfinished=True)
    assert [line.count("L") for line in (*lines(done), *lines(counting))] == [3, 2]
    assert "空心为未完时段" in texts(on_paper("trend", counting))


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_what_fell_outside_is_marked_and_told(lang: str, width: float) -> None:
    canvas = on_paper("trend", hours([90.0, 12.0, 60.0, 14.0], outside=[0, 2], now="2026-11-23T03:20:00"), lang, width)
    assert_clean(canvas)
    triangles = [part for part in elements(canvas, "path") if part["fill"] == "#7F6C00"]
    assert len(triangles) == 3  # two marks and the key
    assert {"90", "14", "03:20"} <= set(texts(canvas))
    assert "60" in texts(canvas) or width < 442
    assert any(part["fill"] == BAND for part in elements(canvas, "path"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_month_has_its_number_where_there_is_room(lang: str) -> None:
    data = months(13)
    canvas = on_paper("trend", data, lang)
    assert_clean(canvas)
    assert {number(value) for value in data["y"]} <= set(texts(canvas))


def test_nothing_is_made_of_a_series_without_a_value() -> None:
    assert told("trend", days([None, None])) is None
    assert told("trend", {"x": [], "y": []}) is None
