"""Read a kubeconfig in the shape kubectl writes, line by line, many times faster than a YAML parser.

It proves the shape while it reads: at the first line that could mean anything else it gives up, and a real parser
takes over. Knows only plain scalars; sections it has no use for must still look as kubectl writes them.
"""

from __future__ import annotations

import re

from kx.records import dataclass, field

# A plain scalar that is text to every YAML reader: begins with a letter, and no word that means a value.
_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9._/@:+-]*[A-Za-z0-9._/@+-]|[A-Za-z]")
_WORDS = frozenset("y n yes no on off true false null nan inf".split())
_KEY_VALUE = re.compile(r"([A-Za-z][A-Za-z-]*):(?: (.*))?")
# A value that is not looked at, but must be sure to end on its line; and a line of somebody's credentials.
_VALUE = r"(?:\{\}|\[\]|\"[^\"\\]*\"|[A-Za-z0-9_/+=.~](?:[^\s\"'#]*[^\s\"'#:])?|-[A-Za-z0-9-](?:[^\s\"'#]*[^\s\"'#:])?)"
_IGNORED = re.compile(_VALUE)
_CREDENTIALS = re.compile(rf" {{4,}}(?:- )*(?:[A-Za-z][A-Za-z0-9-]*:(?: {_VALUE})?|{_VALUE})")
_SECTIONS = {"clusters": "cluster", "contexts": "context", "users": "user"}
_PLAIN_KEYS = frozenset({"apiVersion", "kind", "preferences", "current-context"})
_WANTED = {"cluster": frozenset({"server"}), "context": frozenset({"cluster", "namespace", "user"})}


class _NotCanonicalError(Exception):
    """The file is not in kubectl's own shape: nothing is wrong with it, but another reader is needed."""


@dataclass
class Scanned:
    """The entries of each section: name -> wanted fields."""

    current_context: str = ""
    sections: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def scan(text: str) -> Scanned | None:
    """What the file says, or None when its shape is not proved.

    What lies inside of users is only known to be theirs: a mistake there is left to kubectl to find.
    """
    reader = _Reader()
    try:
        for line in text.splitlines():
            reader.read(line)
        reader.close_section()
    except _NotCanonicalError:
        return None
    return reader.found


class _Reader:
    """One walk over the lines. ``entry`` is the open list entry: None between entries."""

    def __init__(self) -> None:
        self.found = Scanned()
        self.keys: set[str] = set()
        self.section = ""
        self.entry: dict[str, str] | None = None

    def read(self, line: str) -> None:
        if line[:1] not in (" ", "-"):
            self.top(line)
        elif self.section == "users":
            self.user(line)
        elif self.section:
            self.inner(line, _SECTIONS[self.section])
        else:
            raise _NotCanonicalError

    def top(self, line: str) -> None:
        """A key of the file itself."""
        self.close_section()
        match = _KEY_VALUE.fullmatch(line)
        if match is None or match[1] in self.keys:
            raise _NotCanonicalError
        key, value = match[1], match[2]
        self.keys.add(key)
        if key in _SECTIONS:
            if value is None:
                self.section = key
                self.found.sections[key] = {}
            elif value not in ("[]", "null"):
                raise _NotCanonicalError
        elif key == "current-context":
            self.found.current_context = "" if value == '""' else _text(value)
        elif key not in _PLAIN_KEYS or value is None or _IGNORED.fullmatch(value) is None:
            raise _NotCanonicalError

    def close_section(self) -> None:
        """Between two sections no entry may be open, and none may be empty."""
        if self.entry is not None and self.section != "users":
            raise _NotCanonicalError
        if self.section and not self.found.sections[self.section]:
            raise _NotCanonicalError
        self.section, self.entry = "", None

    def inner(self, line: str, kind: str) -> None:
        """A line of a cluster or a context: its fields, then its name."""
        if self.entry is None:
            if line != f"- {kind}:":
                raise _NotCanonicalError
            self.entry = {}
        elif line.startswith("  name: "):
            self.add(_text(line[len("  name: ") :]), self.entry)
            self.entry = None
        else:
            match = _KEY_VALUE.fullmatch(line[4:]) if line.startswith("    ") else None
            if match is None or match[1] in self.entry:
                raise _NotCanonicalError
            if match[1] in _WANTED[kind]:
                self.entry[match[1]] = _text(match[2])
            elif match[2] is None or _IGNORED.fullmatch(match[2]) is None:
                raise _NotCanonicalError

    def user(self, line: str) -> None:
        """A line of a user: the name, then credentials, which are not looked at."""
        if line.startswith("- name: "):
            self.entry = {}
            self.add(_text(line[len("- name: ") :]), {})
        elif self.entry is None or not (line in ("  user:", "  user: {}") or _CREDENTIALS.fullmatch(line)):
            raise _NotCanonicalError

    def add(self, name: str, entry: dict[str, str]) -> None:
        if not name or name in self.found.sections[self.section] or not (entry or self.section == "users"):
            raise _NotCanonicalError
        self.found.sections[self.section][name] = entry


def _text(value: str | None) -> str:
    if value is None:
        raise _NotCanonicalError
    if len(value) > 1 and value[0] == value[-1] == '"' and _TEXT.fullmatch(value[1:-1]):
        return value[1:-1]
    if _TEXT.fullmatch(value) is None or value.lower() in _WORDS:
        raise _NotCanonicalError
    return value
