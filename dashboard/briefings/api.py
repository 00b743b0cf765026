"""Briefings over HTTP: asked for and polled, cancelled, found in the archive, taken away as files."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Flask, Response, request, send_file
from sqlalchemy import RowMapping

from dashboard import faults
from dashboard.api import json, spoken
from dashboard.api_cases import BadParameter, chosen_in, day_in, limit_in
from dashboard.briefings.archive import Search
from dashboard.briefings.bindery import Bindery, message
from dashboard.briefings.jobs import DONE, FAILED, WORKING, Busy
from dashboard.briefings.orders import order_of, said, subjects
from dashboard.guard import asked, from_our_page
from dashboard.refusal import Refusal
from dashboard.taking.opened import UnknownArea
from data.periods import date_of
from layouts.briefing.edition import FORMS, TYPES, Kind
from layouts.text import LANGUAGES, Words, words_for

ARCHIVE = "/api/v1/briefings"
QUERY = ("q", "kind", "subject", "area", "lang", "form", "from", "to", "limit", "cursor")
EXACT = {"kind": tuple(map(str, Kind)), "lang": LANGUAGES, "form": FORMS}
FOR_EVER = "private, max-age=31536000, immutable"
BUSY_S = "30"
_KEY = re.compile(r"[0-9a-f]{24,32}\Z")
_CURSOR = re.compile(r"([0-9]{1,10})-([0-9a-f]{24})\Z")
_LONGEST = 100  # characters looked for


def register(server: Flask, bindery: Bindery) -> None:
    """Add /api/v1/briefings, its jobs, and the files below /briefings."""
    routes = Blueprint("briefings", __name__)
    _add_faults(routes)
    _add_jobs(routes, bindery)
    _add_archive(routes, bindery)
    server.register_blueprint(routes)


def job_json(job: Mapping[Any, Any], form: str, words: Words) -> dict[str, Any]:
    """A job in the interface's shape."""
    values = orjson.loads(job["said_with"])
    stage = "cancelling" if job["cancelling"] and job["state"] == WORKING else job["stage"] if job["state"] == WORKING else job["state"]
    told = message(job["said"], values, words) if job["state"] == FAILED else words(f"making.{stage or WORKING}")
    made = job["briefing"] if job["state"] == DONE else None
    return {
        "id": job["id"],
        "url": f"{ARCHIVE}/jobs/{job['id']}",
        **{name: job[name] for name in ("state", "progress", "stage")},
        "message": told,
        **{name: job[name] for name in ("subject", "kind", "period", "area", "lang", "appendix", "form")},
        **{name: job[name] for name in ("asked_at", "began_at", "ended_at")},
        "briefing": made and f"{ARCHIVE}/{made}",
        "file": made and f"/briefings/{made}.{form}",
    }


def briefing_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A filed briefing in the interface's shape."""
    plain = (
        "id",
        "title",
        "subject",
        "kind",
        "number",
        "area",
        "lang",
        "appendix",
        "form",
        "running",
        "digest",
        "sha256",
        "as_of",
        "made_at",
    )
    return {
        **{name: row[name] for name in plain},
        "first": date_of(row["first_on"]).isoformat(),
        "last": date_of(row["last_on"]).isoformat(),
        "size": row["size_n"],
        "pages": row["pages_n"],
        "url": f"{ARCHIVE}/{row['id']}",
        "file": f"/briefings/{row['id']}.{row['form']}",
    }


def _add_faults(routes: Blueprint) -> None:
    @routes.errorhandler(BadParameter)
    def not_allowed(error: BadParameter) -> Response:
        return faults.answer(400, error.found, error.allowed)

    @routes.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return faults.answer(400, error.found, said(error, words_for(faults.language())))

    @routes.errorhandler(UnknownArea)
    def unknown(error: UnknownArea) -> Response:
        return faults.answer(404, f"area={error.args[0]}")

    @routes.errorhandler(Busy)
    def busy(_: Busy) -> Response:
        answer = faults.answer(429, words_for(faults.language())("making.busy"))
        answer.headers["Retry-After"] = BUSY_S
        return answer


