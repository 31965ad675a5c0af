"""What a line is about, one item for each object or list, and the requests about an item.

An item comes from the operands, or from a file whose objects are known. It does not know what a command does with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import EACH_LISTED, IF_ABSENT, builtin, request
from kx.explain.subject import Subject
from kx.kubectl.catalog.resources import ResourceType
from kx.kubectl.manifests import Manifest
from kx.records import dataclass

NO_CHECK = "default"  # kubectl never looks whether this namespace is there


@dataclass(frozen=True)
class Item:
    """One object, the objects of a type that are to be listed, or all that files hold that kx has not read."""

    typed: str  # the type as typed, for a sentence
    kind: ResourceType | None = None  # None: not built in, or not known
    namespace: str = ""  # "" for all namespaces, and where the type has none
    name: str = ""  # "" for those a list returns
    unread: str = ""  # the files that hold it; then nothing else is known
    filed: bool = False  # it stands in a file

    @property
    def listed(self) -> bool:
        """Whether a list has to tell which objects these are."""
        return not self.name and not self.unread

    def path(self, subresource: str = "") -> str:
        """The path of the object; where a list tells which, with placeholders."""
        if self.kind is None:
            return ""
        scope = self.namespace or ("{namespace}" if self.kind.namespaced else "")
        return self.kind.path(scope, self.name or "{name}", subresource)

    def collection(self) -> str:
        """The path of all objects beside this one."""
        return self.kind.path(self.namespace) if self.kind else ""

    def home(self) -> str:
        """The path of all objects in the namespace of this one; of each object's own where a list tells which."""
        scope = self.namespace or ("{namespace}" if self.kind and self.kind.namespaced else "")
        return self.kind.path(scope) if self.kind else ""

    @property
    def checked(self) -> bool:
        """Whether kubectl, where the object is missing, looks if its namespace is there."""
        return bool(self.name and self.kind and self.kind.namespaced and self.namespace not in ("", NO_CHECK))


def items(subject: Subject) -> tuple[Item, ...]:
    """What the line is about, in order."""
    if subject.files:
        return from_files(subject)
    return tuple(
        Item(target.typed, target.type, subject.namespace if _scoped(target.type) else "", name)
        for target in subject.targets
        for name in target.names or ("",)
    )


def from_files(subject: Subject) -> tuple[Item, ...]:
    """The objects in the files of the line: each that has a name, where somebody has read the files."""
    return tuple(item for item in all_from_files(subject) if item.name or item.unread)


def all_from_files(subject: Subject) -> tuple[Item, ...]:
    """As ``from_files``, and those too that the server is to name; kubectl leaves out what belongs elsewhere."""
    if subject.manifests is None:
        return (Item("", unread=named_files(subject), filed=True),)
    forced = subject.invocation.value("namespace")
    return tuple(
        _of_manifest(subject, each) for each in subject.manifests if each.namespace in (forced, "") or not forced
    )


def _of_manifest(subject: Subject, manifest: Manifest) -> Item:
    kind = _type_of(subject, manifest)
    namespace = (manifest.namespace or subject.namespace or "default") if _scoped(kind) else ""
    return Item(manifest.kind, kind, namespace, manifest.name, filed=True)


def _type_of(subject: Subject, manifest: Manifest) -> ResourceType | None:
    """The type an object says it is of, in the version it says."""
    group, _, version = manifest.api_version.rpartition("/")
    found = subject.types.find(f"{manifest.kind}.{version}.{group}")
    return found if found is not None and found.kind == manifest.kind else None


def _scoped(kind: ResourceType | None) -> bool:
    return kind is None or kind.namespaced


def named_files(subject: Subject) -> str:
    """What -f and -k name, for a sentence."""
    return ", ".join("the input" if name == "-" else name for name in subject.files)


def ask(verb: str, item: Item, subresource: str = "", why: str = "") -> Request:
    """A request for an object; sent for each one where a list or a file tells which."""
    if item.unread:
        return request(verb, "", _both(f"one for each object in {item.unread}", why))
    if item.kind is None:
        return unknown_type(item, verb)
    return request(verb, item.path(subresource), _both("" if item.name else EACH_LISTED, why))


def beside(verb: str, item: Item, why: str = "") -> Request:
    """A request for the collection that the object is in: list or watch."""
    if item.unread:
        return request(verb, "", _both(f"one for each object in {item.unread}", why))
    if item.kind is None:
        return unknown_type(item, verb)
    return request(verb, item.home(), _both(EACH_LISTED if item.listed else "", why))


def _both(first: str, second: str) -> str:
    return f"{first}, {second}" if first and second else first or second


def unknown_type(item: Item, verb: str) -> Request:
    """A request about a type that is not built in: only discovery tells its path."""
    return request(verb, "", f'"{item.typed}" is not a built-in type; the cluster tells its path')


def fetch(item: Item, subresource: str = "", why: str = "") -> Iterator[Request]:
    """Get an object, or list those of its type. Where it is not found, kubectl asks for its namespace."""
    if item.listed and item.kind is None:
        yield unknown_type(item, "list")
    elif item.listed:
        yield request("list", item.collection(), why)
    else:
        yield ask("get", item, subresource, why)
        yield from namespace_check(item)


def namespace_check(item: Item) -> Iterator[Request]:
    """Whether the namespace is there, asked where an object was not found (never for the namespace "default")."""
    if item.checked:
        yield request("get", builtin("namespaces").path(name=item.namespace), IF_ABSENT)


def fetch_all(subject: Subject) -> Iterator[Request]:
    """Fetch everything the line names."""
    for item in items(subject):
        yield from fetch(item)


def take(item: Item, subresource: str = "") -> Iterator[Request]:
    """As ``fetch``, for the commands that take what a file says as it is, and do not ask for what is there."""
    if not item.filed:
        yield from fetch(item, subresource)


def all_then_each(subject: Subject, *verbs: str, why: str = "") -> Iterator[Request]:
    """Fetch everything first, then send ``verbs`` for each object."""
    yield from fetch_all(subject)
    for item in items(subject):
        for verb in verbs:
            yield ask(verb, item, why=why)
