"""A mail server for tests: takes mail in the clear, after STARTTLS or through TLS, with a password or without, and fails as it is told."""

import base64
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

PEM = Path(__file__).parents[1] / "data" / "mail"
AUTHORITY = PEM / "authority.pem"
USER, PASSWORD = "briefings@desk", "p@ss:word/1"
PERMANENT = b"550 no such unit"


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: "MailServer"

    def handle(self) -> None:
        self.known = not self.server.password
        answers = {"EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._mail, "RCPT": self._rcpt,
                   "DATA": self._data, "QUIT": self._quit}  # fmt: skip
        with suppress(OSError):  # who hangs up, or does not trust, is no fault of the server
            if self.server.implicit:
                self._secure()
            self._say(b"220 localhost")
            while line := self.rfile.readline():
                verb, _, rest = line.decode().strip().partition(" ")
                self.server.heard.append(verb.upper())
                if not answers.get(verb.upper(), self._unknown)(rest):
                    return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # what TLS put in its place is nobody else's

    def _secure(self) -> None:
        self.rfile.close()
        self.wfile.close()
        self.request = self.server.tls.wrap_socket(self.connection, server_side=True, do_handshake_on_connect=False)
        self.setup()
        self.connection.do_handshake()

    def _say(self, *lines: bytes) -> bool:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))
        return True

    def _unknown(self, _rest: str) -> bool:
        return self._say(b"502 what?")

    def _ehlo(self, _rest: str) -> bool:
        able = [b"STARTTLS"] if self.server.starttls and not isinstance(self.connection, ssl.SSLSocket) else []
        able += [b"AUTH PLAIN"] if self.server.password else []
        return self._say(*(b"250-" + each for each in (b"localhost", *able)), b"250 SIZE")

    def _starttls(self, _rest: str) -> bool:
        self._say(b"220 go on")
        self._secure()
        return True

    def _auth(self, rest: str) -> bool:
        given = base64.b64decode(rest.split()[1]).decode().split("\0")[1:]
        self.known = given == [USER, PASSWORD]
        return self._say(b"235 welcome" if self.known else b"535 unknown user or password")

    def _mail(self, _rest: str) -> bool:
        self.taken: list[str] = []
        if self.server.failing > 0:
            self.server.failing -= 1
            return self._say(b"451 come again")
        return self._say(b"250 ok" if self.known else b"530 who are you?")

    def _rcpt(self, rest: str) -> bool:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.server.refused:
            return self._say(PERMANENT)
        self.taken.append(address)
        return self._say(b"250 ok")

    def _data(self, _rest: str) -> bool:
        self._say(b"354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.server.reading is not None:
            self.server.reading.wait(10)
        body = b"".join(line.removeprefix(b".") for line in lines)
        self.server.got.append((self.taken, email.message_from_bytes(body, policy=email.policy.default)))
        return self._say(b"250 taken")

    def _quit(self, _rest: str) -> bool:
        self._say(b"421 rather not" if self.server.rude else b"221 bye")
        return False


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of localhost; what it got is in `got`: the addresses it took, and the mail."""

    daemon_threads = True

    def __init__(self, starttls: bool, implicit: bool, password: bool) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.starttls, self.implicit, self.password = starttls, implicit, password
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(PEM / "server.pem")
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.heard: list[str] = []
        self.refused: set[str] = set()
        self.failing = 0
        self.rude = False
        self.reading: threading.Event | None = None  # mail is only taken once it is set

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


@contextmanager
def mail_server(starttls: bool = False, implicit: bool = False, password: bool = False) -> Iterator[MailServer]:
    """The server until the end of the block."""
    with MailServer(starttls, implicit, password) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
