"""Briefings in a browser: asked for, followed, cancelled, found again; the ways that lead there, and the digest of what is shown."""

import json
import threading
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from dashboard.briefings.maker import Maker, bindery_of
from dashboard.briefings.orders import Order
from dashboard.create import create_app
from dashboard.settings import Settings
from layouts.text import words_for
from tests.briefing.office import STREET, nothing
from tests.conftest import DEMO_NOW
from tests.e2e.test_channels_browser import change
from tests.e2e.test_desk_pages import FAULTS, PHONE, SMALL, WIDE
from tests.processes import answer

PAGE = "/briefings"
WAIT_MS = 60_000
WALL = {"width": 1920, "height": 1080}
OPEN = ".job.is-waiting, .job.is-working"
READY = "() => document.querySelector('.make-form') && document.querySelector('#archive')"


@pytest.fixture(scope="module")
def demo(demo_copy, tmp_path_factory):
    """The application in this process with two briefings filed; its `maker` looks only when a test says so."""
    folder = tmp_path_factory.mktemp("briefings")
    settings = Settings(database_url=f"sqlite:///{demo_copy(folder)}", briefings=str(folder / "filed"))
    demo = SimpleNamespace(moment=DEMO_NOW)
    demo.app = create_app(settings, lambda: demo.moment)
    bindery = bindery_of(demo.app.live.engine, demo.app.live.locality, settings, lambda: demo.moment)
    demo.maker, demo.jobs = Maker(bindery, 0), bindery.jobs
    for order in (
        Order("petitions", "daily", "2026-06-16", demo.app.live.locality.root, "zh", True, "xlsx"),
        Order("petitions", "daily", "2026-06-16", STREET, "en", True, "xlsx"),
    ):
        bindery.made(order, nothing)
    server = make_server("127.0.0.1", 0, demo.app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    demo.url = f"http://127.0.0.1:{server.server_port}"
    yield demo
    server.shutdown()
    demo.app.close()


@pytest.fixture
def opened(clean_page):
    """Opens an address of the page of briefings and waits until it stands."""

    def open_(query="?lang=zh", size=WIDE):
        page = clean_page(f"{PAGE}{query}", size, WAIT_MS)
        page.wait_for_function(READY)
        return page

    return open_


def choose(page, **fields):
    for name, value in fields.items():
        page.locator(f".make-form [name={name}]").select_option(value)


def asked(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)], ids=["desk", "phone"])
def test_a_briefing_is_asked_for_followed_and_taken_away(demo, opened, lang, size):
    words = words_for(lang)
    page = opened(f"?lang={lang}&subject=grid_management", size)
    expect(page.locator(".briefing-row")).to_have_count(1 if lang == "en" else 0)
    choose(page, kind="daily", form="pdf", appendix="no")
    page.locator(".make-ask").click()
    bar, said = page.locator(".job progress"), page.locator(".job-said")
    expect(bar).to_be_visible()
    expect(said).to_have_text(words("making.waiting"))
    job = demo.jobs.claim("test")
    demo.jobs.begin(job, "typesetting")
    expect(said).to_have_text(words("making.typesetting"))
    expect(bar).to_have_js_property("value", 55)
    assert page.locator(".jobs").get_attribute("aria-live") == "polite"
    page.reload()
    expect(said).to_have_text(words("making.typesetting"))
    demo.jobs.hand_back("test")
    demo.maker.look()
    expect(said).to_have_text(words("making.done"))
    expect(bar).to_be_hidden()
    link = page.locator(".job-facts .file")
    found = page.context.request.get(f"{demo.url}{link.get_attribute('href')}")
    assert found.status == 200
    assert found.body().startswith(b"%PDF")
    row = page.locator(".briefing-row", has=page.locator(f"[href='{link.get_attribute('href')}']"))
    expect(row).to_have_count(1)
    assert row.locator("code").get_attribute("title") == page.locator(".job-facts code").get_attribute("title")
    assert page.evaluate(FAULTS) == []
    if size is PHONE:
        assert page.evaluate(SMALL) == []


def test_the_keyboard_asks_cancels_and_clears_away(demo, opened):
    page = opened("?lang=en&theme=dark")
    before = page.locator(".briefing-row").count()
    choose(page, subject="petitions", kind="special", form="xlsx")
    page.locator(".make-ask").focus()
    page.keyboard.press("Enter")
    expect(page.locator(OPEN)).to_have_count(1)
    page.locator(".job-end").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".job-said")).to_have_text(words_for("en")("making.cancelled"))
    page.keyboard.press("Enter")
    expect(page.locator(".job")).to_have_count(0)
    expect(page.locator(".make-ask")).to_be_focused()
    demo.maker.look()
    page.reload()
    expect(page.locator(".briefing-row")).to_have_count(before)
    expect(page.locator(".job")).to_have_count(0)


