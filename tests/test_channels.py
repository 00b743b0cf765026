"""Single channels: what a live picture may be asked for and what becomes of it, how a channel is found, what its drawer says."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from dashboard.actions import ACTOR, DISTANT, GATEWAY, GRANTED_FOR, PATTERN, PURPOSES, Actions, Refused
from dashboard.channels import FILE, LISTED, one_channel
from dashboard.create import create_app
from dashboard.headers import policy
from dashboard.pages import Address
from dashboard.settings import ROOT, Settings
from data.audit import audit, verified
from data.columns import EPOCH
from data.db import reading, writing
from data.subjects.public_video import channel, channel_fault
from data.subjects.video_outages import channel_outage
from layouts.picture import LEAST_REASON, MOST_REASON
from layouts.text import words_for
from tests.channel_rows import NOW, REGION, channel_row, filled, put
from tests.conftest import DEMO_NOW

REASON = "核对路口设备的图像偏移情况"
MODULE = "public_video"


@pytest.fixture
def door(engine):
    """The door over a database with three channels, its clock in hand, and the rows of the audit."""
    with writing(engine) as connection:
        put(connection, channel_row(1), channel_row(2), channel_row(3, retired_on=20300))
    told = SimpleNamespace(now=NOW)

    def rows():
        with reading(engine) as connection:
            assert verified(connection, REGION).broken is None
            return connection.execute(select(audit).order_by(audit.c.number)).mappings().all()

    def opened(*given):
        made.append(Actions(engine, REGION, lambda: told.now, *given))
        return made[-1]

    told.rows, told.engine, told.opened, made = rows, engine, opened, []
    told.actions = opened(PATTERN)
    yield told
    for actions in made:
        actions.close()


def refused(door, *asked, **more) -> str:
    with pytest.raises(Refused) as caught:
        door.actions.open_picture(*asked, **more)
    return caught.value.rule


def test_a_request_with_purpose_and_reason_is_granted_and_recorded(door):
    grant, token = door.actions.open_picture(1, "repair", f"  {REASON}\n")
    assert (grant.channel, grant.code, grant.until) == (1, channel_row(1)["code"], NOW + GRANTED_FOR)
    assert door.actions.granted(token) == grant
    (row,) = door.rows()
    told = {"actor": ACTOR, "action": "live_picture", "subject_kind": "channel", "subject": "1", "purpose": "repair", "reason": REASON,
            "outcome": "granted", "rule": "", "concerns": None, "at": NOW}  # fmt: skip
    assert {name: row[name] for name in told} == told


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ((1, "", REASON), "no_purpose"),
        ((1, "curiosity", REASON), "no_purpose"),
        ((1, "repair", ""), "no_reason"),
        ((1, "repair", " \n\t"), "no_reason"),
        ((1, "repair", "看一下"), "short"),
        ((1, "repair", "字" * (LEAST_REASON - 1)), "short"),
        ((1, "repair", "字" * (MOST_REASON + 1)), "long"),
        ((9, "repair", REASON), "no_channel"),
        ((3, "repair", REASON), "no_channel"),
        ((0, "repair", REASON), "no_channel"),
        ((2**63, "repair", REASON), "no_channel"),
    ],
)
def test_what_is_left_out_is_refused_and_recorded(door, asked, rule):
    assert refused(door, *asked) == rule
    (row,) = door.rows()
    assert (row["outcome"], row["rule"], row["reason"]) == ("refused", rule, "")
    assert row["purpose"] in ("", "repair")


PERSONAL = (
    "联系电话 13812345678 已约定时间",
    "联系 138 1234 5678 后查看画面",
    "联系电话１３８１２３４５６７８ 已约",
    "办公电话 0754-87654321 通知检修",
    "证件 440512199001011234 的报警",
    "证件 44051219900101123X 的报警",
    "编号 12345678901 的报警画面",
    "write to someone@example.cn about it",
)
HARMLESS = (
    "6月18日14:30 路口设备离线，核对恢复",
    "按 2026-06-18 14:30 的工单核对设备",
    "国道 G324 与 X061 交叉口积水查看",
    "工单 20260618-0042 的设备检修",
)


@pytest.mark.parametrize("reason", PERSONAL)
def test_a_reason_with_a_number_of_a_person_is_refused_and_its_text_not_kept(door, reason):
    assert refused(door, 1, "repair", reason) == "personal"
    (row,) = door.rows()
    assert row["reason"] == ""
    assert not any(part in str(dict(row)) for part in re.findall(r"\d{4,}|\w+@", reason))


@pytest.mark.parametrize("reason", HARMLESS)
def test_dates_roads_and_work_orders_may_be_said(door, reason):
    door.actions.open_picture(1, "repair", reason)
    assert door.rows()[0]["reason"] == reason


def test_a_grant_ends_with_its_time(door):
    _, token = door.actions.open_picture(1, "traffic", REASON)
    door.now = NOW + GRANTED_FOR - timedelta(seconds=1)
    door.actions.granted(token)
    door.now = NOW + GRANTED_FOR
    with pytest.raises(Refused, match="expired"):
        door.actions.granted(token)
    door.actions.end_overdue()
    door.actions.end_overdue()
    first, end = door.rows()
    assert (end["outcome"], end["rule"], end["concerns"], end["subject"]) == ("ended", "expired", first["number"], "1")


def test_a_grant_given_back_is_dead_and_ends_once(door):
    _, token = door.actions.open_picture(2, "disaster", REASON)
    door.actions.end_picture(token)
    door.actions.end_picture(token)
    with pytest.raises(Refused, match="ended"):
        door.actions.granted(token)
    door.now = NOW + timedelta(hours=1)
    door.actions.end_overdue()
    assert [(row["outcome"], row["rule"]) for row in door.rows()] == [("granted", ""), ("ended", "stopped")]


def test_a_grant_is_for_one_channel_and_for_us(door):
    _, token = door.actions.open_picture(1, "repair", REASON)
    other = door.opened(PATTERN)
    shared = [door.opened(PATTERN, "x" * 40) for _ in range(2)]
    for wrong in (token[:-1], token + "x", "", "a.b", token.replace(".", ",")):
        with pytest.raises(Refused, match="not_ours"):
            door.actions.granted(wrong)
    with pytest.raises(Refused, match="not_ours"):
        other.granted(token)
    assert shared[1].granted(shared[0].open_picture(2, "repair", REASON)[1]).channel == 2


def test_a_closed_door_leaves_nothing_running(door):
    door.actions.open_picture(1, "repair", REASON)
    waiting = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert waiting
    door.actions.close()
    for thread in waiting:
        thread.join(5)
    assert not [thread for thread in waiting if thread.is_alive()]


def test_without_a_source_there_is_no_picture_and_a_gateway_is_for_this_machine(door):
    door.actions = door.opened()
    assert refused(door, 1, "repair", REASON) == "no_source"
    door.actions = door.opened(GATEWAY)
    assert refused(door, 1, "repair", REASON, near=False) == "remote"
    door.actions.open_picture(1, "repair", REASON)
    assert [row["actor"] for row in door.rows()] == [ACTOR, DISTANT, ACTOR]


def test_nothing_is_granted_that_cannot_be_written_down(door):
    with writing(door.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO audit_lost")
    with pytest.raises(Exception, match="audit"):
        door.actions.open_picture(1, "repair", REASON)
    door.actions.end_overdue()  # says so in the log, and lives
    with writing(door.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE audit_lost RENAME TO audit")
    assert door.rows() == []


@contextmanager
def application(path: Path, **given) -> Iterator[SimpleNamespace]:
    """The application with settings of its own, its clock in hand."""
    told = SimpleNamespace(now=DEMO_NOW)
    told.app = create_app(Settings(database_url=f"sqlite:///{path}", **given), lambda: told.now)
    told.client = told.app.server.test_client()
    yield told
    told.app.close()


def ask(client, body, **headers):
    return client.post("/live/picture?lang=en", json=body, headers=headers)


def test_the_stream_answers_a_valid_token_only(demo_copy: Callable[[Path], Path], tmp_path: Path):
    with application(demo_copy(tmp_path)) as told:
        found = ask(told.client, {"channel": 1, "purpose": "repair", "reason": REASON})
        grant = found.get_json()
        assert found.headers["Cache-Control"] == "no-store"
        assert (grant["outcome"], grant["seconds"], grant["pattern"]) == ("granted", 300, True)
        folder = grant["address"].rpartition("/")[0]
        assert folder == f"/live/picture/{grant['token']}"
        playlist = told.client.get(grant["address"])
        assert playlist.mimetype == "application/vnd.apple.mpegurl"
        parts = [line for line in playlist.get_data(as_text=True).splitlines() if not line.startswith("#")]
        for name in ("init.mp4", *parts):
            assert told.client.get(f"{folder}/{name}").status_code == 200
            assert told.client.get(f"/live/picture/x{grant['token']}/{name}").status_code == 403
        assert told.client.get(folder).status_code == 204
        for name in ("make.sh", "nix.m4s", "..%2f__init__.py"):
            assert told.client.get(f"{folder}/{name}").status_code == 404
        assert told.client.get("/assets/media/index.m3u8").status_code == 404
        told.now += GRANTED_FOR
        assert {told.client.get(path).status_code for path in (folder, grant["address"], f"{folder}/init.mp4")} == {403}


def test_a_refusal_is_said_in_the_readers_language(demo_copy: Callable[[Path], Path], tmp_path: Path):
    with application(demo_copy(tmp_path)) as told:
        for body, rule in (({"channel": 1}, "no_purpose"), ({"channel": "1", "purpose": "repair", "reason": REASON}, "no_channel"),
                           ({"channel": True, "purpose": [], "reason": {}}, "no_purpose")):  # fmt: skip
            found = ask(told.client, body).get_json()
            assert found == {"outcome": "refused", "rule": rule, "said": words_for("en")(f"refused.{rule}")}
        for body in (None, [], "x", 5):
            assert told.client.post("/live/picture", json=body).status_code == 400
        assert told.client.post("/live/picture", data="channel=1").status_code == 400
        assert ask(told.client, {"channel": 1, "purpose": "repair", "reason": "\ud800 \x00" + REASON}).get_json()["outcome"] == "granted"


def test_other_sites_cannot_ask(demo_copy: Callable[[Path], Path], tmp_path: Path):
    with application(demo_copy(tmp_path)) as told:
        for site in ("cross-site", "same-site", "none"):
            assert ask(told.client, {"channel": 1}, **{"Sec-Fetch-Site": site}).status_code == 403
            assert told.client.post("/live/picture/end", json={"token": "x"}, headers={"Sec-Fetch-Site": site}).status_code == 403
        with reading(told.app.live.engine) as connection:
            assert verified(connection, REGION).rows == 0


def test_a_gateway_gives_its_own_address_and_opens_the_policy_to_it(demo_copy: Callable[[Path], Path], tmp_path: Path):
    template = "https://video.example:8443/live/{code}/index.m3u8?token={token}"
    with application(demo_copy(tmp_path), video_gateway=template) as told:
        grant = ask(told.client, {"channel": 1, "purpose": "repair", "reason": REASON}).get_json()
        with reading(told.app.live.engine) as connection:
            code = connection.execute(select(channel.c.code).where(channel.c.number == 1)).scalar()
        assert grant["address"] == f"https://video.example:8443/live/{code}/index.m3u8?token={grant['token']}"
        assert not grant["pattern"]
        assert told.client.get(f"/live/picture/{grant['token']}").status_code == 204
        assert told.client.get(f"/live/picture/{grant['token']}/index.m3u8").status_code == 404
        rules = told.client.get("/wall/overview").headers["Content-Security-Policy"]
    assert rules.count("video.example") == 2
    assert "connect-src 'self' https://video.example:8443;" in rules
    assert "media-src 'self' blob: https://video.example:8443;" in rules
    assert "connect-src 'self'; media-src 'self' blob:;" in policy([])


def test_the_vendored_player_is_the_published_one():
    told = (ROOT / "assets" / "vendor" / "README.md").read_text("utf-8")
    for name, digest in re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", told):
        assert hashlib.sha256((ROOT / "assets" / "vendor" / name).read_bytes()).hexdigest() == digest
    assert "hls.light.min.js" in told


def test_no_page_loads_the_player_by_itself(app):
    client = app.server.test_client()
    assert "/vendor/" not in client.get("/wall/overview").get_data(as_text=True)
    assert "enableWorker: false" in (ROOT / "assets" / "js" / "player.js").read_text("utf-8")


def found(app, **query):
    """The desk's parts for an address."""
    from dashboard.channels import channel_parts
    from dashboard.crowd import Crowds

    crowds = Crowds(app.live, lambda: DEMO_NOW, True)
    return channel_parts(Address(surface="desk", module=MODULE, area=query.pop("area", None), query=query), app.live, crowds)


