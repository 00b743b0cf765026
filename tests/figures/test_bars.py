"""Bars on paper: lengths follow values, every number and label is written and clear of the others, numbers kept back are never told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.theme import ACCENT_2, BAND
from layouts.text import number
from tests.chart_samples import TOPICS, TOWNS, named
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told, written

Data = dict[str, Any]


def rate(n: int, row: Data) -> Data:
    """A share on its ground, with its interval; the last ones rest on little."""
    value = 98.0 - 9 * n
    return {**row, "value": value, "low": value - 3 - n, "high": min(100.0, value + 2 + n), "of": 1463.0 - 200 * n, "small": n > 4}


def aged(n: int, row: Data) -> Data:
    """A count in its parts with its age."""
    parts = [{"key": key, "value": float(n + more)} for key, more in (("d1", 2), ("d3", 1), ("more", 7))]
    return {**row, "value": sum(part["value"] for part in parts), "parts": parts, "p90_s": 86400.0 * (3 + n), "of": 40.0 + n}


SAMPLES: dict[str, Data] = {
    "rates": {"unit": "percent", "rows": [rate(n, row) for n, row in enumerate(named(TOWNS))], "target": 40.0},
    "ages": {"unit": "count", "rows": [aged(n, row) for n, row in enumerate(named(TOWNS))]},
    "times": {"unit": "seconds", "rows": [{**row, "value": 4000.0 * n, "n": 3.0 + n} for n, row in enumerate(named(TOPICS))]},
    "kept": {"unit": "count", "least": 10, "rows": [
        {**row, "value": None if n > 3 else 20.0 - n, "withheld": n > 3} for n, row in enumerate(named(TOPICS))]},
    "gaps": {"unit": "percent", "rows": [{**row, "value": None if n else 50.0, "of": 5.0} for n, row in enumerate(named(TOWNS))]},
}  # fmt: skip


def lengths(data: Data, fills: tuple[str, ...] = (ACCENT_2, BAND)) -> list[float]:
    """How long the bars are, from top to bottom; swatches left out."""
    return [float(part["width"]) for part in elements(on_paper("bars", data), "rect") if part["fill"] in fills and part["height"] == "8.00"]


@pytest.mark.parametrize(("lang", "width"), PAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_is_written_in_full_and_clear_of_the_others(name: str, lang: str, width: float) -> None:
    data = SAMPLES[name]
    canvas = on_paper("bars", data, lang, width)
    assert_clean(canvas)
    said = "".join(texts(canvas)).replace(" ", "")
    for row in data["rows"]:
        assert row[f"label_{lang}"].replace(" ", "") in said
        if row["value"] is not None:
            assert any(text.rstrip("%") == number(row["value"], data["unit"], None, lang) for text in texts(canvas))
        for ground in (row.get("of"), row.get("n")):
            assert ground is None or any(text.endswith(f" {number(ground)}") for text in texts(canvas))


@given(st.lists(st.integers(1, 9000), min_size=1, max_size=7))
def test_lengths_follow_the_values(values: list[int]) -> None:
    data = {"unit": "count", "rows": [{**row, "value": float(value)} for row, value in zip(named(TOWNS), values, strict=False)]}
    found = lengths(data)
    assert len(found) == len(values)
    for length, value in zip(found, values, strict=True):
        assert length == pytest.approx(max(found) * value / max(values), abs=0.02)


def test_the_parts_of_a_bar_make_its_whole() -> None:
    data = SAMPLES["ages"]
    parts = [float(part["width"]) for part in elements(on_paper("bars", data), "rect") if part["height"] == "8.00"]
    wholes = [sum(parts[n : n + 3]) for n in range(0, len(parts), 3)]
    values = [row["value"] for row in data["rows"]]
    assert [whole / wholes[0] for whole in wholes] == pytest.approx([value / values[0] for value in values], abs=0.01)


def test_a_number_kept_back_is_hatched_and_never_told() -> None:
    data = {"unit": "count", "least": 5, "rows": [{**row, "value": 3.0, "withheld": True} for row in named(TOWNS[:3])]}
    canvas, made = on_paper("bars", data), told("bars", data)
    assert made
    assert texts(canvas).count("<5*") == 3
    assert not any("3" in text for text in texts(canvas))
    assert not lengths(data)
    assert sum(part["fill"].startswith("url(") for part in elements(canvas, "rect") if part["height"] == "8.00") == 3


def test_a_missing_value_is_no_zero() -> None:
    canvas = on_paper("bars", SAMPLES["gaps"])
    assert texts(canvas).count("—") == 6
    assert len(lengths(SAMPLES["gaps"])) == 1


def test_small_n_has_its_own_fill_and_key() -> None:
    rows = SAMPLES["rates"]["rows"]
    assert len(lengths(SAMPLES["rates"], (BAND,))) == sum(row["small"] for row in rows)
    assert "n 小" in texts(on_paper("bars", SAMPLES["rates"]))


def test_a_target_stands_where_its_value_would_end() -> None:
    canvas = on_paper("bars", SAMPLES["rates"])
    first = next(part for part in elements(canvas, "rect") if part["fill"] == ACCENT_2)
    dashed = next(part["d"] for part in elements(canvas, "path") if "stroke-dasharray" in part)
    reached = float(dashed.removeprefix("M").split()[0]) - float(first["x"])
    assert reached / float(first["width"]) == pytest.approx(40 / 98, abs=0.001)
    assert "目标 40%" in texts(canvas)


def test_nothing_is_made_of_no_rows() -> None:
    assert told("bars", {"unit": "count", "rows": []}) is None


def test_a_long_name_takes_more_lines_and_a_higher_row() -> None:
    long = {"key": "x", "label_zh": "很长的单位名称" * 4, "label_en": "A very long name of a unit in charge of many things"}
    data = {"unit": "count", "rows": [{**long, "value": 3.0}, {**named(TOWNS)[0], "value": 2.0}]}
    for lang, width in PAGES:
        canvas = on_paper("bars", data, lang, width)
        assert_clean(canvas)
        assert written(canvas)[0].size == 7
