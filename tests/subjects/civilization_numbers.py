"""What each key number of civilization is, worked out with pandas from visits and faults: shares, counts and one difference.

Whether a fault is open, late, in time, a relapse or a third failure is judged here from moments alone, never read from its flags.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from data.subjects.civilization import civ_check, civ_fault, civ_point, civ_visit
from data.subjects.civilization_upkeep import dossier, sanitation_day, window_rating
from data.subjects.surveys import survey
from data.subjects.volunteers import volunteer_month
from tests.subjects.frames import Share, frame_of, local_day

TABLES = (civ_point, civ_visit, civ_check, civ_fault, window_rating, sanitation_day, dossier, survey, volunteer_month)
MAY, LAST_WEEK, LAST_QUARTER = (20574, 20604), (20619, 20625), (20454, 20543)  # of 2026-06-25
VENUES = ["market", "toilet"]


@dataclass(frozen=True)
class Civil:
    """The rows of a scope; `last` is today's local day number."""

    tables: dict[str, pd.DataFrame]
    now: pd.Timestamp
    last: int

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Civil":
        """Every table of the field, its faults judged."""
        at = pd.Timestamp(now)
        tables = {table.name: frame_of(connection, table) for table in TABLES}
        tables["civ_fault"] = judged(tables["civ_fault"], at)
        tables["civ_visit"] = visited(tables["civ_visit"], tables["civ_fault"])
        return cls(tables, at, int(local_day(pd.Series([at]))[0]))

    def within(self, level: str, code: str) -> "Civil":
        """Only what lies in an area; a table without that column has nothing there."""
        if level == "district":
            return self
        cut = {name: frame[frame[level] == code] if level in frame else frame[:0] for name, frame in self.tables.items()}
        return replace(self, tables=cut)

    def of(self, table: str, day: str, first: int, last: int) -> pd.DataFrame:
        """Rows of a table whose day lies in a span."""
        frame = self.tables[table]
        return frame[frame[day].between(first, last)]

    def visits(self) -> pd.DataFrame:
        """Visits of the last round."""
        frame = self.tables["civ_visit"]
        return frame[frame.day.between(*MAY)]

    def found(self, first: int, last: int) -> pd.DataFrame:
        """Faults found in a span."""
        frame = self.tables["civ_fault"]
        return frame[frame.day.between(first, last)]

    def fixed(self, first: int, last: int) -> pd.DataFrame:
        """Faults whose fix lies in a span."""
        frame = self.tables["civ_fault"]
        return frame[frame.done.between(first, last)]


