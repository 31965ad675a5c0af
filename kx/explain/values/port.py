"""Ports: LOCAL:REMOTE of port-forward, PORT:TARGET of services. Refusals tried with kubectl 1.33."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, cut, listed, refused

_HIGHEST = 65535
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*$")


def forwarded(text: str) -> Meaning:
    """The pieces of a port of port-forward; what it means as a whole depends on where it leads."""
    local, colon, remote = text.partition(":")
    if not colon:
        return Meaning()
    first = (Piece(0, len(local), "the port of this machine"),) if local else ()
    second = (Piece(len(local) + 1, len(text), "the port it leads to"),) if remote else ()
    return Meaning("", first + second)


def service(text: str) -> Meaning:
    """--tcp of create service: PORT or PORT:TARGET."""
    pieces = []
    for start, part in cut(text):
        port, colon, target = part.partition(":")
        if not _is_port(port):
            return refused(f"{port or 'nothing'} is no port number")
        if colon and not _is_port(target) and not _NAME.match(target):
            return refused(f"{target or 'nothing'} is neither a port number nor the name of a port")
        pieces.append(Piece(start, start + len(part), f"port {port} of the service leads to {_target(target or port)}"))
    return Meaning(listed(piece.note for piece in pieces) if pieces else "", tuple(pieces), whole=True)


def exposed(text: str) -> Meaning:
    """--port of expose: one number or several."""
    bad = next((part for part in text.split(",") if not part.isdecimal()), None)
    if bad is not None:
        return refused(f"{bad or 'nothing'} is no port number")
    several = text.split(",")
    return Meaning(f"ports {listed(several)}" if len(several) > 1 else "")


def target(text: str) -> Meaning:
    """--target-port of expose."""
    return Meaning("" if text.isdecimal() else f"the one that the containers call {text}")


def node(text: str) -> Meaning:
    """--node-port."""
    return Meaning("0: any free one" if text == "0" else "")


def _target(text: str) -> str:
    return f"port {text} of the pods" if text.isdecimal() else f"the port that the pods' containers call {text}"


def _is_port(text: str) -> bool:
    return text.isdecimal() and len(text) < 9 and int(text) <= _HIGHEST
