"""Kubernetes quantities (``500m``, ``1.5Gi``, ``1e3``): read, compare, and write back in canonical form.

Rules from apimachinery ``pkg/api/resource/quantity.go``: a value keeps the family of suffixes it was written in
(decimal, binary, exponent), is rounded up to nano, and is shown with the largest suffix that leaves no fraction.
Knows nothing of which resource a quantity measures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Literal

Family = Literal["decimal", "binary", "exponent"]

_TEXT = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?")
_NANO = Decimal("1E-9")
_DECIMAL: dict[str, int] = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: dict[str, int] = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_POWER_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()}

WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@dataclass(frozen=True, order=False)
class Quantity:
    """An exact number and the family of suffixes it is written in."""

    value: Decimal
    family: Family = "decimal"

    def __str__(self) -> str:
        return _canonical(self.value, self.family)


def parse(text: str | int | float) -> Quantity:
    """Read a quantity; raises ``ValueError`` with the API server's words."""
    written = str(text).strip()
    found = _TEXT.fullmatch(written)
    if not found or not (found[2] or found[3]):
        raise ValueError(WRONG)
    sign, whole, fraction, suffix = found[1], found[2] or "0", found[3] or "0", found[4] or ""
    number = Decimal(f"{sign}{whole}.{fraction}")
    family: Family = "decimal"
    if suffix in _BINARY:
        number, family = number * 2 ** _BINARY[suffix], "binary"
    elif suffix in _DECIMAL:
        number = number.scaleb(_DECIMAL[suffix])
    else:
        number, family = number.scaleb(int(suffix[1:])), "exponent"
    return Quantity(_rounded(number), family)


def canonical(text: str | int | float) -> str:
    """The form an API server gives back: ``0.5`` -> ``500m``, ``1024Mi`` -> ``1Gi``; what cannot be read stays."""
    try:
        return str(parse(text))
    except ValueError:
        return str(text)


def compare(left: str | int | float, right: str | int | float) -> int:
    """-1, 0 or 1, as ``left`` is less than, equal to or greater than ``right``."""
    a, b = parse(left).value, parse(right).value
    return (a > b) - (a < b)


def round_up_milli(text: str | int | float) -> str:
    """Rounded up to thousandths, as resource lists are when they are stored."""
    try:
        quantity = parse(text)
    except ValueError:
        return str(text)
    return str(Quantity(quantity.value.quantize(Decimal("1E-3"), rounding=ROUND_UP), quantity.family))


def _rounded(number: Decimal) -> Decimal:
    """Rounded away from zero to nano: nothing smaller is kept."""
    exponent = number.as_tuple().exponent
    return number.quantize(_NANO, rounding=ROUND_UP) if isinstance(exponent, int) and exponent < -9 else number


def _canonical(value: Decimal, family: Family) -> str:
    if value == 0:
        return "0"
    if family == "binary" and abs(value) >= 1024 and value == value.to_integral_value():
        return _binary(int(value))
    # A binary value below 1024 or with a fraction is shown in decimal, as there is no smaller binary suffix.
    return _decimal(value, family)


def _binary(value: int) -> str:
    for suffix, power in reversed(_BINARY.items()):
        if value % (1 << power) == 0:
            return f"{value >> power}{suffix}"
    return str(value)


def _decimal(value: Decimal, family: Family) -> str:
    digits, power = _stripped(value)
    while power % 3:
        digits, power = digits * 10, power - 1
    if power < -9:
        digits, power = digits // 10 ** (-9 - power), -9
    if family == "exponent":
        return f"{digits}e{power}" if power else str(digits)
    if power > 18:
        digits, power = digits * 10 ** (power - 18), 18
    return f"{digits}{_POWER_SUFFIX[power]}"


def _stripped(value: Decimal) -> tuple[int, int]:
    """``value`` as an integer without trailing zeroes and a power of ten."""
    sign, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)))
    return (-number if sign else number), exponent
