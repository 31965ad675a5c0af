"""What was typed -> the context (and namespace) that is meant. Guesses only for a person, never in a script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError
from kx.kubeconfig.model import Kubeconfig
from kx.records import dataclass

_NAMESPACE = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"  # compiled when it is needed: few switches do
_SHOWN = 5


@dataclass(frozen=True)
class Target:
    """Where to go. ``namespace`` None: the one the context has."""

    context: str
    namespace: str | None = None


def target(desk: Desk, config: Kubeconfig, typed: str) -> Target:
    """What ``typed`` means: a context, an alias of one, ``context/namespace``; for a person also a part of a name.

    Raises ``RefusedError`` in kubectx's words when it means nothing.
    """
    found = _target(desk, config, typed)
    if found is None:
        raise RefusedError(f'no context exists with the name: "{typed}"', _near(desk, config, typed))
    return found


def _target(desk: Desk, config: Kubeconfig, typed: str) -> Target | None:
    if typed in config.contexts:
        return Target(typed)
    aliases = _aliases(desk)
    named = _named(config, aliases, typed)
    if named is not None:
        return named
    whole = _part_of(desk, config.contexts, typed)
    return Target(whole) if whole else _with_namespace(desk, config, aliases, typed)


def _named(config: Kubeconfig, aliases: Mapping[str, str], typed: str) -> Target | None:
    """An exact name or alias; an alias may name a namespace too."""
    if typed in config.contexts:
        return Target(typed)
    if typed in aliases:
        meant = aliases[typed]
        return Target(meant) if meant in config.contexts else _split(config, {}, meant)
    return _split(config, aliases, typed)


def _split(config: Kubeconfig, aliases: Mapping[str, str], typed: str) -> Target | None:
    """``context/namespace``. A context's own name may hold slashes; the last one separates."""
    context, slash, namespace = typed.rpartition("/")
    context = context if context in config.contexts else aliases.get(context, "")
    if not slash or context not in config.contexts or not is_namespace(namespace):
        return None
    return Target(context, namespace)


def _with_namespace(desk: Desk, config: Kubeconfig, aliases: Mapping[str, str], typed: str) -> Target | None:
    context, slash, namespace = typed.rpartition("/")
    if not slash or not is_namespace(namespace):
        return None
    whole = _part_of(desk, config.contexts, context)
    return Target(whole, namespace) if whole else None


def _part_of(desk: Desk, names: Iterable[str], typed: str) -> str:
    """The only name that holds ``typed``, for a person; "" where there is none, or nobody to guess for."""
    if not desk.interactive or not typed:
        return ""
    return only_match(names, typed)


def only_match(names: Iterable[str], part: str) -> str:
    """The only name that holds ``part`` in any case; "" if none or several do."""
    found = matches(names, part)
    return found[0] if len(found) == 1 else ""


def matches(names: Iterable[str], part: str) -> list[str]:
    """The names that hold ``part`` in any case."""
    folded = part.casefold()
    return [name for name in names if folded in name.casefold()]


def near(names: Iterable[str], typed: str) -> str:
    """A question that offers the names that hold ``typed``, else those that look like it; "" when none does."""
    from difflib import get_close_matches  # late: only on the way to an error

    every = list(names)
    found = matches(every, typed) if typed else []
    found = found or get_close_matches(typed, every, n=3, cutoff=0.5)
    more = f" ({len(found) - _SHOWN} more hold it)" if len(found) > _SHOWN else ""
    return f"Did you mean {', '.join(found[:_SHOWN])}?{more}" if found else ""


def is_namespace(name: str) -> bool:
    """Whether a namespace can have this name (Kubernetes: a DNS label)."""
    return re.fullmatch(_NAMESPACE, name) is not None


def _near(desk: Desk, config: Kubeconfig, typed: str) -> str:
    if not desk.err.isatty():
        return ""  # nobody would be told
    return near([*config.contexts, *_aliases(desk)], typed) or f"`{desk.program}` lists the contexts there are."


def _aliases(desk: Desk) -> Mapping[str, str]:
    from kx import settings  # late: an exact name needs no settings

    return settings.aliases(desk.env)
