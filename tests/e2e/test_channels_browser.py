"""Exact points and the live picture in a browser: states alone restyle the map, a picture needs a reason and ends, a wall has neither."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from data import ledger
from data.audit import audit
from data.db import reading, writing
from data.subjects.public_video import channel, judged
from tests.conftest import DEMO_NOW
from tests.e2e.test_desk_pages import FAULTS, PHONE, SMALL, WIDE
from tests.processes import until

DESK = "/desk/public_video"
WAIT_MS = 90_000
REASON = "核对路口设备的图像偏移情况"
REGION = 440512
TOLD = "() => cc.map.standing(document.querySelector('.cc-map-figure')).crowd"
READY = f"() => window.cc && document.querySelector('.cc-ready') && ({TOLD})() && ({TOLD})().stamp > 0"


@pytest.fixture
def opened(clean_page):
    """Opens an address of the desk and waits for its channels."""

    def open_(query="", size=WIDE, wait=None):
        page = clean_page(f"{DESK}{query}", size, WAIT_MS)
        page.wait_for_selector("#channels")
        if wait:
            page.wait_for_function(wait)
        return page

    return open_


@pytest.fixture
def rows(demo):
    """The rows of the audit since the test began."""

    def read():
        with reading(demo.app.live.engine) as connection:
            return connection.execute(select(audit).where(audit.c.number > before).order_by(audit.c.number)).mappings().all()

    before = 0
    before = max((row["number"] for row in read()), default=0)
    return read


def change(demo, state):
    """Switch a sound channel to a state, through the write door; its number."""
    with writing(demo.app.live.engine) as connection:
        query = select(channel).where(channel.c.retired_on.is_(None), channel.c.connected, channel.c.level == "ok").limit(1)
        row = {key: value for key, value in connection.execute(query).mappings().one().items() if key != "region"}
        now = judged({**row, "channel_state": state, "changed_at": DEMO_NOW + timedelta(seconds=5)})
        ledger.record_rows(connection, REGION, channel, [now], DEMO_NOW)
    return row["number"]


def test_after_a_change_only_the_states_are_asked_for(demo, opened):
    page = opened("?lang=zh", wait=READY)
    page.wait_for_function("() => document.documentElement.dataset.updates")
    before = page.evaluate(TOLD)
    assert before["n"] == sum(before["counts"])
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/crowd/" in request.url else None)
    number = change(demo, "offline")
    page.wait_for_function(f"(stamp) => ({TOLD})().stamp > stamp", arg=before["stamp"])
    after = page.evaluate(TOLD)
    assert asked and all("/states?" in url for url in asked)
    assert sum(after["counts"][3:]) == sum(before["counts"][3:]) + 1
    assert number in [one for mark in after["marks"] for one in mark["numbers"]]
    worst = page.locator("[data-crowd=critical]").inner_text(), page.locator("[data-crowd=warning]").inner_text()
    assert [int(text.replace(",", "")) for text in worst] == after["counts"][:2:-1]


def test_a_hidden_layer_asks_for_nothing(demo, opened):
    page = opened("?lang=en", wait=READY)
    page.wait_for_function("() => document.documentElement.dataset.updates")
    page.locator("[data-layer=channels]").click()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/crowd/" in request.url else None)
    version = page.evaluate("document.documentElement.dataset.version")
    change(demo, "offline")
    page.wait_for_function("(version) => document.documentElement.dataset.version !== version", arg=version)
    page.wait_for_timeout(2500)
    assert asked == []
    page.locator("[data-layer=channels]").click()
    page.wait_for_function(READY)
    page.wait_for_timeout(2500)
    assert asked and all("/states?" in url for url in asked)


def test_a_point_opens_its_channel(opened):
    page = opened("?lang=zh&area=440512005", wait=READY)
    told = page.evaluate(TOLD)
    one = max((mark for mark in told["marks"] if len(mark["numbers"]) == 1), key=lambda mark: mark["level"])
    page.locator(".cc-map").scroll_into_view_if_needed()
    page.locator(".cc-map").click(position={"x": one["x"], "y": one["y"]})
    page.wait_for_url(f"**channel={one['numbers'][0]}*")
    expect(page.locator("#channel-drawer h2")).to_be_focused()
    assert page.locator("video").count() == 0


def test_the_keyboard_finds_a_channel_and_closes_it(demo, opened):
    with reading(demo.app.live.engine) as connection:
        code = connection.execute(select(channel.c.code).where(channel.c.retired_on.is_(None)).limit(1)).scalar()
    page = opened("?lang=en")
    page.locator("#channels input[name=find]").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**find={code}*")
    page.wait_for_selector("#channels .channel-row")
    expect(page.locator("#channels .channel-row")).to_have_count(1)
    page.locator("#channels .channel-row a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#channel-drawer")).to_contain_text(code)
    page.keyboard.press("Escape")
    expect(page.locator("#channel-drawer")).to_have_count(0)


@pytest.fixture
def drawer(opened):
    """A channel's drawer with the request for a picture unfolded."""

    def open_(lang="zh", size=WIDE):
        page = opened(f"?lang={lang}&channel=2", size)
        page.locator(".picture > summary").click()
        return page

    return open_


