"""``config.toml``: the one file of settings. Reads it and says what is off in it; what a setting means, others know."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from kx import paths
from kx.errors import KxError

PICKERS = ("kx", "fzf")
_PROTECTED = "prod"


def file(env: Mapping[str, str]) -> Path:
    """Where the settings are; the file need not exist."""
    return paths.config_dir(env) / "config.toml"


def table(env: Mapping[str, str]) -> dict[str, Any]:
    """What the file says; nothing where there is no file. Raises ``KxError`` naming the file and what is off."""
    path = file(env)
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise KxError(f"cannot read {path}: {error.strerror}", "Mend it, or move it away.") from error
    except UnicodeDecodeError as error:
        raise KxError(f"cannot read {path}: it is not UTF-8 text", "Mend it, or move it away.") from error
    return _toml(text, path)


def aliases(env: Mapping[str, str]) -> dict[str, str]:
    """``[aliases]``: short names of contexts, or of ``context/namespace``."""
    found = table(env).get("aliases", {})
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise KxError(f"{file(env)}: [aliases] does not name contexts", 'A line of it looks like this: p = "prod/web"')
    return found


def picker(env: Mapping[str, str]) -> str:
    """``picker``: which program lets one choose a name."""
    found = table(env).get("picker", PICKERS[0])
    if found not in PICKERS:
        raise KxError(f"{file(env)}: picker = {found!r}", f'It is one of "{", ".join(PICKERS)}".'.replace(", ", '", "'))
    return str(found)


def protected(env: Mapping[str, str]) -> str:
    """``protected``: a regular expression; a context whose name holds a match is one to be careful with."""
    found = table(env).get("protected", _PROTECTED)
    if not isinstance(found, str):
        raise KxError(f"{file(env)}: protected = {found!r}", 'It is a regular expression, such as "prod|live".')
    return found


def _toml(text: str, path: Path) -> dict[str, Any]:
    # Late: most users have no settings file. Python 3.10 has no TOML reader of its own.
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        found: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise KxError(f"{path} is not valid TOML: {error}", "Mend it, or move it away.") from error
    return found
