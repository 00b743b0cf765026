"""The map: plain values only, nothing that could become markup, and refreshes that carry values but never geometry or a view."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.create import create_app
from dashboard.settings import Settings
from layouts.components import map as flat
from layouts.markup import plain
from layouts.text import words_for
from layouts.view import View
from modules.spec.snapshot import PanelData, Snapshot
from tests.conftest import DEMO_NOW

LAYERS = ["land", "district", "subdistricts", "grids", "dedicated", "labels"]


def area(code: str, kind: str, value: float | None, overdue: int = 0) -> dict[str, Any]:
    return {"code": code, "kind": kind, "label_zh": f"{code}街道", "label_en": f"{code} Sub-district", "value": value, "overdue": overdue}


def panel(**changes: Any) -> PanelData:
    data: dict[str, Any] = {
        "areas": [
            area("1", "subdistrict", 12, 3),
            area("2", "subdistrict", None),
            area("1-1", "community", 12, 3),
            area("1-1-G01", "grid", 9),
            area("1-1-G02", "grid", 0),
            area("1-1-G03", "grid", None),
        ],
        "points": [{"id": "A-1", "lon": 116.7, "lat": 23.3, "due": 1_760_000_000, "level": "critical"}],
        "legend": [1, 2, 4, 6, 9],
        "counts": {"critical": 1, "warning": 0, "watch": 0, "ok": 11, "none": 0},
        "dedicated": [{"code": "1-D001", "lon": 116.7, "lat": 23.3, "industry": "school", "label_zh": "学校", "label_en": "School"}],
    }
    return PanelData("map", "map", "map", {**data, **changes})


def view(surface: Any = "wall", lang: str = "zh", module: str = "overview", code: str = "0", **place: Any) -> View:
    known = {"key": "here", "root": "0", "name_zh": "此地", "name_en": "Here", "bounds": [116.6, 23.2, 116.8, 23.4], "layers": LAYERS}
    snapshot = Snapshot(module, code, datetime(2026, 11, 22, tzinfo=UTC), place={**known, **place})
    return View(snapshot, words_for(lang), surface)


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys(inner)}
    return {key for inner in value for key in keys(inner)} if isinstance(value, list | tuple) else set()


def layers(component: Component) -> dict[str, Any]:
    return {part.id: part for part in component._traverse() if type(part).__name__ == "GeoJSON"}


@pytest.mark.parametrize("surface", ["wall", "desk"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_map_is_plain_values_without_anything_leaflet_turns_into_markup(surface: str, lang: str) -> None:
    drawn = plain(flat.draw_map(panel(), view(surface, lang)))
    assert json.loads(json.dumps(drawn, allow_nan=False))
    assert not keys(drawn) & {"popup", "tooltip", "attribution", "html", "content", "iconOptions"}
    assert "TileLayer" not in json.dumps(drawn)


def test_geometry_comes_by_address_and_only_from_this_server() -> None:
    urls = {part.url for part in layers(flat.draw_map(panel(), view())).values() if getattr(part, "url", None)}
    assert urls == {f"/geo/here/{layer}.json" for layer in LAYERS}


def test_a_refresh_sends_values_only() -> None:
    props = flat.map_props(panel(), view())
    assert {name for value in props.values() for name in value} == {"hideout", "children"}
    words = {key: plain(value["children"]) for key, value in props.items() if "children" in value}
    assert all(isinstance(said, str) for key, said in words.items() if not key.endswith("--list"))
    assert {item["type"] for key, said in words.items() if key.endswith("--list") for item in said} == {"Li"}
    assert not keys(plain(props)) & {"geometry", "coordinates", "center", "zoom", "bounds", "viewport", "url", "data"}


def test_what_a_refresh_names_is_on_the_page_with_the_same_values() -> None:
    on_page = {part.id: part for part in flat.draw_map(panel(), view())._traverse() if getattr(part, "id", None)}
    for key, value in flat.map_props(panel(), view()).items():
        part = on_page[key]
        assert plain({name: getattr(part, name) for name in value}) == plain(value)


def test_only_what_changed_differs_between_two_refreshes() -> None:
    moved = panel(points=[{"id": "A-2", "lon": 116.71, "lat": 23.31, "due": None, "level": "ok"}])
    before, after = (json.loads(json.dumps(plain(flat.map_props(one, view())))) for one in (panel(), moved))
    assert [key for key in before if before[key] != after[key]] == [flat.layer_id(panel(), view(), "points")]


def test_a_plate_without_a_value_is_not_a_plate_at_zero() -> None:
    hideout = flat.map_props(panel(), view())[flat.layer_id(panel(), view(), "grids")]["hideout"]
    assert hideout == {"classes": {"1-1-G01": 5, "1-1-G02": 0, "1-1-G03": -1}, "tops": {"1-1": [12, 5]}}


def test_a_label_says_the_name_and_what_is_open_and_late() -> None:
    key = flat.layer_id(panel(), view(), "labels")
    chinese = flat.map_props(panel(), view())[key]["hideout"]["labels"]
    english = flat.map_props(panel(), view(lang="en"))[key]["hideout"]["labels"]
    assert chinese == {"1": ["1", "12 件 · 超时 3", 12, 3], "2": ["2", "无数据", 0, 0]}
    assert english["1"] == ["1", "12 open · 3 late", 12, 3]


def test_a_wall_cannot_be_moved_and_a_desk_can() -> None:
    wall, desk = (
        next(p for p in flat.draw_map(panel(), view(s))._traverse() if type(p).__name__ == "MapContainer") for s in ("wall", "desk")
    )
    for way in ("dragging", "touchZoom", "doubleClickZoom", "keyboard"):
        assert not getattr(wall, way)
        assert getattr(desk, way)
    assert not wall.attributionControl and not wall.zoomControl and not wall.trackViewport


def test_a_place_without_polygons_has_points_only() -> None:
    bare = view(layers=[], bounds=None)
    assert {key.split("--")[1] for key in layers(flat.draw_map(panel(), bare))} == {"frame", "points"}
    assert {key.split("--")[1].partition("-")[0] for key in flat.map_props(panel(), bare)} == {"points", "summary", "count", "list"}


def test_no_points_and_no_bounds_is_still_a_map() -> None:
    drawn = flat.draw_map(panel(points=[]), view(layers=[], bounds=None))
    assert json.dumps(plain(drawn), allow_nan=False)


@pytest.mark.parametrize(("edges", "said"), [([1, 2, 4, 6, 9], ["0", "1", "2–3", "4–5", "6–8", "≥9"]), ([], ["0"]), ([3], ["0–2", "≥3"])])
def test_the_ramp_says_what_each_class_holds(edges: list[int], said: list[str]) -> None:
    assert flat.ramp_labels(edges) == said


def test_text_from_data_stays_text() -> None:
    row = area("1", "subdistrict", 1)
    hostile = replace(panel(), data={**panel().data, "areas": [{**row, "label_zh": "<img src=x onerror=alert(1)>"}]})
    assert "<img" in json.dumps(flat.map_props(hostile, view())[flat.layer_id(hostile, view(), "labels")])


def frame_of(drawn: Component) -> dict[str, Any]:
    found: dict[str, Any] = next(part.hideout for key, part in layers(drawn).items() if key.endswith("--frame"))
    return found


@pytest.mark.parametrize(
    ("value", "overdue", "found"),
    [(None, 0, -1), (0, 0, 0), (40, 0, 1), (40, 1, 2), (20, 1, 3), (19, 1, 3), (10, 1, 4), (20, 3, 5), (1, 1, 5)],
)
def test_a_share_overdue_has_the_class_its_legend_says(value: float | None, overdue: int, found: int) -> None:
    assert flat.share_class(value, overdue) == found


def test_the_plates_stand_on_a_modules_wall_and_lie_on_the_overview_and_a_desk() -> None:
    many = panel(areas=[*panel().data["areas"], area("1-2", "community", 3)])
    told = {
        (surface, module): frame_of(flat.draw_map(many, view(surface, module=module)))["as"]
        for surface in ("wall", "desk")
        for module in ("overview", "grid_management")
    }
    assert told == {
        ("wall", "overview"): "flat",
        ("wall", "grid_management"): "plates",
        ("desk", "overview"): "flat",
        ("desk", "grid_management"): "flat",
    }
    assert flat.subtitle(many, view(module="grid_management")) and not flat.subtitle(many, view("desk", module="grid_management"))


@pytest.mark.parametrize(
    ("code", "named"), [("0", ["1", "2"]), ("1", ["1-1"]), ("1-1", ["1-1-G01", "1-1-G02", "1-1-G03"]), ("1-1-G01", ["1-1-G01"])]
)
def test_the_map_names_the_areas_one_level_below(code: str, named: list[str]) -> None:
    inside = panel(areas=[row for row in panel().data["areas"] if code == "0" or row["code"].startswith(code)])
    assert [row["code"] for row in flat.named_areas(inside, view(code=code))] == named


def test_those_who_hear_the_page_hear_every_named_area_and_its_values() -> None:
    for lang, said in (("zh", "1街道：12 件 · 超时 3"), ("en", "1 Sub-district: 12 open · 3 late")):
        drawn = json.dumps(plain(flat.draw_map(panel(), view(lang=lang))), ensure_ascii=False)
        assert said in drawn and flat.summary(panel(), view(lang=lang)) in drawn


def test_a_part_of_a_place_without_polygons_is_framed_by_its_points() -> None:
    whole, part = (frame_of(flat.draw_map(panel(), view(layers=[], code=code))) for code in ("0", "9"))
    assert whole["bounds"] == ((23.2, 116.6), (23.4, 116.8))
    (south, west), (north, east) = part["bounds"]
    assert south < 23.3 < north and west < 116.7 < east and north - south < 0.1
    assert whole["note"] == "仅点位，无界线图层"


def test_the_corner_says_what_the_place_says_of_its_limits() -> None:
    assert frame_of(flat.draw_map(panel(), view(note_zh="示意图 · WGS 84")))["note"] == "示意图 · WGS 84"
    assert frame_of(flat.draw_map(panel(), view(lang="en")))["note"] == "Schematic boundaries"


def test_geometry_a_browser_holds_already_is_not_sent_again(demo_copy: Any, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{demo_copy(tmp_path)}"), lambda: DEMO_NOW)
    client = app.server.test_client()
    first = client.get("/geo/haojiang/grids.json")
    again = client.get("/geo/haojiang/grids.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, len(json.loads(first.data)["features"])) == (200, 183)
    assert (again.status_code, again.data) == (304, b"")
    assert [client.get(path).status_code for path in ("/geo/haojiang/nothing.json", "/geo/elsewhere/grids.json")] == [404, 404]
    app.live.watcher.stop()
    app.live.engine.dispose()
