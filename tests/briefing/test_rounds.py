"""Rounds: go on after a fault, say it once, and end when told to."""

import threading

import pytest

from dashboard.briefings import rounds
from dashboard.briefings.rounds import Rounds


def test_a_fault_is_said_once_and_so_is_its_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(rounds, "FIRST_PAUSE_S", 0.01)
    looks, enough = iter(("no", "no", "yes", "yes")), threading.Event()

    def look() -> float:
        said = next(looks, "")
        if said == "no":
            raise ConnectionError("nobody answers\nat all")
        if not said:
            enough.set()
            return 60.0
        return 0.0

    going = Rounds("post", look)
    going.stop()  # before it began there is nothing to wait for
    going = Rounds("post", look)
    going.start()
    assert enough.wait(10)
    going.stop()
    assert [record.getMessage() for record in caplog.records] == ["post: nobody answers", "post: well again"]
    assert "post" not in {thread.name for thread in threading.enumerate()}
