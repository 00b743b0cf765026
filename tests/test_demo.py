"""The demonstration data: repeatable, within published ranges, and a feed that continues the history exactly."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import shapely

from data.cases import advanced, judged, opened, replayed
from data.columns import day_number
from data.seed.demo import Demo, history
from data.seed.demo.almanac import TYPHOON_LENGTH, Almanac
from data.seed.demo.history import known
from data.seed.demo.plans import LONGEST_DAYS, SERIALS_PER_DAY
from data.seed.demo.town import grid_polygons
from data.seed.places import load_place

UNTIL = datetime(2026, 6, 25, 2, 30, tzinfo=UTC)
DAYS = 75
FAR = 2**40


@pytest.fixture(scope="module")
def place():
    return load_place("haojiang")


@pytest.fixture(scope="module")
def demo(place):
    return Demo(place)


@pytest.fixture(scope="module")
def chapters(demo):
    return list(demo.chapters(UNTIL, DAYS))


@pytest.fixture(scope="module")
def rows(chapters):
    return [row for chapter in chapters for row, _ in chapter.cases]


def share(rows, wanted):
    return sum(1 for row in rows if wanted(row)) / len(rows)


def test_the_same_seed_tells_the_same_story_and_another_seed_another(place, demo):
    day = day_number(UNTIL)
    assert Demo(place).planner.day(day) == demo.planner.day(day)
    assert Demo(place, seed=7).planner.day(day) != demo.planner.day(day)
    first = [row["number"] for row, _ in history(place, UNTIL, days=1)]
    assert first == [row["number"] for row, _ in demo.history(UNTIL, days=1)]


def test_a_plan_depends_on_its_serial_alone(place, demo):
    day = day_number(UNTIL) - 40
    serial = day * SERIALS_PER_DAY + 17
    assert Demo(place).plan(serial) == demo.plan(serial)
    with pytest.raises(LookupError, match="no case"):
        demo.plan(day * SERIALS_PER_DAY)


def test_how_many_and_where_they_are_settled(rows):
    month = [row for row in rows if row["reported_on"] > day_number(UNTIL) - 30]
    assert 420 < len(month) / 30 < 560
    assert 0.75 < share(month, lambda row: row["level"] == "grid") < 0.81
    assert 0.004 < share(month, lambda row: row["level"] == "subdistrict") < 0.02
    assert 0.03 < share(month, lambda row: row["channel"] == "public") < 0.06
    assert share(month, lambda row: row["channel"] == "collector") > 0.8
    assert {row["channel"] for row in month} == {
        "collector", "public", "hotline", "sensor", "leader", "transfer", "camera",
    }  # fmt: skip


def test_on_time_shares_are_those_of_published_reports(rows):
    due = [row for row in rows if row["on_time"] is not None and not row["deferred"]]
    assert 0.93 < share(due, lambda row: row["on_time"]) < 0.96
    components = [row for row in due if row["kind"] == "component"]
    assert 0.5 < share(components, lambda row: row["on_time"]) < 0.76
    by_unit = Counter(row["unit"] for row in due if row["level"] != "grid")
    late = Counter(row["unit"] for row in due if row["level"] != "grid" and not row["on_time"])
    rates = [late[unit] / count for unit, count in by_unit.items() if count >= 60]
    assert max(rates) > 2 * min(rates)


def test_what_is_open_looks_like_a_working_district(rows):
    assert 400 < sum(row["open"] for row in rows) < 650
    assert 15 < sum(row["overdue"] for row in rows) < 60
    for name in ("returned_n", "rework_n", "reopened_n", "extended_n", "suspended_n"):
        assert any(row[name] for row in rows), name
    states = {row["state"] for row in rows}
    assert {"rejected", "merged", "void", "redirected", "closed", "scored", "suspended", "handling"} <= states


def test_honesty_flags_stay_rare(rows):
    for name in ("quick_close", "photo_reused", "near_repeat"):
        assert 0.001 < share(rows, lambda row, name=name: row[name]) < 0.02


def test_the_same_thing_comes_back_at_the_same_spot(rows):
    month = [row for row in rows if row["reported_on"] > day_number(UNTIL) - 30]
    cells = Counter((row["type"], round(row["lon"], 3), round(row["lat"], 3)) for row in month)
    recurring = sum(count for count in cells.values() if count >= 3)
    assert 0.1 < recurring / len(month) < 0.4


def test_points_lie_in_the_grid_they_name(place, rows):
    polygons = grid_polygons(place.folder / "geo")
    for row in rows[::7]:
        assert shapely.contains_xy(polygons[row["grid"]], row["lon"], row["lat"]), row["number"]


def test_rows_can_be_derived_again_from_their_steps(demo, chapters):
    for chapter in chapters[::9]:
        for row, steps in chapter.cases:
            again = replayed(demo.plan(row["id"]).intake, steps, demo.rules)
            assert judged(again, UNTIL) == row


@pytest.mark.parametrize("when", [(2026, 2, 12), (2025, 9, 29)])
def test_every_life_is_legal_and_ends_in_time(demo, when):
    start = day_number(datetime(*when, tzinfo=UTC))
    typhoon = demo.planner.almanac.typhoon_start(when[0])
    for day in (*range(start, start + 4), typhoon, typhoon + 2):
        for plan in demo.planner.day(day):
            row, _ = known(plan, FAR, demo.rules)
            assert not row["open"], row["number"]
            assert plan.moments[-1] - plan.moments[0] < (LONGEST_DAYS - 1) * 86400
            assert sorted(set(plan.moments)) == plan.moments


def live(rows, feed, rules, cuts):
    """The rows after a feed was recorded call by call."""
    known = {row["id"]: row for row in rows}
    for after, now in pairwise(cuts):
        intakes, steps = feed.due(after, now)
        for intake, step in intakes:
            if intake.id not in known:
                known[intake.id] = opened(intake, step, rules)
        for step in steps:
            known[step.case_id] = advanced(known[step.case_id], step, rules)
        known = {number: judged(row, now) for number, row in known.items()}
    return known


def test_the_feed_goes_on_exactly_where_the_history_stops(demo):
    later, days = UNTIL + timedelta(hours=31), 14
    cuts = [UNTIL, UNTIL + timedelta(minutes=7), UNTIL + timedelta(hours=9), later]
    since = day_number(UNTIL) - days
    before = [row for row, _ in demo.history(UNTIL, days)]
    after = {row["id"]: row for row, _ in demo.history(later, days + day_number(later) - day_number(UNTIL))}
    assert live(before, demo.feed(since), demo.rules, cuts) == after


def test_a_feed_says_the_same_in_one_call_or_in_many_and_after_a_restart(demo):
    since, end = day_number(UNTIL) - 10, UNTIL + timedelta(hours=20)
    whole = demo.feed(since).due(UNTIL, end)
    many, kept, at = ([], []), demo.feed(since), UNTIL
    for minutes in (1, 1, 59, 3, 240, 17, 600, 5000):
        now = min(at + timedelta(minutes=minutes), end)
        for part, new in zip(many, (kept if minutes % 2 else demo.feed(since)).due(at, now), strict=True):
            part.extend(new)
        at = now
    assert at == end
    assert many == whole
    assert whole[0] and whole[1]
    assert kept.due(UNTIL, end) == whole, "asked about the past again"


def test_the_feed_brings_late_reports_and_some_twice(demo):
    intakes, _ = demo.feed(day_number(UNTIL)).due(UNTIL - timedelta(days=1), UNTIL + timedelta(days=4))
    assert any(count > 1 for count in Counter(intake.id for intake, _ in intakes).values())
    plans = [plan for day in range(3) for plan in demo.planner.day(day_number(UNTIL) + day)]
    assert any(plan.delivered > plan.moments[0] for plan in plans)


def test_patrols_and_whistles_go_on_like_cases(demo):
    later, since = UNTIL + timedelta(hours=30), day_number(UNTIL) - 5
    state = {}
    for chapter in demo.chapters(UNTIL, 5):
        state |= {("whistle", row["id"]): row for row in chapter.whistles}
        state |= {("grid_day", row["grid"], row["day"]): row for row in chapter.grid_days}
    feed, cuts = demo.feed(since), [UNTIL, UNTIL + timedelta(hours=1), UNTIL + timedelta(hours=22), later]
    for after, now in pairwise(cuts):
        changed = feed.rows(after, now)
        state |= {("whistle", row["id"]): row for row in changed["whistle"]}
        state |= {("grid_day", row["grid"], row["day"]): row for row in changed["grid_day"]}
    expected = {}
    for chapter in demo.chapters(later, 5 + day_number(later) - day_number(UNTIL)):
        expected |= {("whistle", row["id"]): row for row in chapter.whistles}
        expected |= {("grid_day", row["grid"], row["day"]): row for row in chapter.grid_days}
    assert state == expected


def test_patrol_days_have_gaps_but_not_many(chapters):
    grid_days = [row for chapter in chapters[:-1] for row in chapter.grid_days]
    assert len(grid_days) == DAYS * 436
    assert 0.995 < share(grid_days, lambda row: row["on_duty_n"] > 0) < 1
    assert 0.94 < share(grid_days, lambda row: row["patrols_n"] >= row["required_n"]) < 0.985
    assert sum(row["confirmed_n"] for row in grid_days) > 0


def test_duty_is_whole_on_most_days_and_not_on_all(chapters):
    whole = [all(row["on_duty_n"] for row in chapter.grid_days) for chapter in chapters[:-1]]
    assert 0.5 < sum(whole) / len(whole) < 0.98


def by_hour(rows, channel):
    counts = Counter(row["reported_hour"] % 24 for row in rows if row["channel"] == channel)
    return [counts[hour] / max(sum(counts.values()), 1) for hour in range(24)]


def test_hours_are_those_of_the_channel(rows):
    collector, public, hotline = (by_hour(rows, channel) for channel in ("collector", "public", "hotline"))
    assert sum(collector[8:12]) + sum(collector[14:18]) > 0.72
    assert max(collector[12:14]) < min(collector[9], collector[15]) / 2, "posts rest at noon"
    assert sum(collector[:6]) < 0.02 < sum(public[:6])
    assert sum(public[18:23]) > 1.8 * sum(collector[18:23])
    assert sum(hotline[8:12]) > 0.3
    sensor = by_hour(rows, "sensor")
    assert max(sensor) < 0.1 and min(sensor) > 0.01, "devices do not sleep"


def test_weekends_are_quieter(demo, rows):
    per_day = Counter(row["reported_on"] for row in rows)
    full = {day: count for day, count in per_day.items() if day < day_number(UNTIL) and demo.planner.almanac(day).festival == 1}
    rest = [count for day, count in full.items() if demo.planner.almanac(day).weekday >= 5]
    work = [count for day, count in full.items() if demo.planner.almanac(day).weekday < 5]
    assert 0.7 < (sum(rest) / len(rest)) / (sum(work) / len(work)) < 0.9


def test_rain_falls_on_some_days_and_brings_its_own_cases(demo, rows):
    almanac = demo.planner.almanac
    year = range(day_number(UNTIL) - 365, day_number(UNTIL))
    assert 0.12 < sum(almanac(day).rain > 0 for day in year) / 365 < 0.5
    summer, winter = ([day for day in year if almanac(day).when.month in months] for months in ((4, 5, 6), (10, 11, 12)))
    assert sum(almanac(day).rain > 0 for day in summer) > 1.5 * sum(almanac(day).rain > 0 for day in winter)
    wet = [row for row in rows if almanac(row["reported_on"]).rain >= 2]
    dry = [row for row in rows if almanac(row["reported_on"]).rain == 0]
    flooding = ("E0404", "E0406", "E0401", "C0104")
    assert share(wet, lambda row: row["type"] in flooding) > 2 * share(dry, lambda row: row["type"] in flooding)


def test_the_end_of_a_month_brings_suspensions_and_reports(demo, chapters):
    almanac, asked, stopped = demo.planner.almanac, Counter(), Counter()
    for chapter in chapters[:-20]:
        for _, steps in chapter.cases:
            dispatch = next((step for step in steps if step.action == "dispatch" and step.due_at), None)
            if dispatch is not None:
                last = almanac(day_number(dispatch.due_at)).last_week
                asked[last] += 1
                stopped[last] += any(step.action == "suspend" for step in steps)
    assert stopped[False] > 5
    assert stopped[True] / asked[True] > 1.5 * stopped[False] / asked[False]
    ends = [len(chapter.cases) for chapter in chapters[:-1] if almanac(chapter.day).month_end and almanac(chapter.day).weekday < 5]
    middle = [
        len(chapter.cases)
        for chapter in chapters[:-1]
        if almanac(chapter.day).when.day in range(8, 20) and almanac(chapter.day).weekday < 5
    ]
    assert sum(ends) / len(ends) > 1.03 * sum(middle) / len(middle)


def test_quality_shares_are_those_of_published_reports(rows):
    done = [row for row in rows if row["closed_at"] is not None]
    passed_on = [row for row in done if row["level"] != "grid"]
    assert 0.0005 < share(done, lambda row: row["rework_n"]) < 0.015
    assert 0.0005 < share(done, lambda row: row["extended_n"]) < 0.01
    assert 0.0003 < share(done, lambda row: row["reopened_n"]) < 0.01
    assert 0.01 < share(passed_on, lambda row: row["returned_n"]) < 0.05
    assert 0.01 < share(rows, lambda row: row["kind"] == "component") < 0.06
    times = sorted(row["handling_s"] for row in done)
    assert 15 * 60 < times[len(times) // 2] < 1.4 * 3600
    short = [row["arrive_s"] for row in passed_on if row["arrive_s"] is not None]
    assert 5 * 60 < sorted(short)[len(short) // 2] < 45 * 60


def test_festivals_are_quieter(demo):
    almanac = demo.planner.almanac
    for when in ((2025, 10, 1), (2026, 5, 1), (2026, 1, 1)):
        day = day_number(datetime(*when, 4, tzinfo=UTC))
        assert almanac(day).festival < 1
        assert almanac(day).patrol < almanac(day + 14).patrol


def test_every_year_has_one_typhoon_of_three_days_that_changes_what_is_reported(demo):
    for year, seed in ((2025, 1), (2026, 1), (2026, 99)):
        almanac = Almanac(seed)
        days = range(day_number(datetime(year, 1, 1, tzinfo=UTC)), day_number(datetime(year, 12, 31, tzinfo=UTC)))
        assert sum(1 for day in days if almanac(day).typhoon) == TYPHOON_LENGTH
    start = demo.planner.almanac.typhoon_start(2025)
    stormy = Counter(plan.intake.type for day in range(3) for plan in demo.planner.day(start + day))
    calm = Counter(plan.intake.type for day in range(3) for plan in demo.planner.day(start - 21 + day))
    assert stormy["E0406"] > 4 * max(calm["E0406"], 1)
    assert demo.planner.almanac(start + 4).volume > 1.1


def test_the_spring_festival_is_quiet(demo):
    almanac = demo.planner.almanac
    festival = day_number(datetime(2026, 2, 17, tzinfo=UTC))
    assert almanac(festival).volume < 0.5 < almanac(festival + 30).volume
    assert almanac(festival).firecrackers
