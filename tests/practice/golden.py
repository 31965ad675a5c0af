"""The recorded rows of a real API server, and what of them depends on a cluster rather than on the object."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from kx.practice.resources import Resource, by_path
from kx.practice.status import Obj

FOLDER = Path(__file__).parent.parent / "golden"


def rows(name: str) -> list[Obj]:
    """The rows of one golden file."""
    found: list[Obj] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def resource_at(path: str) -> Resource:
    """The resource a collection path such as ``/apis/apps/v1/namespaces/golden/deployments`` is about."""
    parts = path.strip("/").split("/")
    group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
    found = by_path(group, version, parts[-1])
    assert found is not None, path
    return found


def posted(row: Obj) -> Obj:
    """The manifest as it is when the registry sees it: with the namespace of the path and the recorded uid."""
    obj: Obj = copy.deepcopy(row["manifest"])
    metadata = obj.setdefault("metadata", {})
    parts = row["path"].strip("/").split("/")
    if "namespaces" in parts[:-1]:
        metadata["namespace"] = parts[parts.index("namespaces") + 1]
    labels = ((row.get("created") or {}).get("metadata") or {}).get("labels") or {}
    metadata["uid"] = labels.get("controller-uid", "0b6a8f0e-0000-4000-8000-000000000000")
    return obj


# Kind -> fields of the spec that admission and the allocators fill in by looking at the cluster.
_OF_THE_CLUSTER: dict[str, tuple[str, ...]] = {
    "Pod": ("priority", "preemptionPolicy", "serviceAccountName", "serviceAccount", "nodeName"),
    "Service": ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"),
}


def without_cluster_state(obj: Obj) -> Obj:
    """The object without what depends on a cluster: uids, addresses, node ports, default tolerations and tokens."""
    found: Obj = copy.deepcopy(obj)
    for name in ("uid", "resourceVersion", "creationTimestamp", "managedFields"):
        found["metadata"].pop(name, None)
    spec: dict[str, Any] = found.get("spec") or {}
    for name in _OF_THE_CLUSTER.get(found.get("kind", ""), ()):
        spec.pop(name, None)
    if found.get("kind") == "Service":
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    return found
