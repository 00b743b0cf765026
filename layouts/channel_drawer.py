"""One channel, from the right: its state, its last thirty days, faults, neighbours and file. No picture unless one is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.attributes import attributes
from layouts.cases import moment_text
from layouts.channels import channel_status
from layouts.components.mark import mark
from layouts.ids import CHANNELS_ID
from layouts.picture import picture_request
from layouts.text import duration
from layouts.view import View, level_of

DRAWER_ID = "channel-drawer"
_DOWN_H = (0, 1, 6)  # hours of a day from which its cell is of the next class


def channel_drawer(channel: Mapping[str, Any], view: View, address: Address, purposes: Sequence[str]) -> Component:
    """The drawer; its close link is the page without it. A past moment has no picture."""
    words, code = view.words, str(channel["code"])
    close = html.A(
        ["Esc ", html.Span("×", **attributes(aria_hidden="true"))],
        href=address.to(channel=None) + f"#{CHANNELS_ID}",
        className="drawer-close",
        title=words("channel.close"),
        **attributes(aria_label=words("channel.close"), data_close="channel"),
    )
    past = address.query.get("asof")
    body = [
        html.Div([html.P(words("channel.title", code=code), className="drawer-number"), close], className="drawer-top"),
        html.H2(words.label(dict(channel), "name"), tabIndex="-1", **attributes(data_focus="channel")),
        html.P(_facts(channel, view), className="drawer-facts"),
        html.P(words("channel.of_now"), className="drawer-told") if past else None,
        _state(channel, view),
        None if past else picture_request(channel, view, purposes),
        *_availability(channel["available"], view),
        *_faults(channel["faults"], view),
        *_neighbours(channel["neighbours"], str(channel["switch"]), view, address),
        *_file(channel, view),
    ]
    parts = [part for part in body if part is not None]
    return html.Aside(parts, className="drawer", id=DRAWER_ID, role="dialog", **attributes(aria_label=words("channel.title", code=code)))


def _name(channel: Mapping[str, Any], key: str, view: View) -> str:
    return view.words.label(channel["names"].get(key) or {})


def _facts(channel: Mapping[str, Any], view: View) -> str:
    said = [_name(channel, kind, view) for kind in ("subdistrict", "community", "grid")]
    said.append(view.words("channel.key_site") if channel["key_site"] else "")
    return " · ".join(text for text in said if text)


def _lines(rows: Sequence[tuple[str, Any]]) -> Component:
    cells: list[Component] = []
    for name, value in rows:
        cells += [html.Dt(name), html.Dd(value)]
    return html.Dl(cells, className="file-lines")


def _state(channel: Mapping[str, Any], view: View) -> Component:
    words, offset = view.words, channel["clock_offset_s"]
    held = words("channel.held", n=channel["held_days"])
    recording = [words("channel.recording" if channel["recording"] else "channel.not_recording"), held]
    clock = words("channel.unchecked") if offset is None else words("channel.offset", s=words.number(round(offset, 1)))
    rows: list[tuple[str, Any]] = [
        (words("channel.state"), [channel_status(channel, view), " ", _name(channel, "channel_state", view)]),
        (words("channel.picture"), _name(channel, "picture_state", view)),
        (words("channel.clock"), clock),
        (words("channel.recordings"), " · ".join(recording)),
        (words("channel.sign"), words("channel.sign_ok" if channel["sign_ok"] else "channel.sign_missing")),
        (words("channel.changed"), moment_text(channel["changed_at"], view)),
    ]
    return _lines(rows)


def _availability(available: Mapping[str, Any], view: View) -> list[Component]:
    """The share of the expected time it was online, and a cell for each day by how long it was down."""
    words, expected, down = view.words, float(available["expected_s"]), float(available["down_s"])
    title = html.H3(words("channel.available"))
    if not expected:
        return [title, html.P(words("status.missing"), className="drawer-facts")]
    share = words.quantity(100 * (expected - down) / expected, "percent", 2)
    said = words("channel.available_said", share=share, down=duration(down), expected=duration(expected))
    cells = [_day(day, view) for day in available["days"]]
    return [
        title,
        html.P(said, className="drawer-facts"),
        html.Div(cells, className="down-days", role="img", **attributes(aria_label=said)),
        html.P(words("channel.days_key"), className="drawer-note is-close"),
    ]


def _day(day: Mapping[str, Any], view: View) -> Component:
    hours = float(day["down_s"]) / 3600
    step = sum(hours > least for least in _DOWN_H)
    text = view.words("channel.day", day=day["day"][5:], down=duration(day["down_s"]))
    return html.Span(className=f"down-day is-{step}", title=text, **attributes(aria_hidden="true"))


def _faults(faults: Sequence[Mapping[str, Any]], view: View) -> list[Component]:
    words = view.words
    title = html.H3(words("channel.faults"))
    if not faults:
        return [title, html.P(words("channel.no_faults"), className="drawer-facts")]
    return [title, html.Ol([_fault(fault, view) for fault in faults], className="steps")]


def _fault(fault: Mapping[str, Any], view: View) -> Component:
    words, fixed = view.words, fault["fixed_at"]
    level = ("critical" if fault["late"] else "watch") if not fixed else "warning" if fault["late"] else "ok"
    said = [words.label(fault["contractor"]), words("channel.fixed", at=moment_text(fixed, view)) if fixed else words("channel.not_fixed")]
    said.append(words("channel.late") if fault["late"] else "")
    at = [html.Time(moment_text(fault["found_at"], view)), html.Span(duration(fault["lasted_s"]), className="step-since")]
    parts = [mark(level), html.B(words.label(fault["kind"])), html.Span(" · ".join(text for text in said if text), className="step-said")]
    return html.Li([*parts, html.Span(at, className="step-at")], className="step")


def _neighbours(neighbours: Mapping[str, Any], switch: str, view: View, address: Address) -> list[Component]:
    words = view.words
    said = words("channel.neighbours_said", switch=switch, of=neighbours["of"], down=neighbours["down"])
    links = [
        html.Li(html.A([mark(level_of(dict(row))), words.label(dict(row), "name")], href=address.to(channel=str(row["number"]))))
        for row in neighbours["rows"]
    ]
    shown = [html.H3(words("channel.neighbours")), html.P(said, className="drawer-facts")]
    return [*shown, html.Ul(links, className="neighbours")] if links else shown


def _file(channel: Mapping[str, Any], view: View) -> list[Component]:
    """One device, one file: what it holds, and first what it lacks."""
    words, missing = view.words, [view.words(f"channel.file_{name}") for name in channel["missing"]]
    if missing:
        told = words("channel.file_missing", what=words("channel.comma").join(missing))
    else:
        told = words("channel.file_whole" if channel["archived"] else "channel.file_unverified")
    place = channel["position"]
    rows = [
        (words("channel.file_code"), str(channel["code"])),
        (words("channel.file_lon"), f"{place[0]:.6f}, {place[1]:.6f}" if place else words("channel.file_hidden")),
        *((words(f"channel.file_{key}"), _name(channel, key, view) or words("definition.none")) for key in _NAMED),
        (words("channel.file_switch"), str(channel["switch"] or "")),
        (words("channel.file_power"), str(channel["power"] or "")),
        (words("channel.file_installed_on"), str(channel["installed_on"])),
        (words("channel.file_connected"), words("channel.yes" if channel["connected"] else "channel.no")),
    ]
    level = "ok" if channel["archived"] and not missing else "watch"
    return [html.H3(words("channel.file")), html.P([mark(level), " ", told], className="drawer-facts"), _lines(rows)]


_NAMED = ("video_industry", "video_net", "video_class", "unit", "contractor")
