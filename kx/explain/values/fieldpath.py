"""A path to a field, as JSONPath writes it, in words: ``.items[*].metadata.name``, every object of the list, its name.

Follows kubectl's own reader of JSONPath (client-go/util/jsonpath): what it accepts, not what the standard says. What a
well-known field is comes from our texts; any other field is called by its path.
"""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, Piece, listed
from kx.kubectl.catalog import texts
from kx.records import dataclass

_STEP = re.compile(
    r"(?P<deep>\.\.)(?P<deepname>(?:\\.|[^\s.,\[\]$@{}\\])*)"
    r"|\.(?P<name>(?:\\.|[^\s.,\[\]$@{}\\])*)"
    r"|(?P<first>^(?:\\.|[^\s.,\[\]$@{}\\])+)"
    r"|\[(?P<inside>(?:\?\(.*?\)|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^\]])*)\]"
    r"|(?P<root>[$@])"
)
_QUOTED_NAME = re.compile(r"\s*'((?:\\.|[^'\\])*)'\s*$|\s*\"((?:\\.|[^\"\\])*)\"\s*$")
_FILTER = re.compile(r"\?\(\s*(\S.*?)\s*\)$")
_COMPARED = re.compile(r"(@\S*?)\s*(==|!=|>=|<=|>|<)\s*(.+)$")
_SIGNS = {
    "==": "is", "!=": "is not", ">=": "is at least", "<=": "is at most", ">": "is more than", "<": "is less than"
}  # fmt: skip
_MOST_STEPS = 100  # no field lies deeper
_INDEX = re.compile(r"-?\d+$")
_SLICE = re.compile(r"(-?\d*):(-?\d*)(?::(-?\d*))?$")
_PLACES = {0: "the first {0}", -1: "the last {0}"}
_POD_TEMPLATES = ("spec.template.", "spec.jobTemplate.spec.template.")


@dataclass(frozen=True)
class _Step:
    start: int
    end: int
    name: str = ""  # a field
    inside: str | None = None  # what stands in brackets
    deep: bool = False
    root: bool = False


def read(text: str, base: tuple[str, ...] = ()) -> Meaning:
    """Pieces for a path without braces; the gist is what they say one after the other. "" where it is no path.

    ``base``: the names that lead to what the path begins at, inside a range.
    """
    steps = _steps(text)
    if not steps:
        return Meaning()
    pieces: list[Piece] = []
    path = [] if text.startswith("$") else list(base)  # the names so far, from the object on
    begin, told = 0, len(path)  # the first step, and the first name, that no piece holds yet
    for place, step in enumerate(steps):
        if step.name and not step.deep:
            path += re.split(r"(?<!\\)\.", step.name)
        last = place + 1 == len(steps)
        if step.root and not last:
            continue
        if step.deep or step.root or step.inside is not None or last or steps[place + 1].deep:
            pieces.append(Piece(steps[begin].start, step.end, _phrase(path, step, told)))
            path = [] if step.deep or path == ["items"] else path
            begin, told = place + 1, len(path)
    return Meaning(", ".join(piece.note for piece in pieces), tuple(pieces))


