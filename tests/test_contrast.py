"""Colours that carry text stand out from every ground they lie on, as WCAG 2.2 measures it (AA: 4.5 : 1, for drawings 3 : 1)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[1] / "assets" / "css" / "00_tokens.css").read_text("utf-8")
GROUNDS = ("canvas", "surface-1", "surface-2")
TEXTS = ("text-1", "text-2", "text-3", "accent", "ok", "watch", "warning", "critical", "none")
STATUSES = ("ok", "watch", "warning", "critical", "none")
DRAWN = tuple(f"cat-{number}" for number in range(1, 9))


def theme(name: str) -> dict[str, str]:
    block = re.search(rf"^\.{name}\{{(.*?)^\}}", TOKENS, re.DOTALL | re.MULTILINE)
    assert block
    return dict(re.findall(r"--([a-z0-9-]+):(#[0-9A-Fa-f]{6})", block.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_on_its_grounds(name: str, ground: str) -> None:
    colours = theme(name)
    weak = {text: round(contrast(colours[text], colours[ground]), 2) for text in TEXTS}
    assert {text: ratio for text, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_status_on_its_own_wash(name: str) -> None:
    colours = theme(name)
    found = {status: round(contrast(colours[status], colours[f"{status}-wash"]), 2) for status in STATUSES}
    assert {status: ratio for status, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["dark", "light"])
def test_lines_and_bars_on_the_canvas(name: str) -> None:
    colours = theme(name)
    found = {drawn: round(contrast(colours[drawn], colours["canvas"]), 2) for drawn in DRAWN}
    assert {drawn: ratio for drawn, ratio in found.items() if ratio < 3} == {}
