"""The shell's own settings in ``config.toml``. Reads them, applies nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kx import settings
from kx.errors import KxError

# "auto": full at first, brief once a kind of line is familiar. It is what `explain on` goes back to.
Mode = Literal["auto", "full", "brief", "off"]
MODES: dict[str, Mode] = {"on": "auto", "auto": "auto", "full": "full", "brief": "brief", "off": "off"}


# All that may stand in the file; what concerns contexts is read where it is needed.
_KNOWN = frozenset({"explain", "confirm", "aliases", "picker", "protected"})


@dataclass(frozen=True)
class Settings:
    """What a user may choose."""

    explain: Mode = "auto"
    confirm: bool = True  # ask before commands that change something


def file(env: Mapping[str, str]) -> Path:
    """Where the settings are; the file need not exist."""
    return settings.file(env)


def load(env: Mapping[str, str]) -> Settings:
    """The settings, defaults where none are given. Raises ``KxError`` naming the file and what is off in it."""
    return _settings(settings.table(env), file(env))


def _settings(table: dict[str, Any], path: Path) -> Settings:
    unknown = sorted(table.keys() - _KNOWN)
    if unknown:
        raise KxError(f"{path}: unknown setting {unknown[0]!r}", f"The settings are: {', '.join(sorted(_KNOWN))}.")
    explain = table.get("explain", "auto")
    if not isinstance(explain, str) or explain not in MODES:
        raise KxError(f"{path}: explain = {explain!r}", f'It is one of "{", ".join(MODES)}".'.replace(", ", '", "'))
    confirm = table.get("confirm", True)
    if not isinstance(confirm, bool):
        raise KxError(f"{path}: confirm = {confirm!r}", "It is true or false.")
    return Settings(explain=MODES[explain], confirm=confirm)
