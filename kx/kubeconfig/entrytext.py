"""The text of an entry that is about to be deleted, in two spellings: as it stands there, and as one line.

The line is in brackets, with all that the entry says, so that it can be put into any list of entries later.
"""

from __future__ import annotations

from kx.kubeconfig import pieces, scan, tree
from kx.kubeconfig.quote import quoted
from kx.kubeconfig.splice import CannotEditError, Change
from kx.kubeconfig.tree import BrokenError, Node


def spellings(text: str, change: Change) -> tuple[tuple[str, str], ...]:
    """The lines and the brackets of each entry that a change would delete. Raises ``CannotEditError``."""
    try:
        surveyed = scan.survey(text)
        if surveyed is None:
            return _in_tree(text.removeprefix("\ufeff"), change)
        lines = [_lines(text, change.section, surveyed[1].entries[change.section][name]) for name in change.names]
        return tuple((entry, _brackets(_only_item(entry))) for entry in lines)
    except (BrokenError, KeyError, ValueError) as error:
        raise CannotEditError(f"what is deleted cannot be kept: {error}") from error


def _lines(text: str, section: str, at: int) -> str:
    match = scan.entry(text, section, at)
    assert match is not None  # the scan has seen it there
    return match[0]


def _only_item(lines: str) -> Node:
    root = tree.parse(lines)
    assert root is not None  # a list of one entry
    return root.children[0]


def _in_tree(text: str, change: Change) -> tuple[tuple[str, str], ...]:
    root = tree.parse(text)
    if root is None or root.kind != "mapping":
        raise CannotEditError("it says nothing any more")
    items = tree.follow(tree.fields(root)[change.section])
    names = [tree.fields(tree.follow(item)).get("name") for item in items.children]
    texts = [name and tree.text_of(name) for name in names]
    at = [texts.index(name) for name in change.names]
    return tuple((pieces.lines_of(text, items, index), _brackets(items.children[index])) for index in at)


def _brackets(node: Node) -> str:
    """All that a node says, in one line: aliases are written out, comments are not."""
    node = tree.follow(node)
    if node.kind == "mapping":
        return "{" + ", ".join(f"{quoted(key)}: {_brackets(value)}" for key, value in tree.fields(node).items()) + "}"
    if node.kind == "sequence":
        return "[" + ", ".join(_brackets(child) for child in node.children) + "]"
    try:
        text = tree.text_of(node)
    except BrokenError:
        return node.value  # a number or a truth value, as it stands there
    return "null" if text is None else quoted(text)
