"""How a value, a field or an entry is written, added or taken away where it stands, in block or bracket style.

Each function offers ways to do it, the best first; whether one really does what it is meant to is not decided here.
Knows no kubeconfig, only trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.kubeconfig.quote import quoted, rewritten, written
from kx.kubeconfig.shape import Intent, Shape, text_shape
from kx.kubeconfig.splice import CannotEditError, Splice
from kx.kubeconfig.tree import Node, follow, is_merge
from kx.records import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")
_REST_OF_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)*")
_SEPARATOR = re.compile(r"\s*,\s*")
_COLON = re.compile(r"\s*:\s*")


@dataclass(frozen=True)
class Edit:
    """Pieces of text to replace, and what that is meant to do to the tree."""

    splices: tuple[Splice, ...]
    intent: Intent


def put(text: str, mapping: Node, key: str, value: str) -> Iterator[Edit]:
    """Let ``mapping`` say ``key: value``."""
    own = [at for at, (other, _) in enumerate(mapping.pairs) if _is(other, key)]
    merges = [at for at, (other, _) in enumerate(mapping.pairs) if is_merge(other)]
    if own and own[-1] > max(merges, default=-1):
        yield _replaced(text, mapping.pairs[own[-1]][1], value)
    elif mapping.style:
        yield _added_in_brackets(text, mapping, key, value, sort=not merges)
    elif mapping.children:
        yield from _added_lines(text, mapping, key, value, sort=not merges)


def drop(text: str, mapping: Node, key: str) -> Iterator[Edit]:
    """Let ``mapping`` say nothing for ``key``: without it, or, which is the same to kubectl, with an empty text."""
    own = [at for at, (other, _) in enumerate(mapping.pairs) if _is(other, key)]
    if len(own) == 1 and len(mapping.pairs) > 1 and not any(is_merge(other) for other, _ in mapping.pairs):
        found, value = mapping.pairs[own[0]]
        intent = Intent(gone={id(found)})
        if mapping.style:
            spans = [(other.start, other_value.end) for other, other_value in mapping.pairs]
            yield Edit(_from_brackets(spans, {own[0]}), intent)
        elif not text[_line_start(text, found.start) : found.start].strip():
            yield Edit((Splice(_line_start(text, found.start), _line_after(text, value)),), intent)
    yield from put(text, mapping, key, "")


def without(text: str, key: Node, sequence: Node, gone: set[int]) -> Iterator[Edit]:
    """Take items (by position) out of ``sequence``, the value of ``key``."""
    intent = Intent(gone={id(sequence.children[at]) for at in gone})
    if sequence.style:
        yield Edit(_from_brackets([(item.start, item.end) for item in sequence.children], gone), intent)
        return
    splices = [_line_of_item(text, sequence, at) for at in sorted(gone)]
    if len(gone) == len(sequence.children):
        colon = text.index(":", key.end) + 1
        splices.append(Splice(colon, colon, " []"))
    yield Edit(tuple(splices), intent)


def append(text: str, sequence: Node, lines: str, brackets: str, item: Shape) -> Iterator[Edit]:
    """Put an item, which has that shape, behind the last one of ``sequence``, or in the place of nothing."""
    intent = Intent(appended={id(sequence): item})
    if sequence.kind != "sequence":
        blank = " " if sequence.start == sequence.end else ""
        yield Edit((Splice(sequence.start, sequence.end, f"{blank}[{brackets}]"),), intent)
    elif sequence.style:
        at = sequence.children[-1].end if sequence.children else text.index("[", sequence.start) + 1
        yield Edit((Splice(at, at, f", {brackets}" if sequence.children else brackets),), intent)
    else:
        end = _line_after(text, sequence.children[-1])
        indent = " " * (sequence.start - _line_start(text, sequence.start))
        ahead = "" if text[:end].endswith(("\n", "\r")) else _first_line_end(text)
        if lines.startswith(f"{indent}-"):
            yield Edit((Splice(end, end, ahead + lines),), intent)
        yield Edit((Splice(end, end, f"{ahead}{indent}- {brackets}{_first_line_end(text)}"),), intent)


def lines_of(text: str, sequence: Node, at: int) -> str:
    """The lines of an item, where it has lines of its own."""
    if sequence.style:
        return ""
    place = _line_of_item(text, sequence, at)
    return text[place.start : place.end]


def line(text: str, key: str, value: str) -> Splice:
    """``key: value`` as a line of its own at the end of ``text``."""
    end = _first_line_end(text)
    if text and not text.endswith(("\n", "\r")):
        return Splice(len(text), len(text), f"{end}{key}: {written(value)}")
    return Splice(len(text), len(text), f"{key}: {written(value)}{end}")


def _is(node: Node, key: str) -> bool:
    return follow(node).kind == "scalar" and follow(node).value == key


def _replaced(text: str, node: Node, value: str) -> Edit:
    intent = Intent(values={id(node): value})
    if node.kind == "alias":
        return Edit((Splice(node.start, node.end, quoted(value)),), intent)
    if node.kind != "scalar" or node.style in ("|", ">"):
        raise CannotEditError("the value that changes is a text of several lines")
    if node.start == node.end:  # nothing stands there: it is the place behind the colon
        return Edit((Splice(node.start, node.end, f" {written(value) if value else quoted(value)}"),), intent)
    properties = _PROPERTIES.match(text, node.start, node.end)
    start = properties.end() if properties else node.start
    sign = '"' if not value else node.style
    return Edit((Splice(start, node.end, rewritten(sign, value)),), intent)


def _added_lines(text: str, mapping: Node, key: str, value: str, sort: bool) -> Iterator[Edit]:
    """As a line between those of the other keys: where kubectl, which sorts them, has it, else behind them."""
    first = mapping.pairs[0][0].start
    new = " " * (first - _line_start(text, first)) + f"{key}: {written(value) if value else quoted(value)}"
    later = _sorted_place(mapping, key) if sort else None
    if later is not None:
        start = _line_start(text, mapping.pairs[later][0].start)
        splice = Splice(start, start, new + _first_line_end(text))
        yield Edit((splice,), Intent(added={id(mapping): (later, key, text_shape(value))}))
    end = _line_after(text, mapping.pairs[-1][1])
    closed = text[:end].endswith(("\n", "\r"))
    new = new + _first_line_end(text) if closed else _first_line_end(text) + new
    yield Edit((Splice(end, end, new),), Intent(added={id(mapping): (len(mapping.pairs), key, text_shape(value))}))


def _sorted_place(mapping: Node, key: str) -> int | None:
    """Which key ``key`` comes before, where they are sorted; None for the end."""
    keys = [other.value for other, _ in mapping.pairs]
    if keys != sorted(keys) or keys[0] > key:
        return None
    return next((at for at, other in enumerate(keys) if other > key), None)


def _added_in_brackets(text: str, mapping: Node, key: str, value: str, sort: bool) -> Edit:
    if not mapping.children:
        start = text.index("{", mapping.start) + 1
        splice = Splice(start, start, f'"{key}": {quoted(value)}')
        return Edit((splice,), Intent(added={id(mapping): (0, key, text_shape(value))}))
    (last, last_value), sign = mapping.pairs[-1], mapping.pairs[-1][0].style
    colon = _COLON.fullmatch(text, last.end, last_value.start)
    new = f"{sign}{key}{sign}{colon[0] if colon else ': '}{quoted(value)}"
    later = _sorted_place(mapping, key) if sort else None
    if later is not None:
        start = mapping.pairs[later][0].start
        splice = Splice(start, start, new + _comma(text, mapping))
        return Edit((splice,), Intent(added={id(mapping): (later, key, text_shape(value))}))
    splice = Splice(last_value.end, last_value.end, _comma(text, mapping) + new)
    return Edit((splice,), Intent(added={id(mapping): (len(mapping.pairs), key, text_shape(value))}))


def _comma(text: str, mapping: Node) -> str:
    """What parts the fields of a mapping in brackets, with the white space that they have around it."""
    last = mapping.pairs[-1][0].start
    if len(mapping.pairs) > 1:
        match = _SEPARATOR.fullmatch(text, mapping.pairs[-2][1].end, last)
        return match[0] if match else ", "
    opened = text[text.index("{", mapping.start) + 1 : last]
    return "," + (opened if not opened.strip() and "\n" in opened else " ")


def _from_brackets(spans: list[tuple[int, int]], gone: set[int]) -> tuple[Splice, ...]:
    """Items and the commas that part them from what stays."""
    kept = [at for at in range(len(spans)) if at not in gone]
    if not kept:
        return (Splice(spans[0][0], spans[-1][1]),)
    ahead = (Splice(spans[0][0], spans[kept[0]][0]),) if kept[0] else ()
    return (*ahead, *(Splice(spans[at - 1][1], spans[at][1]) for at in sorted(gone) if at > kept[0]))


def _line_of_item(text: str, sequence: Node, at: int) -> Splice:
    """The lines of an item of a block list, from its dash on."""
    item = sequence.children[at]
    before = _last_end(sequence.children[at - 1]) if at else sequence.start
    dash = text.rfind("-", before, item.start)
    start = _line_start(text, dash)
    if dash < 0 or text[start:dash].strip():
        raise CannotEditError("an entry does not begin on a line of its own")
    return Splice(start, _line_after(text, item))


def _last_end(node: Node) -> int:
    """Where the last character of a node stands: the end of a block also takes in the comments behind it."""
    while node.children and not node.style:
        node = node.children[-1]
    return node.end


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_after(text: str, node: Node) -> int:
    """Where the line behind the last one of a node begins."""
    end = _last_end(node)
    if end > node.start and text[end - 1] in "\r\n":  # a text of several lines, which ends with its line
        return end
    match = _REST_OF_LINE.match(text, end)
    return match.end() if match else end


def _first_line_end(text: str) -> str:
    match = _LINE_END.search(text)
    return match[0] if match else "\n"
