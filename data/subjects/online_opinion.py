"""Online opinion as numbers: what is asked about, who owes an answer, and whether the problem behind it was solved. Topics, never posts.

A topic is a group of at least LEAST_POSTS public posts; its title is ours. No author, no post, no link to one is kept anywhere. What is
counted by month is counted once it can be told: the answer when its 48 hours are over, the linked case SOLVED_DAYS after the link, a topic
that came back SETTLED_DAYS after it was closed. Counts by category and by street are guarded (data.guarded), nothing below LEAST is told.
"""

from sqlalchemy import BigInteger, Boolean, Case, Column, Index, Integer, String, Table, and_, case, literal, or_, true, type_coerce

from data.columns import UtcDateTime
from data.cubes import Cube
from data.distributions import Distribution
from data.guarded import AREA, Axes, GuardedMeasure, GuardedRatio, share
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.waiting import Waiting

LEAST_POSTS, LEAST = 10, 5
SOLVED_DAYS, SETTLED_DAYS = 60, 30
MAJOR, NOT_REQUIRED = "major", "none"
KINDS = ("misread", "interest", "moral", "emergency", "hot", "asked")
MARKS = ("assigned_at", "fact_note_at", "responded_at", "conference_at")

opinion_topic = Table(
    "opinion_topic",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # of the day it was found, and the place within it
    Column("title_zh", String(80), nullable=False),  # ours, never a post's
    Column("title_en", String(120), nullable=False),
    Column("category", String(24), nullable=False),
    Column("opinion_kind", String(24), nullable=False),  # which of the six that must be answered, or none
    Column("opinion_grade", String(16), nullable=False),  # general, major: the code list opinion_clock has its clocks
    Column("unit", String(48), nullable=False),  # that owes the answer
    Column("handler", String(48), nullable=False),  # the same, the sub-district offices as one
    Column("subdistrict", String(32)),  # where the problem is; a post has no place
    Column("posts_n", Integer, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),  # when it had LEAST_POSTS
    Column("day", Integer, nullable=False),
    Column("told_on", Integer, nullable=False),  # last day of the month in which its 48 hours end
    Column("due_soon_at", UtcDateTime),  # NULL with due_at: no answer is required
    Column("due_at", UtcDateTime),  # of the first answer; of a major event the first release
    Column("conference_due_at", UtcDateTime),
    Column("assigned_at", UtcDateTime),
    Column("fact_note_at", UtcDateTime),
    Column("fact_note_on", Integer),
    Column("fact_note_s", Integer),  # since it was assigned
    Column("responded_at", UtcDateTime),
    Column("response_s", Integer),  # since it was found
    Column("conference_at", UtcDateTime),
    Column("on_time", Boolean),  # NULL while neither answered nor due
    Column("conference_on_time", Boolean),
    Column("service", Boolean, nullable=False),  # a problem of service lies behind it
    Column("case_number", String(40)),  # printed number of the linked case
    Column("linked_at", UtcDateTime),
    Column("linked_in_time", Boolean, nullable=False),  # before its 48 hours were over
    Column("solved_told_on", Integer),  # last day of the month in which the linked case can be judged
    Column("case_closed_at", UtcDateTime),
    Column("case_state", String(16)),  # of the problem behind it, of the list ending; NULL where there is none
    Column("solved", Boolean),  # NULL until it can be judged
    Column("audited_on", Integer),  # the answer was sampled
    Column("substantive", Boolean),
    Column("closed_at", UtcDateTime),  # the first time
    Column("settled_told_on", Integer),
    Column("reopened_at", UtcDateTime),
    Column("reopened_on", Integer),
    Column("recurred", Boolean),  # reopened within SETTLED_DAYS; NULL until that can be judged
    Column("open", Boolean, nullable=False),
    Index("opinion_topic_day", REGION, "day"),
    Index("opinion_topic_fact_note", REGION, "fact_note_on"),
)
_topic = opinion_topic.c
OWED = and_(_topic.open, _topic.due_at.is_not(None), _topic.responded_at.is_(None))
_major = _topic.opinion_grade == MAJOR
Index("opinion_topic_open", _topic.region, _topic.due_at, sqlite_where=_topic.open == true(), postgresql_where=_topic.open)
Index("opinion_topic_major", _topic.region, _topic.day, sqlite_where=_major, postgresql_where=_major)

