"""Every fault as an answer: a page in the reader's language, JSON for programs. What went wrong inside is logged, never shown."""

import logging
from collections.abc import Sequence
from typing import Any

import orjson
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from layouts.errors import error_document
from layouts.text import LANGUAGES, words_for

log = logging.getLogger(__name__)
PROGRAMS = ("/api/", "/live/", "/geo/", "/_dash", "/health", "/ready", "/metrics")
RETRY_S = 10


def language() -> str:
    """What the reader of this request reads: the address, else the browser, else the first we speak."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else str(request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]))


def problem(status: int, found: str, allowed: Sequence[str]) -> dict[str, Any]:
    """The fault as RFC 9457 has it: what it is, what was found, what would have been allowed."""
    words, known = words_for(language()), list(allowed)
    title = words.known(f"problem.{status}", words.known(f"error.{status}", str(status)))
    detail = words("problem.allowed", found=found, allowed=", ".join(known)) if known else words("problem.found", found=found)
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path, "allowed": known}


def answer(status: int, found: str = "", allowed: Sequence[str] = ()) -> Response:
    """The answer of that status: what was found and what is allowed, as a page or as JSON."""
    spoken, shown = language(), found or request.path
    if request.path.startswith(PROGRAMS):
        made = Response(orjson.dumps(problem(status, shown, allowed)), status=status, mimetype="application/problem+json")
    else:
        made = Response(error_document(status, shown, spoken, allowed), status=status, mimetype="text/html")
    if status >= 500:
        made.headers["Retry-After"] = str(RETRY_S)
    made.headers["Cache-Control"] = "no-store"
    return made


def register(server: Flask) -> None:
    """Answer every fault of the server this way."""

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error
        made = answer(status)
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                made.headers[name] = value
        return made

    @server.errorhandler(DependencyException)
    @server.errorhandler(InvalidResourceError)
    def no_such_file(_: Exception) -> Response:
        return answer(404)

    @server.errorhandler(SQLAlchemyError)
    def unread(error: SQLAlchemyError) -> Response:
        log.warning("%s cannot be answered: %s", request.path, str(error).splitlines()[0])
        return answer(503)

    @server.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("%s failed", request.path, exc_info=error)
        return answer(500)
