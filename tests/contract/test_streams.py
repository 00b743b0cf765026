"""The live stream: every open stream hears every version, a silent database is told, and the streams leave room for requests."""

import http.client
import json
import socket
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.registry import declared
from dashboard.watcher import Watcher
from data import ledger
from data.db import engine_for, writing
from tests.conftest import DEMO_NOW
from tests.processes import answer, free_port, running, until

REGION, STREAMS, CHANGES = 440512, 50, 12
MODULE = "grid_management"


class Listener(threading.Thread):
    """One open stream and the versions it heard."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.heard = []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.request("GET", "/live/stream")
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200

    def run(self):
        try:
            for line in self.answer:
                if line.startswith(b"data: {") and b"versions" in line:
                    version = json.loads(line[6:])["versions"][MODULE]
                    if version not in self.heard:
                        self.heard.append(version)
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join(10)
        self.answer.close()
        self.connection.close()


@pytest.fixture
def web(tmp_path, living_copy):
    port, path = free_port(), living_copy(tmp_path)
    settings = {"PORT": port, "DATABASE_URL": f"sqlite:///{path}", "WALL_STREAMS": STREAMS, "WALL_FEED_SPEED": 0}
    with running(tmp_path / "log", "-m", "dashboard", "serve", **settings):
        until(lambda: answer(f"http://127.0.0.1:{port}/health")[0] == 200, 60, "the server to answer")
        engine = engine_for(f"sqlite:///{path}", pool_size=1)
        yield port, engine
        engine.dispose()


def number_of(version):
    return tuple(int(part) for part in version.split("."))


def test_every_stream_hears_every_version_and_room_is_left(web):
    port, engine = web
    listeners = [Listener(port) for _ in range(STREAMS)]
    for listener in listeners:
        listener.start()
    until(lambda: all(listener.heard for listener in listeners), 30, "every stream to hear its first version")
    told = []
    for _ in range(CHANGES):
        with writing(engine) as connection:
            ledger.touch(connection, REGION, "case_file", DEMO_NOW)
        before = told[-1] if told else listeners[0].heard[-1]
        until(lambda before=before: all(listener.heard[-1] != before for listener in listeners), 20, "every stream to hear the change")
        told.append(listeners[0].heard[-1])
    heard = [listener.heard for listener in listeners]
    assert all(one == sorted(one, key=number_of) for one in heard)
    assert all(set(told) <= set(one) for one in heard)
    assert answer(f"http://127.0.0.1:{port}/live/stream")[0] == 503
    assert answer(f"http://127.0.0.1:{port}/live/{MODULE}")[0] == 200
    assert answer(f"http://127.0.0.1:{port}/health")[0] == 200
    for listener in listeners:
        listener.close()
    until(lambda: opened(port), 30, "a place to be free again")


def opened(port):
    """Whether one more stream can be had."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/live/stream")
    status = connection.getresponse().status
    connection.close()
    return status == 200


@pytest.fixture
def watching(engine):
    """A watcher over an empty database of either kind; on a server it looks by itself only every minute."""
    watcher = Watcher(engine, REGION, declared(), lambda: DEMO_NOW, look_s=60)
    watcher.start()
    yield watcher
    watcher.stop()
    time.sleep(0.4)


def test_a_commit_is_told_at_once(watching, engine):
    time.sleep(1)  # let it begin to listen: what comes before that is read, not told
    for count in range(1, 4):
        seen = watching.sequence
        with writing(engine) as connection:
            ledger.touch(connection, REGION, "case_file", DEMO_NOW)
        assert watching.wait(seen, 10) != seen
        assert watching.versions[MODULE].startswith(f"{count}.")


def test_a_database_that_falls_silent_is_told_and_its_return_too(watching, engine, caplog):
    seen = watching.sequence
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE version RENAME TO version_away")
    with pytest.raises(OperationalError if engine.dialect.name == "sqlite" else Exception), writing(engine) as connection:
        ledger.touch(connection, REGION, "case_file", DEMO_NOW)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_notify('wall_version', 'x')")
        else:
            connection.exec_driver_sql("CREATE TABLE something (x INTEGER)")
    assert watching.wait(seen, 10) != seen
    assert watching.failing
    seen = watching.sequence
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE version_away RENAME TO version")
        connection.exec_driver_sql("DROP TABLE IF EXISTS something")
    until(lambda: not watching.failing, 10, "the database to be found again")
    assert watching.sequence != seen
    assert len([record for record in caplog.records if "does not answer" in record.getMessage()]) == 1
    assert len([record for record in caplog.records if "answers again" in record.getMessage()]) == 1
