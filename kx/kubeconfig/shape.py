"""What a tree says, without where it stands: two texts with the same shape mean the same, anchors and aliases included.

``shape`` can be asked for what a tree would be after a change, which is how an edit is proved.
"""

from __future__ import annotations

from typing import TypeAlias

from kx.kubeconfig import tree
from kx.kubeconfig.tree import BrokenError, Node
from kx.records import dataclass, field

Shape: TypeAlias = tuple[object, ...]  # only to be compared


@dataclass
class Intent:
    """What is to become of some nodes, by their identity."""

    values: dict[int, str] = field(default_factory=dict)  # a scalar or an alias -> the text that stands there instead
    gone: set[int] = field(default_factory=set)  # keys (with their values) and items of lists
    added: dict[int, tuple[int, str, Shape]] = field(default_factory=dict)  # a mapping -> position, key and value
    appended: dict[int, Shape] = field(default_factory=dict)  # a list, or nothing -> what follows its last item


NO_INTENT = Intent()


def shape(node: Node | None, intent: Intent = NO_INTENT) -> Shape:
    """The shape of a tree, as it is or after ``intent``."""
    if node is None:
        return ()
    if id(node) in intent.values:
        return text_shape(intent.values[id(node)], "" if node.kind == "alias" else node.anchor)
    if node.kind == "alias":
        return ("alias", node.anchor)
    if node.kind == "scalar" and id(node) in intent.appended:
        return ("sequence", "", "", (intent.appended[id(node)],))
    if node.kind == "scalar":
        return ("scalar", node.anchor, *_scalar(node))
    if node.kind == "sequence":
        items = tuple(shape(child, intent) for child in node.children if id(child) not in intent.gone)
        more = (intent.appended[id(node)],) if id(node) in intent.appended else ()
        return ("sequence", node.anchor, node.tag, items + more)
    pairs: list[Shape] = [
        (shape(key, intent), shape(value, intent)) for key, value in node.pairs if id(key) not in intent.gone
    ]
    if id(node) in intent.added:
        at, key, value = intent.added[id(node)]
        pairs.insert(at, (text_shape(key), value))
    return ("mapping", node.anchor, node.tag, tuple(pairs))


def text_shape(text: str, anchor: str = "") -> Shape:
    """The shape of a text."""
    return ("scalar", anchor, "text", text)


def _scalar(node: Node) -> tuple[str, str]:
    try:
        text = tree.text_of(node)
    except BrokenError:
        return f"value {node.tag}", node.value
    return ("text", text) if text is not None else ("nothing", "")
