"""Ask the cluster, briefly, for what makes an explanation sharper: does the name exist, how many copies are kept.

Only lines that create or scale are asked about, with one short-lived `kubectl get` each. A cluster that does not
answer in time is not asked again for a while: explaining works without it. Nothing here changes anything.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kx.explain import targets
from kx.explain.known import KnownFacts
from kx.explain.targets import Target
from kx.kubectl.invocation import FlagUse, Invocation

_PATIENCE = 1.5  # seconds for one question, kubectl's own start included
_SILENCE = 30.0  # seconds in which a cluster that did not answer is left alone

# Commands that refuse a name which exists already.
_CREATES = frozenset({"run", "create"})
# Flags that say which cluster is meant, and may be repeated in a question.
_WHERE = ("context", "namespace", "kubeconfig", "cluster", "user")
# Flags that change who asks, or whom: such a line is not asked about (and a token is never passed on).
_ELSEWHERE = frozenset({"as", "as-group", "as-uid", "server", "token", "password", "username", "tls-server-name"})

Answer = Callable[[Sequence[str]], "str | None"]


@dataclass
class Asker:
    """Runs the questions; remembers for a while that a cluster did not answer."""

    kubectl: Path
    env: Mapping[str, str]
    now: Callable[[], float] = time.monotonic
    _silent_until: float = field(default=float("-inf"))

    def known(self, invocations: Sequence[Invocation]) -> KnownFacts:
        """What the cluster says about these commands; empty where there is nothing to ask or no answer."""
        names: dict[str, frozenset[str]] = {}
        replicas: dict[tuple[str, str], int] = {}
        for invocation in invocations:
            for target, name in _questions(invocation):
                key = target.type.key if target.type is not None else ""
                answer = self._ask(_argv(invocation, target, name))
                if answer is None:
                    continue
                if answer:
                    names[key] = names.get(key, frozenset()) | {name}
                if answer.isdecimal():
                    replicas[key, name] = int(answer)
        return KnownFacts(names=names, replicas=replicas)

    def _ask(self, arguments: Sequence[str]) -> str | None:
        """kubectl's answer, "" for "does not exist", None when there is none."""
        if self.now() < self._silent_until:
            return None
        try:
            done = subprocess.run(
                [str(self.kubectl), *arguments],
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
                encoding="utf-8",
                errors="replace",
            )
        except (subprocess.TimeoutExpired, OSError):
            self._silent_until = self.now() + _SILENCE
            return None
        return done.stdout.strip() if done.returncode == 0 else None


def _questions(invocation: Invocation) -> list[tuple[Target, str]]:
    """The objects to ask about: those a line would create, or whose number it would change."""
    path = invocation.path
    asks = bool(path) and (path[0] in _CREATES or path == ("scale",)) and not invocation.problems
    dry = (invocation.value("dry-run") or "none") != "none"
    if not asks or dry or any(use.name in _ELSEWHERE and _is_global(use) for use in invocation.flags):
        return []
    found = targets.read(invocation).targets
    return [(target, name) for target in found if target.type is not None for name in target.names]


def _is_global(use: FlagUse) -> bool:
    return use.flag is None or use.flag.is_global


def _argv(invocation: Invocation, target: Target, name: str) -> list[str]:
    assert target.type is not None
    shape = "jsonpath={.spec.replicas}" if invocation.path == ("scale",) else "name"
    # Global flags only: `create rolebinding --user` means someone else's name.
    uses = {use.name: use.value for use in invocation.flags if _is_global(use)}
    where = [f"--{flag}={value}" for flag in _WHERE if (value := uses.get(flag)) is not None]
    key = target.type.key
    return ["get", key, name, "--ignore-not-found", f"--output={shape}", "--request-timeout=1s", *where]
