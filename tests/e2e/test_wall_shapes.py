"""The wall in a real browser, at every shape and in both languages: nothing cut, nothing too small, nothing beyond the edge; pages turn."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page

from dashboard.registry import declared

SHAPES = [(1920, 1080), (2880, 1080), (3840, 1080), (4014, 1080), (5760, 1080), (1440, 1080), (3840, 2160)]
PATIENCE_MS = 120_000  # pages of this size are drawn by the processor, beside other tests
FAULTS = """([floor]) => {
  const out = [], wall = document.querySelector('.wall').getBoundingClientRect();
  for (const el of document.querySelectorAll('.wall *')) {
    const text = [...el.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    const style = getComputedStyle(el), range = document.createRange();
    range.selectNodeContents(el);
    const ink = range.getBoundingClientRect();
    if (!text || !ink.width || el.closest('svg, .unseen, .screen-links, [hidden]')) continue;
    const say = (what) => out.push(`${what}: ${text.slice(0, 30)}`);
    if (parseFloat(style.fontSize) < floor - 0.5) say(`${style.fontSize} text`);
    if (ink.right > wall.right + 2 || ink.bottom > wall.bottom + 2 || ink.left < -2) say('beyond the edge');
    if (style.overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 2) say('cut off');
  }
  return out;
}"""

WATCH = """() => {
  window.kept = 1;
  window.blank = 0;
  const look = () => { window.blank += !document.querySelector('.wall'); };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A wall's page."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("screen", ["overview", "grid_management"])
def test_every_shape_holds_its_texts(demo: SimpleNamespace, page: Page, screen: str, lang: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{demo.url}/wall/{screen}?lang={lang}")
    page.wait_for_selector(".wall .panel")
    found = {}
    for width, height in SHAPES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found[width, height] = page.evaluate(FAULTS, [28 * height / 2160])
    assert not any(found.values()), found


def test_a_screen_turns_without_a_blank_and_keeps_its_address(demo: SimpleNamespace, page: Page) -> None:
    first, second, *_ = declared()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{demo.url}/wall?lang=en&theme=light&area=440512001")
    page.wait_for_selector(f".wall[data-module={first}] .panel")
    page.evaluate(WATCH)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f".wall[data-module={second}] .kind-kpi")
    assert page.evaluate("[window.kept, window.blank, location.pathname]") == [1, 0, "/wall"]
    assert page.evaluate("document.querySelector('.wall').classList.contains('light')")
    assert "Dahao" in page.inner_text(".screen-name")
