"""The archive of briefings as a list: searched, filtered and paged by its address; a table on a desk, cards on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.attributes import attributes
from layouts.briefing.edition import DISTRICT, Kind
from layouts.ids import ARCHIVE_ID
from layouts.menu import Choice, choice_list, menu
from layouts.shell import short
from layouts.text import LANGUAGES, NO_VALUE
from layouts.view import View

LONGEST = 60  # characters of what is searched for
FILTERS = ("subject", "kind", "area", "written")
_KEPT = ("q", *FILTERS)
_COLUMNS = ("what", "period", "area", "language", "form", "size", "pages", "made_at", "digest", "file")
_KB, _MB = 1_000, 1_000_000


def archive_section(view: View, address: Address, offer: Mapping[str, Any]) -> Component:
    """Heading, search, filters, rows and pages.

    `offer` as the page is given it; its `archive`: `rows` (id, title, subject, kind, period, running, name_zh and name_en of the area,
    lang, form, appendix, size_n, pages_n, made_at, digest, href), the `page` they are, the `size` of one, whether there are `more`.
    """
    words, archive, rows = view.words, offer["archive"], list(offer["archive"]["rows"])
    filtered = any(address.query.get(key) for key in _KEPT)
    tools = html.Div([_search(view, address), *_filters(view, address, offer), *_clear(view, address, filtered)], className="tools")
    head = html.Div([html.H2(words("briefings.archive")), html.P(_said(archive, view), className="sub"), tools], className="section-head")
    if not rows:
        none = html.P(words("briefings.not_found" if filtered else "briefings.no_rows"), className="nothing", role="status")
        return html.Section([head, none, *_pages(archive, view, address)], className="cases archive", id=ARCHIVE_ID)
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(words(f"briefings.{name}"), scope="col", className=_kind(name)) for name in _COLUMNS])),
            html.Tbody([_row(row, view) for row in rows]),
        ],
        className="rows",
        **attributes(aria_label=words("briefings.archive")),
    )
    scroller = html.Div(table, className="table-scroll", **attributes(data_scrolls="x"))
    return html.Section([head, scroller, *_pages(archive, view, address)], className="cases archive", id=ARCHIVE_ID)


def subject_name(subject: str, view: View) -> str:
    """A module's name, or the words for all of them."""
    return view.words("briefings.district") if subject == DISTRICT else view.words.module(subject)


def file_size(size: int, view: View) -> str:
    """Bytes as kB or MB, one decimal below ten."""
    value, unit = (size / _MB, "MB") if size >= _MB else (size / _KB, "kB")
    return f"{view.words.number(value, decimals=1 if value < 10 else 0)} {unit}"


def _kind(name: str) -> str:
    return "is-number" if name in ("size", "pages") else ""


def _said(archive: Mapping[str, Any], view: View) -> str:
    """Which of them are shown, and that they are made up where they are."""
    words, first = view.words, int(archive["size"]) * (int(archive["page"]) - 1) + 1
    last = first + len(archive["rows"]) - 1
    said = [words("briefings.demo")] if view.snapshot.demo else []
    said += [words("briefings.rows", first=words.number(first), last=words.number(last))] if archive["rows"] else []
    return " · ".join([*said, words("briefings.newest")])


def _search(view: View, address: Address) -> Component:
    words, now = view.words, address.query.get("q", "")
    hidden = [dcc.Input(type="hidden", name=key, value=value) for key, value in address.query.items() if key not in ("q", "page")]
    field = dcc.Input(type="text", name="q", value=now, placeholder=words("briefings.search_hint"), maxLength=LONGEST, autoComplete="off")
    return html.Form(
        [
            *hidden,
            html.Label([html.Span(words("briefings.search"), className="unseen"), field]),
            html.Button(words("briefings.go"), type="submit"),
        ],
        action=f"{address.path}#{ARCHIVE_ID}",
        method="GET",
        className="search",
        role="search",
    )


