"""The read interface: modules, snapshots, the dictionary, cases, and the interface's own description."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard import faults
from dashboard.api_cases import FILTERS, BadParameter, page_of_cases, single_case
from dashboard.api_description import described
from dashboard.dictionary import entries
from dashboard.live import Live
from dashboard.pages import Address
from dashboard.registry import declared, watched
from dashboard.taking.opened import UnknownArea
from layouts.text import LANGUAGES, words_for
from modules.spec import Reading, Snapshot

SNAPSHOT_QUERY = ("area", "asof", "from", "to", "lang")


def json(content: Any) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(content, default=str, option=orjson.OPT_NON_STR_KEYS), mimetype="application/json")


def reading_json(reading: Reading) -> dict[str, Any]:
    """A reading in the interface's shape: the nine promised names, and more."""
    told = asdict(reading)
    return {**told, "as_of": reading.as_of, "quality": str(reading.quality), "level": str(reading.level), "unit": str(reading.unit)}


def snapshot_json(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot in the interface's shape."""
    return {
        "module": snapshot.module,
        "area": snapshot.area,
        "as_of": snapshot.as_of,
        "version": snapshot.version,
        "digest": snapshot.digest,
        "demo": snapshot.demo,
        "stale": snapshot.stale,
        "readings": {key: reading_json(reading) for key, reading in snapshot.readings.items()},
        "panels": {panel.key: {"kind": panel.kind, **panel.data} for panel in snapshot.panels},
    }


def spoken(query: Mapping[str, str], allowed: tuple[str, ...]) -> str:
    """The language of the answer. Raises BadParameter for a parameter or a language that is not allowed."""
    for name in query:
        if name not in allowed:
            raise BadParameter(name, allowed)
    if (query.get("lang") or LANGUAGES[0]) not in LANGUAGES:
        raise BadParameter(f"lang={query['lang']}", LANGUAGES)
    return faults.language()


def register(server: Flask, live: Live) -> None:
    """Add /api/v1."""
    routes = Blueprint("api", __name__)
    _add_faults(routes)
    _add_modules(routes, live)
    _add_cases(routes, live)

    @routes.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return json(described())

    server.register_blueprint(routes)


def _add_faults(routes: Blueprint) -> None:
    @routes.errorhandler(BadParameter)
    def refused(error: BadParameter) -> Response:
        return faults.answer(400, error.found, error.allowed)

    @routes.errorhandler(UnknownArea)
    def unknown(error: UnknownArea) -> Response:
        return faults.answer(404, f"area={error.args[0]}")

    @routes.get("/api/<path:path>")
    def nothing(path: str) -> Response:
        return faults.answer(404, path)


def _add_modules(routes: Blueprint, live: Live) -> None:
    @routes.get("/api/v1/modules")
    def modules() -> Response:
        words = words_for(spoken(request.args, ("lang",)))
        rows = [{"key": key, "title": words.module(key), "order": module.order, "url": f"/api/v1/modules/{key}/snapshot"}
                for key, module in watched().items()]  # fmt: skip
        return json(rows)

    @routes.get("/api/v1/modules/<module>/snapshot")
    def snapshot(module: str) -> Response:
        if module not in declared():
            return faults.answer(404, module, list(declared()))
        spoken(request.args, SNAPSHOT_QUERY)
        address = Address.of(module, request.args, live)
        if address.refusal:
            return faults.answer(400, address.refusal.found, address.refusal.allowed)
        if address.fault:
            return faults.answer(address.fault, f"area={address.area}")
        return json(snapshot_json(live.snapshot(module, address.area, address.span, address.as_of)))

    @routes.get("/api/v1/metrics")
    def metrics() -> Response:
        return json(entries(spoken(request.args, ("lang",))))


def _add_cases(routes: Blueprint, live: Live) -> None:
    @routes.get("/api/v1/cases")
    def cases() -> Response:
        lang = spoken(request.args, FILTERS)
        return json(page_of_cases(request.args.to_dict(), lang, live, request.path))

    @routes.get("/api/v1/cases/<number>")
    def case(number: str) -> Response:
        found = single_case(number, spoken(request.args, ("lang",)), live)
        return json(found) if found else faults.answer(404, number)
