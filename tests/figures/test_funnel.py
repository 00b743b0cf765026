"""The funnel on paper: every number of every stage, blocks as high as their counts, levels told by shape."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.theme import ACCENT_2, LEVELS
from layouts.text import duration, number, percent
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

Data = dict[str, Any]
STAGES = ["report", "dispatch", "handle", "feedback", "track", "close", "score"]


def stage(n: int, count: float) -> Data:
    """A stage; the second is over its limit, the last tells nothing but its count."""
    last = n == len(STAGES) - 1
    return {
        "key": STAGES[n], "count": count, "through": 100.0 - 7 * n if n else None, "left": 12.0 if n == 1 else 0.0,
        "waiting": None if last else 40.0 + n, "p50_s": None if last else 36000.0 + 60 * n, "p90_s": None if last else 172800.0 + 600 * n,
        "limit_s": 40000.0 if n == 1 else None if n == 2 else 180000.0,
    }  # fmt: skip


FULL = {"stages": [stage(n, 1659.0 - 230 * n) for n in range(len(STAGES))]}


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_number_is_written_and_clear_of_the_others(lang: str, width: float) -> None:
    canvas = on_paper("funnel", FULL, lang, width)
    assert_clean(canvas)
    said = texts(canvas)
    for one in FULL["stages"]:
        assert number(one["count"]) in said
        assert one["through"] is None or f"{percent(one['through'], 0)}%" in said
        assert one["p50_s"] is None or f"{duration(one['p50_s'])} / {duration(one['p90_s'])}" in said
        assert one["waiting"] is None or any(number(one["waiting"]) in text.split() for text in said)
    assert "—" in said  # how many wait in the last is not known: no zero


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=7))
def test_blocks_are_as_high_as_their_counts(counts: list[int]) -> None:
    canvas = on_paper("funnel", {"stages": [stage(n, float(count)) for n, count in enumerate(counts)]})
    heights = [float(one["height"]) for one in elements(canvas, "rect") if one["fill"] == ACCENT_2]
    for height, count in zip(heights, [count for count in counts if 44.0 * count / max(counts) > 0], strict=True):
        assert height == pytest.approx(44.0 * count / max(counts), abs=0.01)


def test_a_level_has_a_shape_beside_its_colour() -> None:
    shapes = [one for one in elements(on_paper("funnel", FULL), "rect") if one["fill"] == LEVELS["warning"]]
    assert len(shapes) == 2  # the bar and the square
    assert told("funnel", {"stages": []}) is None
