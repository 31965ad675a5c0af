"""Which resource type a word means, among types that are given: kubectl's rules, over an index of names.

Pure: does not know which types there are. The rules are those of client-go (restmapper/shortcut.go: short names;
restmapper/discovery.go and apimachinery's meta.DefaultRESTMapper: all other names) and of cli-runtime
(resource.Builder.mappingFor: how the dots are read), since kubectl 1.29; before it, a short name kept its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kx.records import dataclass


@dataclass(frozen=True)
class ResourceType:
    """One resource type in one version, as discovery lists it."""

    group: str  # "" for the core group
    version: str
    plural: str
    kind: str
    namespaced: bool
    singular: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    listable: bool = True
    built_in: bool = True  # False: a cluster told of it

    @property
    def key(self) -> str:
        """``pods``, ``deployments.apps``: as kubectl prints it in front of a name."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def prefix(self) -> str:
        """Where its API lives: ``/api/v1``, ``/apis/apps/v1``."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The path of one object, or of the collection without ``name``; no namespace: across all of them."""
        scope = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        tail = f"/{name}" if name else ""
        return f"{self.prefix}{scope}/{self.plural}{tail}" + (f"/{subresource}" if subresource else "")


class TypeNames:
    """The names of ``types``, which stand in discovery's order: of several with one name the first is meant."""

    def __init__(self, types: Iterable[ResourceType]) -> None:
        self._long: dict[str, tuple[ResourceType, ...]] = {}
        self._short: dict[str, tuple[ResourceType, ...]] = {}
        self._kinds: dict[str, tuple[ResourceType, ...]] = {}
        for entry in types:
            singular = entry.singular or entry.kind.lower()  # some servers leave it empty
            for index, names in (
                (self._long, (entry.plural, singular)),
                (self._short, entry.short_names),
                (self._kinds, (entry.kind, entry.kind.lower())),
            ):
                for name in dict.fromkeys(names):
                    index[name] = (*index.get(name, ()), entry)

    def find(self, word: str) -> ResourceType | None:
        """The type ``word`` means, or None."""
        return next((found for reading in _readings(word) if (found := self._by_resource(*reading))), None) or next(
            (found for reading in _readings(word) if (found := self._by_kind(*reading))), None
        )

    def _by_resource(self, name: str, version: str, group: str) -> ResourceType | None:
        name, version, group = self._expanded(name, version, group)
        for entry in self._long.get(name.lower(), ()):
            if version and entry.version != version:
                continue
            # The beginning of a group is enough, unless a version is named as well.
            if not group or entry.group == group or (not version and entry.group.startswith(group)):
                return entry
        return None

    def _expanded(self, name: str, version: str, group: str) -> tuple[str, str, str]:
        """A short name made long, with its group; it must be in small letters. The version gets lost."""
        if any(not group or entry.group == group for entry in self._long.get(name, ())):
            return name, version, group
        short = self._short.get(name, ())
        exact = next((entry for entry in short if not group or entry.group == group), None)
        if exact is not None:
            return exact.plural, "", exact.group
        near = next((entry for entry in short if entry.group.startswith(group)), None)
        return (near.plural, version, near.group) if near else (name, version, group)

    def _by_kind(self, name: str, version: str, group: str) -> ResourceType | None:
        matching = (entry for entry in self._kinds.get(name, ()) if entry.group == group)
        return next((entry for entry in matching if not version or entry.version == version), None)


def _readings(word: str) -> Iterator[tuple[str, str, str]]:
    """Name, version and group: ``a.b.c`` is first read as version b of group c, then as group b.c."""
    name, _, rest = word.partition(".")
    version, dot, group = rest.partition(".")
    if dot:
        yield name, version, group
    yield name, "", rest


def members(types: Iterable[ResourceType], category: str) -> tuple[ResourceType, ...]:
    """The types of a category such as ``all``, one version each, in discovery's order; () when there is none."""
    chosen: dict[str, ResourceType] = {}
    for entry in types:
        if category in entry.categories:
            chosen.setdefault(entry.key, entry)
    return tuple(chosen.values())
