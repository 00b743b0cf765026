"""The table of cases: sorted, filtered and paged by its address; a table on a desk, cards on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import Address, export_path
from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.menu import Choice, choice_list, menu
from layouts.text import duration
from layouts.view import View

STATUSES = ("critical", "warning", "watch", "ok", "none")
NEAR = ("critical", "warning", "watch")
STATES = (
    "reported", "accepted", "filed", "dispatched", "handling", "suspended", "feedback", "checked",
    "closed", "scored", "rejected", "redirected", "merged", "void",
)  # fmt: skip
KINDS = ("event", "component", "request")
SORTS = ("due_at", "reported_at", "closed_at", "number", "state", "unit", "type")
EVERY = "all"  # every state, ended ones too
CASES_ID = "cases"

# Heading, key to sort by (empty: cannot be sorted by).
_COLUMNS = (
    ("remaining", "due_at"), ("type", "type"), ("kind", ""), ("unit", "unit"), ("place", ""),
    ("state", "state"), ("reported_at", "reported_at"), ("due_at", ""),
)  # fmt: skip


def case_table(cases: Mapping[str, Any], view: View, address: Address) -> Component:
    """The section: heading with the count, filters, the rows and the pages. `cases` as the desk is given it."""
    words = view.words
    if cases.get("past"):
        head = html.Div(html.H2(words("cases.title")), className="section-head")
        back = html.A(words("desk.to_now"), href=address.to(asof=None) + f"#{CASES_ID}", className="clear")
        return html.Section([head, html.P([words("cases.past"), " ", back], className="nothing")], className="cases", id=CASES_ID)
    rows = list(cases.get("rows") or [])
    head = html.Div(
        [html.H2(words("cases.title")), html.P(_said(cases, view, address), className="sub"), _tools(cases, view, address)],
        className="section-head",
    )
    if not rows:
        return html.Section([head, html.P(words("cases.none"), className="nothing", role="status")], className="cases", id=CASES_ID)
    table = html.Table(
        [
            html.Thead(html.Tr([_heading(name, key, cases, view, address) for name, key in _COLUMNS])),
            html.Tbody([_row(row, view, address) for row in rows]),
        ],
        className="rows",
        **attributes(aria_label=words("cases.title")),
    )
    scroller = html.Div(table, className="table-scroll", **attributes(data_scrolls="x"))
    return html.Section([head, scroller, _pages(cases, view, address)], className="cases", id=CASES_ID)


def _said(cases: Mapping[str, Any], view: View, address: Address) -> str:
    """How many there are, by what they are sorted, and in which period they were reported."""
    words, sort = view.words, str(cases.get("sort") or "due_at")
    name = words("cases.remaining") if sort == "due_at" else words.known(f"cases.{sort}", sort)
    said = words("cases.sub", n=words.number(cases.get("total")), sort=name)
    start, end = address.query.get("from"), address.query.get("to")
    return f"{said} · {words('cases.reported_in', start=start or '…', end=end or '…')}" if start or end else said


def _tools(cases: Mapping[str, Any], view: View, address: Address) -> Component:
    """The search, the filters and the files of the list as it is filtered and sorted."""
    words = view.words
    keep = ("area", "from", "to", "lang", "status", "state", "kind", "unit", "q", "sort", "dir")
    files = [
        html.A(
            ending.upper(),
            href=address.only(export_path(view.snapshot.module, ending), *keep),
            className="file",
            download="",
            **attributes(aria_label=words("cases.export", ending=ending.upper())),
        )
        for ending in ("csv", "xlsx")
    ]
    return html.Div([_search(view, address), *_filters(cases, view, address), html.Div(files, className="files")], className="tools")


def _search(view: View, address: Address) -> Component:
    words, now = view.words, address.query.get("q", "")
    hidden = [dcc.Input(type="hidden", name=k, value=v) for k, v in address.query.items() if k not in ("q", "page", "case")]
    field = dcc.Input(type="text", name="q", value=now, placeholder=words("cases.search_hint"), maxLength=60, autoComplete="off")
    return html.Form(
        [*hidden, html.Label([html.Span(words("cases.search")), field]), html.Button(words("desk.apply"), type="submit")],
        action=f"{address.path}#{CASES_ID}",
        method="GET",
        className="search",
        role="search",
    )


def _filters(cases: Mapping[str, Any], view: View, address: Address) -> list[Component]:
    words, now = view.words, dict(cases.get("filters") or {})
    statuses = [(key, words(f"cases.due_{key}"), mark(key)) for key in NEAR]
    states = [(EVERY, words("cases.every_state"), None), *((key, words(f"case_state.{key}"), None) for key in STATES)]
    kinds = [(key, words(f"kind.{key}"), None) for key in KINDS]
    units = [(str(row["key"]), words.label(dict(row), "name"), None) for row in cases.get("units") or []]
    every = words("cases.all")
    made = [
        _filter("status", words("cases.status"), every, statuses, now.get("status"), address),
        _filter("state", words("cases.state"), words("case_state.open"), states, now.get("state"), address),
        _filter("kind", words("cases.kind"), every, kinds, now.get("kind"), address),
    ]
    if units:
        made.append(_filter("unit", words("cases.unit"), every, units, now.get("unit"), address))
    if any(now.get(key) for key in ("status", "state", "kind", "unit", "q")):
        href = address.to(status=None, state=None, kind=None, unit=None, q=None) + f"#{CASES_ID}"
        made.append(html.A(words("desk.clear"), href=href, className="clear"))
    return made


def _filter(
    key: str,
    name: str,
    every: str,
    options: Sequence[tuple[str, str, Component | None]],
    now: str | None,
    address: Address,
) -> Component:
    chosen = next((text for value, text, _ in options if value == now), now or every)
    choices = [Choice(every, address.to(**{key: None}) + f"#{CASES_ID}", current=not now)]
    for value, text, sign in options:
        choices.append(Choice(text, address.to(**{key: value}) + f"#{CASES_ID}", value == now, sign))
    return menu(name, chosen, [choice_list(choices)], bool(now))


def _heading(name: str, key: str, cases: Mapping[str, Any], view: View, address: Address) -> Component:
    words = view.words
    if not key:
        return html.Th(words(f"cases.{name}"), scope="col")
    falling = str(cases.get("dir") or "asc") == "desc"
    sorted_by = str(cases.get("sort") or "due_at") == key
    turned = "asc" if not sorted_by or falling else "desc"
    arrow = html.Span("▼" if falling else "▲", className="arrow", **attributes(aria_hidden="true")) if sorted_by else None
    said = attributes(aria_sort="descending" if falling else "ascending") if sorted_by else {}
    href = address.to(sort=key, dir=turned) + f"#{CASES_ID}"
    return html.Th(html.A([words(f"cases.{name}"), arrow], href=href), scope="col", **said)


def _row(row: Mapping[str, Any], view: View, address: Address) -> Component:
    words = view.words
    status = status_of(row)
    number = str(row.get("number") or "")
    href = address.to(case=number)
    chosen = attributes(aria_current="true") if number and number == address.query.get("case") else {}
    cells: list[tuple[str, Any]] = [
        ("remaining", [mark(status), html.Span(duration(row.get("remaining_s")), className="left-value")]),
        ("type", html.A([words.label(dict(row), "type"), html.Span(number, className="number")], href=href, **attributes(data_row="case"))),
        ("kind", words.known(f"kind.{row.get('kind')}", str(row.get("kind") or ""))),
        ("unit", words.label(dict(row), "unit")),
        ("place", words.label(dict(row), "place")),
        ("state", words.known(f"case_state.{row.get('state')}", str(row.get("state") or ""))),
        ("reported_at", moment_text(row.get("reported_at"), view)),
        ("due_at", moment_text(row.get("due_at"), view)),
    ]
    labels = {name: words(f"cases.{name}") for name, _ in cells}
    return html.Tr(
        [html.Td(value, className=f"cell-{name}", **attributes(data_label=labels[name])) for name, value in cells],
        className=f"case-row is-{status}",
        **chosen,
    )


def status_of(row: Mapping[str, Any]) -> str:
    """How near the deadline is; `none` for a word we do not know."""
    status = str(row.get("status") or "none")
    return status if status in STATUSES else "none"


def moment_text(moment: Any, view: View) -> str:
    """11-22 14:32 in the place's time, 14:32 if it is the snapshot's day; — without a moment."""
    if not moment:
        return "—"
    at = view.local(moment)
    return f"{at:%H:%M}" if at.date() == view.local(view.snapshot.as_of).date() else f"{at:%m-%d %H:%M}"


def _pages(cases: Mapping[str, Any], view: View, address: Address) -> Component:
    words, page, pages = view.words, int(cases.get("page") or 1), max(1, int(cases.get("pages") or 1))

    def link(word: str, wanted: int) -> Component:
        if not 1 <= wanted <= pages:
            return html.Span(words(word), className="page-link is-off")
        return html.A(words(word), href=address.to(page=wanted) + f"#{CASES_ID}", className="page-link")

    size, total = int(cases.get("size") or 0), int(cases.get("total") or 0)
    first, last = size * (page - 1) + 1, min(size * page, total)
    rows = words("cases.range", first=words.number(first), last=words.number(last), total=words.number(total)) if size else ""
    here = html.Span([html.Span(rows), html.Span(words("cases.page", page=page, pages=pages))], className="page-here")
    return html.Nav(
        [link("cases.previous", page - 1), here, link("cases.next", page + 1)],
        className="pages",
        **attributes(aria_label=words("cases.pages")),
    )
