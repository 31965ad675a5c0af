"""Amounts as Kubernetes writes them: 100m, 0.5, 128Mi, 1G, 1e3. Source: apimachinery's resource.Quantity.

A bad amount is refused before anything is sent (tried: set resources, create quota).
"""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, cut, refused

_AMOUNT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+|)$", re.ASCII)
_BINARY = {f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)}
_DECIMAL = {
    "k": "thousand", "M": "million", "G": "thousand million", "T": "million million",
    "P": "thousand million million", "E": "million million million",
}  # fmt: skip
_SMALL = {"m": ("thousandths", 1000), "u": ("millionths", 10**6), "n": ("thousand-millionths", 10**9)}
_BYTES = ("memory", "storage", "ephemeral-storage")


def several(text: str) -> Meaning:
    """NAME=AMOUNT pairs separated by commas."""
    pieces = []
    for start, part in cut(text):
        name, equals, amount = part.partition("=")
        if not equals:
            return refused(f"{part} is not written NAME=AMOUNT")
        if not _AMOUNT.match(amount):
            return refused(f"{amount or 'nothing'} is no amount, such as 100m, 0.5 or 128Mi")
        pieces.append(Piece(start, start + len(part), f"{name}: {amount_of(name, amount)}"))
    return Meaning("; ".join(piece.note for piece in pieces), tuple(pieces))


def amount_of(name: str, amount: str) -> str:
    """An amount of a resource in words."""
    found = _AMOUNT.match(amount)
    if found is None:
        return amount
    number, unit = found.groups()
    what = name.rpartition(".")[2] if not name.startswith("hugepages") else "memory"
    if what == "cpu":
        return _processors(number, unit)
    if unit in _BINARY:
        return f"{number} {unit}B ({float(number) * _BINARY[unit]:,.0f} bytes)"
    bytes_ = " bytes" if what in _BYTES else ""
    if unit in _DECIMAL:
        return f"{number} {_DECIMAL[unit]}{bytes_}"
    if unit in _SMALL:
        odd = ": surely meant otherwise, such as Mi" if bytes_ else ""
        return f"{number} {_SMALL[unit][0]}{f' of a byte{odd}' if bytes_ else ''}"
    return f"{number}{_exponent(unit)}{bytes_}"


def _processors(number: str, unit: str) -> str:
    if unit in _SMALL:
        share = float(number) / _SMALL[unit][1]
        return f"{number} {_SMALL[unit][0]} of a processor" + (f" ({share:g})" if unit == "m" else "")
    whole = {"1": "one processor", "0.5": "half a processor"}.get(number) if not unit else None
    return whole or f"{number}{_exponent(unit)} processors"


def _exponent(unit: str) -> str:
    return f" times 10^{int(unit[1:])}" if unit[:1] in ("e", "E") and len(unit) > 1 else unit


def share(text: str) -> Meaning:
    """A number of pods, or a percentage of them."""
    return Meaning(f"{text} of the pods" if text.endswith("%") else "")


def chunk(text: str) -> Meaning:
    """--chunk-size."""
    return Meaning("0: everything in one answer") if text == "0" else Meaning()
