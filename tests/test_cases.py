"""The closed loop: each rule once by example, and laws over random walks through the transition table."""

import tomllib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendars import Calendar, Clock
from data.case_moments import EFFECTS, bin_of, in_month_end
from data.case_rules import LOOP
from data.cases import (
    IllegalStep,
    Intake,
    Rules,
    Step,
    advanced,
    judged,
    opened,
    replayed,
    settled,
    stages,
    stamped,
)
from data.schema import case_file

LIMITS = {
    "hours": (Clock.WORK_HOURS, 4.0),
    "days": (Clock.WORK_DAYS, 7.0),
    "urgent": (Clock.URGENT_HOURS, 2.0),
    "calendar": (Clock.CALENDAR_DAYS, 15.0),
    "none": (Clock.WORK_DAYS, None),
}
CN = Rules.load(Calendar.load("cn"), LIMITS)
NY = Rules.load(Calendar(ZoneInfo("America/New_York")), LIMITS)
START = datetime(2026, 9, 23, 1, tzinfo=UTC)  # Wednesday 09:00 in China
STATES = {
    "reported", "accepted", "filed", "dispatched", "handling", "suspended", "feedback", "checked", "closed", "scored",
    "rejected", "merged", "void", "redirected",
}  # fmt: skip
ENDED = {"closed", "scored", "rejected", "merged", "void", "redirected"}


def intake(**known):
    fields = {
        "id": 7, "number": "A-7", "source": "grid", "source_id": "7", "channel": "collector", "kind": "event",
        "type": "hours", "item": 3, "level": "district", "unit": "centre", "subdistrict": "s", "community": "c",
        "grid": "g", "dedicated": None, "lon": 116.7, "lat": 23.2, "urgent": False,
    }  # fmt: skip
    return Intake(**{**fields, **known})


def step(action, minutes=0.0, **more):
    return Step(7, action, START + timedelta(minutes=minutes), **more)


def walked(*steps, rules=CN, **known):
    return replayed(intake(**known), steps, rules)


REPORT = step("report", 0, post="a")
DISPATCHED = (REPORT, step("accept", 5), step("file", 8), step("dispatch", 10, unit="roads"))
HANDLING = (*DISPATCHED, step("sign", 20), step("arrive", 40))
HANDLED = (*HANDLING, step("feedback", 60, post="h", evidence_n=2))
CLOSED = (*HANDLED, step("check", 70, post="k"), step("close", 80, post="d"))


def test_a_row_has_the_columns_of_the_case_file():
    assert set(walked(REPORT)) == {column.name for column in case_file.c} - {"region"}


def test_the_whole_loop():
    row = walked(*CLOSED, step("score", 90), discovered_at=START - timedelta(minutes=2))
    assert (row["state"], row["open"], row["on_time"], row["overdue"]) == ("scored", False, True, False)
    assert row["due_at"] == START + timedelta(minutes=370)  # 09:10 and 4 work hours: 15:10
    assert (row["report_s"], row["accept_s"], row["arrive_s"], row["handle_s"]) == (120, 300, 2100, 1200)
    assert (row["handling_s"], row["handling_bin"], row["steps_n"]) == (4800, 101, 10)
    assert (row["unit"], row["evidence_n"], row["closed_on"] - row["reported_on"]) == ("roads", 2, 0)


def test_a_case_is_late_when_its_deadline_has_passed():
    row = walked(*HANDLED)
    due = row["due_at"]
    assert judged(row, due) is row
    late = judged(row, due + timedelta(seconds=1))
    assert (late["overdue"], late["on_time"], row["overdue"]) == (True, False, False)
    closed = replayed(intake(), (*HANDLED, step("check", 400), step("close", 401)), CN)
    assert (closed["on_time"], closed["overdue"], closed["open"]) == (False, False, False)


def test_a_step_that_arrives_after_a_later_tick_is_judged_by_its_own_moment():
    row = walked(*HANDLING)
    late = judged(row, row["due_at"] + timedelta(seconds=5))
    paused = Step(7, "suspend", row["due_at"], reason="season")
    assert late["overdue"]
    assert advanced(late, paused, CN) == advanced(row, paused, CN)


def test_no_limit_no_deadline():
    row = walked(*CLOSED, type="none")
    assert (row["due_at"], row["due_on"], row["on_time"]) == (None, None, None)


def test_a_suspension_keeps_the_time_that_was_left():
    paused = advanced(walked(*HANDLING), step("suspend", 60, reason="season"), CN)
    assert judged(paused, paused["due_at"] + timedelta(days=1))["deferred"]
    assert not judged(paused, paused["due_at"] + timedelta(days=1))["overdue"]
    resumed = advanced(paused, step("resume", 60 + 24 * 60), CN)
    assert resumed["due_at"] == paused["due_at"] + timedelta(days=1)
    assert (resumed["suspended_s"], resumed["suspended_since"], resumed["deferred"]) == (86400, None, False)


