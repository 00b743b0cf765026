"""What frames every wall screen: place, screen, demo badge, oldest data, date and clock, and the banner of a stopped picture."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import briefings_address
from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.components.sources import face, oldest
from layouts.ids import CLOCK_ID, DATE_ID, LIVE_REGION_ID, OLDEST_ID, STALE_ID
from layouts.view import View
from modules.spec.snapshot import PanelData

Screens = list[dict[str, str]]
_SHORT = 8  # signs of a digest that tell it from its neighbours


def place_name(view: View) -> str:
    """The place in the page's language."""
    return view.words.label(dict(view.snapshot.place), "name")


def demo_badge(view: View) -> Component | None:
    """The badge every surface wears until a real source is connected."""
    return html.Span(view.words("wall.demo"), className="demo-badge") if view.snapshot.demo else None


def _sources(view: View) -> PanelData | None:
    return next((panel for panel in view.snapshot.panels if panel.kind == "sources"), None)


def _oldest(view: View) -> list[Component | str]:
    """The source furthest behind its promise with its age: quiet while it keeps the promise, marked once it does not."""
    words, behind = view.words, oldest(_sources(view))
    if behind is None:
        return []
    shape = face(behind)
    age = words("status.missing") if behind.get("age_s") is None else words.age(behind["age_s"])
    promise = f" · {words('wall.promise', cadence=words.age(behind['cadence_s']))}" if behind.get("cadence_s") else ""
    more: list[Component | str] = [words.label(behind), html.Span(promise, className="fact-promise")]
    return [
        html.Span(words("wall.oldest"), className="fact-name"),
        html.Span(
            [mark(shape), html.B(age, className=f"fact-value is-{shape}"), html.Span(more, className="fact-more")],
            className="fact-line",
        ),
    ]


def data_to(view: View) -> str:
    """Up to which day the data tell, where the place's files end before today; empty elsewhere."""
    snapshot = view.snapshot
    if snapshot.place.get("as_of") != "covered" or snapshot.taken_at is None or snapshot.as_of >= snapshot.taken_at:
        return ""
    return f"{view.local(snapshot.as_of):%Y-%m-%d}"


def _covered(view: View) -> list[Component | str]:
    day = data_to(view)
    line = html.Span([html.B(day, className="fact-value")], className="fact-line")
    return [html.Span(view.words("wall.covered"), className="fact-name"), line] if day else []


def banner_text(view: View) -> str:
    """What the banner says when the picture stopped: the moment it shows."""
    moment = view.local(view.snapshot.taken_at or view.snapshot.as_of)
    return view.words("wall.error_banner" if view.snapshot.error else "wall.stale_banner", time=f"{moment:%H:%M:%S}")


def status_props(view: View) -> dict[str, dict[str, Any]]:
    """Properties of what the shell renews with every snapshot."""
    today = view.local(view.snapshot.taken_at or view.snapshot.as_of)
    return {
        OLDEST_ID: {"children": _covered(view) or _oldest(view)},
        DATE_ID: {"children": [html.Span(view.words.date(today, weekday=False)), html.Span(view.words.weekday(today))]},
        STALE_ID: {"children": [mark("error"), banner_text(view)]},
    }


def short(digest: str) -> str:
    """The beginning of a digest, for people to compare."""
    return digest[:_SHORT]


def digest_props(view: View) -> dict[str, Any]:
    """Properties of the line that tells the digest of the numbers shown; the whole of it as title."""
    digest = view.snapshot.digest
    return {"children": view.words("briefings.digest_of", digest=short(digest)), "title": digest}


def _screen_name(view: View, screens: Screens) -> str:
    """濠滨街道 · 总览 · 第 1 / 9 屏: the area where it is not the whole place, the module, its place among the screens."""
    place, keys = view.snapshot.place, [screen["key"] for screen in screens]
    said = [view.words.label({"area_zh": place.get("area_zh"), "area_en": place.get("area_en")}, "area")]
    said.append(view.words.module(view.snapshot.module))
    if view.snapshot.module in keys:
        said.append(view.words("wall.screen", n=keys.index(view.snapshot.module) + 1, total=len(keys)))
    return " · ".join(text for text in said if text)


def _links(view: View, screens: Screens) -> Component:
    snapshot = view.snapshot
    links = [html.A(view.words.module(screen["key"]), href=screen["url"]) for screen in screens]
    area = snapshot.area if snapshot.place.get("area_zh") else None
    briefings = briefings_address(snapshot.module, area=area, lang=view.words.lang)
    links.append(html.A(view.words("briefings.link"), href=briefings, className="to-briefings"))
    return html.Nav(links, className="screen-links", **attributes(aria_label=view.words("wall.screens")))


def header(view: View, screens: Screens) -> Component:
    """The head of a wall screen. The clock runs by itself and is never redrawn."""
    words, now = view.words, view.local(view.snapshot.taken_at or view.snapshot.as_of)
    props = status_props(view)
    title = html.Div(
        [
            html.H1(words.label(dict(view.snapshot.place), "centre"), className="place-name"),
            html.P([_screen_name(view, screens), html.Span(words("wall.paused"), className="paused")], className="screen-name"),
        ],
        className="place",
    )
    clock = html.Time(
        f"{now:%H:%M:%S}", id=CLOCK_ID, className="clock", **attributes(data_zone=str(view.zone), aria_label=words("wall.clock"))
    )
    facts = [
        html.Div(props[OLDEST_ID]["children"], id=OLDEST_ID, className="fact"),
        html.Div(props[DATE_ID]["children"], id=DATE_ID, className="date"),
        clock,
    ]
    return html.Header([title, demo_badge(view), _links(view, screens), html.Div(facts, className="facts")], className="wall-head")


def banner(view: View) -> Component:
    """The sign of a stopped picture; the browser shows it when it hears nothing, the server when it could not read."""
    children = status_props(view)[STALE_ID]["children"]
    return html.Div(children, id=STALE_ID, className="stale-banner", hidden=not view.snapshot.stale, role="status")


def live_region(view: View) -> Component:
    """Where new critical alerts are spoken."""
    return html.Div(id=LIVE_REGION_ID, className="unseen", role="alert", **attributes(aria_label=view.words("wall.alerts")))
