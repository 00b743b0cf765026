"""The post: writes the mail a briefing goes out with, and hands it to the mail server. Plain text, no tracking, every briefing attached."""

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dashboard.briefings.schedules import Schedule
from dashboard.settings import MailServer
from layouts.briefing.build import cover_of
from layouts.briefing.edition import TYPES, Edition
from layouts.briefing.subject import subject_of
from layouts.text import Words, words_for

TIMEOUT_S = 60.0  # for each answer of the server
_MB = 1_000_000
_DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A briefing that goes out: its title, language and form, its file's name and bytes, its pages where it has such."""

    title: str
    lang: str
    form: str
    name: str
    body: bytes
    pages: int | None


class Post:
    """Hands mail to one server, from one address. The server's certificate must be good for its name."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server, self.sender = server, sender

    def send(self, message: EmailMessage) -> list[str]:
        """Hand the mail over once; the addresses that were refused. Raises OSError or SMTPException when nobody got it."""
        smtp = self._connected()
        try:
            return sorted(smtp.send_message(message))
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what is handed over stays so, however the server takes leave
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server, trusted = self._server, ssl.create_default_context()
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=trusted)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        try:
            if server.scheme == "smtp+starttls":
                smtp.starttls(context=trusted)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def reason_of(error: Exception) -> str:
    """Why a mail did not go out, on one line: what kind of fault, and what the server said."""
    said = getattr(error, "smtp_error", None)
    told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said or error)
    code = getattr(error, "smtp_code", "")
    return " ".join(f"{type(error).__name__}: {code} {told}".split())


def letter(schedule: Schedule, period: str, edition: Edition, enclosed: Sequence[Enclosure], sender: str, now: datetime) -> EmailMessage:
    """The mail of a schedule and period, with its briefings. The same ones give the same Message-ID, however often it is sent."""
    message = EmailMessage(policy=SMTP)
    first = enclosed[0]
    message["Subject"] = words_for(first.lang)("post.demo", title=first.title) if edition.demo else first.title
    message["From"] = sender
    message["To"] = ", ".join(schedule.recipients)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(schedule, period, edition, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers by itself
    parts = [_told(edition, [each for each in enclosed if each.lang == lang], words_for(lang)) for lang in schedule.langs]
    message.set_content("\n\n".join(parts), cte="base64")
    message["Content-Language"] = ", ".join(schedule.langs)
    for each in enclosed:
        kind, _, form = TYPES[each.form].partition("/")
        message.add_attachment(each.body, maintype=kind, subtype=form, filename=each.name)
    return message


def _message_id(schedule: Schedule, period: str, edition: Edition, sender: str) -> str:
    place = next(iter(edition.snapshots.values())).place
    named = "|".join((str(place["key"]), schedule.name, period))
    return f"<{hashlib.blake2b(named.encode(), digest_size=_DIGEST_BYTES).hexdigest()}.briefing@{sender.split('@')[1]}>"


def _told(edition: Edition, enclosed: Sequence[Enclosure], words: Words) -> str:
    """What the mail says in one language: title, period, area, as-of, digest, the mark of made-up data, what is attached."""
    subject = subject_of(edition, next(iter(edition.snapshots)), words)
    cover, colon = cover_of(edition, subject), words("briefing.colon")
    lines = [enclosed[0].title, *([words("briefing.demo")] if edition.demo else []), ""]
    lines += [f"{name}{colon}{said}" for name, said in cover.lines]
    lines += ["", f"{words('post.files')}{colon.rstrip()}", *(f"  {_size(each, words)}" for each in enclosed)]
    lines += ["", words("post.sent_by", unit=words.label(subject.view.snapshot.place, "centre")), ""]
    return "\n".join(lines)


def _size(each: Enclosure, words: Words) -> str:
    size = words("post.size", n=words.number(max(len(each.body) / _MB, 0.1), decimals=1))
    pages = [words("post.pages", n=each.pages)] if each.pages else []
    return " · ".join((each.name, *pages, size))
