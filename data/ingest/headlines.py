"""Headlines of public sources in, topics and hourly counts out: no headline, no author and no link is stored, quarantine holds none either.

A file is CSV with the columns source, seen_at and headline; others are not read. It is grouped (data.topics), each group of enough posts
becomes a topic or goes on with one that is known, and the headlines are forgotten. A title is made of the words of the code list
`opinion_word` and the place's own names only, so that nothing a person wrote can come through it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data import topics
from data.columns import day_number, hour_number
from data.ingest.records import FileError, Record, check_size, opened_bytes, opened_records
from data.ingest.section import listed
from data.ingest.values import AHEAD, RowError
from data.ledger import record_rows, touch
from data.periods import period
from data.rollups import upsert
from data.schema import REGION, batch, marker, quarantine, source
from data.seed import catalogue
from data.seed.places import Place
from data.subjects.online_opinion import opinion_topic
from data.subjects.opinion_clocks import Clocks
from data.subjects.opinion_sources import opinion_hour, opinion_source

SOURCE = "opinion_civilization"
COLUMNS = ("source", "seen_at", "headline")
MAX_BYTES, LONGEST, PROBLEMS = 8 << 20, 300, 20
PART = 0.25  # of a topic's headlines that must hold a word of its title
GOES_ON = timedelta(days=3)  # so long a topic of the same title goes on
KIND, GRADE, OTHER = "hot", "general", "other"  # until the duty desk says more: a hot issue, with the 48 hours
PLACE_ENDS = ("社区", "街道", "村")
BESIDE = {"路": "Road", "湾": "Bay", "港": "Harbour"}  # named after a place: 南滨路 after 南滨
Row = dict[str, Any]


@dataclass(slots=True)
class Receipt:
    """What became of a file: rows = posts in topics + loose + duplicate + quarantined; `problems` are (line, field, reason)."""

    rows: int = 0
    posts: int = 0
    loose: int = 0  # in no topic
    duplicate: int = 0
    quarantined: int = 0
    topics: int = 0  # new ones
    continued: int = 0
    problems: tuple[tuple[int, str, str], ...] = ()

    def __str__(self) -> str:
        """The counts in one line."""
        names = ("rows", "posts", "loose", "duplicate", "quarantined", "topics", "continued")
        return "  ".join(f"{name} {getattr(self, name)}" for name in names)


@dataclass(frozen=True, slots=True)
class _Post:
    """A good row, while the file is read."""

    source: str
    at: datetime
    headline: str


@dataclass(frozen=True, slots=True)
class _Title:
    """What a topic is called, in our words."""

    zh: str
    en: str
    category: str
    subdistrict: str | None


def load_headlines(connection: Connection, path: Path, place: Place, now: datetime) -> Receipt:
    """Load a file in the caller's transaction. The same file again is all duplicates. Raises FileError when it is unusable as a whole."""
    check_size(path, MAX_BYTES)
    with opened_bytes(path) as content:
        digest = hashlib.sha256(content.read()).hexdigest()
    rows = _rows(path)
    receipt = Receipt(rows=len(rows))
    known = select(marker.c.value).where(marker.c[REGION] == place.region, marker.c.key == f"headlines {digest[:32]}")
    if connection.execute(known).first():
        receipt.duplicate = len(rows)
        return receipt
    posts, refused = _judged(rows, place.zone, now)
    _hold(connection, place.region, digest, refused, now)
    try:
        groups, receipt.loose = topics.grouped([post.headline for post in posts])
    except ValueError as problem:
        raise FileError(f"{path.name}: {problem}") from problem
    titles = _Titles(place)
    for group in groups:
        members = [posts[number] for number in group.members]
        receipt.topics += _stored(connection, place.region, titles.of(group), members, now)
    receipt.continued, receipt.posts = len(groups) - receipt.topics, len(posts) - receipt.loose
    receipt.quarantined, receipt.problems = len(refused), tuple(refused[:PROBLEMS])
    _heard(connection, place.region, posts, now)
    _note(connection, place.region, receipt, digest, now)
    return receipt