def test_resuming_never_brings_a_deadline_nearer():
    saturday = datetime(2026, 9, 26, 12, tzinfo=UTC)
    extended = advanced(walked(*HANDLING), step("extend", 60, due_at=saturday), CN)
    evening = 3 * 24 * 60
    paused = advanced(extended, step("suspend", evening, reason="season"), CN)
    assert advanced(paused, step("resume", evening + 1), CN)["due_at"] >= saturday


def test_rework_gives_half_the_limit_or_what_remains():
    early = advanced(walked(*HANDLED), step("rework", 61, post="k"), CN)
    assert early["due_at"] == walked(*HANDLED)["due_at"]
    late = advanced(walked(*HANDLED), step("rework", 365, post="k"), CN)
    assert late["due_at"] == datetime(2026, 9, 23, 9, 5, tzinfo=UTC)  # 15:05 and 2 work hours
    assert (late["rework_n"], late["handled_at"], late["state"]) == (1, None, "handling")


def test_reopening_keeps_the_moment_of_the_report():
    row = advanced(walked(*CLOSED), step("reopen", 3000), CN)
    assert (row["open"], row["closed_at"], row["handling_s"], row["reopened_n"]) == (True, None, None, 1)
    again = [step("feedback", 3010, evidence_n=1), step("check", 3020), step("close", 3030)]
    for more in again:
        row = advanced(row, more, CN)
    assert row["handling_s"] == 3030 * 60


def test_a_returned_case_gets_its_clock_from_the_next_dispatch():
    row = advanced(walked(*DISPATCHED), step("return", 30, reason="not_ours"), CN)
    assert (row["state"], row["due_at"], row["returned_n"]) == ("filed", None, 1)
    row = advanced(row, step("dispatch", 70, unit="parks"), CN)
    assert (row["unit"], row["due_at"]) == ("parks", START + timedelta(minutes=430))


def test_a_merged_case_runs_on_its_parents_clock():
    row = walked(REPORT, step("merge", 5, parent=3))
    assert (row["state"], row["merged_into"], row["open"], row["valid"], row["due_at"]) == (
        "merged", 3, False, True, None,
    )  # fmt: skip
    assert not walked(REPORT, step("reject", 5, reason="private"))["valid"]


def test_settled_on_the_spot():
    chain = settled(REPORT, START + timedelta(minutes=1), START + timedelta(minutes=4))
    row = walked(*chain, level="grid")
    assert [one.action for one in chain] == ["report", "feedback", "close"]
    assert (row["on_time"], row["quick_close"], row["due_at"]) == (True, True, START + timedelta(hours=6))
    slow = settled(REPORT, START + timedelta(minutes=1), START + timedelta(minutes=5))
    assert not walked(*slow, level="grid")["quick_close"]
    with pytest.raises(IllegalStep, match="only a case of level grid"):
        walked(*chain)


def test_a_mirrored_case_follows_the_system_that_keeps_it():
    due = START + timedelta(days=2)
    row = walked(step("mirror_open", due_at=due), type="unknown")
    assert (row["state"], row["due_at"], row["open"]) == ("handling", due, True)
    moved = advanced(row, step("mirror_open", 5, due_at=due + timedelta(days=1)), CN)
    closed = advanced(moved, step("mirror_close", 3000), CN)
    assert (closed["on_time"], closed["evidence_n"], closed["state"]) == (True, 0, "closed")


