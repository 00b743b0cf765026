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
from layouts.address import Address
from layouts.areas import area_table
from layouts.components import map as flat
from layouts.components.map_legend import ramp_labels, share_class
from layouts.components.map_words import layer_id, named_areas, summary
from layouts.markup import plain
from layouts.text import words_for
from layouts.view import View
from modules.spec import PanelData, Snapshot
from tests.conftest import DEMO_NOW
from tests.contract.words import texts

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
        "stands": True,
        "layers": [],
        "dedicated": [{"code": "1-D001", "lon": 116.7, "lat": 23.3, "industry": "school", "label_zh": "学校", "label_en": "School"}],
    }
    return PanelData("map", "map", "map", {**data, **changes})


def view(surface: Any = "wall", lang: str = "zh", module: str = "overview", code: str = "0", **place: Any) -> View:
    known = {"key": "here", "root": "0", "name_zh": "此地", "name_en": "Here", "bounds": [116.6, 23.2, 116.8, 23.4], "layers": LAYERS}
    snapshot = Snapshot(module, code, datetime(2026, 11, 22, tzinfo=UTC), place={**known, **place})
    return View(snapshot, words_for(lang), surface)


def spot(number: str, level: str, kind: str | None = "pump", at: str | None = "2026-11-22T00:30:00+00:00") -> dict[str, Any]:
    return {"id": number, "lon": 116.7, "lat": 23.3, "level": level, "kind": kind, "label_zh": "东闸", "label_en": "East gate", "at": at}


def layered(**changes: Any) -> PanelData:
    kinds = {"pump": {"label_zh": "水泵", "label_en": "Pump"}, "gate": {"label_zh": "闸门", "label_en": "Gate"}}
    rows = [spot("S-1", "critical"), spot("S-2", "ok", "gate"), spot("S-3", "none", None, None)]
    counts = {"critical": 1, "warning": 0, "watch": 0, "ok": 1, "none": 1}
    shown = {"key": "water", "shown": True, "rows": rows, "kinds": kinds, "counts": counts}
    hidden = {"key": "lamps", "shown": False, "rows": [], "kinds": {}, "counts": {}, "missing": True}
    return panel(layers=[shown, hidden], **changes)


WORDS = {
    "map": {
        "water": {"zh": "排水", "en": "Drainage", "critical_zh": "停机", "critical_en": "Stopped", "glyph_zh": "水", "glyph_en": "D"},
        "lamps": {"zh": "路灯", "en": "Lamps"},
        "line_calm": {"zh": "{value} 件次", "en": "{value} letters"},
    },
    "kind": {"gate": {"zh": "水闸", "en": "Sluice", "glyph_zh": "闸", "glyph_en": "Sl"}},
}


def worded(surface: str, lang: str, words: dict[str, Any] = WORDS) -> View:
    """A view of a module that has these words of its own."""
    plainly = view(surface, lang, module="drainage")
    return replace(plainly, words=replace(plainly.words, modules={"drainage": words}))


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
    assert words and all(isinstance(said, str) for key, said in words.items() if not key.endswith("--list"))
    assert {item["type"] for key, said in words.items() if key.endswith("--list") for item in said} == {"Li"}
    assert not keys(plain(props)) & {"geometry", "coordinates", "center", "zoom", "bounds", "viewport", "url", "data"}


@pytest.mark.parametrize("surface", ["wall", "desk"])
def test_what_a_refresh_names_is_on_the_page_with_the_same_values(surface: str) -> None:
    on_page = {part.id: part for part in flat.draw_map(layered(), view(surface))._traverse() if getattr(part, "id", None)}
    for key, value in flat.map_props(layered(), view(surface)).items():
        part = on_page[key]
        assert plain({name: getattr(part, name) for name in value}) == plain(value)


def test_only_what_changed_differs_between_two_refreshes() -> None:
    moved = panel(points=[{"id": "A-2", "lon": 116.71, "lat": 23.31, "due": None, "level": "ok"}])
    before, after = (json.loads(json.dumps(plain(flat.map_props(one, view())))) for one in (panel(), moved))
    assert [key for key in before if before[key] != after[key]] == [layer_id(panel(), view(), "points")]


