"""What each key number of petitions, mediation and the hotline is made of: rows of which table and period, summed with pandas."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Table

from data.subjects import hotline, mediation, petitions
from tests.subjects.frames import frame_of

EPOCH = date(1970, 1, 1)


def number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days


# The periods that are over at the moment of the tests, 25 June 2026.
DAY = (number(2026, 6, 24), number(2026, 6, 24))
WEEK = (number(2026, 6, 15), number(2026, 6, 21))
MONTH = (number(2026, 5, 1), number(2026, 5, 31))
MONTH_BEFORE = (number(2026, 4, 1), number(2026, 4, 30))
QUARTER = (number(2026, 1, 1), number(2026, 3, 31))


@dataclass(frozen=True)
class Made:
    """A key number: `over` summed ÷ `under` summed over the rows of a period, or `under` alone."""

    table: Table
    days: tuple[int, int]
    under: str
    over: str = ""
    streets: bool = True  # told by sub-district too
    where: tuple[str, str] | None = None

    def of(self, frames: "Tallies", street: str | None) -> tuple[float, float]:
        """Numerator and denominator, of a sub-district or of the district."""
        frame = frames[self.table]
        frame = frame[frame.day.between(*self.days)]
        if street:
            frame = frame[frame.subdistrict == street]
        if self.where:
            frame = frame[frame[self.where[0]] == self.where[1]]
        under = float(frame[f"{self.under}_n"].sum())
        return (float(frame[f"{self.over}_n"].sum()) if self.over else under), under


class Tallies(dict[Table, pd.DataFrame]):
    """The rows of every tally."""

    @classmethod
    def read(cls, connection: Connection) -> "Tallies":
        """From the database."""
        return cls({cube.fact: frame_of(connection, cube.fact) for module in (petitions, mediation, hotline) for cube in module.CUBES})


_cell, _call, _disputes = petitions.petition_cell, hotline.hotline_call, mediation.mediation_day
MADE = {
    "accept_on_time": Made(_cell, MONTH, "accept_due", "accept_on_time"),
    "reply_on_time": Made(_cell, MONTH, "reply_due", "reply_on_time"),
    "extended": Made(_cell, MONTH, "reply_due", "extended"),
    "unnoticed": Made(_cell, MONTH, "reply_due", "unnoticed"),
    "registered": Made(_cell, MONTH, "registered"),
    "satisfied": Made(_cell, MONTH, "evaluated", "satisfied"),
    "served": Made(_cell, MONTH, "evaluated", "served"),
    "evaluation": Made(_cell, MONTH, "evaluable", "evaluated"),
    "first_settled": Made(_cell, MONTH, "first_closed", "first_settled"),
    "led_outcome": Made(_cell, QUARTER, "led", "led_outcome", streets=False),
    "raised_again": Made(petitions.petition_reply, QUARTER, "replied", "again"),
    "reversed_on_review": Made(petitions.petition_review, QUARTER, "reviewed", "changed"),
    "review_on_time": Made(petitions.petition_review, QUARTER, "decide_due", "decide_on_time"),
    "still_open": Made(petitions.petition_stock, WEEK, "open"),
    "open_longest": Made(petitions.petition_stock, WEEK, "open", where=("age", "more")),
    "unaccepted": Made(petitions.petition_clock, DAY, "unaccepted", streets=False),
    "reply_soon": Made(petitions.petition_clock, DAY, "reply_soon", streets=False),
    "receptions_held": Made(petitions.reception_day, MONTH, "scheduled", "held"),
    "mediation_agreed": Made(_disputes, MONTH, "concluded", "agreed"),
    "mediation_timely": Made(_disputes, MONTH, "due", "timely"),
    "agreement_performed": Made(_disputes, QUARTER, "perform_due", "performed"),
    "agreement_confirmed": Made(_disputes, QUARTER, "confirm", "confirm_timely", streets=False),
    "hotline_on_time": Made(hotline.hotline_day, WEEK, "due", "on_time"),
    "answered_quickly": Made(_call, WEEK, "connected", "quick", streets=False),
    "connected": Made(_call, WEEK, "calls", "connected", streets=False),
    "messages_answered": Made(_call, WEEK, "messages", "messages_quick", streets=False),
    "mails_answered": Made(_call, WEEK, "mails", "mails_timely", streets=False),
}
UNGUARDED = ("receptions_held",)  # days of an agency, nobody's matters
OF_UNITS = ("units_reversed",)  # counts units
