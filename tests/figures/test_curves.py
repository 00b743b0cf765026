"""Curves on paper: every group is named with what is said of it, the curves stay apart without colour, and only fall or only rise."""

from typing import Any

import pytest

from layouts.components.ecdf import facts_of, share_within
from layouts.components.survival import limit_text
from layouts.figures.theme import CATEGORIES
from tests.chart_samples import SAMPLES, TOPICS, named, view
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

Data = dict[str, Any]


def spread(n: int, row: Data, limit: float | None = 14400.0) -> Data:
    """A group whose handling times rise evenly."""
    return {
        **row,
        "x": [900.0 * step * (1 + n) for step in range(1, 21)],
        "y": [step / 20 for step in range(1, 21)],
        "n": 40.0 + n,
        "limit_s": limit,
    }


ECDF = {"groups": [spread(n, row) for n, row in enumerate(named(TOPICS[:6]))]}


def curves(kind: str, data: Data) -> list[dict[str, str]]:
    """The curves of a drawing."""
    return [part for part in elements(on_paper(kind, data), "path") if part.get("stroke") in CATEGORIES and part["d"].count("L") > 3]


def heights(d: str) -> list[float]:
    """The heights of a path's points."""
    return [float(point.split()[1]) for point in d.removeprefix("M").split("L")]


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_drawn_group_is_named_with_its_share_within_the_limit(lang: str, width: float) -> None:
    canvas = on_paper("ecdf", ECDF, lang, width)
    assert_clean(canvas)
    said = " ".join(texts(canvas))
    _, seen = view("ecdf", ECDF, lang, "desk")
    for group in ECDF["groups"][:4]:
        assert group[f"label_{lang}"] in said
        for fact in facts_of(group, seen):
            assert fact in said
    assert seen.words("bars.all", n=6) in said


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_limit_is_named_and_said_of_every_group(lang: str, width: float) -> None:
    data = SAMPLES["survival"]
    canvas = on_paper("survival", data, lang, width)
    assert_clean(canvas)
    _, seen = view("survival", data, lang, "desk")
    assert {limit_text(limit, "days", seen) for limit in data["limits"]} <= set(texts(canvas))
    assert any(text.startswith("100 ") for text in texts(canvas))  # the last stop says the unit
    said = "".join(texts(canvas)).replace(" ", "")
    for group in data["groups"]:
        assert f"n={group['n']:.0f}" in said


@pytest.mark.parametrize(("kind", "data", "falls"), [("ecdf", ECDF, False), ("survival", SAMPLES["survival"], True)])
def test_curves_keep_their_direction_and_their_dash(kind: str, data: Data, falls: bool) -> None:
    found = curves(kind, data)
    assert len(found) == min(4, len(data["groups"]))
    assert len({part.get("stroke-dasharray") for part in found}) == len(found)
    for part in found:
        ys = heights(part["d"])
        assert ys == sorted(ys, reverse=not falls)


def test_a_mark_stands_where_a_curve_meets_its_limit() -> None:
    group = spread(0, named(TOPICS)[0], 7200.0)
    canvas = on_paper("ecdf", {"groups": [group]})
    mark = next(part for part in elements(canvas, "circle"))
    ys = heights(curves("ecdf", {"groups": [group]})[0]["d"])
    assert (ys[0] - float(mark["cy"])) / (ys[0] - ys[-1]) == pytest.approx(share_within(group, 7200.0), abs=0.001)


def test_groups_without_a_curve_are_left_out() -> None:
    open_only = {"groups": [{**named(TOPICS)[0], "x": [], "y": [], "n": 3.0}]}
    assert told("ecdf", open_only) is None
    assert told("survival", open_only) is None
