"""Notes on flags and their values: our text where there is one, else what kubectl's facts say of type and default."""

from __future__ import annotations

from kx.explain.explanation import Source
from kx.explain.shape import mismatch
from kx.explain.subject import Subject
from kx.explain.values import table
from kx.explain.values.piece import Meaning
from kx.kubectl.catalog import texts
from kx.kubectl.catalog.model import Flag
from kx.kubectl.invocation import FlagUse, Word

_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})
_TYPES = {
    "bool": "a switch",
    "string": "takes a word",
    "strings": "takes words, separated by commas",
    "stringArray": "takes a word; may be given several times",
    "stringToString": "takes key=value pairs, separated by commas",
    "int": "takes a number",
    "int16": "takes a number",
    "int32": "takes a number",
    "int64": "takes a number",
    "duration": "takes a time, such as 30s or 5m",
}


def about(subject: Subject, use: FlagUse) -> tuple[str, Source]:
    """What the flag means here, without its value, and who says so."""
    flag = use.flag
    if flag is None:
        return "kubectl knows no such flag here", "kubectl"
    if flag.told:
        return f'kubectl says: "{flag.told}"; {generic(flag)}', "kubectl"
    text = texts.flag(subject.path, flag.name, flag.is_global)
    if text:
        return text, "kx"
    return generic(flag), "kubectl"


def generic(flag: Flag) -> str:
    """A true note from facts alone: type, default, and whether it is going away."""
    parts = [_TYPES.get(flag.type, f"takes a value of type {flag.type}")]
    if flag.default not in ("", "[]", "false"):
        parts.append(f"{flag.default} if left out")
    if flag.deprecated:
        parts.append("going away in a later kubectl")
    return "; ".join(parts)


def value_note(use: FlagUse) -> str:
    """What this very value means, or "" where nothing special is to be said."""
    if use.flag is None or use.value is None:
        return ""
    if use.flag.name == "dry-run" and not use.given:
        return texts.flag_value("dry-run", "unchanged")
    return texts.flag_value(use.flag.name, use.value)


def _means_something_else(subject: Subject, flag: Flag) -> bool:
    """Whether the values of -o are not what they are elsewhere, as for `explain`."""
    own = texts.command(subject.path)
    return flag.name == "output" and own is not None and "output" in own.flags


def full(subject: Subject, use: FlagUse) -> tuple[str, Source]:
    """The note for a flag together with its value."""
    text, source, _ = explained(subject, use)
    return text, source


def explained(subject: Subject, use: FlagUse) -> tuple[str, Source, Meaning]:
    """The note for a flag together with its value, and what the value means piece by piece."""
    text, source = about(subject, use)
    if use.flag is None:
        return text, source, _NOTHING
    same = [other for other in subject.invocation.flags if other.name == use.name]
    if use is not same[-1] and use.flag.type in _LAST_COUNTS:
        return f"not used: --{use.name} is there again, and the last one counts", "kubectl", _NOTHING
    meaning = _meaning(subject, use)
    if meaning.gist:
        # Said again for each of many, the flag's own text would hide what differs.
        whole = meaning.gist if meaning.whole or use is not same[0] else f"{text}; here: {meaning.gist}"
        return _fitting(subject, use, whole), source, meaning
    special = "" if _means_something_else(subject, use.flag) else value_note(use)
    if special:
        return _fitting(subject, use, special), source, meaning
    if use.flag.type == "bool" and use.value in _FALSE:
        return (text if "false " in text else f"NOT: {text}"), source, meaning
    if use.value is None and not use.flag.optional_value:
        return f"{text} (its value is missing)", source, meaning
    return text, source, meaning


_NOTHING = Meaning()
_LAST_COUNTS = frozenset({"bool", "string", "int", "int16", "int32", "int64", "duration"})  # lists collect instead


def _meaning(subject: Subject, use: FlagUse) -> Meaning:
    if use.flag is None or use.value is None or not use.given or _means_something_else(subject, use.flag):
        return _NOTHING
    meaning = table.flag(subject.path, use.flag.name, use.value, subject.types) or _NOTHING
    # What a variable holds, or how an open quote will go on, is not known: maybe it is good then.
    word = subject.word(use.word if use.value_word is None else use.value_word)
    return _NOTHING if meaning.refused and is_open(word) else meaning


def is_open(word: Word) -> bool:
    """Whether what the word will be is not known: a variable is in it, or a quote goes on."""
    return word.unfinished or (word.expands and any(sign in word.text for sign in "$`"))


def _fitting(subject: Subject, use: FlagUse, text: str) -> str:
    """The text, and what it does not fit: a template for a list where one object is asked for."""
    wrong = mismatch(subject) if use.name == "output" else ""
    return f"{text}; {wrong}" if wrong else text