def stored(app, *conditions, order=channel.c.number):
    with reading(app.live.engine) as connection:
        return connection.execute(select(channel).where(channel.c.retired_on.is_(None), *conditions).order_by(order)).mappings().all()


def test_a_channel_is_found_by_the_beginning_of_its_code_and_by_its_name(app):
    one = stored(app)[40]
    listed = found(app, find=one["code"])["list"]
    assert [row["number"] for row in listed["rows"]] == [one["number"]]
    many = found(app, find=one["code"][:8])["list"]
    assert [row["code"] for row in many["rows"]] == sorted(row["code"] for row in stored(app) if row["code"].startswith(one["code"][:8]))[
        :LISTED
    ]
    assert many["more"]
    for name in (one["name_zh"], one["name_en"].upper()):
        assert one["number"] in [row["number"] for row in found(app, find=name)["list"]["rows"]]
    for nothing in ("%", "_", "99999999", "没有这样的名称", "'; --"):
        assert found(app, find=nothing)["list"]["rows"] == []
    street = found(app, find="0", area="440512001")["list"]["rows"]
    assert street and {row["names"]["subdistrict"]["key"] for row in street} == {"440512001"}


def test_the_code_is_found_by_its_index(app):
    plan = "EXPLAIN QUERY PLAN SELECT * FROM channel WHERE region = 440512 AND code BETWEEN '4405' AND '4406' ORDER BY code LIMIT 26"
    with reading(app.live.engine) as connection:
        assert "channel_code" in str(connection.exec_driver_sql(plan).all())


