"""Server: hands the page to the browser of this machine, and carries its requests to the session."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from data_contracts.errors import BunrakuError, ConfigError
from flows.rig_editor.session import Session

ADDRESS = "127.0.0.1"
_MAX_BODY_BYTES = 32 * 2**20
"""A painted mask is a few hundred kilobytes; nothing that the page sends is larger than this."""
_HERE = Path(__file__).parent
_FILES = {
    "": (_HERE / "page.html", "text/html"),
    "page.css": (_HERE / "page.css", "text/css"),
    "page.js": (_HERE / "page.js", "text/javascript"),
    "stage.js": (_HERE / "stage.js", "text/javascript"),
    "puppet.js": (_HERE / "puppet.js", "text/javascript"),
    "mask.js": (_HERE / "mask.js", "text/javascript"),
    "style.css": (_HERE.parent / "report" / "style.css", "text/css"),
}
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)


class Answer(NamedTuple):
    """What is sent back."""

    body: bytes
    kind: str
    status: HTTPStatus = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()


class EditorServer(ThreadingHTTPServer):
    """Listens on this machine alone; without the token in the path there is nothing to be had."""

    daemon_threads = True

    def __init__(self, session: Session, port: int = 0) -> None:
        self.session = session
        self.token = secrets.token_urlsafe(18)
        try:
            super().__init__((ADDRESS, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError(
                "the page cannot be served at this port",
                where=f"{ADDRESS}:{port}",
                got=getattr(error, "strerror", None) or error,
                hint="Give another --port, or none: a free one is taken then",
            ) from error

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_address[1]}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: EditorServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        session = self.server.session
        self._answer({
            "state": lambda: _json(session.state()),
            "picture.png": lambda: Answer(session.picture_png(), "image/png"),
            "mask.png": lambda: Answer(session.mask_png(), "image/png"),
        })  # fmt: skip

    def do_PUT(self) -> None:
        self._answer({"mask": lambda: _json(self.server.session.take_mask(self._body()))})

    def do_POST(self) -> None:
        session = self.server.session
        self._answer({
            "preview": self._preview,
            "find": lambda: _json(session.find()),
            "save": lambda: _json(session.save(self._sent_json())),
        })  # fmt: skip

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is the person's."""

    def _answer(self, routes: dict[str, Callable[[], Answer]]) -> None:
        name = self._route()
        try:
            if name is None:
                answer = Answer(b"Not found", "text/plain", HTTPStatus.NOT_FOUND)
            elif self.command == "GET" and name in _FILES:
                path, kind = _FILES[name]
                answer = Answer(path.read_bytes(), f"{kind}; charset=utf-8")
            elif name in routes:
                answer = routes[name]()
            else:
                answer = Answer(b"Not found", "text/plain", HTTPStatus.NOT_FOUND)
        except BunrakuError as error:
            answer = _json({"error": str(error)}, HTTPStatus.UNPROCESSABLE_ENTITY)
        except (ConnectionError, TimeoutError):
            return
        try:
            self._send(answer)
        except ConnectionError:  # the page asked for something newer, and no longer listens
            self.close_connection = True

    def _route(self) -> str | None:
        """What of the page is meant; None without the token, or under another name than this machine's."""
        path = self.path.partition("?")[0]
        _, token, *rest = path.split("/", 2) if path.count("/") >= 2 else ("", "")
        host = self.headers.get("Host", "").rpartition(":")[0]
        known = secrets.compare_digest(token.encode(), self.server.token.encode())
        return rest[0] if known and rest and host in (ADDRESS, "localhost") else None

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MAX_BODY_BYTES:
            self.close_connection = True
            raise ConfigError(
                "the page sent too much", expected=f"at most {_MAX_BODY_BYTES} bytes", got=length
            )
        return self.rfile.read(int(length))

    def _sent_json(self) -> Any:
        try:
            return json.loads(self._body())
        except (ValueError, RecursionError) as error:
            raise ConfigError("the page sent no JSON", got=error) from None

    def _preview(self) -> Answer:
        strip = self.server.session.preview(self._sent_json())
        told = (("X-Frames", str(strip.frames)), ("X-Fps", f"{strip.fps:g}"))
        return Answer(strip.jpeg, "image/jpeg", headers=told)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", _POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            *answer.headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)


def _json(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(json.dumps(value).encode(), "application/json", status)
