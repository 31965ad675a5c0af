"""The words after ``kx each`` -> what is asked for. Knows no kubeconfig and no kubectl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kx.errors import UsageError

OUTPUTS = ("text", "json")
_JOBS = 8
_MOST_JOBS = 64
_HELP = "See: kx each --help"


@dataclass(frozen=True)
class Wanted:
    """Which contexts, and what to do in each."""

    patterns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # kubectl's, without the word kubectl
    namespace: str = ""
    kubeconfig: str = ""
    output: str = "text"
    jobs: int = _JOBS  # how many kubectls run at a time
    yes: bool = False
    help: bool = False


# An option that takes a value -> the field it fills.
_VALUES = {
    "-n": "namespace",
    "--namespace": "namespace",
    "--kubeconfig": "kubeconfig",
    "-o": "output",
    "--output": "output",
    "-j": "jobs",
    "--jobs": "jobs",
}
_SWITCHES = {"-y": "yes", "--yes": "yes", "-h": "help", "--help": "help"}


def parse(words: Sequence[str]) -> Wanted:
    """What ``words`` ask for. Raises ``UsageError``."""
    own, command = _halves(list(words))
    fields: dict[str, Any] = {}
    patterns: list[str] = []
    while own:
        word = own.pop(0)
        option, equals, value = word.partition("=")
        if word in _SWITCHES:
            fields[_SWITCHES[word]] = True
        elif option in _VALUES:
            if not equals and not own:
                raise UsageError(f"{option} needs a value", _HELP)
            fields[_VALUES[option]] = value if equals else own.pop(0)
        elif word.startswith("-"):
            raise UsageError(f"kx each has no option {word}", f"kubectl's own options go after --. {_HELP}")
        else:
            patterns.append(word)
    return _checked(Wanted(**fields, patterns=tuple(patterns), words=_without_kubectl(command)))


def _halves(words: list[str]) -> tuple[list[str], list[str]]:
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def _without_kubectl(words: list[str]) -> tuple[str, ...]:
    return tuple(words[1:] if words[:1] in (["kubectl"], ["k"]) else words)


def _checked(wanted: Wanted) -> Wanted:
    if wanted.help:
        return wanted
    if not wanted.patterns:
        raise UsageError("which contexts?", "For example: kx each 'prod-*' -- get pods   ('*' means all)")
    if not wanted.words:
        raise UsageError(
            "what is to be done in each context?", "The kubectl command goes after --: kx each 'prod-*' -- get pods"
        )
    if wanted.output not in OUTPUTS:
        raise UsageError(f"-o {wanted.output}: it is one of {', '.join(OUTPUTS)}", _HELP)
    jobs = str(wanted.jobs)
    if not (jobs.isdecimal() and 1 <= int(jobs) <= _MOST_JOBS):
        raise UsageError(f"--jobs {jobs}: it is a number from 1 to {_MOST_JOBS}", _HELP)
    return replace(wanted, jobs=int(jobs))
