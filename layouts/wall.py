"""Wall pages: the overview and one screen per module. The markup says what belongs where; CSS places it by the shape of the wall."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.frame import framed, panel_classes
from layouts.ids import panel_id
from layouts.screens import Screen
from layouts.shell import Screens, banner, header, live_region
from layouts.text import words_for
from layouts.theme import theme_class
from layouts.view import View
from modules.spec.snapshot import PanelData, Snapshot

_STRIP = 8  # key numbers a wall can hold; the desk has all of them
_CHARTS = 6  # drawings beside the map; narrower walls show the first of them
_WIDE_FIRST = ("funnel",)


def _container(panel: PanelData, view: View, *classes: str) -> Component:
    name = view.title(panel) if panel.kind != "kpi" else view.metric(str(panel.data.get("metric", panel.key)))
    return html.Section(
        framed(panel, view),
        id=panel_id(view.snapshot.module, panel.key),
        className=panel_classes(panel, *classes),
        **attributes(aria_label=name),
    )


def _of(panels: Iterable[PanelData], *kinds: str) -> list[PanelData]:
    return [panel for panel in panels if panel.kind in kinds]


def _region(name: str, children: list[Component]) -> Component | None:
    return html.Div(children, className=f"region {name} holds-{len(children)}") if children else None


def _overview(view: View) -> list[Component | None]:
    panels = view.snapshot.panels
    placed = ("modules", "map", "decisions", "sources")
    charts = [panel for panel in panels if panel.kind not in placed]
    charts.sort(key=lambda panel: panel.kind not in _WIDE_FIRST)
    return [
        _region("rail", [_container(panel, view) for panel in _of(panels, "modules")]),
        _region("stage-map", [_container(panel, view, "is-hero") for panel in _of(panels, "map")]),
        _region("below", [_container(panel, view, f"slot-{n}") for n, panel in enumerate(charts[:2], 1)]),
        _region("aside", [_container(panel, view) for panel in _of(panels, "decisions")]),
        _region("foot", [_container(panel, view) for panel in _of(panels, "sources")]),
    ]


def _module(view: View) -> list[Component | None]:
    panels = view.snapshot.panels
    rest = [panel for panel in panels if panel.kind not in ("kpi", "map", "sources")]
    hero = _of(panels, "map")[:1] or [panel for panel in rest if panel.kind not in _WIDE_FIRST][:1]
    charts = [panel for panel in rest if panel not in hero]
    charts.sort(key=lambda panel: panel.kind not in _WIDE_FIRST)
    lead = bool(charts) and charts[0].kind in _WIDE_FIRST
    return [
        _region("strip", [_container(panel, view) for panel in _of(panels, "kpi")[:_STRIP]]),
        _region("stage-map", [_container(panel, view, "is-hero") for panel in hero]),
        _region(
            "charts with-lead" if lead else "charts",
            [_container(panel, view, f"slot-{n}") for n, panel in enumerate(charts[:_CHARTS], 1)],
        ),
        _region("foot", [_container(panel, view) for panel in _of(panels, "sources")]),
    ]


def wall_page(
    snapshot: Snapshot, lang: str, screens: Screens, theme: str | None = None, legible: float = 0.0, turn: Screen | None = None
) -> Component:
    """The whole screen of a snapshot: header, regions with their panels drawn, banner.

    `legible` is the least size of the wall's unit in pixels (`layouts.sight`), `turn` the screen whose pages the browser shows in turn.
    """
    view = View(snapshot, words_for(lang), "wall")
    regions = _overview(view) if snapshot.module == "overview" else _module(view)
    screen = "overview" if snapshot.module == "overview" else "module"
    foot = " has-foot" if any(panel.kind == "sources" for panel in snapshot.panels) else ""
    main = html.Main(
        [part for part in regions if part is not None], className="wall-main", **attributes(aria_label=view.words("wall.main"))
    )
    return html.Div(
        [header(view, screens), main, banner(view), live_region(view)],
        className=f"wall {theme_class(theme, 'wall')} screen-{screen} lang-{lang}{foot}",
        lang="zh-CN" if lang == "zh" else "en",
        style={"--legible": f"{legible:.4f}px"},
        **attributes(data_module=snapshot.module, data_digest=snapshot.digest, **(turn.marks() if turn else {})),
    )