def _accepted(job: RowMapping) -> Response:
    told = json(job_json(job, job["form"], words_for(faults.language())))
    told.status_code = 202
    told.headers["Location"] = f"{ARCHIVE}/jobs/{job['id']}"
    return told


def _add_jobs(routes: Blueprint, bindery: Bindery) -> None:
    @routes.post(ARCHIVE)
    def ask() -> Response:
        return _accepted(bindery.ask(order_of(asked(), bindery.editions)))

    @routes.post(f"{ARCHIVE}/<key>")
    def ask_again(key: str) -> Response:
        asked()
        made = _filed(key, bindery)
        return _accepted(bindery.ask_again(made)) if made else faults.answer(404, key)

    @routes.get(f"{ARCHIVE}/jobs/<key>")
    def job(key: str) -> Response:
        words = words_for(spoken(request.args, ("lang",)))
        found = bindery.jobs.one(key) if _KEY.match(key) else None
        return json(job_json(found, found["form"], words)) if found else faults.answer(404, key)

    @routes.delete(f"{ARCHIVE}/jobs/<key>")
    def cancel(key: str) -> Response:
        from_our_page()
        found = bindery.jobs.cancel(key) if _KEY.match(key) else None
        return json(job_json(found, found["form"], words_for(faults.language()))) if found else faults.answer(404, key)


def _add_archive(routes: Blueprint, bindery: Bindery) -> None:
    @routes.get(ARCHIVE)
    def archive() -> Response:
        spoken(request.args, QUERY)
        return json(_page(request.args.to_dict(), bindery))

    @routes.get(f"{ARCHIVE}/<key>")
    def one(key: str) -> Response:
        spoken(request.args, ("lang",))
        row = _filed(key, bindery)
        return json({**briefing_json(row), "digests": bindery.editions.digests(row["edition"])}) if row else faults.answer(404, key)

    @routes.get("/briefings/<key>.<form>")
    def file(key: str, form: str) -> Response:
        row = _filed(key, bindery)
        if row is None or row["form"] != form:
            return faults.answer(404)
        path = bindery.archive.path(row)
        if not path.is_file():
            return faults.answer(404, words_for(faults.language())("making.no_file"))
        name = f"{row['file'].rpartition('_')[0]}.{form}"
        answer = send_file(path, TYPES[form], as_attachment=True, download_name=name, etag=row["sha256"], last_modified=row["made_at"])
        answer.headers["Cache-Control"] = FOR_EVER
        return answer


def _filed(key: str, bindery: Bindery) -> RowMapping | None:
    return bindery.archive.one(key) if _KEY.match(key) else None


def _page(query: dict[str, str], bindery: Bindery) -> dict[str, Any]:
    """One page of the archive. Raises BadParameter."""
    allowed = {**EXACT, "subject": subjects()}
    exact = {name: value for name, known in allowed.items() if (value := chosen_in(query, name, known))}
    for name in ("area", "q"):
        if not query.get(name, "").isprintable():
            raise BadParameter(name, ())
    exact |= {"area": query["area"]} if query.get("area") else {}
    days = day_in(query, "from"), day_in(query, "to")
    search = Search(query.get("q", "").strip()[:_LONGEST], tuple(exact.items()), *days, _after(query), limit_in(query))
    found = bindery.archive.listed(search)
    shown = found[: search.limit]
    further = None
    if len(found) > len(shown):
        cursor = f"{int(shown[-1]['made_at'].timestamp())}-{shown[-1]['id']}"
        further = f"{ARCHIVE}?{urlencode({**query, 'cursor': cursor})}"
    return {"briefings": [briefing_json(row) for row in shown], "next": further}


def _after(query: Mapping[str, str]) -> tuple[datetime, str] | None:
    """The last briefing of the page before."""
    if "cursor" not in query:
        return None
    match = _CURSOR.match(query["cursor"])
    if match is None:
        raise BadParameter(f"cursor={query['cursor']}", ("next",))
    return datetime.fromtimestamp(int(match[1]), UTC), match[2]