def test_what_cannot_be_made_says_why(demo, opened):
    page = opened("?lang=zh")
    choose(page, subject="petitions", kind="weekly", form="xlsx")
    page.locator(".make-ask").click()
    expect(page.locator(OPEN)).to_have_count(1)
    job = demo.jobs.claim("test")
    demo.jobs.end(job, "failed", said="no_disk", reason="No space left on device")
    expect(page.locator(".job.is-failed .job-said")).to_contain_text("No space left on device")
    expect(page.locator(".job-facts .file")).to_have_count(0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_period_that_cannot_be_told_of_is_refused_in_words(demo, watched, lang):
    opened = watched(f"{demo.url}{PAGE}?lang={lang}")
    page, words, said = opened.page, words_for(lang), opened.page.locator(".make-said")
    page.wait_for_selector(".make-form")
    choose(page, kind="daily", period="other")
    page.locator(".make-ask").click()
    expect(said).to_have_text(words("briefings.no_at"))
    expect(page.locator("[name=at]")).to_be_focused()
    assert not opened.said
    for day, rule in (("2030-01-01", "period_begun"), ("2019-12-31", "period_known")):
        page.locator("[name=at]").fill(day)
        page.locator(".make-ask").click()
        expect(said).to_contain_text(words(f"making.{rule}"))
    expect(page.locator(".job")).to_have_count(0)
    assert len(opened.said) == 2
    assert all("400" in line for line in opened.said)
    for kind, picked in (("weekly", "week"), ("monthly", "month"), ("special", "datetime-local")):
        choose(page, kind=kind)
        expect(page.locator("[name=at]")).to_have_attribute("type", picked)


def test_the_archive_is_searched_and_filtered_by_the_address(opened):
    page = opened("?lang=en&kind=daily&subject=petitions")
    expect(page.locator(".briefing-row")).to_have_count(2)
    choose(page, form="docx")
    page.locator("#archive .menu summary").nth(3).click()
    page.locator("#archive .menu[open] .menu-link", has_text="Chinese").click()
    expect(page.locator(".briefing-row")).to_have_count(1)
    assert asked(page) == {"lang": "en", "kind": "daily", "subject": "petitions", "written": "zh"}
    assert page.locator(".make-form [name=form]").input_value() == "docx"
    page.go_back()
    expect(page.locator(".briefing-row")).to_have_count(2)
    page.locator("#archive input[name=q]").fill("<b>信访")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    expect(page.locator("#archive .nothing")).to_be_visible()
    assert page.locator("#archive input[name=q]").input_value() == "<b>信访"
    page.locator("#archive input[name=q]").fill("信访")
    page.keyboard.press("Enter")
    expect(page.locator(".briefing-row")).to_have_count(1)
    again = opened("?" + urlsplit(page.url).query)
    assert again.locator("#archive").inner_text() == page.locator("#archive").inner_text()


@pytest.mark.parametrize(("look", "size"), [("lang=zh&theme=dark", PHONE), ("lang=en", WIDE)], ids=["phone", "desk"])
def test_nothing_is_cut_too_small_or_beyond_the_screen(opened, look, size):
    page = opened(f"?{look}", size)
    choose(page, period="other")
    assert page.evaluate(FAULTS) == []
    if size is PHONE:
        assert page.evaluate(SMALL) == []
        fields = page.locator(".make-form select, .make-form input:visible")
        assert all(fields.nth(at).bounding_box()["height"] >= 44 for at in range(fields.count()))


def test_a_wall_leads_there_only_for_who_asks(demo, clean_page):
    page = clean_page("/wall/petitions?lang=en", WALL, WAIT_MS)
    link = page.locator(".screen-links .to-briefings")
    page.wait_for_selector(".wall-head")
    assert page.locator(".screen-links").bounding_box()["y"] < 0
    link.focus()
    page.wait_for_function("() => document.querySelector('.screen-links').getBoundingClientRect().top > 0")
    page.keyboard.press("Enter")
    page.wait_for_function(READY)
    assert asked(page) == {"lang": "en", "subject": "petitions"}
    assert page.locator(".make-form [name=subject]").input_value() == "petitions"


def test_wall_and_desk_keep_the_digest_of_what_they_show(demo, clean_page):
    pages = {surface: clean_page(f"/{surface}/public_video?lang=en", WALL, WAIT_MS) for surface in ("wall", "desk")}
    for page in pages.values():
        page.wait_for_function("() => document.documentElement.dataset.updates >= 1")
    before = pages["wall"].locator(".wall").get_attribute("data-digest")
    change(demo, "offline")

    def told():
        return json.loads(answer(f"{demo.url}/api/v1/modules/public_video/snapshot")[1])["digest"]

    for surface, page in pages.items():
        page.wait_for_function("([s, old]) => document.querySelector('.' + s).dataset.digest !== old", arg=[surface, before])
        assert page.locator(f".{surface}").get_attribute("data-digest") == told() != before
    line = pages["desk"].locator("#digest")
    expect(line).to_have_attribute("title", told())
    expect(line).to_contain_text(told()[:8])
