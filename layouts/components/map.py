"""The map: plates by community grid or standing by community, names of areas, open cases by time left; no tiles, no server of tiles.

Geometry comes by address once. What changes travels in `hideout` only; the browser's part is assets/js/map*.js.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import cos, log2, radians
from pathlib import Path
from typing import Any

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.ids import panel_id
from layouts.view import View
from modules.spec.snapshot import PanelData

Bounds = tuple[tuple[float, float], tuple[float, float]]
Props = dict[str, dict[str, Any]]
LEVELS = ("none", "ok", "watch", "warning", "critical")
SHAPES = ("critical", "warning", "watch", "ok", "none")
LAYERS = ("land", "district", "subdistricts", "grids", "dedicated", "labels")
WORDS = Path(__file__).parents[1] / "strings" / "map.toml"
SCHEMATIC_BOUNDS: Bounds = ((-60.0, -170.0), (70.0, 170.0))
NO_CLASS = -1
KINDS = ("subdistrict", "community", "grid")
SHARES = (0.05, 0.10, 0.15)  # edges of the classes of the share overdue
SHARE_LABELS = ("0%", "<5%", "5–10%", "10–15%", "≥15%")


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(WORDS.read_text("utf-8"))


def word(view: View, key: str, **values: object) -> str:
    """The map's word of a dotted key in the view's language."""
    section, _, name = key.partition(".")
    text = _table()[section][name][view.words.lang]
    return text.format(**values) if values else text


def layer_id(panel: PanelData, view: View, layer: str) -> str:
    """The id of one layer: the panel's own id, two hyphens, the layer."""
    return f"{panel_id(view.snapshot.module, panel.key)}--{layer}"


def plate_class(value: float | None, edges: Sequence[float]) -> int:
    """The ramp class of a value: 0 is none open, n means at least the n-th edge; -1 where there is no value."""
    return NO_CLASS if value is None else sum(value >= edge for edge in edges)


def ramp_labels(edges: Sequence[float]) -> list[str]:
    """What each class of the ramp holds: 0, 1, 2–3, and so on up to ≥9."""
    if not edges:
        return ["0"]
    labels = ["0" if edges[0] <= 1 else f"0–{edges[0] - 1:g}"]
    for low, after in pairwise(edges):
        labels.append(f"{low:g}" if after - low <= 1 else f"{low:g}–{after - 1:g}")
    return [*labels, f"≥{edges[-1]:g}"]


def share_class(value: float | None, overdue: int) -> int:
    """The class of a share overdue: 0 is nothing open, 1 nothing overdue, up to 5 for 15 % and more; -1 where there is no value."""
    if value is None:
        return NO_CLASS
    if not value:
        return 0
    return 1 if not overdue else 2 + sum(overdue / value >= edge for edge in SHARES)


def short_name(row: Mapping[str, Any], lang: str) -> str:
    """An area's name without the word for its kind; of a grid its number within the community."""
    if row.get("kind") == "grid" and "-" in str(row["code"]):
        return str(row["code"]).rpartition("-")[2]
    name = str(row.get(f"label_{lang}") or row.get(f"label_{'en' if lang == 'zh' else 'zh'}") or row["code"])
    for ending in (" Sub-district", " Community", "街道", "社区"):
        name = name.removesuffix(ending) or name
    return name


def named_areas(panel: PanelData, view: View) -> list[Mapping[str, Any]]:
    """The areas the map names: one level below the area shown, or that area itself where nothing lies below."""
    here = view.snapshot.area
    rows: list[Mapping[str, Any]] = [row for row in panel.data["areas"] if row["code"] != here]
    below = next((found for kind in KINDS if (found := [row for row in rows if row["kind"] == kind])), [])
    return below or [row for row in panel.data["areas"] if row["code"] == here]


def stands(panel: PanelData, view: View) -> bool:
    """Whether plates may stand: the place has polygons and more than one community is in sight."""
    return "grids" in view.snapshot.place.get("layers", ()) and sum(row["kind"] == "community" for row in panel.data["areas"]) > 1


