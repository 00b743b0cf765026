"""A snapshot drawn for a surface: component id → properties, as plain values the browser sets one by one."""

from typing import Any

from layouts.components.frame import framed, heading_id, state_of_panel, titles
from layouts.components.map import map_props
from layouts.ids import DIGEST_ID, panel_id
from layouts.markup import rendered
from layouts.shell import digest_props, status_props
from layouts.text import words_for
from layouts.view import Surface, View
from modules.spec.snapshot import Snapshot

Props = dict[str, dict[str, Any]]


def drawn(snapshot: Snapshot, surface: Surface, lang: str) -> Props:
    """Every panel's properties and the header's. A map keeps its place on the page: only its values are renewed."""
    view = View(snapshot, words_for(lang), surface)
    props: Props = {}
    for panel in snapshot.panels:
        if panel.kind == "map" and not state_of_panel(panel, view):
            props[heading_id(panel, view)] = {"children": titles(panel, view)}
            props.update(map_props(panel, view))
            continue
        props[panel_id(snapshot.module, panel.key)] = {"children": framed(panel, view)}
    props.update(status_props(view))
    if surface == "desk":
        props[DIGEST_ID] = digest_props(view)
    return {key: rendered(value) for key, value in props.items()}
