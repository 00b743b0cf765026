"""The 12345 hotline as numbers: requests answered within the limit of their type, and how calls, messages and mail were taken.

Counts of a day, never a call or a caller; told guarded by the week, and what comes in of each type by the month. The limits are the
entries of the code list `hotline_type`: `weight` is how many, `parent` the clock they run on. They are local settings.
"""

from data.guarded import AREA, Axes, GuardedMeasure, GuardedRatio, share
from data.tallies import tally, tally_cube

hotline_day = tally("hotline_day", "day", ("subdistrict", "type"), "received", "due", "on_time")  # due: on the last day of the limit
hotline_call = tally(
    "hotline_call",
    "week",
    (),
    *("calls", "connected", "quick"),  # quick: answered within 15 s
    *("messages", "messages_quick"),  # text messages and chats, answered within 3 min
    *("mails", "mails_timely"),  # answered within 24 h
)
hotline_cube = tally_cube(hotline_day, {"hotline_type": "type"})
call_cube = tally_cube(hotline_call)

CUBES = (hotline_cube, call_cube)


TYPES: tuple[Axes, ...] = (("hotline_type",),)


def _taken(over: str, under: str) -> GuardedRatio:
    return share(over, GuardedMeasure(call_cube, under, period="week"))


received = GuardedMeasure(hotline_cube, "received", tables=TYPES)
on_time = share("on_time", GuardedMeasure(hotline_cube, "due", tables=((AREA,), *TYPES), period="week"))
connected = _taken("connected", "calls")
answered_quickly = _taken("quick", "connected")
messages_answered = _taken("messages_quick", "messages")
mails_answered = _taken("mails_timely", "mails")
