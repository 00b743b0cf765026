"""The program as text: every file of ours, read once and parsed once."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("app.py", "dashboard", "layouts", "modules", "data")


def listed() -> list[Path]:
    """Every file that is or will be kept: what git knows and what it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:  # an unpacked archive
        found = (path for path in ROOT.rglob("*") if path.is_file())
        return [path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file."""
    return listed()


@pytest.fixture(scope="session")
def trees(files) -> dict[Path, ast.Module]:
    """Every Python file, parsed; generated migrations left out."""
    kept = [path for path in files if path.suffix == ".py" and "migrations" not in path.parts]
    return {path: ast.parse(path.read_text("utf-8")) for path in kept}


@pytest.fixture(scope="session")
def product(trees) -> dict[Path, ast.Module]:
    """Those of the running program."""
    return {path: tree for path, tree in trees.items() if path.relative_to(ROOT).parts[0] in PRODUCT}
