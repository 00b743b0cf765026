"""The Leaflet part of a map: an empty map over its bounds, its layers, and what each of them carries."""

from collections.abc import Mapping, Sequence
from math import cos, log2, radians
from typing import Any

import dash_leaflet as dl
from dash.development.base_component import Component

from layouts.components.map_crowd import crowd_told, crowded
from layouts.components.map_legend import plate_class, share_class
from layouts.components.map_words import (
    Row,
    area_line,
    glyph,
    kind_word,
    layer_id,
    layers_of,
    level_word,
    moment_word,
    named_areas,
    short_name,
    word,
)
from layouts.view import LEVELS, View
from modules.spec.snapshot import PanelData

Bounds = tuple[tuple[float, float], tuple[float, float]]
Hideout = dict[str, Any]
LAYERS = ("land", "district", "subdistricts", "grids", "dedicated", "labels")
SCHEMATIC_BOUNDS: Bounds = ((-60.0, -170.0), (70.0, 170.0))


def stands(panel: PanelData, view: View) -> bool:
    """Whether plates may stand: they count open cases, the place has polygons and more than one community is in sight."""
    communities = sum(row["kind"] == "community" for row in panel.data["areas"])
    return bool(panel.data.get("stands")) and "grids" in view.snapshot.place.get("layers", ()) and communities > 1


def begins_standing(panel: PanelData, view: View) -> bool:
    """Whether the plates stand from the start: on the wall of a module. The overview lies flat, a desk is asked."""
    return view.wall and view.snapshot.module != "overview" and stands(panel, view)


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


def place_bounds(panel: PanelData, view: View) -> Bounds:
    """South-west and north-east: of a part of a place round its points, else the place's own, else the inhabited world."""
    points = [*panel.data["points"], *(row for layer in layers_of(panel, view) for row in layer["rows"])]
    own = view.snapshot.place.get("bounds")
    part = points and "grids" not in view.snapshot.place.get("layers", ()) and is_part(view)
    west, south, east, north = own if own and not part else _around(points)
    return ((south, west), (north, east))


def is_part(view: View) -> bool:
    """Whether the area shown is only a part of its place."""
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


def map_layers(panel: PanelData, view: View) -> list[Component]:
    """The layers of the map, what carries the frame first and the points last."""
    told, bounds = hideouts(panel, view), place_bounds(panel, view)
    named = [_layer(panel, view, name, told) for name in LAYERS if name in view.snapshot.place.get("layers", ())]
    spots = [_carried(layer_id(panel, view, name), bounds, "spots", hideout) for name, hideout in told.items() if name.startswith("layer-")]
    frame = _carried(layer_id(panel, view, "frame"), bounds, "frame", _frame(panel, view, bounds))
    if crowded(panel, view):
        spots.insert(0, _carried(layer_id(panel, view, "crowd"), bounds, "crowd", crowd_told(panel, view)))
    return [frame, *named, *spots, _carried(layer_id(panel, view, "points"), bounds, "points", told["points"])]


def _carried(key: str, bounds: Bounds, function: str, hideout: Hideout) -> Component:
    """A layer without geometry of its own: one point, whose function is given the hideout."""
    return _geojson(
        id=key,
        data=_carrier(bounds),
        hideout=hideout,
        pointToLayer=_function(function),
        interactive=False,
        disableDefaultEventHandlers=True,
    )


def _layer(panel: PanelData, view: View, name: str, told: Mapping[str, Hideout]) -> Component:
    own: dict[str, dict[str, Any]] = {
        "grids": {"style": _function("stylePlate"), "onEachFeature": _function("eachPlate"), "interactive": not view.wall},
        "labels": {"pointToLayer": _function("label")},
        "dedicated": {"pointToLayer": _function("pin"), "hideout": _pins(panel, view)},
    }
    plain = {"style": _function("styleLine"), "onEachFeature": _function("eachLine"), "interactive": False}
    props = own.get(name, plain) | ({"hideout": told[name]} if name in told else {})
    address = f"/geo/{view.snapshot.place['key']}/{name}.json"
    return _geojson(id=layer_id(panel, view, name), url=address, disableDefaultEventHandlers=True, **props)


