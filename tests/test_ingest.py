"""Laws of loading a file: every row is accounted for, twice changes nothing, and what is wrong is kept with its reason."""

import csv
import gzip
import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from data import subjects
from data.calendars import Calendar
from data.cases import Intake, Rules, Step, judged, replayed
from data.db import engine_for, reading, writing
from data.ingest.brought import area_code
from data.ingest.crs import Crs, from_wgs84
from data.ingest.file import _INTAKE, FileError, Receipt, _steps, case_id, load_file
from data.ingest.mapping import MAPPINGS, load_mapping, mapping_from
from data.ingest.records import MAX_LINE
from data.ledger import all_cubes, record
from data.rollups import differences
from data.schema import area, batch, case_file, case_step, case_type, metadata, quarantine, source, unit, version

SAMPLE = Path(__file__).parent / "data" / "requests_sample.csv"
BOSTON = load_mapping("boston311")
TABLE = tomllib.loads((MAPPINGS / "boston311.toml").read_text("utf-8"))
REGION = BOSTON.place.region
RULES = Rules.load(Calendar(BOSTON.place.zone), {})
NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
HEADER = SAMPLE.read_bytes().split(b"\r\n")[0].decode().split(",")
GOOD = {
    "case_id": "C1", "open_dt": "2015-01-05T08:00:00", "target_dt": "2015-01-12T08:00:00", "status": "Open",
    "type": "Pothole", "reason": "Streets", "department": "PWDx", "neighborhood": "Roxbury", "source": "Self Service",
    "lat": "42.3281", "lon": "-71.0970",
}  # fmt: skip
FACTS = (case_file, case_step, area, unit, case_type, quarantine, *(cube.table for cube in all_cubes()))


def changed(**more: str) -> dict[str, str]:
    return GOOD | more


def written(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding, "surrogateescape"))
    return path


def load(engine: Engine, path: Path, mapping: Any = BOSTON, now: datetime = NOW) -> Receipt:
    with writing(engine) as connection:
        receipt = load_file(connection, path, mapping, RULES, now)
    assert receipt.accepted + receipt.duplicate + receipt.quarantined == receipt.rows
    return receipt


def facts(engine: Engine) -> dict[str, list[Any]]:
    with reading(engine) as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in FACTS}


