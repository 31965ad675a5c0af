"""The training's manifests: which there are, in what order they are applied, and how they get into a person's folder.

The files lie in ``manifests/`` and come along with the installed program. Nothing here knows a cluster.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kx.errors import KxError

FOLDER = Path(__file__).with_name("manifests")
# As the training applies them; each needs those before it.
ORDER = (
    "secret.yaml",
    "redis-deployment.yaml",
    "redis-service.yaml",
    "config-map.yaml",
    "visitors-deployment.yaml",
    "visitors-service.yaml",
)
REPLACEMENT = "manifest.yaml"
NAMES = (*ORDER, REPLACEMENT)


def write_out(folder: Path, force: bool = False) -> tuple[Path, ...]:
    """Write the manifests into ``folder`` (made if need be); returns those that were not there as they are.

    A file that says something else is left alone, and then none is written, unless ``force``. Raises ``KxError``.
    """
    wanted = {folder / name: (FOLDER / name).read_bytes() for name in NAMES}
    try:
        missing = [path for path, content in wanted.items() if _content(path) != content]
        other = [path for path in missing if os.path.lexists(path)]
        if other and not force:
            raise _refusal(folder, other)
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing:
            path.write_bytes(wanted[path])
    except OSError as error:
        raise KxError(f"cannot write the manifests into {folder}: {error.strerror}") from error
    return tuple(missing)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _refusal(folder: Path, other: Sequence[Path]) -> KxError:
    names = ", ".join(path.name for path in other)
    which, them = ("a file", "it") if len(other) == 1 else ("files", "them")
    return KxError(
        f"the folder {folder} has {which} of your own called {names}; nothing was written",
        f"Name another folder, or write over {them} with --force.",
    )
