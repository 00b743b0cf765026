"""Where one may go from here: the trail of areas above, the areas below, and the table of those below with their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.attributes import attributes
from layouts.components.map_words import word
from layouts.components.mark import status
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData

_NUMBER_PX = 70  # what the number beside its bar needs
_KINDS = ("subdistrict", "community", "grid")


def area_choices(view: View) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Trail and children as the snapshot's own place and map tell them, for when nobody gave them."""
    place, snapshot = view.snapshot.place, view.snapshot
    trail = list(place.get("trail") or [{**place, "code": place.get("code", snapshot.area)}])
    children = list(place.get("children") or [])
    for panel in snapshot.panels if not children else ():
        if panel.kind == "map":
            children = [{**row, "name_zh": row.get("label_zh"), "name_en": row.get("label_en")} for row in below(panel, view)]
    return {"trail": trail, "children": children}


def below(panel: PanelData, view: View) -> list[dict[str, Any]]:
    """The areas of a map one kind down from the area shown (the next kind there is); empty below a grid."""
    here = view.snapshot.area
    rows = [dict(row) for row in panel.data.get("areas") or [] if str(row.get("code")).startswith(here)]
    rows = [row for row in rows if str(row["code"]) != here]
    return next((found for kind in _KINDS if (found := [row for row in rows if row.get("kind") == kind])), [])


def area_table(panel: PanelData, view: View, address: Address) -> Component | None:
    """The areas below with value, overdue and status, largest first; a click goes down. None where there are none."""
    words, rows = view.words, below(panel, view)
    if not rows:
        return None
    rows.sort(key=lambda row: (-(row.get("value") or 0.0), str(row.get("code"))))
    top = max((float(row.get("value") or 0.0) for row in rows), default=0.0) or 1.0
    judged = any(row.get("overdue") is not None for row in rows)
    heads = [("area", ""), ("value", "num"), *([("overdue", "num"), ("status", "")] if judged else [])]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(words(f"areas.{name}"), scope="col", className=kind) for name, kind in heads])),
            html.Tbody([_row(row, top, judged, str(panel.data.get("unit") or "count"), view, address) for row in rows]),
        ],
        className="rows",
    )
    head = html.Div([html.H2(words("areas.title")), html.P(words("areas.sub", n=len(rows)), className="sub")], className="section-head")
    return html.Section([head, html.Div(table, className="table-scroll is-short", **attributes(data_scrolls="x"))], className="panel areas")


def _row(row: Mapping[str, Any], top: float, judged: bool, unit: str, view: View, address: Address) -> Component:
    words, value, late = view.words, row.get("value"), row.get("overdue")
    share = max(0.0, float(value or 0.0)) / top
    told = words.number(value) if unit == "count" else words.quantity(value, unit)
    cells = [
        html.Td(html.A(words.label(dict(row)), href=address.to(area=str(row["code"])))),
        html.Td(
            [
                html.I(className="in-bar", style={"width": f"calc((100% - {_NUMBER_PX}px) * {share:.4f})"}),
                html.Span(word(view, "map.withheld") if row.get("withheld") else told),
            ],
            className="num with-bar",
        ),
    ]
    if judged:
        cells += [html.Td(words.number(late), className=f"num{' is-late' if late else ''}"), html.Td(status(level_of(dict(row)), view))]
    return html.Tr(cells, className="area-row")
