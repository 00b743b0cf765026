"""Refuses what no page of ours sends to the callbacks: another shape, other ids, too much. The answer is 400 or 413, never a crash."""

from typing import Any

from dash import Dash
from flask import Flask, Response, abort, request

from dashboard import faults

MOST_BYTES = 1 << 20
_ENDPOINT = "/_dash-update-component"


def register(app: Dash) -> None:
    """Check every call of a callback before Dash reads it."""
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES

    @server.before_request
    def check() -> Response | None:
        if request.endpoint != _ENDPOINT or request.method != "POST":
            return None
        return None if known(_body(), app.callback_map) else faults.answer(400)


def from_our_page() -> None:
    """Nothing where a request comes from one of our own pages or from a program; any other ends with 403."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)


def asked() -> dict[str, Any]:
    """The body of a request of our own; no page elsewhere can send it, for it is JSON. Another shape ends with 400."""
    from_our_page()
    body = _body()
    if not isinstance(body, dict):
        abort(400)
    return body


def _body() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets without end
        return None


def known(body: Any, callbacks: dict[str, Any]) -> bool:
    """Whether a request body names a declared callback with exactly its outputs, inputs and states."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    declared = callbacks.get(body["output"])
    if declared is None or not _named(body.get("outputs"), body["output"]):
        return False
    return all(_same(body.get(kind, []), declared[kind]) for kind in ("inputs", "state")) and _changed(body)


def _named(outputs: Any, output: str) -> bool:
    return isinstance(outputs, dict) and f"{outputs.get('id')}.{outputs.get('property')}" == output


def _same(given: Any, declared: list[dict[str, Any]]) -> bool:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return False
    return [(one.get("id"), one.get("property")) for one in given] == [(one["id"], one["property"]) for one in declared]


def _changed(body: dict[str, Any]) -> bool:
    changed = body.get("changedPropIds", [])
    return isinstance(changed, list) and all(isinstance(one, str) and "." in one for one in changed)
