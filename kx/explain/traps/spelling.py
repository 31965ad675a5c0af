"""Slips of typing that kubectl does not see: dashes left out or too few, spaces around "=", a flag taken for a value.

kubectl takes such a word for something else without a complaint. Each was tried with kubectl 1.27 to 1.33.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Severity, Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, joined, marked, spliced
from kx.kubectl.catalog.model import Flag
from kx.kubectl.invocation import FlagUse

_BARE = re.compile(r"([a-z][a-z-]+)=")
_NAMES = frozenset({"name", "names", "node", "pod", "type", "unknown-type", "type-name", "new-name", "extra"})
_NUMBER = re.compile(r"-\d")
_DASHES = "–—−‐‑"


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of typing."""
    if subject.invocation.path == () and subject.invocation.problems:
        yield from _swallowed_command(subject)
        return
    for index in subject.invocation.operands:
        yield from _operand(subject, index)
    for use in subject.invocation.flags:
        yield from _flag(subject, use)


def _operand(subject: Subject, index: int) -> Iterator[Trap]:
    value = subject.word(index).value
    if value[:1] in _DASHES and value:
        yield _pasted_dash(subject, index)
    elif "=" in value:
        yield from _without_dashes(subject, index)
        yield from _lone_equals(subject, index)


def _pasted_dash(subject: Subject, index: int) -> Trap:
    word = subject.word(index)
    bare = word.value.lstrip(_DASHES + "-")
    dashes = "-" if len(bare.partition("=")[0]) == 1 else "--"
    offset = word.text.find(word.value)
    text = f"{dashes}{bare}" if word.quoted or offset < 0 else f"{dashes}{word.text.lstrip(_DASHES + '-')}"
    return marked(
        subject,
        [index],
        "pasted-dash",
        _weight(subject, bare.partition("=")[0]),
        f'"{word.value[0]}" is a dash for print, not the "-" of a keyboard: {word.value} is no flag, but '
        f"{_what(subject, index)}.",
        spliced(subject.invocation.line.text, [(word.start, word.end, text)]),
    )


def _without_dashes(subject: Subject, index: int) -> Iterator[Trap]:
    """`scale deploy web replicas=3`, and worse: `delete pod p dry-run=client`."""
    word = subject.word(index)
    match = _BARE.match(word.value)
    name = match.group(1) if match else ""
    role = subject.operands.roles.get(index, "")
    wanted = role in _NAMES or (name == "dry-run" and role in ("pair", "argument"))
    if not name or not wanted or index in subject.invocation.after_dash or _known(subject, name) is None:
        return
    yield marked(
        subject,
        [index],
        "flag-without-dashes",
        _weight(subject, name),
        f'Without "--" in front, {word.value} is no flag: it is {_what(subject, index)}.',
        spliced(subject.invocation.line.text, [(word.start, word.start, "--")]),
    )


def _lone_equals(subject: Subject, index: int) -> Iterator[Trap]:
    """`label pod p a = b`: three words, none of which is a pair."""
    value = subject.word(index).value
    before, after = index - 1, index + 1
    if not value.startswith("=") or before not in subject.invocation.operands:
        return
    last = after if value == "=" and after in subject.invocation.operands else index
    yield marked(subject, [before, last], "space-around-equals", "warn", _SPACES, joined(subject, before, last))


_SPACES = 'A space ends a word: kubectl needs the name, "=" and the value as one word.'


def _flag(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    yield from _one_dash(subject, use)
    if use.value_word is not None and use.value is not None:
        if use.value.startswith("="):
            following = use.value_word + 1
            lone = use.value == "=" and following in subject.invocation.operands
            last = following if lone else use.value_word
            fix = joined(subject, use.word, last)
            yield marked(subject, [use.word, last], "space-around-equals", "warn", _SPACES, fix)
        else:
            yield from _swallowed_flag(subject, use)
    elif use.given and use.value == "" and use.word + 1 in subject.invocation.operands:
        last = use.word + 1
        if subject.word(use.word).text.endswith("="):
            fix = joined(subject, use.word, last)
            yield marked(subject, [use.word, last], "space-around-equals", "warn", _SPACES, fix)


def _one_dash(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`-namespace x` is -n with the value "amespace"; `-image=x` is refused."""
    word = subject.word(use.word)
    name = word.value[1:].partition("=")[0]
    first = subject.uses[use.word][0] is use
    if not first or word.value.startswith("--") or len(name) < 3 or (known := _known(subject, name)) is None:
        return
    read = f'-{name[0]} with the value "{word.value[2:]}"' if use.flag and not use.flag.optional_value else "letters"
    refused = subject.refused
    message = (
        f"With one dash kubectl reads {word.value} letter by letter and refuses it."
        if refused or read == "letters"
        else f"With one dash kubectl reads {word.value} as {read}."
    )
    stops = effects.of_command(subject.path) == "delete" and not refused
    yield marked(
        subject,
        [use.word],
        "one-dash",
        "stop" if stops else "warn",
        f"{message} --{known.name} has two.",
        spliced(subject.invocation.line.text, [(word.start, word.start, "-")]),
    )


def _swallowed_flag(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`-n -o yaml`: the namespace is called "-o"."""
    value = use.value or ""
    if len(value) < 2 or value[0] != "-" or _NUMBER.match(value):
        return
    name = value.lstrip("-").partition("=")[0]
    if _known(subject, name) is None and (value.startswith("--") or _short(subject, value[1]) is None):
        return
    yield marked(
        subject,
        flag_words(use),
        "swallowed-flag",
        "stop" if effects.of_command(subject.path) == "delete" else "warn",
        f'{use.typed} needs a value, so kubectl takes "{value}" for it: {value} does not count as a flag here.',
    )


def swallows_command(subject: Subject) -> FlagUse | None:
    """The flag of a line without a command that took a command for its value: `kubectl -n get pods`."""
    taken = (use for use in subject.invocation.flags if use.value_word is not None and use.value)
    return next((use for use in taken if subject.catalog.command((use.value or "",)) is not None), None)


def _swallowed_command(subject: Subject) -> Iterator[Trap]:
    use = swallows_command(subject)
    if use is not None:
        message = f'{use.typed} needs a value, so kubectl takes "{use.value}" for it and finds no command behind it.'
        yield marked(subject, flag_words(use), "swallowed-command", "warn", message)


def _known(subject: Subject, name: str) -> Flag | None:
    command = subject.invocation.command
    return subject.catalog.flag(command, name) if command is not None and len(name) > 1 else None


def _short(subject: Subject, letter: str) -> Flag | None:
    command = subject.invocation.command
    return subject.catalog.short_flag(command, letter) if command is not None else None


def _weight(subject: Subject, name: str) -> Severity:
    """A word that becomes one more object to delete, or a dry run that is not one, is worth stopping for."""
    if subject.refused:
        return "warn"
    really = subject.dry_run == "none" and name == "dry-run"
    return "stop" if really or effects.of_command(subject.path) == "delete" else "warn"


def _what(subject: Subject, index: int) -> str:
    """What kubectl takes the word for."""
    role = subject.operands.roles.get(index, "")
    deletes = " to delete" if effects.of_command(subject.path) == "delete" else ""
    if role in ("name", "names", "pod", "node", "type-name"):
        return f"the name of one more object{deletes}"
    return _TAKEN_FOR.get(role, "one more word for the command")


_TAKEN_FOR = {
    "type": "the kind of object",
    "unknown-type": "the kind of object",
    "new-name": "the name for the new object",
    "pair": "one more key and value to set",
    "argument": "a word for the program in the container",
}
