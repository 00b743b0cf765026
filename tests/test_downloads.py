"""The list of cases and what leaves the desk as a file: the same rows, in the same order, and nothing an address cannot mean."""

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select

from dashboard.case_clocks import clocks, suspensions
from dashboard.casework import PAGE, case_list, one_case
from dashboard.pages import Address
from dashboard.refusal import MOST_DAYS, Refusal, moment_of, period_of
from data.calendars import Calendar, Clock
from data.schema import case_file, case_step
from layouts.text import words_for

MODULE = "grid_management"
NOON = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(app):
    return app.server.test_client()


def address(app, **query):
    with app.server.test_request_context("/"):
        made = Address.of(MODULE, query, app.live, "desk")
    assert not made.fault, made.refusal
    return made


def lines(answer):
    assert answer.status_code == 200, answer.text[:300]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def paged(app, **query):
    """Every row of the list, page by page."""
    first = case_list(address(app, **query), app.live)
    rows = list(first["rows"])
    for page in range(2, first["pages"] + 1):
        rows += case_list(address(app, **query, page=str(page)), app.live)["rows"]
    assert len(rows) == first["total"]
    return rows


def one(app, *conditions):
    """The number of a case of that kind."""
    with app.live.engine.connect() as connection:
        found = connection.execute(select(case_file.c.number).where(*conditions).order_by(case_file.c.id.desc())).scalar()
    assert found, "the demo holds no such case"
    return found


# The file is the list

ASKED = [
    {},
    {"status": "critical", "sort": "unit"},
    {"state": "suspended", "lang": "en", "sort": "type", "dir": "desc"},
    {"kind": "component", "sort": "reported_at", "dir": "desc", "area": "440512001"},
    {"state": "merged", "sort": "number"},
    {"q": "路", "sort": "state"},
    {"from": "2026-06-15", "to": "2026-06-16", "state": "rejected"},
]


@pytest.mark.parametrize("query", ASKED, ids=str)
def test_the_file_holds_the_rows_of_the_list_in_its_order(app, client, query):
    rows = paged(app, **query)
    assert rows
    heads, *written = lines(client.get(f"/desk/{MODULE}/export.csv", query_string=query))
    assert [line[0] for line in written] == [row["number"] for row in rows]
    words = words_for(query.get("lang", "zh"))
    assert heads[-1] == words("desk.demo")
    assert {line[-1] for line in written} == {words("desk.demo")}
    book = load_workbook(io.BytesIO(client.get(f"/desk/{MODULE}/export.xlsx", query_string=query).data))
    assert [cell.value for cell in book.active["A"]][1:] == [row["number"] for row in rows]
    assert words("desk.demo") in [cell.value for cell in book.worksheets[1]["B"]]


def test_the_name_of_the_file_carries_area_and_moment(client):
    named = client.get(f"/desk/{MODULE}/export.csv?area=440512001").headers["Content-Disposition"]
    assert named == 'attachment; filename="grid_management_440512001_20260618-1400_DEMO.csv"'


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_key_numbers_leave_as_they_are_shown(app, client, lang):
    heads, *rows = lines(client.get(f"/desk/{MODULE}/kpis/export.csv?lang={lang}"))
    key, value = heads.index(words_for(lang)("file.key")), heads.index(words_for(lang)("file.value"))
    readings = app.live.snapshot(MODULE).readings
    assert [row[key] for row in rows] == list(readings)
    for row in rows:
        shown = readings[row[key]].value
        assert row[value] == ("" if shown is None else str(shown))


def test_every_panel_leaves_as_a_file_with_its_rows(app, client):
    for panel in app.live.snapshot(MODULE).panels:
        if panel.kind == "kpi":
            continue
        heads, *rows = lines(client.get(f"/desk/{MODULE}/{panel.key}/export.csv"))
        assert all(len(row) == len(heads) for row in rows)
        listed = next((panel.data[name] for name in ("rows", "stages", "days", "items", "areas") if panel.data.get(name)), None)
        assert listed is None or len(rows) == len(listed), panel.key


@pytest.mark.parametrize(
    "path",
    [f"/desk/{MODULE}/export.pdf", f"/desk/{MODULE}/nothing/export.csv", "/desk/nothing/export.csv", "/desk/nothing/kpis/export.csv"],
)
def test_a_file_that_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


# Order and filters


def test_by_time_left_running_cases_come_before_stopped_ones(app):
    left = [row["remaining_s"] for row in paged(app)]
    running = [seconds for seconds in left if seconds is not None]
    assert running == sorted(running)
    assert left[: len(running)] == running
    assert len(left) > len(running)