def hideouts(panel: PanelData, view: View) -> dict[str, Hideout]:
    """What changes with the data, by layer: values and words, never geometry."""
    layers = view.snapshot.place.get("layers", ())
    told = {f"layer-{layer['key']}": _spots(layer, view) for layer in layers_of(panel, view)}
    if "grids" in layers:
        told["grids"] = _plates(panel, view)
    if "labels" in layers:
        told["labels"] = {"labels": _labels(panel, view)}
    return {**told, "points": {"points": _marks(panel)}}


def _frame(panel: PanelData, view: View, bounds: Bounds) -> Hideout:
    return {
        "bounds": bounds,
        "note": frame_note(view),
        "surface": view.surface,
        "scoped": is_part(view),
        "as": "plates" if begins_standing(panel, view) else "flat",
        "height": word(view, "plates.unit"),
    }


def frame_note(view: View) -> str:
    """The corner's note: that limits are schematic or missing, and the place's own."""
    place = view.snapshot.place
    own = str(place.get(f"note_{view.words.lang}") or "")
    if "grids" in place.get("layers", ()):
        return own or word(view, "map.schematic")
    return " · ".join(part for part in (word(view, "map.points_only"), own) if part)


def _plates(panel: PanelData, view: View) -> Hideout:
    """Of each grid the class of its value, or of the wider area whose colour it has; where plates may stand, the top of each community."""
    areas = {row["code"]: row for row in panel.data["areas"]}
    worn = panel.data.get("plates") or {code: code for code, row in areas.items() if row["kind"] == "grid"}
    classes = {grid: plate_class(areas[code], panel.data["legend"]) for grid, code in worn.items()}
    tops = {code: _top(row) for code, row in areas.items() if row["kind"] == "community"} if stands(panel, view) else {}
    return {"classes": classes, "tops": tops}


def _top(row: Row) -> list[float]:
    return [row["value"] or 0, share_class(row["value"], row["overdue"])]


def _labels(panel: PanelData, view: View) -> dict[str, list[Any]]:
    return {
        row["code"]: [short_name(row, view.words.lang), area_line(row, panel, view), int(row["value"] or 0), row["overdue"] or 0]
        for row in named_areas(panel, view)
    }


def _marks(panel: PanelData) -> list[list[Any]]:
    rows = panel.data["points"]
    return [[row["lon"], row["lat"], LEVELS.index(row["level"]), row["id"], row["due"]] for row in rows]


def _spots(layer: Row, view: View) -> Hideout:
    """A layer's points with the letters of their kinds; on a desk also what a chosen one says of itself."""
    kinds = ["", *layer["kinds"]]
    told = {"key": layer["key"], "shown": layer["shown"], "glyphs": {kind: glyph(layer, kind, view) for kind in kinds}}
    points = [[row["lon"], row["lat"], LEVELS.index(row["level"]), row["id"], row["kind"] or ""] for row in layer["rows"]]
    if view.wall:
        return {**told, "points": points}
    said = [[view.words.label(row), moment_word(row["at"], view)] for row in layer["rows"]]
    words = {
        "levels": [level_word(layer, level, view) for level in LEVELS],
        "kinds": {kind: kind_word(layer, kind, view) for kind in kinds if kind},
    }
    return {**told, "points": [[*point, *text] for point, text in zip(points, said, strict=True)], "words": words}


def _pins(panel: PanelData, view: View) -> Hideout:
    glyphs = {key: entry[view.words.lang] for key, entry in view.words.shell["industry"].items()}
    names = {row["code"]: view.words.label(row) for row in panel.data["dedicated"]}
    return {"glyphs": glyphs, "names": names}
