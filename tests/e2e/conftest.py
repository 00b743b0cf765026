"""A real browser, and the real program over a district of some days: as processes of its own, or in this one with a clock of ours."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import DEMO_NOW, application
from tests.e2e.watched import Served, Watched
from tests.processes import free_port

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-extensions",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = CHROMIUM if Path(CHROMIUM).exists() else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, living_copy: Callable[[Path], Path]) -> Iterator[Served]:
    """The web process alone over a district in which nothing happens: its numbers stand still."""
    server = Served(tmp_path_factory.mktemp("served"), living_copy, free_port(), ("-m", "dashboard", "serve"), WALL_FEED_SPEED=0)
    with server.started():
        yield server


@pytest.fixture(scope="module")
def demo(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application in this process: `app`, its address `url`, and the `moment` its clock stands at, which a test may move."""
    demo = SimpleNamespace(moment=DEMO_NOW)
    with application(demo_copy(tmp_path_factory.mktemp("demo")), lambda: demo.moment) as demo.app:
        server = make_server("127.0.0.1", 0, demo.app.server, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        demo.url = f"http://127.0.0.1:{server.server_port}"
        yield demo
        server.shutdown()


@pytest.fixture
def clean_page(demo: SimpleNamespace, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address of `demo`; the page must not say anything on the console nor ask anything of the outside."""
    pages: list[Page] = []
    said: list[str] = []
    inside = (demo.url, "data:", "blob:")

    def open_page(path: str, size: ViewportSize, patience_ms: int) -> Page:
        page = browser.new_page(viewport=size)
        pages.append(page)
        page.set_default_timeout(patience_ms)
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith(inside) else None)
        page.goto(f"{demo.url}{path}", timeout=patience_ms)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


@pytest.fixture
def own(tmp_path: Path, living_copy: Callable[[Path], Path]) -> Served:
    """A web process of this test's own, not yet started."""
    return Served(tmp_path, living_copy, free_port(), ("-m", "dashboard", "serve"), WALL_FEED_SPEED=0)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens pages and writes down what they ask for and what they complain about."""
    opened: list[Page] = []

    def open_page(url: str, width: int = 1440, height: int = 900, **more: str) -> Watched:
        page = browser.new_context(viewport={"width": width, "height": height}, **more).new_page()
        opened.append(page)
        return Watched(page, url)

    yield open_page
    for page in opened:
        page.context.close()
