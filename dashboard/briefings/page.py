"""The page of briefings by its address: what may be chosen, the rows of the archive it asks for, and how a wrong one is refused."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import RowMapping

from dashboard import faults
from dashboard.briefings.archive import Search
from dashboard.briefings.bindery import Bindery
from dashboard.briefings.orders import subjects
from dashboard.briefings.periods import WRITTEN
from dashboard.live import Live
from dashboard.pages import THEMES
from dashboard.refusal import Refusal, refused_document
from dashboard.registry import OVERVIEW, declared
from data.db import reading
from data.periods import date_of
from layouts.address import BRIEFINGS, Address
from layouts.briefing.edition import Kind
from layouts.briefing_archive import FILTERS, LONGEST, archive_section
from layouts.briefing_desk import KINDS, briefings_page
from layouts.markup import rendered
from layouts.text import LANGUAGES, Words, words_for
from layouts.view import View

PAGE = 25
_LAST_PAGE = 400  # further back one searches
_KEYS = ("lang", "theme", "q", "page", *FILTERS)
_CHOICES = {"lang": LANGUAGES, "theme": THEMES, "kind": KINDS, "written": LANGUAGES}


def register(server: Flask, page: "BriefingsPage") -> None:
    """Add /live/briefings, from where a page renews its list when something was made."""

    @server.get("/live/briefings")
    def listed() -> Response:
        return page.refused(request.args) or Response(page.archive(request.args), mimetype="application/json")


class BriefingsPage:
    """The page at /briefings."""

    def __init__(self, live: Live, bindery: Bindery) -> None:
        self._live, self._bindery = live, bindery

    def refused(self, query: Mapping[str, str]) -> Response | None:
        """The answer to an address that cannot be shown; None for a good one."""
        status, refusal = self._fault(query)
        if not status:
            return None
        document = refused_document(status, request.path, faults.language(), refusal)
        return Response(document, status=status, mimetype="text/html")

    def drawn(self, query: Mapping[str, str]) -> Any:
        """The page of an address; nothing for one that is refused."""
        if self._fault(query)[0]:
            return ""
        said, view = self._asked(query)
        modules = [{"key": key, "level": self._live.snapshot(key).worst()} for key in declared()]
        return briefings_page(view, modules, said, self._offer(said, view.words))

    def archive(self, query: Mapping[str, str]) -> bytes:
        """What the page of a good address lists, as the browser takes it."""
        said, view = self._asked(query)
        listed = archive_section(view, Address(BRIEFINGS, said), self._offer(said, view.words))
        return orjson.dumps({"children": rendered(listed.children)}, default=str)

    def _asked(self, query: Mapping[str, str]) -> tuple[dict[str, str], View]:
        """What an address says, and the view it is drawn with."""
        said = {key: query[key] for key in _KEYS if query.get(key)}
        return said, View(self._live.snapshot(OVERVIEW), words_for(said.get("lang") or faults.language()), "desk")

    def _fault(self, query: Mapping[str, str]) -> tuple[int, Refusal | None]:
        """The status of what is wrong with an address, 0 for a good one, and what is refused."""
        try:
            checked(query)
        except Refusal as error:
            return 400, error
        return 0 if query.get("area", "") in ("", *self._areas()) else 404, None

    def _offer(self, query: Mapping[str, str], words: Words) -> dict[str, Any]:
        areas = self._areas()
        periods = self._bindery.editions.newest().items()
        offered = [row for row in areas.values() if row["kind"] in ("district", "subdistrict") or row["code"] == query.get("area")]
        return {
            "subjects": subjects(),
            "areas": offered,
            "periods": {str(kind): {"last": last.text, "running": running.text} for kind, (last, running) in periods},
            "written": {str(kind): text for kind, text in WRITTEN.items()},
            "archive": self._archive(query, areas, words),
        }

    def _areas(self) -> dict[str, dict[str, Any]]:
        """The areas there are."""
        with reading(self._live.engine) as connection:
            return {code: {**row, "code": code} for code, row in self._live.taking(connection, None).areas.items()}

    def _archive(self, query: Mapping[str, str], areas: Mapping[str, Any], words: Words) -> dict[str, Any]:
        page = int(query.get("page") or 1)
        exact = tuple(("lang" if name == "written" else name, query[name]) for name in FILTERS if query.get(name))
        found = self._bindery.archive.listed(Search(query.get("q", "").strip(), exact, limit=PAGE * page))
        rows = [self._row(row, areas, words) for row in found[PAGE * (page - 1) : PAGE * page]]
        return {"rows": rows, "page": page, "size": PAGE, "more": len(found) > PAGE * page and page < _LAST_PAGE}

    def _row(self, row: RowMapping, areas: Mapping[str, Any], words: Words) -> dict[str, Any]:
        """A filed briefing as the list shows it."""
        area, first, last = areas.get(row["area"], {}), date_of(row["first_on"]), date_of(row["last_on"])
        period = words("briefing.period_days", first=first, last=last) if first < last else f"{last}"
        if row["kind"] == Kind.SPECIAL:
            period = f"{row['as_of'].astimezone(self._bindery.editions.here.zone):%Y-%m-%d %H:%M}"
        names = ("id", "title", "subject", "kind", "running", "lang", "form", "appendix", "size_n", "pages_n", "made_at", "digest")
        return {
            **{name: row[name] for name in names},
            "name_zh": area.get("name_zh") or row["area"],
            "name_en": area.get("name_en") or row["area"],
            "period": period,
            "href": f"/briefings/{row['id']}.{row['form']}",
        }


def checked(query: Mapping[str, str]) -> None:
    """Raises Refusal for the first value of the address that is not allowed."""
    for name, allowed in {**_CHOICES, "subject": subjects()}.items():
        if query.get(name) and query[name] not in allowed:
            raise Refusal(f"{name}={query[name]}", allowed)
    page, text = query.get("page"), query.get("q", "")
    if page and not (page.isascii() and page.isdigit() and len(page) < 5 and 0 < int(page) <= _LAST_PAGE):
        raise Refusal(f"page={page}", [f"1 … {_LAST_PAGE}"])
    if len(text) > LONGEST:
        raise Refusal(f"q={text}", rule="text_long")
    if not text.isprintable():
        raise Refusal("q")
