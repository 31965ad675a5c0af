"""Labels and annotations: KEY=VALUE, PREFIX/KEY=VALUE, KEY-. Refusals tried with kubectl 1.33."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, cut, refused, shifted

_SHOWN = 40  # characters of a value
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", re.ASCII)


def label(text: str) -> Meaning:
    """KEY=VALUE of `label`."""
    if text.count("=") > 1:
        return refused("a label is KEY=VALUE, with one =")
    return _label(text)


def labels(text: str) -> Meaning:
    """KEY=VALUE pairs separated by commas, as `run` and `expose` take them."""
    parts = list(cut(text))
    if len(parts) == 1:
        return _label(text)
    pieces = [Piece(start, start + len(part), _label(part).gist) for start, part in parts]
    return Meaning("; ".join(piece.note for piece in pieces if piece.note), tuple(pieces))


def annotation(text: str) -> Meaning:
    """KEY=VALUE of `annotate`; the value is free text."""
    return _pair(text, "annotation")


def removed(text: str) -> Meaning:
    """KEY-, which takes it away."""
    return Meaning(f"take {text.removesuffix('-')} away", whole=True)


def _label(text: str) -> Meaning:
    value = text.partition("=")[2]
    if not _LABEL_VALUE.match(value):
        return refused("the value of a label is letters, digits, - _ and ., at most 63, a letter or digit at each end")
    return _pair(text, "label")


def _pair(text: str, thing: str) -> Meaning:
    key, equals, value = text.partition("=")
    if not equals or not key:
        return Meaning()
    prefix, slash, name = key.rpartition("/")
    pieces = key_pieces(prefix, slash, name)
    if value:
        pieces += shifted((Piece(0, len(value), "its value"),), len(key) + 1)
    told = " to the text after the =" if len(value) > _SHOWN else f" to {value}" if value else ", with an empty value"
    return Meaning(f"set the {thing} {key}{told}", pieces)


def key_pieces(prefix: str, slash: str, name: str) -> tuple[Piece, ...]:
    """The pieces of a key: what stands before its slash, and its name."""
    if not slash:
        return (Piece(0, len(name), "the key"),)
    start = len(prefix) + 1
    return (
        Piece(0, start, "the prefix: who the key belongs to, as a domain name"),
        Piece(start, start + len(name), "the name of the key"),
    )
