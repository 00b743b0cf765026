"""The program as it runs for people: started as processes of their own on a free port, asked over HTTP, and stopped again."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.ground import PLACE
from dashboard.settings import ROOT

PATIENCE_S = 600.0
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Served:
    """A running program: the process that was started and the port it answers on."""

    process: subprocess.Popen[bytes]
    port: int

    def status(self, address: str) -> int:
        """The HTTP status of an address; 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def answering(self, *addresses: str) -> None:
        """Wait until each of the addresses is answered with 200. RuntimeError when the program ended or takes too long."""
        give_up = time.monotonic() + PATIENCE_S
        for address in addresses:
            while self.status(address) != 200:
                if self.process.poll() is not None:
                    raise RuntimeError(f"it ended with {self.process.returncode}")
                if time.monotonic() > give_up:
                    raise RuntimeError(f"no answer from {address}")
                time.sleep(LOOK_S)

    def descendants(self) -> dict[int, str]:
        """The process and everything it started: number and command line."""
        parents: dict[int, list[int]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, AttributeError):
                parent = int(re.search(r"^PPid:\s+(\d+)", (folder / "status").read_text(), re.M)[1])  # type: ignore[index]
                parents.setdefault(parent, []).append(int(folder.name))
        found, rest = {}, [self.process.pid]
        while rest:
            number = rest.pop()
            with suppress(OSError):
                found[number] = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            rest += parents.get(number, [])
        return found

    def cpu_s(self) -> float:
        """Processor seconds of the process and everything it started."""
        return sum(_ticks(number) for number in self.descendants()) / os.sysconf("SC_CLK_TCK")


def _ticks(number: int) -> int:
    with suppress(OSError):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    return 0


def peak_mb(number: int) -> float:
    """The most memory a process had at a time, in megabytes."""
    found = re.search(r"^VmHWM:\s+(\d+)", Path(f"/proc/{number}/status").read_text(), re.M)
    return int(found[1]) / 1024 if found else 0.0


def free_port() -> int:
    """A port nobody listens on; BENCH_PORT names one."""
    if chosen := os.environ.get("BENCH_PORT"):
        return int(chosen)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(path: Path, *command: str, **settings: str) -> Iterator[Served]:
    """The program with a database file, as `python *command`; stopped afterwards."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WALL_")}
    ours = {"PLACE": PLACE, "DATABASE_URL": f"sqlite:///{path}", "PORT": str(port), "WALL_LOG_LEVEL": "error"}
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**clean, **ours, **settings}, stderr=subprocess.DEVNULL)
    try:
        yield Served(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