def begins_standing(panel: PanelData, view: View) -> bool:
    """Whether the plates stand from the start: on the wall of a module. The overview lies flat, a desk is asked."""
    return view.surface == "wall" and view.snapshot.module != "overview" and stands(panel, view)


def subtitle(panel: PanelData, view: View) -> str:
    """What height and colour mean where the plates stand from the start; empty for a flat map."""
    return word(view, "plates.note") if begins_standing(panel, view) else ""


def draw_map(panel: PanelData, view: View) -> Component:
    """The map with its legend and the same in words; on the desk with buttons, on the wall without any way to move it."""
    wall = view.surface == "wall"
    place = view.snapshot.place
    bounds = place_bounds(view, panel.data["points"])
    layers = [_layer(panel, view, name) for name in LAYERS if name in place.get("layers", ())]
    children = [dl_map(bounds, [_frame(panel, view, bounds), *layers, _points(panel, view)], wall)]
    if not wall:
        children.append(_buttons(panel, view))
    return html.Div(
        [
            html.Div(children, className="cc-map-box"),
            html.Div(legend(panel, view), className="cc-map-legend"),
            html.P(summary(panel, view), id=layer_id(panel, view, "summary"), className="unseen"),
            html.Ul(
                area_list(panel, view),
                id=layer_id(panel, view, "list"),
                className="unseen",
                **attributes(aria_label=word(view, "map.list")),
            ),
        ],
        className=f"cc-map-figure cc-map-{view.surface}{' cc-as-plates' if begins_standing(panel, view) else ''}",
        role="group",
        **attributes(aria_labelledby=layer_id(panel, view, "summary")),
    )


def map_props(panel: PanelData, view: View) -> Props:
    """What a refresh sends: component id → properties. Values and words only: no geometry, nothing that moves the view."""
    props: Props = {
        layer_id(panel, view, "points"): {"hideout": {"points": _marks(panel)}},
        layer_id(panel, view, "summary"): {"children": summary(panel, view)},
        **{layer_id(panel, view, f"count-{level}"): {"children": _count(panel, view, level)} for level in SHAPES},
        layer_id(panel, view, "list"): {"children": area_list(panel, view)},
    }
    layers = view.snapshot.place.get("layers", ())
    if "grids" in layers:
        props[layer_id(panel, view, "grids")] = {"hideout": _plates(panel)}
    if "labels" in layers:
        props[layer_id(panel, view, "labels")] = {"hideout": {"labels": _labels(panel, view)}}
    return props


def dl_map(bounds: Bounds, layers: Sequence[Component], wall: bool) -> Component:
    """An empty Leaflet map over the bounds; the browser fits it to its container exactly."""
    (south, west), (north, east) = bounds
    middle = [(south + north) / 2, (west + east) / 2]
    width = max(east - west, (north - south) / max(0.1, cos(radians(middle[0]))))
    made: Component = dl.Map(
        list(layers),
        className="cc-map",
        center=middle,
        zoom=round(log2(600 / 256 * 360 / max(width, 1e-6)), 2),
        zoomSnap=0,
        zoomDelta=0.5,
        zoomControl=False,
        attributionControl=False,
        zoomAnimation=False,
        fadeAnimation=False,
        markerZoomAnimation=False,
        inertia=False,
        trackViewport=False,
        scrollWheelZoom=False,
        dragging=not wall,
        touchZoom=not wall,
        doubleClickZoom=not wall,
        boxZoom=False,
        keyboard=not wall,
    )
    return made


def place_bounds(view: View, points: Sequence[Mapping[str, Any]]) -> Bounds:
    """South-west and north-east: of a part of a place round its points, else the place's own, else the inhabited world."""
    own = view.snapshot.place.get("bounds")
    part = points and "grids" not in view.snapshot.place.get("layers", ()) and _is_part(view)
    west, south, east, north = own if own and not part else _around(points)
    return ((south, west), (north, east))


