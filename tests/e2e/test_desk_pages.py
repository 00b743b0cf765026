"""The desk in a browser: its address brings the page back, one can walk down to a case and back, by keyboard, on a phone too."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from data.schema import case_file, case_step

DESK = "/desk/grid_management"
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What a person would not forgive: text beyond the screen, cut or too small to read.
FAULTS = """() => {
  const out = [];
  if (document.documentElement.scrollWidth > innerWidth + 1) out.push(`page ${document.documentElement.scrollWidth} px wide`);
  for (const el of document.querySelectorAll('.desk *')) {
    const text = [...el.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    const box = el.getBoundingClientRect(), style = getComputedStyle(el);
    if (!text || !box.width || style.visibility === 'hidden' || el.closest('.leaflet-container, .unseen, .kind-map')) continue;
    if (parseFloat(style.fontSize) < 10.5) out.push(`${style.fontSize} ${text.slice(0, 30)}`);
    if (box.right > innerWidth + 2 && !el.closest('[data-scrolls]')) out.push(`beyond ${text.slice(0, 30)}`);
  }
  return out;
}"""
# Controls a finger would miss.
SMALL = """() => {
  const all = document.querySelectorAll('.desk a[href], .desk summary, .desk button, .desk input:not([type=hidden])');
  return [...all].filter(el => !el.closest('.leaflet-container, .kind-map, .skip')).map(el => {
    const box = el.getBoundingClientRect(), row = el.closest('tr')?.getBoundingClientRect();
    return [el.textContent.trim() || el.name, Math.max(box.height, row ? row.height : 0), box.width];
  }).filter(([, height, width]) => width > 0 && height > 0 && height < 44).map(([text, height]) => `${height} ${text}`);
}"""


@pytest.fixture
def opened(clean_page):
    """Opens an address of the desk."""

    def open_(query="", size=WIDE, path=DESK):
        page = clean_page(f"{path}{query}", size, WAIT_MS)
        page.wait_for_selector("#cases", state="attached")
        return page

    return open_


def numbered(demo, *conditions, action=""):
    query = select(case_file.c.number).where(*conditions).order_by(case_file.c.id.desc())
    if action:
        query = query.join(case_step, case_step.c.case_id == case_file.c.id).where(case_step.c.action == action)
    with demo.app.live.engine.connect() as connection:
        return connection.execute(query).scalar()


def asked(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_same_address_shows_the_same_page(demo, opened):
    query = "?area=440512001&from=2026-06-10&to=2026-06-17&lang=en&theme=dark&kind=event&state=all&sort=reported_at&dir=desc&page=2"
    first = opened(query)
    number = first.locator(".case-row .number").first.inner_text()
    first.locator(".case-row a").first.click()
    expect(first.locator("#case-drawer")).to_contain_text(number)
    again = opened("?" + urlsplit(first.url).query)
    for part in (".kpis", "#cases", "#case-drawer", ".filter-bar"):
        assert again.locator(part).inner_text() == first.locator(part).inner_text()
    expect(again.locator(".page-here")).to_contain_text("26–50")
    assert again.locator(".desk.dark").count() == 1
    assert asked(again)["case"] == number


def test_one_walks_down_to_a_grid_and_a_case_and_back_by_the_trail(demo, opened):
    page = opened("?lang=zh")
    for depth in range(3):
        expect(page.locator(".crumbs li")).to_have_count(depth + 1)
        page.locator(".areas tbody a").first.click()
        page.wait_for_selector(f".crumbs li:nth-child({depth + 2})")
    assert "-G" in asked(page)["area"]
    assert page.locator(".areas").count() == 0
    page.goto(f"{demo.url}{DESK}?area={asked(page)['area']}&state=all&lang=zh")
    page.locator(".case-row a").first.click()
    expect(page.locator("#case-drawer .step").first).to_be_visible()
    expect(page.locator("#case-drawer .clock")).to_have_count(4)
    page.keyboard.press("Escape")
    expect(page.locator("#case-drawer")).to_have_count(0)
    page.locator(".crumbs a").first.click()
    expect(page.locator(".crumbs li")).to_have_count(1)


def test_every_kind_of_case_opens_with_its_steps(demo, opened):
    cases = {
        "overdue": numbered(demo, case_file.c.overdue),
        "suspended": numbered(demo, case_file.c.state == "suspended"),
        "reworked": numbered(demo, case_file.c.rework_n > 0),
        "extended": numbered(demo, case_file.c.extended_n > 0),
        "merged": numbered(demo, case_file.c.merged_into.is_not(None)),
        "mirrored": numbered(demo, action="mirror_open"),
    }
    page = opened("?lang=en")
    for name, number in cases.items():
        assert number, f"the demo holds no {name} case"
        page.evaluate("href => { const a = document.createElement('a'); a.href = href; document.body.append(a); a.click(); a.remove() }",
                      f"{DESK}?lang=en&case={number}")  # fmt: skip
        expect(page.locator("#case-drawer")).to_contain_text(number)
        assert page.locator("#case-drawer .step").count() >= 1
        assert page.locator("#case-drawer .clock").count() == 4
        assert page.evaluate(FAULTS) == []


def test_the_keyboard_alone_reaches_a_case_and_closes_it(opened):
    page = opened("?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    summary = page.locator(".menu summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.locator(".case-row a").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement.closest('tr')).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("[data-focus=case]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#case-drawer")).to_have_count(0)


def test_a_definition_opens_inside_the_screen_wherever_its_tile_stands(opened):
    page = opened("?lang=en")
    signs = page.locator(".definition > summary")
    for index in (0, 2, 5, signs.count() - 1):
        signs.nth(index).click()
        expect(page.locator(".definition[open]")).to_have_count(1)
        box = page.locator(".definition[open] .definition-body").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= WIDE["width"]
    page.keyboard.press("Escape")
    expect(page.locator(".definition[open]")).to_have_count(0)


def test_the_list_is_searched_filtered_and_paged(opened):
    page = opened("?lang=zh")
    page.locator(".search input[name=q]").fill("道路")
    page.locator(".search button").click()
    page.wait_for_url("**q=*")
    page.wait_for_selector("#cases")
    assert asked(page)["q"] == "道路"
    shown = page.locator(".case-row").all_inner_texts()
    assert shown
    assert all("道路" in text for text in shown)
    page.locator("#cases .clear").click()
    expect(page.locator(".page-here")).to_contain_text("1–25")
    page.locator(".pages a").last.click()
    expect(page.locator(".page-here")).to_contain_text("26–50")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", ["lang=zh", "lang=en&theme=dark"])
def test_nothing_is_cut_too_small_or_beyond_the_screen(opened, size, look):
    page = opened(f"?{look}", size)
    assert page.evaluate(FAULTS) == []
    if size is PHONE:
        assert page.evaluate(SMALL) == []


def test_on_a_phone_menus_and_the_case_stay_on_the_screen(opened):
    page = opened("?lang=en", PHONE)
    for index in range(page.locator(".menu > summary").count()):
        page.locator(".menu > summary").nth(index).click()
        box = page.locator(".menu[open] .menu-body").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        page.keyboard.press("Escape")
    page.locator(".case-row a").first.click()
    assert page.locator("#case-drawer").bounding_box()["width"] <= PHONE["width"]
    assert page.evaluate(FAULTS) == []


def test_the_past_says_what_it_cannot_tell(opened):
    page = opened("?lang=en&asof=2026-06-16T12:00")
    expect(page.locator(".is-past")).to_be_visible()
    assert page.locator(".case-row").count() == 0
    page.locator(".is-past a").click()
    page.wait_for_selector(".case-row")
    assert "asof" not in asked(page)
