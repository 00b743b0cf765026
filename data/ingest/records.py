"""Reads a delimited file record by record with bounded memory, and survives records that are broken.

A record that cannot be read (a quote that never closes, a line without end, bytes of another encoding) is handed on as
broken with its line number, and reading goes on with the next line; only a file that is unusable as a whole is refused.
"""

import csv
import gzip
import stat
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO, cast

MAX_LINE = 65_536  # characters of one line
MAX_LINES = 200  # lines of one record: a quote open for longer is a mistake, not a text
_BLOCK = 1 << 20


class FileError(ValueError):
    """The file as a whole cannot be loaded; nothing of it was. The text says why and what is allowed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its line, its values, and why it cannot be read (empty when it can)."""

    line: int
    values: list[str]
    broken: str = ""


@contextmanager
def opened_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The content of a regular file, unpacked when the name ends in .gz."""
    try:
        kind = path.stat().st_mode
    except OSError as problem:
        raise FileError(f"{path.name}: cannot be opened ({problem.strerror})") from problem
    if not stat.S_ISREG(kind):
        raise FileError(f"{path.name}: not a regular file")
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=raw) as packed:
                yield cast(IO[bytes], packed)
        else:
            yield raw


def check_size(path: Path, max_bytes: int) -> int:
    """Bytes of the file after unpacking. Raises FileError when it is larger than allowed, cut off or damaged."""
    size = 0
    try:
        with opened_bytes(path) as content:
            while block := content.read(_BLOCK):
                size += len(block)
                if size > max_bytes:
                    raise FileError(f"{path.name}: larger than {max_bytes} bytes after unpacking (file.max_bytes)")
    except (OSError, EOFError, zlib.error) as problem:
        raise FileError(f"{path.name}: cannot be unpacked ({problem})") from problem
    return size


@contextmanager
def opened_records(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Iterator["Records"]:
    """The rows of a file. Raises FileError when it is empty or its first row cannot be read."""
    # broken bytes become lone surrogates, which mark exactly the rows that hold them
    with (
        opened_bytes(path) as content,
        TextIOWrapper(cast(BinaryIO, content), encoding, errors="surrogateescape", newline="") as text,
    ):
        yield Records(text, delimiter)


class Records:
    """The rows of a file in order; `header` is its first row. Blank lines are not rows."""

    def __init__(self, text: TextIOWrapper, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self._line = 0
        self._waiting: deque[tuple[int, str]] = deque()
        first = next(self._records(), None)
        if first is None:
            raise FileError("the file is empty; its first row must name the columns")
        if first.broken:
            raise FileError(f"the first row cannot be read: {first.broken}")
        self.header = [name.lstrip("\ufeff").strip() for name in first.values]

    def __iter__(self) -> Iterator[Record]:
        width = len(self.header)
        for record in self._records():
            if not record.broken and len(record.values) != width:
                yield Record(record.line, record.values, f"{len(record.values)} values in a row of {width} columns")
            else:
                yield record

    def _next_line(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        text = self._text.readline(MAX_LINE + 1)
        if not text:
            return None
        self._line += 1
        if len(text) > MAX_LINE:
            tail = text
            while tail and not tail.endswith(("\n", "\r")):
                tail = self._text.readline(MAX_LINE)
        return self._line, text

    def _records(self) -> Iterator[Record]:
        while (found := self._next_line()) is not None:
            line, text = found
            if not text.strip("\r\n"):
                continue
            if len(text) > MAX_LINE:
                yield Record(line, [text], f"the line is longer than {MAX_LINE} characters")
                continue
            yield self._record(line, text)

    def _record(self, line: int, text: str) -> Record:
        values, problem = self._parsed(text)
        if problem == "open":
            values, problem = self._continued(text)
        if values is None:
            return Record(line, [text], problem)
        if not all(value.isascii() or _is_text(value) for value in values):
            return Record(line, values, f"holds bytes that are not {self._text.encoding}")
        return Record(line, values)

    def _parsed(self, text: str) -> tuple[list[str] | None, str]:
        try:
            return next(csv.reader(StringIO(text, newline=""), delimiter=self._delimiter, strict=True)), ""
        except csv.Error as problem:
            reason = str(problem)
            return None, "open" if "unexpected end of data" in reason else f"quotes are wrong: {reason}"

    def _continued(self, text: str) -> tuple[list[str] | None, str]:
        """Joins the lines of a quoted text; when its quote never closes, gives the lines back and reports the first."""
        taken: list[tuple[int, str]] = []
        whole = text
        while len(taken) < MAX_LINES and (found := self._next_line()) is not None:
            taken.append(found)
            whole += found[1]
            if len(whole) > MAX_LINE:
                break
            if '"' in found[1]:
                values, problem = self._parsed(whole)
                if values is not None:
                    return values, ""
                if problem != "open":
                    break
        self._waiting.extendleft(reversed(taken))
        return None, "a quote is opened and never closed"


def _is_text(value: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in value)
