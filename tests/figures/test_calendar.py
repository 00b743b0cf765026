"""A calendar and a heat map on paper: every day stands in its place with its number, classes rise in grey, missing is left open."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.components.heat import class_edges, class_index
from layouts.figures.theme import PAPER, RAMP
from layouts.text import number
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told, written

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=45)
FIRST = date(2026, 10, 20)


def calendar(values: list[float | None], unit: str = "percent", first: date = FIRST) -> dict[str, Any]:
    """Days with a value or without a record."""
    days = [{"day": str(first + timedelta(days=n)), "value": value} for n, value in enumerate(values)]
    return {"days": days, "unit": unit, "today": str(first)}


def heat(values: list[list[float | None]]) -> dict[str, Any]:
    """Weekdays by hour."""
    weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {"x": [f"{n:02d}" for n in range(len(values[0]))], "y": weekdays[: len(values)], "z": values, "unit": "count"}


@given(VALUES, st.sampled_from(PAGES), st.integers(0, 40))
def test_every_day_stands_with_its_number(values: list[float | None], page: tuple[str, float], shift: int) -> None:
    first = FIRST + timedelta(days=shift)
    canvas = on_paper("calendar", calendar(values, first=first), *page)
    assert_clean(canvas)
    said = texts(canvas)
    for n, value in enumerate(values):
        day = first + timedelta(days=n)
        assert str(day.day) in said
        if value is not None:
            assert number(value, "percent", 0) in said


def test_days_stand_under_their_weekday_and_weeks_below_each_other() -> None:
    canvas = on_paper("calendar", calendar([50.0] * 30))
    heads = written(canvas)[:7]
    assert [head.text for head in heads] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    numbers = {one.text: one for one in written(canvas) if one.text in ("20", "27", "3")}
    tuesday = [numbers[day] for day in ("20", "27", "3")]
    assert len({round(one.left - heads[1].left, 2) for one in tuesday}) == 1
    assert [one.top for one in tuesday] == sorted(one.top for one in tuesday)


def test_a_day_without_a_record_is_left_open_and_a_zero_is_not() -> None:
    fills = [part["fill"] for part in elements(on_paper("calendar", calendar([None, 0.0])), "path")]
    assert fills.count(PAPER) == 1
    assert fills.count(RAMP[0]) == 1


def test_months_are_named_where_they_begin() -> None:
    said = texts(on_paper("calendar", calendar([1.0] * 45), "en"))
    assert [month for month in ("Oct", "Nov", "Dec") if month in said] == ["Oct", "Nov", "Dec"]


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 30).map(float)), min_size=24, max_size=24), min_size=7, max_size=7),
       st.sampled_from(PAGES))  # fmt: skip
def test_every_cell_has_the_shade_of_its_class(z: list[list[float | None]], page: tuple[str, float]) -> None:
    z[0][0] = 31.0
    canvas = on_paper("heat", heat(z), *page)
    assert_clean(canvas)
    cells = list(elements(canvas, "rect"))[: 7 * 24]
    edges = class_edges([value for row in z for value in row if value is not None])
    for part, value in zip(cells, (value for row in z for value in row), strict=True):
        assert part["fill"] == (PAPER if value is None else RAMP[class_index(value, edges)])


def test_the_highest_cell_is_framed_and_named() -> None:
    canvas = on_paper("heat", heat([[1.0, 2.0, 9.0], [3.0, None, 0.0]]))
    assert sum(part["fill"] == "none" for part in elements(canvas, "path")) == 1
    assert "最高 9 件：周一 02" in texts(canvas)


def test_the_ramp_rises_in_grey() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    steps = [grey(colour) for colour in RAMP]
    assert all(lighter - darker > 8 for lighter, darker in pairwise(steps))


@pytest.mark.parametrize(("kind", "data"), [("calendar", {"days": []}), ("heat", {"x": ["0"], "y": ["mon"], "z": [[None]]})])
def test_nothing_is_made_of_nothing(kind: str, data: dict[str, Any]) -> None:
    assert told(kind, data) is None