def _rows(path: Path) -> list[Record]:
    """The rows of the file, only the columns that are read."""
    with opened_records(path) as records:
        missing = [column for column in COLUMNS if column not in records.header]
        if missing:
            raise FileError(f"{path.name}: no column {listed(missing)}; needed: {listed(COLUMNS)}")
        places = [records.header.index(column) for column in COLUMNS]
        return [row if row.broken else Record(row.line, [row.values[place] for place in places]) for row in records]


def _judged(rows: Sequence[Record], zone: tzinfo, now: datetime) -> tuple[list[_Post], list[tuple[int, str, str]]]:
    """The good rows, and the line, field and reason of the others. No reason repeats what stands in the row."""
    sources = {str(row["key"]) for row in catalogue.codes() if row["list"] == "opinion_source"}
    posts: list[_Post] = []
    refused: list[tuple[int, str, str]] = []
    for row in rows:
        try:
            posts.append(_post(row, sources, zone, now))
        except RowError as problem:
            refused.append((row.line, problem.field, problem.reason))
    return posts, refused


def _post(row: Record, sources: Container[str], zone: tzinfo, now: datetime) -> _Post:
    """A row as a post. Raises RowError."""
    if row.broken:
        raise RowError("row", row.broken)
    name, seen, headline = row.values
    at, headline = _moment(seen, zone), headline.strip()
    if name not in sources:
        raise RowError("source", "not a configured source")
    if at is None:
        raise RowError("seen_at", "not a moment")
    if at > now + AHEAD:
        raise RowError("seen_at", "in the future")
    if not 0 < len(headline) <= LONGEST:
        raise RowError("headline", f"not 1 to {LONGEST} signs long")
    return _Post(name, at, headline)


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at


