"""A panel as a whole: its title that says what, its subtitle that says unit, period and population, and its drawing."""

from dash import html
from dash.development.base_component import Component

from layouts.components import DRAWERS
from layouts.components.decisions import pressing_text
from layouts.components.map import subtitle
from layouts.components.no_data import STATES, no_data
from layouts.ids import panel_id
from layouts.view import View
from modules.spec.snapshot import PanelData

_BARE = ("kpi", "modules", "sources")  # these bring their own headings


def heading_id(panel: PanelData, view: View) -> str:
    """The id of a panel's heading, for panels whose drawing is not replaced as a whole."""
    return f"{panel_id(view.snapshot.module, panel.key)}--head"


def heading(panel: PanelData, view: View) -> Component:
    """Title and subtitle of a panel."""
    return html.Header(titles(panel, view), id=heading_id(panel, view), className="panel-head")


def titles(panel: PanelData, view: View) -> list[Component]:
    """What a heading says."""
    said = (subtitle(panel, view) if panel.kind == "map" else "") or view.subtitle(panel)
    if panel.kind == "decisions":
        said = pressing_text(panel, view)
    if panel.kind == "map" and panel.data.get("counts"):
        total = sum(int(count) for count in panel.data["counts"].values())
        title: list[Component | str] = [
            view.title(panel),
            " ",
            html.Span(view.words("wall.count", n=view.words.number(total)), className="panel-count"),
        ]
    else:
        title = [view.title(panel)]
    return [html.H2(title, className="panel-title"), html.P(said, className="panel-sub")]


def state_of_panel(panel: PanelData, view: View) -> str:
    """The state that stands in for the drawing; empty if there is something to draw."""
    state = str(panel.data.get("state") or "")
    if state in STATES:
        return state
    if panel.data.get("missing"):
        return "missing"
    return "error" if view.snapshot.error and not panel.data else ""


def body(panel: PanelData, view: View) -> Component:
    """The drawing of a panel, or the face of its state."""
    state = state_of_panel(panel, view)
    if state:
        return no_data(state, view, str(panel.data.get("unit") or "count"), said=_why(panel, state, view))
    return DRAWERS[panel.kind](panel, view)


def _why(panel: PanelData, state: str, view: View) -> str:
    """What a module says of a panel that is shown for the whole place only; empty where it says nothing."""
    part = state == "missing" and view.snapshot.place.get("area_zh")
    return view.words.of(view.snapshot.module, "panel", panel.key, "missing") if part else ""


def framed(panel: PanelData, view: View) -> list[Component]:
    """What stands inside a panel's container."""
    if panel.kind in _BARE:
        return [body(panel, view)]
    return [heading(panel, view), html.Div(body(panel, view), className="panel-body")]


def panel_classes(panel: PanelData, *more: str) -> str:
    """The classes of a panel's container."""
    return " ".join(["panel", f"kind-{panel.kind}", *more])
