"""Every page, in both languages, at every size: an empty console, no request that leaves the machine, no word left untranslated."""

import json
import re

import pytest

from dashboard.registry import declared
from dashboard.registry import watched as modules
from layouts.text import words_for
from tests.contract.words import CHINESE
from tests.processes import answer

SIZES = ((3840, 2160), (5760, 2160), (1440, 900), (390, 844))
PAGES = [f"/{surface}/{module}" for module in declared() for surface in ("wall", "desk")]
RAW = re.compile(r"\b(?:[a-z]+_[a-z_]+|undefined|NaN|Infinity)\b|\[object \w+\]|\{[a-z_]+\}")
NOTHING = re.compile(r"\b(?:None|null)\b")  # a word in English
ELSEWHERE = ("area=440512001", "area=440512001001", "from={day}&to={day}", "theme=dark", "state=closed&sort=closed_at&dir=desc&page=2")


def assert_clean(page):
    assert not page.said
    assert not page.outside()


def assert_translated(text, lang):
    assert len(text) > 200
    assert not RAW.findall(text)
    if lang == "en":
        assert not [line for line in text.splitlines() if CHINESE.search(line)]
    else:
        assert CHINESE.search(text)
        assert not NOTHING.findall(text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_at_every_size(served, watched, path, lang):
    page = watched(f"{served.url}{path}?lang={lang}", *SIZES[0]).drawn()
    assert page.page.locator(".wall, .desk").first.get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    for width, height in SIZES:
        page.page.set_viewport_size({"width": width, "height": height})
        page.page.wait_for_timeout(400)
        assert_translated(page.text(), lang)
        wide = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{width}x{height}: {wide} px to the side"
    assert_clean(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_begins_narrow(served, watched, path):
    page = watched(f"{served.url}{path}?lang=zh", 390, 844).drawn()
    page.page.wait_for_timeout(300)
    assert_clean(page)


@pytest.mark.parametrize("query", ELSEWHERE)
def test_a_desk_somewhere_else(served, watched, query):
    told = json.loads(answer(f"{served.url}/api/v1/modules/grid_management/snapshot")[1])
    page = watched(f"{served.url}/desk/grid_management?lang=en&{query.format(day=told['as_of'][:10])}")
    page.page.wait_for_selector(".desk main")
    page.page.wait_for_timeout(500)
    assert_translated(page.text(), "en")
    assert_clean(page)


@pytest.mark.parametrize(("lang", "browser_language"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_a_page_that_is_not_there(served, watched, lang, browser_language):
    page = watched(f"{served.url}/wall/nothing", locale=browser_language)
    text = page.text()
    assert "404" in text
    assert bool(CHINESE.search(text)) == (lang == "zh")
    assert not page.outside()
    assert not [line for line in page.said if "404" not in line]


def told_and_shown(served, pages, module):
    """What the interface tells, once every page shows that version; a minute may turn meanwhile."""
    told = {}

    def agreed():
        told.update(json.loads(answer(f"{served.url}/api/v1/modules/{module}/snapshot")[1]))
        return all(page.page.evaluate("document.documentElement.dataset.version") == told["version"] for page in pages.values())

    pages["wall"].wait(agreed, "the pages to show the version of the interface")
    return told


@pytest.mark.parametrize("module", list(modules()))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_number_on_wall_desk_and_interface(served, watched, module, lang):
    pages = {surface: watched(f"{served.url}/{surface}/{module}?lang={lang}").drawn() for surface in ("wall", "desk")}
    told = told_and_shown(served, pages, module)
    metrics, words, shown = {metric.key: metric for metric in declared()[module].metrics}, words_for(lang), 0
    for key, reading in told["readings"].items():
        if reading["value"] is None or reading["quality"] != "good":
            continue
        for page in pages.values():
            tile = page.page.locator(f"#p-{module}-{key}")
            if key not in metrics or not tile.count():
                continue
            shown += 1
            wanted = words.number(reading["value"], reading["unit"], metrics[key].decimals, metrics[key].rounding)
            assert tile.locator(".digits").first.text_content() == wanted, key
            if reading["numerator"] is not None and reading["denominator"] is not None:
                for part in ("numerator", "denominator"):
                    assert words.number(reading[part]) in tile.text_content(), (key, part)
    assert shown >= 2 * len(pages)
