"""The vector drawing: texts are no wider than reckoned, wrap between words, and what is drawn is a document of its own."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.legend import close_with, filled, legend_height
from layouts.figures.theme import SMALL
from tests.figures.conftest import assert_clean, elements, texts

WORDS = st.lists(st.sampled_from(["Sub-district", "offices", "市场监管", "12345", "of", "Governance", "热线"]), min_size=1, max_size=9)
LONGEST = text_width("Governance", SMALL)


@given(WORDS, st.floats(LONGEST + 1, 300))
def test_wrapped_text_keeps_every_sign_and_stays_within(words: list[str], width: float) -> None:
    text = " ".join(words)
    lines = wrapped(text, width, 99, SMALL)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, SMALL) <= width + 0.01 for line in lines)


@given(WORDS, st.floats(LONGEST + 1, 300))
def test_words_stay_whole_where_they_fit(words: list[str], width: float) -> None:
    latin = [word for word in words if word.isascii()]
    lines = wrapped(" ".join(latin), width, 99, SMALL)
    pieces = {piece for word in latin for piece in word.replace("-", "- ").split()}
    assert {piece for line in lines for piece in line.replace("-", "- ").split()} <= pieces


def test_what_has_no_room_ends_in_dots() -> None:
    (cut,) = wrapped("one two three", text_width("one two"), 1)
    assert cut.endswith("…")
    assert text_width(cut) <= text_width("one two")
    assert wrapped("one two", text_width("one two"), 1) == ["one two"]


@pytest.mark.parametrize(("text", "thousandths"), [("Guang'ao Sub-district", 10387), ("1,809", 2542), ("100.0%", 3519), ("中文", 2000)])
def test_a_text_is_reckoned_a_little_wider_than_it_is(text: str, thousandths: float) -> None:
    assert thousandths / 1000 <= text_width(text, 1.0) <= 1.1 * thousandths / 1000


def test_text_stays_text_whatever_it_says() -> None:
    canvas = Canvas(200, 20)
    canvas.text(0, 10, "<b> & 'c'")
    assert texts(canvas) == ["<b> & 'c'"]


def test_a_hatch_is_defined_once_and_used_by_name() -> None:
    canvas = Canvas(50, 20)
    for x in (0, 20):
        canvas.rect(x, 0, 10, 10, canvas.hatched())
    root = ElementTree.fromstring(canvas.svg())
    patterns = [part.get("id") for part in root.iter("{http://www.w3.org/2000/svg}pattern")]
    assert len(patterns) == 1
    assert [part["fill"] for part in elements(canvas, "rect")] == [f"url(#{patterns[0]})"] * 2


def test_nothing_is_drawn_without_extent() -> None:
    canvas = Canvas(50, 20)
    canvas.rect(0, 0, 0, 10, "#000000")
    canvas.line([(0, 0)], "#000000")
    canvas.area([[(0, 0), (1, 1)]], "#000000")
    canvas.text(0, 0, "")
    assert list(ElementTree.fromstring(canvas.svg())) == []


KEYS = ["short", "已抑制 <10 *或会透露这样的数", "a rather long word of a key that is wider than a narrow page is wide"]


@given(st.lists(st.sampled_from(KEYS), max_size=6), st.floats(120, 442))
def test_keys_wrap_and_take_the_height_they_say(words: list[str], width: float) -> None:
    keys = [filled("#000000", word) for word in words]
    canvas = close_with(Canvas(width, 0), keys, 30)
    assert canvas.height == 30 + legend_height(keys, width)
    if keys:
        assert_clean(canvas)