@pytest.mark.parametrize("sort", ["due_at", "reported_at", "closed_at", "number", "state", "unit", "type"])
def test_every_order_lists_every_case_once(app, sort):
    up, down = (paged(app, sort=sort, dir=turn, area="440512001") for turn in ("asc", "desc"))
    assert len({row["number"] for row in up}) == len(up)
    assert {row["number"] for row in up} == {row["number"] for row in down}


def test_the_filters_narrow_to_what_they_say(app):
    everything = {row["number"]: row for row in paged(app)}
    units = case_list(address(app), app.live)["units"]
    for query, holds in (
        ({"kind": "event"}, lambda row: row["kind"] == "event"),
        ({"status": "critical"}, lambda row: row["status"] == "critical"),
        ({"unit": units[0]["key"]}, lambda row: row["unit_zh"] == units[0]["name_zh"]),
    ):
        assert {row["number"] for row in paged(app, **query)} == {number for number, row in everything.items() if holds(row)}, query


def test_text_finds_number_type_and_place_and_never_reads_signs_as_patterns(app):
    row = paged(app)[0]
    for text in (row["number"][-8:], row["type_en"].lower(), row["place_zh"]):
        assert row["number"] in {found["number"] for found in paged(app, q=text)}
    assert case_list(address(app, q="%"), app.live)["total"] == 0


def test_the_period_narrows_the_list_to_what_was_reported_in_it(app):
    rows = paged(app, **{"from": "2026-06-16", "to": "2026-06-16", "state": "all", "area": "440512002"})
    assert rows
    assert {row["reported_at"][:10] for row in rows} == {"2026-06-16"}