def judged(faults: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The faults with what their moments and those of the others at the same point say."""
    faults = faults.sort_values(["found_at", "number"]).reset_index(drop=True)
    faults["day"], faults["done"] = local_day(faults.found_at), local_day(faults.fixed_at)
    faults["is_open"] = faults.fixed_at.isna()
    faults["is_late"] = faults.is_open & (faults.due_at < now)
    faults["judged"] = ~faults.is_open | faults.is_late
    faults["in_time"] = faults.fixed_at <= faults.due_at
    faults["nth"], faults["came_back"], faults["comes_again"] = 1, False, False
    for _, same in faults.groupby(["point", "indicator"]):
        for place, number in enumerate(same.index):
            one, before, after = same.loc[number], same[:place], same[place + 1 :]
            faults.loc[number, "nth"] = 1 + (before.found_at > one.found_at - pd.Timedelta(days=90)).sum()
            faults.loc[number, "comes_again"] = ((before.fixed_at < one.found_at) & (before.done + 30 >= one.day)).any()
            faults.loc[number, "came_back"] = ((after.found_at > one.fixed_at) & (after.day <= one.done + 30)).any()
    return faults


def visited(visits: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """The visits with the faults they found."""
    visits["day"] = local_day(visits.visited_at)
    found = faults.groupby(["point", "inspector", "found_at"]).agg(failed=("number", "size"), veto=("veto", "sum"), lost=("marks", "sum"))
    keys = ["point", "inspector", "visited_at"]
    visits = visits.merge(found, how="left", left_on=keys, right_index=True).fillna({"failed": 0, "veto": 0, "lost": 0})
    visits["good"] = (visits.veto == 0) & (visits.items_n - visits.failed >= 0.85 * visits.items_n)
    return visits


def share(over: pd.Series, under: pd.Series) -> Share:
    return float(over.sum()), float(under.sum())


def counted(mask: pd.Series) -> Share:
    return float(mask.sum()), float(len(mask))


def passed(f: Civil, inspector: str | None = None) -> Share:
    visits = f.visits()
    visits = visits if inspector is None else visits[visits.inspector == inspector]
    return share(visits.items_n - visits.failed, visits.items_n)


def good(f: Civil, kinds: list[str] | None = None) -> Share:
    visits = f.visits()
    return counted((visits if kinds is None else visits[visits.point_type.isin(kinds)]).good)


def fixed_on_time(f: Civil, first: int = LAST_WEEK[0], last: int = LAST_WEEK[1]) -> Share:
    faults = f.tables["civ_fault"]
    due = faults[local_day(faults.due_at).between(first, last)]
    return share(due.in_time & due.judged, due.judged)


def rechecked(f: Civil) -> Share:
    fixed = f.fixed(f.last - 29, f.last)
    looked = fixed.rechecked_at.notna()
    return share((fixed.sent_back_n > 0) & looked, looked)


def asked(question: str):
    def answered(f: Civil) -> Share:
        rows = f.of("survey", "period_on", *LAST_QUARTER)
        rows = rows[rows.question == question]
        return share(rows.positive_n, rows.valid_n)

    return answered


def months(over: str, under: str):
    return lambda f: share(*(f.of("volunteer_month", "month_on", *MAY)[name] for name in (over, under)))


def yesterday(over: str, under: str):
    return lambda f: share(*(f.of("sanitation_day", "day_on", f.last - 1, f.last - 1)[name] for name in (over, under)))


def rated(over: str, under: str):
    return lambda f: share(*(f.of("window_rating", "rated_on", *MAY)[name] for name in (over, under)))


SHARES = {
    "item_pass": passed,
    "own_pass": lambda f: passed(f, "own"),
    "third_party_pass": lambda f: passed(f, "third_party"),
    "without_veto": lambda f: counted(f.visits().veto == 0),
    "points_met": good,
    "venues_met": lambda f: good(f, VENUES),
    "markets_met": lambda f: good(f, ["market"]),
    "toilets_met": lambda f: good(f, ["toilet"]),
    "fixed_on_time": fixed_on_time,
    "sent_back": rechecked,
    "relapse": lambda f: counted(f.fixed(f.last - 59, f.last - 30).came_back),
    "recurring": lambda f: counted(f.found(*MAY).comes_again),
    "civic_satisfaction": asked("civic_satisfaction"),
    "window_satisfaction": asked("window_satisfaction"),
    "bad_replied": rated("replied_n", "judged_n"),
    "bad_share": rated("bad_n", "rated_n"),
    "routes_done": yesterday("done_n", "planned_n"),
    "bins_overfull": yesterday("overfull_n", "bins_n"),
    "volunteers_active": months("active_n", "registered_n"),
    "dossiers_in_date": lambda f: counted(f.tables["dossier"].valid_until_at > f.now),
}
SCALED = {
    "volunteer_hours": (1000.0, months("service_h", "residents_n")),
    "marks_a_visit": (1.0, lambda f: (float(f.visits().lost.sum()), float(len(f.visits())))),
}
COUNTS = {
    "marks_lost": lambda f: f.found(*MAY).marks.sum(),
    "third_failures": lambda f: (f.found(f.last - 29, f.last).nth >= 3).sum(),
    "open_faults": lambda f: f.tables["civ_fault"].is_open.sum(),
    "late_faults": lambda f: f.tables["civ_fault"].is_late.sum(),
    "open_vetoes": lambda f: (f.tables["civ_fault"].is_open & f.tables["civ_fault"].veto).sum(),
    "dossiers_expiring": lambda f: f.tables["dossier"].valid_until_at.between(f.now, f.now + pd.Timedelta(days=30)).sum(),
}
UNTOLD = {"dossiers_in_date", "dossiers_expiring"}  # dossiers are the district's own
