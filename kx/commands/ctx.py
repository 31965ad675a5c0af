"""``kx ctx``: contexts. Options only; ``kx/contexts`` does the work."""

from __future__ import annotations

from kx.commands.plain import OwnWords
from kx.contexts import quick
from kx.contexts.edge import call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kx.contexts.desk import Desk

_OPTIONS = ("--kubeconfig",)


def run(arguments: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Run the words after ``kx ctx``; ``given`` are options that stood before its name."""
    return call(perform, "kx ctx", arguments, _OPTIONS, given)


def perform(words: Sequence[str], desk: Desk) -> int:
    """Do what ``words`` ask for: from what was proved before where that is enough."""
    status = quick.answer(words, desk)
    if status is not None:
        return status
    from kx.contexts import ctx  # late: the everyday calls do without

    return ctx.run(words, desk)


PLAIN = OwnWords("ctx", run)
