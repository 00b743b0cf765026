"""The map's legend: shapes with counts, the ramp with what each class holds, and for each layer its letters and its counts by level."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.map_words import (
    SHAPES,
    Row,
    glyph,
    kind_word,
    layer_id,
    layer_name,
    layers_of,
    level_word,
    levels_of,
    word,
)
from layouts.view import View
from modules.spec.snapshot import PanelData

NO_CLASS, WITHHELD = -1, -2
SHARES = (0.05, 0.10, 0.15)  # edges of the classes of the share overdue
SHARE_LABELS = ("0%", "<5%", "5–10%", "10–15%", "≥15%")


def plate_class(row: Mapping[str, Any], edges: Sequence[float]) -> int:
    """The ramp class of an area's value: 0 is below the first edge, n at least the n-th; -1 without a value, -2 where it is withheld."""
    if row.get("withheld"):
        return WITHHELD
    return NO_CLASS if row["value"] is None else sum(row["value"] >= edge for edge in edges)


def share_class(value: float | None, overdue: int | None) -> int:
    """The class of a share overdue: 0 is nothing open, 1 nothing overdue, up to 5 for 15 % and more; -1 where there is no value."""
    if value is None:
        return NO_CLASS
    if not value:
        return 0
    return 1 if not overdue else 2 + sum(overdue / value >= edge for edge in SHARES)


def ramp_labels(edges: Sequence[float], unit: str = "count") -> list[str]:
    """What each class of the ramp holds: 0, 1, 2–3, and so on up to ≥9; of what is no count <50%, 50–75%, and so on."""
    if unit != "count":
        sign = "%" if unit == "percent" else ""
        middle = [f"{low:g}–{after:g}{sign}" for low, after in pairwise(edges)]
        return [f"<{edges[0]:g}{sign}", *middle, f"≥{edges[-1]:g}{sign}"]
    if not edges:
        return ["0"]
    labels = ["0" if edges[0] <= 1 else f"0–{edges[0] - 1:g}"]
    for low, after in pairwise(edges):
        labels.append(f"{low:g}" if after - low <= 1 else f"{low:g}–{after - 1:g}")
    return [*labels, f"≥{edges[-1]:g}"]


def legend(panel: PanelData, view: View, standing: bool) -> list[Component]:
    """Keys of the cases, of the layers, and the ramp; `standing`: the plates may stand, and then have a ramp of their own."""
    data = panel.data
    cases = html.Div([_case_key(panel, view, level) for level in SHAPES], className="cc-map-keys") if data["counts"] else None
    layers = [
        html.Div(layer_keys(layer, view), id=layer_id(panel, view, f"keys-{layer['key']}"), className="cc-map-keys")
        for layer in layers_of(panel, view)
    ]
    parts: list[Component | None] = [cases, *layers]
    if "grids" in view.snapshot.place.get("layers", ()):
        parts.append(_ramp(ramp_steps(panel, view), word(view, "map.ramp"), "cc-flat-only"))
    if standing:
        steps = {f"cc-p{place}": text for place, text in enumerate([word(view, "plates.empty"), *SHARE_LABELS])}
        parts.append(_ramp(steps, word(view, "plates.note"), "cc-plates-only"))
    return [part for part in parts if part is not None]


def case_count(panel: PanelData, view: View, level: str) -> str:
    """How many open cases have that level."""
    return view.words.number(panel.data["counts"].get(level, 0))


def _case_key(panel: PanelData, view: View, level: str) -> Component:
    count = html.B(case_count(panel, view, level), id=layer_id(panel, view, f"count-{level}"))
    return html.Span([_shape(level), html.Span(word(view, f"map.{level}")), count], className=f"cc-map-key cc-key-{level}")


def _shape(level: str, more: str = "") -> Component:
    return html.Span(className=f"cc-shape cc-shape-{level}{more}", **attributes(aria_hidden="true"))


def layer_keys(layer: Row, view: View) -> list[Component]:
    """A layer's name, the letters of its kinds, and its counts by level: outlined shapes where cases have solid ones."""
    kinds = list(layer["kinds"])
    parts = [_glyph(glyph(layer, kinds[0] if len(kinds) == 1 else None, view))] if len(kinds) < 2 else []
    parts.append(html.Span(layer_name(layer, view), className="cc-layer-name"))
    if len(kinds) > 1:
        parts += [html.Span([_glyph(glyph(layer, kind, view)), kind_word(layer, kind, view)], className="cc-map-key") for kind in kinds]
    counted = [(level, layer["counts"][level]) for level in levels_of(layer)]
    if not counted:
        return [*parts, html.Span(word(view, "map.no_data") if layer.get("missing") else view.words.number(0))]
    return [
        *parts,
        *(
            html.Span(
                [_shape(level, " cc-hollow"), html.Span(level_word(layer, level, view)), html.B(view.words.number(count))],
                className="cc-map-key",
            )
            for level, count in counted
        ),
    ]


def _glyph(letter: str) -> Component:
    return html.Span(letter, className="cc-glyph", **attributes(aria_hidden="true"))


def ramp_steps(panel: PanelData, view: View) -> dict[str, str]:
    """The classes of the ramp by their style, and one for what is withheld; a zero never is."""
    data = panel.data
    edges, least = data["legend"], data.get("least", 0)
    steps = {f"cc-q{place}": text for place, text in enumerate(ramp_labels(edges, data.get("unit", "count")))}
    if least and edges[0] <= least:
        steps["cc-q0"] = "0"
    if least or any(row.get("withheld") for row in data["areas"]):
        steps["cc-qw"] = word(view, "map.withheld_under", least=least) if least else word(view, "map.withheld")
    return steps


def _ramp(steps: Mapping[str, str], said: str, only: str) -> Component:
    parts = [
        html.Span([html.Span(className=f"cc-step {style}"), html.Span(text)], className="cc-map-step") for style, text in steps.items()
    ]
    return html.Div(parts, className=f"cc-map-ramp {only}", role="img", **attributes(aria_label=f"{said}: {', '.join(steps.values())}"))
