"""The house: what a newcomer relies on before anything else."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_direct_dependency_is_pinned_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements.txt").read_text()
    for wanted in project["dependencies"]:
        name = wanted.split("[")[0].split(">")[0].split("=")[0]
        assert f"\n{name}" in locked, f"{name} is not locked"
    assert locked.count("--hash=sha256:") > locked.count("==")
