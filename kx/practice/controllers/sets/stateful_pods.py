"""The pods of a StatefulSet: their steady names, claims and labels. Rules: pkg/controller/statefulset."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from kx.practice.controllers.objects import controlled_by
from kx.practice.controllers.sets.history import HASH_LABEL, template_of
from kx.practice.status import Obj

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"
_ORDINAL = re.compile(r"-(\d+)$")


def ordinal_of(pod: Obj) -> int:
    """The number that ends a pod's name; -1 when it has none."""
    found = _ORDINAL.search(pod["metadata"]["name"])
    return int(found.group(1)) if found else -1


def ordinals(stateful_set: Obj) -> range:
    """The numbers its pods should have."""
    start = int((stateful_set["spec"].get("ordinals") or {}).get("start", 0))
    return range(start, start + int(stateful_set["spec"].get("replicas", 1)))


def pod_name(stateful_set: Obj, ordinal: int) -> str:
    """The name of the pod with this number."""
    return f"{stateful_set['metadata']['name']}-{ordinal}"


def revision_of(pod: Obj) -> str:
    """The name of the revision a pod was made from."""
    return str((pod["metadata"].get("labels") or {}).get(HASH_LABEL, ""))


def claims(stateful_set: Obj, ordinal: int) -> Iterator[Obj]:
    """The claims of the pod with this number, as they are made when they are not there."""
    metadata = stateful_set["metadata"]
    labels = (stateful_set["spec"].get("selector") or {}).get("matchLabels") or {}
    for wanted in stateful_set["spec"].get("volumeClaimTemplates") or ():
        own = wanted.get("metadata") or {}
        made = {
            **{key: value for key, value in own.items() if key in ("labels", "annotations")},
            "name": f"{own['name']}-{pod_name(stateful_set, ordinal)}",
            "namespace": metadata.get("namespace", ""),
        }
        made["labels"] = {**(own.get("labels") or {}), **labels}
        if _goes_along(stateful_set):
            made["ownerReferences"] = [{**controlled_by(stateful_set), "controller": False}]
        spec = copy.deepcopy(wanted["spec"])
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": made, "spec": spec}


def _goes_along(stateful_set: Obj) -> bool:
    """Whether the claims are deleted together with the set."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return bool(policy.get("whenDeleted") == "Delete")


def new_pod(stateful_set: Obj, revision: Obj, ordinal: int) -> Obj:
    """The pod with this number, from the template that ``revision`` holds."""
    template = template_of(revision)
    meta, spec = template.get("metadata") or {}, template["spec"]
    name = pod_name(stateful_set, ordinal)
    labels = {
        **(meta.get("labels") or {}),
        HASH_LABEL: revision["metadata"]["name"],
        NAME_LABEL: name,
        INDEX_LABEL: str(ordinal),
    }
    metadata = {
        "name": name,
        "generateName": f"{stateful_set['metadata']['name']}-",
        "namespace": stateful_set["metadata"].get("namespace", ""),
        "labels": labels,
        **({"annotations": meta["annotations"]} if meta.get("annotations") else {}),
        "ownerReferences": [controlled_by(stateful_set)],
    }
    mounted = {
        (wanted.get("metadata") or {})["name"]: f"{wanted['metadata']['name']}-{name}"
        for wanted in stateful_set["spec"].get("volumeClaimTemplates") or ()
    }
    others = [volume for volume in spec.get("volumes") or () if volume["name"] not in mounted]
    claimed = [{"name": each, "persistentVolumeClaim": {"claimName": claim}} for each, claim in mounted.items()]
    spec = {**spec, "hostname": name, "subdomain": stateful_set["spec"].get("serviceName", "")}
    if others or claimed:
        spec["volumes"] = [*claimed, *others]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
