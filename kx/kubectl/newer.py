"""What a kubectl that is newer than the facts says of the commands and flags that the facts do not have.

Asked only of a binary whose version the facts do not know, only about words that were typed, and only about commands
that its help lists (so that no plugin is started). It gets no kubeconfig, no kuberc, no terminal and little time.
Answers are kept in kx's cache folder under the binary's path, size and time of change.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kx import paths
from kx.kubectl import versions
from kx.kubectl.catalog import helpwords
from kx.kubectl.catalog.helptext import ShownFlag, read_flags, read_help
from kx.kubectl.catalog.load import known_versions
from kx.kubectl.catalog.model import Catalog, Command, Flag
from kx.kubectl.catalog.probe import HOME, NO_SUCH_FLAG, FlagProbe, first_guess
from kx.kubectl.invocation import Invocation
from kx.kubectl.listen import listen
from kx.records import asdict, replace

_SECONDS = 2.0  # for one question
_PATIENCE = 5.0  # for all questions of one line
_DEEPEST = 4  # a command, its command, …: each is asked about when the one before it is known
_OPTIONAL = "(kubectl's own choice)"  # what an optional value becomes when left out: help does not tell

Parse = Callable[[Catalog], tuple[Invocation, ...]]
Question = tuple[str, tuple[str, ...], str]  # "command" or "flag", the command's path, the word


def learned(catalog: Catalog, parse: Parse, kubectl: Path, env: Mapping[str, str], *, ask: bool) -> Catalog:
    """The facts with what the line needs beside them. ``parse`` reads the line with the facts it is given.

    Without ``ask`` no process is started: only what is remembered counts. Never raises; what cannot be found out
    stays unknown.
    """
    version = versions.client_version(kubectl, env) if ask else versions.known_version(kubectl, env)
    if not version or version in known_versions():
        return catalog
    teacher = Teacher(str(kubectl), env, ask=ask)
    done: set[Question] = set()
    for _ in range(_DEEPEST):
        asked = [question for question in questions(catalog, parse(catalog)) if question not in done]
        if not asked:
            break
        for question in asked:
            catalog = teacher.teach(catalog, question)
        done.update(asked)
    teacher.remember()
    return catalog


def questions(catalog: Catalog, invocations: Sequence[Invocation]) -> Iterator[Question]:
    """What is to be asked about a line that the facts do not fully know."""
    for invocation in invocations:
        words = set(_commands(catalog, invocation))
        yield from (("command", invocation.path, word) for word in words)
        if words or not invocation.path:
            continue  # which command the flags are for is not known yet
        if any(problem.kind == "unknown-flag" for problem in invocation.problems):
            yield from (("flag", invocation.path, use.name) for use in invocation.flags if use.flag is None)


def _commands(catalog: Catalog, invocation: Invocation) -> Iterator[str]:
    """The words that may be commands: those the parser says are none, and those a new command's help lists."""
    values = [word.value for word in invocation.line.words]
    for problem in invocation.problems:
        if problem.kind == "unknown-command" and problem.word is not None:
            yield values[problem.word]
    listed = invocation.command.subcommands if invocation.command else ()
    for index in invocation.operands[:1]:
        if values[index] in listed and (*invocation.path, values[index]) not in catalog.commands:
            yield values[index]