def test_pages_count_and_a_page_beyond_the_last_is_the_last(app):
    shown = case_list(address(app, page="99999"), app.live)
    assert shown["page"] == shown["pages"] == -(-shown["total"] // PAGE)


# What an address cannot mean

WRONG = [
    "sort=evil", "dir=up", "state=odd", "kind=person", "status=ok", "unit=nobody", "page=0", "page=abc", "page=%EF%BC%91", "q=" + "x" * 61,
    "from=2026-06-18&to=2026-06-01", "from=2026-06-01&to=2026-06-30", "from=1999-01-01&to=2026-06-01", "from=soon", "to=2026-06-01",
    "asof=2026-06-19", "asof=yesterday", "asof=1969-01-01", "lang=fr", "theme=pink",
]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("path", [f"/desk/{MODULE}", f"/desk/{MODULE}/export.csv", f"/desk/{MODULE}/kpis/export.xlsx"])
def test_a_value_no_address_can_mean_is_a_page_that_says_so(client, path, query):
    answer = client.get(f"{path}?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_the_page_says_what_was_found_and_what_is_allowed(client):
    said = client.get(f"/desk/{MODULE}?sort=evil&lang=en").text
    assert "sort=evil" in said
    assert "reported_at" in said
    assert words_for("zh")("error.period_order") in client.get(f"/desk/{MODULE}?from=2026-06-18&to=2026-06-01&lang=zh").text


def test_what_was_found_is_said_back_harmless(client):
    assert "<script>" not in client.get(f'/desk/{MODULE}?unit="><script>alert(1)</script>').text


@given(days=st.integers(-400, 2000), back=st.integers(-3, 400))
def test_a_period_is_its_days_or_is_refused(days, back):
    last = NOON.date() - timedelta(days=back)
    first = last - timedelta(days=days)
    query = {"from": first.isoformat(), "to": last.isoformat()}
    if 0 <= days < MOST_DAYS and back >= 0:
        span = period_of(query, NOON)
        assert span.last - span.first == days
    else:
        with pytest.raises(Refusal):
            period_of(query, NOON)


@given(minutes=st.integers(-10_000, 10_000))
def test_a_moment_is_never_later_than_now(minutes):
    wanted = NOON + timedelta(minutes=minutes)
    try:
        found = moment_of({"asof": wanted.isoformat()}, NOON)
    except Refusal:
        assert minutes > 2
    else:
        assert found == min(wanted, NOON)


def test_today_as_a_moment_is_now_and_another_day_its_end():
    assert moment_of({"asof": "2026-06-18"}, NOON) is None
    assert moment_of({"asof": "2026-06-17"}, NOON) == datetime(2026, 6, 17, 23, 59, 59, tzinfo=UTC)
    assert moment_of({"asof": "2026-06-17T08:00"}, NOON) == datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


# An earlier moment


def test_an_earlier_moment_tells_no_list_of_cases_and_gives_no_file_of_them(app, client):
    shown = case_list(address(app, asof="2026-06-16T12:00"), app.live)
    assert shown["past"]
    assert not shown["rows"]
    assert client.get(f"/desk/{MODULE}/export.csv?asof=2026-06-16T12:00").status_code == 400
    assert client.get(f"/desk/{MODULE}/kpis/export.csv?asof=2026-06-16T12:00").status_code == 200


def test_what_is_only_known_for_now_is_missing_at_an_earlier_moment_never_zero(app):
    asked = address(app, asof="2026-06-16T12:00")
    reading = app.live.snapshot(MODULE, None, None, asked.as_of).readings["open_cases"]
    assert (reading.value, str(reading.quality)) == (None, "missing")
    assert app.live.snapshot(MODULE, None, None, asked.as_of).panel("map").data["missing"]


# One case


def steps_of(app, number):
    with app.live.engine.connect() as connection:
        key = connection.execute(select(case_file.c.id).where(case_file.c.number == number)).scalar_one()
        return connection.execute(select(func.count()).select_from(case_step).where(case_step.c.case_id == key)).scalar_one()


def test_a_case_shows_every_step_and_four_clocks(app):
    number = one(app, case_file.c.overdue)
    case = one_case(address(app, case=number), app.live)
    assert len(case["steps"]) == steps_of(app, number)
    assert [clock["key"] for clock in case["clocks"]] == ["handling", "extension", "suspension", "total"]
    assert case["clocks"][0]["late"]
    assert case["clocks"][0]["left_s"] == case["remaining_s"] < 0


def test_a_suspended_case_stands_still(app):
    case = one_case(address(app, case=one(app, case_file.c.state == "suspended")), app.live)
    handling, _, suspension, _ = case["clocks"]
    assert handling["state"] == "suspended"
    assert not handling["late"]
    assert handling["used"] <= handling["limit"]
    assert suspension["windows"][-1]["open"]
    assert suspension["windows"][-1]["review_at"]


def test_a_merged_case_names_the_one_it_went_into(app):
    number = one(app, case_file.c.merged_into.is_not(None))
    case = one_case(address(app, case=number), app.live)
    parent = one_case(address(app, case=case["merged_into"]), app.live)
    assert parent["number"] != number
    assert case["clocks"][0]["state"] == "none"


def test_a_mirrored_case_says_so(app):
    with app.live.engine.connect() as connection:
        query = select(case_file.c.number).join(case_step, case_step.c.case_id == case_file.c.id).where(case_step.c.action == "mirror_open")
        number = connection.execute(query).scalar()
    assert one_case(address(app, case=number), app.live)["mirrored"]


def test_an_unknown_case_is_none(app):
    assert one_case(address(app, case="N0"), app.live) is None


def step(action, hours, due=None):
    due_at = None if due is None else NOON + timedelta(hours=due)
    return {"action": action, "at": NOON + timedelta(hours=hours), "due_at": due_at, "reason": "works"}


def row(**more):
    return {"open": True, "suspended_since": None, "due_at": NOON + timedelta(hours=20), "reported_at": NOON, "closed_at": None,
            "changed_at": NOON, **more}  # fmt: skip


def told(steps, file, now):
    found = clocks(file, steps, Clock.URGENT_HOURS, Calendar(UTC), NOON + timedelta(hours=now))
    return SimpleNamespace(**{clock["key"]: clock for clock in found})


def test_suspension_is_out_of_limit_and_use():
    steps = [step("report", 0), step("dispatch", 0, 10), step("suspend", 2), step("resume", 12, 20)]
    made = told(steps, row(), now=14)
    assert (made.handling["limit"], made.handling["used"]) == (10, 4)
    assert made.handling["left_s"] == 6 * 3600
    assert made.suspension["total_s"] == 10 * 3600


def test_an_open_suspension_runs_until_now_and_keeps_the_time_left():
    steps = [step("report", 0), step("dispatch", 0, 10), step("suspend", 2, 500)]
    made = told(steps, row(due_at=NOON + timedelta(hours=10), suspended_since=NOON + timedelta(hours=2)), now=50)
    assert made.handling["left_s"] == 8 * 3600
    assert not made.handling["late"]
    assert suspensions(steps, NOON + timedelta(hours=50))[0]["open"]


def test_an_extension_names_the_deadline_before_it():
    made = told([step("dispatch", 0, 10), step("extend", 5, 20)], row(), now=6)
    assert [(move["before_at"], move["due_at"]) for move in made.extension["moves"]] == [
        (NOON + timedelta(hours=10), NOON + timedelta(hours=20))
    ]


def test_a_closed_case_no_longer_runs():
    steps = [step("dispatch", 0, 20), step("close", 8), step("score", 40)]
    made = told(steps, row(open=False, closed_at=NOON + timedelta(hours=8)), now=100)
    assert (made.handling["state"], made.handling["used"], made.handling["late"]) == ("done", 8, False)
    assert made.total["total_s"] == 8 * 3600
