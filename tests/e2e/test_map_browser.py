"""The map in a browser: names stand clear, a refresh moves colours and nothing else, an area fills the picture, a hand can lead it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import case, literal, select

from dashboard.registry import declared
from data.schema import case_file
from data.spots import Spots
from data.subjects import cases
from modules.spec import Layer, Map, Module
from tests.conftest import DEMO_NOW

WAIT_MS = 90_000
FULL, WIDE, SQUARE = {"width": 1920, "height": 1080}, {"width": 3328, "height": 896}, {"width": 1440, "height": 1080}
STANDING = "() => cc.map.standing(document.querySelector('.cc-map-figure'))"
DRAWN = f"() => {{ const s = window.cc && cc.map && ({STANDING})(); return s && s.labels.length && document.querySelector('.cc-ready'); }}"
RESTED = "(before) => cc.map.standing(document.querySelector('.cc-map-figure')).frames.length > before"


@pytest.fixture
def opened(clean_page):
    """Opens an address and waits for its map."""

    def open_(path, size=FULL, wait=DRAWN):
        page = clean_page(path, size, WAIT_MS)
        page.wait_for_function(wait)
        return page

    return open_


def faults(told):
    """What stands on something else: names on marks, on names, on the furniture, or over the edge."""
    found = []
    boxes = [(label["code"], label["box"]) for label in told["labels"]]
    for code, box in boxes:
        if box["x0"] < 0 or box["y0"] < 0 or box["x1"] > told["width"] or box["y1"] > told["height"]:
            found.append((code, "edge"))
        for mark in told["marks"]:
            x, y, r = mark["x"], mark["y"], mark["r"]
            if box["x0"] < x + r and x - r < box["x1"] and box["y0"] < y + r and y - r < box["y1"]:
                found.append((code, "mark", mark["ids"]))
        others = [other for name, other in boxes if name != code]
        others += [{"x0": x0, "y0": y0, "x1": x1, "y1": y1} for x0, y0, x1, y1 in told["taken"]]
        if any(box["x0"] < b["x1"] and b["x0"] < box["x1"] and box["y0"] < b["y1"] and b["y0"] < box["y1"] for b in others):
            found.append((code, "name or furniture"))
    return found


@pytest.mark.parametrize("height", [24, 60, 120])
def test_a_map_with_hardly_any_room_is_drawn_without_a_fault(opened, height):
    page = opened("/wall/city_operations?lang=zh", {"width": 390, "height": 844}, "() => document.querySelector('.cc-ready')")
    page.add_style_tag(content=f".cc-map, .cc-map-figure {{ height: {height}px !important; min-height: 0 !important; }}")
    page.wait_for_function(f"() => ({STANDING})().height === {height}")
    page.wait_for_timeout(300)


@pytest.mark.parametrize(
    ("address", "size"),
    [("overview?lang=zh", FULL), ("overview?lang=en", WIDE), ("grid_management?lang=en", FULL), ("grid_management?lang=zh", SQUARE)],
)
def test_names_stand_clear_of_marks_each_other_the_furniture_and_the_edge(opened, address, size):
    told = opened(f"/wall/{address}", size).evaluate(STANDING)
    assert len(told["labels"]) == 7 and told["marks"]
    assert faults(told) == []


def test_the_numbers_in_the_shapes_add_up_to_the_legend(opened):
    page = opened("/wall/overview?lang=zh")
    told = page.evaluate(STANDING)
    for number, level in enumerate(("none", "ok", "watch", "warning", "critical")):
        shown = int(page.locator(f".cc-key-{level} b").inner_text().replace(",", ""))
        assert shown == sum(mark["cases"] for mark in told["marks"] if mark["level"] == number)


@pytest.mark.parametrize("module", ["overview", "grid_management"])
def test_a_refresh_restyles_the_map_without_asking_for_geometry_or_moving_it(demo, opened, module):
    demo.moment = DEMO_NOW
    page = opened(f"/wall/{module}?lang=zh")
    page.wait_for_function("() => document.documentElement.dataset.updates")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    before, late = page.evaluate(STANDING), page.locator(".cc-key-critical b").inner_text()
    demo.moment += timedelta(hours=6)
    page.wait_for_function("(before) => document.querySelector('.cc-key-critical b').innerText !== before", arg=late)
    page.wait_for_function(RESTED, arg=len(before["frames"]))
    after = page.evaluate(STANDING)
    assert [mark["ids"] for mark in after["marks"]] != [mark["ids"] for mark in before["marks"]]
    assert [path for path in asked if path.startswith("/geo")] == [] and any(path.startswith("/live/") for path in asked)
    assert (after["zoom"], after["centre"]) == (before["zoom"], before["centre"])
    assert faults(after) == []


def test_an_area_fills_the_picture_and_the_rest_steps_back(opened):
    whole = opened("/wall/overview?lang=zh").evaluate(STANDING)
    for code, below in (("440512001", 12), ("440512001001-G01", 16)):
        page = opened(f"/wall/overview?lang=zh&area={code}")
        told = page.evaluate(STANDING)
        assert told["zoom"] > whole["zoom"] + 0.5
        assert told["labels"] and all(label["code"].startswith(code) and len(label["code"]) >= below for label in told["labels"])
        assert page.locator("path.cc-plate.cc-out").count() + page.locator("path.cc-plate:not(.cc-out)").count() == 183
        assert page.locator("path.cc-plate.cc-out").count() > 100 and page.locator("path.cc-scope").count() == 1
        assert faults(told) == []


def test_the_map_follows_its_container(opened):
    page = opened("/wall/overview?lang=en")
    count = len(page.evaluate(STANDING)["frames"])
    page.set_viewport_size(SQUARE)
    page.wait_for_function(RESTED, arg=count)
    page.wait_for_function(
        "() => { const s = (" + STANDING + ")(), b = document.querySelector('.cc-map').getBoundingClientRect();"
        " return Math.abs(s.width - b.width) < 2 && Math.abs(s.height - b.height) < 2 && s.labels.length === 7; }"
    )
    told = page.evaluate(STANDING)
    assert all(0 < mark["x"] < told["width"] and 0 < mark["y"] < told["height"] for mark in told["marks"])
    assert faults(told) == []


def test_no_emblem_and_no_tile(opened):
    page = opened("/wall/overview?lang=zh")
    assert page.locator(".leaflet-control, .leaflet-tile, .leaflet-container img").count() == 0


def test_a_desk_is_led_by_hand_and_by_keyboard(opened):
    page = opened("/desk/overview?lang=zh", {"width": 1440, "height": 900})
    before = page.evaluate(STANDING)
    page.locator("[data-map=in]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"(zoom) => ({STANDING})().zoom > zoom", arg=before["zoom"])
    page.locator("[data-map=whole]").press("Enter")
    page.wait_for_function(f"(zoom) => Math.abs(({STANDING})().zoom - zoom) < 0.01", arg=before["zoom"])
    page.locator("[data-map=pins]").press("Enter")
    page.wait_for_selector(".cc-pin-place", state="attached")
    assert page.locator(".cc-pin-place").count() == 253
    page.locator("[data-map=plates]").press("Enter")
    page.wait_for_selector(".cc-relief [data-plate]", state="attached")
    assert page.locator(".cc-relief [data-plate]").count() == 61
    page.locator("[data-map=plates]").press("Enter")
    page.wait_for_function("() => !document.querySelector('.cc-relief [data-plate]')")


def test_a_click_on_a_plate_goes_down_to_its_area(opened):
    page = opened("/desk/overview?lang=en&theme=dark", {"width": 1440, "height": 900})
    spot = page.evaluate(
        "() => { const s = (" + STANDING + ")(), box = document.querySelector('.cc-map').getBoundingClientRect();"
        " for (const path of document.querySelectorAll('path.cc-plate')) { const b = path.getBoundingClientRect(),"
        " x = b.left + b.width / 2, y = b.top + b.height / 2;"
        " const clear = s.marks.every((m) => Math.hypot(m.x - x + box.left, m.y - y + box.top) > m.r + 12);"
        " if (clear && y < innerHeight - 20 && document.elementFromPoint(x, y) === path) return [x, y]; } return null; }"
    )
    assert spot is not None
    with page.expect_navigation():
        page.mouse.click(*spot)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}
    assert asked.pop("area").startswith("440512") and asked == {"lang": "en", "theme": "dark"}


HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def layered(monkeypatch):
    """A module whose map has two layers of points and no cases; every point has a name that would like to be markup."""
    told = select(*case_file.c, literal(HOSTILE).label("name")).subquery()
    level = case((told.c.overdue, "critical"), (told.c.state == "suspended", "none"), else_="ok")
    spots = [
        Spots(told, level, "channel", where, ("name", "name"), at="changed_at")
        for where in (told.c.open, ~told.c.open & (told.c.id % 60 == 0))
    ]
    layers = (Layer("open", spots[0]), Layer("closed", spots[1], shown=False))
    module = Module(key="layered", order=99, facts=("case_file",), panels=(Map("map", cases.open_now, cases=False, layers=layers),))
    monkeypatch.setitem(declared(), module.key, module)


PAINTED = (
    "() => { const c = document.querySelector('.cc-map canvas'), copy = document.createElement('canvas');"
    " Object.assign(copy, { width: c.width, height: c.height });"
    " const ink = copy.getContext('2d', { willReadFrequently: true }); ink.drawImage(c, 0, 0);"
    " return ink.getImageData(0, 0, c.width, c.height).data.filter((value, n) => n % 4 === 3 && value).length; }"
)


def shown_of(told, layer):
    return sum(mark["cases"] for mark in told["marks"] if mark["layer"] == layer)


def test_layers_of_points_are_drawn_clear_of_names_and_turned_on_and_off(layered, opened):
    page = opened("/desk/layered?lang=en", {"width": 1440, "height": 900})
    told, painted = page.evaluate(STANDING), page.evaluate(PAINTED)
    keys = page.locator(".cc-map-keys").first.inner_text().split()
    assert shown_of(told, "open") > 0 and shown_of(told, "closed") == 0 and painted > 0
    assert {mark["level"] for mark in told["marks"]} == {0, 1, 4} and faults(told) == []
    assert {"Critical", "Normal"} <= set(keys) and str(sum(m["cases"] for m in told["marks"] if m["level"] == 4)) in keys
    button = page.locator("[data-layer=open]")
    assert button.get_attribute("aria-pressed") == "true"
    button.press("Enter")
    page.wait_for_function(f"() => !({STANDING})().marks.length && ({PAINTED})() === 0")
    assert button.get_attribute("aria-pressed") == "false"
    page.locator("[data-layer=closed]").press("Enter")
    page.wait_for_function(f"() => ({STANDING})().marks.some((mark) => mark.layer === 'closed')")
    assert page.evaluate(PAINTED) > 0


def test_a_chosen_point_of_a_layer_says_what_it_is_as_text(layered, opened):
    page = opened("/desk/layered?lang=en", {"width": 1440, "height": 900})
    one = next(mark for mark in page.evaluate(STANDING)["marks"] if mark["level"] == 4 and mark["cases"] == 1)
    page.locator(".cc-map").click(position={"x": one["x"], "y": one["y"]})
    card = page.locator(".cc-map-card")
    assert card.inner_text().split("\n")[0] == HOSTILE and card.locator("img").count() == 0
    assert "Critical" in card.inner_text() and "case=" not in page.url
    page.keyboard.press("Escape")
    assert card.count() == 0


def test_a_wall_draws_the_layers_shown_and_keeps_names_clear(layered, opened):
    page = opened("/wall/layered?lang=zh")
    told = page.evaluate(STANDING)
    assert shown_of(told, "open") > 0 and {mark["layer"] for mark in told["marks"]} == {"open"}
    assert page.locator(".cc-layer-name").count() == 1 and page.locator(".cc-map-buttons").count() == 0
    assert faults(told) == []