def test_without_a_search_the_worst_of_the_area_are_listed(app):
    listed = found(app)["list"]
    bad = [row for row in stored(app) if row["connected"] and row["level"] in ("watch", "warning", "critical")]
    assert listed["urgent"] == len(bad)
    rank = {"critical": 0, "warning": 1, "watch": 2}
    assert [row["number"] for row in listed["rows"]] == [
        row["number"] for row in sorted(bad, key=lambda row: (rank[row["level"]], row["number"]))
    ][:LISTED]
    street = [row for row in bad if row["subdistrict"] == "440512003"]
    assert found(app, area="440512003")["list"]["urgent"] == len(street)


def shown(app, number, exact=True):
    return one_channel(Address(surface="desk", module=MODULE, query={"channel": str(number)}), app.live, exact)


def test_the_file_says_what_it_lacks_and_hides_its_place_where_points_are_closed(app):
    number = stored(app)[3]["number"]
    assert shown(app, number)["missing"] == [name for name in FILE if stored(app, channel.c.number == number)[0][name] in (None, "")]
    with writing(app.live.engine) as connection:
        connection.execute(update(channel).where(channel.c.number == number).values(lon=None, grid=None))
    assert shown(app, number)["missing"] == ["lon", "grid"]
    other = stored(app)[5]
    assert shown(app, other["number"])["position"] == [other["lat"], other["lon"]]
    assert shown(app, other["number"], exact=False)["position"] is None
    assert str(other["lon"]) not in str(shown(app, other["number"], exact=False))


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "", "1.5", "9" * 40, "²"])
def test_a_channel_that_is_not_there(app, number):
    assert shown(app, number) is None


