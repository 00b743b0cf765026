"""The live picture over HTTP: asked for with purpose and reason, played with its token, given back. There is no way to keep one."""

from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, abort, request

from dashboard import faults
from dashboard.actions import GATEWAY, GRANTED_FOR, PATTERN, Actions, Grant, Refused
from dashboard.guard import asked
from dashboard.settings import LOOPBACK, ROOT, Settings
from data.audit import GRANTED, REFUSED
from layouts.text import words_for

FOLDER = ROOT / "data" / "seed" / "demo" / "test_pattern"
PLAYLIST = "index.m3u8"
KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4s": "video/mp4"}


def source_of(settings: Settings, demo: bool) -> str:
    """Where pictures come from: a gateway, the pattern of a demonstration, or nowhere."""
    return GATEWAY if settings.video_gateway else PATTERN if demo else ""


def register(server: Flask, actions: Actions, gateway: str = "") -> None:
    """Add POST /live/picture and /live/picture/end, and the streams' own addresses; `gateway` is the template of theirs."""
    routes, files = Blueprint("picture", __name__), _files()

    @routes.errorhandler(Refused)
    def refused(_: Refused) -> Response:
        return faults.answer(403)

    @routes.post("/live/picture")
    def ask() -> Response:
        wanted = asked()
        number = wanted["channel"] if type(wanted.get("channel")) is int else 0
        try:
            grant, token = actions.open_picture(number, _text(wanted, "purpose"), _text(wanted, "reason"), request.remote_addr in LOOPBACK)
        except Refused as error:
            return _json({"outcome": REFUSED, "rule": error.rule, "said": words_for(faults.language())(f"refused.{error.rule}")})
        return _json(_told(grant, token, gateway))

    @routes.post("/live/picture/end")
    def end() -> Response:
        actions.end_picture(_text(asked(), "token"))
        return Response(status=204)

    @routes.get("/live/picture/<token>")
    def valid(token: str) -> Response:
        actions.granted(token)
        return Response(status=204)

    @routes.get("/live/picture/<token>/<name>")
    def part(token: str, name: str) -> Response:
        actions.granted(token)
        if gateway or name not in files:
            abort(404)
        return Response(files[name].read_bytes(), content_type=KINDS[files[name].suffix], headers={"Cache-Control": "no-store"})

    server.register_blueprint(routes)


def _files() -> dict[str, Path]:
    return {path.name: path for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}


def _text(wanted: dict[str, Any], name: str) -> str:
    value = wanted.get(name)
    return value if isinstance(value, str) else ""


def _told(grant: Grant, token: str, gateway: str) -> dict[str, Any]:
    address = gateway.replace("{code}", grant.code).replace("{token}", token) or f"/live/picture/{token}/{PLAYLIST}"
    seconds = int(GRANTED_FOR.total_seconds())
    return {"outcome": GRANTED, "token": token, "address": address, "seconds": seconds, "pattern": not gateway}


def _json(said: dict[str, Any]) -> Response:
    return Response(orjson.dumps(said), content_type="application/json", headers={"Cache-Control": "no-store"})