@pytest.mark.parametrize(
    ("steps", "refused", "why"),
    [
        (DISPATCHED, step("close", 20), "'close' is not possible in state 'dispatched': possible from here: arrive,"),
        (HANDLING, step("feedback", 50), "at least one piece of evidence"),
        (HANDLED, step("check", 70, post="h"), "the post that handled it cannot check it"),
        (HANDLED, step("rework", 70, post="h"), "the post that handled it cannot check it"),
        (HANDLED, step("close", 70), "without a check it needs a reason"),
        (HANDLING, step("extend", 371, due_at=START + timedelta(days=3)), "the deadline passed at 2026-09-23 07:10"),
        (HANDLING, step("extend", 50), "new deadline in due_at"),
        (HANDLING, step("extend", 50, due_at=START + timedelta(hours=1)), "not later than the present one"),
        (HANDLING, step("suspend", 371, reason="season"), "the deadline passed"),
        (HANDLING, step("suspend", 50), "it needs a reason"),
        (HANDLING, step("suspend", 50, reason="season", due_at=START + timedelta(days=40)), "within the next 30 days"),
        (HANDLING, step("return", 371, reason="not_ours"), "within 4 work hours of dispatch"),
        (HANDLING, step("sign", 50), "'sign' is not possible in state 'handling'"),
        (HANDLING, step("mirror_close", 50), "kept here, not mirrored"),
        (HANDLING, step("feedback", 39, evidence_n=1), "it comes before the last step"),
        (HANDLING, Step(8, "feedback", START + timedelta(hours=2), evidence_n=1), "the step belongs to case 8"),
        (CLOSED, step("reopen", 80 + 15 * 1440 + 1), "closed more than 15 days ago"),
        ((*CLOSED, step("score", 90)), step("appeal", 20 * 1440), "scored more than 5 work days ago"),
        ((REPORT,), step("merge", 5), "it needs the parent"),
        ((REPORT,), step("merge", 5, parent=7), "cannot go into itself"),
        ((REPORT,), step("reject", 5), "it needs a reason"),
        ((REPORT, step("file", 5)), step("dispatch", 9, due_at=START), "has passed already"),
        ((REPORT, step("void", 5, reason="false")), step("accept", 9), "possible from here: nothing"),
    ],
)
def test_what_the_loop_refuses_and_why(steps, refused, why):
    row = walked(*steps)
    before = row.copy()
    with pytest.raises(IllegalStep) as caught:
        advanced(row, refused, CN)
    assert why in str(caught.value)
    assert "case A-7" in str(caught.value)
    assert row == before


def test_a_third_suspension_is_refused():
    row = walked(*HANDLING, type="days")
    for minutes in (50, 70):
        row = advanced(row, step("suspend", minutes, reason="works"), CN)
        row = advanced(row, step("resume", minutes + 10), CN)
    with pytest.raises(IllegalStep, match="suspended 2 times already"):
        advanced(row, step("suspend", 90, reason="works"), CN)


def test_how_a_case_may_begin():
    with pytest.raises(IllegalStep, match="state 'new': a case begins with mirror_open or report"):
        opened(intake(), step("accept"), CN)
    with pytest.raises(IllegalStep, match="the step belongs to case 7"):
        opened(intake(id=8), REPORT, CN)
    with pytest.raises(IllegalStep, match="before it was discovered"):
        opened(intake(discovered_at=START + timedelta(minutes=1)), REPORT, CN)
    with pytest.raises(ValueError, match="time zone"):
        opened(intake(), Step(7, "report", datetime(2026, 1, 1)), CN)  # noqa: DTZ001


def test_the_days_of_a_place_are_its_own():
    evening = Step(7, "report", datetime(2026, 11, 1, 3, tzinfo=UTC))  # 31 October 23:00 in New York
    assert opened(intake(), evening, CN)["reported_on"] - opened(intake(), evening, NY)["reported_on"] == 1
    assert (opened(intake(), evening, NY)["month_end"], opened(intake(), evening, CN)["month_end"]) == (True, False)


