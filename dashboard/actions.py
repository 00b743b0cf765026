"""The door for everything a person does: judged by its rules, written to the audit whatever becomes of it, and only then done.

So far one thing can be done: ask for the live picture of a channel. The grant is a signed token for that channel, dead after five minutes.
"""

import logging
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from data import audit
from data.audit import Entry
from data.db import writing
from data.schema import REGION
from data.subjects.public_video import channel

log = logging.getLogger(__name__)
PICTURE, CHANNEL = "live_picture", "channel"
PURPOSES = ("disaster", "incident", "traffic", "crowd_safety", "repair", "acceptance")
GRANTED_FOR = timedelta(minutes=5)
LEAST_REASON, MOST_REASON = 10, 200  # characters
ACTOR, DISTANT = "desk@loopback", "desk@remote"  # nobody signs in yet
GATEWAY, PATTERN = "gateway", "pattern"
SLACK_S = 2.0
MOST_NUMBER = 2**31
_READ = 2000  # characters of a reason that are looked at
# Runs of eleven digits, mobile and fixed telephones, identity numbers, mail addresses.
_PERSONAL = re.compile(
    r"\d{11,}|(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|"
    r"\d{6}[- ]?(19|20)\d{2}[- ]?\d{4}[- ]?\d{3}[\dXx]|[\w.+-]+@[\w-]+\.\w+"
)


class Refused(Exception):
    """What was asked is not given; `rule` names why."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Grant:
    """A live picture of one channel until a moment; `number` is its row in the audit."""

    number: int
    channel: int
    code: str
    until: datetime


class Actions:
    """What a desk may do in a region. `source` says where pictures come from: GATEWAY, PATTERN or nowhere."""

    def __init__(self, engine: Engine, region: int, clock: Callable[[], datetime], source: str = "", secret: str = "") -> None:
        self._engine, self._region, self._clock, self._source = engine, region, clock, source
        self._timers: list[threading.Timer] = []
        self._seal = URLSafeSerializer(secret or secrets.token_hex(32), salt=PICTURE)

    def open_picture(self, number: int, purpose: str, reason: str, near: bool = True) -> tuple[Grant, str]:
        """A grant and its token; `near`: asked from this machine. Raises Refused. Either is in the audit before anybody hears of it."""
        now, said = self._clock(), _said(reason)
        with writing(self._engine) as connection:
            code = _code(connection, self._region, number)
            rule = self._against(purpose, said, code, near)
            entry = Entry(
                ACTOR if near else DISTANT, PICTURE, CHANNEL, str(number), audit.REFUSED if rule else audit.GRANTED,
                purpose if purpose in PURPOSES else "", "" if rule else said, rule,
            )  # fmt: skip
            row = self._write(connection, entry, now)
        if rule or code is None:
            raise Refused(rule)
        grant = Grant(row, number, code, (now + GRANTED_FOR).replace(microsecond=0))
        self._end_later()
        return grant, str(self._seal.dumps([row, number, code, int(grant.until.timestamp())]))

    def granted(self, token: str) -> Grant:
        """What a token stands for. Raises Refused for one that is not ours, is past its time or was given back."""
        grant = self._read(token)
        if grant.until <= self._clock():
            raise Refused("expired")
        with self._engine.connect() as connection:
            if audit.is_ended(connection, self._region, grant.number):
                raise Refused("ended")
        return grant

    def end_picture(self, token: str) -> None:
        """Take a grant back; nothing where it has ended already. Raises Refused for a token that is not ours."""
        grant, now = self._read(token), self._clock()
        with writing(self._engine) as connection:
            if not audit.is_ended(connection, self._region, grant.number):
                self._end(connection, grant.number, str(grant.channel), "stopped" if now < grant.until else "expired", now)

    def end_overdue(self, reach: timedelta = timedelta(days=1)) -> None:
        """Write down the end of every grant of that time whose page never did. What cannot be written now, the next start finds."""
        now = self._clock()
        try:
            with writing(self._engine) as connection:
                for row in audit.unended(connection, self._region, now - reach, now - GRANTED_FOR):
                    self._end(connection, row["number"], row["subject"], "expired", now)
        except SQLAlchemyError as error:
            log.warning("the end of a live picture cannot be written: %s", str(error).splitlines()[0])

    def _end(self, connection: Connection, number: int, subject: str, rule: str, now: datetime) -> None:
        entry = Entry(ACTOR, PICTURE, CHANNEL, subject, audit.ENDED, rule=rule, concerns=number)
        self._write(connection, entry, now)

    def _write(self, connection: Connection, entry: Entry, now: datetime) -> int:
        """The number of the new row. The log keeps the head of the chain outside the database."""
        number, digest = audit.append(connection, self._region, entry, now)
        log.info("audit row %s of %s: %s", number, self._region, digest)
        return number

    def _end_later(self) -> None:
        timer = threading.Timer((GRANTED_FOR / timedelta(seconds=1)) + SLACK_S, self.end_overdue)
        timer.daemon = True
        timer.start()
        self._timers = [*(other for other in self._timers if other.is_alive()), timer]

    def close(self) -> None:
        """Wait for the end of no grant any more; the next start writes down those that are due."""
        for timer in self._timers:
            timer.cancel()

    def _against(self, purpose: str, said: str, code: str | None, near: bool) -> str:
        """The first rule a request breaks, empty where it breaks none."""
        rules = (
            ("no_purpose", purpose not in PURPOSES),
            ("no_reason", not said),
            ("short", len(said) < LEAST_REASON),
            ("long", len(said) > MOST_REASON),
            ("personal", _PERSONAL.search(unicodedata.normalize("NFKC", said)) is not None),
            ("no_channel", code is None),
            ("no_source", not self._source),
            ("remote", self._source == GATEWAY and not near),
        )
        return next((rule for rule, broken in rules if broken), "")

    def _read(self, token: str) -> Grant:
        try:
            number, found, code, until = self._seal.loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise Refused("not_ours") from error
        return Grant(number, found, code, datetime.fromtimestamp(until, UTC))


def _said(reason: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in reason[:_READ]).split())


def _code(connection: Connection, region: int, number: int) -> str | None:
    query = select(channel.c.code).where(channel.c[REGION] == region, channel.c.number == number, channel.c.retired_on.is_(None))
    return connection.execute(query).scalar() if 0 < number < MOST_NUMBER else None
