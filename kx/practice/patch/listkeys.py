"""Which lists are merged element by element, and by which keys: facts of the Kubernetes API types.

Strategic merge patch and server-side apply read the same lists differently: a container port is told apart by
``containerPort`` in the one and by ``containerPort`` + ``protocol`` in the other. Sources: the ``patchMergeKey`` and
``listMapKey`` markers in ``k8s.io/api``. A path is the field names from the object's root, list indices left out.
"""

from __future__ import annotations

from typing import TypeVar

_T = TypeVar("_T")
Path = tuple[str, ...]

# The last names of a path -> merge key of a strategic merge patch. The longest suffix wins.
_MERGE: dict[Path, str] = {
    ("containers",): "name",
    ("initContainers",): "name",
    ("ephemeralContainers",): "name",
    ("volumes",): "name",
    ("env",): "name",
    ("volumeMounts",): "mountPath",
    ("volumeDevices",): "devicePath",
    ("containers", "ports"): "containerPort",
    ("initContainers", "ports"): "containerPort",
    ("ephemeralContainers", "ports"): "containerPort",
    ("spec", "ports"): "port",
    ("imagePullSecrets",): "name",
    ("hostAliases",): "ip",
    ("topologySpreadConstraints",): "topologyKey",
    ("resourceClaims",): "name",
    ("schedulingGates",): "name",
    ("conditions",): "type",
    ("status", "addresses"): "type",
    ("podIPs",): "ip",
    ("ownerReferences",): "uid",
    ("secrets",): "name",
    ("webhooks",): "name",
}

# Lists of plain values that a strategic merge patch unites instead of replacing.
_MERGED_VALUES: frozenset[Path] = frozenset({("metadata", "finalizers"), ("podCIDRs",)})

# Where a merged object keeps only the keys that the patch names in $retainKeys.
RETAINED: frozenset[str] = frozenset({"strategy", "updateStrategy", "volumes"})

# The last names of a path -> keys of server-side apply, with the value a missing key stands for.
_APPLY: dict[Path, dict[str, str | None]] = {
    **{path: {key: None} for path, key in _MERGE.items()},
    **{(holder, "ports"): {"containerPort": None, "protocol": "TCP"} for holder in ("containers", "initContainers")},
    ("ephemeralContainers", "ports"): {"containerPort": None, "protocol": "TCP"},
    ("spec", "ports"): {"port": None, "protocol": "TCP"},
    ("topologySpreadConstraints",): {"topologyKey": None, "whenUnsatisfiable": None},
}

# Objects that server-side apply treats as one value: changed whole, owned whole.
_ATOMIC: frozenset[str] = frozenset(
    {
        "selector",
        "labelSelector",
        "podSelector",
        "namespaceSelector",
        "nodeSelector",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "fieldRef",
        "resourceFieldRef",
        "configMapKeyRef",
        "secretKeyRef",
        "secretRef",
        "roleRef",
        "scaleTargetRef",
        "claimRef",
        "targetRef",
        "involvedObject",
    }
)


def merge_key(path: Path) -> str | None:
    """The key by which a strategic merge patch tells the elements at ``path`` apart; None: the list is replaced."""
    return _by_suffix(_MERGE, path)


def merges_values(path: Path) -> bool:
    """Whether a strategic merge patch unites the plain values at ``path``."""
    return path[-2:] in _MERGED_VALUES or path[-1:] in _MERGED_VALUES


def apply_keys(path: Path) -> dict[str, str | None] | None:
    """The keys by which server-side apply tells the elements at ``path`` apart; None: the list is one value."""
    return _by_suffix(_APPLY, path)


def is_atomic(path: Path) -> bool:
    """Whether server-side apply treats the object at ``path`` as one value."""
    return path[-1:] != () and path[-1] in _ATOMIC


def _by_suffix(table: dict[Path, _T], path: Path) -> _T | None:
    return table.get(path[-2:]) or table.get(path[-1:])
