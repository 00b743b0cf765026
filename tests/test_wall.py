"""The wall's structure: every kind of panel in every state and both languages, what presses, what is still counting, how large type is."""

import re
from datetime import UTC, datetime
from math import atan, degrees
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.components import DRAWERS
from layouts.components.decisions import pressing_text
from layouts.components.frame import framed
from layouts.components.kpi import target_text
from layouts.components.no_data import STATES
from layouts.components.sources import oldest
from layouts.markup import plain
from layouts.screens import BadScreen, declared_screens, screen_of
from layouts.shell import status_props
from layouts.sight import LABEL, NEAR, NUMBER, legible_unit
from layouts.text import LANGUAGES, words_for
from layouts.view import View
from layouts.wall import wall_page
from modules.spec.snapshot import PanelData, Reading, Snapshot
from tests.chart_samples import SAMPLES
from tests.contract.words import texts

NOW = datetime(2026, 6, 18, 6, 30, tzinfo=UTC)
KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\b(state|status|decisions|panel|wall)\.\w+")
HOURS = [f"2026-06-18T{hour:02d}:00:00" for hour in range(24)]
URBAN = {"label_zh": "区城管局", "label_en": "Urban Mgmt"}
ROW = {**URBAN, "key": "a", "value": 5.0, "of": 9.0, "n": 40, "low": 1.0, "high": 8.0, "mean": 4.0, "rate": 9.0}
READING = {"value": 94.4, "unit": "percent", "target": 95.0, "level": "watch", "numerator": 944, "denominator": 1000}
CASE = {"reason": "case", "key": "N1", "title_zh": "水管破裂", "title_en": "Burst pipe", "place_zh": "赤港", "place_en": "Chigang",
        "state": "handling", "unit_zh": "住建局", "unit_en": "Housing", "remaining_s": -4320, "level": "critical"}  # fmt: skip
SOURCE = {"key": "hotline", "label_zh": "热线", "label_en": "Hotline", "age_s": 4000.0, "cadence_s": 300, "state": "stale"}
MORE = [{"metric": "open_cases", "reading": {"value": 5.0}}]
RAIL = {"module": "grid_management", "metric": "on_time_closure", "reading": READING, "more": MORE}
PRESSING = [CASE, {**SOURCE, "reason": "source"}, {**RAIL, "reason": "metric"}]
FIRST = {"key": "report", "count": 9.0, "waiting": 2, "p50_s": 60, "p90_s": 900, "limit_s": 600}
FULL: dict[str, dict[str, Any]] = {
    **SAMPLES,
    "bars": {"rows": [ROW], "unit": "count"},
    "calendar": {"days": [{"day": "2026-06-17", "value": 93.0, "numerator": 93, "denominator": 100}], "unit": "percent"},
    "control": {"rows": [ROW], "unit": "count"},
    "coverage": {"items": [{**URBAN, "number": 1, "category": "fire_safety", "count": 3}], "covered": 1, "total": 1},
    "decisions": {"rows": PRESSING, "total": 3, "counts": {"overdue": 1, "metric": 1, "source": 1}},
    "ecdf": {"groups": [{**URBAN, "key": "a", "x": [60.0, 900.0], "y": [0.5, 1.0], "n": 20, "limit_s": 600}]},
    "funnel": {"stages": [FIRST, {"key": "score", "count": 4.0, "through": 44.0}]},
    "heat": {"x": ["00", "01"], "y": ["mon"], "z": [[0.0, 2.0]], "unit": "count"},
    "kpi": {"metric": "on_time_closure"},
    "map": {"areas": [], "points": [], "legend": [1, 2], "counts": {"critical": 0}, "dedicated": []},
    "modules": {"rows": [RAIL]},
    "sources": {"rows": [SOURCE]},
    "table": {"columns": [{"key": "unit"}, {"key": "value", "unit": "count"}], "rows": [{"unit": "甲", "value": 2}], "total": 1},
    "trend": {"x": HOURS, "y": [float(hour) if hour < 15 else None for hour in range(24)], "low": [0.0] * 24, "high": [30.0] * 24,
              "median": [9.0] * 24, "now": "2026-06-18T14:30:00", "per": "hour", "unit": "count", "outside": [3], "unfinished": True},
}  # fmt: skip
PLACE = {
    "name_zh": "濠江区",
    "name_en": "Haojiang",
    "centre_zh": "濠江区综治中心",
    "centre_en": "Haojiang Centre",
    "timezone": "Asia/Shanghai",
    "bounds": (116.5, 23.1, 116.9, 23.4),
    "layers": (),
}


