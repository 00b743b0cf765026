"""The desk: one module in full for one area, at reading distance. Everything on it is in its address."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import Address, desk_path
from layouts.areas import area_choices, area_table
from layouts.attributes import attributes
from layouts.case_drawer import case_drawer
from layouts.cases import case_table
from layouts.channel_drawer import channel_drawer
from layouts.channels import channel_section
from layouts.components.frame import framed, panel_classes
from layouts.definition import definition
from layouts.desk_bars import files, filter_bar, top_bar
from layouts.ids import DIGEST_ID, panel_id
from layouts.shell import banner, data_to, digest_props
from layouts.text import words_for
from layouts.theme import theme_class
from layouts.view import View
from modules.spec.snapshot import PanelData, Snapshot

MAIN_ID = "main"
# About how tall each kind stands, in pixels: what the two columns are balanced by.
_HEIGHTS = {
    "map": 580, "funnel": 270, "trend": 300, "heat": 300, "calendar": 300, "coverage": 420, "ecdf": 340,
    "slope": 380, "flows": 420, "survival": 360, "lanes": 520, "scatter": 380, "dots": 460,
}  # fmt: skip
_HEAD, _BAR, _ROW, _PLAIN, _ROWS_SHOWN = 64, 30, 33, 280, 12
_TILES = {"--wide": 8, "--middle": 6, "--narrow": 3}  # the most key numbers side by side


def desk_page(
    snapshot: Snapshot,
    lang: str,
    modules: Sequence[Mapping[str, Any]],
    query: Mapping[str, str],
    cases: Mapping[str, Any] | None = None,
    case: Mapping[str, Any] | None = None,
    dictionary: Mapping[str, Mapping[str, Any]] | None = None,
    areas: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    channels: Mapping[str, Any] | None = None,
) -> Component:
    """The whole page.

    `modules` rows: key, level and perhaps title; `areas`: the trail from the district down to here and the children, rows of
    code, kind, name_zh, name_en (read from the snapshot's place and map where not given); `cases`, `case` and `dictionary`
    as `layouts.cases`, `layouts.case_drawer` and `layouts.definition` describe them; `channels` of a module that has some: their `list`,
    the `one` asked for, the `purposes` of a picture.
    """
    view = View(snapshot, words_for(lang), "desk")
    address = Address(desk_path(snapshot.module), query)
    drawer = _drawer(view, address, case, channels)
    main: list[Component | None] = [*_notices(view, address, drawer is None), _kpis(view, dictionary or {}), _columns(view, address)]
    main.append(channel_section(channels["list"], view, address) if channels is not None else None)
    main.append(case_table(cases, view, address) if cases is not None else None)
    parts: list[Component] = [
        html.A(view.words("desk.skip"), href=f"#{MAIN_ID}", className="skip"),
        top_bar(view, modules, address),
        filter_bar(view, address, areas or area_choices(view)),
        html.Main([part for part in main if part is not None], id=MAIN_ID),
        html.Footer(html.Span(id=DIGEST_ID, **digest_props(view)), className="desk-foot"),
    ]
    if drawer is not None:
        parts.append(drawer)
    theme = theme_class(query.get("theme"), "desk")
    return html.Div(
        parts,
        className=f"desk {theme}{' with-drawer' if drawer is not None else ''}",
        lang="zh-CN" if lang == "zh" else "en",
        **attributes(data_digest=snapshot.digest),
    )


def _drawer(view: View, address: Address, case: Mapping[str, Any] | None, channels: Mapping[str, Any] | None) -> Component | None:
    """The one case or channel the address names; None where it names none that there is."""
    if case is not None:
        return case_drawer(case, view, address)
    if channels is None or channels["one"] is None:
        return None
    return channel_drawer(channels["one"], view, address, channels["purposes"])


def _notices(view: View, address: Address, empty: bool) -> list[Component]:
    words, snapshot = view.words, view.snapshot
    at = view.local(snapshot.as_of)
    moment = f"{words.date(at)} {words.time(at)}"
    notices: list[Component] = [banner(view)]
    if address.query.get("asof"):
        back = html.A(words("desk.to_now"), href=address.to(asof=None))
        notices.append(html.P([words("desk.past", at=moment), back], className="notice is-past"))
    missing = [key for key in ("case", "channel") if empty and address.query.get(key)]
    for key in missing:
        close = html.A(words(f"{key}.close"), href=address.to(**{key: None}))
        notices.append(html.P([words(f"desk.no_{key}", number=address.query[key][:40]), close], className="notice", role="status"))
    if not missing and (day := data_to(view)):
        notices.append(html.P(words("wall.covered_note", day=day), className="notice is-past"))
    if snapshot.error:
        notices.append(html.P(words("desk.source_error"), className="notice is-error", role="status"))
    return notices


def _kpis(view: View, dictionary: Mapping[str, Mapping[str, Any]]) -> Component | None:
    """The strip of key numbers, each with its definition beside it."""
    panels = [panel for panel in view.snapshot.panels if panel.kind == "kpi"]
    if not panels:
        return None
    tiles: list[Component] = []
    for panel in panels:
        key = str(panel.data.get("metric", panel.key))
        face = html.Div(framed(panel, view), id=panel_id(view.snapshot.module, panel.key), className="tile-face")
        tiles.append(html.Li([face, definition(key, dictionary.get(key) or {}, view)], className="tile"))
    style = {name: even(len(tiles), most) for name, most in _TILES.items()}
    return html.Section(html.Ul(tiles, style=style), className="kpis", **attributes(aria_label=view.words("desk.kpis")))


def even(count: int, most: int) -> int:
    """How many to put side by side, at most `most`, so that the rows come out even: 17 of at most 8 stand 6, 6, 5."""
    return ceil(count / ceil(count / most)) if count else 1


def _columns(view: View, address: Address) -> Component | None:
    """Everything else in two columns of about the same height, the map at the top of the left one."""
    panels = [panel for panel in view.snapshot.panels if panel.kind != "kpi"]
    pieces = [(_height(panel), _panel(panel, view, address)) for panel in panels if panel.kind != "map"]
    left: list[Component] = []
    tall = 0.0
    for panel in panels:
        if panel.kind == "map":
            left.append(_map(panel, view, address))
            tall += _HEIGHTS["map"]
            below = area_table(panel, view, address)
            if below is not None:
                rows = len(panel.data.get("areas") or [])
                pieces.insert(0, (_HEAD + _ROW * min(rows, _ROWS_SHOWN), below))
    right: list[Component] = []
    other = 0.0
    for height, piece in pieces:
        if tall <= other:
            left.append(piece)
            tall += height
        else:
            right.append(piece)
            other += height
    columns = [html.Div(column, className="column") for column in (left, right) if column]
    return html.Section(columns, className="columns", **attributes(aria_label=view.words("desk.charts"))) if columns else None


def _height(panel: PanelData) -> float:
    rows = panel.data.get("rows")
    if panel.kind not in _HEIGHTS and isinstance(rows, list):
        return _HEAD + (_BAR if panel.kind in ("bars", "control") else _ROW) * len(rows)
    return _HEIGHTS.get(panel.kind, _PLAIN)


def _panel(panel: PanelData, view: View, address: Address) -> Component:
    """A panel with the files of its numbers beside its heading; the files stand outside what is drawn anew."""
    drawing = html.Section(framed(panel, view), id=panel_id(view.snapshot.module, panel.key), className=panel_classes(panel))
    links = html.Div(files(view, address, panel.key, view.title(panel)), className="panel-files")
    return html.Div([drawing, links], className="panel-place")


def _map(panel: PanelData, view: View, address: Address) -> Component:
    """The map; on a phone it waits behind a disclosure until it is asked for."""
    ask = html.Details(html.Summary(view.words("desk.show_map")), className="ask")
    shown = _panel(panel, view, address)
    return html.Div([ask, shown], className="map-place", role="region", **attributes(aria_label=view.words("desk.map")))
