"""Online opinion of the demonstration: topics as they become known, their posts by the hour, releases, sources and the message board."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from sqlalchemy import Table

from data.periods import period
from data.seed import catalogue
from data.seed.demo.hours import DAY_S, OFFSET_S, at_hour, day_at, moment_of
from data.seed.demo.opinion_lives import HOUR, Topic, Topics
from data.seed.demo.petition_lives import OFFICES
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Fact, Row, Story, until_now
from data.seed.demo.tallied import Event, drawn, tallied
from data.subjects.online_opinion import LEAST_POSTS, MAJOR, SETTLED_DAYS, SOLVED_DAYS, opinion_topic
from data.subjects.opinion_sources import opinion_board, opinion_hour, opinion_release, opinion_source, opinion_source_day

BOARD_A_DAY, BOARD_WEEKDAYS = 2.1, (1.25, 1.15, 1.1, 1.05, 1.05, 0.75, 0.65)
BOARD_UNITS = {
    "dept_urban": 24, "dept_housing": 26, "dept_police": 12, "dept_market": 10, "dept_data": 9, "dept_emergency": 5, "dept_justice": 4,
}  # fmt: skip
BOARD_LATE, BOARD_LATE_SLOW = 0.035, 0.11
OUTAGES, OUTAGES_WEAK, OUTAGE_H = 0.035, 0.14, (0.6, 7.0)
WEAK = "short_video"
LONGEST = 100


class OnlineOpinion(Story):
    """A topic is known once it has enough posts, and changes with each hour and each step; sources stand."""

    name = "online_opinion"
    tables = (opinion_topic, opinion_hour, opinion_release, opinion_source_day, opinion_board)
    standing_tables = (opinion_source,)
    longest_days = LONGEST
    past_days = 460
    every_s = 900

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self.topics = Topics(planner)
        self._outages = lru_cache(maxsize=16)(self._drawn_outages)

    def day(self, number: int) -> Iterable[Fact]:
        """Topics that begin on a local day with all that follows, the sources' hours, and the board's counts."""
        for topic in self.topics.begun(number):
            yield from _facts(topic, self.topics)
        for source in self._every:
            yield self._polled(source, number)
        yield from tallied(number, self._board(number), [(opinion_board, (next(iter(BOARD_UNITS)),))])

    @cached_property
    def _every(self) -> dict[str, int]:
        """How often each source is asked, in seconds."""
        return catalogue.weights("opinion_source")

    def _drawn_outages(self, number: int) -> dict[str, tuple[int, int]]:
        """When sources fall silent on a day: from, to."""
        found = {}
        for source in self._every:
            rng = self.stream("outage", source, number)
            if rng.random() < (OUTAGES_WEAK if source == WEAK else OUTAGES):
                start = at_hour(number, rng.uniform(0, 16))
                found[source] = (start, start + int(rng.uniform(*OUTAGE_H) * HOUR))
        return found

    def _polled(self, source: str, number: int) -> Fact:
        start = at_hour(number, 0)
        gone = self._outages(number).get(source, (0, 0))
        answered = [not (gone[0] < start + (hour + 1) * HOUR and start + hour * HOUR < gone[1]) for hour in range(24)]
        row = {"source": source, "day_on": number, "hours_n": 24, "answered_n": sum(answered)}

        def known(whole: Row, now: int) -> Row:
            hours = min(24, (now - start) // HOUR)
            return whole | {"hours_n": hours, "answered_n": sum(answered[:hours])}

        return Fact(opinion_source_day, row, tuple(at_hour(number, hour) for hour in range(1, 25)), known)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every source with its last answer."""
        at = now - now % self.every_s
        gone = self._outages(day_at(at))
        return {opinion_source: [_source(key, every, gone.get(key), at) for key, every in self._every.items()]}

    def _board(self, number: int) -> Iterator[Event]:
        """Messages received on a day, and those whose limit ends on it."""
        for unit in self._messages(number):
            yield opinion_board, (unit,), ("received",)
        rng = self.stream("late", number)
        for unit in self._messages(number - self.topics.clocks.board_days):
            late = BOARD_LATE_SLOW if unit in self.topics.slow else BOARD_LATE
            yield opinion_board, (unit,), ("due",) if rng.random() < late else ("due", "on_time")

    def _messages(self, number: int) -> list[str]:
        day, rng = self.almanac(number), self.stream("board", number)
        count = drawn(rng, BOARD_A_DAY * BOARD_WEEKDAYS[day.weekday] * (0.4 + 0.6 * day.festival) * (1.4 if day.backlog else 1.0))
        units: list[str] = rng.choices(list(BOARD_UNITS), list(BOARD_UNITS.values()), k=count)
        return units


