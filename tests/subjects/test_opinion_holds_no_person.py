"""No table of online opinion can hold a person's data, and nothing of a headline is left in the database after it was read."""

import csv
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Engine, Integer, String, inspect, select, text
from sqlalchemy.types import BigInteger

from data import ledger, topics
from data.columns import UtcDateTime
from data.db import engine_for, reading, writing
from data.ingest.headlines import Receipt, load_headlines
from data.ingest.records import FileError
from data.rollups import differences
from data.schema import REGION, batch, marker, metadata, quarantine, source
from data.seed import catalogue
from data.seed.places import load_place
from data.subjects import cubes_of
from data.subjects.online_opinion import opinion_topic
from data.subjects.opinion_sources import opinion_hour, opinion_source
from tests.processes import ROOT, environment

SAMPLE = ROOT / "tests" / "data" / "headlines.csv"
PLACE = load_place("haojiang")
NOW = datetime(2026, 6, 25, 2, 30, tzinfo=UTC)
LISTS = {"category", "handler", "opinion_kind", "opinion_grade", "case_state", "release_kind", "source"}  # keys of code lists
OTHER_TEXTS = {"subdistrict", "unit", "title_zh", "title_en", "case_number"}  # an area, a unit, our own title, the number of a case
NUMBERS = {"number", "topic", "day", "told_on", "every_s", REGION}
PIECE = 7  # signs of a headline in a row that must be nowhere


def opinion_tables():
    cubes_of(None)
    return [table for name, table in sorted(metadata.tables.items()) if name.startswith("opinion_")]


@pytest.mark.parametrize("table", opinion_tables(), ids=lambda table: table.name)
def test_a_table_has_keys_of_lists_moments_counts_and_our_title_only(table) -> None:
    for column in table.columns:
        if isinstance(column.type, UtcDateTime):
            assert column.name.endswith("_at"), column.name
        elif isinstance(column.type, Integer | BigInteger):
            assert column.name in NUMBERS or re.search(r"_(n|on|s)$", column.name), column.name
        elif not isinstance(column.type, Boolean):
            assert isinstance(column.type, String) and column.type.length <= 120, column.name
            assert column.name in LISTS | OTHER_TEXTS, column.name


def test_every_table_of_the_module_is_looked_at() -> None:
    names = {table.name for table in opinion_tables()}
    assert names == {
        "opinion_topic", "opinion_hour", "opinion_source", "opinion_source_day", "opinion_release", "opinion_board",
    }  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A district with its lists, areas and sources, and nothing else."""
    from dashboard.fill import fill_lists

    made = engine_for(f"sqlite:///{tmp_path / 'wall.db'}")
    cubes_of(None)
    metadata.create_all(made)
    with writing(made) as connection:
        fill_lists(connection, PLACE, NOW)
    yield made
    made.dispose()


def load(engine: Engine, path: Path, now: datetime = NOW) -> Receipt:
    with writing(engine) as connection:
        return load_headlines(connection, path, PLACE, now)


def rows_of(engine: Engine, table) -> list[dict]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def texts_in(engine: Engine) -> list[str]:
    """Every text in every table, whatever the table is."""
    with reading(engine) as connection:
        names = inspect(connection).get_table_names()
        rows = [row for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
    return [value for row in rows for value in row if isinstance(value, str)]


def written(folder: Path, *rows: tuple[str, str, str], name: str = "some.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([("source", "seen_at", "headline", "author"), *((*row, "小明") for row in rows)])
    return path


def test_topics_and_counts_are_stored_and_every_row_is_accounted_for(engine: Engine) -> None:
    receipt = load(engine, SAMPLE)
    assert receipt.rows == receipt.posts + receipt.loose == 237
    kept, hours = rows_of(engine, opinion_topic), rows_of(engine, opinion_hour)
    assert receipt.topics == len(kept) == 13
    assert receipt.continued == 0
    assert sum(row["posts_n"] for row in hours) == sum(row["posts_n"] for row in kept) == receipt.posts
    assert all(row["posts_n"] >= topics.LEAST_POSTS for row in kept)
    flood = next(row for row in kept if row["category"] == "flooding")
    assert (flood["title_zh"], flood["title_en"]) == ("南滨路 · 积水", "Nanbin Road · Street flooding")
    assert (flood["unit"], flood["subdistrict"]) == ("dept_urban", "440512003")
    assert flood["due_at"] - flood["found_at"] == timedelta(hours=48)
    assert flood["due_at"] - flood["due_soon_at"] == timedelta(hours=12)
    assert all(row["answering"] for row in rows_of(engine, opinion_source))
    with reading(engine) as connection:
        assert differences(connection, PLACE.region, [cube for cube in ledger.all_cubes() if cube.name.startswith("opinion")]) == []


def stored(folder: Path) -> bytes:
    """The database as it lies on the disk."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("wall.db*")))


def test_no_piece_of_a_headline_is_left_anywhere(engine: Engine, tmp_path: Path) -> None:
    before, known = set(texts_in(engine)), stored(tmp_path)
    load(engine, SAMPLE)
    load(engine, written(tmp_path, ("forum", "yesterday", "某某路某某号的某某某家里漏水了"), ("blog", "2026-06-24", "张小三的店又在宰客")))
    new = [value for value in texts_in(engine) if value not in before]
    assert new
    headlines = [row["headline"] for row in csv.DictReader(SAMPLE.read_text("utf-8").splitlines())]
    pieces = {line[start : start + PIECE] for line in headlines for start in range(len(line) - PIECE + 1)}
    pieces = {piece for piece in pieces if piece.encode() not in known} | {"某某", "张小三", "小明"}
    assert len(pieces) > 500
    assert not [(piece, value) for piece in pieces for value in new if piece in value]
    content = stored(tmp_path)
    assert "南滨路 · 积水".encode() in content  # what is ours is there
    assert not [piece for piece in pieces if piece.encode() in content]


