"""What the command is, before it runs anywhere: whether it can run unattended, and whether it changes something."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from kx.errors import KxError
from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.invocation import Invocation
from kx.kubectl.parse import parse
from kx.kubectl.words import split

# Commands that talk with a person, or last until somebody ends them.
_ATTENDED = frozenset({("edit",), ("attach",), ("port-forward",), ("proxy",), ("debug",)})
# Flags that make others so, unless they are set to false.
_ATTENDED_FLAGS = ("watch", "watch-only", "follow", "stdin", "tty", "interactive", "attach")
_SETTLED = frozenset({"context", "kubeconfig"})
_QUIET = frozenset({"read", "local"})


@dataclass(frozen=True)
class Command:
    """One kubectl command to run in several contexts."""

    words: tuple[str, ...]
    plugin: bool
    json: bool  # its output is JSON
    explanation: Explanation

    @property
    def line(self) -> str:
        """As one would type it."""
        return shlex.join(("kubectl", *self.words))

    @property
    def asks(self) -> bool:
        """Whether it is to be asked about: it changes something, or probably means something else than it says."""
        return self.explanation.effect not in _QUIET or any(trap.severity == "stop" for trap in self.explanation.traps)

    def argv(self, kubectl: str, context: str, namespace: str) -> list[str]:
        """The words that run it in ``context``. A plugin takes options only after its own name."""
        where = [f"--context={context}", *([f"--namespace={namespace}"] if namespace else [])]
        at = 1 if self.plugin else 0
        return [kubectl, *self.words[:at], *where, *self.words[at:]]


def understood(words: tuple[str, ...], catalog: Catalog, where: Where, plugins: Mapping[str, bool]) -> Command:
    """What ``words`` mean. ``plugins``: whether a word is a plugin. Raises ``KxError`` for what cannot run so."""
    text = shlex.join(("kubectl", *words))
    line = split(text)
    (invocation,) = parse(line, catalog, plugins=tuple(name for name, there in plugins.items() if there))
    _require_unattended(invocation)
    return Command(
        words=words,
        plugin=plugins.get(words[0], False) and catalog.command((words[0],)) is None,
        json=invocation.value("output") == "json",
        explanation=explain_text(text, where, catalog=catalog),
    )


def _require_unattended(invocation: Invocation) -> None:
    settled = [use.typed for use in invocation.flags if use.name in _SETTLED]
    if settled:
        raise KxError(f"{settled[0]} belongs before --", "kx each gives every kubectl its own context.")
    flags = [use.typed for use in invocation.flags if use.name in _ATTENDED_FLAGS and use.value != "false"]
    if invocation.path[:1] in _ATTENDED or flags:
        what = flags[0] if flags else " ".join(invocation.path)
        raise KxError(
            f"{what} needs somebody at the keyboard, or never ends by itself",
            "kx each runs commands that end, with nothing to read from; run this one in one context.",
        )