def view(lang: str, panel: PanelData, surface: Any = "wall", **more: Any) -> View:
    readings = {"on_time_closure": Reading("on_time_closure", **READING)}
    snapshot = Snapshot("grid_management", "440512", NOW, readings=readings, panels=(panel,), place=PLACE, **more)
    return View(snapshot, words_for(lang), surface)


def drawn(kind: str, data: dict[str, Any], lang: str, surface: Any = "wall") -> list[Any]:
    panel = PanelData(kind, kind, kind, data)
    return framed(panel, view(lang, panel, surface))


def spoken(parts: Any) -> str:
    return " | ".join(texts(parts))


def class_names(part: Any) -> list[str]:
    """Every class below a plain component, in order."""
    if isinstance(part, list):
        return [name for one in part for name in class_names(one)]
    if not isinstance(part, dict):
        return []
    props = part.get("props", {})
    return [*str(props.get("className", "")).split(), *class_names(props.get("children"))]


def lines_of(part: Any) -> list[str]:
    """The drawn lines below a plain component, bands and medians left out."""
    if isinstance(part, list):
        return [line for one in part for line in lines_of(one)]
    if not isinstance(part, dict):
        return []
    props = part.get("props", {})
    own = [str(props["style"]["--shape"])] if "trend-line" in str(props.get("className", "")).split() else []
    return own + lines_of(props.get("children"))


def test_every_kind_has_a_sample() -> None:
    assert set(DRAWERS) == set(FULL)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(FULL))
def test_a_full_panel_says_something_and_no_key(kind: str, lang: str) -> None:
    said = spoken(drawn(kind, FULL[kind], lang))
    assert said.strip(" |")
    assert not KEY.search(said), said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(FULL) - {"map", "kpi"}))
def test_an_empty_panel_shows_the_face_of_a_state(kind: str, lang: str) -> None:
    parts = drawn(kind, {}, lang)
    classes = set(class_names(plain(parts)))
    assert classes & {"no-data", "is-calm"}, kind
    assert not KEY.search(spoken(parts))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_states_look_and_read_differently(lang: str) -> None:
    faces = {state: drawn("bars", {"state": state}, lang)[1] for state in STATES}
    assert len({spoken(face) for face in faces.values()}) == len(STATES)
    marks = [frozenset(name for name in class_names(plain(face)) if name.startswith(("nd-", "mark-"))) for face in faces.values()]
    assert len(set(marks)) == len(STATES)


def test_nothing_pressing_is_said_calmly() -> None:
    said = spoken(drawn("decisions", {"rows": [], "total": 0, "counts": {"overdue": 0}}, "en"))
    assert "Nothing needs a decision now" in said and "0 matters" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_overdue_case_says_so_with_shape_word_and_sign(lang: str) -> None:
    parts = drawn("decisions", {"rows": [CASE], "total": 1, "counts": {"overdue": 1}}, lang)
    assert "−1:12" in spoken(parts) and words_for(lang)("decisions.overdue") in spoken(parts)
    assert {"is-critical", "mark-critical"} <= set(class_names(plain(parts)))


@given(st.fixed_dictionaries({reason: st.integers(0, 999) for reason in ("overdue", "soon", "metric", "source")}))
def test_the_title_counts_what_the_rule_counts(counts: dict[str, int]) -> None:
    panel = PanelData("decisions", "decisions", "decisions", {"rows": [], "counts": counts, "total": sum(counts.values())})
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", pressing_text(panel, view("en", panel)).replace("4 h", ""))]
    there = [count for count in (counts[reason] for reason in ("overdue", "soon", "metric", "source")) if count]
    assert numbers == ([sum(there), *there] if len(there) > 1 else there)


def test_what_is_still_counting_is_a_hollow_point_beside_the_line() -> None:
    finished = {**FULL["trend"], "unfinished": False}
    classes, settled = (class_names(plain(drawn("trend", data, "zh"))) for data in (FULL["trend"], finished))
    assert "is-hollow" in classes and "stem" in classes
    assert "is-hollow" not in settled and "stem" not in settled
    little = {**FULL["trend"], "y": [*FULL["trend"]["y"][:14], 0.0, *[None] * 9]}
    lines = [lines_of(plain(drawn("trend", data, "zh"))) for data in (FULL["trend"], little)]
    assert lines[0] == lines[1] and len(lines[0]) == 1, "the count so far bends the line"


@pytest.mark.parametrize(("better", "sign"), [("up", "≥"), ("down", "≤")])
@pytest.mark.parametrize("level", ["ok", "watch", "none"])
def test_a_target_points_where_it_is_met(better: str, sign: str, level: str) -> None:
    panel = PanelData("kpi", "kpi", "kpi", {})
    for value in (80.0, 99.0):
        assert sign in target_text(Reading("m", value, unit="percent", level=level, target=95.0, better=better), view("zh", panel))


