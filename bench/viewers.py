"""Many open walls in one process: `python -m bench.viewers PORT COUNT`.

Each wall holds its event stream and, on a new version of its module, asks for the body over a connection of its own, one request at a
time, as a page does. Prints `ready` when every stream has begun; when its input ends, prints what each wall received and when.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Callable

MODULES = ("overview", "grid_management")
EVENT = re.compile(rb"data: (\{.*?\})\n\n")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
VERSION = re.compile(rb'etag: "([^"]+)"', re.IGNORECASE)
READ = 1 << 18
AGAIN_S = 0.25
TICK_S = 0.02


class Wall:
    """A page: its stream, its requests, and the moments at which versions and bodies came in."""

    def __init__(self, port: int, module: str, selector: selectors.BaseSelector) -> None:
        self.module, self._port, self._selector = module, port, selector
        self.told: list[tuple[float, str]] = []
        self.shown: list[tuple[float, str]] = []
        self.bytes = 0
        self._wanted = ""
        self._again_at = 0.0
        self._asked = ""
        self._events, self._answer = b"", b""
        self._stream = self._opened(self._hear)
        self._requests = self._opened(self._receive)
        self._stream.sendall(b"GET /live/stream HTTP/1.1\r\nHost: wall\r\nAccept: text/event-stream\r\n\r\n")

    def _opened(self, on_data: Callable[[bytes], None]) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(opened, selectors.EVENT_READ, on_data)
        return opened

    def _hear(self, data: bytes) -> None:
        if not data:
            raise RuntimeError("the server closed a stream")
        self._events += data
        for found in EVENT.finditer(self._events):
            versions = json.loads(found[1]).get("versions")
            if versions:
                self._wanted = versions[self.module]
                self.told.append((time.monotonic(), self._wanted))
        self._events = self._events[self._events.rfind(b"\n\n") + 2 :] if b"\n\n" in self._events else self._events
        self._ask()

    def _ask(self) -> None:
        shown = self.shown[-1][1] if self.shown else ""
        if self._asked or not self._wanted or self._wanted == shown:
            return
        self._asked = self._wanted
        address = f"/live/{self.module}?surface=wall&lang=zh&v={self._asked}"
        self._requests.sendall(f"GET {address} HTTP/1.1\r\nHost: wall\r\n\r\n".encode())

    def _receive(self, data: bytes) -> None:
        if not data:  # the server may close what it no longer keeps
            self._selector.unregister(self._requests)
            self._requests.close()
            self._requests = self._opened(self._receive)
            self._asked, self._answer = "", b""
            return self._ask()
        self._answer += data
        head, mark, body = self._answer.partition(b"\r\n\r\n")
        if not mark:
            return
        length, version = LENGTH.search(head), VERSION.search(head)
        if not length or not version:
            raise RuntimeError(head.decode())
        if len(body) < int(length[1]):
            return
        self.shown.append((time.monotonic(), version[1].decode()))
        self.bytes += len(body)
        self._asked, self._answer = "", b""
        if self._wanted != self.shown[-1][1]:
            self._again_at = time.monotonic() + AGAIN_S

    def tick(self) -> None:
        """Ask for what came while the last answer was on its way, as a page does after a while."""
        if self._again_at and self._again_at <= time.monotonic():
            self._again_at = 0.0
            self._ask()


def main() -> int:
    """Open the walls, watch until the input ends, print what they received."""
    port, count = int(sys.argv[1]), int(sys.argv[2])
    selector = selectors.DefaultSelector()
    walls = [Wall(port, MODULES[index % len(MODULES)], selector) for index in range(count)]
    selector.register(sys.stdin.buffer, selectors.EVENT_READ, None)
    ready, ticked = False, 0.0
    while True:
        if time.monotonic() - ticked > TICK_S:
            ticked = time.monotonic()
            for wall in walls:
                wall.tick()
        for key, _ in selector.select(TICK_S):
            if key.data is None:
                received = [{"module": w.module, "told": w.told, "shown": w.shown, "bytes": w.bytes} for w in walls]
                print(json.dumps(received), flush=True)
                return 0
            key.data(key.fileobj.recv(READ))  # type: ignore[union-attr]
        if not ready and all(wall.shown for wall in walls):
            ready = True
            print("ready", flush=True)


if __name__ == "__main__":
    sys.exit(main())