def _filters(view: View, address: Address, offer: Mapping[str, Any]) -> list[Component]:
    words = view.words
    options: dict[str, Sequence[tuple[str, str]]] = {
        "subject": [(key, subject_name(key, view)) for key in offer["subjects"]],
        "kind": [(str(kind), words(f"briefing.{kind}")) for kind in Kind],
        "area": [(str(row["code"]), words.label(dict(row), "name")) for row in offer["areas"]],
        "written": [(lang, words(f"briefings.{lang}")) for lang in LANGUAGES],
    }
    return [_filter(key, words(f"briefings.{'language' if key == 'written' else key}"), options[key], view, address) for key in FILTERS]


def _filter(key: str, name: str, options: Sequence[tuple[str, str]], view: View, address: Address) -> Component:
    every, now = view.words("briefings.all"), address.query.get(key)
    value = next((text for option, text in options if option == now), now or every)
    choices = [Choice(every, address.to(**{key: None}) + f"#{ARCHIVE_ID}", current=not now)]
    choices += [Choice(text, address.to(**{key: option}) + f"#{ARCHIVE_ID}", option == now) for option, text in options]
    return menu(name, value, [choice_list(choices)], bool(now))


def _clear(view: View, address: Address, filtered: bool) -> list[Component]:
    everything = dict.fromkeys(_KEPT)
    return [html.A(view.words("briefings.clear"), href=address.to(**everything) + f"#{ARCHIVE_ID}", className="clear")] if filtered else []


def _row(row: Mapping[str, Any], view: View) -> Component:
    words, form = view.words, str(row["form"]).upper()
    named = " · ".join((subject_name(row["subject"], view), words(f"briefing.{row['kind']}"), row["period"], form))
    notes = [words("briefings.unfinished")] if row["running"] else []
    extent = [] if row["appendix"] else [html.Span(words("briefings.short"), className="note")]
    made_at = view.local(row["made_at"])
    download = html.A(
        words("briefings.download"),
        href=row["href"],
        download="",
        className="file",
        **attributes(aria_label=words("briefings.download_of", title=named)),
    )
    cells: list[tuple[str, Any]] = [
        ("what", [html.A(row["title"], href=row["href"], lang="zh-CN" if row["lang"] == "zh" else "en"), *extent]),
        ("period", [row["period"], *(html.Span(note, className="note") for note in notes)]),
        ("area", words.label(dict(row), "name")),
        ("language", words(f"briefings.{row['lang']}")),
        ("form", form),
        ("size", file_size(row["size_n"], view)),
        ("pages", words.number(row["pages_n"]) if row["pages_n"] else NO_VALUE),
        ("made_at", f"{made_at:%Y-%m-%d %H:%M}"),
        ("digest", html.Code(short(row["digest"]), title=row["digest"])),
        ("file", download),
    ]
    labels = {name: words(f"briefings.{name}") for name in _COLUMNS}
    return html.Tr(
        [html.Td(value, className=f"cell-{name} {_kind(name)}".strip(), **attributes(data_label=labels[name])) for name, value in cells],
        className="case-row briefing-row",
        **attributes(data_briefing=str(row["id"])),
    )


def _pages(archive: Mapping[str, Any], view: View, address: Address) -> list[Component]:
    """The way to newer and older ones; nothing where one page holds all."""
    words, page = view.words, int(archive["page"])
    if page == 1 and not archive["more"]:
        return []

    def link(word: str, wanted: int, there: bool) -> Component:
        if not there:
            return html.Span(words(word), className="page-link is-off")
        return html.A(words(word), href=address.to(page=wanted if wanted > 1 else None) + f"#{ARCHIVE_ID}", className="page-link")

    here = html.Span(words("briefings.page", page=page), className="page-here")
    parts = [link("briefings.newer", page - 1, page > 1), here, link("briefings.older", page + 1, bool(archive["more"]))]
    return [html.Nav(parts, className="pages", **attributes(aria_label=words("briefings.turn")))]
