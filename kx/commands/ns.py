"""``kx ns``: namespaces. Options only; ``kx/contexts`` does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kx.commands.plain import OwnWords
from kx.contexts import ns
from kx.contexts.edge import call

_OPTIONS = ("--context", "--kubeconfig")


def run(arguments: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Run the words after ``kx ns``; ``given`` are options that stood before its name."""
    return call(ns.run, "kx ns", arguments, _OPTIONS, given)


PLAIN = OwnWords("ns", run)
