"""Taints: KEY=VALUE:EFFECT, KEY:EFFECT, and the same with a "-" behind to take them away. Refusals tried."""

from __future__ import annotations

from kx.explain.values.piece import Meaning, Piece, refused

EFFECTS = {
    "NoSchedule": "no new pods come to the node unless they tolerate the taint; those there stay",
    "PreferNoSchedule": "new pods that do not tolerate the taint come only when there is no better node",
    "NoExecute": "pods that do not tolerate the taint are evicted, and none come",
}


def read(text: str) -> Meaning:
    """A taint to be set."""
    if text.endswith("-"):
        return removed(text)
    pair, colon, effect = text.rpartition(":")
    if not colon:
        return refused("a taint is written KEY=VALUE:EFFECT")
    if effect not in EFFECTS:
        return refused(f"{effect or 'nothing'} is no effect; there are {', '.join(EFFECTS)}")
    key, equals, value = pair.partition("=")
    pieces = [Piece(0, len(key), "the key, which tolerations name")]
    if value:
        pieces.append(Piece(len(key) + 1, len(pair), "its value"))
    pieces.append(Piece(len(pair) + 1, len(text), EFFECTS[effect]))
    return Meaning(f"the taint {pair}: {EFFECTS[effect]}", tuple(pieces))


def removed(text: str) -> Meaning:
    """A taint to be taken away."""
    key, _, effect = text.removesuffix("-").partition(":")
    name = key.partition("=")[0]
    if effect and effect not in EFFECTS:
        return refused(f"{effect} is no effect; there are {', '.join(EFFECTS)}")
    return Meaning(f"take the taint {name} away" + (f", that with the effect {effect}" if effect else ""), whole=True)
