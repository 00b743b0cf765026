"""Every key number of public video against pandas on the rows, on both engines, for the district and a sub-district; panels add up."""

import numpy as np
import pandas as pd
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from data.gb28181 import refusal
from data.schema import metadata
from data.subjects import cubes_of, followers_of
from data.subjects.video_outages import channel_outage
from modules.public_video import MODULE
from modules.spec import Level, Quality
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.frames import local_day
from tests.subjects.video_numbers import COUNTS, SHARES, Video, clusters, is_whole, open_faults, repair

AREAS = {"district": PLACE.root, "subdistrict": "440512001"}
METRICS = {metric.key: metric for metric in MODULE.every_metric}
SCALES = {"repair_hours": 1 / 60}


@pytest.fixture(scope="module")
def video(history):
    with reading(history) as connection:
        return Video.read(connection, NOW)


def test_every_key_number_is_computed_here():
    assert {*SHARES, *COUNTS} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"SP-{number:02d}" for number in range(1, 15)}


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", SHARES)
def test_shares_are_those_of_the_rows(video, reading_at, key, level):
    over, under = SHARES[key](video.within(level, AREAS[level]))
    found = reading_at(key, AREAS[level])
    if not under:
        assert (level, found.value, found.quality) == ("subdistrict", None, Quality.MISSING)
        return
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == pytest.approx(SCALES.get(key, 100) * over / under)
    assert found.level == METRICS[key].level(found.value)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(video, reading_at, key, level):
    assert reading_at(key, AREAS[level]).value == COUNTS[key](video.within(level, AREAS[level]))


def test_there_are_2700_channels_with_codes_of_cameras(video):
    assert len(video.used) == 2700
    assert video.used.community.nunique() == 61
    channels = video["channel"]
    assert [code for code in channels.code if refusal(code, {PLACE.root})] == []
    assert channels.code.is_unique
    assert sorted(channels.number) == list(range(1, len(channels) + 1))


def test_what_follows_from_a_channel_is_kept_with_it(video):
    used = video.used
    assert list(used.whole.astype(bool)) == list(is_whole(used))
    off = used[used.channel_state == "offline"]
    assert list(off.level) == ["critical" if key else "warning" for key in off.key_site]
    assert set(used[used.whole.astype(bool)].level) == {"ok"}
    assert list(used.down_at.isna()) == list(used.channel_state == "online")


def test_a_channel_is_down_while_its_outage_lasts(video):
    lasting = video["channel_outage"][video["channel_outage"].up_at.isna()]
    down = video.used[video.used.channel_state != "online"]
    assert dict(zip(lasting.channel, lasting.down_at, strict=True)) == dict(zip(down.number, down.down_at, strict=True))


def test_no_minute_of_a_channel_counts_twice(video):
    for _, spells in video["channel_outage"].sort_values("down_at").groupby("channel"):
        ends = spells.up_at.fillna(spells.seen_at)
        assert (spells.down_at.iloc[1:].to_numpy() >= ends.iloc[:-1].to_numpy()).all()


def test_the_poll_is_what_the_outages_say(video, snapshots):
    frame = video["channel_outage"]
    told = snapshots["district"].panel("online_by_hour").data
    hour = pd.Timestamp(NOW).tz_convert("Asia/Shanghai").floor("h")
    hours = pd.date_range(hour - pd.Timedelta(hours=23), hour, freq="h")
    assert told["x"] == [f"{at:%Y-%m-%dT%H:00:00}" for at in hours]
    for at, online in zip(hours, told["y"], strict=True):
        down = ((frame.down_at <= at) & (frame.up_at.isna() | (frame.up_at > at))).sum()
        assert online == pytest.approx(100 * (2700 - down) / 2700)


def test_what_follows_from_outages_is_what_they_say(history):
    with reading(history) as connection:
        for follower in followers_of(channel_outage):
            assert follower.strayed(connection, PLACE.region) == []


@pytest.mark.parametrize("level", AREAS)
def test_the_map_adds_up(video, snapshots, level):
    here = video.within(level, AREAS[level])
    areas = snapshots[level].panel("map").data["areas"]
    offline = here.used[here.used.channel_state == "offline"]
    told = {row["code"]: row["value"] for row in areas if row["kind"] == "community" and row["value"]}
    assert told == dict(offline.groupby("community").size())


def test_the_map_shows_no_camera(video, snapshots):
    layers = {layer["key"]: layer["rows"] for layer in snapshots["district"].panel("map").data["layers"]}
    exact = set(zip(video["channel"].lon, video["channel"].lat, strict=True))
    points = [(row["lon"], row["lat"]) for rows in layers.values() for row in rows]
    assert len(layers["blind"]) == COUNTS["blind_week"](video) > 0
    assert not exact & set(points)
    assert all(abs(value * 200 - round(value * 200)) < 1e-6 for point in points for value in point)


