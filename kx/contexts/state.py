"""Where one was before: kubectx's and kubens' own files, so that their ``-`` and kx's agree, and what kx adds.

kubectx keeps the previous context in one file, kubens the previous namespace in one file per context. kx adds the
namespace that belonged to the previous context, and a history. Nothing here is worth failing for: a switch that was
made stays made, and ``remember`` only says that it could not be noted.
"""

from __future__ import annotations

import os
import time

from kx import paths
from kx.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time none of it is needed, and importing it would cost a fifth of a switch
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    Env: TypeAlias = Mapping[str, str]

_KEPT_LINES = 1000
_LONGEST_NAME = 255  # bytes of a file's name on the usual file systems


@dataclass(frozen=True)
class Place:
    """A context and the namespace chosen in it; empty: none."""

    context: str = ""
    namespace: str | None = ""  # None: not known


@dataclass(frozen=True)
class Visit:
    """One line of the history: when (seconds since 1970) one came to a place."""

    when: int
    place: Place


def previous(env: Env) -> Place:
    """The place before this one; an empty one if none is known. kubectx's file decides where the two disagree."""
    context = _read(_kubectx_file(env))
    fields = _fields(_read(_own_file(env)))
    if len(fields) == 3 and fields[2] == context:
        return Place(fields[0], fields[1])
    return Place(context, None)


def remember(env: Env, before: Place, now: Place) -> str:
    """Note that one went from ``before`` to ``now``; returns why that could not be noted, or ""."""
    try:
        if before.context != now.context:
            paths.replace(_kubectx_file(env), before.context)
        noted = _read(_kubectx_file(env))
        paths.replace(_own_file(env), _line(before.context, before.namespace or "", noted))
        note_visit(env, now)
    except OSError as error:
        return f"cannot note where you were: {error.filename}: {error.strerror}"
    return ""


def previous_namespace(env: Env, context: str) -> str:
    """The namespace chosen in ``context`` before its present one, or ""."""
    return _read(_kubens_file(env, context)).strip()


def remember_namespace(env: Env, context: str, before: str, now: str) -> str:
    """Note that ``context`` had the namespace ``before``; returns why that could not be noted, or ""."""
    try:
        paths.replace(_kubens_file(env, context), before)
        note_visit(env, Place(context, now))
    except OSError as error:
        return f"cannot note the namespace before: {error.filename}: {error.strerror}"
    return ""


def history(env: Env) -> tuple[Visit, ...]:
    """Where one has been, oldest first."""
    return tuple(_visits(_read(_history_file(env))))


def _visits(text: str) -> Iterator[Visit]:
    for line in text.splitlines():
        fields = _fields(line)
        if len(fields) == 3 and fields[0].isdecimal():
            yield Visit(int(fields[0]), Place(fields[1], fields[2]))


def note_visit(env: Env, place: Place) -> None:
    """Add a line to the history. Raises ``OSError``."""
    file = _history_file(env)
    text = _read(file) + _line(str(int(time.time())), place.context, place.namespace or "") + "\n"
    paths.replace(file, "".join(text.splitlines(keepends=True)[-_KEPT_LINES:]))


def _cache(env: Env) -> str:
    """The folder kubectx and kubens keep their files in."""
    return env.get("XDG_CACHE_HOME", "") or os.path.join(paths.home_name(env), ".kube")


def _kubectx_file(env: Env) -> str:
    return os.path.join(_cache(env), "kubectx")


def _kubens_file(env: Env, context: str) -> str:
    """As kubens names it; a name that would lead out of the folder, or is too long for a file, is written safely."""
    parts = context.split("/")
    safe = not {"", ".", ".."}.intersection(parts) and "\0" not in context
    if safe and all(len(part.encode()) <= _LONGEST_NAME for part in parts):
        return os.path.join(_cache(env), "kubens", context)
    from hashlib import sha256  # late: few names are that strange

    return os.path.join(_cache(env), "kubens", f"kx-{sha256(context.encode()).hexdigest()}")


def _own_file(env: Env) -> str:
    return os.path.join(paths.base(env, "state"), "contexts", "previous")


def _history_file(env: Env) -> str:
    return os.path.join(paths.base(env, "state"), "contexts", "history")


def _line(*fields: str) -> str:
    """Fields on one line, whatever they hold."""
    return "\t".join(field.encode("unicode_escape").decode("ascii") for field in fields)


def _fields(line: str) -> list[str]:
    try:
        return [field.encode("ascii").decode("unicode_escape") for field in line.split("\t")]
    except UnicodeError:
        return []  # not a line of kx's


def _read(file: str) -> str:
    """What a file says; one that is missing, or cannot be read, says nothing."""
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