def test_a_plate_without_a_value_is_not_a_plate_at_zero() -> None:
    many = panel(areas=[*panel().data["areas"], area("1-2", "community", 3)])
    hideout = flat.map_props(many, view())[layer_id(many, view(), "grids")]["hideout"]
    assert hideout == {"classes": {"1-1-G01": 5, "1-1-G02": 0, "1-1-G03": -1}, "tops": {"1-1": [12, 5], "1-2": [3, 1]}}


def test_a_label_says_the_name_and_what_is_open_and_late() -> None:
    key = layer_id(panel(), view(), "labels")
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
    assert ramp_labels(edges) == said


def test_text_from_data_stays_text() -> None:
    row = area("1", "subdistrict", 1)
    hostile = replace(panel(), data={**panel().data, "areas": [{**row, "label_zh": "<img src=x onerror=alert(1)>"}]})
    assert "<img" in json.dumps(flat.map_props(hostile, view())[layer_id(hostile, view(), "labels")])


def frame_of(drawn: Component) -> dict[str, Any]:
    found: dict[str, Any] = next(part.hideout for key, part in layers(drawn).items() if key.endswith("--frame"))
    return found


@pytest.mark.parametrize(
    ("value", "overdue", "found"),
    [(None, 0, -1), (0, 0, 0), (40, 0, 1), (40, 1, 2), (20, 1, 3), (19, 1, 3), (10, 1, 4), (20, 3, 5), (1, 1, 5)],
)
def test_a_share_overdue_has_the_class_its_legend_says(value: float | None, overdue: int, found: int) -> None:
    assert share_class(value, overdue) == found


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
    assert [row["code"] for row in named_areas(inside, view(code=code))] == named


def test_those_who_hear_the_page_hear_every_named_area_and_its_values() -> None:
    for lang, said in (("zh", "1街道：12 件 · 超时 3"), ("en", "1 Sub-district: 12 open · 3 late")):
        drawn = json.dumps(plain(flat.draw_map(panel(), view(lang=lang))), ensure_ascii=False)
        assert said in drawn and summary(panel(), view(lang=lang)) in drawn


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
    app.close()


@pytest.mark.parametrize(
    ("lang", "water", "lamps"),
    [
        ("zh", "排水 水 水泵 闸 水闸 停机 1 正常 1 未评级 1", "路 路灯 无数据"),
        ("en", "Drainage P Pump Sl Sluice Stopped 1 Normal 1 Not rated 1", "L Lamps No data"),
    ],
)
def test_a_layer_has_the_words_of_its_module_then_those_of_its_list_then_those_of_the_status(lang: str, water: str, lamps: str) -> None:
    drawn = flat.map_props(layered(), worded("desk", lang))
    told = {key: " ".join(texts(drawn[f"p-drainage-map--keys-{key}"]["children"])) for key in ("water", "lamps")}
    assert told == {"water": water, "lamps": lamps}
    assert "Drainage: Stopped 1, Normal 1, Not rated 1" in summary(layered(), worded("desk", "en"))


def test_a_point_of_a_layer_brings_its_words_to_the_desk_and_its_letter_to_the_wall() -> None:
    key = "p-drainage-map--layer-water"
    desk, wall = (flat.map_props(layered(), worded(surface, "en"))[key]["hideout"] for surface in ("desk", "wall"))
    assert desk["points"][0] == [116.7, 23.3, 4, "S-1", "pump", "East gate", "08:30"]
    assert desk["points"][2] == [116.7, 23.3, 0, "S-3", "", "East gate", ""]
    assert desk["words"] == {"levels": ["Not rated", "Normal", "Watch", "Warning", "Stopped"], "kinds": {"pump": "Pump", "gate": "Sluice"}}
    assert wall["points"][0] == [116.7, 23.3, 4, "S-1", "pump"] and "words" not in wall
    assert desk["glyphs"] == wall["glyphs"] == {"": "D", "pump": "P", "gate": "Sl"}


def test_a_moment_of_another_day_is_told_with_its_day() -> None:
    told = layered()
    told.data["layers"][0]["rows"][0]["at"] = "2026-11-20T23:30:00+00:00"
    assert flat.map_props(told, worded("desk", "en"))["p-drainage-map--layer-water"]["hideout"]["points"][0][6] == "21 Nov 07:30"


