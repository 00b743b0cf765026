"""A real browser, and the real program as processes of its own over a district of some days."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
