"""Bad input stops the start: one line that says which setting, what was found and what is allowed; never a traceback."""

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import NAMES, BadSetting, MailServer, Settings, settings_from
from dashboard.start import reason
from tests.processes import ROOT, environment, free_port

APP = ("app.py",)
SERVE, WORK, VERIFY = (("-m", "dashboard", name) for name in ("serve", "work", "rollups"))


def refused(command, **settings):
    """The one line a refused start prints."""
    given = {"PORT": free_port(), "WALL_HISTORY_DAYS": 1, **settings}
    done = subprocess.run(
        [sys.executable, *command], check=False, cwd=ROOT, env=environment(**given), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def says(line, *parts):
    for wanted in parts:
        assert wanted in line, line


@pytest.mark.parametrize("command", [APP, SERVE, WORK, (*VERIFY, "verify")])
def test_an_unknown_setting(command):
    says(refused(command, WALL_SPEEED=3), "WALL_SPEEED", "allowed are", "WALL_FEED_SPEED")


WRONG = {
    "PORT": ("eighty", "0", "65536", "-1", "²", "8050.0", "9" * 400),
    "WALL_FEED_SPEED": ("fast", "-1", "nan", "inf", "1e9"),
    "WALL_HISTORY_DAYS": ("0", "long", "99999999"),
    "WALL_SEED": ("x",),
    "WALL_STREAMS": ("1",),
    "WALL_DISTANCE_M": ("0", "far"),
    "WALL_PITCH_MM": ("-0.1",),
    "WALL_LOG_LEVEL": ("loud",),
    "WALL_ALLOW_REMOTE": ("yes",),
    "WALL_EXACT_POINTS": ("yes",),
    "WALL_VIDEO_GATEWAY": (
        "rtsp://here/{code}/index.m3u8",
        "https://here/index.m3u8",
        "https://u:p@here/{code}.m3u8",
        "https://here/{code}.mp4",
        "https://here/{code}.m3u8; script-src *",
        "https://{code}/index.m3u8",
        "https://here/{code}/{host}.m3u8",
        "//here/{code}.m3u8",
    ),
    "WALL_SECRET": ("short", "a" * 40),
    "WALL_MONTH_CUTOFF": ("29", "-1", "last"),
    "WALL_BRIEFING_DAYS": ("-1", "for ever"),
    "WALL_BRIEFINGS": ("briefings", "../briefings"),
    "WALL_SCHEDULES": ("schedules.toml", "/nowhere/schedules.toml", "/"),
    "WALL_SMTP": (
        "mail.example.org",
        "http://mail.example.org",
        "smtp://user:pass-word@mail.example.org",
        "smtps://user@mail.example.org",
        "smtps://user:pass-word@mail.example.org/x",
        "smtps://user:pass-word@mail.example.org:0",
        "smtps://user:pass-word@mail.example.org:port",
        "smtps://user:pass-word@mail example.org",
        "smtps://us%0Aer:pass-word@mail.example.org",
        "smtps://:pass-word@[fe80",
    ),
    "WALL_MAIL_FROM": ("briefings", "Office <briefings@example.org>", "a@b@example.org", "briefings@example", "简报@example.org"),
    "PLACE": ("atlantis", "../haojiang", "haojiang/"),
    "REDIS_URL": ("http://here", "redis"),
}
SECRET = ("WALL_SECRET", "WALL_SMTP")  # never repeated, even where they are wrong


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_names_itself_and_what_is_allowed(name, value):
    with pytest.raises(BadSetting) as caught:
        settings_from({name: value})
    says(reason(caught.value), f"{name}=", "allowed are")
    assert (repr(value) in reason(caught.value)) == (name not in SECRET)
    assert "pass-word" not in reason(caught.value)
    assert "\n" not in reason(caught.value)


@pytest.mark.parametrize(
    ("value", "server"),
    [
        ("smtp://mail.example.org", MailServer("smtp", "mail.example.org", 25)),
        ("smtp://[::1]:2525", MailServer("smtp", "::1", 2525)),
        ("smtp+starttls://desk:p%40s%3As@mail.example.org", MailServer("smtp+starttls", "mail.example.org", 587, "desk", "p@s:s")),
        ("smtps://10.0.0.7", MailServer("smtps", "10.0.0.7", 465)),
    ],
)
def test_where_mail_is_handed_over(value, server):
    assert settings_from({"WALL_SMTP": value}).smtp == server


def test_a_password_is_not_shown():
    settings = settings_from({"WALL_SMTP": "smtps://desk:pass-word@mail.example.org"})
    assert settings.smtp.password == "pass-word"
    assert "pass-word" not in f"{settings!r} {settings.smtp}"


def test_every_setting_but_addresses_has_a_wrong_value_that_is_tried():
    assert set(NAMES) - set(WRONG) == {"DATABASE_URL", "HOST"}


@pytest.mark.parametrize("command", [APP, SERVE])
def test_a_wrong_type(command):
    says(refused(command, PORT="eighty"), "PORT='eighty'", "allowed are whole numbers from 1 to 65535")


@pytest.mark.parametrize("command", [APP, WORK])
def test_a_place_without_a_folder(command):
    says(refused(command, PLACE="atlantis"), "PLACE='atlantis'", "allowed are", "haojiang")


@pytest.mark.parametrize("command", [APP, SERVE])
def test_open_to_others_only_when_said_so(command):
    says(refused(command, HOST="0.0.0.0"), "HOST='0.0.0.0'", "127.0.0.1", "WALL_ALLOW_REMOTE=1")
    assert settings_from({"HOST": "0.0.0.0", "WALL_ALLOW_REMOTE": "1"}).host == "0.0.0.0"


def test_an_address_this_machine_does_not_have():
    says(refused(APP, HOST="203.0.113.7", WALL_ALLOW_REMOTE=1), "HOST='203.0.113.7'", "allowed is an address of this machine")


@pytest.mark.parametrize("command", [APP, SERVE])
def test_a_port_in_use(command):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        says(refused(command, PORT=port), f"PORT={port}", "is in use", "allowed is any free port")


def test_a_database_in_a_folder_that_is_not_there(tmp_path):
    path = tmp_path / "missing" / "wall.db"
    for command in (APP, SERVE, WORK):
        says(refused(command, DATABASE_URL=f"sqlite:///{path}"), "DATABASE_URL", str(path), "cannot be opened", "allowed are")


def test_a_database_in_a_folder_that_cannot_be_written():
    says(refused(APP, DATABASE_URL="sqlite:////proc/wall.db"), "DATABASE_URL", "/proc/wall.db", "allowed are")


def test_a_server_that_does_not_answer():
    url = f"postgresql://wall:secret@127.0.0.1:{free_port()}/wall"
    line = refused(APP, DATABASE_URL=url)
    says(line, "DATABASE_URL", "127.0.0.1", "refused", "allowed are")
    assert "secret" not in line


@pytest.mark.parametrize("url", ["oracle://here/x", "sqlite://here", "postgresql://u@h:port/x", "nonsense", "postgresql://%zz@/"])
def test_an_address_of_no_database(url):
    says(refused((*VERIFY, "verify"), DATABASE_URL=url), "DATABASE_URL", "allowed are")


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "wall.db"
    path.write_bytes(b"not a database, and long enough to look like one " * 100)
    for command in (APP, SERVE, WORK):
        says(refused(command, DATABASE_URL=f"sqlite:///{path}"), "DATABASE_URL", str(path), "not a database", "allowed are")


@pytest.mark.parametrize("damage", ["cut", "scribbled"])
def test_a_damaged_file(tmp_path: Path, demo_file: Path, damage: str):
    path = tmp_path / "wall.db"
    whole = demo_file.read_bytes()
    path.write_bytes(whole[: len(whole) // 3] if damage == "cut" else whole[:100] + b"\xa5" * 20_000 + whole[20_100:])
    line = refused(APP, DATABASE_URL=f"sqlite:///{path}")
    says(line, "DATABASE_URL", "malformed")


def test_a_database_of_a_newer_program(tmp_path: Path, demo_copy):
    path = demo_copy(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (APP, SERVE):
        says(refused(command, DATABASE_URL=f"sqlite:///{path}"), "DATABASE_URL", "9999", "newer")


def test_the_settings_of_an_empty_environment_are_the_documented_ones():
    assert settings_from({}) == Settings()
    assert settings_from({"PORT": "", "WALL_FEED_SPEED": "60"}) == Settings(feed_speed=60.0)
