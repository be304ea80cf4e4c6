from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data_contracts.errors import ConfigError
from flows.rig_editor.server import EditorServer
from tests.flows.rig_editor.drawn_subject import served, session_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditorServer]:
    with served(session_of(tmp_path_factory.mktemp("editor"))) as server:
        yield server


def ask(
    server: EditorServer,
    method: str,
    name: str,
    body: bytes | None = None,
    *,
    token: str | None = None,
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    connection.request(method, f"/{server.token if token is None else token}/{name}", body, headers)
    answer = connection.getresponse()
    told = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return told


def test_it_listens_on_this_machine_alone(server: EditorServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.url.startswith("http://127.0.0.1:") and len(server.token) >= 20


@pytest.mark.parametrize(
    "name",
    [
        "",
        "page.js",
        "stage.js",
        "mask.js",
        "puppet.js",
        "page.css",
        "style.css",
        "state",
        "picture.png",
        "mask.png",
    ],
)
def test_everything_that_the_page_needs_is_there_with_the_token_alone(
    server: EditorServer, name: str
) -> None:
    status, headers, body = ask(server, "GET", name)
    assert status == 200 and body
    assert (
        headers["Cache-Control"] == "no-store" and "default-src 'self'" in headers["Content-Security-Policy"]
    )
    for token in ("", "guess", server.token[:-1], "%C3%A4"):
        assert ask(server, "GET", name, token=token)[0] == 404


def test_another_name_for_this_machine_is_refused(server: EditorServer) -> None:
    assert ask(server, "GET", "state", Host="evil.example:80")[0] == 404
    assert ask(server, "GET", "state", Host=f"localhost:{server.server_address[1]}")[0] == 200


@pytest.mark.parametrize("name", ["page.html", "../server.py", "session.py", "state/", "..%2f..%2fcli.py"])
def test_nothing_else_is_served(server: EditorServer, name: str) -> None:
    assert ask(server, "GET", name)[0] == 404


@pytest.mark.slow
def test_a_preview_is_a_strip_of_frames(server: EditorServer) -> None:
    state: dict[str, Any] = json.loads(ask(server, "GET", "state")[2])
    request = json.dumps({"figure": state["figure"], "motion": "Walk"}).encode()
    status, headers, body = ask(server, "POST", "preview", request)
    assert (status, headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert int(headers["X-Frames"]) > 9 and float(headers["X-Fps"]) == 12


@pytest.mark.parametrize(
    ("method", "name", "body", "headers", "message"),
    [
        ("POST", "preview", b"{", {}, "no JSON"),
        ("POST", "preview", b"[" * 100_000, {}, "no JSON"),
        ("POST", "save", b"{}", {}, "something odd"),
        ("POST", "save", b"", {"Content-Length": "999999999999"}, "too much"),
        ("POST", "save", b"", {"Content-Length": "-1"}, "too much"),
        ("PUT", "mask", b"no picture", {}, "not a PNG"),
    ],
)
def test_what_is_wrong_is_answered_in_words(
    server: EditorServer, method: str, name: str, body: bytes, headers: dict[str, str], message: str
) -> None:
    status, _, told = ask(server, method, name, body, **headers)
    assert status == 422
    assert message in json.loads(told)["error"]


def test_a_port_that_is_taken_is_told(server: EditorServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be served at this port"):
        EditorServer(server.session, server.server_address[1])
