"""Writes a migration for what changed in the declared tables: `make migration M="what changed"`."""

import sys
from pathlib import Path

from alembic import command

from data.db import engine_for
from data.migrations import FOLDER, config_for, known


def main(what: str, folder: Path = FOLDER) -> int:
    """Compare the tables of the last revision with the declared ones; status 2 without a word on what changed."""
    if not what:
        sys.stderr.write('say what changed: make migration M="what changed"\n')
        return 2
    with engine_for("sqlite://").connect() as connection:
        config = config_for(connection, folder)
        if known(folder):
            command.upgrade(config, "head")
        command.revision(config, what, autogenerate=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:]).strip()))
