"""The command line: one call makes, files and says so; what cannot be is one line and status 2."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.__main__ import parser
from dashboard.briefings.command import brief
from dashboard.settings import Settings
from dashboard.start import REFUSED
from tests.briefing.office import STREET
from tests.conftest import DEMO_NOW

ALONE = ("--subject", "grid_management", "--area", STREET, "--kind", "daily", "--form", "xlsx")


@pytest.fixture(scope="module")
def settings(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("command")
    return Settings(database_url=f"sqlite:///{demo_copy(folder)}", briefings=str(folder / "filed"))


def run(settings: Settings, *words: str) -> int:
    chosen = parser().parse_args(["brief", *words])
    assert chosen.does is brief
    return brief(settings, chosen, lambda: DEMO_NOW)


def test_it_makes_files_and_says_so(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "day.xlsx"
    assert run(settings, *ALONE, "--lang", "en", "--out", str(copy)) == 0
    told = capsys.readouterr()
    title, line = told.out.splitlines()
    path, size, digest = line.split("  ")
    body = Path(path).read_bytes()
    assert "Daily" in title
    assert (size, len(digest)) == (f"{len(body)} B", 24)
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(body).digest()
    assert "Typesetting" in told.err
    assert run(settings, *ALONE, "--lang", "en") == 0
    assert capsys.readouterr().out.splitlines()[1] == line
    assert run(settings, "list") == 0
    (listed,) = capsys.readouterr().out.splitlines()
    assert digest in listed
    assert Path(path).name in listed


def test_a_special_pdf_of_now_has_pages(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--kind", "special", "--subject", "petitions", "--no-appendix") == 0
    path, pages, *_ = capsys.readouterr().out.splitlines()[1].split("  ")
    assert int(pages.removesuffix(" p.")) > 1
    assert Path(path).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--subject", "weather"), "subject=weather"), (("--period", "soon"), "2026-11"), (("--period", "2001-01"), "≥"),
        (("--period", "2091-01"), "≤"), (("--area", "999"), "999"), (("--lang", "en", "--area", "999"), "There is no area 999"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_one_line(settings: Settings, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, *words) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert said in line


def test_no_disk_is_said(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(settings.briefings)
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")
    assert run(settings, *ALONE) == REFUSED
    assert "归档目录写不进去" in capsys.readouterr().err.splitlines()[-1]
    folder.unlink()
    assert run(settings, *ALONE, "--out", str(tmp_path / "no" / "where.xlsx")) == REFUSED
    assert "where.xlsx" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("words", [("--form", "exe"), ("--kind", "hourly"), ("--lang", "fr"), ("print",)])
def test_a_word_it_does_not_know(settings: Settings, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(settings, *words)
    assert caught.value.code == REFUSED
    assert "invalid choice" in capsys.readouterr().err


def test_help_shows_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["brief", "--help"])
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("--period", "2026-W47", "running", "brief list", "--no-appendix", "--out"))
