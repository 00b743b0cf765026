"""Consumer matters (12315) as numbers: complaints, reports and questions about businesses, and whether the bureau's clocks are kept.

A row is a matter about a business; nothing of who brought it is kept. Its clocks run in working days: a complaint is accepted within 7
and its mediation ended within 45 days of acceptance, a report is decided on within 15, with leave 15 more. Counts by trade and
sub-district are told guarded: no cell below five.
"""

from sqlalchemy import Boolean, Column, ColumnElement, Index, Integer, String, Table, and_, or_, select, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.guarded import AREA, GuardedMeasure
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.subjects.market_inspection import premises
from data.tallies import tally, tally_cube
from data.uscc import refusal

LEFT = ("late", "d2", "d5", "more")  # of a running clock, in working days
LEAST = 5  # matters of a trade in a sub-district, fewer are not told
AREAS = ("community", "subdistrict")
WIDE = ("subdistrict",)

consumer_matter = Table(
    "consumer_matter",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("consumer_kind", String(16), nullable=False),  # code list: complaint, report, consult
    Column("trade", String(24), nullable=False),
    Column("problem", String(24), nullable=False),
    Column("uscc", String(18)),  # of the business; NULL: not found yet
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("received_on", Integer, nullable=False),
    Column("clock", String(16)),  # the one that runs, code list `consumer_clock`; NULL: none
    Column("clock_left", String(8)),  # LEFT
    Column("clock_due_on", Integer),
    Column("accept_due_on", Integer),
    Column("accepted_on", Integer),  # the day of the decision, for or against
    Column("accept_ok", Boolean),  # NULL while neither decided nor past its limit; so the others
    Column("mediate_due_on", Integer),
    Column("ended_on", Integer),
    Column("mediate_ok", Boolean),
    Column("outcome", String(16)),  # code list `consumer_outcome`
    Column("recovered_yuan", Integer),
    Column("verify_due_on", Integer),  # an approved extension included
    Column("extended", Boolean, nullable=False),
    Column("verified_on", Integer),
    Column("verify_ok", Boolean),
    Column("filed", Boolean),  # NULL: not decided
    Column("penalized_on", Integer),
    Column("penalty_yuan", Integer),
    Column("let_go_on", Integer),  # filed, and ended without a penalty
    Column("published_on", Integer),
    Index("consumer_matter_received", REGION, "received_on"),
    info={"refusal": refusal},
)
consumer_day = tally("consumer_day", "quarter", ("subdistrict", "trade", "problem"), "matters")  # complaints and reports received

_matter = consumer_matter.c
_runs = _matter.clock.is_not(None)
_complaint, _report = (_matter.consumer_kind == kind for kind in ("complaint", "report"))
_presses = or_(_matter.clock_left == "late", _matter.clock_left == "d2")
Index("consumer_matter_urgent", _matter.region, _matter.clock_due_on, sqlite_where=_presses, postgresql_where=_presses)


def _judged(clock: str, **more: ColumnElement[bool]) -> Cube:
    """What fell due by one clock, and what of that was in time."""
    ok = _matter[f"{clock}_ok"]
    return Cube(
        name=f"consumer_{clock}",
        fact=consumer_matter,
        day=f"{clock}_due_on",
        areas=AREAS,
        counters={"due": ok.is_not(None), "in_time": ok, **more},
    )


accept_cube, mediate_cube = _judged("accept"), _judged("mediate")
verify_cube = _judged("verify", extended=and_(_matter.verify_ok.is_not(None), _matter.extended))

received_cube = Cube(
    name="consumer_received",
    fact=consumer_matter,
    day="received_on",
    areas=AREAS,
    by={"trade": "trade"},  # of the whole district only
    counters={"all": true()},
)

report_cube = Cube(
    name="consumer_report",
    fact=consumer_matter,
    day="received_on",
    areas=("subdistrict",),
    where=_report,
    counters={
        "informed": true(),
        "verified": _matter.verified_on.is_not(None),
        "filed": _matter.filed,
        "penalized": _matter.penalized_on.is_not(None),
        "published": _matter.published_on.is_not(None),
        "not_filed": ~_matter.filed,
        "let_go": _matter.let_go_on.is_not(None),
    },
)

ended_cube = Cube(
    name="consumer_ended",
    fact=consumer_matter,
    day="ended_on",
    areas=AREAS,
    by={"consumer_outcome": "outcome"},
    where=_complaint,
    counters={
        "ended": true(),
        "mediated": _matter.outcome.in_(("agreed", "not_agreed", "withdrawn")),
        "agreed": _matter.outcome == "agreed",
        "recovered": _matter.recovered_yuan,
    },
)

clock_cube = Cube(
    name="consumer_clock",
    fact=consumer_matter,
    areas=AREAS,
    wide_areas=WIDE,
    by={"consumer_clock": "clock"},
    where=_runs,
    counters={left: _matter.clock_left == left for left in LEFT},
)

day_cube = tally_cube(consumer_day, {"trade": "trade", "trade_problem": ("trade", "problem")})

CUBES = (accept_cube, mediate_cube, verify_cube, received_cube, report_cube, ended_cube, clock_cube, day_cube)


def _in_time(cube: Cube) -> Ratio:
    return Ratio(Measure(cube, "in_time"), Measure(cube, "due"))


def stage(counter: str) -> Measure:
    """How many of the reports received in a span came to a stage, or left there."""
    return Measure(report_cube, counter)


accepted_in_time, ended_in_time, verified_in_time = (_in_time(cube) for cube in (accept_cube, mediate_cube, verify_cube))
verify_extended = Ratio(Measure(verify_cube, "extended"), Measure(verify_cube, "due"))
received = Measure(received_cube, "all")
agreed = Ratio(Measure(ended_cube, "agreed"), Measure(ended_cube, "mediated"))
recovered, ended = Measure(ended_cube, "recovered"), Measure(ended_cube, "ended")
LEFT_PARTS = tuple((left, Measure(clock_cube, left)) for left in LEFT)
clocks_late, clocks_pressing = Measure(clock_cube, "late"), Measure(clock_cube, "d2")
by_trade = GuardedMeasure(day_cube, "matters", tables=(("trade", AREA),), period="quarter", least=LEAST)
by_problem = GuardedMeasure(day_cube, "matters", tables=(("trade", "problem"),), period="quarter", least=0)  # never of a sub-district

_business = and_(premises.c[REGION] == _matter[REGION], premises.c.uscc == _matter.uscc)
_names = tuple(select(premises.c[name]).where(_business).scalar_subquery() for name in ("name_zh", "name_en"))

pressing_listed = Listing(
    consumer_matter,
    (
        Told("number"),
        Told("clock", by="consumer_clock"),
        Told("clock_left", by="clock_left"),
        Told("days_left", "days", value=lambda now, day: _matter.clock_due_on - day),
        Told("trade", by="trade"),
        Told("problem", by="problem"),
        Told("business", names=(_names[0], _names[1])),
        Told("subdistrict", by="subdistrict"),
    ),
    where=lambda now, day: _presses,
    order=lambda now, day: (_matter.clock_due_on, _matter.number),
    most=30,
)
