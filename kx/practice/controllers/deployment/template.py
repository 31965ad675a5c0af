"""Pod templates: whether two are the same, and the hash that tells ReplicaSets of one Deployment apart."""

from __future__ import annotations

import json
from typing import Any

from kx.practice.status import Obj

HASH_LABEL = "pod-template-hash"

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # apimachinery's util/rand: no word can be spelled by accident
_FNV_OFFSET, _FNV_PRIME = 2166136261, 16777619


def same(one: Obj, other: Obj) -> bool:
    """Whether two templates ask for the same pods; the hash label does not count, nor does empty against absent."""
    return bool(_bare(one) == _bare(other))


def hashed(template: Obj, collisions: int) -> str:
    """A hash of 8 to 10 letters, in the form kube-controller-manager writes it (the value is our own)."""
    text = json.dumps(_bare(template), sort_keys=True, separators=(",", ":"))
    if collisions:
        text += f"#{collisions}"
    number = _FNV_OFFSET
    for byte in text.encode():
        number = (number ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return "".join(_LETTERS[ord(digit) % len(_LETTERS)] for digit in str(number))


def _bare(template: Obj) -> Any:
    metadata = template.get("metadata") or {}
    labels = {name: value for name, value in (metadata.get("labels") or {}).items() if name != HASH_LABEL}
    return _without_nothing({**template, "metadata": {**metadata, "labels": labels}})


def _without_nothing(value: Any) -> Any:
    """Go's semantic equality: nil, an empty list and an empty map are one."""
    if isinstance(value, dict):
        kept = {name: _without_nothing(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part is not None and part != {} and part != []}
    if isinstance(value, list):
        return [_without_nothing(part) for part in value]
    return value
