"""YAML (and JSON) as a tree that knows where each piece stands in the text: for files in any shape people write.

Aliases stay what they are, so nothing is copied and no file can make the tree larger than itself. What a scalar means
is for ``quote`` to say, by the rules of kubectl's YAML reader; this module has no values but text. Needs PyYAML, which
is loaded when the first text is parsed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.kubeconfig.quote import is_null, is_text
from kx.records import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time nothing of `typing` is needed, and importing it would cost a tenth of a switch
    from typing import Any

DEPTH = 200  # kubeconfigs are some ten levels deep
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_VALUE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in "null bool int float binary merge".split())


class BrokenError(Exception):
    """The text is no YAML that kubectl would read; the message says why."""


@dataclass
class Node:
    """One piece of the text, from ``start`` to ``end``, with its anchor and tag."""

    kind: str  # scalar, mapping, sequence, alias
    start: int
    end: int
    value: str = ""  # of a scalar, without its quotes
    style: str = ""  # of a scalar: a quote, | or >; of the others: { for brackets
    anchor: str = ""
    tag: str = ""
    children: list[Node] = field(default_factory=list)  # keys and values by turns, in a mapping
    target: Node | None = None  # what an alias stands for

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """The keys and values of a mapping, in order."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))


def parse(text: str) -> Node | None:
    """The first document of the text, which is all that kubectl reads; None if it is empty. Raises ``BrokenError``."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        raise BrokenError(_reason(error)) from error


def follow(node: Node) -> Node:
    """What an alias stands for; any other node itself."""
    return node if node.target is None else node.target


def text_of(node: Node) -> str | None:
    """The text of a scalar; None if it is nothing. Raises ``BrokenError`` for numbers, truth values and lists."""
    node = follow(node)
    if node.kind == "scalar":
        if node.style or node.tag in _TEXT_TAGS:
            return node.value
        if node.tag in _VALUE_TAGS:
            raise BrokenError("is not text; put it in double quotes")
        if node.tag or is_text(node.value):
            return node.value
        if is_null(node.value):
            return None
    raise BrokenError("is not text; put it in double quotes")


def is_nothing(node: Node) -> bool:
    """Whether a value is left out or null, which is the same to kubectl."""
    node = follow(node)
    return node.kind == "scalar" and not node.style and not node.tag and is_null(node.value)


def fields(node: Node) -> dict[str, Node]:
    """What a mapping says, by key, as kubectl's reader takes it: what comes later wins, merged (``<<``) or not."""
    found: dict[str, Node] = {}
    for key, value in node.pairs:
        if is_merge(key):
            found.update(_merged(value))
        elif follow(key).kind != "scalar":
            raise BrokenError("a key is a list or a mapping")
        else:
            found[follow(key).value] = value
    return found


def is_merge(key: Node) -> bool:
    """Whether a key stands for all that its value, a mapping or a list of them, says."""
    return key.kind == "scalar" and key.value == "<<" and not key.style and not key.tag


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, each once."""
    yield node
    for child in node.children:
        yield from walk(child)


def _merged(value: Node) -> dict[str, Node]:
    value = follow(value)
    if value.kind == "mapping":
        return fields(value)
    found: dict[str, Node] = {}
    if value.kind != "sequence":
        raise BrokenError("what << names is not a mapping")
    for item in reversed(value.children):  # of several, the first wins
        if follow(item).kind != "mapping":
            raise BrokenError("what << names is not a mapping")
        found.update(fields(follow(item)))
    return found


def _build(events: Any) -> Node | None:
    """One walk over the parser's events, with the open collections on a stack."""
    import yaml

    stack: list[Node] = []
    anchors: dict[str, Node] = {}
    root: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentEndEvent):
            return root  # not before: what follows the last character of the root may show that this is no YAML
        if isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop()
            node.end = _end(event)
        elif isinstance(event, yaml.NodeEvent):
            node = _node(event, anchors, stack)
            if stack:
                stack[-1].children.append(node)
        else:
            continue
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append(node)
            if len(stack) > DEPTH:
                raise BrokenError(f"it is nested more than {DEPTH} levels deep")
        elif not stack:
            root = node
    return None


def _node(event: Any, anchors: dict[str, Node], stack: list[Node]) -> Node:
    import yaml

    start, end, line = event.start_mark.index, event.end_mark.index, event.start_mark.line + 1
    anchor, tag = event.anchor or "", getattr(event, "tag", None) or ""
    if isinstance(event, yaml.AliasEvent):
        target = anchors.get(anchor)
        if target is None or any(target is node for node in stack):
            why = "contains itself" if target else "is nowhere before it"
            raise BrokenError(f"line {line}: what the alias *{anchor} stands for {why}")
        return Node(kind="alias", start=start, end=end, anchor=anchor, target=target)
    if isinstance(event, yaml.ScalarEvent):
        style = event.style if event.style in ("'", '"', "|", ">") else ""
        node = Node("scalar", start, end, value=event.value, style=style, anchor=anchor, tag=tag)
    else:
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        node = Node(kind, start, end, style="{" if event.flow_style else "", anchor=anchor, tag=tag)
    if anchor:
        anchors[anchor] = node
    return node


def _end(event: Any) -> int:
    end: int = event.end_mark.index
    return end


def _reason(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    at = f"line {mark.line + 1}: " if mark else ""
    # The reader of characters says it with other words than the readers of lines.
    return f"{at}{getattr(error, 'problem', None) or getattr(error, 'reason', None) or 'it is not YAML'}"
