"""The channels of a place as a list beside the map: found by name or code, else those not in order. The way in without a pointer."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.attributes import attributes
from layouts.cases import moment_text
from layouts.components.mark import status
from layouts.ids import CHANNELS_ID
from layouts.view import View, level_of

LONGEST = 60
_COLUMNS = ("level", "name", "place", "state", "picture", "contractor", "changed_at")


def channel_section(channels: Mapping[str, Any], view: View, address: Address) -> Component:
    """Search and rows; `channels`: find, rows, more, urgent, past, as the desk is given them."""
    words = view.words
    title = html.H2(words("channels.title"))
    if channels.get("past"):
        told = html.P(words("channels.past"), className="nothing")
        return html.Section([html.Div(title, className="section-head"), told], className="cases", id=CHANNELS_ID)
    rows: Sequence[Mapping[str, Any]] = channels.get("rows") or []
    tools = html.Div([_search(view, address), *_clear(view, address)], className="tools")
    head = html.Div([title, html.P(_said(channels, view), className="sub"), tools], className="section-head")
    if not rows:
        none = words("channels.not_found" if channels.get("find") else "channels.none")
        return html.Section([head, html.P(none, className="nothing", role="status")], className="cases", id=CHANNELS_ID)
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(words(f"channels.{name}"), scope="col") for name in _COLUMNS])),
            html.Tbody([_row(row, view, address) for row in rows]),
        ],
        className="rows",
        **attributes(aria_label=words("channels.title")),
    )
    scroller = html.Div(table, className="table-scroll", **attributes(data_scrolls="x"))
    return html.Section([head, scroller], className="cases", id=CHANNELS_ID)


def _said(channels: Mapping[str, Any], view: View) -> str:
    words, n = view.words, len(channels.get("rows") or [])
    if find := channels.get("find"):
        return words("channels.found_more" if channels.get("more") else "channels.found", find=find, n=n)
    return words("channels.urgent", n=words.number(channels.get("urgent")), shown=n)


def _search(view: View, address: Address) -> Component:
    words, now = view.words, address.query.get("find", "")
    hidden = [dcc.Input(type="hidden", name=k, value=v) for k, v in address.query.items() if k not in ("find", "channel", "case")]
    field = dcc.Input(type="text", name="find", value=now, placeholder=words("channels.hint"), maxLength=LONGEST, autoComplete="off")
    return html.Form(
        [*hidden, html.Label([html.Span(words("channels.find")), field]), html.Button(words("channels.go"), type="submit")],
        action=f"{address.path}#{CHANNELS_ID}",
        method="GET",
        className="search",
        role="search",
    )


def _clear(view: View, address: Address) -> list[Component]:
    back = html.A(view.words("desk.clear"), href=address.to(find=None) + f"#{CHANNELS_ID}", className="clear")
    return [back] if address.query.get("find") else []


def _row(row: Mapping[str, Any], view: View, address: Address) -> Component:
    words, names, number = view.words, row["names"], str(row["number"])
    link = html.A(
        [words.label(dict(row), "name"), html.Span(row["code"], className="number")],
        href=address.to(channel=number),
        **attributes(data_row="channel"),
    )
    cells: list[tuple[str, Any]] = [
        ("level", channel_status(row, view)),
        ("name", link),
        ("place", words.label(names.get("community") or {})),
        ("state", words.label(names["channel_state"])),
        ("picture", words.label(names["picture_state"])),
        ("contractor", words.label(names["contractor"])),
        ("changed_at", moment_text(row["changed_at"], view)),
    ]
    chosen = attributes(aria_current="true") if number == address.query.get("channel") else {}
    labels = {name: words(f"channels.{name}") for name in _COLUMNS}
    return html.Tr(
        [html.Td(value, className=f"cell-{name}", **attributes(data_label=labels[name])) for name, value in cells],
        className="case-row channel-row",
        **chosen,
    )


def channel_status(row: Mapping[str, Any], view: View) -> Component:
    """Shape and word of a channel's level; one that is not connected says so."""
    level = level_of(dict(row))
    return status(level, view, view.words("channels.not_connected") if level == "none" else "")
