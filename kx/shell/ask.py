"""Whether to ask before a line runs, what to ask, and what an answer means. Reads no key and prints nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kx.explain.explanation import Explanation, Trap
from kx.kubectl.invocation import Invocation

# What may run without a question: it changes nothing that lasts.
_QUIET_EFFECTS = frozenset({"read", "local"})
PLAIN = "Run it? [Y/n/?]"

Kind = Literal["none", "plain", "stop"]
# run it; drop it; say more; edit it; run the meant line instead; not an answer
Choice = Literal["run", "refuse", "more", "edit", "meant", "unclear"]

_PLAIN: dict[str, Choice] = {"": "run", "y": "run", "yes": "run", "n": "refuse", "no": "refuse", "?": "more"}
_STOP: dict[str, Choice] = {"": "edit", "e": "edit", "edit": "edit", "n": "refuse", "no": "refuse", "?": "more"}


@dataclass(frozen=True)
class Question:
    """A question about one line. ``phrase``: the words that run a line in spite of a trap; ``fix``: the meant line."""

    kind: Kind
    text: str = ""
    phrase: str = ""
    fix: str = ""

    def choice(self, answer: str) -> Choice:
        """What ``answer`` means."""
        word = " ".join(answer.split()).lower()
        if self.kind == "plain":
            return _PLAIN.get(word, "unclear")
        if word == self.phrase.lower():
            return "run"
        if self.fix and word in ("m", "meant"):
            return "meant"
        return _STOP.get(word, "unclear")


def question(explanation: Explanation, invocations: tuple[Invocation, ...], *, confirm: bool, yes: bool) -> Question:
    """What to ask before this line runs.

    ``yes`` (-y) turns every question off. ``confirm = false`` turns off the plain one: a line that probably does not
    do what its writer means is stopped all the same.
    """
    traps = stopping(explanation)
    if yes:
        return Question("none")
    if traps:
        return _stop(traps, explanation, invocations)
    if confirm and explanation.effect not in _QUIET_EFFECTS:
        return Question("plain", PLAIN)
    return Question("none")


def stopping(explanation: Explanation) -> tuple[Trap, ...]:
    """The traps that are worth stopping for."""
    return tuple(trap for trap in explanation.traps if trap.severity == "stop")


def _stop(traps: tuple[Trap, ...], explanation: Explanation, invocations: tuple[Invocation, ...]) -> Question:
    fix = next((trap.fix for trap in traps if trap.fix), "")
    phrase = consequence(invocations) or f"{explanation.path[0] if explanation.path else 'run'} anyway"
    meant = ", run the [m]eant line" if fix else ""
    return Question("stop", f'[e]dit the line{meant}, or type "{phrase}" to run it as it stands:', phrase, fix)


def consequence(invocations: tuple[Invocation, ...]) -> str:
    """What the line will do, in a few words worth typing: ``delete 2 pods``; "" where it cannot be counted."""
    kubectl = [invocation for invocation in invocations if invocation.program == "kubectl" and invocation.path]
    if len(kubectl) != 1:
        return ""
    operands = kubectl[0].operand_values()
    verb = " ".join(kubectl[0].path)
    if not operands:
        return ""
    if all("/" in operand for operand in operands):
        return f"{verb} {_counted(len(operands), 'object')}"
    kind, names = operands[0], operands[1:]
    if not names or "," in kind or "/" in kind:
        return ""
    return f"{verb} {_counted(len(names), kind)}"


def _counted(count: int, kind: str) -> str:
    plural = kind if kind.endswith("s") else f"{kind}s"
    return f"{count} {plural if count != 1 else kind}"
