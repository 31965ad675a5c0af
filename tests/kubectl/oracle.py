"""Ask a real kubectl what it makes of a command line, without letting it do anything.

Two kinds of question, both answered before kubectl looks for a cluster:

- *refusal*: the line ends in a flag that does not exist, so kubectl always stops at a mistake. Which one it names
  first, and for which command, shows how it read everything before;
- *operands*: some commands take none and list, word for word, what they were given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kx.kubectl.catalog.load import load
from kx.kubectl.invocation import Invocation
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from tests.kubectls import Kubectl, run_offline

_MESSAGE = re.compile(r"^(?:error|Error): (.*)$", re.MULTILINE)
_COMMAND = re.compile(r"^See 'kubectl ?(.*?) ?(?:--help|-h)' for", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """The mistake in kubectl's words, and the command it is said of ("" where kubectl does not say)."""

    message: str
    path: str


def ask(kubectl: Kubectl, arguments: Sequence[str]) -> Answer:
    """What kubectl says of ``arguments``."""
    said = run_offline(kubectl, *arguments).stderr
    messages = _MESSAGE.findall(said)
    command = _COMMAND.search(said)
    return Answer(messages[-1] if messages else said.strip(), command[1] if command else "")


def ask_all(kubectl: Kubectl, lines: Sequence[Sequence[str]]) -> list[Answer]:
    """The same for many lines, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda arguments: ask(kubectl, arguments), lines))


def read(kubectl: Kubectl, arguments: Sequence[str]) -> Invocation:
    """What kx makes of the same arguments, typed with quotes wherever needed."""
    line = split(" ".join(["kubectl", *(quoted(argument) for argument in arguments)]))
    return parse(line, load(kubectl.version))[0]


def quoted(argument: str) -> str:
    """The argument as it may be typed."""
    return argument if re.fullmatch(r"[\w./:=,@%+-]+", argument) else "'" + argument.replace("'", "'\\''") + "'"


def expected(invocation: Invocation) -> Answer:
    """What kx thinks kubectl will say."""
    first = invocation.problems[0]
    silent = invocation.path == ("options",) or first.kind in ("flag-before-plugin", "missing-flag")
    return Answer(first.message, "" if silent else " ".join(invocation.path))
