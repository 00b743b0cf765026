"""Jobs: each is made by one, says how far it is, stops when told, and begins again when its worker is gone."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, text

from dashboard.briefings.bindery import Bindery, message
from dashboard.briefings.jobs import ATTEMPTS, LEASE, MOST_WAITING, Busy, Cancelled, Jobs, Lost
from dashboard.briefings.maker import Maker
from dashboard.briefings.orders import Order, order_of, said
from dashboard.refusal import Refusal
from dashboard.taking.opened import UnknownArea
from layouts.briefing.edition import FORMS
from layouts.text import LANGUAGES, words_for
from tests.briefing.office import HERE, ROOT, STREET, Clock, opened
from tests.processes import until

ASKED = {"subject": "grid_management", "kind": "daily", "area": STREET, "form": "xlsx"}
WORDS = words_for("en")
HALF_WAY = """
import sys, time
from pathlib import Path
from tests.briefing.office import Clock, opened
from dashboard.briefings.maker import Maker
folder = Path(sys.argv[1])
with opened(lambda _: folder / "wall.db", folder, Clock()) as bindery:
    begin = bindery.jobs.begin
    def slow(job, stage, **more):
        begin(job, stage, **more)
        print(stage, flush=True)
        if stage == "filing":
            time.sleep(60)
    bindery.jobs.begin = slow
    Maker(bindery, 0).look()
