"""The map: plates by community grid or standing by community, names of areas, open cases by time left, further points; no server of tiles.

Geometry comes by address once. What changes travels in `hideout` only; the browser's part is assets/js/map*.js.
"""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.map_crowd import crowd_keys, crowded
from layouts.components.map_leaflet import begins_standing, dl_map, hideouts, map_layers, place_bounds, stands
from layouts.components.map_legend import case_count, layer_keys, legend
from layouts.components.map_words import SHAPES, area_list, layer_id, layer_name, layers_of, summary, word
from layouts.view import View
from modules.spec.snapshot import PanelData

Props = dict[str, dict[str, Any]]


def subtitle(panel: PanelData, view: View) -> str:
    """What height and colour mean where the plates stand from the start; empty for a flat map."""
    return word(view, "plates.note") if begins_standing(panel, view) else ""


def draw_map(panel: PanelData, view: View) -> Component:
    """The map with its legend and the same in words; on the desk with buttons, on the wall without any way to move it."""
    children = [dl_map(place_bounds(panel, view), map_layers(panel, view), view.wall)]
    if not view.wall:
        children.append(_buttons(panel, view))
    keys = [*legend(panel, view, stands(panel, view)), crowd_keys(panel, view)]
    areas = html.Ul(
        area_list(panel, view), id=layer_id(panel, view, "list"), className="unseen", **attributes(aria_label=word(view, "map.list"))
    )
    return html.Div(
        [
            html.Div(children, className="cc-map-box"),
            html.Div([key for key in keys if key is not None], className="cc-map-legend"),
            html.P(summary(panel, view), id=layer_id(panel, view, "summary"), className="unseen"),
            areas,
        ],
        className=f"cc-map-figure cc-map-{view.surface}{' cc-as-plates' if begins_standing(panel, view) else ''}",
        role="group",
        **attributes(aria_labelledby=layer_id(panel, view, "summary")),
    )


def map_props(panel: PanelData, view: View) -> Props:
    """What a refresh sends: component id → properties. Values and words only: no geometry, nothing that moves the view."""
    told: dict[str, Any] = {"summary": summary(panel, view), "list": area_list(panel, view)}
    if panel.data["counts"]:
        told |= {f"count-{level}": case_count(panel, view, level) for level in SHAPES}
    told |= {f"keys-{layer['key']}": layer_keys(layer, view) for layer in layers_of(panel, view)}
    props: Props = {layer_id(panel, view, name): {"children": children} for name, children in told.items()}
    return props | {layer_id(panel, view, name): {"hideout": hideout} for name, hideout in hideouts(panel, view).items()}


def _buttons(panel: PanelData, view: View) -> Component:
    buttons = [_button("in", "+", word(view, "map.zoom_in")), _button("out", "−", word(view, "map.zoom_out"))]
    buttons.append(_button("whole", word(view, "map.whole"), word(view, "map.whole_label")))
    if panel.data["dedicated"] and "dedicated" in view.snapshot.place.get("layers", ()):
        text = word(view, "map.dedicated", n=len(panel.data["dedicated"]))
        buttons.append(_button("pins", text, text, pressed=False))
    if stands(panel, view):
        buttons.append(_button("plates", word(view, "map.plates"), word(view, "map.plates_label"), pressed=False))
    if crowded(panel, view):
        name = word(view, f"map.{panel.data['crowd']}")
        buttons.append(_button("layer", name, name, pressed=True, data_layer=panel.data["crowd"]))
    for layer in layers_of(panel, view):
        name = layer_name(layer, view)
        buttons.append(_button("layer", name, name, pressed=layer["shown"], data_layer=layer["key"]))
    return html.Div(buttons, className="cc-map-buttons")


def _button(action: str, text: str, label: str, pressed: bool | None = None, **more: str) -> Component:
    state = {} if pressed is None else {"aria_pressed": str(pressed).lower()}
    return html.Button(text, type="button", **attributes(data_map=action, aria_label=label, **state, **more))
