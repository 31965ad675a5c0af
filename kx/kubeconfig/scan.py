"""Read a kubeconfig in the shape kubectl (or kubectx) writes, entry by entry, many times faster than a YAML parser.

It proves the shape while it reads: at the first line that could mean anything else it gives up, and a real parser
takes over. What lies inside of users is only known to be theirs: a mistake there is left to kubectl to find, but it
cannot reach over into what follows.

Each entry is one match of a regular expression. Compiling those costs more than reading a small file, so the common
shapes are kept short, and the others are compiled when an entry asks for them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kx.kubeconfig.plain import WORDS
from kx.records import dataclass, field

# Text as most names are, with or without double quotes; whether they are a pair is for `_text` to see.
_COMMON = r'"?[A-Za-z_/][A-Za-z0-9._/@:+=~,()-]*"?'
# Any character of a line; those that are no part of one are looked for in the whole text, once.
_ANY = r"[^\x00-\x1f\x7f]"
_STRANGE = r"[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
# Text without quotes: it begins with a letter, so it is no number, but it may be a word that means a value.
_SPACED = rf"(?![^\n]*(?:: | #|[: ]\n))[A-Za-z_/\xc0-\U0010ffff]{_ANY}*"
_DOUBLE = r'"[^"\\\x00-\x1f\x7f]*"'
_SINGLE = r"'[^'\x00-\x1f\x7f]*(?:''[^'\x00-\x1f\x7f]*)*'"
_TEXT = rf"(?:{_DOUBLE}|{_SINGLE}|{_SPACED})"
_LONGEST_WORD, _QUOTES, _ENDS = 5, frozenset("\"'"), frozenset('":')
# A value that is not looked at, but is sure to end where it seems to end.
_BASE64 = r"[A-Za-z0-9+/]+=*"
_PLAIN = rf"(?![^\n]*:[ \n])(?:[A-Za-z0-9_/+=.~(^;$]|-[A-Za-z0-9-]){_ANY}*"
_CLOSED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"'
_VALUE = rf"(?:\{{\}}|\[\]|{_PLAIN}|{_CLOSED}|{_SINGLE})"
_KEY = r"[A-Za-z][A-Za-z0-9_.-]*"
# Lines of a field that is not looked at: its fields, its lists, and texts of several lines.
_LINE = rf"(?:- )*(?:{_KEY}:(?: {_VALUE})?|{_VALUE})\n"
_BLOCK = rf"(?:- )*{_KEY}: [|>][1-9]?[+-]?\n(?:(?P=indent) +[^\n\r]*\n| *\n)*"


_SURE = rf"(?:\{{\}}|\[\]|{_PLAIN}|{_DOUBLE}|{_SINGLE})"


def _line(key: str, value: str) -> str:
    return rf"(?:#FIELD#{key}: {value}\n)?"


def _wanted(key: str, value: str = _TEXT) -> str:
    return _line(key, rf"(?P<{key}>{value})")


# Shapes are written for any depth: what stands for #ITEM#, #INNER# and #FIELD# is in ``_DEPTHS``.
_EXTENSION = rf"#FIELD#- extension:\n(?:#FIELD#    {_KEY}: {_SURE}\n)+#FIELD#  name: {_SURE}\n"
_EXTENSIONS = rf"(?:#FIELD#extensions:\n(?:{_EXTENSION})+)?"
_CLUSTER = (
    _line("certificate-authority", _SURE)
    + _line("certificate-authority-data", _SURE)
    + _line("disable-compression", "(?:true|false)")
    + _EXTENSIONS
    + _line("insecure-skip-tls-verify", "(?:true|false)")
    + _line("proxy-url", _SURE)
    + _wanted("server")
    + _line("tls-server-name", _SURE)
)
_CONTEXT = _wanted("cluster") + _EXTENSIONS + _wanted("namespace") + _wanted("user")
_CONTEXT_BY_HAND = _wanted("cluster") + _wanted("user") + _wanted("namespace")
_COMMON_CLUSTER = _line("certificate-authority-data", _BASE64) + _wanted("server", _COMMON)
_COMMON_CONTEXT = _wanted("cluster", _COMMON) + _wanted("namespace", _COMMON) + _wanted("user", _COMMON)
_COMMON_NAME = rf"name: (?P<name>{_COMMON})\n"
_NAME = rf"name: (?P<name>{_TEXT})\n"
_USER = rf"#INNER#user:(?: \{{\}}\n|\n(?:(?P<indent>#FIELD# *)(?:{_BLOCK}|{_LINE}))+)"
# Section -> the shapes its entries may have, the most common one first. An entry without fields is none of them.
_SHAPES = {
    "clusters": (
        rf"#ITEM#cluster:\n(?!#INNER#name){_COMMON_CLUSTER}#INNER#{_COMMON_NAME}",
        rf"#ITEM#cluster:\n(?!#INNER#name){_CLUSTER}#INNER#{_NAME}",
    ),
    "contexts": (
        rf"#ITEM#context:\n(?!#INNER#name){_COMMON_CONTEXT}#INNER#{_COMMON_NAME}",
        rf"#ITEM#context:\n(?!#INNER#name){_CONTEXT}#INNER#{_NAME}",
        rf"#ITEM#context:\n(?!#INNER#name){_CONTEXT_BY_HAND}#INNER#{_NAME}",
        rf"#ITEM#{_NAME}#INNER#context:\n(?=#FIELD#){_CONTEXT}",
    ),
    "users": (rf"#ITEM#{_COMMON_NAME}{_USER}", rf"#ITEM#{_NAME}{_USER}"),
}
# How an item of a list begins -> how its other keys do, and the fields of what it holds. As kubectl writes, and as
# kubectx leaves a file that it has changed.
_DEPTHS = {"- ": ("  ", "    "), "  - ": ("    ", "        ")}
_WANTED = {"clusters": ("server",), "contexts": ("cluster", "namespace", "user"), "users": ()}
_HEAD = {"apiVersion": "v1", "kind": "Config", "preferences": "{}"}
_NOTHING = frozenset({"[]", "null"})


Entries = dict[str, dict[str, str]]  # name -> its wanted fields


class _NotCanonicalError(Exception):
    """The file is not in kubectl's own shape: nothing is wrong with it, but another reader is needed."""