_STREETS = (AREA,)
_general = and_(_topic.opinion_grade != MAJOR, _topic.on_time.is_not(None))

told_cube = Cube(
    name="opinion_told",
    fact=opinion_topic,
    day="told_on",
    areas=_STREETS,
    by={"opinion": "category", "opinion_kind": "opinion_kind"},
    counters={
        "topics": true(),
        "required": _topic.opinion_kind != NOT_REQUIRED,
        "due": _general,
        "on_time": and_(_topic.opinion_grade != MAJOR, _topic.on_time),
        "service": _topic.service,
        "linked": and_(_topic.service, _topic.linked_in_time),
    },
)

unit_cube = Cube(
    name="opinion_unit",
    fact=opinion_topic,
    day="told_on",
    areas=(),
    by={"handler": "handler"},
    counters={"due": _general, "on_time": and_(_topic.opinion_grade != MAJOR, _topic.on_time)},
)

flow_cube = Cube(
    name="opinion_flow",
    fact=opinion_topic,
    day="told_on",
    areas=(),
    by={
        "opinion": "category",
        "handler": "handler",
        "ending": "case_state",
        "opinion_handler": ("category", "handler"),
        "handler_ending": ("handler", "case_state"),
    },
    counters={"service": _topic.service},
    where=_topic.service == true(),
)

solved_cube = Cube(
    name="opinion_solved",
    fact=opinion_topic,
    day="solved_told_on",
    areas=_STREETS,
    by={"opinion": "category"},
    counters={"linked": _topic.solved.is_not(None), "solved": _topic.solved},
)

settled_cube = Cube(
    name="opinion_settled",
    fact=opinion_topic,
    day="settled_told_on",
    areas=_STREETS,
    by={"opinion": "category"},
    counters={"closed": _topic.recurred.is_not(None), "recurred": _topic.recurred},
)

found_cube = Cube(name="opinion_found", fact=opinion_topic, day="day", areas=(), counters={"found": true()})
reopened_cube = Cube(name="opinion_reopened", fact=opinion_topic, day="reopened_on", areas=(), counters={"reopened": true()})

major_cube = Cube(
    name="opinion_major",
    fact=opinion_topic,
    day="day",
    areas=(),
    counters={
        "released": _topic.on_time.is_not(None),
        "released_in_time": _topic.on_time,
        "held": _topic.conference_on_time.is_not(None),
        "held_in_time": _topic.conference_on_time,
    },
    where=_major,
)

audit_cube = Cube(
    name="opinion_audit",
    fact=opinion_topic,
    day="audited_on",
    areas=(),
    by={"handler": "handler"},
    counters={"sampled": _topic.substantive.is_not(None), "substantive": _topic.substantive},
)

open_cube = Cube(
    name="opinion_open",
    fact=opinion_topic,
    areas=(),
    by={"handler": "handler"},
    counters={
        "open": _topic.open,
        "owed": OWED,
        "answered": and_(_topic.open, or_(_topic.due_at.is_(None), _topic.responded_at.is_not(None))),
    },
)

CUBES = (
    told_cube, unit_cube, flow_cube, solved_cube, settled_cube, found_cube, reopened_cube, major_cube, audit_cube, open_cube,
)  # fmt: skip

STREETS: tuple[Axes, ...] = ((AREA,),)
CATEGORIES: tuple[Axes, ...] = (*STREETS, ("opinion",))
ANSWERS: tuple[Axes, ...] = (("opinion", "handler"), ("handler", "ending"))


def _guarded(cube: Cube, counter: str, tables: tuple[Axes, ...] = CATEGORIES, period: str = "month") -> GuardedMeasure:
    return GuardedMeasure(cube, counter, tables=tables, period=period, least=LEAST)


def _ratio(cube: Cube, over: str, under: str) -> Ratio:
    return Ratio(Measure(cube, over), Measure(cube, under))