def names(text: str, base: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names that lead to what a path picks, from the object on."""
    path = list(base)
    for step in _steps(text):
        path = [] if step.deep or path == ["items"] else path
        path += [step.name] if step.name else []
    return () if path == ["items"] else tuple(path)


def words(path: str, told: int = 0) -> str:
    """A path of names only (``spec.nodeName``) in words; the first ``told`` names belong to what was said before."""
    return _field(path.split("."), told)


def every(path: str, told: int = 0) -> str:
    """Each entry of the list at such a path."""
    names = path.split(".")
    return f"every {_entry(names)}" + (" of the pods it makes" if not told and _in_pods(names)[1] else "")


def asks_items(text: str) -> bool | None:
    """Whether a path begins with the objects of a list (``.items``); None where it is not a path of fields."""
    first = next((step for step in _steps(text) if not step.root), None)
    known = first is not None and first.name not in ("", "*") and not first.deep
    return first.name.split(".")[0] == "items" if first and known else None


def _steps(text: str) -> list[_Step]:
    steps: list[_Step] = []
    place = 0
    while place < len(text):
        if len(steps) == _MOST_STEPS:
            return []
        match = _STEP.match(text, place)
        if match is None or match.end() == place:
            return []
        steps.append(_step(match))
        place = match.end()
    return steps


def _step(match: re.Match[str]) -> _Step:
    start, end = match.span()
    inside = match["inside"]
    quoted = _QUOTED_NAME.match(inside) if inside is not None else None
    if quoted:
        return _Step(start, end, name=quoted[1] or quoted[2] or "")
    if inside is not None:
        return _Step(start, end, inside=inside.strip())
    if match["deep"]:
        return _Step(start, end, name=match["deepname"], deep=True)
    return _Step(start, end, name=match["name"] or match["first"] or "", root=match["root"] is not None)


def _phrase(path: list[str], step: _Step, told: int) -> str:
    if step.root:
        return "the whole of it" if step.end == step.start + 1 else ""
    if step.deep:
        return f"every field called {_plain(step.name)}, at any depth" if step.name else "everything, at any depth"
    if step.inside is None:
        return _field(path, told)
    where = " of the pods it makes" if not told and _in_pods(path)[1] else ""
    return _entries(step.inside, _entry(path) + where)


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _entry(path: list[str]) -> str:
    if path == ["items"]:
        return "object of the list"
    found = texts.list_entry(_in_pods(path)[0])
    return found or (f"entry of {_plain(path[-1])}" if path else "entry")


def _entries(inside: str, entry: str) -> str:
    """What brackets pick out of a list whose entries are called ``entry``."""
    several = _several(entry)
    if inside in ("*", ""):
        return f"every {entry}"
    if found := _FILTER.match(inside):
        return f"{several} {_condition(found[1])}"
    if _INDEX.match(inside) and len(inside) < 10:
        number = int(inside)
        counted = f"number {number + 1} of {several}" if number >= 0 else f"number {-number} of {several}, from the end"
        return _PLACES[number].format(entry) if number in _PLACES else counted
    if found := _SLICE.match(inside):
        return _slice(found, several)
    names = [part.strip().strip("'\"") for part in inside.split(",")]
    return f"the fields {listed(map(_plain, names))}" if len(names) > 1 else f"{entry} {_plain(names[0])}"


def _several(entry: str) -> str:
    head, of, rest = entry.partition(" of ")
    plural = head + ("es" if head.endswith(("s", "x")) else "s")
    return f"the {'entries' if head == 'entry' else plural}{of}{rest}"


def _slice(found: re.Match[str], several: str) -> str:
    """Counted from 1, as people do; a negative number counts from the end."""
    first, last, step = found.groups()
    if first.startswith("-") and not last:
        told = f"the last {first[1:]} of {several}"
    else:
        begin = f"from number {_next(first)}" if first else "from the start"
        until = f" to number {last}" if last and not last.startswith("-") else " to the end"
        told = f"{several}, {begin}{until}" + (f" without the last {last[1:]}" if last.startswith("-") else "")
    return told + (f", in steps of {step}" if step else "")


def _next(number: str) -> str:
    return str(int(number) + 1) if not number.startswith("-") else f"{number[1:]} from the end"


def _condition(text: str) -> str:
    found = _COMPARED.match(text)
    if found is None:
        return f"that have {_plain(text.removeprefix('@').removeprefix('.'))}"
    path, sign, value = found.groups()
    name = _plain(path.removeprefix("@").removeprefix(".")) or "value"
    return f"whose {name} {_SIGNS[sign]} {value.strip()}"


def _in_pods(path: list[str]) -> tuple[str, str]:
    """A path inside a pod template is that of a pod: the path as the texts know it, and what to say before it."""
    key = ".".join(map(_plain, path))
    prefix = next((prefix for prefix in _POD_TEMPLATES if key.startswith(prefix)), "")
    return key.removeprefix(prefix), "in the pods it makes, " if prefix else ""


def _field(path: list[str], told: int) -> str:
    """The field at the end of a path, of whose names the first ``told`` belong to what was said before."""
    names = [_plain(name) for name in path]
    if names == ["items"]:
        return "the list of objects"
    if not any(names[told:]):
        return "the whole of it"
    if names[-1] == "*":
        return "every field of that"
    key, where = _in_pods(path)
    entry = texts.list_entry(key)
    known = texts.known_field(key) or _named(names) or (_several(entry).replace("the ", "its ", 1) if entry else "")
    return ("" if told else where) + known if known else f"the field {'.'.join(names[told:])} of that"


def _named(names: list[str]) -> str:
    """A field of a map whose names are free: a label, an annotation, an entry of data."""
    parent = ".".join(names[:-1])
    return texts.known_field(f"{parent}.*").replace("{name}", names[-1]) if len(names) > 1 else ""
