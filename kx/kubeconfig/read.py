"""Read kubeconfig files and merge them as kubectl does: the first file that names a thing wins.

Knows nothing of command lines and never writes. Users and their credentials are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from kx.errors import KxError, UsageError
from kx.kubeconfig import find
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.parse import parse
from kx.kubeconfig.text import read_text
from kx.kubeconfig.where import Where

DEFAULT_NAMESPACE = "default"


def current(
    env: Mapping[str, str],
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
) -> Where:
    """Where a kubectl command would go, with the overrides a user gave (``--kubeconfig``, ``--context``, ``-n``).

    With no context at all the result has an empty ``context`` and ``server``. Raises ``KxError`` for a file that
    cannot be read and for a ``context`` override that does not exist.
    """
    config = load(env, kubeconfig)
    return where(config, context=context, namespace=namespace, kubeconfig=kubeconfig or env.get("KUBECONFIG", ""))


def where(
    config: Kubeconfig, *, context: str | None = None, namespace: str | None = None, kubeconfig: str = ""
) -> Where:
    """As ``current``, for a kubeconfig that is already loaded."""
    name = context or config.current_context
    entry = config.contexts.get(name)
    if context and entry is None:
        raise no_such_context(context, config)
    entry = entry or Context(name=name)
    return Where(
        context=name,
        namespace=namespace or entry.namespace or DEFAULT_NAMESPACE,
        server=config.servers.get(entry.cluster, ""),
        kubeconfig=kubeconfig,
    )


def no_such_context(name: str, config: Kubeconfig) -> KxError:
    """The error for a context that is not there, naming the ones that look alike."""
    from difflib import get_close_matches  # only on the way to an error

    near = get_close_matches(name, config.contexts, n=3, cutoff=0.5)
    if near:
        hint = f"Did you mean {', '.join(near)}?"
    elif config.contexts:
        hint = "`kx ctx` lists the contexts there are."
    else:
        hint = "No kubeconfig file holds a context yet. `kx --practice` brings a cluster of its own."
    return KxError(f'context "{name}" does not exist', hint)


def load(env: Mapping[str, str], kubeconfig: str | None = None) -> Kubeconfig:
    """All files kubectl would read, merged. Missing files are fine, unless one was named with ``--kubeconfig``."""
    return merge(load_each(env, kubeconfig))


def load_each(env: Mapping[str, str], kubeconfig: str | None = None) -> tuple[Kubeconfig, ...]:
    """The files that exist, one by one: a name that several hold is in each of them, and the first one counts."""
    if kubeconfig:
        require(kubeconfig)
    return tuple(load_file(path) for path in find.files(env, kubeconfig) if not find.is_missing(path))


def require(kubeconfig: str) -> None:
    """Raise ``KxError`` for a single file, named by the user, that does not exist; a list may have missing parts."""
    if os.pathsep not in kubeconfig and not os.path.exists(kubeconfig):
        raise KxError(f"the kubeconfig file {kubeconfig} does not exist", "Check the name given to --kubeconfig.")


def require_namespace(name: str) -> None:
    """Raise ``UsageError`` for a name that no namespace can have (Kubernetes: a DNS label); it need not exist."""
    if len(name) > 63 or not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        raise UsageError(
            f'"{name}" cannot be the name of a namespace',
            "A name holds small letters, digits and -, begins and ends with one of the first two, and has at most 63.",
        )


def merge(configs: tuple[Kubeconfig, ...]) -> Kubeconfig:
    """For each name the first file wins; so does the first current-context that is not empty."""
    contexts: dict[str, Context] = {}
    servers: dict[str, str] = {}
    for config in reversed(configs):
        contexts.update(config.contexts)
        servers.update(config.servers)
    return Kubeconfig(
        contexts=contexts,
        servers=servers,
        users=frozenset[str]().union(*(config.users for config in configs)),
        current_context=next((config.current_context for config in configs if config.current_context), ""),
        files=tuple(path for config in configs for path in config.files),
    )


def load_file(path: Path) -> Kubeconfig:
    """One file. Raises ``KxError`` when it cannot be read or is not a kubeconfig."""
    return parse(read_text(path), path)
