"""What a kuberc file makes of a line: the line is written out in full, explained so, and told about the words typed.

Pure text and spans: an alias becomes its command, flags that kubectl adds stand behind the command's words, further
arguments at the end, as in k8s.io/kubectl/pkg/kuberc.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from kx.explain.explanation import Explanation, Note, Trap
from kx.kubectl.catalog.model import Catalog, Command
from kx.kubectl.invocation import Invocation
from kx.kubectl.kuberc import Alias, Options, Preferences
from kx.kubectl.pflag import Argument, find_command
from kx.records import dataclass, replace

_LETTERS = re.compile(r"-[a-zA-Z]+", re.ASCII)


@dataclass(frozen=True)
class Edit:
    """``text`` in place of the characters from ``start`` to ``end``; ``says`` is for the word that is there."""

    start: int
    end: int
    text: str
    says: str = ""


def edits(invocations: Sequence[Invocation], catalog: Catalog, preferences: Preferences) -> tuple[Edit, ...]:
    """What kubectl reads into the line, in the order of the line; () where it reads what was typed."""
    if preferences.refused or preferences.ignored:
        return ()
    found = (edit for one in invocations if one.program == "kubectl" for edit in _edits(one, catalog, preferences))
    return tuple(sorted(found, key=lambda edit: edit.start))


def written_out(text: str, changes: Sequence[Edit]) -> str:
    """The line as kubectl reads it."""
    for edit in reversed(changes):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(invocation: Invocation, catalog: Catalog, preferences: Preferences) -> Iterator[Edit]:
    numbers = [index for index, role in invocation.roles if role not in ("shell", "program")]
    values = [invocation.line.words[index].value for index in numbers]
    place = next((place for place, value in enumerate(values) if not value.startswith("-")), None)
    unknown = any(problem.kind == "unknown-command" for problem in invocation.problems) and not invocation.path
    alias = next((one for one in preferences.aliases if place is not None and one.name == values[place]), None)
    if unknown and alias is not None and place is not None:
        yield from _aliased(invocation, catalog, alias, numbers, place, values)
    elif invocation.path and not unknown:
        yield from _defaulted(invocation, catalog, preferences, values)


def _aliased(
    invocation: Invocation, catalog: Catalog, alias: Alias, numbers: Sequence[int], place: int, values: Sequence[str]
) -> Iterator[Edit]:
    command = _command(catalog, alias.command)
    if command is None or catalog.command((alias.name,)) is not None:
        return
    flags = _flags(catalog, command, alias.options, values)
    word, last = invocation.line.words[numbers[place]], invocation.line.words[numbers[-1]]
    whole = " ".join(("kubectl", *alias.command, *flags, *map(shlex.quote, alias.prepend)))
    appended = "".join(f" {shlex.quote(each)}" for each in alias.append)
    says = f"your kuberc file makes this mean: {whole}{' …' + appended if appended else ''}"
    yield Edit(word.start, word.end, whole.removeprefix("kubectl ") + (appended if last == word else ""), says)
    if appended and last != word:
        yield Edit(last.end, last.end, appended)


def _defaulted(
    invocation: Invocation, catalog: Catalog, preferences: Preferences, values: Sequence[str]
) -> Iterator[Edit]:
    command = invocation.command
    named = [index for index, role in invocation.roles if role == "command"]
    if command is None or not named:
        return
    options = tuple(
        option
        for default in preferences.defaults
        # kubectl compares the last word of the command only.
        if (meant := _command(catalog, default.command)) and meant.path[-1:] == command.path[-1:]
        for option in default.options
    )
    flags = _flags(catalog, command, options, values)
    if flags:
        word = invocation.line.words[named[-1]]
        added = " ".join(flags)
        yield Edit(word.end, word.end, f" {added}", f"your kuberc file adds {added}")


def _command(catalog: Catalog, words: Sequence[str]) -> Command | None:
    """The command that ``words`` name, if they name one to the end."""
    found = find_command(catalog, [Argument(number, word) for number, word in enumerate(words)])
    return found.command if found.command.path and len(found.names) == len(words) else None


def _flags(catalog: Catalog, command: Command, options: Options, values: Sequence[str]) -> list[str]:
    """The flags that kubectl sets: those that are not among the words already."""
    added = []
    for name, value in options:
        flag = catalog.flag(command, name)
        if flag is not None and not _given(name, flag.short, values):
            added.append(shlex.quote(f"--{name}={value}"))
    return added


def _given(name: str, short: str, values: Sequence[str]) -> bool:
    """Whether kubectl takes the flag for given: it looks at how words begin, and into clusters of letters."""
    return any(
        value == f"--{name}"
        or value.startswith(f"--{name}=")
        or (short and (value.startswith(f"-{short}") or (_LETTERS.fullmatch(value) and short in value)))
        for value in values
    )


def told_of(explanation: Explanation, text: str, changes: Sequence[Edit], preferences: Preferences) -> Explanation:
    """The explanation of the line written out, told of the line ``text`` as it was typed."""
    about_file = _spoilt(preferences) if explanation.program == "kubectl" else ()
    return replace(
        explanation,
        line=text,
        words=tuple(_notes(explanation.words, text, changes)),
        traps=(*about_file, *(_trap(trap, changes) for trap in explanation.traps)),
    )


def _spoilt(preferences: Preferences) -> tuple[Trap, ...]:
    if preferences.refused:
        says = f"kubectl refuses every command with the kuberc file {preferences.file}: {preferences.refused}"
        return (Trap("kuberc", "warn", 0, 0, says),)
    if preferences.ignored:
        says = f"the kuberc file {preferences.file} is left out: {preferences.ignored}"
        return (Trap("kuberc", "hint", 0, 0, says),)
    return ()


def _notes(notes: Sequence[Note], text: str, changes: Sequence[Edit]) -> Iterator[Note]:
    aliases = [edit for edit in changes if edit.end > edit.start]
    added = {edit.start: edit for edit in changes if edit.end == edit.start and edit.says}
    for note in notes:
        start, end = (_back(at, changes) for at in (note.start, note.end))
        alias = next((edit for edit in aliases if edit.start <= start and end <= edit.end), None)
        if alias is not None:
            aliases.remove(alias)
            yield replace(
                note,
                start=alias.start,
                end=alias.end,
                text=text[alias.start : alias.end],
                role="command",
                title="alias",
                note=alias.says,
                source="kubectl",
                parts=(),
            )
        elif start < end:
            extra = added.get(end)
            parts = tuple(
                replace(part, start=_back(part.start, changes), end=_back(part.end, changes)) for part in note.parts
            )
            said = f"{note.note}; {extra.says}" if extra else note.note
            yield replace(note, start=start, end=end, note=said, parts=parts)


def _trap(trap: Trap, changes: Sequence[Edit]) -> Trap:
    return replace(trap, start=_back(trap.start, changes), end=_back(trap.end, changes))


def _back(at: int, changes: Sequence[Edit]) -> int:
    """An offset of the line written out, as one of the line typed."""
    shift = 0
    for edit in changes:
        begin = edit.start + shift
        if at <= begin:
            break
        if at <= begin + len(edit.text):
            return edit.end
        shift += len(edit.text) - (edit.end - edit.start)
    return at - shift
