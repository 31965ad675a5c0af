"""Environment variables: NAME=VALUE, NAME-, and "-" for the standard input. The value, maybe a secret, is not repeated.

A bad name is refused before anything is sent (tried: set env).
"""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, refused

_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*$", re.ASCII)


def read(text: str) -> Meaning:
    """A variable to be set."""
    if text == "-":
        return Meaning("variables from the standard input, one NAME=VALUE on each line", whole=True)
    name, equals, value = text.partition("=")
    if not equals:
        return Meaning()
    if not _NAME.match(name):
        return refused(f"{name or 'nothing'} is no name of a variable")
    pieces = [Piece(0, len(name), "the name of the variable")]
    pieces += [Piece(len(name) + 1, len(text), "its value")] if value else []
    return Meaning(f"the variable {name} and its value" if value else f"the variable {name}, empty", tuple(pieces))


def removed(text: str) -> Meaning:
    """NAME-, which takes it away."""
    return Meaning(f"take the variable {text.removesuffix('-')} away", whole=True)
