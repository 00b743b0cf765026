"""Does a desk's map stay quick under the hand with every channel of a city on it? The time between frames of drags and zooms."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Connection, insert, select
from werkzeug.serving import make_server

from bench.figure import Figure, share
from bench.ground import base, copied, settings_for
from dashboard.create import create_app
from data.db import engine_for, writing
from data.subjects.public_video import channel

CROWDS = (2_700, 100_000)
CHROMIUM, QUIET = "/usr/bin/chromium", ("--no-sandbox", "--disable-gpu")
SIZE = {"width": 1440, "height": 900}
DRAGS, STEPS, ZOOMS = 6, 40, 24
STEP_MS, ZOOM_MS = 12, 60
STANDING = "cc.map.standing(document.querySelector('.cc-map-figure')).crowd"
# Notes the milliseconds between one frame and the next from the first call on; the second call gives them back.
WATCH = """() => {
  let last = 0;
  Object.assign(window, { spent: [], watching: true });
  const next = (now) => { window.spent.push(now - last); last = now; if (window.watching) requestAnimationFrame(next); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
}"""
WATCHED = "() => { window.watching = false; return window.spent; }"
JITTER = 0.004  # degrees a copy stands away from its original, at most: some hundred metres


def measure() -> Iterator[Figure]:
    """The slowest twentieth of the frames of real drags and wheel zooms, for the channels of a district and of a city."""
    source, now = base()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM if Path(CHROMIUM).exists() else None, args=list(QUIET))
        for number in CROWDS:
            with copied(source) as path:
                multiply(path, number)
                with served(path, now) as url:
                    page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
                    yield from _led(page, url, number)
                    page.close()
        browser.close()


def multiply(path: Path, number: int) -> None:
    """Make the channels of a database so many, the further ones beside the first."""
    engine = engine_for(settings_for(path).database)
    with writing(engine) as connection:
        _copies(connection, number)
    engine.dispose()


def _copies(connection: Connection, number: int) -> None:
    query = select(channel).where(channel.c.retired_on.is_(None), channel.c.lon.is_not(None)).order_by(channel.c.number)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    last = rows[-1]["number"]
    added = []
    for place in range(last + 1, last + 1 + max(0, number - len(rows))):
        row, turn = rows[place % len(rows)], place // len(rows)
        east, north = (turn * 7919 % 101 / 50 - 1) * JITTER, (turn * 104729 % 103 / 51 - 1) * JITTER
        code = f"{row['code'][:13]}{place:07d}"
        added.append(row | {"number": place, "code": code, "lon": row["lon"] + east, "lat": row["lat"] + north})
    for start in range(0, len(added), 5_000):
        connection.execute(insert(channel), added[start : start + 5_000])


@contextmanager
def served(path: Path, now: datetime) -> Iterator[str]:
    """The application over a database in which nothing happens."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = create_app(settings_for(path), lambda: now)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    app.close()


def _led(page: Page, url: str, number: int) -> Iterator[Figure]:
    page.goto(f"{url}/desk/public_video?lang=zh", timeout=120_000)
    page.wait_for_function(f"() => window.cc && document.querySelector('.cc-ready') && ({STANDING})?.stamp", timeout=120_000)
    page.locator(".cc-map").scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)
    shown = int(page.evaluate(f"() => ({STANDING}).n"))
    where = f"between frames, {shown} points, Chromium without a graphics processor; goal ≤ 50"
    yield Figure(f"crowd_{number}_pan_p95_ms", share(_panned(page), 0.95), "ms", f"{DRAGS} drags of {STEPS} steps, {where}")
    yield Figure(f"crowd_{number}_zoom_p95_ms", share(_zoomed(page), 0.95), "ms", f"{ZOOMS} turns of a wheel, {where}")


def _panned(page: Page) -> list[float]:
    box = page.locator(".cc-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH)
    for drag in range(DRAGS):
        way = 1 if drag % 2 else -1
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(STEPS):
            page.mouse.move(x + way * step * 3, y + way * step * 1.5)
            page.wait_for_timeout(STEP_MS)
        page.mouse.up()
    return [float(spent) for spent in page.evaluate(WATCHED)]


def _zoomed(page: Page) -> list[float]:
    page.evaluate("() => document.querySelector('.cc-map').focus({ preventScroll: true })")
    box = page.locator(".cc-map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = page.evaluate("() => cc.map.standing(document.querySelector('.cc-map-figure')).zoom")
    page.evaluate(WATCH)
    for turn in range(ZOOMS):
        page.mouse.wheel(0, -60 if turn < ZOOMS * 2 / 3 else 60)
        page.wait_for_timeout(ZOOM_MS)
    spent = [float(one) for one in page.evaluate(WATCHED)]
    assert page.evaluate("() => cc.map.standing(document.querySelector('.cc-map-figure')).zoom") > before
    return spent
