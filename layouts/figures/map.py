"""The map on paper: plates by class, limits, names with their line, points as shapes by level, and what all of it means."""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

import shapely

from layouts.components.map_leaflet import frame_note, is_part, place_bounds
from layouts.components.map_legend import WITHHELD, case_count, plate_class, ramp_steps
from layouts.components.map_words import (
    SHAPES,
    Row,
    area_line,
    glyph,
    layer_name,
    layers_of,
    level_word,
    levels_of,
    named_areas,
    short_name,
    word,
)
from layouts.figures.canvas import Canvas, Point, text_width
from layouts.figures.legend import Key, draw_legend, filled, legend_height, said
from layouts.figures.map_ground import Frame, Ground, bounds_of, ground, lines, rings
from layouts.figures.map_names import Box, Mark, Name, gathered, leader, placed
from layouts.figures.theme import HAIR, LAND, LEVELS, LINE_STRONG, PAPER, RAMP, SEA, SIZE, SMALL, SOFT, TEXT, THIN
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData

_HEIGHT = 0.62  # of the width
_URGENT = ("watch", "warning", "critical")  # the worst last, on top
_REACH = 9.0  # points: urgent ones nearer than this become one shape with their number
_LENGTHS = (0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)  # of the scale, in kilometres
_CALM, _PRESSING = 0.35, 1.5  # what it costs a name to cover a square point of a mark
_NAME, _LINE = 9.6, 8.8  # points from one line of a label to the next
_CORNERS = {
    "critical": ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    "warning": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "watch": ((0.0, -1.2), (1.25, 0.95), (-1.25, 0.95)),
}


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The map with its legend below; a place without limits shows its points in an empty frame and says so."""
    canvas = Canvas(width, width * _HEIGHT)
    base = ground(str(view.snapshot.place.get("key") or ""))
    frame = Frame(_bounds(panel, view, base), canvas.width, canvas.height)
    _draw_ground(canvas, frame, base, panel)
    taken = _draw_furniture(canvas, frame)
    marks = _draw_points(canvas, frame, panel, view)
    _draw_names(canvas, frame, base, panel, view, marks, taken)
    y = canvas.height + 3
    for keys in _legend(canvas, panel, view):
        draw_legend(canvas, keys, y)
        y += legend_height(keys, width)
    canvas.height = y
    return canvas


def _bounds(panel: PanelData, view: View, base: Ground) -> tuple[float, float, float, float]:
    part = bounds_of(base.limits([view.snapshot.area])) if is_part(view) else None
    (south, west), (north, east) = place_bounds(panel, view)
    return part or (west, south, east, north)


def _draw_ground(canvas: Canvas, frame: Frame, base: Ground, panel: PanelData) -> None:
    canvas.rect(0, 0, frame.width, frame.height, SEA)
    for geometry in (base.land, *base.district.values()):
        canvas.area(rings(frame.flat(geometry)), LAND)
    _draw_limits(canvas, frame, [base.land], LINE_STRONG, HAIR / 2)
    areas = {row["code"]: row for row in panel.data["areas"]}
    worn = panel.data.get("plates") or {code: code for code, row in areas.items() if row["kind"] == "grid"}
    finest = panel.data.get("level") == "grid"
    for grid, code in worn.items():
        if grid in base.grids and code in areas:
            fill = _fill(canvas, plate_class(areas[code], panel.data["legend"]))
            canvas.area(rings(frame.flat(base.grids[grid])), fill, PAPER if finest else fill, HAIR / 2)
    if panel.data.get("level") != "subdistrict":
        _draw_limits(canvas, frame, base.communities.values(), PAPER, HAIR * 2)
    _draw_limits(canvas, frame, base.subdistricts.values(), SOFT, THIN)


def _draw_limits(canvas: Canvas, frame: Frame, shapes: Iterable[Any], stroke: str, width: float) -> None:
    for geometry in shapes:
        for line in lines(frame.flat(geometry.boundary)) if not geometry.is_empty else ():
            canvas.line(line, stroke, width)


def _fill(canvas: Canvas, place: int) -> str:
    if place == WITHHELD:
        return canvas.hatched()
    return RAMP[min(place, len(RAMP) - 1)] if place >= 0 else LAND


def _draw_furniture(canvas: Canvas, frame: Frame) -> list[Box]:
    """Scale and north; where they stand nothing else may."""
    length = max((one for one in _LENGTHS if one * frame.per_km < frame.width / 6), default=_LENGTHS[0])
    bar, y = length * frame.per_km, frame.height - 8
    text = f"{length * 1000:g} m" if length < 1 else f"{length:g} km"
    canvas.line([(8, y - 3), (8, y), (8 + bar, y), (8 + bar, y - 3)], TEXT, THIN)
    canvas.text(12 + bar, y, text, SMALL, TEXT, halo=True)
    x = frame.width - 12
    canvas.area([[(x, 6), (x + 3.2, 16), (x, 14), (x - 3.2, 16)]], TEXT)
    canvas.text(x, 24, "N", SMALL, TEXT, "middle")
    return [(4, y - 8, 16 + bar + text_width(text, SMALL), frame.height), (x - 7, 0, frame.width, 28)]


def _draw_points(canvas: Canvas, frame: Frame, panel: PanelData, view: View) -> list[Mark]:
    """Calm ones as dots, urgent ones as shapes with their number; solid for cases, hollow for the layers shown."""
    families: list[tuple[str, Sequence[Row]]] = [(_letter(layer, panel, view), layer["rows"]) for layer in _shown(panel, view)]
    found: list[Mark] = []
    for letter, rows in [*families, ("", panel.data["points"])]:
        solid = rows is panel.data["points"]
        for level in ("none", "ok"):
            for x, y in _seen(frame, rows, level):
                shape_at(canvas, level, x, y, 1.5, solid)
                found.append((_round(x, y, 1.2), _CALM))
        for level in _URGENT:
            for group in gathered(_seen(frame, rows, level), _REACH):
                found.append((_draw_shape(canvas, level, group, letter, solid), _PRESSING))
    return found


def _shown(panel: PanelData, view: View) -> list[Row]:
    return [layer for layer in layers_of(panel, view) if layer["shown"]]


def _letter(layer: Row, panel: PanelData, view: View) -> str:
    """What tells layers apart where there are several with points."""
    return glyph(layer, None, view) if sum(bool(one["rows"]) for one in _shown(panel, view)) > 1 else ""


def _seen(frame: Frame, rows: Sequence[Row], level: str) -> list[Point]:
    every = (frame.at(row["lon"], row["lat"]) for row in rows if level_of(dict(row)) == level)
    return [(x, y) for x, y in every if 0 < x < frame.width and 0 < y < frame.height]


def _draw_shape(canvas: Canvas, level: str, group: Sequence[Point], letter: str, solid: bool) -> Box:
    text = f"{letter}{len(group) if len(group) > 1 else ''}"
    radius = 2.8 if not text else 3.6 + text_width(text, SMALL, True) * 0.45
    x, y = fmean(point[0] for point in group), fmean(point[1] for point in group)
    shape_at(canvas, level, x, y, radius, solid)
    low = radius * 0.25 if level == "watch" else 0.0
    canvas.text(x, y + SMALL * 0.36 + low, text, SMALL, PAPER if solid else LEVELS[level], "middle", bold=True)
    return _round(x, y, radius)


def _round(x: float, y: float, radius: float) -> Box:
    return (x - radius, y - radius, x + radius, y + radius)


def shape_at(canvas: Canvas, level: str, x: float, y: float, radius: float, solid: bool = True) -> None:
    """The shape of a level: filled for cases, outlined for points of a layer."""
    fill, edge = (LEVELS[level], PAPER) if solid else (PAPER, LEVELS[level])
    if level in _CORNERS:
        canvas.area([[(x + dx * radius, y + dy * radius) for dx, dy in _CORNERS[level]]], fill, edge, 0.5 if solid else 1.0)
    elif level == "ok":
        canvas.circle(x, y, radius * 0.8, LEVELS["none"] if solid else PAPER, edge, 0.5)
    else:
        canvas.circle(x, y, radius * 0.8, PAPER, LEVELS["none"], 0.5)


def _draw_names(canvas: Canvas, frame: Frame, base: Ground, panel: PanelData, view: View, marks: list[Mark], taken: list[Box]) -> None:
    rows = sorted(named_areas(panel, view), key=lambda row: (-(row["value"] or 0), str(row["code"])))
    told = {str(row["code"]): (short_name(row, view.words.lang), area_line(row, panel, view)) for row in rows}
    names = []
    for code, geometry in base.limits(told).items():
        home = frame.flat(geometry)
        if home.is_empty:
            continue
        wide = max(text_width(told[code][0], SIZE, True), text_width(told[code][1], SMALL)) + 4
        shapely.prepare(home)
        inner = shapely.point_on_surface(home)
        at = frame.at(*base.anchors[code]) if code in base.anchors else (inner.x, inner.y)
        names.append(Name(code, wide, _NAME + _LINE, at, home))
    spots = {name.key: name.at for name in names}
    for code, place in placed(names, marks, taken, (frame.width, frame.height)).items():
        left, top, right, _ = place.box
        if place.away:
            canvas.line(leader(place.box, spots[code]), TEXT, HAIR * 1.5)
            canvas.circle(*spots[code], 1.2, TEXT)
        middle = (left + right) / 2
        _draw_halo(canvas, middle, top, told[code])
        canvas.text(middle, top + 7.8, told[code][0], SIZE, TEXT, "middle", bold=True)
        canvas.text(middle, top + _NAME + 6.6, told[code][1], SMALL, SOFT, "middle")


def _draw_halo(canvas: Canvas, middle: float, top: float, text: tuple[str, str]) -> None:
    d = ""
    for y, high, half in ((top, _NAME, text_width(text[0], SIZE, True) / 2 + 2), (top + _NAME, _LINE, text_width(text[1], SMALL) / 2 + 2)):
        d += f"M{middle - half:.2f} {y:.2f}H{middle + half:.2f}V{y + high:.2f}H{middle - half:.2f}Z"
    canvas.path(d, PAPER, opacity=0.8)


def _legend(canvas: Canvas, panel: PanelData, view: View) -> list[list[Key]]:
    """Each a row of its own: the ramp, the cases, every layer shown, the note."""
    found: list[list[Key]] = []
    if "grids" in view.snapshot.place.get("layers", ()):
        found.append([said(word(view, "map.ramp")), *_ramp(canvas, panel, view)])
    if panel.data["counts"]:
        found.append([_shape_key(level, f"{word(view, f'map.{level}')} {case_count(panel, view, level)}") for level in SHAPES])
    found += [_layer_keys(layer, panel, view) for layer in _shown(panel, view)]
    return [*found, [said(frame_note(view))]]


def _ramp(canvas: Canvas, panel: PanelData, view: View) -> list[Key]:
    steps = ramp_steps(panel, view)
    fills = {style: canvas.hatched() if style == "cc-qw" else RAMP[int(style.removeprefix("cc-q"))] for style in steps}
    return [filled(fills[style], text, LINE_STRONG) for style, text in steps.items()]


def _layer_keys(layer: Row, panel: PanelData, view: View) -> list[Key]:
    letter, name = _letter(layer, panel, view), layer_name(layer, view)
    keys = [
        _shape_key(level, f"{level_word(layer, level, view)} {view.words.number(layer['counts'][level])}", solid=False)
        for level in levels_of(layer)
    ]
    nothing = said(word(view, "map.no_data") if layer.get("missing") else view.words.number(0))
    return [said(f"{letter}  {name}" if letter else name), *(keys or [nothing])]


def _shape_key(level: str, text: str, solid: bool = True) -> Key:
    return Key(lambda canvas, x, y: shape_at(canvas, level, x + 5, y, 2.8, solid), text)