def test_bins_and_month_ends():
    assert [bin_of(n) for n in (0, 60, 180, 10**9)] == [0, 16, 32, 383]
    assert bin_of(10**11) == 400
    first = (datetime(2024, 2, 27, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    assert [in_month_end(first + n) for n in range(4)] == [False, True, True, False]


def test_the_table_and_the_code_say_the_same():
    lines = tomllib.loads(LOOP.read_text(encoding="utf-8"))["transition"]
    assert {move.to for move in CN.moves.values()} == STATES
    assert {state for _, state in CN.moves} <= STATES | {""}
    unwritten = {"report", "verify", "appeal", "supervise"}
    assert set(EFFECTS) | unwritten == {line["action"] for line in lines}
    assert all(line["note"] and line["who"] for line in lines)


def test_a_table_that_says_a_thing_twice_is_refused(tmp_path):
    path = tmp_path / "loop.toml"
    path.write_text(LOOP.read_text(encoding="utf-8").replace('action = "verify"', 'action = "accept"'))
    with pytest.raises(ValueError, match="'accept' from 'reported' is there twice"):
        Rules.load(CN.calendar, LIMITS, path)


def test_a_stamped_step_outlives_a_change_of_calendar():
    steps = list(DISPATCHED)
    row = walked(*steps)
    kept = [*steps[:-1], stamped(steps[-1], row)]
    assert kept[-1].due_at == row["due_at"]
    assert stamped(REPORT, row) is REPORT
    other = Rules.load(Calendar(weekend=(3,)), LIMITS)
    assert replayed(intake(), steps, other)["due_at"] != row["due_at"]
    assert replayed(intake(), kept, other)["due_at"] == row["due_at"]


GAPS = st.one_of(st.integers(0, 7200), st.integers(0, 40 * 86400), st.just(0))


@st.composite
def next_steps(draw, row):
    """A step for the present state, mostly one the guards accept."""
    at = row["changed_at"] + timedelta(seconds=draw(GAPS))
    later = (row["due_at"] or at) + timedelta(seconds=draw(st.integers(-3600, 20 * 86400)))
    return Step(
        row["id"],
        draw(st.sampled_from(CN.possible(row["state"]) or ["accept"])),
        at + timedelta(microseconds=draw(st.sampled_from([0, 0, 500_000]))),
        post=draw(st.sampled_from(["a", "b", "h", None])),
        unit=draw(st.sampled_from(["roads", "parks", None])),
        reason=draw(st.sampled_from(["why", "why", None])),
        due_at=draw(st.sampled_from([None, None, later])),
        evidence_n=draw(st.sampled_from([0, 1, 3])),
        parent=draw(st.sampled_from([3, 7, None])),
    )


@st.composite
def walks(draw):
    rules = draw(st.sampled_from([CN, NY]))
    case = intake(type=draw(st.sampled_from(list(LIMITS))), level=draw(st.sampled_from(["grid", "district"])))
    first = draw(st.sampled_from([REPORT, REPORT, REPORT, step("mirror_open", due_at=START + timedelta(days=3))]))
    row, taken = opened(case, first, rules), [first]
    for _ in range(draw(st.integers(0, 18))):
        more = draw(next_steps(row))
        if draw(st.booleans()):
            row = judged(row, more.at + timedelta(seconds=draw(st.integers(0, 7200))))
        try:
            row = advanced(row, more, rules)
        except IllegalStep as error:
            assert error.why and error.case == case.number
        else:
            taken.append(more)
    return rules, case, taken, row


@settings(deadline=None, max_examples=120)
@given(walks())
def test_a_row_is_derived_from_its_steps_alone(walk):
    rules, case, taken, row = walk
    now = row["changed_at"] + timedelta(days=400)
    assert judged(replayed(case, taken, rules), now) == judged(row, now)
    assert judged(judged(row, now), now) == judged(row, now)
    kept, short = [], None
    for one in taken:
        short = advanced(short, one, rules) if short else opened(case, one, rules)
        kept.append(stamped(one, short))
    assert replayed(case, kept, rules) == short


@settings(deadline=None, max_examples=120)
@given(walks())
def test_invariants_of_the_loop(walk):
    rules, _, taken, row = walk
    passed = stages(taken, rules)
    assert sum(lasted for _, _, lasted in passed) == int((row["changed_at"] - row["reported_at"]).total_seconds())
    assert (passed[-1][0], row["steps_n"]) == (row["state"], len(taken))
    paused = sum(lasted for state, _, lasted in passed if state == "suspended")
    since = row["suspended_since"]
    assert (since is not None) == (row["state"] == "suspended")
    still = int((row["changed_at"] - since).total_seconds()) if since else 0
    assert 0 <= row["suspended_s"] == paused - still
    assert row["open"] == (row["state"] not in ENDED)
    assert row["unit"]
    assert row["valid"] == (row["state"] not in {"rejected", "void"})
    assert not (row["overdue"] and row["deferred"])
    assert not (row["overdue"] or row["deferred"]) or (row["open"] and row["on_time"] is False)
    assert (row["due_on"] is None) == (row["due_at"] is None)
    if row["state"] in {"closed", "scored"}:
        mirrored = any(one.action == "mirror_close" for one in taken)
        assert row["evidence_n"] >= 1 or mirrored
        assert row["handling_s"] == int((row["closed_at"] - row["reported_at"]).total_seconds()) >= 0
        assert row["on_time"] == (None if row["due_at"] is None else row["closed_at"] <= row["due_at"])
    else:
        assert row["closed_at"] is row["closed_on"] is row["handling_s"] is row["handling_bin"] is None


@settings(deadline=None, max_examples=120)
@given(walks())
def test_the_checker_is_never_the_handler_and_reports_keep_their_moment(walk):
    _, _, taken, row = walk
    handler = None
    for one in taken:
        if one.action == "feedback":
            handler = one.post
        assert one.action not in {"check", "rework"} or one.post is None or one.post != handler
    assert row["reported_at"] == taken[0].at.replace(microsecond=0)
    assert row["rework_n"] == sum(one.action == "rework" for one in taken)
    assert row["reopened_n"] == sum(one.action == "reopen" for one in taken)
