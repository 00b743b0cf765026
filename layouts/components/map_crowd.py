"""The exact points of a map: a layer that says where they come from, the keys in the legend, and what is said where they are closed."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.map_words import SHAPES, layer_id, level_word, word
from layouts.ids import CHANNELS_ID
from layouts.view import View
from modules.spec.snapshot import PanelData


def crowded(panel: PanelData, view: View) -> bool:
    """Whether this map shows exact points: a desk's, of a module that has them, where they are open."""
    return bool(panel.data.get("crowd")) and not view.wall and bool(view.snapshot.place.get("exact"))


def crowd_told(panel: PanelData, view: View) -> dict[str, Any]:
    """What the browser's part (assets/js/crowd.js) must know: whose points, of which area, and the layer's name."""
    return {"module": view.snapshot.module, "area": view.snapshot.area, "key": panel.data["crowd"]}


def crowd_keys(panel: PanelData, view: View) -> Component | None:
    """Shapes with counts, which the browser fills in; in their place the reason where exact points are not open."""
    if not panel.data.get("crowd") or view.wall:
        return None
    if not crowded(panel, view):
        return html.P(view.words("crowd.closed"), className="cc-crowd-said")
    key = panel.data["crowd"]
    shapes = [
        html.Span(
            [
                html.Span(className=f"cc-shape cc-shape-{level}", **attributes(aria_hidden="true")),
                html.Span(level_word({"key": key}, level, view)),
                html.B("…", **attributes(data_crowd=level)),
            ],
            className="cc-map-key",
        )
        for level in SHAPES
    ]
    name = html.Span(word(view, f"map.{key}"), className="cc-layer-name")
    ways = html.A(view.words("crowd.ways"), href=f"#{CHANNELS_ID}")
    said = html.Span([view.words("crowd.merged"), " · ", ways], className="cc-crowd-said")
    return html.Div([name, *shapes, said], id=layer_id(panel, view, "crowd-keys"), className="cc-map-keys")
