"""The edge: who is let in, what is too much, and what HTTP/1.1 allows a client to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
import stat
from typing import Any

import pytest

from kx.practice.http import Request, Response, User
from kx.practice.server import MAX_BODY, Server
from tests.practice_server import PracticeServer

OPEN = ("/healthz", "/livez", "/readyz", "/version")
CLOSED = (
    "/",
    "/api",
    "/apis",
    "/api/v1/pods",
    "/openapi/v3",
    "/kx/requests",
    "/healthz/../api",
    "/version/",
    "/metrics",
)


@pytest.mark.parametrize("path", OPEN)
def test_health_and_version_are_told_to_anybody(practice: PracticeServer, path: str) -> None:
    assert practice.ask("GET", path, token="").status == 200


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_else_is(practice: PracticeServer, path: str) -> None:
    answer = practice.ask("GET", path, token="")
    assert answer.status == 401
    assert answer.json()["reason"] == "Unauthorized"
    assert practice.ask("POST", path, {"kind": "Pod"}, token="").status == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer wrong", "Basic cHJhY3RpY2U6cHJhY3RpY2U=", "bearer \xe9", "Bearer a.b.c"]
)
def test_wrong_credentials_open_nothing_not_even_health(practice: PracticeServer, header: str) -> None:
    for path in ("/api", "/healthz"):
        answer = practice.ask("GET", path, headers={"Authorization": header}, token="")
        assert answer.status == 401 or (path == "/healthz" and header.startswith("Basic"))


def test_a_changed_token_is_refused(practice: PracticeServer) -> None:
    token = (practice.home / "token").read_text()
    for wrong in (token[:-1], token + "x", token.swapcase()):
        assert practice.ask("GET", "/api", token=wrong).status == 401


def test_secrets_are_the_owners_alone(practice: PracticeServer) -> None:
    assert stat.S_IMODE(practice.home.stat().st_mode) == 0o700
    files = [each for each in practice.home.iterdir() if each.is_file()]
    assert {"kubeconfig", "token", "server.key", "state.db", "practice.log"} <= {each.name for each in files}
    assert {each.name: oct(stat.S_IMODE(each.stat().st_mode)) for each in files} == {
        each.name: oct(0o600) for each in files
    }


def test_it_listens_on_loopback_only(practice: PracticeServer) -> None:
    assert not _reachable(_outer_address(), practice.port)
    with pytest.raises(ValueError, match="not a loopback address"):
        asyncio.run(Server(_never, _anybody, lambda *_: None, ssl.create_default_context()).start(0, "0.0.0.0"))


def _outer_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return "127.0.0.2"
        return str(probe.getsockname()[0])


def _reachable(host: str, port: int) -> bool:
    if host.startswith("127."):
        return False
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex((host, port)) == 0


async def _never(request: Request) -> Response:
    raise AssertionError(request)


def _anybody(path: str, headers: object) -> User:
    return User("somebody")


def test_plain_http_gets_no_answer(practice: PracticeServer) -> None:
    with socket.create_connection(("127.0.0.1", practice.port), timeout=10) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" not in _rest(client)


def _rest(client: Any) -> bytes:
    found = b""
    try:
        while data := client.recv(65536):
            found += data
    except (ConnectionResetError, ssl.SSLError):
        pass
    return found


def test_one_connection_serves_many_requests(practice: PracticeServer) -> None:
    with practice.connection() as connection:
        for _ in range(5):
            connection.request("GET", "/api/v1/namespaces/default", headers=practice.headers())
            response = connection.getresponse()
            assert response.status == 200
            assert response.read()


def test_a_body_may_come_in_chunks(practice: PracticeServer) -> None:
    body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"chunked-"}}'
    with practice.connection() as connection:
        headers = {**practice.headers(has_body=True), "Transfer-Encoding": "chunked"}
        pieces = iter([body[:10], body[10:]])
        path = "/api/v1/namespaces/default/configmaps"
        connection.request("POST", path, body=pieces, headers=headers, encode_chunked=True)
        response = connection.getresponse()
        assert response.status == 201, response.read()
        response.read()


def test_too_large_a_body_is_refused(practice: PracticeServer) -> None:
    with _raw(practice) as client:
        client.sendall(_head(practice, "POST", "/api/v1/namespaces/default/configmaps", MAX_BODY + 1))
        _send_patiently(client, b" " * (MAX_BODY + 1))
        answer = _rest(client)
    assert b"413" in answer.split(b"\r\n")[0]
    assert b"Request entity too large" in answer


def _send_patiently(client: ssl.SSLSocket, data: bytes) -> None:
    try:
        client.sendall(data)
    except OSError:
        pass  # refused before all of it was sent


def test_a_client_that_expects_100_is_told_to_go_on(practice: PracticeServer) -> None:
    body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"expecting-"}}'
    with _raw(practice) as client:
        path = "/api/v1/namespaces/default/configmaps"
        client.sendall(_head(practice, "POST", path, len(body), "Expect: 100-continue\r\nConnection: close\r\n"))
        assert client.recv(1024).startswith(b"HTTP/1.1 100")
        client.sendall(body)
        assert b"201" in _rest(client).split(b"\r\n")[0]


@pytest.mark.parametrize("garbage", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"\x16\x03\x01\r\n\r\n"])
def test_garbage_is_answered_with_400_and_the_server_lives(practice: PracticeServer, garbage: bytes) -> None:
    with _raw(practice) as client:
        client.sendall(garbage)
        assert b"400" in _rest(client).split(b"\r\n")[0]
    assert practice.ask("GET", "/healthz").status == 200


def test_a_connection_cut_in_the_middle_hurts_nobody(practice: PracticeServer) -> None:
    for cut in (b"", b"GET /api", _head(practice, "POST", "/api/v1/namespaces/default/configmaps", 100) + b"{"):
        with _raw(practice) as client:
            client.sendall(cut)
    assert practice.ask("GET", "/healthz").status == 200


def _raw(practice: PracticeServer) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(practice.home / "ca.crt"))
    plain = socket.create_connection(("127.0.0.1", practice.port), timeout=20)
    return context.wrap_socket(plain, server_hostname="localhost")


def _head(practice: PracticeServer, method: str, path: str, length: int, more: str = "") -> bytes:
    token = practice.headers()["Authorization"]
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
    ).encode()


@pytest.mark.parametrize("name", ["localhost", "kubernetes", "kubernetes.default.svc"])
def test_the_certificate_names_the_server(practice: PracticeServer, name: str) -> None:
    context = ssl.create_default_context(cafile=str(practice.home / "ca.crt"))
    with (
        socket.create_connection(("127.0.0.1", practice.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as client,
    ):
        assert client.selected_alpn_protocol() is None


def test_the_request_log_tells_what_was_asked(practice: PracticeServer) -> None:
    before = practice.asked()
    practice.ask("GET", "/api/v1/namespaces/default/pods?limit=3&labelSelector=a%3Db")
    practice.ask("GET", "/api/v1/namespaces/default/pods/nobody")
    practice.ask("DELETE", "/api/v1/namespaces/default/pods?labelSelector=a%3Db")
    found = [(each["verb"], each["path"], each["query"], each["status"]) for each in practice.requests(before)]
    assert found[-3:] == [
        ("list", "/api/v1/namespaces/default/pods", "labelSelector=a%3Db&limit=3", 200),
        ("get", "/api/v1/namespaces/default/pods/nobody", "", 404),
        ("deletecollection", "/api/v1/namespaces/default/pods", "labelSelector=a%3Db", 200),
    ]


def test_the_request_log_tells_what_kind_of_body_was_sent_and_nothing_of_what_is_in_it(
    practice: PracticeServer,
) -> None:
    before = practice.asked()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "logged"}, "stringData": {"key": "hunter2"}}
    practice.ask("POST", "/api/v1/namespaces/default/secrets", secret)
    merge = {"Content-Type": "application/merge-patch+json"}
    practice.ask("PATCH", "/api/v1/namespaces/default/secrets/logged", {"stringData": {"key": "hunter3"}}, merge)
    practice.ask("DELETE", "/api/v1/namespaces/default/secrets/logged")
    found = practice.requests(before)
    sent = [each for each in found if "/namespaces/default/secrets" in each["path"]]
    assert [(each["media_type"], each["body_kind"]) for each in sent] == [
        ("application/json", "v1 Secret"),
        ("application/merge-patch+json", "merge patch"),
        ("", ""),
    ]
    assert "hunter" not in str(found)
