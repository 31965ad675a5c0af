"""Lists of resources and how much of each, and what Kubernetes computes with them (apiserver ``pkg/quota/v1``).

A sum keeps the family of suffixes of its first part that is not zero, as apimachinery's quantities do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kx.practice.quantity import Quantity, parse

Amounts = dict[str, Quantity]

ZERO = Quantity(Decimal(0))
ONE = Quantity(Decimal(1))


def read(written: Mapping[str, str | int] | None) -> Amounts:
    """``{"cpu": "500m"}`` as amounts."""
    return {name: parse(value) for name, value in (written or {}).items()}


def written(amounts: Amounts) -> dict[str, str]:
    """As objects carry them, by name."""
    return {name: str(amounts[name]) for name in sorted(amounts)}


def add(left: Amounts, right: Amounts) -> Amounts:
    """What both hold together."""
    result = dict(left)
    for name, more in right.items():
        mine = result.get(name)
        result[name] = more if mine is None else _combined(mine, more, mine.value + more.value)
    return result


def growth(new: Amounts, old: Amounts) -> Amounts:
    """How much more ``new`` holds than ``old``; never below zero."""
    result: Amounts = {}
    for name in {*new, *old}:
        mine, before = new.get(name, ZERO), old.get(name, ZERO)
        more = _combined(mine, before, mine.value - before.value)
        result[name] = more if more.value > 0 else ZERO
    return result


def largest(left: Amounts, right: Amounts) -> Amounts:
    """The greater amount of each."""
    result = dict(left)
    for name, other in right.items():
        if name not in result or other.value > result[name].value:
            result[name] = other
    return result


def only(amounts: Amounts, names: Iterable[str]) -> Amounts:
    """The amounts of ``names``, as far as there are any."""
    wanted = frozenset(names)
    return {name: amount for name, amount in amounts.items() if name in wanted}


def without_zeros(amounts: Amounts) -> Amounts:
    return {name: amount for name, amount in amounts.items() if amount.value != 0}


def same(left: Amounts, right: Amounts) -> bool:
    """Whether both hold as much, however it is written."""
    return left.keys() == right.keys() and all(left[name].value == right[name].value for name in left)


def shown(amounts: Amounts) -> str:
    """As refusals show them: ``pods=1,requests.cpu=500m``."""
    return ",".join(f"{name}={amounts[name]}" for name in sorted(amounts))


def _combined(mine: Quantity, other: Quantity, value: Decimal) -> Quantity:
    return Quantity(value, mine.family if mine.value else other.family)
