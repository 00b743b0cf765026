"""The district's rows as pandas frames, and every key number of grid management computed from them alone.

Nothing here reads a counter: cases are judged from their moments and steps, days are counted from the clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, select

from data.schema import case_file, case_step, grid_day, grid_item, post_group, whistle

ENDED = {"reject": "rejected", "redirect": "redirected", "merge": "merged", "void": "void"}
EPOCH = pd.Timestamp("1970-01-01", tz="Asia/Shanghai")
Share = tuple[float, float]


def frame_of(connection: Connection, table: Table) -> pd.DataFrame:
    """All rows of a table; moments as aware timestamps."""
    frame = pd.DataFrame(connection.execute(select(table)).mappings().all(), columns=[column.name for column in table.columns])
    for name in frame.columns:
        if name.endswith("_at") or name == "at":
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def local_day(moments: pd.Series) -> pd.Series:
    """Days since 1970 of the local calendar."""
    return (moments.dt.tz_convert("Asia/Shanghai").dt.normalize() - EPOCH).dt.days


@dataclass
class Frames:
    """Everything a key number may be computed from, for one scope. `level` is a column, `code` its value; district: everything."""

    cases: pd.DataFrame
    steps: pd.DataFrame
    days: pd.DataFrame
    whistles: pd.DataFrame
    posts: pd.DataFrame
    items: pd.DataFrame
    now: pd.Timestamp
    today: int

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Frames":
        """From the database."""
        cases, steps = frame_of(connection, case_file), frame_of(connection, case_step)
        days, whistles = frame_of(connection, grid_day), frame_of(connection, whistle)
        posts, items = frame_of(connection, post_group), frame_of(connection, grid_item)
        at = pd.Timestamp(now)
        today = int(local_day(pd.Series([at]))[0])
        return cls(judged(cases, steps, at), steps, days, whistles, posts, items, at, today)

    def within(self, level: str, code: str) -> "Frames":
        """Only what lies in an area."""
        if level == "district":
            return self
        cases, days = (frame[frame[level] == code] for frame in (self.cases, self.days))
        inside = {name: frame[frame[level] == code] if level in frame else frame[:0] for name, frame in (("whistles", self.whistles),)}
        posts = self.posts[self.posts[level] == code] if level in self.posts else self.posts[:0]
        return Frames(cases, self.steps, days, inside["whistles"], posts, self.items, self.now, self.today)

    def reported(self, days: int, settles: int = 0) -> pd.DataFrame:
        """Cases reported in the last days."""
        return self.cases[self.cases.day.between(self.today - days + 1 - settles, self.today - settles)]

    def closed(self, days: int = 30) -> pd.DataFrame:
        """Valid cases closed in the last days."""
        return self.cases[self.cases.ok & local_day(self.cases.closed_at).between(self.today - days + 1, self.today)]

    def blown(self, days: int = 30) -> pd.DataFrame:
        """Whistles of the last days."""
        return self.whistles[local_day(self.whistles.issued_at).between(self.today - days + 1, self.today)]


COUNTED = ("mirror_open", "mirror_close", "dispatch", "arrive", "return", "rework", "reopen", "check", "close", "feedback", "score")


def judged(cases: pd.DataFrame, steps: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The cases with what their moments and steps say of them."""
    taken = steps.sort_values(["case_id", "seq"]).groupby("case_id")
    cases = cases.set_index("id", drop=False)
    did = pd.crosstab(steps.case_id, steps.action).reindex(cases.index).fillna(0)
    for action in COUNTED:
        cases[f"n_{action}"] = did.get(action, pd.Series(0, index=cases.index))
    last_step = taken.action.last().reindex(cases.index)
    cases["ended"] = last_step.map(ENDED)
    cases["ok"] = ~cases.ended.isin(["rejected", "void"])
    cases["day"] = local_day(cases.reported_at)
    cases["loop"] = cases.level != "grid"
    cases["is_open"] = cases.ended.isna() & cases.closed_at.isna()
    late_open = cases.is_open & (cases.due_at < now)
    cases["late"] = late_open & cases.suspended_since.isna()
    cases["put_off"] = late_open & cases.suspended_since.notna()
    cases["judged"] = cases.ok & cases.due_at.notna() & (cases.closed_at.notna() | late_open)
    cases["met"] = cases.judged & (cases.closed_at <= cases.due_at)
    cases["due_day"] = local_day(cases.due_at)
    cases["s_closed"] = (cases.n_close + cases.n_mirror_close) > 0
    cases["s_checked"] = (cases.n_check > 0) | cases.s_closed
    cases["s_handled"] = (cases.n_feedback > 0) | cases.s_checked
    cases["s_arrived"] = cases.arrived_at.notna() | cases.s_handled
    cases["s_dispatched"] = ((cases.n_dispatch + cases.n_mirror_open) > 0) | cases.s_arrived
    cases["s_scored"] = cases.scored_at.notna()
    closing = steps[steps.action == "close"].sort_values(["case_id", "seq"]).groupby("case_id").post.last()
    first_post, last_post = taken.post.first().reindex(cases.index), closing.reindex(cases.index)
    quick = (cases.closed_at - cases.reported_at) < pd.Timedelta(minutes=5)
    cases["own_quick"] = quick & (first_post == last_post)
    ends = cases.reported_at.dt.tz_convert("Asia/Shanghai")
    cases["at_month_end"] = ends.dt.day >= ends.dt.days_in_month - 1
    return cases


def share(part: pd.Series, whole: pd.Series) -> Share:
    """How many of the whole are in the part, both as masks of one frame."""
    return float((part & whole).sum()), float(whole.sum())


def seconds(frame: pd.DataFrame, start: str, end: str) -> np.ndarray:
    """Seconds between two moments where both are known, ascending."""
    return np.sort((frame[end] - frame[start]).dt.total_seconds().dropna().to_numpy())


def quantile(values: np.ndarray, part: float) -> float | None:
    """Interpolated linearly between ranks; None without values."""
    return float(np.percentile(values, 100 * part)) if len(values) else None


def lost_to_returns(frames: Frames) -> np.ndarray:
    """For each case ever returned, seconds between each dispatch and its return, summed."""
    wanted = frames.reported(30)
    wanted = wanted[wanted.loop & (wanted.n_return > 0)].index
    losses = []
    for _, steps in frames.steps[frames.steps.case_id.isin(wanted)].sort_values("seq").groupby("case_id"):
        lost, sent = timedelta(0), None
        for action, at in zip(steps.action, steps["at"], strict=True):
            if action == "dispatch":
                sent = at
            elif action == "return":
                lost += at - sent
        losses.append(lost.total_seconds())
    return np.sort(np.array(losses))


def loads(frames: Frames, communities: list[str]) -> np.ndarray:
    """Valid cases per filled post, by community."""
    valid = frames.reported(30)
    counts = valid[valid.ok].groupby("community").size()
    posts = frames.posts[frames.posts.kind == "community"].set_index("area").filled_n
    return np.array([counts.get(code, 0) / posts[code] for code in communities if posts.get(code, 0)])
