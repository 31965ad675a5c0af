"""Which kubeconfig files count, in kubectl's order. Reads no file: it only looks at names.

The rules are client-go's (tools/clientcmd/loader.go): an explicit file stands alone, else the ``KUBECONFIG`` list
without empty parts and repeats, else ``~/.kube/config``.
"""

from __future__ import annotations

import os

from kx import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def names(env: Mapping[str, str], kubeconfig: str | None = None) -> tuple[str, ...]:
    """As ``files``, as names: for what must answer at once, and has no time to import pathlib."""
    listed = kubeconfig or env.get("KUBECONFIG", "")
    if not listed:
        return (os.path.join(paths.home_name(env), ".kube", "config"),)
    # Repeats are recognised by spelling alone, as client-go does it.
    return tuple(part for part in dict.fromkeys(listed.split(os.pathsep)) if part)


def files(env: Mapping[str, str], kubeconfig: str | None = None) -> tuple[Path, ...]:
    """The files kubectl would read, first one first; they need not exist.

    ``kubeconfig`` is the value of a ``--kubeconfig`` option; it may itself be a path list (a session hands one on).
    """
    from pathlib import Path  # late: see ``names``

    return tuple(map(Path, names(env, kubeconfig)))


def is_missing(path: Path) -> bool:
    """Whether there is no such file, which is fine; what cannot be looked at (a link to itself, say) is not missing."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def default_file(files: tuple[Path, ...]) -> Path:
    """The file that kubectl writes what no file owns: the first that exists, else the last one."""
    return next((path for path in files if os.path.exists(path)), files[-1])


def path_list(files: tuple[Path, ...]) -> str:
    """``files`` as a value for ``KUBECONFIG``."""
    return os.pathsep.join(str(path) for path in files)
