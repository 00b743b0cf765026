"""The cache of drawn bytes: bytes go in and come out as they are, in memory or in Redis, and the wall lives without it."""

import logging
import socketserver
import threading

import pytest
from flask import Flask

from dashboard.create import create_app
from dashboard.settings import Settings
from dashboard.shelf import Shelf
from tests.conftest import DEMO_NOW
from tests.processes import free_port

BODY = b'{"value": 1}\x00\xff' * 1000


class Store(socketserver.ThreadingTCPServer):
    """Speaks as much of the protocol of Redis as a cache needs, over a real socket; `kept` is what was stored."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Asked)
        self.kept = {}


class Asked(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                length = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(length + 2)[:-2])
            self.wfile.write(self.answer(*words))

    def answer(self, command, *words):
        kept = self.server.kept
        if command.upper() in (b"SETEX", b"SET"):
            kept[words[0]] = words[-1] if command.upper() == b"SETEX" else words[1]
            return b"+OK\r\n"
        if command.upper() == b"GET":
            found = kept.get(words[0])
            return b"$-1\r\n" if found is None else b"$%d\r\n%s\r\n" % (len(found), found)
        return b"-ERR unknown command\r\n" if command.upper() == b"HELLO" else b"+OK\r\n"


@pytest.fixture
def store():
    with Store() as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        yield store
        store.shutdown()


def shelf(url="", build="b1"):
    return Shelf(Flask("shelf"), Settings(redis_url=url), build)


def address(store):
    return f"redis://127.0.0.1:{store.server_address[1]}/0?protocol=2"


def test_in_memory():
    kept = shelf()
    assert kept.get("a") is None
    kept.set("a", BODY)
    assert kept.get("a") == BODY


def test_in_redis_it_is_the_bytes_and_nothing_that_runs(store):
    kept = shelf(address(store))
    assert kept.get("a") is None
    kept.set("a", BODY)
    assert kept.get("a") == BODY
    assert list(store.kept.values()) == [BODY]


def test_two_processes_share_and_two_builds_do_not(store):
    shelf(address(store)).set("a", BODY)
    assert shelf(address(store)).get("a") == BODY
    assert shelf(address(store), "b2").get("a") is None


def test_without_its_server_it_says_so_once_and_stays_out_of_the_way(caplog):
    caplog.set_level(logging.WARNING)
    kept = shelf(f"redis://127.0.0.1:{free_port()}/0")
    for _ in range(20):
        kept.set("a", BODY)
        assert kept.get("a") is None
    assert len([record for record in caplog.records if "does not answer" in record.getMessage()]) == 1


def test_the_wall_is_drawn_without_its_cache(tmp_path, demo_copy):
    url = f"sqlite:///{demo_copy(tmp_path)}"
    app = create_app(Settings(database_url=url, redis_url=f"redis://127.0.0.1:{free_port()}/0"), lambda: DEMO_NOW)
    found = app.server.test_client().get("/live/overview")
    assert found.status_code == 200
    assert found.get_json()["stale"] is False
    app.close()
