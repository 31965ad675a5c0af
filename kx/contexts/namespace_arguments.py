"""The words after ``kx ns`` -> an operation, by kubens' own rules. Knows no files and no cluster."""

from __future__ import annotations

from collections.abc import Sequence

from kx.contexts import operations as op

_ALONE: dict[str, op.Operation] = {
    "-h": op.Help(),
    "--help": op.Help(),
    "-V": op.Version(),
    "--version": op.Version(),
    "-c": op.Current(),
    "--current": op.Current(),
    "-u": op.Unset(),
    "--unset": op.Unset(),
}
_FORCE = ("-f", "--force")


def parse(words: Sequence[str], interactive: bool) -> op.Operation:
    """What ``words`` ask for. ``interactive``: where a name is missing, a person can be asked for it."""
    if not words:
        return op.Pick() if interactive else op.List()
    if len(words) == 1:
        return _ALONE.get(words[0]) or _switch(words[0], force=False)
    if len(words) > 2:
        return op.Refuse("too many arguments")
    if words[0] == "--":
        return op.Switch(words[1], literal=True)
    if words[1] in _FORCE:
        return _switch(words[0], force=True)
    if words[0] in _FORCE:
        return _switch(words[1], force=True)
    return op.Refuse(f"unsupported arguments [{' '.join(map(_quoted, words))}]")


def _switch(name: str, *, force: bool) -> op.Operation:
    if name.startswith("-") and name != "-":
        return op.Refuse(f"unsupported option {_quoted(name)}")
    return op.Switch(name, force=force)


def _quoted(word: str) -> str:
    """As Go quotes it, for plain words."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