"""


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> Jobs:
    """On both databases."""
    return Jobs(engine, HERE.region, clock)


def order(bindery: Bindery, **changes: object) -> Order:
    return order_of({**ASKED, **changes}, bindery.editions)


def told(bindery: Bindery, key: str) -> str:
    job = bindery.jobs.one(key)
    assert job is not None
    return message(job["said"], orjson.loads(job["said_with"]), WORDS)


def test_a_job_is_made_and_says_so(bindery: Bindery) -> None:
    job = bindery.ask(order(bindery))
    assert (job["state"], job["progress"], job["briefing"], job["period"]) == ("waiting", 0, None, "2026-06-17")
    heard: list[tuple[str, int]] = []
    begin = bindery.jobs.begin

    def listened(held, stage, **more):
        begin(held, stage, **more)
        heard.append((stage, bindery.jobs.one(job["id"])["progress"]))

    bindery.jobs.begin = listened
    assert Maker(bindery, 0).look() == 0.0
    done = bindery.jobs.one(job["id"])
    assert (done["state"], done["progress"], done["claim"]) == ("done", 100, None)
    assert bindery.archive.found(done["briefing"])["edition"] == done["edition"]
    assert [stage for stage, _ in heard] == ["taking", "writing", "typesetting", "filing"]
    assert [progress for _, progress in heard] == sorted({progress for _, progress in heard})
    assert Maker(bindery, 0).look() > 0


def test_what_is_there_is_over_at_once(bindery: Bindery, clock: Clock) -> None:
    first = bindery.ask(order(bindery))
    assert bindery.ask(order(bindery))["id"] == first["id"]
    Maker(bindery, 0).look()
    clock.now += timedelta(minutes=5)
    again = bindery.ask(order(bindery))
    assert again["id"] != first["id"]
    assert (again["state"], again["briefing"]) == ("done", bindery.jobs.one(first["id"])["briefing"])
    bindery.archive.path(bindery.archive.one(again["briefing"])).unlink()
    assert bindery.ask(order(bindery))["state"] == "waiting"
    assert bindery.ask(order(bindery, kind="special"))["state"] == "waiting"


def test_it_is_printed_again_when_asked(bindery: Bindery, clock: Clock) -> None:
    made = bindery.archive.one(_finished(bindery, order(bindery, kind="weekly", period="running")))
    path = bindery.archive.path(made)
    path.write_bytes(b"spoilt")
    clock.now += timedelta(days=30)
    job = bindery.ask_again(made)
    assert (job["state"], job["edition"], job["period"]) == ("waiting", made["edition"], "2026-W25")
    Maker(bindery, 0).look()
    assert bindery.archive.one(made["id"]) == made
    assert path.stat().st_size == made["size_n"]


def _finished(bindery: Bindery, wanted: Order) -> str:
    job = bindery.ask(wanted)
    Maker(bindery, 0).look()
    return bindery.jobs.one(job["id"])["briefing"]


def test_two_workers_never_make_the_same(jobs: Jobs) -> None:
    for _ in range(6):
        jobs.add(Order(), edition="e")
    claimed: list[str] = []

    def work(name: str) -> None:
        while (job := jobs.claim(name)) is not None:
            claimed.append(job["id"])

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 6


def test_a_job_begins_again_once_its_worker_is_gone(jobs: Jobs, clock: Clock) -> None:
    key = jobs.add(Order())["id"]
    lost = jobs.claim("one")
    clock.now += LEASE
    jobs.live(lost)
    clock.now += LEASE
    assert jobs.claim("other") is None
    clock.now += timedelta(seconds=1)
    found = jobs.claim("other")
    assert (found["id"], found["attempts_n"]) == (key, 2)
    with pytest.raises(Lost):
        jobs.begin(lost, "filing")
    jobs.end(lost, "failed", said="failed", reason="late")
    jobs.begin(found, "taking")
    assert (jobs.one(key)["state"], jobs.one(key)["stage"]) == ("working", "taking")


def test_a_job_that_ends_its_workers_is_given_up(jobs: Jobs, clock: Clock) -> None:
    key = jobs.add(Order())["id"]
    for _ in range(ATTEMPTS):
        assert jobs.claim("one")["id"] == key
        clock.now += 2 * LEASE
    assert jobs.claim("one") is None
    assert (jobs.one(key)["state"], jobs.one(key)["said"]) == ("failed", "gave_up")


def test_what_a_stopped_worker_held_waits_again(jobs: Jobs) -> None:
    for _ in range(2 * ATTEMPTS):
        key = jobs.add(Order())["id"]
        held = jobs.claim("one")
        jobs.begin(held, "taking")
        jobs.hand_back("other")
        assert jobs.one(key)["state"] == "working"
        jobs.hand_back("one")
        assert (jobs.one(key)["state"], jobs.one(key)["progress"], jobs.one(key)["attempts_n"]) == ("waiting", 0, 0)
    with pytest.raises(Lost):
        jobs.begin(held, "writing")


def test_cancelled_before_and_between_stages_but_not_after(jobs: Jobs, clock: Clock) -> None:
    waiting = jobs.add(Order())["id"]
    assert jobs.cancel(waiting)["state"] == "cancelled"
    assert jobs.claim("one") is None
    jobs.add(Order())
    held = jobs.claim("one")
    assert (jobs.cancel(held["id"])["state"], jobs.one(held["id"])["cancelling"]) == ("working", True)
    assert jobs.add(Order())["id"] != held["id"]
    with pytest.raises(Cancelled):
        jobs.begin(held, "writing")
    jobs.end(held, "cancelled")
    assert jobs.cancel(held["id"])["state"] == "cancelled"
    last = jobs.claim("one")
    jobs.cancel(last["id"])
    clock.now += 2 * LEASE
    assert jobs.claim("other") is None
    assert jobs.one(last["id"])["state"] == "cancelled"
    assert jobs.cancel("0" * 32) is None


def test_a_job_cancelled_while_it_is_made_files_nothing(bindery: Bindery) -> None:
    job = bindery.ask(order(bindery))
    begin = bindery.jobs.begin

    def cancelled(held, stage, **more):
        if stage == "typesetting":
            bindery.jobs.cancel(held["id"])
        begin(held, stage, **more)

    bindery.jobs.begin = cancelled
    Maker(bindery, 0).look()
    assert (bindery.jobs.one(job["id"])["state"], bindery.archive.folder.exists()) == ("cancelled", False)


def test_so_many_wait_and_no_more(jobs: Jobs) -> None:
    for number in range(MOST_WAITING):
        jobs.add(Order(area=str(number)))
    with pytest.raises(Busy):
        jobs.add(Order(area="more"))
    jobs.add(Order(area="more"), "e", "b")
    jobs.claim("one")
    with pytest.raises(Busy):
        jobs.add(Order(area="more"))


def test_old_jobs_are_forgotten(jobs: Jobs, clock: Clock) -> None:
    done, waiting = jobs.add(Order(), "e", "b")["id"], jobs.add(Order())["id"]
    clock.now += timedelta(days=7)
    jobs.forget()
    assert jobs.one(done)
    clock.now += timedelta(seconds=1)
    jobs.forget()
    assert (jobs.one(done), jobs.one(waiting)["state"]) == (None, "waiting")


def test_reasons_are_said_once(bindery: Bindery, caplog: pytest.LogCaptureFixture) -> None:
    bindery.archive.folder.write_text("in the way")
    job = bindery.ask(order(bindery))
    Maker(bindery, 0).look()
    assert bindery.jobs.one(job["id"])["state"] == "failed"
    assert told(bindery, job["id"]).startswith("The archive's folder cannot be written")
    assert len([record for record in caplog.records if job["id"] in record.getMessage()]) == 1


def test_a_module_that_cannot_be_read_is_not_printed_alone(bindery: Bindery) -> None:
    alone, district = bindery.ask(order(bindery, subject="petitions")), bindery.ask(order(bindery, subject="district"))
    with bindery.editions.engine.begin() as connection:
        connection.execute(text("ALTER TABLE rollup_petition_cell RENAME TO elsewhere"))
    maker = Maker(bindery, 0)
    maker.look()
    maker.look()
    assert told(bindery, alone["id"]) == f"The numbers of {WORDS.module('petitions')} cannot be read; please try again later"
    assert bindery.jobs.one(district["id"])["state"] == "done"


def test_a_module_with_nothing_to_tell_makes_no_empty_briefing(bindery: Bindery) -> None:
    with bindery.editions.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'rollup_%'")).all():
            connection.execute(text(f"DELETE FROM {name}"))
    job = bindery.ask(order(bindery, kind="special", subject="petitions"))
    Maker(bindery, 0).look()
    assert bindery.jobs.one(job["id"])["said"] == "empty"
    assert WORDS.module("petitions") in told(bindery, job["id"])
    assert not bindery.archive.folder.exists()


def test_a_fault_nobody_foresaw_is_logged_and_ends_the_job(bindery: Bindery, caplog: pytest.LogCaptureFixture) -> None:
    job = bindery.ask(order(bindery))
    row = bindery.editions.taken(order(bindery).period_in(bindery.editions), STREET)
    with bindery.editions.engine.begin() as connection:
        connection.execute(text("UPDATE kept_snapshot SET packed = x'00'"))
    Maker(bindery, 0).look()
    assert (row["whole"], bindery.jobs.one(job["id"])["said"]) == (True, "failed")
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "values",
    [
        {"subject": "weather"}, {"subject": "overview"}, {"kind": "hourly"}, {"lang": "fr"}, {"form": "exe"}, {"appendix": "yes"},
        {"period": "soon"}, {"period": "2031-01-01"}, {"period": "1999-01-01"}, {"colour": "red"}, {"area": 4}, {"subject": ["district"]},
        {"kind": {}}, {"appendix": 1},
    ],
    ids=str,
)  # fmt: skip
def test_an_order_that_is_not_allowed_says_what_is(bindery: Bindery, values: dict[str, object], lang: str) -> None:
    with pytest.raises(Refusal) as caught:
        order(bindery, **values)
    assert next(iter(values)) in caught.value.found
    assert all(said(caught.value, words_for(lang)))


def test_an_order_is_written_out(bindery: Bindery) -> None:
    assert order_of({}, bindery.editions) == Order(period="2026-05", area=HERE.root)
    assert order(bindery, kind="special").period == ""
    assert order(bindery, kind="weekly", period="running").period == "2026-W25"
    assert {order(bindery, form=form, period=None).form for form in FORMS} == set(FORMS)
    with pytest.raises(UnknownArea):
        order(bindery, area="999")


def test_a_worker_killed_half_way_leaves_no_half_file(demo_copy: Callable[[Path], Path], tmp_path: Path, clock: Clock) -> None:
    with opened(demo_copy, tmp_path, clock) as bindery:
        job = bindery.ask(order(bindery))
        worker = subprocess.Popen([sys.executable, "-c", HALF_WAY, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert worker.stdout
        until(lambda: worker.stdout.readline().strip() == "filing", 60, "the last stage")
        worker.kill()
        worker.communicate()
        assert bindery.jobs.one(job["id"])["state"] == "working"
        assert not bindery.archive.folder.exists()
        Maker(bindery, 0).look()
        assert bindery.jobs.one(job["id"])["state"] == "working"
        clock.now += LEASE + timedelta(seconds=1)
        Maker(bindery, 0).look()
        done = bindery.jobs.one(job["id"])
        assert (done["state"], done["attempts_n"]) == ("done", 2)
        assert bindery.archive.found(done["briefing"])


def test_it_is_made_beside_whoever_waits(bindery: Bindery) -> None:
    maker = Maker(bindery, 0)
    job = bindery.ask(order(bindery))
    maker.start()
    until(lambda: bindery.jobs.one(job["id"])["state"] == "done", 60, "the briefing")
    maker.stop()
    later = bindery.ask(order(bindery, lang="en"))
    assert bindery.jobs.one(later["id"])["state"] == "waiting"