def _hold(connection: Connection, region: int, digest: str, refused: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """Bad rows go to quarantine by the file and their line, without what they say."""
    rows = [
        {
            REGION: region, "source": SOURCE, "digest": hashlib.sha256(f"{digest}:{line}".encode()).hexdigest(), "row_number": line,
            "field": field, "reason": reason, "raw": json.dumps({"line": line}), "received_at": now,
        }
        for line, field, reason in refused
    ]  # fmt: skip
    if rows:
        connection.execute(insert(quarantine), rows)
        touch(connection, region, quarantine.name, now)


class _Titles:
    """Makes titles of listed words and of the place's names."""

    def __init__(self, place: Place) -> None:
        codes = catalogue.codes()
        self._words = {str(row["name_zh"]): row for row in codes if row["list"] == "opinion_word"}
        other = next(row for row in codes if row["list"] == "opinion" and row["key"] == OTHER)
        self._other = (str(other["name_zh"]), str(other["name_en"]))
        self._places: dict[str, tuple[str, str, str]] = {}
        for row in place.areas():
            if row["kind"] in ("subdistrict", "community"):
                street = row["code"] if row["kind"] == "subdistrict" else row["parent"]
                name = str(row["name_zh"])
                short = next((name.removesuffix(end) for end in PLACE_ENDS if name.endswith(end)), name)
                english = str(row["name_en"]).removesuffix(" Community").removesuffix(" Sub-district")
                self._places[short] = (short, english, str(street))
                self._places |= {short + end: (short + end, f"{english} {word}", str(street)) for end, word in BESIDE.items()}

    def of(self, group: topics.Group) -> _Title:
        """A place, if most name one, and what it is about; a group without any listed word is called other."""
        held = [word for word, count in group.words if count >= PART * len(group.members)]
        about = next((self._words[word] for word in held if word in self._words), None)
        where = next((self._places[word] for word in held if word in self._places), None)
        zh, en = (str(about["name_zh"]), str(about["name_en"])) if about else self._other
        if where:
            zh, en = f"{where[0]} · {zh}", f"{where[1]} · {en}"
        return _Title(zh, en, str(about["parent"]) if about else OTHER, where[2] if where else None)


def _stored(connection: Connection, region: int, title: _Title, posts: Sequence[_Post], now: datetime) -> bool:
    """Store a group as a topic, or add it to one of the same title that still goes on; whether it is new."""
    moments = sorted(post.at for post in posts)
    hours = Counter(hour_number(at) for at in moments)
    row = _going_on(connection, region, title, moments[0])
    new = row is None
    if row is None:
        row = _opened(connection, region, title, moments[topics.LEAST_POSTS - 1])
    before = dict(
        connection.execute(
            select(opinion_hour.c.hour_on, opinion_hour.c.posts_n).where(
                opinion_hour.c[REGION] == region, opinion_hour.c.topic == row["number"]
            )
        ).all()
    )
    posts_n = len(posts) + (0 if new else row["posts_n"])
    record_rows(connection, region, opinion_topic, [row | {"posts_n": posts_n}], now)
    counted = [
        {"topic": row["number"], "hour_on": hour, "day_on": hour // 24, "posts_n": count + before.get(hour, 0)}
        for hour, count in hours.items()
    ]
    record_rows(connection, region, opinion_hour, counted, now)
    return new


def _going_on(connection: Connection, region: int, title: _Title, at: datetime) -> Row | None:
    """The newest topic of that title found so short a time before, as it stands."""
    known = opinion_topic.c
    query = select(opinion_topic).where(
        known[REGION] == region, known.day >= day_number(at - GOES_ON), known.title_zh == title.zh, known.found_at >= at - GOES_ON
    )
    row = connection.execute(query.order_by(known.found_at.desc()).limit(1)).mappings().first()
    return None if row is None else {name: value for name, value in row.items() if name != REGION}


def _opened(connection: Connection, region: int, title: _Title, found: datetime) -> Row:
    """The row of a new topic: nothing done yet, its clock running since it had enough posts."""
    codes = catalogue.codes()
    clock, day = Clocks.of(codes).general, day_number(found)
    due = found + timedelta(seconds=clock.answer_s)
    unit = next(str(row["parent"]) for row in codes if row["list"] == "opinion" and row["key"] == title.category)
    known = opinion_topic.c
    last = connection.execute(select(func.max(known.number)).where(known[REGION] == region, known.day.between(day - 2, day + 2))).scalar()
    given = {
        "number": max(day * 1000, last or 0) + 1, "title_zh": title.zh, "title_en": title.en, "category": title.category,
        "opinion_kind": KIND, "opinion_grade": GRADE, "unit": unit, "handler": unit,
        "subdistrict": title.subdistrict, "found_at": found, "day": day,
        "told_on": period(day_number(due), "month")[1], "due_at": due, "due_soon_at": found + timedelta(seconds=clock.soon_s),
        "service": title.category != OTHER, "linked_in_time": False, "open": True,
        "case_state": None if title.category == OTHER else "unlinked",
    }  # fmt: skip
    return {column.name: given.get(column.name) for column in opinion_topic.columns if column.name != REGION}


def _heard(connection: Connection, region: int, posts: Sequence[_Post], now: datetime) -> None:
    """The sources that were heard of answer; the others stay as they are."""
    every = {str(row["key"]): int(row["weight"]) for row in catalogue.codes() if row["list"] == "opinion_source"}
    newest: dict[str, datetime] = {}
    for post in posts:
        newest[post.source] = max(post.at, newest.get(post.source, post.at))
    rows = [{"source": key, "every_s": every[key], "seen_at": at, "answering": True} for key, at in newest.items()]
    record_rows(connection, region, opinion_source, rows, now)


def _note(connection: Connection, region: int, receipt: Receipt, digest: str, now: datetime) -> None:
    """Enter the delivery, and that this file has come."""
    accepted = receipt.posts + receipt.loose
    here = (source.c[REGION] == region, source.c.key == SOURCE)
    counts = {"accepted_n": source.c.accepted_n + accepted, "quarantined_n": source.c.quarantined_n + receipt.quarantined}
    connection.execute(source.update().where(*here).values(received_at=now, covers_to=now, error=None, connected=True, **counts))
    seq = connection.scalar(select(func.max(batch.c.seq)).where(batch.c[REGION] == region, batch.c.source == SOURCE)) or 0
    counted = {"rows_n": receipt.rows, "accepted_n": accepted, "duplicate_n": 0, "quarantined_n": receipt.quarantined}
    connection.execute(insert(batch), [{REGION: region, "source": SOURCE, "seq": seq + 1, "received_at": now, **counted}])
    noted = upsert(connection, marker).values(region=region, key=f"headlines {digest[:32]}", value=now.isoformat())
    connection.execute(noted.on_conflict_do_nothing())
    touch(connection, region, source.name, now)
