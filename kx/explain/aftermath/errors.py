"""Why a command failed: what it printed, looked up in the tables. Pure: asks nobody, prints nothing.

Names that are near to one that does not exist come from whoever calls; no request is ever sent for them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping

from kx.explain.aftermath import near
from kx.explain.aftermath.advice import Advice, Rule, Step
from kx.explain.aftermath.places import clusterwide, tail
from kx.explain.aftermath.tables import ERRORS
from kx.explain.aftermath.tables.status import STATUSES
from kx.explain.aftermath.tables.warnings import WARNINGS
from kx.explain.phrases import file_words, fill, target_words
from kx.explain.subject import Subject
from kx.kubectl.catalog import resources
from kx.kubectl.catalog.resources import ResourceType

Names = Callable[[str], Iterable[str]]

_PLACE = re.compile(r"\{([a-z0-9-]+)\}|\{\{|\}\}")
_INDEX = re.compile(r"\[[^\]]*\]")
_INTERRUPTED = 130
_MOST, _LONGEST = 6_000, 1_000  # characters of each end, and of a line
_EMPTY = "…"  # for what the message does not tell
_FLAGS = {"where": tail, "clear": clusterwide}
_NOTHING = "\0"  # for what is rightly left out


def explain(text: str, status: int, subject: Subject, names: Names = lambda kind: ()) -> tuple[Advice, ...]:
    """What to say of a command that printed ``text`` and ended with ``status``; () where there is nothing to say.

    ``names(kind)``: names of that type that are known already, such as those seen in an earlier listing.
    """
    if status == 0:
        return first(WARNINGS, text, subject, names)
    if status == _INTERRUPTED:
        return ()
    return first(ERRORS, text, subject, names) or _by_status(status, subject)


def first(rules: Iterable[Rule], text: str, subject: Subject, names: Names = lambda kind: ()) -> tuple[Advice, ...]:
    """The advice of the first rule whose pattern is in ``text``; () where none is."""
    text = _looked_at(text)
    for each in rules:
        match = re.search(each.pattern, text, re.MULTILINE)
        if match:
            return (_advice(each, match, subject, names),)
    return ()


def _looked_at(text: str) -> str:
    """The beginning and the end, in lines of bearable length: patterns must not take long, whatever was printed."""
    parts = (text,) if len(text) <= 2 * _MOST else (text[:_MOST], text[-_MOST:])
    return "\n".join(line[:_LONGEST] for part in parts for line in part.splitlines())


def _by_status(status: int, subject: Subject) -> tuple[Advice, ...]:
    """What the status alone tells, of a command whose output was not kept."""
    found = STATUSES.get((subject.path, status))
    return () if found is None else (Advice(found.id, found.why, _steps(found.next, {}, subject)),)


def _advice(rule: Rule, match: re.Match[str], subject: Subject, names: Names) -> Advice:
    words = _words(match, subject)
    why = _filled(rule.why, words, subject, quote=False)
    steps = _steps(rule.next, words, subject)
    similar, looked = near.similar(rule.id, words, subject, names)
    return Advice(rule.id, " ".join([why, *similar]), (*looked, *steps) if looked else steps)


def _steps(steps: tuple[Step, ...], words: Mapping[str, str], subject: Subject) -> tuple[Step, ...]:
    filled = ((_filled(command, words, subject, quote=True), purpose) for command, purpose in steps)
    return tuple((command, purpose) for command, purpose in filled if _EMPTY not in command)


def _words(match: re.Match[str], subject: Subject) -> dict[str, str]:
    """The words of the message, and what follows from them and from the line."""
    found: dict[str, str] = {}
    for group, value in match.groupdict().items():
        name = group.rstrip("0123456789")  # a pattern cannot use one name twice
        if value and not found.get(name):
            found[name] = value.strip()
    return {**_of_line(subject), **_of_message(found, subject), **found}


def _of_message(found: Mapping[str, str], subject: Subject) -> dict[str, str]:
    kind = found.get("kindname") or found.get("kind", "")
    known = resources.find(kind)
    namespaced = known is None or known.namespaced
    return {
        "thing": _called(known) if known else kind,
        "short": known.singular if known and resources.find(known.singular) is known else kind,
        "many": known.plural if known and resources.find(known.plural) is known else kind,
        "everywhere": "--all-namespaces" if namespaced else "",
        "in-namespace": f" in the namespace {subject.namespace}" if namespaced and subject.namespace else _NOTHING,
        "pod-there": found.get("name", "") if kind == "pods" else "",
        "kindlower": kind.partition(".")[0].lower(),
        "explained": _explained(kind, found.get("field", "")),
        "slashed": found.get("what", "").replace("/", " ", 1),
    }


def _called(known: ResourceType) -> str:
    """``pod``, but ``ServiceAccount``: what is one word is written as such."""
    return known.singular if known.kind[1:].islower() else known.kind


def _of_line(subject: Subject) -> dict[str, str]:
    target = subject.targets[0] if subject.targets else None
    known = target.type if target else None
    name = target.names[0] if target and target.names else ""
    operands = subject.invocation.operand_values()
    command = " ".join(subject.path)
    return {
        "command": command,
        "program": f"kubectl {command}".strip(),
        "verb": subject.path[0] if subject.path else "",
        "pod": name if known and known.plural == "pods" else "",
        "object": f"{known.singular} {shlex.quote(name)}" if known and name else target_words(subject),
        "type": target.typed if target else "",
        "ns": subject.namespace,
        "file-words": file_words(subject),
        "parent": operands[0].rpartition(".")[0] if operands else "",
    }


def _explained(kind: str, field: str) -> str:
    """``pod.spec.containers.image`` of ``Pod`` and ``spec.containers[0].image``, for `kubectl explain`."""
    if not kind:
        return ""
    plain = _INDEX.sub("", field)
    return f"{kind.partition('.')[0].lower()}.{plain}" if re.fullmatch(r"[A-Za-z.]+", plain) else ""


def _filled(template: str, words: Mapping[str, str], subject: Subject, *, quote: bool) -> str:
    """The template with its places filled in one pass, so that no word of a cluster is taken for a place; ``_EMPTY``
    stands where there is nothing. ``quote``: the result is a command to be typed.
    """

    def value(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()[0]
        if match.group(1) in _FLAGS:
            return _FLAGS[match.group(1)](subject)
        own = words.get(match.group(1), "")
        if own:
            return own.strip(_NOTHING) if not quote or match.group(1) in _COMMANDS else shlex.quote(own)
        return fill(match.group(), subject) or _EMPTY

    return _PLACE.sub(value, template)


# Words that are commands, or several words of one, by themselves.
_COMMANDS = frozenset({"command", "program", "help", "slashed", "file-words", "object"})
