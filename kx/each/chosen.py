"""Globs and names -> contexts, in natural order. Guesses nothing: a command may change a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kx.contexts.arguments import is_glob
from kx.contexts.listing import matching
from kx.contexts.naturally import in_order
from kx.errors import KxError
from kx.kubeconfig import read
from kx.kubeconfig.model import Kubeconfig


def chosen(config: Kubeconfig, patterns: Iterable[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The contexts that any of ``patterns`` means. Raises ``KxError`` for one that means none."""
    found: dict[str, None] = {}
    for pattern in patterns:
        found.update(dict.fromkeys(_meant(config, pattern, aliases)))
    return tuple(in_order(found))


def _meant(config: Kubeconfig, pattern: str, aliases: Mapping[str, str]) -> list[str]:
    if pattern in config.contexts:
        return [pattern]
    if aliases.get(pattern) in config.contexts:
        return [aliases[pattern]]
    if not is_glob(pattern):
        raise read.no_such_context(pattern, config)
    names = matching(config.contexts, pattern)
    if not names:
        raise KxError(f"no context matches {pattern}", "`kx ctx` lists the contexts there are.")
    return names
