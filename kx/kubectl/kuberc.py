"""The user's kuberc file: aliases for kubectl commands, and flags that kubectl adds to commands by itself.

Reads and understands the file; what becomes of a line is for kuberclines.py. The rules are those of
k8s.io/kubectl/pkg/kuberc (1.33 to 1.36). A file that cannot be understood is a problem in words, never an exception.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kx import paths
from kx.kubectl import versions
from kx.records import dataclass

_MOST_BYTES = 200_000
_ON_SINCE, _OPT_IN_SINCE = (1, 34), (1, 33)
_VARIABLE_SINCE = (1, 35)  # before, KUBERC could only say "off"
_VERSIONS = frozenset({"kubectl.config.k8s.io/v1alpha1", "kubectl.config.k8s.io/v1beta1"})
_ALIAS = re.compile(r"[a-zA-Z]+", re.ASCII)

Options = tuple[tuple[str, str], ...]  # flag name, value


@dataclass(frozen=True)
class Alias:
    """A word that stands for a command."""

    name: str
    command: tuple[str, ...]
    prepend: tuple[str, ...] = ()
    append: tuple[str, ...] = ()
    options: Options = ()


@dataclass(frozen=True)
class Default:
    """Flags that kubectl adds to a command where they are not given."""

    command: tuple[str, ...]
    options: Options


@dataclass(frozen=True)
class Preferences:
    """What a kuberc file says. ``refused``: why kubectl runs nothing with it; ``ignored``: why it is left out."""

    file: str
    aliases: tuple[Alias, ...] = ()
    defaults: tuple[Default, ...] = ()
    refused: str = ""
    ignored: str = ""


def preferences(env: Mapping[str, str], kubectl: Path, flag: str = "", *, ask: bool) -> Preferences | None:
    """What kuberc file ``kubectl`` would read, and what it says; ``flag``: the value of --kuberc.

    Without ``ask`` no process is started to learn which version it is. Whoever has no such file pays nothing.
    """
    home = str(paths.home(env))
    if not flag and not env.get("KUBERC") and not os.path.exists(os.path.join(home, ".kube", "kuberc")):
        return None
    version = versions.client_version(kubectl, env) if ask else versions.known_version(kubectl, env)
    file, named = place(env, home, version, flag)
    return load(file, named=named) if file else None


def place(env: Mapping[str, str], home: str, version: str, flag: str = "") -> tuple[str, bool]:
    """The file a kubectl of ``version`` (``1.34``) reads, and whether the user named it; "" when it reads none."""
    number = tuple(int(part) for part in version.split(".")) if version else (0,)
    switch = env.get("KUBECTL_KUBERC", "").lower()
    on = switch != "false" if number >= _ON_SINCE else switch == "true" and number >= _OPT_IN_SINCE
    if not on or env.get("KUBERC") == "off":
        return "", False
    if flag:
        return flag, True
    if number >= _VARIABLE_SINCE and env.get("KUBERC"):
        return env["KUBERC"], True
    return os.path.join(home, ".kube", "kuberc"), False


def load(file: str, *, named: bool) -> Preferences | None:
    """The preferences in ``file``; None if it is not there and nobody ``named`` it."""
    try:
        with open(file, "rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return _bad(file, "it does not exist", named) if named else None
    except (OSError, ValueError):
        return _bad(file, "it cannot be read", named)
    if len(content) > _MOST_BYTES:
        return Preferences(file, ignored="it is too large for kx to read")
    return understood(file, content, named=named)


def _bad(file: str, reason: str, named: bool) -> Preferences:
    """kubectl goes on without its usual kuberc file, but not without one that the user named."""
    return Preferences(file, refused=reason) if named else Preferences(file, ignored=reason)


def understood(file: str, content: bytes, *, named: bool) -> Preferences:
    """The preferences in the text of a kuberc file."""
    import yaml  # late: nobody without a kuberc file needs it

    try:
        documents = [each for each in yaml.safe_load_all(content) if each is not None]
        known = [each for each in documents if _get(each, "apiVersion") in _VERSIONS]
        if not known or _get(known[0], "kind") != "Preference":
            return _bad(file, "it holds no Preference of kubectl.config.k8s.io", named)
        aliases = tuple(_alias(row) for row in _rows(known[0], "aliases"))
        rows = [*_rows(known[0], "defaults"), *_rows(known[0], "overrides")]
        defaults = tuple(Default(tuple(_text(row, "command").split()), _options(row)) for row in rows)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _bad(file, "it is not written as kubectl expects it", named)
    return Preferences(file, aliases, defaults, refused=_refusal(aliases, defaults))


def _refusal(aliases: tuple[Alias, ...], defaults: tuple[Default, ...]) -> str:
    """What kubectl itself says of names it does not allow."""
    names = [alias.name for alias in aliases]
    if any(not _ALIAS.fullmatch(name) for name in names):
        return "invalid alias name, can only include alphabetical characters"
    twice = next((name for number, name in enumerate(names) if name in names[:number]), "")
    if twice:
        return f"duplicate alias name {twice}"
    options = [*(alias.options for alias in aliases), *(default.options for default in defaults)]
    flags = (name for each in options for name, _ in each)
    dashed = next((name for name in flags if name.startswith("-")), "")
    return f"flag name {dashed} should be in long form without dashes" if dashed else ""


def _alias(row: Any) -> Alias:
    return Alias(
        name=_text(row, "name"),
        command=tuple(_text(row, "command").split()),
        prepend=_words(row, "prependArgs"),
        append=_words(row, "appendArgs"),
        options=_options(row),
    )


def _options(row: Any) -> Options:
    listed = [*_rows(row, "options"), *_rows(row, "flags")]
    return tuple((_text(option, "name"), _text(option, "default")) for option in listed)


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _rows(value: Any, key: str) -> list[Any]:
    found = _get(value, key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise ValueError(key)
    return found


def _text(value: Any, key: str) -> str:
    found = _get(value, key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise ValueError(key)
    return found


def _words(value: Any, key: str) -> tuple[str, ...]:
    words = _rows(value, key)
    if not all(isinstance(word, str) for word in words):
        raise ValueError(key)
    return tuple(words)
