"""What each key number of online opinion is, worked out with pandas from the rows: from moments alone, never from the flags beside them."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.subjects.online_opinion import opinion_topic
from data.subjects.opinion_sources import opinion_board, opinion_hour, opinion_release, opinion_source, opinion_source_day
from tests.subjects.frames import Share, frame_of, local_day, quantile, seconds

TABLES = (opinion_topic, opinion_hour, opinion_release, opinion_source, opinion_source_day, opinion_board)
MAY, FIRST_QUARTER = (20574, 20604), (20454, 20543)  # the last month and quarter of 2026-06-25
HOURS_48, HOUR = pd.Timedelta(hours=48), pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Opinion:
    """The rows of a scope; `last` is today's local day number."""

    topics: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    now: pd.Timestamp
    last: int

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Opinion":
        """Every table of the field, its topics judged."""
        at = pd.Timestamp(now)
        tables = {table.name: frame_of(connection, table) for table in TABLES}
        return cls(judged(tables["opinion_topic"], at), tables, at, int(local_day(pd.Series([at]))[0]))

    def within(self, level: str, code: str) -> "Opinion":
        """Only the topics that lie in an area."""
        return self if level == "district" else replace(self, topics=self.topics[self.topics[level] == code])

    def of(self, day: str, first: int, last: int) -> pd.DataFrame:
        """Topics whose day lies in a span."""
        return self.topics[self.topics[day].between(first, last)]


