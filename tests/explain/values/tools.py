"""Shared by the tests of values: a typed value on one side, its gist and its pieces on the other."""

from __future__ import annotations

from kx.explain.values.piece import Meaning


def pieces(text: str, meaning: Meaning) -> list[tuple[str, str]]:
    """Each piece as the text it covers, and its note."""
    return [(text[piece.start : piece.end], piece.note) for piece in meaning.pieces]