def test_availability_is_the_time_online_of_the_time_expected(app):
    with reading(app.live.engine) as connection:
        outages = connection.execute(select(channel_outage)).mappings().all()
    number = max({row["channel"] for row in outages}, key=lambda one: sum(row["channel"] == one for row in outages))
    told = shown(app, number)["available"]
    end = int((DEMO_NOW - EPOCH).total_seconds())
    begin, down = end - 30 * 86400, 0
    for row in outages:
        if row["channel"] == number and row["down_at"] < DEMO_NOW:
            until = min(end, int((row["up_at"] or row["seen_at"]).timestamp()))
            down += max(0, until - max(begin, int(row["down_at"].timestamp())))
    assert told["expected_s"] == 30 * 86400
    assert told["down_s"] == down > 0
    assert len(told["days"]) == 30
    assert told["days"][-1]["day"] == "2026-06-18"
    first = int(told["down_s"]) - sum(day["down_s"] for day in told["days"])
    assert 0 <= first <= 86400  # the part of the thirty days before the first whole one


def test_faults_and_neighbours_are_those_of_the_channel(app):
    with reading(app.live.engine) as connection:
        faults = connection.execute(select(channel_fault).order_by(channel_fault.c.found_at.desc())).mappings().all()
    number = faults[0]["channel"]
    told = shown(app, number)
    own = [row for row in faults if row["channel"] == number]
    assert [fault["found_at"] for fault in told["faults"]] == [row["found_at"].isoformat() for row in own][:20]
    first = own[0]
    assert told["faults"][0]["lasted_s"] == ((first["fixed_at"] or DEMO_NOW) - first["found_at"]).total_seconds()
    switch = told["switch"]
    same = stored(app, channel.c.switch == switch, channel.c.number != number)
    down = [row["number"] for row in same if row["channel_state"] == "offline"]
    assert (told["neighbours"]["of"], told["neighbours"]["down"]) == (len(same), len(down))
    assert [row["number"] for row in told["neighbours"]["rows"]] == down[:10]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_purpose_and_every_refusal_has_its_words(lang):
    words = words_for(lang)
    assert all(words.has(f"purpose.{purpose}") for purpose in PURPOSES)
    rules = ("no_purpose", "no_reason", "short", "long", "personal", "no_channel", "no_source", "remote")
    assert all(words.has(f"refused.{rule}") for rule in rules)


def test_the_tables_of_single_channels_hold_no_viewer():
    assert not {name for name in filled(channel) if re.search("viewer|user|person|face|plate|track", name)}
