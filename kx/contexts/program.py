"""Which kubectl serves ``kx ctx`` and ``kx ns``. Runs nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from kx.errors import KxError
from kx.kubectl.find import find


def kubectl(env: Mapping[str, str]) -> Path:
    """The kubectl to ask: ``KUBECTL``, as for kubectx, else the one kx runs. Raises ``KxError``."""
    named = env.get("KUBECTL", "")
    if not named or env.get("KX_KUBECTL"):
        return find(env).path
    found = shutil.which(named, path=env.get("PATH", os.defpath))
    if found is None:
        raise KxError(f"KUBECTL names {named}, which is not a program", "Unset KUBECTL, or correct it.")
    return Path(found)
