"""Addresses and pages: what an address means, and the page it shows. An address that means nothing is 404 or 400, said plainly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response, redirect, request

from dashboard import faults
from dashboard.case_query import checked
from dashboard.dictionary import entries
from dashboard.live import Live
from dashboard.refusal import Refusal, moment_of, period_of, refused_document
from dashboard.registry import OVERVIEW, declared
from dashboard.rotation import page_bytes, turn_of
from dashboard.taking.opened import UnknownArea
from data.db import reading
from data.measures import Span
from layouts.desk import desk_page
from layouts.markup import rendered
from layouts.screens import Screen
from layouts.view import Surface
from layouts.wall import wall_page

if TYPE_CHECKING:
    from dashboard.crowd import Crowds

LANGUAGES = ("zh", "en")
SURFACES: tuple[Surface, ...] = ("wall", "desk")
THEMES = ("dark", "light")
# Words of a query that need the place to be judged.
ASKED = {"from", "to", "asof", "status", "state", "kind", "unit", "sort", "dir", "page", "q"}


@dataclass(frozen=True)
class Address:
    """What an address asks for. `fault` is the HTTP status of what is wrong with it, 0 when nothing is."""

    surface: Surface = "wall"
    module: str = OVERVIEW
    area: str | None = None
    lang: str = "zh"
    theme: str = ""
    span: Span | None = None
    as_of: datetime | None = None
    fault: int = 0
    query: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    turn: Screen | None = None

    @classmethod
    def of(cls, module: str, query: Mapping[str, str], live: Live, surface: str = "") -> Self:
        """The address of a module with its query, of a screen's first page where no module is named; never raises."""
        wanted = dict(query)
        turn = turn_of(wanted) if not module or wanted.get("screen") else None
        module = module or (turn.pages[0] if turn else "")
        lang, asked = wanted.get("lang") or _browser_language(), surface or wanted.get("surface", "wall")
        shown: Surface = "desk" if asked == "desk" else "wall"
        theme = wanted.get("theme") or ("dark" if shown == "wall" else "light")
        fault = 0 if module in declared() else 404
        if lang not in LANGUAGES or asked not in SURFACES or theme not in THEMES:
            fault, lang = 400, lang if lang in LANGUAGES else _browser_language()
        span = as_of = refusal = None
        try:
            span, as_of = _asked(wanted, live, shown)
        except Refusal as error:
            fault, refusal = fault or 400, error
        area = wanted.get("area") or None
        if not fault and area and not _known(area, live):
            fault = 404
        return cls(shown, module, area, lang, theme, span, as_of, fault, wanted, refusal, turn)


class Page(Protocol):
    """A page that is no module's."""

    def refused(self, query: Mapping[str, str]) -> Response | None:
        """The answer to an address that cannot be shown; None for a good one."""

    def drawn(self, query: Mapping[str, str]) -> Any:
        """What it shows."""


def _browser_language() -> str:
    return str(request.accept_languages.best_match(LANGUAGES, "zh")) if request else "zh"


def _asked(query: Mapping[str, str], live: Live, surface: Surface) -> tuple[Span | None, datetime | None]:
    """Period and moment, and on the desk a list that can be shown. Raises Refusal."""
    if not query.keys() & ASKED:
        return None, None
    with reading(live.engine) as connection:
        taking = live.taking(connection, None)
        now = taking.now.astimezone(taking.zone)
        as_of = moment_of(query, now)
        if surface == "desk":
            checked(query, taking.units)
        return period_of(query, (as_of or now).astimezone(taking.zone)), as_of


def _known(area: str, live: Live) -> bool:
    if area == live.locality.root:
        return True
    with live.engine.connect() as connection:
        try:
            live.taking(connection, area)
        except UnknownArea:
            return False
    return True


def path_of(path: str) -> tuple[str, str] | None:
    """Surface and module of a path; None if no page lives there."""
    parts = [part for part in path.split("/") if part]
    if parts == ["wall"]:
        return "wall", ""
    if len(parts) == 2 and parts[0] in SURFACES:
        return parts[0], parts[1]
    return None


def asked_of(href: Any) -> tuple[str, dict[str, str]]:
    """Path and query of what a browser says its address is; no path where it makes no sense."""
    try:
        parts = urlsplit(href if isinstance(href, str) else "")
    except ValueError:
        return "", {}
    return unquote(parts.path), dict(parse_qsl(parts.query))


def screens(turn: Screen | None = None) -> list[dict[str, str]]:
    """Every screen of the wall, in order; those of a rotation where there is one."""
    return [{"key": key, "url": f"/wall/{key}"} for key in (turn.pages if turn else declared())]


def register(app: Dash, live: Live, crowds: "Crowds", others: Mapping[str, Page], legible: float = 0.0) -> None:
    """The one page callback, the next page of a rotation, and the guard that answers a wrong address before a page is sent.

    `others` are the pages that are no module's, by their paths."""
    server: Flask = app.server
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="page")])

    @server.before_request
    def guard() -> Any:
        if request.method != "GET" or request.endpoint not in ("/", "/<path:path>"):
            return None
        if request.path == "/":
            return redirect("/wall/overview")
        if other := others.get(request.path):
            return other.refused(request.args)
        return _refused(request.path, live)

    @app.callback(Output("page", "children"), Input("address", "href"))
    def page(href: Any) -> Any:
        path, query = asked_of(href)
        if other := others.get(path):
            return rendered(other.drawn(query))
        found = path_of(path)
        return rendered(drawn_page(Address.of(found[1], query, live, found[0]), live, crowds, legible)) if found else ""

    @server.get("/live/page/<module>")
    def next_page(module: str) -> Response:
        return turned(Address.of(module, request.args, live, "wall"), live, crowds, legible)


def _refused(path: str, live: Live) -> Response | None:
    """The answer to an address of a wall or a desk that cannot be shown; None for a good one."""
    found = path_of(path)
    address = Address.of(found[1], request.args, live, found[0]) if found else Address(fault=404, lang=_browser_language())
    if not address.fault:
        return None
    document = refused_document(address.fault, path, address.lang, address.refusal)
    return Response(document, status=address.fault, mimetype="text/html")


def turned(address: Address, live: Live, crowds: "Crowds", legible: float) -> Response:
    """The page a screen turns to, as bytes; 404 where no screen is named."""
    if address.fault or address.turn is None:
        return faults.answer(address.fault or 404)
    body = page_bytes(drawn_page(address, live, crowds, legible), live.snapshot(address.module, address.area))
    return Response(body, mimetype="application/json", headers={"Cache-Control": "no-store"})


def drawn_page(address: Address, live: Live, crowds: "Crowds", legible: float = 0.0) -> Any:
    """The page of a good address; `legible` is the least size of a wall's unit in pixels."""
    if address.fault:
        return ""
    snapshot = live.snapshot(address.module, address.area, address.span, address.as_of)
    if address.surface == "wall":
        return wall_page(snapshot, address.lang, screens(address.turn), address.theme, legible, address.turn)
    from dashboard.casework import case_list, children_of, one_case
    from dashboard.channels import channel_parts

    return desk_page(
        snapshot,
        address.lang,
        [{"key": key, "level": live.snapshot(key).worst()} for key in declared()],
        address.query,
        case_list(address, live) if declared()[address.module].shows_cases else None,
        one_case(address, live),
        {entry["key"]: entry for entry in entries(address.lang) if entry["module"] == address.module},
        children_of(address, live),
        channel_parts(address, live, crowds),
    )
