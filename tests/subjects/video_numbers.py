"""What each key number of public video is, worked out with pandas from channels, outages, faults and look-ups alone.

Whether a channel is whole, an outage part of a cluster, an event in a blind spot is judged here from moments and places, never read.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.schema import case_file
from data.subjects.public_video import channel, channel_fault
from data.subjects.video_access import open_feed, video_lookup
from data.subjects.video_outages import channel_outage, video_day, video_poll
from data.subjects.video_upkeep import video_inspection, video_site
from tests.subjects.frames import EPOCH, Share, frame_of, local_day

TABLES = (channel, channel_fault, channel_outage, video_day, video_poll, video_site, video_inspection, video_lookup, open_feed, case_file)
MAY, JUNE = (20574, 20604), 20605  # of 2026-06-25
ENDED = ["rejected", "redirected", "merged", "void"]
METRES = 6_371_008.8


@dataclass(frozen=True)
class Video:
    """The rows of a scope; `today` is the local day number. Outages stay those of the district: a camera may stand across a border."""

    tables: dict[str, pd.DataFrame]
    every_outage: pd.DataFrame
    now: pd.Timestamp
    today: int

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Video":
        """Every table of the field."""
        at = pd.Timestamp(now)
        tables = {table.name: frame_of(connection, table) for table in TABLES}
        cases = tables["case_file"]
        city = (cases.kind == "event") & (cases.level != "grid") & cases.valid.astype(bool) & ~cases.state.isin(ENDED)
        tables["event"] = cases[city & cases.lon.notna()]
        return cls(tables, tables["channel_outage"], at, int(local_day(pd.Series([at]))[0]))

    def within(self, level: str, code: str) -> "Video":
        """Only what lies in an area."""
        if level == "district":
            return self
        cut = {name: frame[frame[level] == code] for name, frame in self.tables.items()}
        return replace(self, tables=cut)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def used(self) -> pd.DataFrame:
        """Channels in service."""
        frame = self["channel"]
        return frame[frame.connected.astype(bool) & frame.retired_on.isna()]

    def lately(self, table: str, moment: str, days: int = 30) -> pd.DataFrame:
        """Rows whose moment lies in the last days, today included."""
        frame = self[table]
        return frame[local_day(frame[moment]).between(self.today - days + 1, self.today)]

    def yesterday(self) -> pd.DataFrame:
        """The tally of the last whole day."""
        frame = self["video_day"]
        return frame[frame.day == self.today - 1]


def minutes_down(video: Video, first: int, last: int) -> float:
    """Minutes of outage between two local days, each outage cut at both ends."""
    start, end = (EPOCH + pd.Timedelta(days=day) for day in (first, last + 1))
    frame = video["channel_outage"]
    until = frame.up_at.fillna(frame.seen_at).clip(upper=end)
    spans = (until - frame.down_at.clip(lower=start)).dt.total_seconds()
    return float(spans[spans > 0].sum() / 60)


def online(first_back: int, last_back: int):
    """Minutes online and expected; today up to the whole hour."""

    def counted(video: Video) -> Share:
        days = first_back - last_back + 1 - (last_back == 0)
        hours = video.now.tz_convert("Asia/Shanghai").hour if last_back == 0 else 0
        expected = float(len(video.used) * (days * 1440 + hours * 60))
        return expected - minutes_down(video, video.today - first_back, video.today - last_back), expected

    return counted


def is_whole(frame: pd.DataFrame) -> pd.Series:
    clock = frame.clock_offset_s.abs() <= 1
    kept = frame.recording.astype(bool) & (frame.held_days >= 30)
    return (frame.channel_state == "online") & (frame.picture_state == "ok") & clock & kept


def clusters(video: Video) -> list[tuple[pd.Timestamp, int, int]]:
    """Of each cluster when it began, its channels, and how many of them are down yet."""
    frame = video.every_outage
    frame = frame[frame.outage_cause != "maintenance"].sort_values(["power", "down_at", "number"])
    gap = frame.groupby("power").down_at.diff() > pd.Timedelta(minutes=10)
    run = (gap | (frame.power != frame.power.shift())).cumsum()
    found = []
    for _, alike in frame.groupby(run):
        if len(alike) < 5:
            continue
        seconds = (alike.down_at - alike.down_at.min()).dt.total_seconds().to_numpy()
        most = max(alike.channel[(seconds >= at) & (seconds <= at + 600)].nunique() for at in seconds)
        first = alike.iloc[0]
        if most >= 5 and first.number in set(video["channel_outage"].number):
            found.append((first.down_at, alike.channel.nunique(), alike.channel[alike.up_at.isna()].nunique()))
    return found


def blind(days: int):
    """Events of the last days with a channel within 100 m that was down then."""

    def counted(video: Video) -> int:
        return sum(channels_down(video, event) > 0 for event in video.lately("event", "reported_at", days).itertuples())

    return counted


def channels_down(video: Video, event) -> int:
    frame = video.every_outage
    at = event.reported_at
    frame = frame[(frame.down_at <= at) & (frame.up_at.isna() | (frame.up_at > at))]
    lon, lat = np.radians(frame.lon), np.radians(frame.lat)
    here = np.radians(event.lon), np.radians(event.lat)
    inner = np.sin((lat - here[1]) / 2) ** 2 + np.cos(lat) * np.cos(here[1]) * np.sin((lon - here[0]) / 2) ** 2
    return int(frame.channel[2 * METRES * np.arcsin(np.sqrt(inner)) <= 100.0].nunique())


def share_of(frame: pd.DataFrame, over: pd.Series) -> Share:
    return float(over.sum()), float(len(frame))


def of_used(rule):
    return lambda video: share_of(video.used, rule(video.used))


def count_of(rule):
    return lambda video: int(rule(video.used).sum())


def tally(over: str, under: str):
    return lambda video: (float(video.yesterday()[over].sum()), float(video.yesterday()[under].sum()))


def mended(key_only: bool):
    def counted(video: Video) -> Share:
        frame = video.lately("channel_fault", "due_at")
        frame = frame[frame.key.astype(bool)] if key_only else frame
        judged = frame[frame.fixed_at.notna() | (frame.due_at < video.now)]
        return share_of(judged, judged.fixed_at <= judged.due_at)

    return counted


def repair(video: Video) -> Share:
    frame = video.lately("channel_fault", "fixed_at")
    return float(((frame.fixed_at - frame.found_at).dt.total_seconds() // 60).sum()), float(len(frame))


def rounds(first: int, last: int | None = None):
    def counted(video: Video) -> Share:
        frame = video["video_inspection"]
        frame = frame[frame.day.between(first, video.today if last is None else last)]
        return float(frame.done_n.sum()), float(frame.planned_n.sum())

    return counted


def listed(video: Video) -> Share:
    frame = video["video_site"]
    frame = frame[frame.video_class.isin(["class_2", "class_3"])]
    return share_of(frame, frame.connected)


def archived(video: Video) -> Share:
    frame = video["channel"]
    frame = frame[frame.retired_on.isna()]
    return share_of(frame, frame.archived)


def compliant(video: Video) -> Share:
    frame = video.lately("video_lookup", "looked_at")
    return share_of(frame, frame.authorised.astype(bool) & frame.approved.astype(bool) & frame.lookup_purpose.notna())


def feeds(video: Video) -> pd.DataFrame:
    return video["open_feed"][video["open_feed"].open.astype(bool)]


def streets(video: Video) -> int:
    used = video.used
    found = used.assign(off=used.channel_state == "offline").groupby("subdistrict").off.agg(["mean", "size"])
    return int(((found["mean"] > 0.05) & (found["size"] >= 30)).sum())


def open_faults(video: Video) -> pd.DataFrame:
    return video["channel_fault"][video["channel_fault"].fixed_at.isna()]


def unapproved(video: Video) -> int:
    frame = video["video_lookup"]
    return int((~frame.approved.astype(bool) & (frame.looked_at >= video.now - pd.Timedelta(days=1))).sum())


SHARES = {
    "online_rate": of_used(lambda used: used.channel_state == "online"),
    "availability": online(1, 1),
    "availability_month": online(29, 0),
    "blind_share": lambda video: (float(blind(30)(video)), float(len(video.lately("event", "reported_at")))),
    "whole_rate": of_used(is_whole),
    "picture_ok": tally("sharp_n", "sampled_n"),
    "clocks_right": tally("right_n", "clocked_n"),
    "recorded": tally("recorded_min", "required_min"),
    "held_long_enough": of_used(lambda used: used.held_days >= 30),
    "archived": archived,
    "fixed_in_time": mended(key_only=False),
    "key_fixed_in_time": mended(key_only=True),
    "repair_hours": repair,
    "inspected": rounds(*MAY),
    "inspected_month": rounds(JUNE),
    "signs_ok": lambda video: share_of(video["video_site"], video["video_site"].sign_ok),
    "points_connected": listed,
    "lookups_compliant": compliant,
    "feeds_safe": lambda video: share_of(feeds(video), feeds(video).reviewed.astype(bool) & feeds(video).reduced.astype(bool)),
}
COUNTS = {
    "offline_now": count_of(lambda used: used.channel_state == "offline"),
    "key_offline": count_of(lambda used: (used.channel_state == "offline") & used.key_site.astype(bool)),
    "maintenance_now": count_of(lambda used: used.channel_state == "maintenance"),
    "streets_offline": streets,
    "clusters_now": lambda video: sum(down >= 5 for _, _, down in clusters(video)),
    "clusters_month": lambda video: int(
        local_day(pd.Series([at for at, _, _ in clusters(video)], dtype="datetime64[ns, UTC]")).between(video.today - 29, video.today).sum()
    ),
    "blind_week": blind(7),
    "pictures_flawed": count_of(lambda used: ~used.picture_state.isin(["ok", "unknown"])),
    "clocks_off": count_of(lambda used: used.clock_offset_s.abs() > 1),
    "held_short": count_of(lambda used: used.held_days < 30),
    "idle": count_of(lambda used: ~used.recording.astype(bool)),
    "undeleted": count_of(lambda used: (used.held_days > 90) & ~used.lawful_hold.astype(bool)),
    "faults_open": lambda video: len(open_faults(video)),
    "faults_late": lambda video: int((open_faults(video).due_at < video.now).sum()),
    "unsigned": lambda video: int((~video["video_site"].sign_ok.astype(bool)).sum()),
    "lookups": lambda video: len(video.lately("video_lookup", "looked_at")),
    "exported": lambda video: int(video.lately("video_lookup", "looked_at").exported.astype(bool).sum()),
    "unapproved": unapproved,
    "open_feeds": lambda video: len(feeds(video)),
    "feeds_expired": lambda video: int((feeds(video).expires_at < video.now).sum()),
}
