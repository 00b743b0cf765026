"""Settings from the environment, checked at the start: an unknown name or a wrong value stops it with one line."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from data.seed.places import places

ROOT = Path(__file__).parents[1]
PREFIX = "WALL_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEAST_SECRET = 32  # characters
GATEWAY = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/%+-]*\{code\}[A-Za-z0-9._~/%+-]*\.m3u8(\?[A-Za-z0-9._~=&{}-]*)?")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MAIL_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f]*:[0-9a-f:.]*")
MAILBOX = re.compile(r"[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)  # bare: no name before it


class BadSetting(Exception):
    """A setting is unknown or has a value that is not allowed; the message names it and what is allowed."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over: in the clear, after STARTTLS, or through TLS from the start. Its password is never shown."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside."""

    place: str = "haojiang"
    database_url: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8050
    allow_remote: bool = False
    feed_speed: float = 1.0
    history_days: int = 420
    seed: int = 440512
    streams: int = 256
    distance_m: float = 0.0  # 0: not told, type keeps its usual share of the wall
    pitch_mm: float = 0.0
    log_level: str = "info"
    exact_points: bool | None = None  # None: where the place is a demonstration
    video_gateway: str = ""
    secret: str = ""
    month_cutoff: int = 0  # the last day of a statistics month; 0: that of the calendar month
    briefing_days: int = 1100  # how long briefings and their numbers are kept; 0: for ever
    briefings: str = ""
    schedules: str = ""  # the file of briefings that appear by themselves
    smtp: MailServer | None = None
    mail_from: str = ""

    @property
    def database(self) -> str:
        """The database's address; a file per place below var/ unless DATABASE_URL says otherwise."""
        return self.database_url or f"sqlite:///{ROOT / 'var' / (self.place + '.db')}"

    @property
    def briefings_folder(self) -> Path:
        """Where the files of briefings lie; a folder per place below var/ unless WALL_BRIEFINGS says otherwise."""
        return Path(self.briefings) if self.briefings else ROOT / "var" / "briefings" / self.place


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, text: str) -> int:
        if not text.isdecimal() or not text.isascii() or len(text) > 20 or not low <= int(text) <= high:
            raise BadSetting(f"{name}={text!r}: allowed are whole numbers from {low} to {high}")
        return int(text)

    return parse


