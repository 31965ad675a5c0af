"""A server that answers discovery and schemas only, and remembers what it was asked: kubectl's other end in tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from kx.practice import discovery
from kx.practice.http import Request, Response, json_response
from kx.practice.openapi import OpenApi
from kx.practice.schema import Schema

Answerer = Callable[[Request], "Response | None"]


@contextmanager
def serving(schema: Schema, more: Answerer = lambda request: None) -> Iterator[tuple[str, list[Request]]]:
    """The server's address and the requests it gets, in order; ``more`` may answer what is neither."""
    documents = OpenApi(schema.folder)
    seen: list[Request] = []
    version = discovery.version_document(schema.git_version)

    def answer(request: Request) -> Response:
        seen.append(request)
        if request.path == "/version":
            return json_response(version)
        found = discovery.respond(request) or documents.respond(request) or more(request)
        return found or json_response({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}, 404)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            url = urlsplit(self.path)
            headers = tuple((key.lower(), value) for key, value in self.headers.items())
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            response = answer(Request(self.command, url.path, tuple(parse_qsl(url.query)), headers, body))
            self.send_response(response.status)
            for key, value in response.headers:
                self.send_header(key, value)
            self.send_header("content-length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def load(response: Response) -> object:
    """The JSON in an answer."""
    return json.loads(response.body)
