"""The documents hold: every command of the README runs, every link leads somewhere, every setting is listed."""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.__main__ import parser
from dashboard.settings import NAMES

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
SAMPLE = ROOT / "tests" / "data" / "requests_sample.csv"
STARTS = {"make run": "haojiang", "PLACE=boston make run": "boston"}
TARGETS = {"make test": "pytest", "make check": "mypy", "make bench": "bench"}
BRIEF = ".venv/bin/python -m dashboard brief --kind monthly --period running --out monthly.pdf"
INGEST = "PLACE=boston .venv/bin/python -m dashboard ingest file --mapping boston311 FILE"


def commands() -> list[str]:
    """Every line of the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip() and not line.startswith("#")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: str, folder: Path) -> Iterator[tuple[str, dict[str, str], subprocess.Popen[bytes]]]:
    """The command as a newcomer types it, with a short history, until its address answers."""
    port = free_port()
    env = {**os.environ, "PORT": str(port), "DATABASE_URL": f"sqlite:///{folder / 'wall.db'}", "WALL_HISTORY_DAYS": "5"}
    process = subprocess.Popen(["bash", "-c", f"exec env {command}"], cwd=ROOT, env=env, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2)
                break
            except OSError:
                assert process.poll() is None, "the start ended"
                time.sleep(0.2)
        yield address, env, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)


def test_every_command_of_the_readme_is_known_here():
    assert set(commands()) == {*STARTS, *(name for name in TARGETS if name in commands()), BRIEF, INGEST}


@pytest.mark.parametrize(("command", "place"), STARTS.items())
def test_make_run_serves_the_wall_and_takes_files(command, place, tmp_path):
    with started(command, tmp_path) as (address, env, process):
        page = urllib.request.urlopen(f"{address}/wall/overview?lang=en").read().decode()
        assert "_dash-config" in page
        if place == "haojiang":
            file = tmp_path / "monthly.pdf"
            line = BRIEF.replace(file.name, str(file))
            subprocess.run(["bash", "-c", f"exec env {line}"], cwd=ROOT, env=env | {"WALL_BRIEFINGS": str(tmp_path)}, check=True)
            assert file.read_bytes().startswith(b"%PDF")
        if place == "boston":
            line = INGEST.replace("FILE", str(SAMPLE))
            done = subprocess.run(["bash", "-c", f"env {line}"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert re.match(r"rows \d+  accepted [1-9]", done.stdout)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) in (0, -signal.SIGINT)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/health", timeout=2)


@pytest.mark.parametrize(("command", "runs"), TARGETS.items())
def test_make_targets_do_what_the_readme_says(command, runs):
    shown = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0
    assert runs in shown.stdout


def test_every_setting_is_listed():
    listed = set(re.findall(r"`([A-Z_]+)`", README.split("## Settings")[1].split("\n## ")[0]))
    assert listed == set(NAMES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), f"{document.name} → {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_dashboard_command_is_understood(document):
    for line in re.findall(r"-m dashboard ([a-z][^`\n#]*)", document.read_text("utf-8")):
        parser().parse_args(shlex.split(line.strip()))
