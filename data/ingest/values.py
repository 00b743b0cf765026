"""Turns the texts of one row into checked values, or says which field is wrong and why."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data.ingest.crs import to_wgs84
from data.ingest.mapping import ITSELF, Field, Mapping
from data.ingest.section import listed

Values = dict[str, Any]
Reader = Callable[[Sequence[str]], Any]

AHEAD = timedelta(minutes=5)  # clocks of two systems may differ by this much
LONGEST_TERM = timedelta(days=3660)  # a later deadline is a placeholder such as 2099-12-31
_YEARS = range(1990, 2101)
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,15})?", re.ASCII)
_DIGITS = re.compile(r"\d(?:[ \-–.()]{0,2}\d){6,}[Xx]?")
_ADDRESS = re.compile(r"[^\s@]{1,80}@[^\s@]{1,80}")
_MASKED = 400
_SHOWN = 40


class RowError(ValueError):
    """A row cannot become a case: the field at fault and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class RowReader:
    """The readers of a mapping, bound to the positions its columns have in one file."""

    mapping: Mapping
    readers: tuple[tuple[str, Reader], ...]

    @classmethod
    def bound(cls, mapping: Mapping, header: Sequence[str]) -> "RowReader":
        """Readers for a file with this header, which holds every column of the mapping."""
        readers = tuple((target, _reader(field, header, mapping)) for target, field in mapping.fields.items())
        return cls(mapping, readers)

    def values(self, row: Sequence[str], now: datetime) -> Values:
        """Every mapped value; times in UTC, lon/lat in WGS 84 or None. Raises RowError."""
        found: Values = dict.fromkeys(("closed", "deadline", "status", "outcome", "type_group", "area", "lon", "lat"))
        found["urgent"] = False
        for target, read in self.readers:
            found[target] = read(row)
        try:
            _check_times(found, now)
            _check_status(found)
            found["lon"], found["lat"] = _location(found["lon"], found["lat"], self.mapping)
        except RowError as problem:
            raise RowError(self.mapping.fields[problem.field].column or problem.field, problem.reason) from problem
        return found


def _reader(field: Field, header: Sequence[str], mapping: Mapping) -> Reader:
    convert = _converter(field, mapping.file.time_zone)
    name = field.column or field.target
    if field.column is None:
        constant = convert(field.constant or "")
        return lambda row: constant
    index = header.index(field.column)

    def read(row: Sequence[str]) -> Any:
        text = _plain(row[index], name) or field.default or ""
        if not text:
            if field.required:
                raise RowError(name, "is empty")
            return False if field.type == "flag" else None
        if field.allowed and text not in field.allowed:
            raise RowError(name, f"{_shown(masked(text))} is not allowed: {_few(field.allowed)}")
        try:
            return convert(text)
        except ValueError as problem:
            raise RowError(name, str(problem)) from problem

    return read


def plain(raw: str) -> str:
    """The text with single spaces between its words and none around them."""
    return " ".join(raw.split())


def _plain(raw: str, name: str) -> str:
    text = plain(raw)
    if not text.isprintable():
        sign = next(sign for sign in text if not sign.isprintable())
        raise RowError(name, f"holds the unprintable character U+{ord(sign):04X}")
    return text


def _converter(field: Field, zone: ZoneInfo) -> Callable[[str], Any]:
    if field.type == "time":
        return lambda text: moment(text, field.formats, zone)
    if field.type == "number":
        return number
    if field.type == "flag":
        return lambda text: _code(field, text.lower()) == "true"
    return lambda text: _text(field, text)


def _text(field: Field, text: str) -> str | None:
    word = _code(field, text)
    if len(word) > field.longest:
        raise ValueError(f"{len(word)} characters, {field.longest} at most")
    if word and field.words and word not in field.words:
        raise ValueError(f"{_shown(masked(word))} is not allowed: {listed(field.words)}")
    if not word and field.required:
        raise ValueError(f"{_shown(masked(text))} stands for nothing, and a value is needed")
    return word or None


def _code(field: Field, text: str) -> str:
    if field.codes is None:
        return text
    code = field.codes.get(text, text if field.other == ITSELF else field.other)
    if code is None:
        raise ValueError(f"{_shown(masked(text))} has no code: {_few(field.codes)}")
    return code