def _is_part(view: View) -> bool:
    return bool(view.snapshot.area != view.snapshot.place.get("root", view.snapshot.area))


def _around(points: Sequence[Mapping[str, Any]]) -> tuple[float, float, float, float]:
    if not points:
        (south, west), (north, east) = SCHEMATIC_BOUNDS
        return (west, south, east, north)
    lons, lats = [row["lon"] for row in points], [row["lat"] for row in points]
    return (min(lons) - 0.005, min(lats) - 0.005, max(lons) + 0.005, max(lats) + 0.005)


def _function(name: str) -> dict[str, str]:
    return {"variable": f"cc.map.{name}"}


def _carrier(bounds: Bounds) -> dict[str, Any]:
    (south, west), (north, east) = bounds
    point = {"type": "Point", "coordinates": [(west + east) / 2, (south + north) / 2]}
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"kind": "carrier"}, "geometry": point}]}


def _geojson(**props: Any) -> Component:
    made: Component = dl.GeoJSON(**props)
    return made


def _frame(panel: PanelData, view: View, bounds: Bounds) -> Component:
    hideout = {
        "bounds": bounds,
        "note": _note(view),
        "surface": view.surface,
        "scoped": _is_part(view),
        "as": "plates" if begins_standing(panel, view) else "flat",
        "height": word(view, "plates.unit"),
    }
    return _geojson(
        id=layer_id(panel, view, "frame"), data=_carrier(bounds), hideout=hideout, pointToLayer=_function("frame"), interactive=False
    )


def _note(view: View) -> str:
    """The corner's note: that limits are schematic or missing, and the place's own."""
    place = view.snapshot.place
    own = str(place.get(f"note_{view.words.lang}") or "")
    if "grids" in place.get("layers", ()):
        return own or word(view, "map.schematic")
    return " · ".join(part for part in (word(view, "map.points_only"), own) if part)


def _points(panel: PanelData, view: View) -> Component:
    bounds = place_bounds(view, panel.data["points"])
    return _geojson(
        id=layer_id(panel, view, "points"),
        data=_carrier(bounds),
        hideout={"points": _marks(panel)},
        pointToLayer=_function("points"),
        disableDefaultEventHandlers=True,
    )


def _layer(panel: PanelData, view: View, name: str) -> Component:
    address = f"/geo/{view.snapshot.place['key']}/{name}.json"
    own: dict[str, dict[str, Any]] = {
        "grids": {
            "style": _function("stylePlate"),
            "onEachFeature": _function("eachPlate"),
            "hideout": _plates(panel),
            "interactive": view.surface != "wall",
        },
        "labels": {"pointToLayer": _function("label"), "hideout": {"labels": _labels(panel, view)}},
        "dedicated": {"pointToLayer": _function("pin"), "hideout": _pins(panel, view)},
    }
    plain = {"style": _function("styleLine"), "onEachFeature": _function("eachLine"), "interactive": False}
    return _geojson(id=layer_id(panel, view, name), url=address, disableDefaultEventHandlers=True, **own.get(name, plain))


def _plates(panel: PanelData) -> dict[str, Any]:
    """Of each grid the class of its open cases; of each community its open cases and the class of the share overdue."""
    edges, areas = panel.data["legend"], panel.data["areas"]
    return {
        "classes": {row["code"]: plate_class(row["value"], edges) for row in areas if row["kind"] == "grid"},
        "tops": {row["code"]: _top(row) for row in areas if row["kind"] == "community"},
    }


def _top(row: Mapping[str, Any]) -> list[float]:
    return [row["value"] or 0, share_class(row["value"], row["overdue"])]


def _labels(panel: PanelData, view: View) -> dict[str, list[Any]]:
    return {
        row["code"]: [short_name(row, view.words.lang), _label_line(row, view), int(row["value"] or 0), row["overdue"]]
        for row in named_areas(panel, view)
    }


