"""The property names of `config set` and `unset`: contexts.NAME.namespace, clusters.NAME.server, current-context."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece

_SECTIONS = {"clusters": "cluster", "contexts": "context", "users": "user"}
_FIELDS = {
    "server": "the address of the API server",
    "certificate-authority": "the file with the cluster's certificate authority",
    "certificate-authority-data": "the cluster's certificate authority itself",
    "insecure-skip-tls-verify": "whether the server's certificate is not checked",
    "tls-server-name": "the name the server's certificate must have",
    "proxy-url": "the proxy to go through",
    "disable-compression": "whether answers come uncompressed",
    "cluster": "which cluster it goes to",
    "user": "which user it goes as",
    "namespace": "the namespace it starts in",
    "client-certificate": "the file with the user's certificate",
    "client-key": "the file with the user's key",
    "client-certificate-data": "the user's certificate itself",
    "client-key-data": "the user's key itself",
    "token": "the user's token",
    "username": "the user's name",
    "password": "the user's password",
}
_NAMED = re.compile(r"(clusters|contexts|users)\.(.+?)(?:\.([a-z-]+))?$")


def read(text: str) -> Meaning:
    """A property; nothing is said of one that is not known."""
    if text == "current-context":
        return Meaning("the context that is used when none is named", whole=True)
    found = _NAMED.match(text)
    if found is None:
        return Meaning()
    thing = _SECTIONS[found[1]]
    field = found[3] if found[3] in _FIELDS else None
    end = found.end(2) if field else len(text)
    pieces = [Piece(*found.span(1), f"the {thing}s of the kubeconfig"), Piece(found.start(2), end, f"which {thing}")]
    pieces += [Piece(*found.span(3), _FIELDS[field])] if field else []
    name = text[found.start(2) : end]
    gist = f"{_FIELDS[field]}, in the {thing} {name}" if field else f"the {thing} {name}"
    return Meaning(gist, tuple(pieces), whole=True)
