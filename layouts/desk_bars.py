"""The two bars of the desk: where one is and how fresh it is; and what is shown: area, period, moment, files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import Address, briefings_address, desk_path, export_path
from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.ids import OLDEST_ID
from layouts.menu import Choice, choice_list, menu
from layouts.shell import place_name, status_props
from layouts.text import LANGUAGES
from layouts.view import View, level_of

KPIS = "kpis"  # the key numbers together, where a panel is named
_LANGUAGE_NAMES = {"zh": "中", "en": "EN"}


def top_bar(view: View, modules: Sequence[Mapping[str, Any]], address: Address, here: str = "") -> Component:
    """Place, demo badge, every module with its status, the oldest data on the page and the language.

    `here` names a page that is no module's: none of them is the current one, and no age is told."""
    words, snapshot = view.words, view.snapshot
    badge = [html.Span(words("desk.demo"), className="badge")] if snapshot.demo else []
    home = html.A(place_name(view), href=address.only("/wall/overview", "area", "lang"), className="place")
    chosen = next((row for row in modules if row["key"] == snapshot.module), {"key": snapshot.module, "level": "none"})
    face = [html.Span(here)] if here else [mark(level_of(dict(chosen))), html.Span(_module_name(chosen, view))]
    folded = html.Details(html.Summary(face), className="modules-fold")
    links = [_module_link(row, view, address, "" if here else snapshot.module) for row in modules]
    age = [] if here else [_oldest(view)]
    nav = html.Nav(html.Ul(links), className="modules-nav", **attributes(aria_label=words("desk.modules")))
    return html.Header(
        [
            html.Div([home, *badge], className="where"),
            folded,
            nav,
            html.Div([*age, _theme(view, address), _languages(view, address)], className="fresh"),
        ],
        className="top-bar",
    )


def _module_name(row: Mapping[str, Any], view: View) -> str:
    return str(row.get("title") or view.words.module(str(row["key"])))


def _module_link(row: Mapping[str, Any], view: View, address: Address, shown: str) -> Component:
    level, key = level_of(dict(row)), str(row["key"])
    current = attributes(aria_current="page") if key == shown else {}
    text = [mark(level), html.Span(_module_name(row, view)), html.Span(view.words(f"status.{level}"), className="module-word")]
    return html.Li(html.A(text, href=address.only(desk_path(key), "area", "from", "to", "asof", "lang", "theme"), **current))


def _oldest(view: View) -> Component:
    """The source furthest behind its promise; without sources on the page, the age of the oldest reading."""
    words = view.words
    if any(panel.kind == "sources" for panel in view.snapshot.panels):
        return html.Div(status_props(view)[OLDEST_ID]["children"], id=OLDEST_ID, className="oldest")
    readings = [reading for reading in view.snapshot.readings.values() if reading.as_of is not None]
    if not readings:
        return html.Span([mark("missing"), words("desk.no_age")], className="oldest is-missing")
    last = max(readings, key=lambda reading: view.age_s(reading.as_of) or 0.0)
    stale = any(str(reading.quality) in ("stale", "error") for reading in readings)
    text = words("desk.oldest", age=words.age(view.age_s(last.as_of)))
    at = view.local(last.as_of or view.snapshot.as_of)
    title = words("desk.oldest_title", at=f"{words.date(at)} {words.time(at)}")
    return html.Span([mark("stale") if stale else None, text], className=f"oldest{' is-stale' if stale else ''}", title=title)


def _theme(view: View, address: Address) -> Component:
    other = "light" if address.query.get("theme") == "dark" else "dark"
    return html.A(view.words(f"desk.theme_{other}"), href=address.to(theme=other if other == "dark" else None), className="theme")


def _languages(view: View, address: Address) -> Component:
    links: list[Component] = []
    for lang in LANGUAGES:
        current = attributes(aria_current="true") if lang == view.words.lang else {}
        links.append(html.A(_LANGUAGE_NAMES[lang], href=address.to(lang=lang), lang=lang, **current))
    return html.Nav(links, className="languages", **attributes(aria_label=view.words("desk.language")))


def filter_bar(view: View, address: Address, areas: Mapping[str, Sequence[Mapping[str, Any]]]) -> Component:
    """The sticky bar: area, period and as-of on the left, downloads on the right."""
    words = view.words
    changed = any(key in address.query for key in ("from", "to", "asof"))
    clear = [html.A(words("desk.clear"), href=address.to(from_=None, to=None, asof=None), className="clear")] if changed else []
    return html.Section(
        [
            _area(view, address, areas),
            _period(view, address),
            _asof(view, address),
            *clear,
            html.Div(
                [html.Span(words("desk.export_numbers"), className="menu-name"), *files(view, address, KPIS), _briefings(view, address)],
                className="files",
            ),
        ],
        className="filter-bar",
        **attributes(aria_label=words("desk.filters")),
    )


