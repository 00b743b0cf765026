"""The live stream: one event source per page that carries versions only, and the bytes behind them."""

import threading
from collections.abc import Iterator

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard import faults
from dashboard.live import Live
from dashboard.pages import Address

HEARTBEAT_S = 3.0
BEAT = b"event: beat\ndata: {}\n\n"


class Streams:
    """The open streams. Each holds a thread, so there is an upper bound: some must be left to answer everybody else."""

    def __init__(self, live: Live, build: str, most: int) -> None:
        self._live, self._build = live, build
        self._free = threading.BoundedSemaphore(most)

    def state(self) -> bytes:
        """The build, every module's version and whether the database answers, as JSON."""
        watcher = self._live.watcher
        return orjson.dumps({"build": self._build, "versions": watcher.versions, "failing": watcher.failing})

    def opened(self) -> Response | None:
        """A new stream; None when all places are taken."""
        if not self._free.acquire(blocking=False):
            return None
        made = Response(self._events(), mimetype="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        made.call_on_close(self._free.release)
        return made

    def _events(self) -> Iterator[bytes]:
        watcher = self._live.watcher
        seen = watcher.sequence
        yield b"retry: 1000\ndata: " + self.state() + b"\n\n"
        while True:
            now = watcher.wait(seen, HEARTBEAT_S)
            yield (b"data: " + self.state() + b"\n\n") if now != seen or watcher.failing else BEAT
            seen = now


def register(server: Flask, live: Live, build: str, most: int) -> None:
    """Add /live/stream for at most so many at a time, /live/versions and /live/<module>."""
    routes, streams = Blueprint("live", __name__), Streams(live, build, most)

    @routes.get("/live/stream")
    def stream() -> Response:
        return streams.opened() or faults.answer(503)

    @routes.get("/live/versions")
    def versions() -> Response:
        return Response(streams.state(), mimetype="application/json", headers={"Cache-Control": "no-store"})

    @routes.get("/live/<module>")
    def body(module: str) -> Response:
        address = Address.of(module, request.args, live)
        if address.fault:
            return faults.answer(address.fault)
        version, content = live.drawn_bytes(module, address.area, address.surface, address.lang)
        kept = "private, max-age=3600, immutable" if address.query.get("v") == version else "no-store"
        answer = Response(content, content_type="application/json", headers={"Cache-Control": kept, "ETag": f'"{version}"'})
        if "HTTP_IF_NONE_MATCH" in request.environ:  # asked on every change by every page: no header is worked out that nobody wants
            answer.make_conditional(request)
        return answer

    server.register_blueprint(routes)
