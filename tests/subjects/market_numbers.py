"""What each key number of market supervision is, worked out with pandas from the days and moments of the rows.

Limits are counted here working day by working day; whether something was in time, is late, unvisited or pressing is never read from a flag.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.subjects.market_equipment import lift_rescue, special_equipment
from data.subjects.market_food import food_sample
from data.subjects.market_inspection import check_plan, graded_visit, market_check, premises
from data.subjects.market_supervision import consumer_day, consumer_matter
from tests.subjects.frames import Share, frame_of, local_day

TABLES = (consumer_matter, consumer_day, premises, market_check, check_plan, graded_visit, food_sample, special_equipment, lift_rescue)
MAY, LAST_WEEK, LAST_QUARTER, NEW_YEAR = (20574, 20604), (20619, 20625), (20454, 20543), 20454  # of 2026-06-25
WORKDAYS = {"accept": 7, "mediate": 45, "verify": 15, "publish": 20}
FROM = {"accept": "received_on", "mediate": "accepted_on", "verify": "received_on"}
DONE = {"accept": "accepted_on", "mediate": "ended_on", "verify": "verified_on"}


class Days:
    """Working days in a row."""

    def __init__(self, is_workday) -> None:
        self._days = np.array([day for day in range(19000, 21500) if is_workday(day)])

    def later(self, days: pd.Series, count) -> pd.Series:
        """The last day of a limit of so many working days that begins after each day."""
        return pd.Series(self._days[np.searchsorted(self._days, days.fillna(19000), side="right") + count - 1], index=days.index)

    def left(self, due: pd.Series, today: int) -> pd.Series:
        """How many working days lie between today and each day due, both for a working day to come and for today."""
        return pd.Series(np.searchsorted(self._days, due, side="right") - np.searchsorted(self._days, today, side="left"), index=due.index)


@dataclass(frozen=True)
class Market:
    """The rows of a scope; `last` is today's local day number."""

    tables: dict[str, pd.DataFrame]
    now: pd.Timestamp
    last: int

    @classmethod
    def read(cls, connection: Connection, now: datetime, is_workday) -> "Market":
        """Every table of the field, its matters and visits judged."""
        at, days = pd.Timestamp(now), Days(is_workday)
        last = int(local_day(pd.Series([at]))[0])
        tables = {table.name: frame_of(connection, table) for table in TABLES}
        tables["consumer_matter"] = judged(tables["consumer_matter"], days, last)
        checks = tables["market_check"]
        checks["due"] = days.later(checks.checked_on, WORKDAYS["publish"])
        tables["premises"] = visited(tables, last)
        return cls(tables, at, last)

    def within(self, level: str, code: str) -> "Market":
        """Only what lies in an area."""
        if level == "district":
            return self
        return replace(self, tables={name: frame[frame[level] == code] for name, frame in self.tables.items()})

    def of(self, table: str, day: str, first: int, last: int) -> pd.DataFrame:
        """Rows of a table whose day lies in a span."""
        frame = self.tables[table]
        return frame[frame[day].between(first, last)]

    @property
    def matters(self) -> pd.DataFrame:
        return self.tables["consumer_matter"]

    @property
    def units(self) -> pd.DataFrame:
        """Equipment in use, with the days left."""
        frame = self.tables["special_equipment"]
        return frame[frame.in_use].assign(left=frame.due_on - self.last)

    def year(self, table: str, day: str) -> pd.DataFrame:
        """Rows of this year so far."""
        return self.of(table, day, NEW_YEAR, self.last)


def judged(matters: pd.DataFrame, days: Days, today: int) -> pd.DataFrame:
    """Matters with the last day of each limit, worked out anew, and the clock that runs."""
    kind = matters.consumer_kind
    runs = {
        "accept": kind == "complaint",
        "mediate": matters.accepted_on.notna() & (matters.outcome != "not_accepted"),
        "verify": kind == "report",
    }
    matters["clock_is"], matters["due_is"] = None, np.nan
    for clock, begun in runs.items():
        limit = WORKDAYS[clock] + (15 * matters.extended.astype(int) if clock == "verify" else 0)
        due, done = days.later(matters[FROM[clock]], limit), matters[DONE[clock]]
        matters[f"{clock}_by"] = due.where(begun)
        matters[f"{clock}_met"] = begun & (done <= due)
        matters[f"{clock}_counts"] = begun & (done.notna() | (due < today))
        running = begun & done.isna()
        matters.loc[running, "clock_is"], matters.loc[running, "due_is"] = clock, due[running]
    open_ = matters.clock_is.notna()
    matters["left"] = days.left(matters.due_is.where(open_, today), today).where(open_)
    matters["is_late"] = open_ & (matters.due_is < today)
    return matters