def test_a_target_is_in_the_unit_of_its_value() -> None:
    shown = view("en", PanelData("kpi", "kpi", "kpi", {}))
    reading = Reading("whistles_unsigned", 3.0, unit="count", target=0.0, better="down")
    assert target_text(reading, shown, "grid_management").endswith("0 whistles")
    assert target_text(Reading("open_cases", 3.0, unit="count", target=0.0), shown).endswith("0 cases")


def test_the_oldest_data_is_the_source_in_the_worst_state() -> None:
    fine = {**SOURCE, "key": "fine", "state": "ok", "age_s": 290.0}
    rows = [{**fine, "age_s": 10.0}, fine, {**SOURCE, "key": "late", "state": "late"}]
    assert (oldest(PanelData("s", "sources", "s", {"rows": rows})) or {})["key"] == "late"
    assert (oldest(PanelData("s", "sources", "s", {"rows": rows[:2]})) or {})["age_s"] == 290.0
    gone = {**SOURCE, "key": "gone", "state": "missing", "age_s": None}
    panel = PanelData("sources", "sources", "sources", {"rows": [*rows, gone]})
    assert (oldest(panel) or {})["key"] == "gone"
    assert words_for("en")("status.missing") in spoken(status_props(view("en", panel))["oldest-data"]["children"])
    assert oldest(None) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_header_names_the_area_and_the_screen(lang: str) -> None:
    panel = PanelData("trend", "trend", "trend", FULL["trend"])
    snapshot = Snapshot("grid_management", "440512001", NOW, panels=(panel,), place={**PLACE, "area_zh": "达濠街道", "area_en": "Dahao"})
    turn = declared_screens()["hall"].among(["overview", "grid_management"])
    page = wall_page(snapshot, lang, [{"key": key, "url": f"/wall/{key}"} for key in turn.pages], "light", 1.5, turn)
    props = page.to_plotly_json()["props"]
    assert {"zh": "达濠街道", "en": "Dahao"}[lang] in spoken(page)
    assert words_for(lang)("wall.screen", n=2, total=2) in spoken(page)
    assert props["style"] == {"--legible": "1.5000px"} and "light" in props["className"].split()
    assert props["data-pages"] == "overview grid_management" and props["data-module"] == "grid_management"


@given(st.floats(1, 40), st.floats(0.2, 10))
def test_type_is_legible_at_the_distance_it_is_read_at(distance: float, pitch: float) -> None:
    unit = legible_unit(distance, pitch)
    for size, metres in ((NUMBER, distance), (LABEL, distance * NEAR)):
        minutes = 60 * degrees(atan(size * unit * pitch / 1000 / metres))
        assert minutes >= 29.99
    assert legible_unit(2 * distance, pitch) > unit > legible_unit(distance, 2 * pitch)


def test_without_a_profile_type_keeps_its_share() -> None:
    assert legible_unit(0, 0.63) == legible_unit(6, 0) == 0


def test_a_screen_names_its_pages_once_and_the_rest_in_order() -> None:
    screen = screen_of("hall", {"pages": ["petitions", "*", "overview"], "seconds": 20})
    assert screen.among(["overview", "grid", "petitions"]).pages == ("petitions", "grid", "overview")
    assert screen.critical_seconds == 20


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "no screen"),
        ("a = 1", "'a'"),
        ("[x]\npages = []", "pages"),
        ('[x]\npages = ["*", "*"]', "different"),
        ('[x]\npages = ["nope"]', "unknown pages: nope"),
        ('[x]\npages = ["*"]\nseconds = 2', "seconds"),
        ('[x]\npages = ["*"]\nsecond = 20', "unknown fields: second"),
        ("[x", "cannot be read"),
    ],
)
def test_a_wrong_screen_is_refused_by_name(tmp_path: Path, table: str, said: str) -> None:
    path = tmp_path / "screens.toml"
    path.write_text(table, "utf-8")
    with pytest.raises(BadScreen, match=re.escape(said)):
        for screen in declared_screens(path).values():
            screen.among(["overview"])


AGES = [(59, "59 s"), (60, "1 min"), (61, "61 s"), (90, "1 min"), (3600, "1 h"), (3660, "61 min"), (86400, "1 d"), (90000, "25 h")]


@pytest.mark.parametrize(("seconds", "said"), AGES)
def test_a_whole_unit_is_said_in_that_unit(seconds: int, said: str) -> None:
    assert words_for("en").age(seconds) == said
