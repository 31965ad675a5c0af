"""CONTAINER=IMAGE pairs, as `set image` and `debug --set-image` take them; "*" stands for every container (tried)."""

from __future__ import annotations

from kx.explain.values import image
from kx.explain.values.piece import Meaning, Piece, cut


def several(text: str) -> Meaning:
    """One pair, or several separated by commas."""
    pieces = []
    told = []
    for start, part in cut(text):
        name, equals, new = part.partition("=")
        if not equals:
            continue
        who = "every container" if name == "*" else f"the container {name}"
        pieces.append(Piece(start, start + len(name), who))
        if new:
            told.append(f"{who} gets {image.gist(new) or 'the image after ='}")
            pieces.append(Piece(start + len(name) + 1, start + len(part), image.gist(new) or "the image"))
    return Meaning("; ".join(told), tuple(pieces), whole=True)
