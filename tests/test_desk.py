"""The desk: its address is its state, its numbers come with their definition, and it says honestly what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from layouts.address import Address
from layouts.case_drawer import STAGES
from layouts.desk import desk_page, even
from layouts.desk_bars import periods
from layouts.errors import error_document
from layouts.text import words_for
from modules.spec.snapshot import Comparison, PanelData, Reading, Snapshot

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
PLACE = {"key": "none", "name_zh": "濠江区综治中心", "name_en": "Haojiang Centre", "bounds": [116.6, 23.2, 116.8, 23.3], "layers": []}
MODULES = [{"key": "grid_management", "level": "warning"}, {"key": "petitions", "level": "ok"}]
AREAS = {
    "trail": [{"code": "440512", "kind": "district", "name_zh": "濠江区", "name_en": "Haojiang"}],
    "children": [{"code": "440512001", "kind": "subdistrict", "name_zh": "达濠街道", "name_en": "Dahao"}],
}
DICTIONARY = {
    "on_time_closure": {
        "formula": "a ÷ b", "clock": "work_hours", "target": 95, "limits": {"watch": 95, "warning": 90, "critical": 80},
        "better": "up", "basis": "GB/T 30428.8", "owner": "centre", "source": "grid_platform", "fresh_for_s": 600, "unit": "percent",
        "decimals": 1,
    },
}  # fmt: skip
ROW = {
    "number": "440512-000417", "type_zh": "<b>道路积水</b>", "type_en": "Flooded road", "kind": "event",
    "state": "handling", "level": "grid", "unit_zh": "区住建局", "unit_en": "Housing", "place_zh": "河浦 017", "place_en": "Hepu 017",
    "reported_at": "2026-11-22T11:38:00+08:00", "due_at": "2026-11-22T14:20:00+08:00", "remaining_s": -720,
    "status": "critical", "href": "",
}  # fmt: skip
STEPS = [
    {"action": "report", "at": "2026-11-22T11:38:00+08:00", "unit_zh": "", "unit_en": "", "reason": None, "evidence_n": 2, "due_at": None},
    {"action": "dispatch", "at": "2026-11-22T11:52:00+08:00", "unit_zh": "区住建局", "unit_en": "Housing", "reason": None, "evidence_n": 0,
     "due_at": "2026-11-22T14:20:00+08:00"},
]  # fmt: skip
CASE = {
    **ROW, "steps": STEPS, "suspended_s": 3600, "extended_n": 1, "rework_n": 0, "returned_n": 2,
    "clocks": [
        {"key": "handling", "state": "running", "clock": "work_hours", "since": STEPS[1]["at"], "due_at": ROW["due_at"], "ended_at": None,
         "limit": 2.7, "used": 2.9, "left_s": -720, "late": True},
        {"key": "extension", "state": "done", "moves": [{"at": STEPS[1]["at"], "before_at": "2026-11-22T13:20:00+08:00",
         "due_at": ROW["due_at"], "reason": "own_estimate"}]},
        {"key": "suspension", "state": "done", "total_s": 3600, "windows": [{"since": "2026-11-22T12:00:00+08:00",
         "until": "2026-11-22T13:00:00+08:00", "open": False, "review_at": None, "reason": "season"}]},
        {"key": "total", "state": "running", "since": ROW["reported_at"], "until": None, "total_s": 10440},
    ],
}  # fmt: skip


def cases(**more):
    filters = {"state": "", "unit": "", "status": ""}
    return {"rows": [ROW], "total": 60, "page": 2, "pages": 3, "sort": "due_at", "dir": "asc", "filters": filters, **more}


def snapshot(**more):
    reading = Reading("on_time_closure", 86.3, 1012, 1173, "percent", "good", "warning", NOW, 95.0, Comparison("weekday_band", delta=-3.1))
    trend = {"x": ["2026-11-22T00:00:00+08:00"], "y": [3.0], "low": [], "median": [], "high": [], "now": None, "unit": "count",
             "outside": [], "per": "hour", "unfinished": True}  # fmt: skip
    panels = (
        PanelData("on_time_closure", "kpi", "on_time_closure", {"metric": "on_time_closure"}),
        PanelData("intake_today", "trend", "intake_today", trend),
    )
    given = {"readings": {"on_time_closure": reading}, "panels": panels, "demo": True, "place": PLACE, **more}
    return Snapshot("grid_management", "440512", NOW, **given)


def page(lang="zh", query=None, **more):
    given = {"cases": cases(), "dictionary": DICTIONARY, "areas": AREAS, **more}
    return desk_page(given.pop("snapshot", snapshot()), lang, MODULES, query or {}, **given)


def parts(component):
    """Every component below this one, itself first."""
    if isinstance(component, list | tuple):
        for one in component:
            yield from parts(one)
    elif hasattr(component, "to_plotly_json"):
        yield component
        yield from parts(getattr(component, "children", None))


def text(component):
    if isinstance(component, list | tuple):
        return " ".join(text(one) for one in component)
    if hasattr(component, "to_plotly_json"):
        return text(getattr(component, "children", None))
    return "" if component is None else str(component)


def links(component):
    return [part.href for part in parts(component) if getattr(part, "href", None)]


def of_class(component, name):
    return [part for part in parts(component) if name in str(getattr(part, "className", "")).split()]


def asked(href):
    return {key: values[0] for key, values in parse_qs(urlsplit(href).query).items()}


# The address


def test_an_address_drops_what_a_change_makes_meaningless_and_what_nobody_knows():
    address = Address("/desk/x", {"area": "1", "page": "3", "case": "9", "lang": "zh", "evil": "<script>"})
    assert asked(address.to(area="2")) == {"area": "2", "lang": "zh"}
    assert asked(address.to(sort="unit", dir="asc")) == {"area": "1", "lang": "zh", "sort": "unit", "dir": "asc", "case": "9"}
    assert asked(address.to(case=None)) == {"area": "1", "page": "3", "lang": "zh"}
    assert asked(address.to(lang="en")) == {**address.query, "lang": "en"}
    assert "evil" not in address.to()


def test_an_address_is_written_in_one_order_so_that_the_same_page_has_one_address():
    assert Address("/d", {"lang": "zh", "area": "1"}).to() == Address("/d", {"area": "1", "lang": "zh"}).to() == "/d?area=1&lang=zh"


def test_switching_the_language_keeps_everything_else():
    query = {"area": "440512001", "from": "2026-11-01", "to": "2026-11-22", "sort": "unit", "dir": "desc", "lang": "zh"}
    english = [href for href in links(of_class(page(query=query), "languages")) if "lang=en" in href]
    assert asked(english[0]) == {**query, "lang": "en"}


def test_every_link_of_the_page_stays_in_the_house():
    for href in links(page(case=CASE)):
        assert href.startswith(("/", "#")), href
        assert "javascript" not in href


def test_a_row_opens_its_case_and_the_drawer_closes_to_the_same_list():
    query = {"sort": "unit", "dir": "desc", "page": "2"}
    opens = links(of_class(page(query=query), "cell-type"))[0]
    assert asked(opens) == {**query, "case": ROW["number"]}
    closes = next(part.href for part in parts(page(query=asked(opens), case=CASE)) if getattr(part, "data-close", None))
    assert asked(closes) == query


def test_forms_carry_the_rest_of_the_query():
    form = of_class(page(query={"area": "440512001", "page": "4", "lang": "en"}), "menu-form")[0]
    fields = {part.name: part.value for part in parts(form) if getattr(part, "name", None)}
    assert fields == {"area": "440512001", "lang": "en", "from": "", "to": ""}
    assert form.method == "GET"


# What is shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_key_number_has_its_definition(lang):
    said = text(of_class(page(lang), "definition"))
    for part in ("1,012 ÷ 1,173 = 86.3%", "GB/T 30428.8", words_for(lang)("clock.work_hours"), "≥ 95%", "< 80%"):
        assert part in said


def test_a_metric_nobody_described_still_has_a_definition_that_says_so():
    assert words_for("zh")("definition.none") in text(of_class(page(dictionary={}), "definition"))


def test_less_is_better_turns_the_signs_round():
    entry = {"on_time_closure": {**DICTIONARY["on_time_closure"], "better": "down", "limits": {"watch": 1, "warning": 2, "critical": 3}}}
    said = text(of_class(page(dictionary=entry), "definition"))
    assert "> 3%" in said
    assert "≤ 95%" in said


def test_demo_data_is_marked_in_both_languages():
    for lang in ("zh", "en"):
        assert "DEMO" in text(of_class(page(lang), "badge"))
    assert not of_class(page(snapshot=snapshot(demo=False)), "badge")


def test_every_module_stands_in_the_bar_with_its_status_as_a_word():
    bar = text(of_class(page("en"), "modules-nav"))
    assert "Warning" in bar
    assert "Normal" in bar


def test_a_past_moment_says_so_and_leads_back():
    shown = page(query={"asof": "2026-11-21T18:00", "lang": "zh"})
    assert words_for("zh")("desk.to_now") in text(of_class(shown, "is-past"))
    assert "asof" not in asked(links(of_class(shown, "is-past"))[0])


def test_a_source_error_is_said():
    assert of_class(page(snapshot=snapshot(error="no such table")), "is-error")
    assert "no such table" not in text(page(snapshot=snapshot(error="no such table")))


def test_a_module_without_panels_or_cases_is_still_a_page():
    empty = page(snapshot=replace(snapshot(), panels=(), readings={}), cases=None)
    assert not of_class(empty, "kpis")
    assert of_class(empty, "top-bar")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", ["loading", "zero", "denied", "missing", "stale", "error"])
def test_each_state_of_a_panel_has_its_own_face_and_word(lang, state):
    panel = PanelData("intake_today", "trend", "intake_today", {"state": state})
    faces = of_class(page(lang, snapshot=snapshot(panels=(panel,))), "no-data")
    assert [face.className for face in faces] == [f"no-data nd-{state}"]
    assert "0" in text(faces) if state == "zero" else words_for(lang)(f"state.{state}") in text(faces)


@pytest.mark.parametrize("quality", ["denied", "missing", "error", "stale"])
def test_a_key_number_that_cannot_be_trusted_is_never_shown_as_good(quality):
    reading = replace(snapshot().readings["on_time_closure"], quality=quality, value=86.3 if quality == "stale" else None, level="ok")
    tile = of_class(page("en", snapshot=snapshot(readings={"on_time_closure": reading})), "tile-face")
    assert words_for("en")(f"status.{quality}") in text(tile)
    assert words_for("en")("status.ok") not in text(tile)


def test_a_case_nobody_knows_is_said():
    assert "N0" in text(of_class(page("en", query={"case": "N0"}), "notice"))


def test_every_panel_offers_its_numbers_for_the_area_and_period_shown():
    query = {"area": "440512001", "from": "2026-11-01", "to": "2026-11-22", "lang": "en", "sort": "unit"}
    hrefs = links(of_class(page("en", query=query), "panel-files"))
    assert [urlsplit(href).path for href in hrefs] == [f"/desk/grid_management/intake_today/export.{end}" for end in ("csv", "xlsx")]
    assert asked(hrefs[0]) == {name: value for name, value in query.items() if name != "sort"}


# Cases


def test_the_sorted_column_says_so_and_turns_round():
    heads = [part for part in parts(page()) if getattr(part, "scope", None) == "col" and getattr(part, "aria-sort", None)]
    assert [getattr(head, "aria-sort") for head in heads] == ["ascending"]
    assert asked(links(heads)[0])["dir"] == "desc"


def test_pages_go_back_and_forth_and_stop_at_the_ends():
    assert [asked(href).get("page") for href in links(of_class(page(), "pages"))] == ["1", "3"]
    assert [asked(href).get("page") for href in links(of_class(page(cases=cases(page=3)), "pages"))] == ["2"]


def test_a_list_without_rows_says_so():
    assert words_for("en")("cases.none") in text(page("en", cases=cases(rows=[], total=0, page=1, pages=1)))


def test_each_cell_carries_its_heading_for_cards():
    cells = of_class(page("en"), "case-row")[0].children
    assert all(getattr(cell, "data-label") for cell in cells)


def test_text_of_a_case_is_text_never_markup():
    assert "<b>道路积水</b>" in text(of_class(page(), "cell-type"))


# The drawer


def test_the_drawer_shows_clocks_steps_and_what_is_to_come():
    drawer = of_class(page(case=CASE), "drawer")[0]
    said = text(drawer)
    assert "−0:12" in said
    assert words_for("zh")("case.in_work_hours", n="2:42") in said
    assert words_for("zh")("case.moved", before="13:20", due="14:20") in said
    assert words_for("zh")("case.window", since="12:00", until="13:00") in said
    assert len(of_class(drawer, "clock")) == 4
    assert len(of_class(drawer, "step")) == len(STEPS) + len(STAGES[STAGES.index("handle") :])
    assert len(of_class(drawer, "is-now")) == 1


def test_a_case_at_its_end_has_nothing_to_come():
    assert not of_class(page(case={**CASE, "state": "scored", "remaining_s": None}), "to-come")


def test_a_case_without_steps_or_clocks_is_shown():
    assert of_class(page(case={**ROW, "steps": [], "clocks": []}), "drawer")


# Small laws


@pytest.mark.parametrize(("count", "most", "columns"), [(17, 8, 6), (17, 6, 6), (8, 8, 8), (9, 8, 5), (1, 6, 1), (0, 6, 1)])
def test_tiles_stand_in_even_rows(count, most, columns):
    assert even(count, most) == columns


def test_periods_end_today_and_the_month_begins_on_its_first():
    starts = {key: first for key, _, first in periods(date(2026, 11, 22))}
    assert starts["desk.period_today"] == date(2026, 11, 22)
    assert starts["desk.period_month"] == date(2026, 11, 1)


@pytest.mark.parametrize("code", [400, 404, 418])
def test_an_error_document_escapes_what_the_reader_sent(code):
    made = error_document(code, '"><script>alert(1)</script>', "en", ["<i>"])
    assert "<script>alert" not in made
    assert "<i>" not in made
    assert "&lt;script&gt;" in made


def test_an_error_document_speaks_the_readers_language():
    assert 'lang="zh-CN"' in error_document(404, "/x", "zh")
    assert words_for("en")("error.404") in error_document(404, "/x", "en")
    assert 'lang="zh-CN"' in error_document(404, "/x", "../../etc")
