"""The namespaces kx knows without asking anybody: seen in a listing, been to, or named in the kubeconfig.

For completion, where nothing may wait. What was seen is kept in kx's cache, one file for each context.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from kx import paths
from kx.contexts import state
from kx.kubeconfig.model import Kubeconfig

_MOST = 20_000


def known(env: Mapping[str, str], config: Kubeconfig, context: str) -> list[str]:
    """Names worth offering for ``context``, sorted. Never asks the cluster and never fails."""
    entry = config.contexts.get(context)
    cluster = entry.cluster if entry else ""
    beside = {other.namespace for other in config.contexts.values() if cluster and other.cluster == cluster}
    been = {visit.place.namespace or "" for visit in state.history(env) if visit.place.context == context}
    return sorted({"default", *beside, *been, *kept(env, context)} - {""})


def keep(env: Mapping[str, str], context: str, names: Iterable[str]) -> None:
    """Remember a listing. A cache that cannot be written is no reason to stop."""
    paths.keep(_file(env, context), "".join(f"{name}\n" for name in list(names)[:_MOST]))


def kept(env: Mapping[str, str], context: str) -> tuple[str, ...]:
    """What the last listing held."""
    try:
        return tuple(_file(env, context).read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return ()


def _file(env: Mapping[str, str], context: str) -> Path:
    return paths.cache_dir(env) / "namespaces" / sha256(context.encode("utf-8", "surrogateescape")).hexdigest()[:32]
