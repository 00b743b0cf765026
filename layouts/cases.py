"""The table of cases: sorted, filtered and paged by its address; a table on a desk, cards on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import Address
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
CASES_ID = "cases"

# Heading, key to sort by (empty: cannot be sorted by).
_COLUMNS = (
    ("remaining", "due_at"), ("type", "type"), ("kind", ""), ("unit", "unit"), ("place", ""),
    ("state", "state"), ("reported_at", "reported_at"), ("due_at", ""),
)  # fmt: skip


def case_table(cases: Mapping[str, Any], view: View, address: Address) -> Component:
    """The section: heading with the count, filters, the rows and the pages. `cases` as the desk is given it."""
    words = view.words
    rows = list(cases.get("rows") or [])
    sort = str(cases.get("sort") or "due_at")
    sub = words("cases.sub", n=words.number(cases.get("total")), sort=words.known(f"cases.{sort}", words("cases.remaining")))
    head = html.Div(
        [html.H2(words("cases.title")), html.P(sub, className="sub"), *_filters(cases, view, address)],
        className="section-head",
    )
    if not rows:
        return html.Section([head, html.P(words("cases.none"), className="nothing")], className="cases", id=CASES_ID)
    table = html.Table(
        [
            html.Thead(html.Tr([_heading(name, key, cases, view, address) for name, key in _COLUMNS])),
            html.Tbody([_row(row, view, address) for row in rows]),
        ],
        className="rows",
    )
    scroller = html.Div(table, className="table-scroll", **attributes(data_scrolls="x"))
    return html.Section([head, scroller, _pages(cases, view, address)], className="cases", id=CASES_ID)


def _filters(cases: Mapping[str, Any], view: View, address: Address) -> list[Component]:
    words, now = view.words, dict(cases.get("filters") or {})
    statuses = [(key, words(f"cases.due_{key}"), mark(key)) for key in NEAR]
    states = [(key, words(f"case_state.{key}"), None) for key in STATES]
    units = [(str(row["key"]), words.label(dict(row), "name"), None) for row in cases.get("units") or []]
    every = words("cases.all")
    made = [
        _filter("status", words("cases.status"), every, statuses, now.get("status"), address),
        _filter("state", words("cases.state"), words("case_state.open"), states, now.get("state"), address),
    ]
    if units:
        made.append(_filter("unit", words("cases.unit"), every, units, now.get("unit"), address))
    if any(now.get(key) for key in ("status", "state", "unit")):
        href = address.to(status=None, state=None, unit=None) + f"#{CASES_ID}"
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
        ("type", html.A([words.label(dict(row), "type"), html.Span(number, className="number")], href=href)),
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

    here = html.Span(words("cases.page", page=page, pages=pages), className="page-here")
    return html.Nav(
        [link("cases.previous", page - 1), here, link("cases.next", page + 1)],
        className="pages",
        **attributes(aria_label=words("cases.pages")),
    )