def _number(low: float, high: float) -> Callable[[str, str], float]:
    def parse(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise BadSetting(f"{name}={text!r}: allowed are numbers from {low:g} to {high:g}")
        return value

    return parse


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text not in allowed:
            raise BadSetting(f"{name}={text!r}: allowed are {', '.join(allowed)}")
        return text

    return parse


def _switch(name: str, text: str) -> bool:
    return _choice("0", "1")(name, text) == "1"


def _text(name: str, text: str) -> str:
    return text


def _place(name: str, text: str) -> str:
    return _choice(*places())(name, text)


def _redis(name: str, text: str) -> str:
    if not text.startswith(REDIS_SCHEMES):
        raise BadSetting(f"{name}={text.split('@')[-1]!r}: allowed are {', '.join(scheme + '…' for scheme in REDIS_SCHEMES)}")
    return text


def _gateway(name: str, text: str) -> str:
    if not GATEWAY.fullmatch(text) or set(re.findall(r"\{[^}]*\}", text)) - {"{code}", "{token}"}:
        raise BadSetting(
            f"{name}={text!r}: allowed are addresses like https://HOST/PATH/{{code}}/index.m3u8, perhaps with ?token={{token}}"
        )
    return text


def _secret(name: str, text: str) -> str:
    if len(text) < LEAST_SECRET or len(set(text)) < LEAST_SECRET // 4:
        raise BadSetting(f"{name}=…: allowed are random texts of {LEAST_SECRET} characters and more")
    return text


def _folder(name: str, text: str) -> str:
    if not text.startswith("/") or "\0" in text:
        raise BadSetting(f"{name}={text!r}: allowed are folders from the root, like /srv/briefings")
    return text


def _file(name: str, text: str) -> str:
    if not text.startswith("/") or not Path(text).is_file():
        raise BadSetting(f"{name}={text!r}: allowed are files that are there, from the root, like /etc/briefings.toml")
    return text


def _mail_server(name: str, text: str) -> MailServer:
    try:
        found = urlsplit(text)
        server = _judged(found, found.port)
    except ValueError:
        server = None
    if server is None:
        forms = "smtp://HOST:25, smtp+starttls://USER:PASSWORD@HOST:587, smtps://USER:PASSWORD@HOST:465"
        raise BadSetting(f"{name}=…: allowed are {forms} (a password only through TLS, its signs like @ and : as %40 and %3A)")
    return server


def _judged(found: SplitResult, port: int | None) -> MailServer | None:
    """The server of an address, or None where it is none; a user and a password stand together, and never in the clear."""
    user, password = unquote(found.username or ""), unquote(found.password or "")
    fits = found.scheme in MAIL_PORTS and MAIL_HOST.fullmatch(found.hostname or "") and port != 0
    extra = found.path or found.query or found.fragment or not (user + password).isprintable()
    if not fits or extra or bool(user) != bool(password) or (user and found.scheme == "smtp"):
        return None
    return MailServer(found.scheme, found.hostname or "", port or MAIL_PORTS[found.scheme], user, password)


def _mailbox(name: str, text: str) -> str:
    if not MAILBOX.fullmatch(text):
        raise BadSetting(f"{name}={text!r}: allowed are bare addresses of a unit, like briefings@example.org")
    return text


# environment name → (field, parser)
NAMES: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "PLACE": ("place", _place),
    "DATABASE_URL": ("database_url", _text),
    "REDIS_URL": ("redis_url", _redis),
    "HOST": ("host", _text),
    "PORT": ("port", _whole(1, 65535)),
    "WALL_ALLOW_REMOTE": ("allow_remote", _switch),
    "WALL_FEED_SPEED": ("feed_speed", _number(0, 3600)),
    "WALL_HISTORY_DAYS": ("history_days", _whole(1, 20000)),
    "WALL_SEED": ("seed", _whole(0, 2**31)),
    "WALL_STREAMS": ("streams", _whole(4, 4000)),
    "WALL_DISTANCE_M": ("distance_m", _number(0.5, 40)),
    "WALL_PITCH_MM": ("pitch_mm", _number(0.1, 20)),
    "WALL_LOG_LEVEL": ("log_level", _choice("debug", "info", "warning", "error")),
    "WALL_EXACT_POINTS": ("exact_points", _switch),
    "WALL_VIDEO_GATEWAY": ("video_gateway", _gateway),
    "WALL_SECRET": ("secret", _secret),
    "WALL_MONTH_CUTOFF": ("month_cutoff", _whole(0, 28)),
    "WALL_BRIEFING_DAYS": ("briefing_days", _whole(0, 36500)),
    "WALL_BRIEFINGS": ("briefings", _folder),
    "WALL_SCHEDULES": ("schedules", _file),
    "WALL_SMTP": ("smtp", _mail_server),
    "WALL_MAIL_FROM": ("mail_from", _mailbox),
}


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment. Raises BadSetting naming the setting, what was found and what is allowed."""
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in NAMES)
    if unknown:
        allowed = ", ".join(name for name in NAMES if name.startswith(PREFIX))
        raise BadSetting(f"unknown setting {', '.join(unknown)}: allowed are {allowed}")
    values = {field: parse(name, environment[name]) for name, (field, parse) in NAMES.items() if environment.get(name)}
    settings = Settings(**values)
    if settings.host not in LOOPBACK and not settings.allow_remote:
        raise BadSetting(
            f"HOST={settings.host!r}: there is no sign-in yet, so only {', '.join(LOOPBACK)} are allowed; "
            "WALL_ALLOW_REMOTE=1 opens it to whoever can reach this machine"
        )
    return settings
