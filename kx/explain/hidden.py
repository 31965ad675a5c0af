"""The words of a line as they may be shown again: what is or may be a secret is replaced by "…".

Only for pictures: in the JSON, which repeats the line anyway, words stay as they were typed.
"""

from __future__ import annotations

import re

from kx.explain.explanation import Explanation, Note
from kx.records import replace

# Patterns are compiled when a line needs them: few do.
_FLAGS = frozenset(
    f"{before}--{name}" for before in ("", "value of ") for name in ("docker-password", "password", "token")
)
_LITERALS = frozenset({"--from-literal", "value of --from-literal"})
_ENVIRONMENT = frozenset({"--env", "value of --env", "--exec-env", "value of --exec-env", "variable"})
_PATCH = frozenset({"--patch", "value of --patch", "--overrides", "value of --overrides"})
_SENSITIVE = r"(?i)pass(?:word|wd|phrase)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential"
_LINES_WITH = (
    # a word of such a line, what it looks like, and the titles of the words that then hold the secret
    ("secret", r"\bpatch\b.*\bsecrets?\b", _PATCH),
    ("stringData", "stringData", _PATCH),
    ("users.", r"(?i)\bset\s+users\.\S*(?:token|password|key-data)\s", frozenset({"argument", "value"})),
)


def words(explanation: Explanation) -> tuple[Note, ...]:
    """The words with their secrets hidden."""
    line = explanation.line
    kinds = [titles for word, pattern, titles in _LINES_WITH if word in line and re.search(pattern, line)]
    secret = frozenset().union(*kinds)
    settings = _ENVIRONMENT | {"setting"} if explanation.path == ("set", "env") else _ENVIRONMENT
    return tuple(_shown(note, secret, settings) for note in explanation.words)


def _shown(note: Note, secret: frozenset[str], settings: frozenset[str]) -> Note:
    if note.title in _LITERALS:
        return _hide(note, keep_key=True)
    if note.title in _FLAGS or note.title in secret:
        return _hide(note, keep_key=False)
    if note.title in settings and re.search(_SENSITIVE, note.text[_value_start(note) :].partition("=")[0]):
        return _hide(note, keep_key=True)
    return note


def _hide(note: Note, *, keep_key: bool) -> Note:
    """The name of a flag stays, and of a pair the key."""
    start = _value_start(note)
    if keep_key:
        start = max(start, note.text.find("=", start) + 1)
    if start >= len(note.text):
        return note
    parts = tuple(replace(part, text=re.split(r"[:=]", part.text)[0]) for part in note.parts)
    return replace(note, text=f"{note.text[:start]}…", parts=parts[: 1 if keep_key else None])


def _value_start(note: Note) -> int:
    """Where in the word the value of a flag begins; 0 for a word that is all value."""
    if note.role != "flag":
        return 0
    if note.text.lstrip("'\"\\").startswith("--"):
        return note.text.find("=") + 1 or len(note.text)
    return 2
