"""``kx each``: one kubectl command in many contexts. Options only; ``kx/each`` does the work."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from kx import term
from kx.commands.plain import OwnWords
from kx.each.arguments import parse

_USAGE = """\
Run one kubectl command in many contexts at once.

  kx each PATTERN... [options] -- KUBECTL WORDS...

  kx each 'prod-*' -- get pods
  kx each '*' -n kube-system -o json -- get pods -o json

PATTERN is a context's name or a glob; quote globs, so that the shell does not see files in them.

  -n, --namespace NAME   the namespace to use in each; else each context's own
  -o, --output json      one JSON object with the output of every context
  -j, --jobs N           how many run at a time (8)
  -y, --yes              do not ask, also where something changes
  --kubeconfig FILE      use this kubeconfig

Outputs come in the order of the contexts' names. A command that changes something asks once, and shows every context
it will run in; where there is nobody to ask it runs only with -y. The exit status is 1 if it failed in any context.
Commands get nothing to read; those that need a person or never end are refused.
"""


def run(arguments: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Run the words after ``kx each``; ``given`` are options that stood before its name."""
    from kx.each.run import run as run_each  # late: help needs none of it

    wanted = parse([*_before(given), *arguments])
    if wanted.help:
        term.out(_USAGE.rstrip("\n"))
        return 0
    return run_each(wanted, os.environ)


def _before(given: Mapping[str, str | None]) -> list[str]:
    named = ("--namespace", "--kubeconfig")
    words = [f"{name}={given[name]}" for name in named if given.get(name)]
    return [*words, *(["--yes"] if given.get("--yes") else [])]


PLAIN = OwnWords("each", run)
