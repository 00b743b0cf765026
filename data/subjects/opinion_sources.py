"""What stands beside the topics of online opinion: posts by the hour, sources that answer, releases, and the message board.

Posts are counts of a topic's hour, nothing else of them is known. The board's counts of a unit are guarded like the topics' (data.guarded).
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, String, Table, and_, case, literal, or_, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.guarded import GuardedMeasure, share
from data.listings import Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.subjects.online_opinion import LEAST, MARKS, OWED, TopicListing, opinion_topic
from data.tallies import tally, tally_cube
from data.timelines import Timeline

STREAM_DAYS = 5

opinion_hour = Table(
    "opinion_hour",
    metadata,
    region_column(),
    Column("topic", BigInteger, primary_key=True, autoincrement=False),
    Column("hour_on", Integer, primary_key=True, autoincrement=False),  # local hour number
    Column("day_on", Integer, nullable=False),
    Column("posts_n", Integer, nullable=False),
)

opinion_source = Table(
    "opinion_source",
    metadata,
    region_column(),
    Column("source", String(48), primary_key=True),
    Column("every_s", Integer, nullable=False),  # how often it is asked
    Column("seen_at", UtcDateTime),  # its last answer
    Column("answering", Boolean, nullable=False),
)

opinion_source_day = Table(
    "opinion_source_day",
    metadata,
    region_column(),
    Column("source", String(48), primary_key=True),
    Column("day_on", Integer, primary_key=True, autoincrement=False),
    Column("hours_n", SmallInteger, nullable=False),  # hours of the day so far
    Column("answered_n", SmallInteger, nullable=False),  # in which it answered
)

opinion_release = Table(
    "opinion_release",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", BigInteger, nullable=False),
    Column("unit", String(48), nullable=False),
    Column("release_kind", String(16), nullable=False),
    Column("released_at", UtcDateTime, nullable=False),
    Column("released_on", Integer, nullable=False),
    Column("corrected_at", UtcDateTime),
    Index("opinion_release_on", REGION, "released_on"),
)

opinion_board = tally(
    "opinion_board",
    "month",
    ("unit",),  # that answers
    *("received", "due", "on_time"),  # due: on the last day of the limit
)

hour_cube = Cube(name="opinion_hour", fact=opinion_hour, day="day_on", hour="hour_on", areas=(), counters={"posts": opinion_hour.c.posts_n})

source_cube = Cube(
    name="opinion_source",
    fact=opinion_source,
    areas=(),
    counters={"configured": true(), "answering": opinion_source.c.answering, "silent": ~opinion_source.c.answering},
)

polled_cube = Cube(
    name="opinion_polled",
    fact=opinion_source_day,
    day="day_on",
    areas=(),
    by={"opinion_source": "source"},
    counters={"hours": opinion_source_day.c.hours_n, "answered": opinion_source_day.c.answered_n},
)

release_cube = Cube(
    name="opinion_release",
    fact=opinion_release,
    day="released_on",
    areas=(),
    by={"release_kind": "release_kind"},
    counters={"released": true(), "corrected": opinion_release.c.corrected_at.is_not(None)},
)
board_cube = tally_cube(opinion_board, {"unit": "unit"})

CUBES = (hour_cube, source_cube, polled_cube, release_cube, board_cube)

posts = Measure(hour_cube, "posts")
configured, silent = Measure(source_cube, "configured"), Measure(source_cube, "silent")
answering = Ratio(Measure(source_cube, "answering"), configured)
uptime = Ratio(Measure(polled_cube, "answered"), Measure(polled_cube, "hours"))
released = Measure(release_cube, "released")
corrected = Ratio(Measure(release_cube, "corrected"), released)
board_on_time = share("on_time", GuardedMeasure(board_cube, "due", tables=(("unit",),), period="month", least=LEAST))

sources_listed = TopicListing(
    opinion_source,
    (
        Told("source", by="opinion_source"),
        Told("level", "level", value=case((opinion_source.c.answering, literal("ok")), else_=literal("critical"))),
        Told("seen_at", "time"),
    ),
    where=lambda now, day: true(),
    order=lambda now, day: (opinion_source.c.answering, opinion_source.c.source),
)

_topic = opinion_topic.c
stream = Timeline(
    opinion_topic,
    key="number",
    title=("title_zh", "title_en"),
    series=opinion_hour,
    thing="topic",
    hour="hour_on",
    count="posts_n",
    marks=MARKS,
    begun="found_at",
    soon="due_soon_at",
    due="due_at",
    done="responded_at",
    by="category",
    listed="opinion",
    where=lambda now, day: and_(_topic.day > day - STREAM_DAYS, or_(_topic.open, _topic.day > day - 1)),
    order=lambda now, day: (case((OWED, _topic.due_at)).nulls_last(), _topic.posts_n.desc(), _topic.number),
)
