"""Where things come from: manifests (FILE, URL, -), and entries of ConfigMaps and Secrets (KEY=VALUE, [KEY=]FILE).

Refusals tried with kubectl 1.33.

A value may be a secret: it is in no piece and in no gist.
"""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, cut, refused


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


def manifest(text: str) -> Meaning:
    """-f of the commands that read manifests: a file, a folder, an address, or the standard input."""
    pieces = tuple(Piece(start, start + len(part), _place(part) or "a file or folder") for start, part in cut(text))
    told = [piece.note for piece in pieces]
    gist = f"{len(told)} files, folders or addresses" if len(told) > 1 else _place(text)
    return Meaning(gist, pieces, whole=text == "-")


def _place(text: str) -> str:
    if text == "-":
        return "the standard input, which a pipe or a heredoc fills"
    return "fetched from the web" if text.startswith(("http://", "https://")) else ""
