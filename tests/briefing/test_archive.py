"""The archive: a file is whole or not there, and is printed again byte for byte; what is old goes, what is strange is swept."""

import hashlib
import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from dashboard.briefings.archive import ENDING, LOCK, Archive, Search, key_of
from dashboard.briefings.bindery import Bindery, Unmade
from dashboard.briefings.maker import Maker
from dashboard.briefings.orders import Order, order_of
from data.editions import edition
from data.periods import day_of
from data.schema import REGION
from tests.briefing.office import HERE, ROOT, STREET, TODAY, Clock, nothing, opened
from tests.conftest import DEMO_NOW

ASKED = {"subject": "grid_management", "kind": "daily", "area": STREET, "form": "xlsx"}
TOO_LARGE = """
import resource, signal, sys
from pathlib import Path
from tests.briefing.office import Clock, nothing, opened
from dashboard.briefings.bindery import Unmade
from dashboard.briefings.orders import order_of
from layouts.text import words_for
folder = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with opened(lambda _: folder / "wall.db", folder, Clock()) as bindery:
    asked = {"subject": "grid_management", "kind": "daily", "area": "440512001"}
    orders = [order_of({**asked, "form": form}, bindery.editions) for form in ("pdf", "xlsx")]
    bindery.editions.taken(orders[0].period_in(bindery.editions), orders[0].area)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    for order in orders:
        try:
            bindery.made(order, nothing)
        except Unmade as error:
            print(error.key, error.said(words_for("en")))
"""


def order(bindery: Bindery, **changes: object) -> Order:
    return order_of({**ASKED, **changes}, bindery.editions)


def files(bindery: Bindery) -> list[str]:
    folder = bindery.archive.folder
    return sorted(path.name for path in folder.iterdir() if path.name != LOCK) if folder.is_dir() else []


def test_what_is_filed_is_what_its_row_says(bindery: Bindery) -> None:
    made = bindery.made(order(bindery), nothing)
    body = bindery.archive.path(made).read_bytes()
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (made["sha256"], made["size_n"])
    assert made["digest"] == bindery.editions.digests(made["edition"])["grid_management"]
    assert made["file"] == f"grid_management_440512001_daily_2026-06-17_zh_DEMO_{made['id'][:8]}.xlsx"
    assert files(bindery) == [made["file"]]
    assert "日报" in made["title"]


def test_the_same_is_not_made_twice(bindery: Bindery, clock: Clock) -> None:
    first = bindery.made(order(bindery), nothing)
    clock.now += timedelta(hours=1)
    assert bindery.made(order(bindery), nothing) == first
    others = [bindery.made(order(bindery, **change), nothing) for change in ({"lang": "en"}, {"appendix": False})]
    assert len({first["id"], *(other["id"] for other in others)}) == 3
    assert {other["edition"] for other in others} == {first["edition"]}


@pytest.mark.parametrize("form", ["xlsx", "pdf", "docx"])
def test_it_is_printed_again_byte_for_byte(bindery: Bindery, clock: Clock, form: str, caplog: pytest.LogCaptureFixture) -> None:
    wanted = order(bindery, form=form)
    first = bindery.made(wanted, nothing)
    path = bindery.archive.path(first)
    before = path.read_bytes()
    with bindery.editions.engine.begin() as connection:
        connection.execute(text("DELETE FROM case_file"))
    clock.now += timedelta(days=3)
    path.unlink()
    again = bindery.made(order_of({**ASKED, "form": form, "period": "2026-06-17"}, bindery.editions), nothing)
    assert again == first
    assert path.read_bytes() == before
    assert bindery.made(wanted, nothing, first["edition"]) == first
    assert path.read_bytes() == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_other_bytes_than_before_are_said(bindery: Bindery, caplog: pytest.LogCaptureFixture) -> None:
    made = bindery.made(order(bindery), nothing)
    asked = {name: made[name] for name in ("edition", "subject", "lang", "appendix", "form")}
    again = bindery.archive.file(asked, {"title": "t", "digest": "d", "pages_n": 2}, "other", b"other", DEMO_NOW + timedelta(days=1))
    assert (again["file"], again["made_at"], again["size_n"]) == (made["file"], made["made_at"], 5)
    assert "another version" in caplog.text
    assert files(bindery) == [made["file"]]


def test_a_file_where_the_folder_should_be(bindery: Bindery) -> None:
    bindery.archive.folder.write_text("in the way")
    with pytest.raises(Unmade) as caught:
        bindery.made(order(bindery), nothing)
    assert caught.value.key == "no_disk"
    assert bindery.archive.listed(Search()) == []
    assert bindery.archive.folder.read_text() == "in the way"


