"""The flat map: plates by community grid, sub-district labels and open cases by time left, drawn without a tile or a server of tiles.

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


def short_name(row: Mapping[str, Any], lang: str) -> str:
    """A sub-district's name without the word sub-district."""
    name = str(row.get(f"label_{lang}") or row.get("label_zh") or row["code"])
    return name.removesuffix(" Sub-district").removesuffix("街道") or name


def draw_map(panel: PanelData, view: View) -> Component:
    """The map with its legend; on the desk with buttons, on the wall without any way to move it."""
    wall = view.surface == "wall"
    place = view.snapshot.place
    bounds = place_bounds(place, panel.data["points"])
    layers = [_layer(panel, view, name) for name in LAYERS if name in place.get("layers", ())]
    children = [dl_map(bounds, [_frame(panel, view, bounds), *layers, _points(panel, view)], wall)]
    if not wall:
        children.append(_buttons(panel, view))
    return html.Div(
        [
            html.Div(children, className="cc-map-box"),
            html.Div(legend(panel, view), id=layer_id(panel, view, "legend"), className="cc-map-legend"),
        ],
        className=f"cc-map-figure cc-map-{view.surface}",
        role="group",
        **attributes(aria_label=summary(panel, view)),
    )


def map_props(panel: PanelData, view: View) -> Props:
    """What a refresh sends: component id → properties. No geometry, no markup, nothing that moves the view."""
    props: Props = {
        layer_id(panel, view, "points"): {"hideout": {"points": _marks(panel)}},
        layer_id(panel, view, "legend"): {"children": legend(panel, view)},
    }
    layers = view.snapshot.place.get("layers", ())
    if "grids" in layers:
        props[layer_id(panel, view, "grids")] = {"hideout": {"classes": _classes(panel)}}
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


def place_bounds(place: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> Bounds:
    """South-west and north-east: the place's own, else round its points, else the inhabited world."""
    west, south, east, north = place.get("bounds") or _around(points)
    return ((south, west), (north, east))


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
    layers = view.snapshot.place.get("layers", ())
    note = "map.schematic" if "grids" in layers else "map.points_only"
    hideout = {"bounds": bounds, "note": word(view, note), "surface": view.surface}
    return _geojson(
        id=layer_id(panel, view, "frame"), data=_carrier(bounds), hideout=hideout, pointToLayer=_function("frame"), interactive=False
    )


def _points(panel: PanelData, view: View) -> Component:
    bounds = place_bounds(view.snapshot.place, panel.data["points"])
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
            "hideout": {"classes": _classes(panel)},
            "interactive": view.surface != "wall",
            "eventHandlers": {"click": _function("choosePlate")},
        },
        "labels": {"pointToLayer": _function("label"), "hideout": {"labels": _labels(panel, view)}},
        "dedicated": {"pointToLayer": _function("pin"), "hideout": _pins(panel, view)},
    }
    plain = {"style": _function("styleLine"), "onEachFeature": _function("eachLine"), "interactive": False}
    return _geojson(id=layer_id(panel, view, name), url=address, disableDefaultEventHandlers=True, **own.get(name, plain))


def _classes(panel: PanelData) -> dict[str, int]:
    edges = panel.data["legend"]
    return {row["code"]: plate_class(row["value"], edges) for row in panel.data["areas"] if row["kind"] == "grid"}


def _labels(panel: PanelData, view: View) -> dict[str, list[Any]]:
    return {
        row["code"]: [short_name(row, view.words.lang), _label_line(row, view), int(row["value"] or 0), row["overdue"]]
        for row in panel.data["areas"]
        if row["kind"] == "subdistrict"
    }


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
    counts = panel.data["counts"]
    shapes = [
        html.Span(
            [
                html.Span(className=f"cc-shape cc-shape-{level}", **attributes(aria_hidden="true")),
                html.Span(word(view, f"map.{level}")),
                html.B(view.words.number(counts.get(level, 0))),
            ],
            className="cc-map-key",
        )
        for level in SHAPES
        if level != "none" or counts.get("none")
    ]
    parts: list[Component] = [html.Div(shapes, className="cc-map-keys")]
    if "grids" in view.snapshot.place.get("layers", ()):
        steps = [
            html.Span([html.Span(className=f"cc-step cc-q{index}"), html.Span(text)], className="cc-map-step")
            for index, text in enumerate(ramp_labels(panel.data["legend"]))
        ]
        parts.append(html.Div(steps, className="cc-map-ramp", role="img", **attributes(aria_label=word(view, "map.ramp"))))
    return parts


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
    return html.Div(buttons, className="cc-map-buttons")


def _button(action: str, text: str, label: str, pressed: bool | None = None) -> Component:
    state = {} if pressed is None else attributes(aria_pressed=str(pressed).lower())
    return html.Button(text, type="button", **attributes(data_map=action, aria_label=label), **state)