def number(text: str) -> float:
    """A decimal number with a point; full-width digits are read as digits. Refuses NaN, infinities and exponents."""
    half = unicodedata.normalize("NFKC", text)
    if not _NUMBER.fullmatch(half):
        raise ValueError(f"{_shown(text)} is not a decimal number")
    return float(half)


def moment(text: str, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """The moment in UTC, whole seconds, of the first format that fits; a time without offset is local to `zone`.

    Refuses times that a daylight saving change skips; of a repeated hour the first is meant.
    """
    half = unicodedata.normalize("NFKC", text)
    for form in formats:
        try:
            found = _in_format(half, form)
        except (ValueError, OverflowError):
            continue
        if found.year not in _YEARS:
            raise ValueError(f"{_shown(text)} is outside the years {_YEARS[0]} to {_YEARS[-1]}")
        return _utc(found.replace(microsecond=0), zone, text)
    raise ValueError(f"{_shown(text)} is not a time in the format {listed(formats)}")


def _in_format(text: str, form: str) -> datetime:
    if form == "iso":
        if len(text) <= len("2026-01-31"):
            raise ValueError("a day without a time of day")
        return datetime.fromisoformat(text)
    if form in ("epoch_s", "epoch_ms"):
        return datetime.fromtimestamp(number(text) / (1000 if form == "epoch_ms" else 1), UTC)
    return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by the caller


def _utc(found: datetime, zone: ZoneInfo, text: str) -> datetime:
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    moment_utc = found.replace(tzinfo=zone).astimezone(UTC)
    if moment_utc.astimezone(zone).replace(tzinfo=None) != found:
        raise ValueError(f"{_shown(text)} does not exist in {zone.key}: the clocks skip it")
    return moment_utc


def _check_times(found: Values, now: datetime) -> None:
    opened, closed, deadline = found["opened"], found["closed"], found["deadline"]
    for target in ("opened", "closed"):
        if found[target] is not None and found[target] > now + AHEAD:
            raise RowError(target, f"{found[target].isoformat()} lies in the future")
    if closed is not None and closed < opened:
        raise RowError("closed", f"closed {closed.isoformat()} before it was opened {opened.isoformat()}")
    if deadline is not None and deadline < opened:
        raise RowError("deadline", f"due {deadline.isoformat()} before it was opened {opened.isoformat()}")
    if deadline is not None and deadline > opened + LONGEST_TERM:
        raise RowError("deadline", f"due {deadline.isoformat()}, more than {LONGEST_TERM.days} days after opening")


def _check_status(found: Values) -> None:
    if found["status"] == "closed" and found["closed"] is None:
        raise RowError("closed", "the status is closed and the closing time is empty")
    if found["status"] == "open" and found["closed"] is not None:
        raise RowError("status", "the status is open and there is a closing time")
    if found["closed"] is None:
        found["outcome"] = None


def _location(lon: float | None, lat: float | None, mapping: Mapping) -> tuple[float | None, float | None]:
    if lon is None or lat is None:
        if lon != lat:
            raise RowError("lon" if lon is None else "lat", "is empty, the other coordinate is not")
        return None, None
    if abs(lon) < 1e-6 and abs(lat) < 1e-6:
        raise RowError("lon", "0, 0 is not a place here")
    west, south, east, north = mapping.place.bounds
    # beyond the globe the shifted systems have no meaning, so the bounds are asked before and after
    inside = abs(lon) <= 180 and abs(lat) <= 90
    if inside:
        lon, lat = (round(degrees, 6) for degrees in to_wgs84(mapping.file.crs, lon, lat))
    if not (inside and west <= lon <= east and south <= lat <= north):
        raise RowError("lon", f"{lon}, {lat} lies outside {mapping.place.name_en}")
    return (None, None) if (lon, lat) in mapping.unlocated else (lon, lat)


def masked(text: str) -> str:
    """The first characters of a text, without what could be a telephone or identity number or a mail address."""
    return _ADDRESS.sub("***@***", _DIGITS.sub(lambda run: run[0][:2] + "*" * (len(run[0]) - 2), text[:_MASKED]))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _few(words: Sequence[str] | frozenset[str] | dict[str, str]) -> str:
    some = sorted(words)
    return listed(some[:8]) + (" …" if len(some) > 8 else "")