@dataclass
class Scanned:
    """The entries of each section: name -> wanted fields."""

    current_context: str = ""
    sections: dict[str, Entries] = field(default_factory=dict)


@dataclass
class Places:
    """Where things stand, as offsets of their first character: keys of the file itself, and entries by section."""

    keys: dict[str, int] = field(default_factory=dict)
    entries: dict[str, dict[str, int]] = field(default_factory=dict)


def scan(text: str) -> Scanned | None:
    """What the file says, or None when its shape is not proved."""
    found = survey(text)
    return found and found[0]


# One command looks at one file several times: to show it, to change it, and again under the lock.
@lru_cache(maxsize=2)
def survey(text: str) -> tuple[Scanned, Places] | None:
    """As ``scan``, with the places of what it says. The result is shared: it is never to be changed."""
    if not text.isascii() and _pattern(_STRANGE).search(text):
        return None
    found, places = Scanned(), Places()
    at = 0
    try:
        while at < len(text):
            at = _key(text, at, found, places)
    except _NotCanonicalError:
        return None
    return found, places


def current_line(text: str, at: int) -> tuple[str, int] | None:
    """The current-context that the line at ``at`` names, and where the line ends; None when it is not plainly one."""
    found, places = Scanned(), Places()
    try:
        end = _key(text, at, found, places)
    except _NotCanonicalError:
        return None
    return (found.current_context, end) if "current-context" in places.keys else None


def entry_says(text: str, section: str, at: int) -> tuple[str, dict[str, str], int] | None:
    """Name, wanted fields and end of the entry that begins at ``at``; None when its shape is not proved."""
    match = entry(text, section, at)
    if match is None:
        return None
    try:
        fields = {key: _text(match[key]) for key in _WANTED[section] if match[key] is not None}
        return _text(match["name"]), fields, match.end()
    except _NotCanonicalError:
        return None


def entry(text: str, section: str, at: int) -> re.Match[str] | None:
    """The entry of a section that begins at ``at``, with its ``name`` and wanted fields as groups (as written)."""
    item = _item(text, at)
    for shape in _SHAPES[section] if item else ():
        match = _pattern(shape, item).match(text, at)
        if match is not None:
            return match
    return None


def _item(text: str, at: int) -> str:
    """How the item of a list begins that stands at ``at``; "" if none does."""
    return next((item for item in _DEPTHS if text.startswith(item, at)), "")


@cache
def _pattern(shape: str, item: str = "- ") -> re.Pattern[str]:
    inner, fields = _DEPTHS[item]
    return re.compile(shape.replace("#ITEM#", item).replace("#INNER#", inner).replace("#FIELD#", fields))


def _key(text: str, at: int, found: Scanned, places: Places) -> int:
    """Read one key of the file itself, with what belongs to it; the result is where the next one begins."""
    end = text.find("\n", at)
    key, colon, value = text[at:end].partition(":")
    if end < 0 or not colon or key in places.keys:
        raise _NotCanonicalError
    places.keys[key] = at
    if key in _SHAPES and not value:
        found.sections[key], places.entries[key], after = _entries(text, key, end + 1)
        return after
    if value[:1] != " ":
        raise _NotCanonicalError
    value = value[1:]
    if key == "current-context":
        found.current_context = _text(_whole(value))
    elif not (value in _NOTHING if key in _SHAPES else _HEAD.get(key) == value):
        raise _NotCanonicalError
    return end + 1


def _entries(text: str, section: str, at: int) -> tuple[Entries, dict[str, int], int]:
    """Read the entries of a section, of which there must be one: what they say, where they begin, where they end."""
    item = _item(text, at)
    if not item:
        raise _NotCanonicalError
    common, wanted = _pattern(_SHAPES[section][0], item).match, _WANTED[section]
    entries: Entries = {}
    starts: dict[str, int] = {}
    while text.startswith(item, at):
        match = common(text, at) or entry(text, section, at)
        if match is None:
            raise _NotCanonicalError
        written, _, *values = match.group("name", "name", *wanted)  # named twice: one group alone comes without a tuple
        name = _text(written)
        if not name or name in entries:
            raise _NotCanonicalError
        entries[name] = {key: _text(value) for key, value in zip(wanted, values, strict=True) if value is not None}
        starts[name] = at
        at = match.end()
    return entries, starts, at


def _whole(value: str) -> str:
    """``value``, when it is text all by itself."""
    if _pattern(rf"{_COMMON}\n").match(value + "\n") or _pattern(rf"{_TEXT}\n").match(value + "\n"):
        return value
    raise _NotCanonicalError


def _text(written: str) -> str:
    """The text that a matched value stands for."""
    first, last = written[0], written[-1]
    if len(written) > _LONGEST_WORD and first not in _QUOTES and last not in _ENDS:
        return written
    if first == '"' or last == '"':
        if first != last or len(written) == 1:
            raise _NotCanonicalError
        return written[1:-1]
    if first == "'":
        return written[1:-1].replace("''", "'")
    if last == ":" or written.lower() in WORDS:
        raise _NotCanonicalError
    return written