def count(connection: Connection, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def row_of(engine: Engine, key: str = "C1") -> Any:
    with reading(engine) as connection:
        return connection.execute(select(case_file).where(case_file.c.source_id == key)).mappings().one()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database."""
    engine = engine_for(f"sqlite:///{tmp_path / 'ingest.db'}")
    subjects.cubes_of(None)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_sample_is_accounted_for_and_second_load_changes_nothing(engine: Engine) -> None:
    first = load(engine, SAMPLE)
    assert (first.rows, first.accepted, first.duplicate, first.quarantined, first.corrected) == (70, 40, 2, 28, 2)
    before = facts(engine)
    again = load(engine, SAMPLE)
    assert (again.rows, again.accepted, again.duplicate, again.quarantined) == (70, 0, 70, 0)
    assert facts(engine) == before
    with reading(engine) as connection:
        assert differences(connection, REGION, all_cubes()) == []
        assert count(connection, case_file) == first.accepted - first.corrected
        assert count(connection, quarantine) == first.quarantined
        assert count(connection, batch) == 2
        totals = connection.execute(select(source.c.accepted_n, source.c.duplicate_n, source.c.quarantined_n)).one()
        assert tuple(totals) == (40, 72, 28)
        moved = connection.execute(select(version.c.fact, version.c.number)).all()
        assert dict(map(tuple, moved))["source"] == 2


REASONS = {
    "90000050": ("closed_dt", "before it was opened"),
    "90000051": ("target_dt", "before it was opened"),
    "90000052": ("lon", "0, 0 is not a place"),
    "90000053": ("lon", "lies outside Boston"),
    "90000054": ("lat", "'NaN' is not a decimal number"),
    "90000055": ("lon", "is empty"),
    "90000056": ("open_dt", "is not a time"),
    "90000057": ("open_dt", "is not a time"),
    "90000058": ("open_dt", "is empty"),
    "90000059": ("closed_dt", "the clocks skip it"),
    "": ("case_id", "is empty"),
    "9" * 41: ("case_id", "41 characters, 40 at most"),
    "90000062": ("type", "81 characters, 80 at most"),
    "90000063": ("open_dt", "lies in the future"),
    "90000064": ("target_dt", "more than 3660 days"),
    "90000065": ("department", "is empty"),
    "90000066": ("source", "has no code"),
    "90000067": ("closed_dt", "the closing time is empty"),
    "90000068": ("status", "there is a closing time"),
    "90000069": ("type", "U+0000"),
    "90000070": ("status", "has no code: Closed, Open"),
    "90000071": ("open_dt", "is not a time"),
    "90000072": ("open_dt", "outside the years"),
    "90000077": ("open_dt", "is not a time"),
}
BROKEN = ["18 values", "2 values", "never closed", "bytes that are not utf-8"]


def test_every_kind_of_badness_is_named(lite: Engine) -> None:
    load(lite, SAMPLE)
    with reading(lite) as connection:
        held = connection.execute(select(quarantine).order_by(quarantine.c.row_number)).all()
    named = {json.loads(row.raw)["case_id"]: row for row in held if row.field != "row"}
    assert named.keys() == REASONS.keys()
    for key, (field, reason) in REASONS.items():
        assert named[key].field == field
        assert reason in named[key].reason
    broken = [row for row in held if row.field == "row"]
    assert all(reason in row.reason for reason, row in zip(BROKEN, broken, strict=True))
    lines = SAMPLE.read_bytes().decode("utf-8", "replace").split("\r\n")
    assert all(f"{key}," in lines[named[key].row_number - 2] for key in REASONS)  # one row has a text of two lines


def test_quarantine_keeps_no_person(lite: Engine, tmp_path: Path) -> None:
    rows = [
        changed(case_id="A", type="call 138-0013-8000 or a.b@example.org", source="Fax 13800138000", queue="Ann Lee"),
        changed(case_id="B", department="", neighborhood="440512199003071234", subject="Ann Lee"),
    ]
    load(lite, written(tmp_path / "a.csv", rows))
    with reading(lite) as connection:
        said = "".join(row.raw + row.reason for row in connection.execute(select(quarantine)))
    assert not any(word in said for word in ("8000", "example.org", "Ann Lee", "199003071234", "00138"))


def test_good_row_becomes_the_case_its_steps_say(lite: Engine, tmp_path: Path) -> None:
    row = changed(closed_dt="2015-01-12T08:00:01", status="Closed", closure_class="resolved", source="Constituent Call")
    load(lite, written(tmp_path / "a.csv", [row]))
    case = row_of(lite)
    assert case["reported_at"] == datetime(2015, 1, 5, 13, 0, tzinfo=UTC)
    assert case["due_at"] == datetime(2015, 1, 12, 13, 0, tzinfo=UTC)
    assert (case["state"], case["open"], case["on_time"], case["channel"]) == ("closed", False, False, "hotline")
    assert (case["subdistrict"], case["unit"], case["type"]) == ("25025-roxbury", "PWDx", "Pothole")
    with reading(lite) as connection:
        steps = connection.execute(select(case_step).order_by(case_step.c.seq)).all()
        assert [(step.action, step.reason) for step in steps] == [("mirror_open", None), ("mirror_close", "resolved")]
        names = connection.execute(select(area.c.name_zh).where(area.c.parent == "25025")).scalars().all()
        assert list(names) == ["罗克斯伯里"]
        assert connection.execute(select(unit.c.name_en)).scalars().all() == ["Public Works"]
        assert connection.execute(select(case_type.c.key, case_type.c.major)).one() == ("Pothole", "Streets")


def test_unknown_address_is_no_point_and_whole_city_no_area(lite: Engine, tmp_path: Path) -> None:
    load(lite, written(tmp_path / "a.csv", [changed(lat="42.3594", lon="-71.0587", neighborhood="Boston")]))
    case = row_of(lite)
    assert (case["lon"], case["lat"], case["subdistrict"]) == (None, None, None)


CLOSED = {"closed_dt": "2015-01-09T10:00:00", "status": "Closed", "closure_class": "noted"}


def test_close_arrives_later(lite: Engine, tmp_path: Path) -> None:
    load(lite, written(tmp_path / "a.csv", [GOOD]))
    assert row_of(lite)["overdue"]
    receipt = load(lite, written(tmp_path / "b.csv", [GOOD | CLOSED]))
    assert (receipt.accepted, receipt.corrected) == (1, 1)
    case = row_of(lite)
    assert (case["state"], case["on_time"], case["overdue"], case["steps_n"]) == ("closed", True, False, 2)


@pytest.mark.parametrize("more", [{"type": "Sinkhole"}, {"target_dt": ""}, {"department": "ISD"}, {"lat": "42.33"}])
def test_changed_row_is_a_new_version(lite: Engine, tmp_path: Path, more: dict[str, str]) -> None:
    load(lite, written(tmp_path / "a.csv", [GOOD | CLOSED]))
    receipt = load(lite, written(tmp_path / "b.csv", [GOOD | CLOSED | more]))
    assert (receipt.accepted, receipt.corrected) == (1, 1)
    second = facts(lite)
    assert load(lite, tmp_path / "b.csv").duplicate == 1
    assert facts(lite) == second
    with reading(lite) as connection:
        assert differences(connection, REGION, all_cubes()) == []
        assert count(connection, case_file) == 1
    load(lite, written(tmp_path / "c.csv", [GOOD]))
    assert row_of(lite)["open"], "reopened at the source"


def test_correction_does_not_overwrite_work_done_here(lite: Engine, tmp_path: Path) -> None:
    load(lite, written(tmp_path / "a.csv", [GOOD]))
    step = Step(case_id(REGION, "boston311", "C1"), "supervise", NOW, reason="key case")
    with writing(lite) as connection:
        record(connection, REGION, [], [step], RULES, NOW)
    before = row_of(lite)
    receipt = load(lite, written(tmp_path / "b.csv", [changed(type="Sinkhole")]))
    assert (receipt.quarantined, receipt.accepted, receipt.corrected) == (1, 0, 0)
    assert load(lite, tmp_path / "b.csv").duplicate == 1
    assert row_of(lite) == before


def test_repaired_source_empties_quarantine(lite: Engine, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [changed(source="Fax")])
    assert load(lite, path).quarantined == 1
    table = deepcopy(TABLE)
    table["codes"]["channel"]["Fax"] = "transfer"
    receipt = load(lite, path, mapping_from(table))
    assert (receipt.accepted, receipt.released) == (1, 1)
    with reading(lite) as connection:
        assert count(connection, quarantine) == 0


def test_broken_rows_never_take_their_neighbours_along(lite: Engine, tmp_path: Path) -> None:
    good = [",".join(changed(case_id=f"K{n}").get(name, "") for name in HEADER) for n in range(6)]
    lines = [",".join(HEADER), good[0], '"never closed,' + good[1], good[2], "x" * (MAX_LINE + 9), good[3]]
    lines += ["", 'a "quote" inside', '"wrong"quote,1', good[4], good[5] + ',"open at the end']
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    receipt = load(lite, path)
    assert (receipt.rows, receipt.accepted, receipt.quarantined) == (9, 4, 5)


def test_gb18030_and_packed_files(lite: Engine, tmp_path: Path) -> None:
    table = deepcopy(TABLE)
    table["file"] |= {"encoding": "gb18030", "delimiter": ","}
    rows = [changed(type="井盖破损", neighborhood="达濠街道"), changed(case_id="C2", type="坏\udcff")]
    plain = written(tmp_path / "a.csv", rows, "gb18030")
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    receipt = load(lite, packed, mapping_from(table))
    assert (receipt.accepted, receipt.quarantined) == (1, 1)
    assert row_of(lite)["type"] == "井盖破损"


def test_unusable_files_are_refused_and_change_nothing(lite: Engine, tmp_path: Path) -> None:
    before = facts(lite)
    small = deepcopy(TABLE)
    small["file"] |= {"max_bytes": 2000}
    few = deepcopy(TABLE)
    few["file"] |= {"max_rows": 1}
    good = written(tmp_path / "good.csv", [GOOD, changed(case_id="C2")])
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(gzip.compress(SAMPLE.read_bytes())[:-20])
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"a" * 10**6))
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "twice.csv").write_text(",".join([*HEADER, "case_id"]) + "\n")
    cases = [
        (torn, TABLE, "cannot be unpacked"), (bomb, small, "larger than 2000 bytes"), (good, few, "more than 1 rows"),
        (tmp_path / "empty.csv", TABLE, "is empty"), (tmp_path / "other.csv", TABLE, "its columns: a, b"),
        (tmp_path / "twice.csv", TABLE, "more than once"), (tmp_path / "none.csv", TABLE, "cannot be opened"),
        (tmp_path, TABLE, "not a regular file"),
    ]  # fmt: skip
    for path, table, reason in cases:
        with pytest.raises(FileError, match=reason):
            load(lite, path, mapping_from(table))
    assert facts(lite) == before


def test_rules_of_another_zone_are_refused(lite: Engine) -> None:
    with writing(lite) as connection, pytest.raises(ValueError, match="another time zone than boston"):
        load_file(connection, SAMPLE, BOSTON, Rules.load(Calendar(), {}), NOW)


CELLS = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["C1", "C2", "C3", " C3 ", "", "C\x004"]),
        "open_dt": st.sampled_from(["2015-01-05T08:00:00", "2015-01-05 08:00", "2015-03-08T02:30:00", "nan", "2099-01-01T00:00:00"]),
        "closed_dt": st.sampled_from(["", "2015-01-09T10:00:00", "2014-12-31T00:00:00"]),
        "status": st.sampled_from(["Open", "Closed", ""]),
        "type": st.sampled_from(["Pothole", "坑洞", "", '5" "pipe"\n', "x" * 99]),
        "lat": st.sampled_from(["42.3281", "", "NaN", "1e2", "0"]),
        "neighborhood": st.sampled_from(["Roxbury", "roxbury", "Boston", "", "\ud800"]),
        "source": st.sampled_from(["Self Service", "Fax"]),
    }
)


@given(rows=st.lists(CELLS, max_size=12), tail=st.sampled_from(["", '"', "x,y\n", "\x00", "\n\n", '"\n"']))
@settings(max_examples=12, deadline=None)
def test_law_accepted_duplicate_and_quarantined_are_all_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], tail: str
) -> None:
    folder = tmp_path_factory.mktemp("law")
    engine = engine_for(f"sqlite:///{folder / 'law.db'}")
    metadata.create_all(engine)
    said = [GOOD | {k: v.replace("\ud800", "\udcff") for k, v in row.items()} for row in rows]
    path = written(folder / "law.csv", said)
    with path.open("a", encoding="utf-8") as end:
        end.write(tail)
    first = load(engine, path)
    assert first.rows == len(rows) + (tail.strip("\r\n") != "")
    before = facts(engine)
    again = load(engine, path)
    assert (again.rows, again.duplicate) == (first.rows, first.rows)
    assert facts(engine) == before
    with reading(engine) as connection:
        assert count(connection, case_file) == first.accepted - first.corrected
        assert count(connection, quarantine) == first.quarantined
        assert differences(connection, REGION, all_cubes()) == []
    engine.dispose()


def test_shifted_coordinates_are_stored_in_wgs84(lite: Engine, tmp_path: Path) -> None:
    table = deepcopy(TABLE)
    table["place"]["key"] = "haojiang"
    table["file"] |= {"crs": "gcj02", "time_zone": "Asia/Shanghai"}
    lon, lat = from_wgs84(Crs.GCJ02, 116.7, 23.28)
    path = written(tmp_path / "a.csv", [changed(lon=str(lon)[:12], lat=str(lat)[:12], neighborhood="达濠街道")])
    with writing(lite) as connection:
        load_file(connection, path, mapping_from(table), Rules.load(Calendar(), {}), NOW)
    case = row_of(lite)
    assert (case["lon"], case["lat"]) == pytest.approx((116.7, 23.28), abs=2e-6)
    assert case["subdistrict"] == "440512001", "an area the place knows by that name"


def test_stored_row_is_the_replay_of_its_steps(lite: Engine, tmp_path: Path) -> None:
    load(lite, SAMPLE)
    with reading(lite) as connection:
        rows = connection.execute(select(case_file)).mappings().all()
        steps = _steps(connection, REGION, [row["id"] for row in rows])
    for row in rows:
        derived = judged(replayed(Intake(**{name: row[name] for name in _INTAKE}), steps[row["id"]], RULES), NOW)
        assert derived == {name: value for name, value in row.items() if name != "region"}


@pytest.mark.parametrize("name", ["Fenway / Kenmore / Audubon Circle / Longwood", "达濠街道", "A-b"])
def test_area_codes_are_short_stable_and_spelling_proof(name: str) -> None:
    code = area_code("25025", name)
    assert len(code) <= 32
    assert code == area_code("25025", f" {name.upper()}.")
    assert code != area_code("25025", name + "2")