def visited(tables: dict[str, pd.DataFrame], last: int) -> pd.DataFrame:
    """Premises with what checks, visits, samples and complaints say of them."""
    sites = tables["premises"].set_index("uscc", drop=False)
    seen = pd.concat([tables["market_check"][["uscc", "checked_on"]].set_axis(["uscc", "day"], axis=1),
                      tables["graded_visit"][["uscc", "visited_on"]].set_axis(["uscc", "day"], axis=1)])  # fmt: skip
    seen = seen[seen.day > last - 365].groupby("uscc").day.max()
    failed = tables["food_sample"]
    failed = failed[~failed.passed.astype(bool) & (failed.tested_on > last - 365)].groupby("uscc").size()
    brought = tables["consumer_matter"]
    brought = brought[(brought.consumer_kind == "complaint") & (brought.received_on > last - 7)].groupby("uscc").size()
    sites["seen"] = seen.reindex(sites.index)
    sites["failures"], sites["brought"] = (counts.reindex(sites.index).fillna(0) for counts in (failed, brought))
    sites["left"] = sites.licence_until_on - last
    return sites.reset_index(drop=True)


def counted(mask: pd.Series) -> Share:
    return float(mask.sum()), float(len(mask))


def in_time(clock: str, span: tuple[int, int]):
    """Met of those that counted, of what fell due in a span."""

    def found(f: Market) -> Share:
        due = f.of("consumer_matter", f"{clock}_by", *span)
        return float(due[f"{clock}_met"].sum()), float(due[f"{clock}_counts"].sum())

    return found


def ended(f: Market) -> pd.DataFrame:
    """Complaints whose mediation ended last month."""
    frame = f.of("consumer_matter", "ended_on", *MAY)
    return frame[(frame.consumer_kind == "complaint") & (frame.outcome != "not_accepted")]


def extended(f: Market) -> Share:
    due = f.of("consumer_matter", "verify_by", *MAY)
    return float((due.verify_counts & due.extended).sum()), float(due.verify_counts.sum())


def published(f: Market) -> Share:
    due = f.of("market_check", "due", *MAY)
    return float((due.published_on <= due.due).sum()), float((due.published_on.notna() | (due.due < f.last)).sum())


def planned(f: Market, column: str) -> float:
    plan = f.tables["check_plan"]
    return float(plan[plan.year_on == NEW_YEAR][column].sum())


def graded(f: Market) -> Share:
    due = f.of("graded_visit", "due_on", *LAST_QUARTER)
    return counted(due.visited_on <= due.due_on)


def disposed(f: Market) -> Share:
    frame = f.tables["food_sample"]
    due = frame[~frame.passed.astype(bool) & (frame.tested_on + 90).between(*LAST_QUARTER)]
    return counted(due.disposed_on <= due.tested_on + 90)


def rescues(f: Market) -> pd.Series:
    """Seconds until rescuers were there, of 30 days."""
    frame = f.of("lift_rescue", "called_on", f.last - 29, f.last)
    return (frame.arrived_at - frame.called_at).dt.total_seconds().dropna()


def found(f: Market, risk: str | None = None) -> Share:
    checks = f.of("market_check", "checked_on", *LAST_QUARTER)
    return counted((checks if risk is None else checks[checks.risk_class == risk]).problem)


SHARES = {
    "accepted_in_time": in_time("accept", LAST_WEEK),
    "ended_in_time": in_time("mediate", MAY),
    "verified_in_time": in_time("verify", MAY),
    "verify_extended": extended,
    "agreed": lambda f: counted(ended(f).outcome == "agreed"),
    "plan_kept": lambda f: (float(len(f.year("market_check", "checked_on"))), float(f.year("check_plan", "month_on").planned_n.sum())),
    "plan_done": lambda f: (float(len(f.year("market_check", "checked_on"))), planned(f, "planned_n")),
    "joint_done": lambda f: (float(f.year("market_check", "checked_on").joint.sum()), planned(f, "joint_n")),
    "visited": lambda f: counted(f.tables["premises"].seen.notna()),
    "published_in_time": published,
    "problem_found": found,
    "equipment_in_date": lambda f: counted(f.units.left >= 0),
    "lifts_in_date": lambda f: counted(f.units[f.units.equipment_type == "lift"].left >= 0),
    "rescued_in_time": lambda f: counted(rescues(f) <= 1800),
    "samples_passed": lambda f: counted(f.of("food_sample", "tested_on", *MAY).passed),
    "disposed_in_time": disposed,
    "graded_in_time": graded,
}
COUNTS = {
    "clocks_pressing": lambda f: (~f.matters.is_late & (f.matters.left <= 3)).sum(),
    "clocks_late": lambda f: f.matters.is_late.sum(),
    "received": lambda f: len(f.of("consumer_matter", "received_on", f.last - 6, f.last)),
    "recovered": lambda f: ended(f).recovered_yuan.sum(),
    "clusters": lambda f: (f.tables["premises"].brought >= 5).sum(),
    "unvisited": lambda f: f.tables["premises"].seen.isna().sum(),
    "equipment_overdue": lambda f: (f.units.left < 0).sum(),
    "due_soon": lambda f: f.units.left.between(0, 30).sum(),
    "due_later": lambda f: f.units.left.between(31, 60).sum(),
    "twice_failed": lambda f: (f.tables["premises"].failures >= 2).sum(),
    "licences_lapsing": lambda f: (f.tables["premises"].left.between(0, 30) & (f.tables["premises"].licence_state != "renewing")).sum(),
    "licences_expired": lambda f: (f.tables["premises"].left < 0).sum(),
}
STEPS = {"step_b": ("B", "A"), "step_c": ("C", "B"), "step_d": ("D", "C")}
