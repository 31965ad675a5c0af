"""Options that stand both before and after a command's name: ``kx -n web run …`` and ``kx run -n web …``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(outer: Mapping[str, Any] | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` of a command; what was not given there comes from those given before its name."""
    before = outer or {}
    return {name: value or before.get(name) for name, value in options.items()}
