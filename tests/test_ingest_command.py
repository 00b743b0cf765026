"""`python -m dashboard ingest file`: what it prints, and every refusal in one line that changes nothing."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.db import engine_for, reading
from data.schema import case_file
from tests.processes import ROOT, environment

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "two_months_sample.csv"
ROWS = 420


def ingested(folder: Path, *arguments: str | Path, place: str = "boston") -> subprocess.CompletedProcess[str]:
    """The command, run on a database of its own."""
    url = f"sqlite:///{folder / 'place.db'}"
    command = [sys.executable, "-m", "dashboard", "ingest", "file", *map(str, arguments)]
    surroundings = environment(PLACE=place, DATABASE_URL=url)
    return subprocess.run(command, check=False, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=120)


def cases_in(folder: Path) -> int:
    """How many cases the database holds."""
    with reading(engine_for(f"sqlite:///{folder / 'place.db'}")) as connection:
        return connection.execute(select(func.count()).select_from(case_file)).scalar_one()


def test_counts_and_quarantine_are_printed_and_twice_changes_nothing(tmp_path: Path) -> None:
    first = ingested(tmp_path, "--mapping", "boston311", SAMPLE, DATA / "requests_sample.csv")
    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    assert lines[0] == f"rows {ROWS}  accepted {ROWS}  duplicate 0  quarantined 0  corrected 0  released 0  two_months_sample.csv"
    assert lines[1].startswith("rows 70  accepted 40  duplicate 2  quarantined 28")
    assert any("closed_dt: " in line and "before it was opened" in line for line in lines[2:])
    known = cases_in(tmp_path)
    again = ingested(tmp_path, "--mapping", "boston311", SAMPLE)
    assert again.stdout.splitlines() == [
        f"rows {ROWS}  accepted 0  duplicate {ROWS}  quarantined 0  corrected 0  released 0  two_months_sample.csv"
    ]
    assert cases_in(tmp_path) == known


def broken(folder: Path, kind: str) -> Path:
    """A file that cannot be used as a whole."""
    path, text = folder / f"{kind}.csv", SAMPLE.read_bytes()
    if kind == "damaged":
        path = folder / "damaged.csv.gz"
        path.write_bytes(gzip.compress(text)[:-400])
    elif kind == "encoding":
        path.write_bytes(text.decode().encode("utf-16"))
    elif kind == "column":
        path.write_bytes(text.replace(b"department", b"office", 1))
    elif kind == "empty":
        path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("kind", "mapping", "said"),
    [
        ("damaged", "boston311", "cannot be unpacked"),
        ("encoding", "boston311", "utf-8"),
        ("column", "boston311", "department"),
        ("empty", "boston311", "the file is empty"),
        ("missing", "boston311", "missing.csv"),
        ("good", "boston", "boston311"),
    ],
)
def test_refusals_are_one_line(tmp_path: Path, kind: str, mapping: str, said: str) -> None:
    path = SAMPLE if kind == "good" else broken(tmp_path, kind)
    refused = ingested(tmp_path, "--mapping", mapping, path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1
    assert said in refused.stderr


def test_mapping_of_another_place_is_refused_before_anything_is_created(tmp_path: Path) -> None:
    refused = ingested(tmp_path, "--mapping", "boston311", SAMPLE, place="haojiang")
    said = "place.key: the mapping is for boston; allowed: a mapping for haojiang, or PLACE=boston\n"
    assert (refused.returncode, refused.stderr) == (2, said)
    assert list(tmp_path.iterdir()) == []