def test_bands_hold_every_channel(video, snapshots):
    rows = snapshots["district"].panel("held_bands").data["rows"]
    days = video.used.held_days
    edges = {"under_7": (0, 6), "under_30": (7, 29), "under_60": (30, 59), "under_90": (60, 90), "over_90": (91, 999)}
    assert {row["key"]: row["value"] for row in rows} == {
        key: count for key, edge in edges.items() if (count := int(days.between(*edge).sum()))
    }
    assert [row["key"] for row in rows] == [key for key in edges if key in {row["key"] for row in rows}]


def test_repairs_are_judged_by_their_spread(video, snapshots):
    found = snapshots["district"].panel("repair_by_contractor").data["rows"]
    frame = video.lately("channel_fault", "fixed_at")
    hours = ((frame.fixed_at - frame.found_at).dt.total_seconds() // 60) / 60
    mean, sigma = hours.mean(), hours.std(ddof=0)
    for row in found:
        alike = hours[frame.contractor == row["key"]]
        half = 3 * sigma / np.sqrt(len(alike))
        assert (row["rate"], row["mean"], row["n"]) == (pytest.approx(alike.mean()), pytest.approx(mean), len(alike))
        assert (row["low"], row["high"]) == (pytest.approx(max(0, mean - half)), pytest.approx(mean + half))
    assert len(found) == 4
    assert repair(video)[1] == sum(row["n"] for row in found)


def test_lists_tell_how_many_there_are(video, snapshots):
    panel = {one.key: one.data for one in snapshots["district"].panels}
    down = video.used[video.used.down_at.notna()]
    assert panel["down"]["total"] == len(down)
    assert [row["down_at"] for row in panel["down"]["rows"]] == sorted(down.down_at)[:20]
    assert panel["faults"]["total"] == len(open_faults(video))
    assert panel["sites_unsigned"]["total"] == COUNTS["unsigned"](video)
    week = [began for began, _, _ in clusters(video) if began >= video.now - pd.Timedelta(days=7)]
    assert panel["clusters"]["total"] == len(week)
    assert sorted(row["began_at"] for row in panel["clusters"]["rows"]) == sorted(week)
    assert panel["blind_spots"]["total"] == COUNTS["blind_week"](video)


def test_kinds_of_fault_are_those_found(video, snapshots):
    told = snapshots["district"].panel("fault_kinds").data
    counts = video.lately("channel_fault", "found_at").groupby("fault_kind").size()
    assert told["total"] == counts.sum()
    assert {row["key"]: row["value"] for row in told["rows"]} == dict(counts)


def test_availability_of_each_contractor_is_that_of_its_channels(video, snapshots):
    rows = snapshots["district"].panel("availability_by_contractor").data["rows"]
    used, outages = video.used, video["channel_outage"]
    assert {row["key"] for row in rows} == set(used.contractor)
    for row in rows:
        alike = Video(
            video.tables | {"channel": used[used.contractor == row["key"]], "channel_outage": outages[outages.contractor == row["key"]]},
            video.every_outage, video.now, video.today,
        )  # fmt: skip
        over, under = SHARES["availability_month"](alike)
        assert (row["numerator"], row["of"]) == (over, under)


def test_levels_of_what_must_not_happen():
    assert [METRICS["clusters_now"].level(count) for count in (0, 1, 2, 3)] == [Level.OK, Level.WARNING, Level.WARNING, Level.CRITICAL]
    assert [METRICS["unapproved"].level(count) for count in (0, 1, 2, 4)] == [Level.OK, Level.WATCH, Level.WARNING, Level.CRITICAL]
    assert METRICS["held_long_enough"].level(99.9) == Level.WATCH
    alerted = {alert.metric.code for alert in MODULE.alerts}
    assert {"SP-01", "SP-05", "SP-06", "SP-07", "SP-12", "SP-14"} <= alerted


def test_faults_are_due_within_a_day_or_two(video):
    frame = video["channel_fault"]
    hours = (frame.due_at - frame.found_at).dt.total_seconds() / 3600
    assert set(hours[frame.key.astype(bool)]) == {24.0}
    assert set(hours[~frame.key.astype(bool)]) == {48.0}
    assert list(local_day(frame.due_at)) == list(frame.due_on)


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        snapshot = take(MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {found.quality for found in snapshot.readings.values()} == {Quality.MISSING}
