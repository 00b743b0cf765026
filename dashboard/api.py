"""The read interface: modules, snapshots, the dictionary, and the interface's own description."""

from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard import faults
from dashboard.dictionary import entries
from dashboard.live import Live
from dashboard.pages import Address
from dashboard.registry import declared, watched
from layouts.text import words_for
from modules.spec import Snapshot


def json(content: Any, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(content, default=str), status=status, mimetype="application/json")


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
        "readings": {key: asdict(reading) for key, reading in snapshot.readings.items()},
        "panels": {panel.key: {"kind": panel.kind, **panel.data} for panel in snapshot.panels},
    }


def register(server: Flask, live: Live) -> None:
    """Add /api/v1."""
    routes = Blueprint("api", __name__)

    @routes.get("/api/v1/modules")
    def modules() -> Response:
        lang = "en" if request.args.get("lang") == "en" else "zh"
        words = words_for(lang)
        rows = [{"key": key, "title": words.module(key), "order": module.order, "url": f"/api/v1/modules/{key}/snapshot"}
                for key, module in watched().items()]  # fmt: skip
        return json(rows)

    @routes.get("/api/v1/modules/<module>/snapshot")
    def snapshot(module: str) -> Response:
        address = Address.of(module, request.args, live)
        if address.fault:
            return faults.answer(address.fault)
        return json(snapshot_json(live.snapshot(module, address.area, address.span, address.as_of)))

    @routes.get("/api/v1/metrics")
    def metrics() -> Response:
        return json(entries("en" if request.args.get("lang") == "en" else "zh"))

    @routes.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return json(described())

    server.register_blueprint(routes)


def described() -> dict[str, Any]:
    """The interface in OpenAPI 3.1."""
    text = {"type": "string"}
    query = [{"name": name, "in": "query", "schema": text} for name in ("area", "from", "to", "asof", "lang")]
    module = {"name": "module", "in": "path", "required": True, "schema": {"enum": list(declared())}}

    def get(summary: str, parameters: list[Any]) -> dict[str, Any]:
        answers = {
            "200": {"description": "JSON"},
            "400": {"description": "a parameter is not allowed"},
            "404": {"description": "unknown"},
        }
        return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}

    return {
        "openapi": "3.1.0",
        "info": {"title": "District operations", "version": "1"},
        "paths": {
            "/api/v1/modules": get("Every module", []),
            "/api/v1/modules/{module}/snapshot": get("What a module shows for an area", [module, *query]),
            "/api/v1/metrics": get("The metric dictionary", [query[-1]]),
        },
    }