def test_a_title_has_words_of_our_list_and_names_of_places_only(engine: Engine, tmp_path: Path) -> None:
    said = [("forum", f"2026-06-24T{hour:02d}:00:00", f"张小三家漏水找李大四，第{hour}天") for hour in range(6, 20)]
    load(engine, written(tmp_path, *said))
    (row,) = rows_of(engine, opinion_topic)
    assert (row["title_zh"], row["category"]) == ("漏水", "housing")
    load(engine, written(tmp_path, *((s, at, "张小三李大四王老五") for s, at, _ in said), name="other.csv"))
    assert {row["title_zh"] for row in rows_of(engine, opinion_topic)} == {"漏水", "其他议题"}
    listed = {str(row["name_zh"]) for row in catalogue.codes() if row["list"] == "opinion_word"}
    assert len(listed) > 30


def test_bad_rows_go_to_quarantine_with_the_reason_and_without_what_they_say(engine: Engine, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("forum", "2026-06-24T08:00:00", "一条好的"),
        ("elsewhere", "2026-06-24T08:00:00", "不知道哪来的"),
        ("forum", "some day", "没有时间的"),
        ("forum", "2026-07-24T08:00:00", "明天的"),
        ("forum", "2026-06-24T08:00:00", ""),
    )
    receipt = load(engine, path)
    assert (receipt.rows, receipt.loose, receipt.quarantined) == (5, 1, 4)
    held = rows_of(engine, quarantine)
    assert [(row["row_number"], row["field"]) for row in held] == [(3, "source"), (4, "seen_at"), (5, "seen_at"), (6, "headline")]
    assert {row["raw"] for row in held} == {'{"line": 3}', '{"line": 4}', '{"line": 5}', '{"line": 6}'}
    assert [problem[0] for problem in receipt.problems] == [3, 4, 5, 6]


def test_a_row_that_cannot_be_read_takes_no_other_with_it(engine: Engine, tmp_path: Path) -> None:
    good = "forum,2026-06-24T08:00:00,一条好的\n".encode()
    quote, bytes_of_another = 'forum,2026-06-24T08:00:00,"不收口的\n'.encode(), "forum,2026-06-24T08:00:00,积水\n".encode("gb18030")
    path = tmp_path / "broken.csv"
    path.write_bytes(b"source,seen_at,headline\n" + good + quote + good + bytes_of_another + b"x" * 200_000 + b"\n" + good)
    receipt = load(engine, path)
    assert (receipt.rows, receipt.loose, receipt.quarantined) == (6, 3, 3)
    assert [(row["row_number"], row["field"]) for row in rows_of(engine, quarantine)] == [(3, "row"), (5, "row"), (6, "row")]
    assert not [value for value in texts_in(engine) if "不收口的" in value or "xxx" in value]


def test_the_same_file_again_changes_nothing(engine: Engine) -> None:
    load(engine, SAMPLE)
    before = [rows_of(engine, table) for table in (opinion_topic, opinion_hour, opinion_source, batch, marker)]
    receipt = load(engine, SAMPLE, NOW + timedelta(hours=1))
    assert (receipt.duplicate, receipt.topics, receipt.posts) == (237, 0, 0)
    assert [rows_of(engine, table) for table in (opinion_topic, opinion_hour, opinion_source, batch, marker)] == before


def test_a_topic_goes_on_with_a_later_file(engine: Engine, tmp_path: Path) -> None:
    first = [("forum", f"2026-06-24T{hour:02d}:10:00", f"南滨路积水第{hour}次") for hour in range(6, 18)]
    later = [("news", f"2026-06-24T{hour:02d}:40:00", f"南滨路积水又来{hour}") for hour in range(8, 22)]
    assert load(engine, written(tmp_path, *first)).topics == 1
    second = load(engine, written(tmp_path, *later, name="later.csv"))
    assert (second.topics, second.continued) == (0, 1)
    (row,) = rows_of(engine, opinion_topic)
    assert row["posts_n"] == 26
    at_eight = next(hour["posts_n"] for hour in rows_of(engine, opinion_hour) if hour["hour_on"] % 24 == 8)
    assert at_eight == 2
    assert row["found_at"] == datetime(2026, 6, 24, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"source,seen_at\n", "no column headline"), ("来源".encode("gb18030"), "not utf-8")],
)
def test_a_file_that_is_no_such_file_is_refused(engine: Engine, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=said):
        load(engine, path)
    assert rows_of(engine, batch) == []


def test_the_source_is_noted_and_the_command_prints_what_became_of_the_rows(engine: Engine, tmp_path: Path) -> None:
    load(engine, SAMPLE)
    row = next(row for row in rows_of(engine, source) if row["key"] == "opinion_civilization")
    assert (row["received_at"], row["accepted_n"], row["quarantined_n"]) == (NOW, 237, 0)
    url = f"sqlite:///{tmp_path / 'command.db'}"
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "ingest", "headlines", str(SAMPLE)], check=False, cwd=ROOT, capture_output=True, text=True,
        env=environment(PLACE="boston", DATABASE_URL=url), timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rows 237  posts 184  loose 53  duplicate 0  quarantined 0  topics 13  continued 0  headlines.csv")
