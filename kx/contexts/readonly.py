"""A door to one cluster that lets only looks through, for as long as a read-only shell lives.

`kubectl proxy` speaks to the cluster, with that context's credentials, on a socket in a private folder. In front of it
stands a server on this machine's loopback address that checks each request by kubectx's rule. Its addresses begin
with a secret, so that no other user of the machine can look through the door (kubectl sends no password without TLS).
The shell's kubeconfig knows the door only.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from kx.contexts.looks import refusal
from kx.contexts.refused import RefusedError

_SUFFIX = "[RO]"
_START_SECONDS = 10
_CHUNK = 65536
_OUR_OWN = frozenset({"authorization", "connection", "host", "keep-alive", "proxy-connection"})


@contextmanager
def guarded(kubectl: str, kubeconfig: Path, context: str) -> Iterator[str]:
    """The text of a kubeconfig that leads through the door, which is open while the block runs."""
    # Not beside the kubeconfig: a socket's path must be short (about 100 bytes).
    with (
        tempfile.TemporaryDirectory(prefix="kx-", dir="/tmp") as folder,
        _proxy(kubectl, kubeconfig, Path(folder) / "proxy") as upstream,
    ):
        door = _Door(("127.0.0.1", 0), _Handler)
        door.upstream, door.secret = str(upstream), f"/{secrets.token_urlsafe(24)}"
        Thread(target=door.serve_forever, daemon=True).start()
        try:
            yield _kubeconfig(context + _SUFFIX, f"http://127.0.0.1:{door.server_address[1]}{door.secret}")
        finally:
            door.shutdown()
            door.server_close()


@contextmanager
def _proxy(kubectl: str, kubeconfig: Path, upstream: Path) -> Iterator[Path]:
    """A `kubectl proxy` that listens on the socket ``upstream`` while the block runs."""
    argv = [kubectl, "proxy", f"--unix-socket={upstream}", f"--kubeconfig={kubeconfig}"]
    proxy = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the keyboard's Ctrl-C is for the shell
    )
    try:
        _wait_for(proxy, upstream)
        yield upstream
    finally:
        proxy.kill()
        proxy.wait()
        if proxy.stderr is not None:
            proxy.stderr.close()


def _wait_for(proxy: subprocess.Popen[bytes], upstream: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not upstream.exists():
        if proxy.poll() is not None or time.monotonic() > end:
            said = proxy.stderr.read().decode("utf-8", "replace").strip() if proxy.poll() and proxy.stderr else ""
            raise RefusedError(f"failed to start readonly proxy: {said or 'kubectl proxy did not start'}")
        time.sleep(0.01)


def _kubeconfig(context: str, server: str) -> str:
    """JSON is YAML: nothing in a name needs another look."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "contexts": [{"name": context, "context": {"cluster": "readonly", "user": "readonly"}}],
            "clusters": [{"name": "readonly", "cluster": {"server": server}}],
            "users": [{"name": "readonly", "user": {}}],
        },
        indent=1,
    )


class _Door(ThreadingHTTPServer):
    """Where the shell's kubectl knocks."""

    daemon_threads = True
    upstream = ""
    secret = ""


class _Handler(BaseHTTPRequestHandler):
    """One request: let through as it is, or refused."""

    protocol_version = "HTTP/1.1"
    server: _Door

    def _handle(self) -> None:
        self.close_connection = True  # one request for each connection: what is checked is what is sent
        secret, target = self.path[: len(self.server.secret)], self.path[len(self.server.secret) :] or "/"
        why = refusal(self.command, target, dict(self.headers))
        if not hmac.compare_digest(secret.encode(), self.server.secret.encode()) or not target.startswith("/"):
            self._refuse(403, "Forbidden", "this door is another user's")
        elif why:
            self._refuse(405, "MethodNotAllowed", f"[kx] readonly mode: {why}")
        else:
            self._let_through(target)

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  (http.server's names)

    def _let_through(self, target: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        kept = [f"{name}: {value}" for name, value in self.headers.items() if name.lower() not in _OUR_OWN]
        head = [f"{self.command} {target} HTTP/1.1", "Host: localhost", "Connection: close", *kept]
        with socket.socket(socket.AF_UNIX) as upstream:
            upstream.connect(self.server.upstream)
            upstream.sendall(("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + self.rfile.read(length))
            try:
                while chunk := upstream.recv(_CHUNK):
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except OSError:
                pass  # whoever asked has gone

    def _refuse(self, code: int, reason: str, message: str) -> None:
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }
        body = json.dumps(status).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the screen is the shell's."""