def _briefings(view: View, address: Address) -> Component:
    """The way to a briefing on this module and area."""
    query = address.query
    href = briefings_address(view.snapshot.module, area=query.get("area"), lang=view.words.lang, theme=query.get("theme"))
    return html.A(view.words("briefings.link"), href=href, className="file to-briefings")


def files(view: View, address: Address, panel: str, name: str = "") -> list[Component]:
    """The links to a panel's numbers as CSV and XLSX, for the area, period and moment shown."""
    title = name or view.words("desk.kpis")
    return [
        html.A(
            ending.upper(),
            href=address.only(export_path(view.snapshot.module, ending, panel), "area", "from", "to", "asof", "lang"),
            className="file",
            download="",
            **attributes(aria_label=view.words("desk.export_of", name=title, ending=ending.upper())),
        )
        for ending in ("csv", "xlsx")
    ]


def _area(view: View, address: Address, areas: Mapping[str, Sequence[Mapping[str, Any]]]) -> Component:
    words, here = view.words, view.snapshot.area
    trail, children = list(areas.get("trail") or []), list(areas.get("children") or [])
    names = [words.label(dict(row), "name") for row in trail]
    parts: list[Component] = []
    for row, name in zip(trail, names, strict=True):
        current = attributes(aria_current="page") if row["code"] == here else {}
        parts.append(html.Li(html.A(name, href=address.to(area=str(row["code"])), **current)))
    crumbs = html.Nav(html.Ol(parts), className="crumbs", **attributes(aria_label=words("desk.area")))
    below = [Choice(words.label(dict(row), "name"), address.to(area=str(row["code"])), note=_kind(row, view)) for row in children]
    if not below:
        return html.Div([html.Span(words("desk.area"), className="menu-name"), crumbs], className="area-pick")
    down = menu(words("desk.down"), str(len(below)), [choice_list(below)])
    return html.Div([html.Span(words("desk.area"), className="menu-name"), crumbs, down], className="area-pick")


def _kind(row: Mapping[str, Any], view: View) -> str:
    return view.words.known(f"areas.{row.get('kind')}", "")


def periods(today: date) -> list[tuple[str, int, date]]:
    """The presets: word, the {n} in it, and the first day; all end today."""
    back = [("desk.period_days", days, today - timedelta(days=days - 1)) for days in (7, 30, 90)]
    return [("desk.period_today", 0, today), *back, ("desk.period_month", 0, today.replace(day=1))]


def _period(view: View, address: Address) -> Component:
    words, today = view.words, view.local(view.snapshot.as_of).date()
    start, end = address.query.get("from"), address.query.get("to")
    choices = [Choice(words("desk.period_metric"), address.to(from_=None, to=None), current=not (start or end))]
    value = words("desk.period_custom", start=start or "…", end=end or "…") if start or end else choices[0].text
    for key, days, first in periods(today):
        href = address.to(from_=first.isoformat(), to=today.isoformat())
        current = (start, end) == (first.isoformat(), today.isoformat())
        choices.append(Choice(words(key, n=days) if days else words(key), href, current))
        value = choices[-1].text if current and value not in {c.text for c in choices} else value
    fields = [("from", words("desk.from"), start, "date"), ("to", words("desk.to"), end, "date")]
    return menu(words("desk.period"), value, [choice_list(choices), _form(view, address, fields)], bool(start or end))


def _asof(view: View, address: Address) -> Component:
    words, asof = view.words, address.query.get("asof")
    now = view.local(view.snapshot.as_of).replace(second=0, microsecond=0)
    choices = [Choice(words("desk.now"), address.to(asof=None), current=not asof)]
    if not asof:
        moments = (
            ("desk.hour_ago", now - timedelta(hours=1)),
            ("desk.yesterday_same", now - timedelta(days=1)),
            ("desk.yesterday_end", now.replace(hour=0, minute=0)),
        )
        choices += [Choice(words(key), address.to(asof=f"{at:%Y-%m-%dT%H:%M}"), note=f"{at:%m-%d %H:%M}") for key, at in moments]
    value = asof.replace("T", " ") if asof else words("desk.now")
    fields = [("asof", words("desk.moment"), asof, "datetime-local")]
    return menu(words("desk.asof"), value, [choice_list(choices), _form(view, address, fields)], bool(asof))


def _form(view: View, address: Address, fields: Iterable[tuple[str, str, str | None, str]]) -> Component:
    """A form that goes to the same page with these keys set; the rest of the query travels hidden."""
    shown = list(fields)
    names = {name for name, *_ in shown} | {"page", "case"}
    hidden = [dcc.Input(type="hidden", name=k, value=v) for k, v in address.query.items() if k not in names]
    inputs = [
        html.Label([html.Span(label), dcc.Input(type="text", name=name, value=value or "", className=f"as-{kind}", autoComplete="off")])
        for name, label, value, kind in shown
    ]
    return html.Form(
        [*hidden, *inputs, html.Button(view.words("desk.apply"), type="submit")],
        action=address.path,
        method="GET",
        className="menu-form",
    )
