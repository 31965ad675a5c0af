"""Where to change a kubeconfig in any YAML or JSON: what stands there tells how the change is written.

Comments, order, indentation, quotes, line ends, anchors, brackets: all stay, because only the characters of the change
are replaced. A part that an alias refers to is not touched, as that would change two places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.kubeconfig import pieces, tree, treeread
from kx.kubeconfig.pieces import Edit
from kx.kubeconfig.quote import quoted
from kx.kubeconfig.shape import shape
from kx.kubeconfig.splice import CannotEditError, Change, Splice, splice
from kx.kubeconfig.tree import BrokenError, Node


def find(text: str, change: Change) -> tuple[Splice, ...]:
    """The pieces of ``text`` that make the change; none if it is so already, and proved. Raises ``CannotEditError``."""
    try:
        root = tree.parse(text)
        if root is None or tree.is_nothing(root):
            return _first_key(text, root, change)
        if _is_so(root, change):
            return ()
    except BrokenError as error:
        raise CannotEditError(str(error)) from error
    document = _Document(text, root)
    for edit in _FIND[change.kind](document, change):
        after = _shape_of(splice(text, *edit.splices))
        if after == shape(root, edit.intent) and document.shared.isdisjoint(edit.intent.values):
            return edit.splices
    raise CannotEditError("its layout leaves no place where the change is sure to mean what it should")


class _Document:
    """A text, its tree, and the way down to the parts of a kubeconfig, which must be there and belong to one place."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root
        self.shared = {id(node.target) for node in tree.walk(root) if node.target is not None}
        self.own(root)

    def own(self, node: Node | None) -> Node:
        """``node``, unless a change to it would change another place too."""
        if node is None or node.target is not None or id(node) in self.shared:
            raise CannotEditError("what changes is shared by an alias (* or &), or not there itself")
        return node

    def section(self, name: str) -> tuple[Node, Node]:
        """The key and the list of a section."""
        found = [(key, value) for key, value in self.root.pairs if tree.follow(key).value == name]
        if not found or found[-1][1].kind != "sequence":
            raise CannotEditError(f"{name} is shared by an alias (* or &), or not there itself")
        return found[-1][0], self.own(found[-1][1])

    def position(self, section: str, name: str) -> int:
        """Which item of a section has that name."""
        _, items = self.section(section)
        names = [_name(item) for item in items.children]
        return names.index(name)

    def entry(self, name: str) -> Node:
        """The mapping of a context and its name."""
        _, items = self.section("contexts")
        return self.own(items.children[self.position("contexts", name)])


def _name(item: Node) -> str:
    item = tree.follow(item)
    field = tree.fields(item).get("name") if item.kind == "mapping" else None
    return tree.text_of(field) or "" if field else ""


def _is_so(root: Node, change: Change) -> bool:
    """Whether there is nothing to do. Raises ``CannotEditError`` for a change to what is not there."""
    current, sections = treeread.read(root)
    if change.kind == "current":
        return current == change.value
    entries = sections[change.section]
    if change.kind == "insert":
        if change.name in entries:
            raise CannotEditError(f'"{change.name}" is in {change.section} again')
        return False
    for name in change.names:
        if name not in entries:
            raise CannotEditError(f'"{name}" is not in {change.section}')
    if change.kind == "rename" and change.value in entries:
        raise CannotEditError(f'"{change.value}" is in {change.section} already')
    return change.kind == "namespace" and entries[change.name].get("namespace", "") == change.value


def _first_key(text: str, root: Node | None, change: Change) -> tuple[Splice, ...]:
    """Into a file without any: empty, or with comments only, or with a null for all that it says."""
    if change.kind != "current":
        raise CannotEditError(f'"{change.name}" is not in {change.section}')
    if not change.value:
        return ()
    new = pieces.line(text, "current-context", change.value)
    if root is not None:
        new = Splice(root.start, root.end, new.text.strip())
    if _shape_of(splice(text, new)) == _shape_of(f"current-context: {quoted(change.value)}"):
        return (new,)
    raise CannotEditError("it has no top level to add a line to")


def _shape_of(text: str) -> object:
    """The shape of a text; None for what is no YAML."""
    try:
        return shape(tree.parse(text))
    except BrokenError:
        return None


def _current(document: _Document, change: Change) -> Iterator[Edit]:
    return pieces.put(document.text, document.root, "current-context", change.value)


def _namespace(document: _Document, change: Change) -> Iterator[Edit]:
    entry = document.entry(change.name)
    bodies = [value for key, value in entry.pairs if tree.follow(key).value == "context"]
    body = document.own(bodies[-1] if bodies and bodies[-1].kind == "mapping" else None)
    act = pieces.drop(document.text, body, "namespace") if not change.value else None
    return act or pieces.put(document.text, body, "namespace", change.value)


def _rename(document: _Document, change: Change) -> Iterator[Edit]:
    return pieces.put(document.text, document.entry(change.name), "name", change.value)


def _delete(document: _Document, change: Change) -> Iterator[Edit]:
    key, items = document.section(change.section)
    gone = {document.position(change.section, name) for name in change.names}
    return pieces.without(document.text, key, items, gone)


def _insert(document: _Document, change: Change) -> Iterator[Edit]:
    new = tree.parse(change.value)
    found = [value for key, value in document.root.pairs if tree.follow(key).value == change.section]
    if not found:
        raise CannotEditError(f"it has no {change.section} any more")
    return pieces.append(document.text, document.own(found[-1]), change.lines, change.value, shape(new))


_FIND: dict[str, Callable[[_Document, Change], Iterator[Edit]]] = {
    "current": _current,
    "namespace": _namespace,
    "rename": _rename,
    "delete": _delete,
    "insert": _insert,
}