def _source(key: str, every: int, gone: tuple[int, int] | None, at: int) -> Row:
    silent = gone is not None and gone[0] <= at < gone[1]
    heard = gone[0] - 1 if gone and silent else at
    return {"source": key, "every_s": every, "seen_at": moment_of(heard - heard % every), "answering": not silent}


def _facts(topic: Topic, topics: Topics) -> Iterator[Fact]:
    """The topic, its hours once they are over, its releases."""
    yield Fact(opinion_topic, _whole(topic, topics), _turns(topic, topics), partial(_known, topic, topics))
    for hour, count in topic.hours.items():
        row = {"topic": topic.number, "hour_on": hour, "day_on": hour // 24, "posts_n": count}
        yield Fact(opinion_hour, row, (max(_over(hour), topic.found),))
    kinds = ("bulletin" if topic.major else "response", "conference")
    for place, (kind, at, corrected) in enumerate(zip(kinds, (topic.responded, topic.conference), topic.corrected, strict=True), 1):
        if at is not None:
            release: Row = {
                "number": topic.number * 10 + place, "topic": topic.number, "unit": topic.unit, "release_kind": kind,
                "released_at": moment_of(at), "released_on": day_at(at), "corrected_at": moment_of(corrected) if corrected else None,
            }  # fmt: skip
            yield Fact(opinion_release, release, (at, corrected) if corrected else (at,), until_now(opinion_release))


def _over(hour: int) -> int:
    """The epoch second at which a local hour number is over."""
    return (hour + 1) * HOUR - OFFSET_S


def _month_end(moment: int) -> int:
    return period(day_at(moment), "month")[1]


def _solved(topic: Topic) -> int | None:
    """When the linked case can be judged."""
    return topic.case.linked + SOLVED_DAYS * DAY_S if topic.case else None


def _settled(topic: Topic) -> int:
    """When it is certain that the closed topic did not come back."""
    return topic.closed + SETTLED_DAYS * DAY_S


def _dues(topic: Topic, topics: Topics) -> tuple[int | None, int | None, int | None]:
    """When an answer is near, due, and when the press conference is; all none where nothing is owed."""
    clock = topics.clocks.of_grade(topic.major)
    if not topic.required:
        return None, None, None
    return topic.found + clock.soon_s, topic.found + clock.answer_s, topic.found + clock.conference_s if clock.conference_s else None


def _turns(topic: Topic, topics: Topics) -> tuple[int, ...]:
    """Every moment at which something of the topic changes, from the one it is found at."""
    case = topic.case
    of_case = (case.linked, case.closed, case.back, _solved(topic), case.closed and case.closed + SETTLED_DAYS * DAY_S) if case else ()
    _, due, conference_due = _dues(topic, topics)
    steps = (
        topic.found, topic.assigned, topic.noted, topic.responded, topic.conference, topic.audited, topic.closed, topic.reopened,
        topic.ended, _settled(topic), due and due + 1, conference_due and conference_due + 1, *of_case,
    )  # fmt: skip
    every = {*(at for at in steps if at is not None), *map(_over, topic.hours)}
    return tuple(sorted(at for at in every if at >= topic.found))


def _whole(topic: Topic, topics: Topics) -> Row:
    """What of the topic never changes."""
    soon, due, conference_due = _dues(topic, topics)
    return {
        "number": topic.number, "title_zh": topic.zh, "title_en": topic.en, "category": topic.category, "opinion_kind": topic.kind,
        "opinion_grade": MAJOR if topic.major else "general", "unit": topic.unit,
        "handler": OFFICES if topic.unit in topics.planner.town.offices.values() else topic.unit, "subdistrict": topic.subdistrict,
        "found_at": moment_of(topic.found), "day": day_at(topic.found),
        "told_on": _month_end(topic.found + topics.clocks.general.answer_s),
        "due_soon_at": soon and moment_of(soon), "due_at": due and moment_of(due),
        "conference_due_at": conference_due and moment_of(conference_due), "service": topic.service,
    }  # fmt: skip


def _known(topic: Topic, topics: Topics, whole: Row, now: int) -> Row:
    """The topic as it stands at a moment."""
    _, due, conference_due = _dues(topic, topics)
    posts = sum(count for hour, count in topic.hours.items() if _over(hour) <= now)
    return whole | _answered(topic, due, conference_due, now) | _behind(topic, topics, now) | _ended(topic, now) | {
        "posts_n": max(LEAST_POSTS, posts),
    }  # fmt: skip


def _by(at: int | None, now: int) -> int | None:
    """The moment, once it has come."""
    return at if at is not None and at <= now else None


def _in_time(at: int | None, due: int | None, now: int) -> bool | None:
    """Whether it came in time; None while it is neither there nor due."""
    if due is None or (at is None and now <= due):
        return None
    return at is not None and at <= due


def _answered(topic: Topic, due: int | None, conference_due: int | None, now: int) -> Row:
    assigned, noted, responded, held, audited = (
        _by(at, now) for at in (topic.assigned, topic.noted, topic.responded, topic.conference, topic.audited)
    )
    return {
        "assigned_at": assigned and moment_of(assigned),
        "fact_note_at": noted and moment_of(noted),
        "fact_note_on": noted and day_at(noted),
        "fact_note_s": noted and noted - topic.assigned,
        "responded_at": responded and moment_of(responded),
        "response_s": responded and responded - topic.found,
        "conference_at": held and moment_of(held),
        "on_time": _in_time(responded, due, now),
        "conference_on_time": _in_time(held, conference_due, now),
        "audited_on": audited and day_at(audited),
        "substantive": topic.substantive if audited else None,
    }


def _behind(topic: Topic, topics: Topics, now: int) -> Row:
    """The problem behind it: its case, and whether it was solved."""
    case = topic.case
    linked, closed, back = (_by(at, now) for at in (case.linked, case.closed, case.back)) if case else (None, None, None)
    judged = _by(_solved(topic), now)
    return {
        "case_number": case.number if case and linked else None,
        "linked_at": linked and moment_of(linked),
        "linked_in_time": linked is not None and linked <= topic.found + topics.clocks.general.answer_s,
        "solved_told_on": _month_end(linked + SOLVED_DAYS * DAY_S) if linked else None,
        "case_closed_at": closed and moment_of(closed),
        "case_state": _state(linked, closed, back, now) if topic.service else None,
        "solved": None if judged is None else closed is not None and back is None,
    }


def _state(linked: int | None, closed: int | None, back: int | None, now: int) -> str:
    if linked is None:
        return "unlinked"
    if back is not None:
        return "recurred"
    if closed is None:
        return "in_hand"
    return "solved" if closed + SETTLED_DAYS * DAY_S <= now else "closed"


def _ended(topic: Topic, now: int) -> Row:
    closed, reopened, ended = (_by(at, now) for at in (topic.closed, topic.reopened, topic.ended))
    again = reopened is not None and reopened <= _settled(topic)
    return {
        "closed_at": closed and moment_of(closed),
        "settled_told_on": _month_end(_settled(topic)) if closed else None,
        "reopened_at": reopened and moment_of(reopened),
        "reopened_on": reopened and day_at(reopened),
        "recurred": True if again else (False if _settled(topic) <= now else None),
        "open": closed is None or (reopened is not None and ended is None),
    }


STORY = OnlineOpinion
