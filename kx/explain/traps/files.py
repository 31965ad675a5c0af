"""Traps of -f: files that are not named by it, names the shell expands, addresses that are pages, folders."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, spliced
from kx.kubectl.invocation import FlagUse

_MANIFEST = re.compile(r"(?i)\.(ya?ml|json)$")
_PAGE = re.compile(r"https?://github\.com/([^/]+/[^/]+)/blob/(.+)")
_READS = frozenset({"apply", "create", "delete", "replace", "diff", "get"})
_CHANGES = frozenset({"apply", "create", "replace", "delete"})


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of files."""
    if subject.path[0] not in _READS or (len(subject.path) > 1 and subject.path[0] == "create"):
        return
    uses = [use for use in subject.invocation.flags if use.name == "filename" and use.value]
    yield from _not_named(subject, uses)
    for use in uses:
        yield from _expanded(subject, use)
        yield from _address(subject, use)
        yield from _folder(subject, use)
        yield from _keyboard(subject, use)


def _not_named(subject: Subject, uses: list[FlagUse]) -> Iterator[Trap]:
    """`apply x.yaml`, `apply -f x.yaml y.yaml`: each file needs its own -f."""
    words = [index for index in subject.invocation.operands if _MANIFEST.search(subject.word(index).value)]
    if not words or any("*" in (use.value or "") for use in uses):
        return
    text = subject.invocation.line.text
    fix = spliced(text, [(subject.word(index).start,) * 2 + ("-f ",) for index in words])
    message = "Each file needs a -f of its own; without it kubectl takes the word for something else."
    yield marked(subject, words, "file-without-f", "warn", message, fix)


def _expanded(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`-f *.yaml`: with two files, only the first one is behind -f."""
    holder = subject.word(flag_words(use)[-1])
    if not use.value or use.value_span is None or holder.quoted or not any(sign in use.value for sign in "*?["):
        return
    if use.value.startswith("http"):
        return
    fix = spliced(subject.invocation.line.text, [(*use.value_span, shlex.quote(use.value))])
    message = (
        "The shell puts all files that match in its place, and only the first is behind -f: with two or more kubectl "
        "refuses the line. In quotes kubectl itself looks for the files."
    )
    yield marked(subject, flag_words(use), "expanded-files", "warn", message, fix)


def _address(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    value = use.value or ""
    page = _PAGE.match(value)
    if page and use.value_span:
        raw = f"https://raw.githubusercontent.com/{page.group(1)}/{page.group(2)}"
        fix = spliced(subject.invocation.line.text, [(*use.value_span, raw)])
        message = "This address is a page for people; kubectl needs the file itself, at its raw address."
        yield marked(subject, flag_words(use), "page-address", "warn", message, fix)
    elif value.startswith("http://") and subject.path[0] in _CHANGES:
        message = "Over http:// anyone on the way can change the file before it arrives; https:// would show that."
        yield marked(subject, flag_words(use), "plain-http", "hint", message)


def _folder(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    value = use.value or ""
    if value.startswith("http") or subject.on("recursive") or not (value in (".", "..") or value.endswith("/")):
        return
    message = (
        "This deletes what every file of the folder describes; folders inside it are left out without -R."
        if subject.path == ("delete",)
        else "Folders inside this folder are left out without -R."
    )
    yield marked(subject, flag_words(use), "folder-only", "hint", message)


def _keyboard(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`-f -` with nothing before it: kubectl waits for someone to type."""
    if use.value != "-" or _is_fed(subject):
        return
    message = "Nothing is piped into this line: kubectl waits until you type the text and press Ctrl-D."
    yield marked(subject, flag_words(use), "reads-keyboard", "hint", message)


def _is_fed(subject: Subject) -> bool:
    """Whether something comes in: a pipe or a bracket in front, or a redirect anywhere in the line."""
    line = subject.invocation.line
    place = line.segments.index(subject.invocation.segment)
    before = line.segments[place - 1].ended_by if place else ""
    return before in ("|", "|&", "(", "{") or any(
        word.kind == "heredoc" or (word.kind == "redirect" and word.text.lstrip("0").startswith("<"))
        for word in line.words
    )