topics = _guarded(told_cube, "topics", (*CATEGORIES, ("opinion_kind",)))
required = share("required", topics)
kinds = {kind: GuardedRatio(topics.keyed("opinion_kind", kind), topics) for kind in KINDS}
on_time = share("on_time", _guarded(told_cube, "due"))
linked = share("linked", _guarded(told_cube, "service"))
solved = share("solved", _guarded(solved_cube, "linked"))
recurred = share("recurred", _guarded(settled_cube, "closed"))
passed_on = _guarded(flow_cube, "service", ANSWERS, "quarter")

found = Measure(found_cube, "found")
reopened = Measure(reopened_cube, "reopened")
unit_on_time = _ratio(unit_cube, "on_time", "due")
released_in_time = _ratio(major_cube, "released_in_time", "released")
held_in_time = _ratio(major_cube, "held_in_time", "held")
substantive = _ratio(audit_cube, "substantive", "sampled")
open_topics, owed, answered = (Measure(open_cube, counter) for counter in ("open", "owed", "answered"))


class _WholeDistrict:
    """What rests on single topics is told for the whole district only: a street has too few of them."""

    __slots__ = ()

    def carries(self, level: str) -> bool:
        """Whether it is told for a scope of this level."""
        return level == "district"


class TopicTimes(_WholeDistrict, Distribution):
    """How long topics took."""

    __slots__ = ()


class TopicsWaiting(_WholeDistrict, Waiting):
    """Topics that have waited."""

    __slots__ = ()


class TopicListing(_WholeDistrict, Listing):
    """Topics as rows."""

    __slots__ = ()


fact_note_s = TopicTimes(opinion_topic, "fact_note_s", "fact_note_on")
response_s = TopicTimes(opinion_topic, "response_s", "day", where=_topic.opinion_grade != MAJOR)
release_s = TopicTimes(opinion_topic, "response_s", "day", where=_major)
due_soon = TopicsWaiting(opinion_topic, "due_soon_at", OWED, longer_s=0)
overdue = TopicsWaiting(opinion_topic, "due_at", OWED, longer_s=0)

_left = type_coerce(_topic.due_at, BigInteger)
_soon = type_coerce(_topic.due_soon_at, BigInteger)


def _level(at: int) -> Case[str]:
    """How a topic that owes an answer stands: past its limit, near it, or in time."""
    return case(
        (_topic.responded_at.is_not(None), literal("ok")),
        (_topic.due_at.is_(None), literal("none")),
        (_left < at, literal("critical")),
        (_soon < at, literal("warning")),
        else_=literal("ok"),
    )


_TITLE = Told("topic", names=(_topic.title_zh, _topic.title_en))
_UNIT = Told("unit", by="unit")

owed_listed = TopicListing(
    opinion_topic,
    (
        Told("level", "level", value=lambda now, day: _level(int(now.timestamp()))),
        Told("left_s", "seconds", value=lambda now, day: _left - int(now.timestamp())),
        _TITLE,
        _UNIT,
        Told("opinion_grade", by="opinion_grade"),
        Told("posts_n", "count"),
        Told("due_at", "time"),
    ),
    where=lambda now, day: OWED,
    order=lambda now, day: (_topic.due_at, _topic.number),
)
actions_listed = TopicListing(
    opinion_topic,
    (
        _TITLE,
        _UNIT,
        Told("found_at", "time"),
        Told("fact_note_s", "seconds"),
        Told("response_s", "seconds"),
        Told("case_number"),
        Told("case_state", by="ending"),
    ),
    where=lambda now, day: _topic.day > day - 14,
    order=lambda now, day: (_topic.open.desc(), _topic.found_at.desc(), _topic.number),
    most=20,
)
majors_listed = TopicListing(
    opinion_topic,
    (
        _TITLE,
        _UNIT,
        Told("found_at", "time"),
        Told("release_s", "seconds", value=_topic.response_s),
        Told("conference_s", "seconds", value=type_coerce(_topic.conference_at, BigInteger) - type_coerce(_topic.found_at, BigInteger)),
        Told("closed_at", "time"),
    ),
    where=lambda now, day: and_(_major, _topic.day > day - 92),
    order=lambda now, day: (_topic.day.desc(), _topic.number.desc()),
    most=20,
)
