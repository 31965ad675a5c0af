"""Which kubectl binary runs: the one the user named, the one on PATH, or the one kx installed. Runs nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from kx import paths
from kx.errors import KxError
from kx.records import dataclass

OVERRIDE = "KX_KUBECTL"


@dataclass(frozen=True)
class Kubectl:
    """A kubectl binary and where it was found."""

    path: Path
    source: Literal["override", "path", "installed"]


def installed(env: Mapping[str, str]) -> Path:
    """Where ``kx kubectl install`` puts its kubectl; it need not exist."""
    return paths.data_dir(env) / "bin" / "kubectl"


def find(env: Mapping[str, str]) -> Kubectl:
    """The kubectl to run: ``KX_KUBECTL``, else PATH, else kx's own. Raises ``KxError`` when there is none."""
    override = env.get(OVERRIDE, "")
    if override:
        path = shutil.which(override, path=env.get("PATH", os.defpath))
        if path is None:
            raise KxError(f"{OVERRIDE} names {override}, which is not a program", f"Unset {OVERRIDE}, or correct it.")
        return Kubectl(Path(path).absolute(), "override")
    path = shutil.which("kubectl", path=env.get("PATH", os.defpath))
    if path is not None:
        return Kubectl(Path(path).absolute(), "path")
    own = installed(env)
    if os.access(own, os.X_OK):
        return Kubectl(own, "installed")
    raise KxError("there is no kubectl on PATH", "`kx kubectl install` fetches one, with its checksum verified.")
