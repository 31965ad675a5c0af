"""Traps of this machine: contexts, doors that are opened, files that are copied.

Tried with kubectl 1.27 to 1.33.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, spliced, with_more

_HERE_ONLY = frozenset({"127.0.0.1", "localhost", "::1"})
_OWNED_BY_ROOT = 1024
# No pod's name has capital letters, and no path in a container has backslashes.
_DRIVE = re.compile(r"[\"']?([A-Z](?=:)|[a-z](?=:\\))")


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of this machine."""
    rule = _RULES.get(subject.path)
    if rule is not None:
        yield from rule(subject)


def _use_context(subject: Subject) -> Iterator[Trap]:
    use = subject.use("namespace")
    if use is None or not use.value:
        return
    message = "use-context takes no notice of -n: the context keeps the namespace it has."
    yield marked(subject, flag_words(use), "namespace-not-set", "warn", message)


def _set_context(subject: Subject) -> Iterator[Trap]:
    use = subject.use("namespace")
    if use is None or subject.invocation.operands or subject.on("current"):
        return
    message = "kubectl must be told which context: its name, or --current."
    yield marked(subject, flag_words(use), "no-context", "warn", message, with_more(subject, "--current"))


def _view(subject: Subject) -> Iterator[Trap]:
    use = subject.use("raw")
    if use is not None and subject.on("raw"):
        message = "--raw prints the keys and tokens as they are: whoever sees them can act as you."
        yield marked(subject, flag_words(use), "shows-credentials", "hint", message)


def _open_door(subject: Subject) -> Iterator[Trap]:
    use = subject.use("address")
    here = use is None or not use.value or all(part.strip() in _HERE_ONLY for part in use.value.split(","))
    if use is not None and not here:
        how = "with your rights and without a password" if subject.path == ("proxy",) else "without a password"
        message = f"Other machines that can reach {use.value} can come in, {how}."
        yield marked(subject, flag_words(use), "open-door", "warn", message)


def _proxy(subject: Subject) -> Iterator[Trap]:
    yield from _open_door(subject)
    use = subject.use("disable-filter")
    if use is not None and subject.on("disable-filter"):
        message = "Without the filter any web page you open can use this door with your rights."
        yield marked(subject, flag_words(use), "open-door", "warn", message)


def _port_forward(subject: Subject) -> Iterator[Trap]:
    yield from _open_door(subject)
    for index in subject.operands.with_role("port"):
        word = subject.word(index)
        local = word.value.partition(":")[0]
        if local.isascii() and local.isdecimal() and 0 < int(local) < _OWNED_BY_ROOT:
            remote = word.value.rpartition(":")[2]
            port = 8000 + int(local) if int(local) < 1000 else 8000
            fix = spliced(subject.invocation.line.text, [(word.start, word.end, f"{port}:{remote}")])
            message = f"Port {local} of this machine can mostly be opened by its administrator only."
            yield marked(subject, [index], "low-port", "hint", message, fix)


def _copy(subject: Subject) -> Iterator[Trap]:
    for index in subject.invocation.operands:
        drive = _DRIVE.match(subject.word(index).text)
        if drive:
            message = f'What stands before a ":" is the name of a pod, so "{drive.group(1)}" is one here, not a drive.'
            yield marked(subject, [index], "drive-letter", "warn", message)


_RULES = {
    ("config", "set-context"): _set_context,
    ("config", "use-context"): _use_context,
    ("config", "view"): _view,
    ("cp",): _copy,
    ("port-forward",): _port_forward,
    ("proxy",): _proxy,
}
