"""What does a refresh cost that somebody else asked for already? Little more than saying hello through the same server."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from bench.figure import Figure, in_turn, ratio
from bench.ground import base, copied
from bench.refresher import MODULES, Refresher

ROUNDS = 300
BATCH = 10  # requests between two looks at the clock


def measure() -> Iterator[Figure]:
    """Processor time of the whole request through the WSGI server: a cached refresh beside `hello`, in turn."""
    source, now = base()
    with copied(source) as path:
        refresher = Refresher(path, now)
        refresher.server.add_url_rule("/hello", view_func=lambda: "hello")
        yield from _compared(refresher)


def _compared(refresher: Refresher) -> Iterator[Figure]:
    works, sizes = [asking(refresher.server, "/hello")], []
    for module in MODULES:
        version = refresher.move(module)
        works.append(asking(refresher.server, f"/live/{module}?surface=wall&lang=zh&v={version}"))
        sizes.append(works[-1]())
    hello, *modules = in_turn([repeated(work) for work in works], ROUNDS)
    yield Figure("hello_ms", median(hello) / BATCH, "ms", f"CPU of a plain answer of the same server, median of {ROUNDS} × {BATCH}")
    found = [ratio(values, hello) for values in modules]
    for module, size, values, times in zip(MODULES, sizes, modules, found, strict=True):
        how = f"CPU of a request for {module} that is drawn already, {size // 1000} kB, median of {ROUNDS} × {BATCH}"
        yield Figure(f"cached_{module}_ms", median(values) / BATCH, "ms", how)
        yield Figure(f"cached_{module}_ratio", times, "×", f"÷ hello, median of {ROUNDS} pairs")
    yield Figure("cached_refresh_ratio", max(found), "×", "the worse of the two modules; goal ≤ 1.5")


def asking(server: Flask, address: str) -> Callable[[], int]:
    """A request through the whole WSGI stack; gives the bytes of the answer, RuntimeError unless it is 200."""

    path, _, query = address.partition("?")
    made = EnvironBuilder(
        path=path, query_string=query, environ_overrides={"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9,en;q=0.5"}
    ).get_environ()

    def ask() -> int:
        said: list[str] = []

        def start(status: str, _headers: Any, _problem: Any = None) -> Any:
            said.append(status)

        size = sum(map(len, server(dict(made), start)))
        if not said[0].startswith("200"):
            raise RuntimeError(f"{address}: {said[0]}")
        return size

    return ask


def repeated(work: Callable[[], int]) -> Callable[[], None]:
    """The work, some times."""

    def again() -> None:
        for _ in range(BATCH):
            work()

    return again
