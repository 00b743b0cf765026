"""What each key number of safety creation is, worked out with pandas on the rows: shares as (numerator, denominator), and counts."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from data.schema import metadata
from tests.subjects.frames import frame_of, local_day

TABLES = (
    "safety_cell", "cell_title", "cell_base", "cell_review", "cell_fault", "school_check", "hazard", "patrol_plan", "water_day",
    "preventable_month", "survey", "volunteer_month",
)  # fmt: skip
EPOCH = date(1970, 1, 1)
Share = tuple[float, float]


def number(*when):
    """The local day number of a date."""
    return (date(*when) - EPOCH).days


LAST_WEEK = (number(2026, 6, 15), number(2026, 6, 21))  # the fixed moment is Thursday 25 June 2026, 10:30 at the place
LAST_MONTH = (number(2026, 5, 1), number(2026, 5, 31))
LAST_QUARTER = (number(2026, 1, 1), number(2026, 3, 31))
LAST_HALF = (number(2025, 7, 1), number(2025, 12, 31))
TODAY = number(2026, 6, 25)
YEAR = (number(2026, 1, 1), TODAY)
YESTERDAY = (TODAY - 1, TODAY - 1)


@dataclass
class Safety:
    """The rows of every table of the module within a scope, at a moment."""

    tables: dict[str, pd.DataFrame]
    now: pd.Timestamp

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Safety":
        """From the database."""
        return cls({name: frame_of(connection, metadata.tables[name]) for name in TABLES}, pd.Timestamp(now))

    def within(self, code: str | None) -> "Safety":
        """Only what lies in a sub-district; None: everything."""
        if code is None:
            return self
        return Safety({name: frame[frame.subdistrict == code] for name, frame in self.tables.items()}, self.now)

    def __getattr__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def created(self) -> pd.DataFrame:
        """Cells accepted by now."""
        return self.safety_cell[self.safety_cell.created_on.notna()]

    @property
    def due(self) -> pd.DataFrame:
        """Hazards whose last day lies in the thirty days before today."""
        last = local_day(self.hazard.due_at)  # midnight: the day after
        return self.hazard[last.between(TODAY - 29, TODAY)]


def of(frame, part):
    """How many rows are in the part, of all."""
    return float(part.sum()), float(len(frame))


def passed(safety):
    return of(safety.created, safety.created.state == "passed")


def titles(level, what="passed"):
    def counted(safety):
        frame = safety.cell_title[safety.cell_title.cell_level == level]
        if what == "passed":
            return float(frame.passed.astype(bool).sum()), float(frame.created.astype(bool).sum())
        return of(frame, frame.awarded_on.notna())

    return counted


def led(safety):
    frame = safety.cell_title[safety.cell_title.led.astype(bool)]
    return of(frame, frame.awarded_on.notna())


def within(frame, column, span):
    return frame[frame[column].between(*span)]


def reviewed(safety):
    return within(safety.cell_review, "reviewed_on", LAST_QUARTER)


def in_time(safety, net=True):
    frame = safety.due[safety.due.deferred_at.isna()] if net else safety.due
    return of(frame, frame.closed_at <= frame.due_at)


def late(safety):
    frame = safety.hazard
    return frame[frame.closed_at.isna() & frame.deferred_at.isna() & (frame.due_at < safety.now)]


def patrols(span, kind=None, gaps=False):
    def counted(safety):
        frame = within(safety.patrol_plan, "day", span)
        frame = frame if kind is None else frame[frame.patrol_kind == kind]
        done = (frame.planned_n - frame.done_n if gaps else frame.done_n).sum()
        return float(done), float(frame.planned_n.sum())

    return counted


def schools(test):
    return lambda safety: of(safety.school_check, test(safety.school_check))


def asked(question, over="positive_n", under="valid_n"):
    def counted(safety):
        frame = safety.survey[(safety.survey.wave == "2025H2") & (safety.survey.question == question)]
        return float(frame[over].sum()), float(frame[under].sum())

    return counted


def month_of(table, over, under):
    def counted(safety):
        frame = within(safety.tables[table], "month_on", LAST_MONTH)
        return float(frame[over].sum().sum()), float(frame[under].sum())

    return counted


def defence(name):
    return schools(lambda frame: frame[f"{name}_ok"].astype(bool))


def answers(safety):
    return safety.survey[(safety.survey.wave == "2025H2") & (safety.survey.question == "safety_feeling")]


SHARES = {
    "cells_passed": passed,
    **{f"passed_{level}": titles(level) for level in ("city", "district", "street")},
    **{f"named_{level}": titles(level, "awarded") for level in ("city", "district", "street")},
    "named_led": led,
    "reviews_passed": lambda safety: of(reviewed(safety), reviewed(safety).passed.astype(bool)),
    "reviews_on_time": lambda safety: of(reviewed(safety), reviewed(safety).reviewed_on <= reviewed(safety).due_on),
    "cells_covered": lambda safety: (float(len(safety.created)), float(safety.cell_base.units_n.sum())),
    "plan_covered": lambda safety: (float(len(safety.created)), float(safety.cell_base.planned_n.sum())),
    "hazards_on_time": in_time,
    "patrols_done": patrols(YESTERDAY),
    "patrols_week": patrols(LAST_WEEK),
    "routes_done": patrols(LAST_WEEK, "route"),
    "gates_done": patrols(LAST_WEEK, "school_gate"),
    "watches_done": patrols(LAST_WEEK, "night_watch"),
    "beaches_done": patrols(LAST_WEEK, "beach"),
    "beach_gaps": patrols(YEAR, "beach", gaps=True),
    "schools_secure": schools(lambda frame: (frame.people_ok & frame.physical_ok & frame.technical_ok).astype(bool)),
    **{f"schools_{name}": defence(name) for name in ("people", "physical", "technical")},
    "video_mended": schools(lambda frame: frame.fault_h.isna() | (frame.fault_h <= 24)),
    "video_kept": schools(lambda frame: frame.kept_d >= 30),
    **{key: asked(key) for key in ("safety_feeling", "safety_awareness", "law_enforcement", "dispute_mediation", "road_safety")},
    "survey_response": asked("safety_feeling", "valid_n", "called_n"),
    "volunteers_active": month_of("volunteer_month", ["active_n"], "registered_n"),
    "teams_active": month_of("volunteer_month", ["watch_active_n"], "watch_teams_n"),
}
RATES = {
    "preventable_rate": (10_000.0, month_of("preventable_month", ["burglary_n", "theft_n", "fraud_n"], "residents_n")),
    **{f"{kind}_rate": (10_000.0, month_of("preventable_month", [f"{kind}_n"], "residents_n")) for kind in ("burglary", "theft", "fraud")},
    "volunteer_hours": (1_000.0, month_of("volunteer_month", ["service_h"], "residents_n")),
    "watch_hours": (1_000.0, month_of("volunteer_month", ["watch_h"], "residents_n")),
}
COUNTS = {
    "reviews_overdue": lambda safety: (safety.created.review_due_at < safety.now).sum(),
    "hazards_open": lambda safety: safety.hazard.closed_at.isna().sum(),
    "hazards_late": lambda safety: len(late(safety)),
    "major_late": lambda safety: (late(safety).hazard_class == "major").sum(),
    "patrols_unlogged": lambda safety: (
        safety.patrol_plan.signed_at.isna()
        & (safety.patrol_plan.done_n < safety.patrol_plan.planned_n)
        & (safety.now - safety.patrol_plan.ends_at > pd.Timedelta(hours=2))
    ).sum(),
    "survey_n": lambda safety: answers(safety).valid_n.sum(),
    "thin_streets": lambda safety: (answers(safety).valid_n < 100).sum(),
    "drownings": lambda safety: within(safety.water_day, "day", YEAR).drownings_n.sum(),
    "water_warnings": lambda safety: within(safety.water_day, "day", YEAR).warnings_n.sum(),
}
DISTRICT_ONLY = {"burglary_rate", "theft_rate", "fraud_rate", "survey_n"}
