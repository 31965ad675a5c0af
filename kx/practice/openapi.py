"""Serves the prepared OpenAPI documents from their files: v3 (an index, one document per group version) and v2.

Documents are read when first asked for and sent as they are. What is in them is made by ``openapi_build.py``.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kx.practice.accept import media_ranges
from kx.practice.http import Pairs, Request, Response, encode
from kx.practice.resources import SERVED

_ROOT = "/openapi/v3"
_ACCEPTED = ("application/json", "application/*", "*/*")
_V2 = "/openapi/v2"
# kubectl 1.27 and 1.28 ask for v2 in protobuf, under either of these names.
_PROTOBUF = (
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
)


class Document(NamedTuple):
    """One document and the hash that names its content."""

    body: bytes
    hash: str


class OpenApi:
    """The documents in one prepared folder (``schema.ensure`` says where)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "openapi"
        self._read: dict[str, Document] = {}

    def respond(self, request: Request) -> Response | None:
        """The answer to a GET of ``/openapi/v2``, ``/openapi/v3`` and below; None for any other path."""
        path = request.path.rstrip("/")
        if path == _V2:
            return self._v2(request)
        if path == _ROOT:
            return _answer(request, self._index, ())
        name = path.removeprefix(f"{_ROOT}/")
        if name not in self._names:
            return None
        if not any(each.type in _ACCEPTED for each in media_ranges(request.header("accept"))):
            return Response(406, (("content-type", "text/plain"),))
        document = self._document(name)
        asked = request.param("hash")
        if asked and asked != document.hash:
            return Response(301, (("location", _url(name, document.hash)),))
        return _answer(request, document, (("cache-control", "public, immutable"),) if asked else ())

    def _v2(self, request: Request) -> Response:
        for each in media_ranges(request.header("accept")):
            if each.type in _PROTOBUF:
                return _answer(request, self._file("v2.pb"), (), _PROTOBUF[0])
            if each.type in _ACCEPTED:
                return _answer(request, self._file("v2.json"), ())
        return Response(406, (("content-type", "text/plain"),))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        found = {f"apis/{each.api_version}" if each.group else f"api/{each.version}" for each in SERVED}
        return tuple(sorted(found))

    def _document(self, name: str) -> Document:
        return self._file(_file_name(name))

    def _file(self, file: str) -> Document:
        found = self._read.get(file)
        if found is None:
            body = (self._folder / file).read_bytes()
            found = self._read[file] = Document(body, _hash(body))
        return found

    @cached_property
    def _index(self) -> Document:
        # The index needs every document's hash, so it reads them all; their texts are not kept.
        hashes = {name: _hash((self._folder / _file_name(name)).read_bytes()) for name in self._names}
        body = encode({"paths": {name: {"serverRelativeURL": _url(name, each)} for name, each in hashes.items()}})
        return Document(body, _hash(body))


def _file_name(name: str) -> str:
    return f"{name.replace('/', '.')}.json"


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest().upper()


def _url(name: str, content: str) -> str:
    return f"{_ROOT}/{name}?hash={content}"


def _answer(request: Request, document: Document, headers: Pairs, media: str = "application/json") -> Response:
    tag = f'"{document.hash}"'
    headers = (("content-type", media), ("etag", tag), ("vary", "Accept"), *headers)
    if request.header("if-none-match") == tag:
        return Response(304, headers)
    return Response(200, headers, document.body)
