"""Which parts of an object are merged piece by piece, and by which keys: the types' own markers, looked up by path.

Strategic merge patch and server-side apply read the same lists differently: a container port is told apart by
``containerPort`` in the one and by ``containerPort`` + ``protocol`` in the other. The markers (``patchMergeKey``,
``listMapKey``, …) come with the schema; an object of an unknown type has none, so its lists are replaced whole.
A path is the field names from the object's root, list indices left out.
"""

from __future__ import annotations

from functools import lru_cache

from kx.practice import schema
from kx.practice.resources import split_api_version
from kx.practice.schema import Field, Type
from kx.practice.status import Obj

Path = tuple[str, ...]

# Types that server-side apply treats as one value: the +structType=atomic markers of k8s.io/api and apimachinery,
# which the schema does not carry.
_ATOMIC_TYPES: frozenset[str] = frozenset(
    {
        "ConfigMapKeySelector",
        "CrossVersionObjectReference",
        "FileKeySelector",
        "IngressClassParametersReference",
        "LabelSelector",
        "LocalObjectReference",
        "NodeSelector",
        "NodeSelectorTerm",
        "ObjectFieldSelector",
        "ObjectReference",
        "ParamRef",
        "ResourceFieldSelector",
        "RoleRef",
        "ScopeSelector",
        "SecretKeySelector",
        "SecretReference",
        "ServiceBackendPort",
        "TopologySelectorTerm",
        "TypedLocalObjectReference",
        "TypedObjectReference",
    }
)


class Shape:
    """The markers of one kind of object."""

    def __init__(self, root: Type | None) -> None:
        self._root = root
        self._found: dict[Path, tuple[Field, str] | None] = {}

    def merge_key(self, path: Path) -> str | None:
        """The key by which a strategic merge patch tells the elements at ``path`` apart; None: no such key."""
        field = self._field(path)
        key: str | None = field.facts.get("merge") if field is not None and _merges(field) else None
        return key

    def merges_values(self, path: Path) -> bool:
        """Whether a patch unites the plain values at ``path`` (finalizers) instead of replacing them."""
        field = self._field(path)
        return field is not None and _merges(field) and "merge" not in field.facts

    def is_set(self, path: Path) -> bool:
        """Whether server-side apply owns each plain value at ``path`` apart."""
        field = self._field(path)
        return field is not None and field.facts.get("list") == "set"

    def apply_keys(self, path: Path) -> dict[str, str | None] | None:
        """The keys of server-side apply at ``path``, each with what a missing one stands for; None: one value."""
        field = self._field(path)
        if field is None or field.facts.get("list") != "map":
            return None
        item = schema.current().type(field.base[1:])
        return {
            key: item.fields[key].facts.get("default") if key in item.fields else None for key in field.facts["keys"]
        }

    def is_map(self, path: Path) -> bool:
        """Whether the object at ``path`` is a map (labels) and not a struct with known fields."""
        field = self._field(path)
        return field is not None and field.containers.startswith("{}")

    def is_atomic(self, path: Path) -> bool:
        """Whether server-side apply treats the object at ``path`` as one value."""
        field = self._field(path)
        if field is None:
            return False
        return field.facts.get("map") == "atomic" or field.base.rsplit(".", 1)[-1] in _ATOMIC_TYPES

    def _field(self, path: Path) -> Field | None:
        """The field at ``path``; None for what stands inside a map of plain values, or is not known."""
        found = self._step(path)
        return found[0] if found is not None and found[1] == found[0].containers else None

    def _step(self, path: Path) -> tuple[Field, str] | None:
        """The field that ``path`` leads into, and the containers still to be entered there."""
        if path not in self._found:
            self._found[path] = self._look(path)
        return self._found[path]

    def _look(self, path: Path) -> tuple[Field, str] | None:
        if not path:
            return None
        if len(path) == 1:
            return self._of(self._root, path[0])
        before = self._step(path[:-1])
        if before is None:
            return None
        field, left = before
        if left.startswith("{}"):
            return field, left[2:]  # a map: this name is a key of it
        return self._of(schema.current().type(field.base[1:]) if field.base.startswith("#") else None, path[-1])

    @staticmethod
    def _of(holder: Type | None, name: str) -> tuple[Field, str] | None:
        field = holder.fields.get(name) if holder is not None else None
        return (field, field.containers) if field is not None else None


def _merges(field: Field) -> bool:
    return "merge" in field.facts.get("strategy", "").split(",")


def shape_of(obj: Obj) -> Shape:
    """The shape of an object by its apiVersion and kind."""
    return _shape(obj.get("apiVersion", ""), obj.get("kind", ""))


@lru_cache(maxsize=256)
def _shape(api_version: str, kind: str) -> Shape:
    return Shape(schema.current().of_kind(*split_api_version(api_version), kind))
