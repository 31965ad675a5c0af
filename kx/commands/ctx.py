"""``kx ctx``: contexts. Options only; ``kx/contexts`` does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kx.commands.plain import OwnWords
from kx.contexts import ctx
from kx.contexts.edge import call

_OPTIONS = ("--kubeconfig",)


def run(arguments: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Run the words after ``kx ctx``; ``given`` are options that stood before its name."""
    return call(ctx.run, "kx ctx", arguments, _OPTIONS, given)


PLAIN = OwnWords("ctx", run)
