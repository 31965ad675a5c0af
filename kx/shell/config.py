"""The user's settings: ``config.toml`` in kx's config folder. Reads the file, applies nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from kx import paths
from kx.errors import KxError

# "auto": full at first, brief once a kind of line is familiar. It is what `explain on` goes back to.
Mode = Literal["auto", "full", "brief", "off"]
MODES: dict[str, Mode] = {"on": "auto", "auto": "auto", "full": "full", "brief": "brief", "off": "off"}


@dataclass(frozen=True)
class Settings:
    """What a user may choose."""

    explain: Mode = "auto"
    confirm: bool = True  # ask before commands that change something


def file(env: Mapping[str, str]) -> Path:
    """Where the settings are; the file need not exist."""
    return paths.config_dir(env) / "config.toml"


def load(env: Mapping[str, str]) -> Settings:
    """The settings, defaults where none are given. Raises ``KxError`` naming the file and what is off in it."""
    path = file(env)
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise KxError(f"cannot read {path}: {error.strerror}", "Mend it, or move it away.") from error
    except UnicodeDecodeError as error:
        raise KxError(f"cannot read {path}: it is not UTF-8 text", "Mend it, or move it away.") from error
    return _settings(_toml(text, path), path)


def _toml(text: str, path: Path) -> dict[str, Any]:
    # Late: most users have no settings file. Python 3.10 has no TOML reader of its own.
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        table: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise KxError(f"{path} is not valid TOML: {error}", "Mend it, or move it away.") from error
    return table


def _settings(table: dict[str, Any], path: Path) -> Settings:
    unknown = sorted(table.keys() - {"explain", "confirm"})
    if unknown:
        raise KxError(f"{path}: unknown setting {unknown[0]!r}", "The settings are: explain, confirm.")
    explain = table.get("explain", "auto")
    if not isinstance(explain, str) or explain not in MODES:
        raise KxError(f"{path}: explain = {explain!r}", f'It is one of "{", ".join(MODES)}".'.replace(", ", '", "'))
    confirm = table.get("confirm", True)
    if not isinstance(confirm, bool):
        raise KxError(f"{path}: confirm = {confirm!r}", "It is true or false.")
    return Settings(explain=MODES[explain], confirm=confirm)
