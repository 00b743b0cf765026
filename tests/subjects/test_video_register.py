"""The register of channels: any number of them, each with a code of its own; a row with a bad code is refused with the reason."""

import pytest
from sqlalchemy import func, select

from data import ledger
from data.db import reading, writing
from data.gb28181 import refusal
from data.seed.demo.plans import Planner
from data.seed.demo.subjects.public_video import PublicVideo
from data.seed.demo.video_register import KINDS, Register
from data.seed.places import load_place
from data.subjects.public_video import channel
from tests.factories import NOW

PLACE = load_place("haojiang")
PLANNER = Planner(PLACE)


@pytest.mark.parametrize("count", [300, 2_700, 9_000])
def test_so_many_are_in_service_as_asked_for(count):
    register = Register(PLANNER.town, PLACE.areas(), PLANNER.seed, count)
    assert len(register.used) == count
    assert [one.number for one in register.channels] == list(range(1, len(register.channels) + 1))
    codes = [one.row["code"] for one in register.channels]
    assert len(set(codes)) == len(codes)
    assert not [code for code in codes if refusal(code, {PLACE.root})]
    assert {site.kind for site in register.sites} == set(KINDS)


def test_channels_of_a_switch_hang_on_one_supply():
    register = Register(PLANNER.town, PLACE.areas(), PLANNER.seed)
    for channels in register.by_switch:
        assert len({one.row["power"] for one in channels}) == 1
        assert len(channels) <= 14


def test_a_channel_with_a_bad_code_is_refused_with_the_reason(engine):
    (rows,) = PublicVideo(PLANNER, 300).standing(int(NOW.timestamp())).values()
    good, short, recorder, foreign = rows[:4]
    bad = [
        short | {"code": short["code"][:-1]},
        recorder | {"code": recorder["code"][:10] + "118" + recorder["code"][13:]},
        foreign | {"code": "350503" + foreign["code"][6:]},
    ]
    with writing(engine) as connection:
        receipt = ledger.record_rows(connection, PLACE.region, channel, [good, *bad], NOW)
    assert receipt.accepted == 1
    assert [row["number"] for row, _ in receipt.turned_away] == [row["number"] for row in bad]
    reasons = [reason for _, reason in receipt.turned_away]
    assert all(said in reason for said, reason in zip(("19 characters", "type 118", "county 350503"), reasons, strict=True))
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(channel)).scalar() == 1
