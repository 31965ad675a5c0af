"""What a kubeconfig's tree says, by the rules of kubectl's reader: what it refuses is refused.

Only inside of users, mistakes are left to kubectl to find. Credentials are looked past.
"""

from __future__ import annotations

from kx.kubeconfig import tree
from kx.kubeconfig.scan import Entries
from kx.kubeconfig.tree import BrokenError, Node

SECTIONS = {"clusters": "cluster", "contexts": "context", "users": "user"}
# Fields of each that must be text; those of users are looked past.
_TEXTS = {
    "clusters": ("server", "certificate-authority", "certificate-authority-data", "tls-server-name", "proxy-url"),
    "contexts": ("cluster", "user", "namespace"),
    "users": (),
}
_HEAD = {"apiVersion": "v1", "kind": "Config"}


def read(root: Node | None) -> tuple[str, dict[str, Entries]]:
    """The current context, and the entries of each section with the fields that must be text."""
    if root is None or tree.is_nothing(root):
        return "", {}
    if tree.follow(root).kind != "mapping":
        raise BrokenError("its top level is not a mapping")
    _refuse_excess(root)
    found = tree.fields(root)
    for key, value in _HEAD.items():
        if _text(found, key) not in ("", value):
            raise BrokenError(f"{key} is not {value}")
    return _text(found, "current-context"), {section: _entries(found.get(section), section) for section in SECTIONS}


def _entries(node: Node | None, section: str) -> Entries:
    """The entries of a section (``contexts``: a list of ``name`` + ``context``), checked for shape."""
    if node is None or tree.is_nothing(node):
        return {}
    if tree.follow(node).kind != "sequence":
        raise BrokenError(f"{section} is not a list of mappings")
    found: Entries = {}
    for item in tree.follow(node).children:
        fields = _mapping(item, f"{section} is not a list of mappings")
        body = _mapping(fields.get(SECTIONS[section]), f"a {SECTIONS[section]} in {section} is not a mapping")
        name = _text(fields, "name")
        if name in found:
            raise BrokenError(f'{section} holds the name "{name}" twice')
        found[name] = {key: _text(body, key) for key in _TEXTS[section] if key in body}
    return found


def _mapping(node: Node | None, otherwise: str) -> dict[str, Node]:
    if node is None or tree.is_nothing(node):
        return {}
    if tree.follow(node).kind != "mapping":
        raise BrokenError(otherwise)
    return tree.fields(tree.follow(node))


def _text(fields: dict[str, Node], key: str) -> str:
    try:
        return tree.text_of(fields[key]) or "" if key in fields else ""
    except BrokenError as error:
        raise BrokenError(f"the value of {key} {error}") from error


def _refuse_excess(root: Node) -> None:
    """Raise for aliases that stand for a lot of other aliases, as kubectl's reader does (go-yaml, decode.go)."""
    sizes: dict[int, int] = {}

    def size(node: Node) -> int:
        if node.target is not None:
            return 1 + sizes[id(node.target)]
        total = 1 + sum(size(child) for child in node.children)
        sizes[id(node)] = total
        return total

    whole = size(root)
    repeated = whole - sum(1 for _ in tree.walk(root))
    if repeated > 100 and repeated > whole * _allowed(whole):
        raise BrokenError("its aliases stand for too much (a few lines that unfold to very many)")


def _allowed(whole: int) -> float:
    """The share of a document that may come from aliases: less, the larger it is."""
    low, high = 400_000, 4_000_000
    if whole <= low:
        return 0.99
    return 0.10 if whole >= high else 0.99 - 0.89 * (whole - low) / (high - low)