def ask(page, purpose="repair", reason=REASON):
    page.locator(".picture-form select").select_option(purpose)
    page.locator(".picture-form textarea").fill(reason)
    page.locator(".picture-form button").click()


REFUSED = (
    ("", REASON, "用途", "no_purpose"),
    ("repair", "", "事由", "no_reason"),
    ("repair", "看看", "至少 10", "short"),
    ("repair", "电话 13812345678 已约好", "电话", "personal"),
)


def test_without_purpose_or_reason_it_is_refused_and_recorded(drawer, rows):
    page = drawer()
    said = page.locator(".picture-said")
    for purpose, reason, word, rule in REFUSED:
        ask(page, purpose, reason)
        expect(said).to_contain_text(word)
        assert (rows()[-1]["outcome"], rows()[-1]["rule"], rows()[-1]["reason"]) == ("refused", rule, "")
    assert len(rows()) == 4
    assert page.locator("video").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pattern_plays_and_is_marked(drawer, rows, lang):
    page = drawer(lang)
    ask(page)
    page.wait_for_function("() => { const v = document.querySelector('video'); return v && v.currentTime > 1 && v.videoWidth === 640; }")
    head = page.locator(".picture-head").inner_text()
    assert all(word in head for word in {"zh": ("测试图", "TEST PATTERN", "演示数据"), "en": ("TEST PATTERN", "DEMO DATA")}[lang])
    expect(page.locator(".picture-left")).to_contain_text(re.compile(r"4:5\d"))
    assert not page.locator("video").evaluate("v => v.controls") and page.locator("video").evaluate("v => v.disablePictureInPicture")
    assert page.locator(".picture-box button").count() == 1
    page.locator(".picture-stop").click()
    expect(page.locator("video")).to_have_count(0)
    page.wait_for_timeout(300)
    assert [(row["outcome"], row["rule"]) for row in rows()] == [("granted", ""), ("ended", "stopped")]


def test_the_picture_ends_by_itself_and_so_does_its_token(drawer, rows):
    page = drawer()
    page.clock.install()
    addresses = []
    page.on("request", lambda request: addresses.append(request.url) if request.url.endswith(".m3u8") else None)
    ask(page)
    page.wait_for_function("() => document.querySelector('video')?.videoWidth")
    assert page.evaluate("async (url) => (await fetch(url)).status", addresses[0]) == 200
    page.clock.fast_forward("04:00")
    expect(page.locator(".picture-left")).to_contain_text(re.compile(r"0:[45]\d"))
    page.clock.fast_forward("01:01")
    expect(page.locator(".picture-said")).to_contain_text("时间到")
    expect(page.locator("video")).to_have_count(0)
    page.wait_for_timeout(300)
    assert [row["outcome"] for row in rows()] == ["granted", "ended"]
    assert page.context.request.get(addresses[0]).status == 403


def test_one_at_a_time_and_none_is_left_behind(drawer, rows):
    page = drawer()
    ask(page)
    page.wait_for_selector("video")
    ask(page, "traffic", "查看路口拥堵的处置情况")
    page.wait_for_function("() => document.querySelector('video')?.videoWidth")
    assert page.locator("video").count() == 1
    until(lambda: len(rows()) == 3, 10, "the end of the first, which is under way beside the second")
    told = rows()
    assert sorted(row["outcome"] for row in told) == ["ended", "granted", "granted"]
    assert next(row["concerns"] for row in told if row["outcome"] == "ended") == told[0]["number"]
    page.keyboard.press("Escape")
    expect(page.locator("#channel-drawer")).to_have_count(0)
    page.wait_for_timeout(800)
    assert sorted(row["outcome"] for row in rows()) == ["ended", "ended", "granted", "granted"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wall_has_no_such_control_and_asks_for_no_point(clean_page, lang):
    page = clean_page(f"/wall/public_video?lang={lang}&channel=2", {"width": 1920, "height": 1080}, WAIT_MS)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_selector(".cc-ready")
    page.wait_for_timeout(3000)
    assert page.locator("video, .picture, [data-picture], .drawer, [data-crowd], [data-layer=channels]").count() == 0
    assert page.evaluate(TOLD) is None
    assert not [url for url in asked if "/live/crowd/" in url or "/live/picture" in url]


@pytest.mark.parametrize("look", ["lang=zh", "lang=en&theme=dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_nothing_is_cut_too_small_or_beyond_the_screen(opened, size, look):
    page = opened(f"?{look}&channel=2", size)
    page.locator(".picture > summary").click()
    page.locator(".picture-form button").click()
    expect(page.locator(".picture-said")).not_to_be_empty()
    assert page.evaluate(FAULTS) == []
    if size is PHONE:
        assert page.evaluate(SMALL) == []
        assert page.locator("#channel-drawer").bounding_box()["width"] <= PHONE["width"]
