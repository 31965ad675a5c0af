"""Where the entries of a ConfigMap or Secret come from: KEY=VALUE, [KEY=]FILE, a file of pairs. Refusals tried.

A value may be a secret: it is in no piece and in no gist.
"""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, refused


def literal(text: str) -> Meaning:
    """--from-literal."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        return refused("it is written KEY=VALUE")
    return Meaning(f"the entry {key}" + ("" if value else ", empty"), (Piece(0, len(key), "the key of the entry"),))


def file(text: str) -> Meaning:
    """--from-file: a file, a folder, or KEY=FILE."""
    key, equals, path = text.partition("=")
    if "=" in path:
        return refused('neither a key nor a path may hold "="')
    if not equals:
        name = text.rstrip("/").rpartition("/")[2]
        return Meaning(f"a file becomes the entry {name}; of a folder, each file becomes an entry")
    if not key or not path:
        return refused("the key or the file is missing")
    pieces = (Piece(0, len(key), "the key of the entry"), Piece(len(key) + 1, len(text), "the file with its value"))
    return Meaning(f"the entry {key}, from the file {path}", pieces)


def env_file(text: str) -> Meaning:
    """--from-env-file."""
    return Meaning("each line NAME=VALUE of the file becomes an entry")