def judged(topics: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The topics with what their moments say of them."""
    limit = np.where(topics.opinion_grade == "major", 5.0, 48.0)
    topics["is_major"] = topics.opinion_grade == "major"
    topics["needs"] = topics.opinion_kind != "none"
    topics["found_day"], topics["over_day"] = local_day(topics.found_at), local_day(topics.found_at + HOURS_48)
    topics["answer_h"] = (topics.responded_at - topics.found_at) / HOUR
    topics["in_time"] = topics.answer_h <= limit
    topics["is_due"] = topics.needs & (topics.responded_at.notna() | (now > topics.found_at + limit * HOUR))
    topics["waits"] = topics.needs & topics.responded_at.isna()
    topics["waits_h"] = limit - (now - topics.found_at) / HOUR
    topics["warned"] = topics.waits & (topics.waits_h < np.where(topics.is_major, 1.0, 12.0))
    topics["passed"] = topics.service & (topics.linked_at <= topics.found_at + HOURS_48)
    topics["judge_day"] = local_day(topics.linked_at + 60 * DAY)
    topics["is_judged"] = topics.linked_at + 60 * DAY <= now
    topics["is_solved"] = topics.case_closed_at.notna() & (topics.case_state != "recurred")
    topics["settle_day"] = local_day(topics.closed_at + 30 * DAY)
    topics["is_settled"] = (topics.closed_at + 30 * DAY <= now) | topics.reopened_at.notna()
    topics["again"] = topics.reopened_at <= topics.closed_at + 30 * DAY
    return topics


def share(over: pd.Series, under: pd.Series) -> Share:
    return float(over.sum()), float(under.sum())


def found_in_may(f: Opinion) -> pd.DataFrame:
    """Topics whose 48 hours ended in May."""
    return f.of("over_day", *MAY)


def answered(f: Opinion) -> Share:
    due = found_in_may(f)
    due = due[~due.is_major & due.is_due]
    return share(due.in_time, due.is_due)


def kind_of(kind: str):
    def counted(f: Opinion) -> Share:
        topics = found_in_may(f)
        return float((topics.opinion_kind == kind).sum()), float(len(topics))

    return counted


def passed_on(f: Opinion) -> Share:
    topics = found_in_may(f)
    return share(topics.passed, topics.service)


def solved(f: Opinion) -> Share:
    cases = f.of("judge_day", *MAY)
    return share(cases.is_solved & cases.is_judged, cases.is_judged)


def recurred(f: Opinion) -> Share:
    closed = f.of("settle_day", *MAY)
    return share(closed.again & closed.is_settled, closed.is_settled)


def major(f: Opinion) -> pd.DataFrame:
    events = f.of("found_day", *FIRST_QUARTER)
    return events[events.is_major]


def held(f: Opinion) -> Share:
    events = major(f)
    return share((events.conference_at - events.found_at) / HOUR <= 24, events.is_major)


def of_table(name: str, day: str, first: int, last: int, over: str, under: str):
    def counted(f: Opinion) -> Share:
        frame = f.tables[name]
        frame = frame[frame[day].between(first, last)]
        return share(frame[over], frame[under])

    return counted


def audited(f: Opinion) -> Share:
    sampled = f.topics[f.topics.audited_on.between(*FIRST_QUARTER)]
    return share(sampled.substantive.astype(bool), sampled.substantive.notna())


def corrected(f: Opinion) -> Share:
    releases = f.tables["opinion_release"]
    releases = releases[local_day(releases.released_at).between(*FIRST_QUARTER)]
    return share(releases.corrected_at.notna(), releases.released_at.notna())


def board(f: Opinion) -> Share:
    return of_table("opinion_board", "day", *MAY, "on_time_n", "due_n")(f)


def uptime(f: Opinion) -> Share:
    return of_table("opinion_source_day", "day_on", f.last - 1, f.last - 1, "answered_n", "hours_n")(f)


def heard(f: Opinion) -> Share:
    answering = f.tables["opinion_source"].answering.astype(bool)
    return float(answering.sum()), float(len(answering))


def noted(f: Opinion) -> np.ndarray:
    topics = f.topics[local_day(f.topics.fact_note_at).between(f.last - 29, f.last)]
    return seconds(topics, "assigned_at", "fact_note_at")


def answers(f: Opinion) -> np.ndarray:
    topics = f.of("found_day", f.last - 29, f.last)
    return seconds(topics[~topics.is_major], "found_at", "responded_at")


def day_of_hours(f: Opinion) -> pd.Series:
    hours = f.tables["opinion_hour"]
    return hours.posts_n[hours.hour_on // 24 == f.last]


# Told of the district and of each street, guarded.
GUARDED = {
    "response_on_time": answered,
    "required": lambda f: share(found_in_may(f).needs, found_in_may(f).found_at.notna()),
    "linked": passed_on,
    "solved": solved,
    "recurred": recurred,
}
KINDS = {f"kind_{kind}": kind_of(kind) for kind in ("misread", "interest", "moral", "emergency", "hot", "asked")}
SHARES = {
    "released_in_time": lambda f: share(major(f).in_time, major(f).is_due),
    "held_in_time": held,
    "substantive": audited,
    "board_on_time": board,
    "corrected": corrected,
    "sources_answering": heard,
    "sources_uptime": uptime,
}
COUNTS = {
    "topics_today": lambda f: (f.topics.found_day == f.last).sum(),
    "posts_today": lambda f: day_of_hours(f).sum(),
    "open_topics": lambda f: f.topics.open.sum(),
    "owed": lambda f: (f.topics.waits & f.topics.open).sum(),
    "due_soon": lambda f: f.topics.warned.sum(),
    "overdue": lambda f: (f.topics.waits & (f.topics.waits_h < 0)).sum(),
    "reopened_week": lambda f: local_day(f.topics.reopened_at).between(f.last - 6, f.last).sum(),
    "sources_silent": lambda f: (~f.tables["opinion_source"].answering.astype(bool)).sum(),
}
TIMES = {
    "response_p50": lambda f: quantile(answers(f), 0.5),
    "response_p90": lambda f: quantile(answers(f), 0.9),
    "fact_note_p50": lambda f: quantile(noted(f), 0.5),
    "fact_note_p90": lambda f: quantile(noted(f), 0.9),
    "release_longest": lambda f: quantile(seconds(major(f), "found_at", "responded_at"), 1.0),
}
