"""The archive of briefings: whole files in a folder, each with its row; a file without a row is swept, one that is missing made again."""

import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, RowMapping, Select, and_, or_, select

from data.db import reading, writing
from data.editions import briefing, edition
from data.rollups import replacing
from data.schema import REGION

log = logging.getLogger(__name__)
ENDING = ".part"  # of a file that is being written
LOCK = ".lock"
ASKED = ("edition", "subject", "lang", "appendix", "form")  # what tells one briefing from another
_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")
_DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: part of a title, exact facts, and days its period must touch; a page begins after `after`."""

    text: str = ""
    exact: tuple[tuple[str, str], ...] = ()  # kind, subject, area, lang, form
    first_on: int | None = None
    last_on: int | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


def key_of(asked: dict[str, Any]) -> str:
    """The key of the briefing made of that edition, on that subject, in that language, form and extent."""
    named = "|".join(str(asked[name]) for name in ASKED)
    return hashlib.blake2b(named.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def file_stem(*parts: str) -> str:
    """A telling name for a file, ASCII only."""
    return "_".join(_UNSAFE.sub("-", part) for part in parts if part)


class Archive:
    """Files briefings and finds them again. What cannot be written raises OSError and leaves nothing."""

    def __init__(self, engine: Engine, region: int, folder: Path) -> None:
        self.engine, self.region, self.folder = engine, region, folder

    def one(self, key: str) -> RowMapping | None:
        """A briefing with the facts of its edition."""
        with reading(self.engine) as connection:
            return connection.execute(self._rows().where(briefing.c.id == key)).mappings().first()

    def path(self, row: RowMapping) -> Path:
        """Where the file of a briefing lies, or should."""
        return self.folder / str(row["file"])

    def found(self, key: str) -> RowMapping | None:
        """A briefing whose file is there."""
        row = self.one(key)
        return row if row and self.path(row).is_file() else None

    def listed(self, search: Search) -> list[RowMapping]:
        """The newest briefings first, one more than the limit where there are more."""
        query = self._rows()
        if search.text:
            query = query.where(briefing.c.title.icontains(search.text, autoescape=True))
        for name, value in search.exact:
            query = query.where((edition if name in ("kind", "area") else briefing).c[name] == value)
        if search.first_on is not None:
            query = query.where(edition.c.last_on >= search.first_on)
        if search.last_on is not None:
            query = query.where(edition.c.first_on <= search.last_on)
        if search.after:
            at, key = search.after
            query = query.where(or_(briefing.c.made_at < at, and_(briefing.c.made_at == at, briefing.c.id < key)))
        with reading(self.engine) as connection:
            newest = query.order_by(briefing.c.made_at.desc(), briefing.c.id.desc()).limit(search.limit + 1)
            return list(connection.execute(newest).mappings())

    def file(self, asked: dict[str, Any], facts: dict[str, Any], stem: str, body: bytes, now: datetime) -> RowMapping:
        """Put a file into the folder, then its row; `facts` are its title, digest and pages. Raises OSError.

        Made again, it keeps its row; other bytes than before, which only another version of the program gives, are said in the log."""
        key, sha256 = key_of(asked), hashlib.sha256(body).hexdigest()
        before = self.one(key)
        name = before["file"] if before else f"{stem}_{key[:8]}.{asked['form']}"
        row = {
            REGION: self.region, "id": key, **{part: asked[part] for part in ASKED}, **facts, "sha256": sha256, "size_n": len(body),
            "made_at": before["made_at"] if before else now, "file": name,
        }  # fmt: skip
        if before and before["sha256"] != sha256:
            log.warning("briefing %s is not what it was: made by another version of this program", key)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            _put(self.folder / name, body)
            with writing(self.engine) as connection:
                connection.execute(replacing(connection.dialect.name, briefing), row)
        made = self.one(key)
        if made is None:
            raise LookupError(f"edition {asked['edition']} of briefing {key} was retired meanwhile")
        return made

    def sweep(self) -> list[str]:
        """Take away what was left half written, and files without a row; their names."""
        if not self.folder.is_dir():
            return []
        with self._locked(fcntl.LOCK_EX):
            with reading(self.engine) as connection:
                known = set(connection.execute(select(briefing.c.file).where(briefing.c[REGION] == self.region)).scalars())
            stray = [path for path in self.folder.iterdir() if path.is_file() and path.name != LOCK and path.name not in known]
            for path in stray:
                path.unlink(missing_ok=True)
        return sorted(path.name for path in stray)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Whoever files may do so beside others, whoever sweeps must be alone: a new file has no row yet."""
        with (self.folder / LOCK).open("w") as lock:
            fcntl.flock(lock, how)
            yield

    def _rows(self) -> Select[Any]:
        names = ("kind", "area", "first_on", "last_on", "as_of", "running", "number")
        joined = and_(edition.c[REGION] == briefing.c[REGION], edition.c.id == briefing.c.edition)
        return select(briefing, *(edition.c[name] for name in names)).join(edition, joined).where(briefing.c[REGION] == self.region)


def _put(path: Path, body: bytes) -> None:
    """Write a file so that it is whole or not there, whatever happens meanwhile."""
    part = path.with_name(f"{path.name}.{os.getpid()}{ENDING}")
    try:
        with part.open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
