"""The live stream: one event source per page that carries versions only, and the bytes behind them."""

from collections.abc import Iterator

import orjson
from flask import Blueprint, Flask, Response, abort, request

from dashboard.live import Live
from dashboard.pages import Address

HEARTBEAT_S = 3.0


def register(server: Flask, live: Live, build: str) -> None:
    """Add /live/stream, /live/versions and /live/<module>."""
    routes = Blueprint("live", __name__)

    def state() -> bytes:
        return orjson.dumps({"build": build, "versions": live.watcher.versions, "failing": live.watcher.failing})

    def events() -> Iterator[bytes]:
        seen = live.watcher.sequence
        yield b"retry: 1000\ndata: " + state() + b"\n\n"
        while True:
            now = live.watcher.wait(seen, HEARTBEAT_S)
            yield (b"data: " + state() + b"\n\n") if now != seen else b"event: beat\ndata: {}\n\n"
            seen = now

    @routes.get("/live/stream")
    def stream() -> Response:
        return Response(events(), mimetype="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    @routes.get("/live/versions")
    def versions() -> Response:
        return Response(state(), mimetype="application/json", headers={"Cache-Control": "no-store"})

    @routes.get("/live/<module>")
    def body(module: str) -> Response:
        address = Address.of(module, request.args, live)
        if address.fault:
            abort(address.fault)
        version, content = live.drawn_bytes(module, address.area, address.surface, address.lang)
        fresh = request.args.get("v") == version
        answer = Response(content, mimetype="application/json")
        answer.headers["Cache-Control"] = "private, max-age=3600, immutable" if fresh else "no-store"
        answer.set_etag(version)
        answer.make_conditional(request)
        return answer

    server.register_blueprint(routes)