@dataclass
class Teacher:
    """One binary, asked question by question, and what it said before."""

    path: str
    env: Mapping[str, str]
    ask: bool
    _until: float | None = None
    _changed: bool = False
    _pages: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        identity = hashlib.sha256(versions.identity(Path(self.path)).encode("utf-8", "replace")).hexdigest()[:16]
        self._file = paths.cache_dir(self.env) / "kubectl-help" / f"{identity}.json"
        self._known = _load(self._file)

    def teach(self, catalog: Catalog, question: Question) -> Catalog:
        """The facts with the answer to one question; the same where there is none."""
        kind, path, word = question
        key = " ".join((kind, *path, word))
        if key not in self._known:
            if not self.ask:
                return catalog
            answer = _QUESTIONS[kind](self, path, word, catalog)
            if answer is None and self._is_out_of_time():
                return catalog  # not known this time
            self._known[key] = asdict(answer) if answer else None
            self._changed = True
        try:
            return _ADDERS[kind](catalog, path, self._known[key])
        except (TypeError, KeyError, ValueError, AttributeError):
            return catalog  # somebody else's cache file

    def remember(self) -> None:
        """Keep the answers for the next time."""
        if not self._changed:
            return
        paths.keep(self._file, json.dumps(self._known))

    def run(self, *arguments: str) -> tuple[str, str]:
        """Its output and error text; empty when it does not answer in time."""
        if self._is_out_of_time():
            return "", ""
        alone = {name: self.env[name] for name in ("PATH", "SYSTEMROOT") if name in self.env}
        off = {"HOME": HOME, "KUBECONFIG": os.devnull, "KUBERC": "off", "KUBECTL_KUBERC": "false"}
        said = listen([self.path, *arguments], {**alone, **off}, _SECONDS)
        if said is None:
            self._until = time.monotonic()  # whoever did not answer is not asked again
            return "", ""
        return said.out, said.error

    def command(self, path: tuple[str, ...], word: str, catalog: Catalog) -> Command | None:
        """The command ``word`` of the command at ``path``, if its help lists it."""
        if word not in read_help(self.page(path), path).subcommands:
            return None
        whole = (*path, word)
        page = self.page(whole)
        shown = read_help(page, whole)
        return Command(
            path=whole,
            usage=shown.usage,
            flags=self._flags(whole, shown.flags),
            aliases=shown.aliases,
            subcommands=shown.subcommands,
            runnable=not shown.subcommands or bool(shown.flags),
            told=helpwords.about(page) or helpwords.commands(self.page(path)).get(word, ""),
        )

    def flag(self, path: tuple[str, ...], word: str, catalog: Catalog) -> Flag | None:
        """The flag with this name or letter of the command at ``path``: one that help shows, or a hidden one."""
        for page, is_global in ((self.page(path), False), (self.page(("options",)), True)):
            shown = [flag for flag in read_flags(page) if word in (flag.name, flag.short)]
            if shown:
                return replace(self._flags(path, shown)[0], is_global=is_global)
        command = catalog.command(path)
        if len(word) < 2 or command is None or not self._refuses_flags(path):
            return None
        try:
            return FlagProbe(self).accepts(path, word, {flag.short for flag in command.flags})
        except (ValueError, KeyError):
            return None

    def _flags(self, path: tuple[str, ...], shown: Sequence[ShownFlag]) -> tuple[Flag, ...]:
        try:
            found = FlagProbe(self).flags(path, shown)
        except (ValueError, KeyError):  # it words its refusals in a new way, or has a kind of flag that is new
            found = tuple(self._flag_alone(path, flag) for flag in shown)
        said = helpwords.flags(self.page(path)) | helpwords.flags(self._pages.get(("options",), ""))
        return tuple(replace(flag, told=said.get(flag.name, "")) for flag in found)

    def _flag_alone(self, path: tuple[str, ...], shown: ShownFlag) -> Flag:
        try:
            return FlagProbe(self).flags(path, [shown])[0]
        except KeyError:
            return replace(first_guess(shown), no_value=_OPTIONAL)
        except ValueError:
            return first_guess(shown)

    def _refuses_flags(self, path: tuple[str, ...]) -> bool:
        """Whether it words the refusal of an unknown flag as ever: else nothing follows from its not refusing one."""
        return f"unknown flag: {NO_SUCH_FLAG}" in self.run(*path, NO_SUCH_FLAG)[1]

    def page(self, path: tuple[str, ...]) -> str:
        """The help of the command at ``path``; of ``options``, the global flags."""
        if path not in self._pages:
            self._pages[path] = self.run(*path)[0] if path == ("options",) else self.run(*path, "--help")[0]
        return self._pages[path]

    def _is_out_of_time(self) -> bool:
        if self._until is None:
            self._until = time.monotonic() + _PATIENCE
        return time.monotonic() >= self._until


_QUESTIONS: dict[str, Callable[[Teacher, tuple[str, ...], str, Catalog], Command | Flag | None]] = {
    "command": Teacher.command,
    "flag": Teacher.flag,
}


def _add_command(catalog: Catalog, path: tuple[str, ...], answer: Any) -> Catalog:
    if answer is None:
        return catalog
    flags = tuple(_flag(flag) for flag in answer["flags"])
    lists = {name: tuple(map(str, answer[name])) for name in ("path", "subcommands", "aliases")}
    command = Command(**{**answer, "flags": flags, **lists})
    parent = catalog.commands[path]
    parent = replace(parent, subcommands=_with(parent.subcommands, command.path[-1]))
    return replace(catalog, commands={**catalog.commands, path: parent, command.path: command})


def _add_flag(catalog: Catalog, path: tuple[str, ...], answer: Any) -> Catalog:
    if answer is None:
        return catalog
    flag = _flag(answer)
    if flag.is_global:
        return replace(catalog, globals=(*catalog.globals, flag))
    command = catalog.commands[path]
    return replace(catalog, commands={**catalog.commands, path: replace(command, flags=(*command.flags, flag))})


_ADDERS: dict[str, Callable[[Catalog, tuple[str, ...], Any], Catalog]] = {"command": _add_command, "flag": _add_flag}


def _flag(answer: Any) -> Flag:
    return Flag(**{**answer, "values": tuple(map(str, answer["values"]))})


def _with(names: Collection[str], name: str) -> tuple[str, ...]:
    return tuple(sorted({*names, name}))


def _load(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
