"""Ask a cluster something small through kubectl, without a terminal and within a time limit. Changes nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from kx.kubectl.find import Kubectl
from kx.records import dataclass

_REQUEST_SECONDS = 3
# --request-timeout does not bound everything kubectl does (a server that never finishes TLS, a login plugin).
_PROCESS_SECONDS = 6


@dataclass(frozen=True)
class Names:
    """The names found, or why there are none to be had."""

    names: tuple[str, ...] = ()
    problem: str = ""


def list_namespaces(kubectl: Kubectl, env: Mapping[str, str], *flags: str) -> Names:
    """The namespaces of the cluster, sorted; ``flags`` are global flags such as ``--context=x``."""
    argv = [str(kubectl.path), "get", "namespaces", "-o", "name", f"--request-timeout={_REQUEST_SECONDS}s", *flags]
    try:
        done = subprocess.run(
            argv, env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROCESS_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Names(problem=f"no answer within {_PROCESS_SECONDS} seconds")
    except OSError as error:
        return Names(problem=f"{kubectl.path}: {error.strerror}")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Names(problem=said[-1] if said else f"kubectl ended with status {done.returncode}")
    listed = done.stdout.decode("utf-8", "replace").split()
    return Names(names=tuple(sorted(name.removeprefix("namespace/") for name in listed)))
