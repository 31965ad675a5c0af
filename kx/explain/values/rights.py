"""What roles are made of: verbs, resources, who gets them. Refusals and warnings tried with kubectl 1.33."""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, cut
from kx.kubectl.catalog.resources import Types

_VERBS = {
    "get": "read one object by its name",
    "list": "read all of them",
    "watch": "be told of every change",
    "create": "make new ones",
    "update": "replace them",
    "patch": "change parts of them",
    "delete": "delete one by its name",
    "deletecollection": "delete many at once",
    "*": "do anything",
    "bind": "grant this role to others",
    "escalate": "give this role more rights than one has",
    "impersonate": "act as that user",
    "use": "use it",
    "approve": "approve it",
    "sign": "sign with it",
    "proxy": "send requests through it",
    "attest": "vouch for it",
}
_SUBRESOURCES = {
    "log": "the logs of",
    "exec": "running commands in",
    "attach": "attaching to",
    "portforward": "port-forwarding to",
    "proxy": "sending requests through",
    "scale": "the number of copies of",
    "status": "the status of",
    "eviction": "evicting",
    "binding": "placing",
    "ephemeralcontainers": "debugging containers in",
    "approval": "approving",
    "token": "tokens for",
    "finalize": "the finalizers of",
}


def verbs(text: str) -> Meaning:
    """--verb."""
    pieces = [
        Piece(start, start + len(verb), _VERBS.get(verb, f"{verb}, a verb of its own")) for start, verb in cut(text)
    ]
    return Meaning("; ".join(piece.note for piece in pieces), tuple(pieces))


def types(text: str, known: Types) -> Meaning:
    """--resource: TYPE, TYPE.GROUP, TYPE/SUBRESOURCE."""
    pieces = [Piece(start, start + len(part), _resource(part, known)) for start, part in cut(text)]
    return Meaning("; ".join(piece.note for piece in pieces), tuple(pieces))


def account(text: str) -> Meaning:
    """--serviceaccount: NAMESPACE:NAME."""
    namespace, colon, name = text.partition(":")
    if not colon:
        return Meaning()
    pieces = (Piece(0, len(namespace), "its namespace"), Piece(len(namespace) + 1, len(text), "its name"))
    return Meaning(f"the service account {name} of the namespace {namespace}", pieces if namespace and name else ())


def user(text: str) -> Meaning:
    """--as: a user, or a service account in the form the API server knows it by."""
    prefix, _, rest = text.rpartition("system:serviceaccount:")
    namespace, colon, name = rest.partition(":")
    if prefix or not colon or not text.startswith("system:serviceaccount:"):
        return Meaning()
    return Meaning(f"the service account {name} of the namespace {namespace}")


def _resource(text: str, known: Types) -> str:
    typed, _, sub = text.partition("/")
    if typed == "*":
        return "every type of the core API"
    kind = known.find(typed)
    name = kind.plural if kind else typed
    group = f" of {kind.group}" if kind and kind.group else ""
    return f"{_SUBRESOURCES.get(sub, f'{sub} of')} {name}" if sub else f"{name}{group}"
