"""Fill the placeholders of texts with the words of a line: {name}, {target}, {replicas}, {filename}…"""

from __future__ import annotations

import re
import shlex

from kx.explain.subject import Subject

_PLACE = re.compile(r"\{([a-z0-9-]+)\}")
_WHERE = ("namespace", "context", "kubeconfig", "cluster", "server", "user", "as")
_CHOOSING = {"selector": "-l", "field-selector": "--field-selector", "filename": "-f", "kustomize": "-k"}
_CHOOSING_SWITCHES = ("all", "all-namespaces")


def fill(template: str, subject: Subject) -> str | None:
    """The template with its placeholders replaced, or None if the line has nothing for one of them."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        if match.group(1) == "where":  # a tail for a command, mostly empty
            return tail(subject)
        found = _value(match.group(1), subject)
        missing = missing or not found
        return found

    filled = _PLACE.sub(value, template)
    return None if missing else filled


def target_words(subject: Subject) -> str:
    """The words that choose the objects, as they would be typed again: ``deployment web``, ``pods -l app=x``."""
    chosen = [
        subject.word(index).text
        for index, role in subject.operands.roles.items()
        if role in ("type", "types", "category", "unknown-type", "type-name", "name", "names", "pod", "node")
    ]
    for name, typed in _CHOOSING.items():
        chosen += [f"{typed} {shlex.quote(value)}" for value in subject.invocation.values(name) if value != "-"]
    chosen += [f"--{name}" for name in _CHOOSING_SWITCHES if chosen and subject.on(name)]
    chosen += ["-R"] if chosen and subject.files and subject.on("recursive") else []
    return " ".join(chosen)


def seen_words(subject: Subject) -> str:
    """As ``target_words``, but for `kubectl get`, which takes every object of a type without --all."""
    return target_words(subject).replace(" --all ", " ").removesuffix(" --all")


def file_words(subject: Subject) -> str:
    """The -f, -k and -R of a line, to be given again; nothing where it reads the standard input, gone by then."""
    if "-" in subject.files:
        return ""
    words = [
        f"{typed} {shlex.quote(value)}"
        for name, typed in (("filename", "-f"), ("kustomize", "-k"))
        for value in subject.invocation.values(name)
    ]
    return " ".join([*words, *(["-R"] if words and subject.on("recursive") else [])])


def tail(subject: Subject) -> str:
    """The ``where_words`` with a space in front, to end a command with."""
    extra = where_words(subject)
    return f" {extra}" if extra else ""


def placed(subject: Subject, command: str) -> str:
    """The command with the -n, --context and --kubeconfig of the line, so that it goes to the same place."""
    return command + tail(subject) if command else ""


def where_words(subject: Subject) -> str:
    """The flags of the line that say where it goes, to be put on another command."""
    words = []
    for name in _WHERE:
        use = subject.use(name)
        # Some commands have a flag of the same name that means something else: `create rolebinding --user`.
        if use is not None and use.value and use.flag is not None and use.flag.is_global:
            words.append(f"{'-n' if name == 'namespace' else '--' + name} {shlex.quote(use.value)}")
    return " ".join(words)


def _value(place: str, subject: Subject) -> str:
    if place in _PLACES:
        return _PLACES[place](subject)
    if place.startswith("arg"):
        operands = subject.invocation.operands
        number = int(place[3:]) - 1
        return subject.word(operands[number]).text if number < len(operands) else ""
    return ",".join(subject.invocation.values(place))


def _names(subject: Subject) -> str:
    found = [name for target in subject.targets for name in target.names]
    return " ".join(dict.fromkeys(shlex.quote(name) for name in found))


def _name(subject: Subject) -> str:
    return _names(subject).partition(" ")[0]


def _inner(subject: Subject) -> str:
    return " ".join(subject.word(index).text for index in subject.invocation.after_dash)


def _files(subject: Subject) -> str:
    """What -f names, to be named again; nothing where it is the standard input, which is gone by then."""
    return "" if "-" in subject.files else ",".join(shlex.quote(name) for name in subject.files)


def _field(subject: Subject) -> str:
    return subject.word(subject.invocation.operands[0]).text if subject.invocation.operands else ""


_PLACES = {
    "name": lambda subject: _name(subject) or _field(subject),
    "names": _names,
    "target": target_words,
    "seen": seen_words,
    "files": file_words,
    "inner": _inner,
    "filename": _files,
}