def test_a_desk_turns_layers_on_and_off_and_a_wall_has_those_shown() -> None:
    desk, wall = (flat.draw_map(layered(), worded(surface, "zh")) for surface in ("desk", "wall"))
    buttons = [part for part in props_of(desk) if part.get("data-map") == "layer"]
    assert [(one["data-layer"], one["aria-pressed"], one["children"]) for one in buttons] == [
        ("water", "true", "排水"),
        ("lamps", "false", "路灯"),
    ]
    assert [key.split("--")[1] for key in layers(desk) if "--layer-" in key] == ["layer-water", "layer-lamps"]
    assert [key.split("--")[1] for key in layers(wall) if "--layer-" in key] == ["layer-water"]


def props_of(drawn: Component) -> list[dict[str, Any]]:
    return [vars(part) for part in drawn._traverse() if isinstance(part, Component)]


def table_of(told: PanelData, here: View) -> list[str]:
    """What the table of the areas below says."""
    return texts(area_table(told, replace(here, snapshot=replace(here.snapshot, area="")), Address("/desk/drainage", {})))


def withheld() -> PanelData:
    rows = [
        area("1", "subdistrict", 40, None),
        {**area("2", "subdistrict", None, None), "withheld": True},
        area("3", "subdistrict", 0, None),
    ]
    plates = {"1-1-G01": "1", "2-1-G01": "2", "3-1-G01": "3"}
    return panel(areas=rows, plates=plates, legend=[10, 20, 30], least=10, points=[], counts={}, stands=False, dedicated=[])


@pytest.mark.parametrize(
    ("lang", "said", "step"),
    [("zh", "不予显示", "不予显示（<10 或可推出）"), ("en", "Withheld", "Withheld (<10 or derivable)")],
)
def test_what_is_withheld_says_so_and_is_hatched_and_never_a_zero(lang: str, said: str, step: str) -> None:
    here = worded("desk", lang)
    props = flat.map_props(withheld(), here)
    assert props["p-drainage-map--grids"]["hideout"] == {"classes": {"1-1-G01": 3, "2-1-G01": -2, "3-1-G01": 0}, "tops": {}}
    assert props["p-drainage-map--labels"]["hideout"]["labels"]["2"] == ["2", said, 0, 0]
    drawn = texts(flat.draw_map(withheld(), here))
    assert step in drawn and "0–9" not in drawn and "10–19" in drawn
    table = table_of(withheld(), here)
    assert said in table and table.count("0") == 1 and len(table) == 2 + 2 + 2 * 3


def test_a_map_without_cases_has_no_key_of_cases_and_no_height() -> None:
    many = replace(
        withheld(), data={**withheld().data, "areas": [*withheld().data["areas"], area("1-1", "community", 3), area("1-2", "community", 4)]}
    )
    for lang, said in (("zh", "在办事件：最高 1街道，40 件次"), ("en", "Open cases: highest 1 Sub-district, 40 letters")):
        for surface in ("wall", "desk"):
            here = worded(surface, lang)
            drawn, props = flat.draw_map(many, here), flat.map_props(many, here)
            assert not [key for key in props if "--count-" in key] and not flat.subtitle(many, here)
            assert not [part for part in props_of(drawn) if "cc-key-" in str(part.get("className"))]
            assert frame_of(drawn)["as"] == "flat" and summary(many, here) == said


def test_plates_of_a_share_are_told_in_percent() -> None:
    rows = [area("1", "subdistrict", 96.25, None), area("2", "subdistrict", 49.0, None), area("3", "subdistrict", None, None)]
    told = panel(areas=rows, unit="percent", legend=[50, 75, 98], counts={}, points=[], stands=False)
    here = view("desk", "en")
    assert [line[1] for line in flat.map_props(told, here)[layer_id(told, here, "labels")]["hideout"]["labels"].values()] == [
        "96.3%",
        "49.0%",
        "No data",
    ]
    drawn = texts(flat.draw_map(told, here))
    assert [text for text in drawn if text in ("<50%", "50–75%", "75–98%", "≥98%")] == ["<50%", "50–75%", "75–98%", "≥98%"]
    assert "96.3%" in table_of(told, here)