def area_list(panel: PanelData, view: View) -> list[Component]:
    """The map in words, for those who hear the page: every area it names with its values."""
    return [html.Li(_item(row, view)) for row in named_areas(panel, view)]


def _item(row: Mapping[str, Any], view: View) -> str:
    return word(view, "map.item", area=view.words.label(dict(row)), line=_label_line(row, view))


def _count(panel: PanelData, view: View, level: str) -> str:
    return view.words.number(panel.data["counts"].get(level, 0))


def _label_line(row: Mapping[str, Any], view: View) -> str:
    if row["value"] is None:
        return word(view, "map.no_data")
    key = "map.line" if row["overdue"] else "map.line_calm"
    return word(view, key, open=view.words.number(row["value"]), overdue=view.words.number(row["overdue"]))


def _marks(panel: PanelData) -> list[list[Any]]:
    rows = panel.data["points"]
    return [[row["lon"], row["lat"], LEVELS.index(row["level"]), row["id"], row["due"]] for row in rows]


def _pins(panel: PanelData, view: View) -> dict[str, Any]:
    glyphs = {key: entry[view.words.lang] for key, entry in _table()["industry"].items()}
    names = {row["code"]: view.words.label(row) for row in panel.data["dedicated"]}
    return {"glyphs": glyphs, "names": names}


def legend(panel: PanelData, view: View) -> list[Component]:
    """Shapes with counts, and the ramp with what each class holds."""
    shapes = [
        html.Span(
            [
                html.Span(className=f"cc-shape cc-shape-{level}", **attributes(aria_hidden="true")),
                html.Span(word(view, f"map.{level}")),
                html.B(_count(panel, view, level), id=layer_id(panel, view, f"count-{level}")),
            ],
            className=f"cc-map-key cc-key-{level}",
        )
        for level in SHAPES
    ]
    parts: list[Component] = [html.Div(shapes, className="cc-map-keys")]
    if "grids" in view.snapshot.place.get("layers", ()):
        parts.append(_ramp(ramp_labels(panel.data["legend"]), "cc-q", word(view, "map.ramp"), "cc-flat-only"))
    if stands(panel, view):
        parts.append(_ramp([word(view, "plates.empty"), *SHARE_LABELS], "cc-p", word(view, "plates.note"), "cc-plates-only"))
    return parts


def _ramp(labels: Sequence[str], prefix: str, said: str, only: str) -> Component:
    steps = [
        html.Span([html.Span(className=f"cc-step {prefix}{index}"), html.Span(text)], className="cc-map-step")
        for index, text in enumerate(labels)
    ]
    return html.Div(steps, className=f"cc-map-ramp {only}", role="img", **attributes(aria_label=f"{said}: {', '.join(labels)}"))


def summary(panel: PanelData, view: View) -> str:
    """The map in one sentence: how many cases are open, by time left."""
    counts = {level: view.words.number(panel.data["counts"].get(level, 0)) for level in SHAPES}
    total = view.words.number(sum(panel.data["counts"].values()))
    return word(view, "map.summary", open=total, **counts)


def _buttons(panel: PanelData, view: View) -> Component:
    buttons = [_button("in", "+", word(view, "map.zoom_in")), _button("out", "−", word(view, "map.zoom_out"))]
    buttons.append(_button("whole", word(view, "map.whole"), word(view, "map.whole_label")))
    if panel.data["dedicated"] and "dedicated" in view.snapshot.place.get("layers", ()):
        text = word(view, "map.dedicated", n=len(panel.data["dedicated"]))
        buttons.append(_button("pins", text, text, pressed=False))
    if stands(panel, view):
        buttons.append(_button("plates", word(view, "map.plates"), word(view, "map.plates_label"), pressed=False))
    return html.Div(buttons, className="cc-map-buttons")


def _button(action: str, text: str, label: str, pressed: bool | None = None) -> Component:
    state = {} if pressed is None else attributes(aria_pressed=str(pressed).lower())
    return html.Button(text, type="button", **attributes(data_map=action, aria_label=label), **state)