def test_a_disk_that_is_full_leaves_nothing(demo_copy: Callable[[Path], Path], tmp_path: Path) -> None:
    demo_copy(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", TOO_LARGE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("no_disk The archive's folder cannot be written (File too large)")
    assert second.startswith("no_disk The archive's folder cannot be written (")
    with opened(lambda _: tmp_path / "wall.db", tmp_path, Clock()) as bindery:
        assert files(bindery) == []
        assert bindery.archive.listed(Search()) == []


def test_a_row_that_cannot_be_written_leaves_a_file_that_is_swept(bindery: Bindery, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bindery.made(order(bindery), nothing)
    with bindery.editions.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON briefing BEGIN SELECT RAISE(ABORT, 'full'); END"))
    with pytest.raises(Unmade) as caught:
        bindery.made(order(bindery, lang="en"), nothing)
    assert caught.value.key == "no_database"
    assert len(files(bindery)) == 2
    (bindery.archive.folder / f"half.pdf.1{ENDING}").write_bytes(b"%PDF")
    assert len(bindery.archive.sweep()) == 2
    assert files(bindery) == [kept["file"]]
    assert bindery.archive.sweep() == []


def test_what_is_old_goes_with_its_file_and_its_numbers(bindery: Bindery, clock: Clock) -> None:
    old = bindery.made(order(bindery), nothing)
    clock.now += timedelta(days=10)
    young = bindery.made(order(bindery), nothing)
    clock.now += timedelta(days=1)
    Maker(bindery, 10).look()
    assert files(bindery) == [young["file"]]
    assert (bindery.archive.one(old["id"]), bindery.editions.row(old["edition"])) == (None, None)
    clock.now += timedelta(days=5000)
    Maker(bindery, 0).look()
    assert files(bindery) == [young["file"]]
    with pytest.raises(Unmade, match="gone"):
        bindery.made(order(bindery, kind="special"), nothing, old["edition"])


@pytest.fixture
def shelved(engine: Engine, tmp_path: Path) -> Archive:
    """On both databases: five briefings of three editions."""
    archive = Archive(engine, HERE.region, tmp_path / "filed")
    with engine.begin() as connection:
        for number, (kind, area) in enumerate((("daily", STREET), ("daily", HERE.root), ("weekly", HERE.root))):
            day = day_of(TODAY) - 10 * number
            connection.execute(
                insert(edition),
                {
                    REGION: HERE.region, "id": f"e{number}", "kind": kind, "area": area, "first_on": day - 6 * (kind == "weekly"),
                    "last_on": day, "as_of": DEMO_NOW, "running": False, "number": 1, "taken_at": DEMO_NOW, "whole": True,
                },
            )  # fmt: skip
    for number, (held, lang, form, title) in enumerate((
        ("e0", "zh", "pdf", "达濠街道日报"), ("e0", "en", "pdf", "Dahao daily"), ("e1", "zh", "pdf", "濠江区日报 100%"),
        ("e2", "zh", "pdf", "濠江区周报"), ("e2", "zh", "xlsx", "濠江区周报"),
    )):  # fmt: skip
        asked = {"edition": held, "subject": "district", "lang": lang, "appendix": True, "form": form}
        facts = {"title": title, "digest": "d", "pages_n": None}
        archive.file(asked, facts, "x", b"body", DEMO_NOW + timedelta(minutes=number // 2))
    return archive


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), 5), (Search("日报"), 2), (Search("DAHAO"), 1), (Search("100%"), 1), (Search("%"), 1), (Search("_"), 0),
        (Search(exact=(("kind", "weekly"),)), 2), (Search(exact=(("area", STREET), ("lang", "en"))), 1),
        (Search(exact=(("form", "xlsx"),)), 1), (Search(exact=(("subject", "petitions"),)), 0),
        (Search(first_on=day_of(TODAY)), 2), (Search(last_on=day_of(TODAY) - 1), 3), (Search(last_on=day_of(TODAY) - 26), 2),
        (Search(first_on=day_of(TODAY) - 23, last_on=day_of(TODAY) - 21), 2), (Search(last_on=day_of(TODAY) - 27), 0),
    ],
)  # fmt: skip
def test_what_is_looked_for_is_found(shelved: Archive, search: Search, found: int) -> None:
    assert len(shelved.listed(search)) == found


def test_pages_hold_each_once_newest_first(shelved: Archive) -> None:
    every = [row["id"] for row in shelved.listed(Search())]
    seen: list[str] = []
    after = None
    while True:
        rows = shelved.listed(Search(after=after, limit=2))
        seen += [row["id"] for row in rows[:2]]
        if len(rows) <= 2:
            break
        after = rows[1]["made_at"], rows[1]["id"]
    assert seen == every
    assert len(set(seen)) == 5
    made = [row["made_at"] for row in shelved.listed(Search())]
    assert made == sorted(made, reverse=True)


def test_a_key_is_that_of_what_was_asked() -> None:
    asked = {"edition": "e", "subject": "district", "lang": "zh", "appendix": True, "form": "pdf"}
    assert len({key_of(asked), *(key_of({**asked, name: "other"}) for name in asked)}) == 6
