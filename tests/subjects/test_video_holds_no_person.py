"""No table of public video can hold a person: every column is of a kind that is allowed, and none is called like what is watched."""

import re

import pytest
from sqlalchemy import BigInteger, Boolean, Float, Integer, SmallInteger, String, Table

from data.columns import UtcDateTime
from data.schema import REGION
from data.subjects import cubes_of, public_video, video_access, video_blind, video_clusters, video_outages, video_upkeep

SUBJECTS = (public_video, video_access, video_blind, video_clusters, video_outages, video_upkeep)
KINDS = (BigInteger, Boolean, Float, Integer, SmallInteger, String, UtcDateTime)
WATCHED = re.compile(
    r"(^|_)(viewer|operator|user|login|account|officer|staff|post|ip|face\w*|body|gait|plate|licence|vehicle|track|trajectory"
    r"|person\w*|people|gender|age|feature|vector|embedding|crop|snapshot|image|frame|stream_url|url|photo|thumbnail|clip"
    r"|video_file|note|remark|reason|text)(_|$)"
)
TEXTS = {  # what is written in letters, and how long at most
    "code": 20, "name_zh": 120, "name_en": 160, "switch": 16, "power": 16, "carrier_key": 16, "key": 40, "type": 80, "unit": 48,
    "level": 16, "subdistrict": 32, "community": 32, "grid": 32,
}  # fmt: skip
LISTED = {
    "video_industry", "video_net", "video_class", "contractor", "channel_state", "picture_state", "held_band", "fault_kind",
    "outage_cause", "carrier", "site_kind", "lookup_purpose",
}  # fmt: skip


def tables():
    cubes_of(None)
    own = {value for subject in SUBJECTS for value in vars(subject).values() if isinstance(value, Table)}
    return sorted((table for table in own if table.name not in ("case_file", "recurrence")), key=lambda table: table.name)


def test_the_tables_are_all_seen():
    assert {table.name for table in tables()} == {
        "blind_spot", "channel", "channel_downtime", "channel_fault", "channel_outage", "open_feed", "outage_cluster", "video_day",
        "video_inspection", "video_lookup", "video_poll", "video_site",
    }  # fmt: skip


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_column_is_of_an_allowed_kind(table):
    for column in table.columns:
        assert isinstance(column.type, KINDS), column.name
        assert not WATCHED.search(column.name), column.name
        if isinstance(column.type, String):
            assert column.name in LISTED or column.type.length <= TEXTS[column.name], column.name


def test_a_look_up_knows_an_organisation_and_no_one_else():
    names = {column.name for column in video_access.video_lookup.columns}
    assert names == {
        REGION, "number", "looked_at", "looked_on", "unit", "subdistrict", "lookup_purpose", "authorised", "approved", "channels_n",
        "exported", "compliant",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["viewer", "face_id", "plate", "track_id", "person_n", "image", "user", "remark", "ip"])
def test_such_a_column_would_be_found(name):
    assert WATCHED.search(name)
