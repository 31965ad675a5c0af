"""Claims, volumes and classes of storage, as far as their objects themselves answer. Reads no store and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kx.practice.quantity import parse
from kx.practice.status import Obj

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
ATTACHMENTS = "volumeattachments.storage.k8s.io"

# The driver behind the class that a new cluster has. Its volumes are disks: one node holds them at a time.
DRIVER = "disk.kx.practice"
NO_PROVISIONER = "kubernetes.io/no-provisioner"

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
OLD_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")

# Sources that every node reaches by itself: nothing has to be attached, and nothing keeps two nodes apart.
_UNATTACHED = frozenset(
    "hostPath local nfs cephfs glusterfs azureFile flocker quobyte photonPersistentDisk storageos".split()
)


@dataclass(frozen=True)
class Use:
    """A volume of a pod that is a claim."""

    volume: str  # its name in the pod
    claim: str
    read_only: bool = False


def uses(pod: Obj) -> Iterator[Use]:
    """The claims of a pod: those it names, and those that are made for it alone (ephemeral volumes)."""
    for volume in (pod.get("spec") or {}).get("volumes") or ():
        if source := volume.get("persistentVolumeClaim"):
            yield Use(volume["name"], source["claimName"], bool(source.get("readOnly")))
        elif volume.get("ephemeral") is not None:
            yield Use(volume["name"], ephemeral_name(pod, volume["name"]))


def ephemeral_name(pod: Obj, volume: str) -> str:
    """What the claim of a pod's ephemeral volume is called."""
    return f"{pod['metadata']['name']}-{volume}"


def notes_of(obj: Obj) -> Mapping[str, str]:
    return obj["metadata"].get("annotations") or {}


def class_of(obj: Obj) -> str:
    """The class a claim asks for or a volume has; "" for none."""
    old = notes_of(obj).get(_CLASS)
    return str(old if old is not None else (obj.get("spec") or {}).get("storageClassName") or "")


def wants_default_class(claim: Obj) -> bool:
    """Whether a claim leaves the class to the cluster; one that asks for "" wants none."""
    return _CLASS not in notes_of(claim) and (claim.get("spec") or {}).get("storageClassName") is None


def default_class(classes: Iterable[Obj]) -> Obj | None:
    """The class that claims without one get: of several that are marked, the newest (then by name)."""
    marked = [one for one in classes if any(notes_of(one).get(mark) == "true" for mark in _DEFAULTS)]
    marked.sort(key=lambda one: one["metadata"]["name"])
    return max(marked, key=lambda one: str(one["metadata"].get("creationTimestamp", "")), default=None)


def waits_for_consumer(storage_class: Obj | None) -> bool:
    """Whether claims of a class are bound only once a pod needs them."""
    return bool(storage_class) and (storage_class or {}).get("volumeBindingMode") == "WaitForFirstConsumer"


def is_bound(claim: Obj) -> bool:
    """Whether a claim is bound for good."""
    return bool((claim.get("spec") or {}).get("volumeName")) and BIND_COMPLETED in notes_of(claim)


def is_for(volume: Obj, claim: Obj) -> bool:
    """Whether a volume is promised to a claim."""
    reference = (volume.get("spec") or {}).get("claimRef")
    if not reference:
        return False
    metadata = claim["metadata"]
    same = (reference.get("namespace"), reference.get("name")) == (metadata["namespace"], metadata["name"])
    return same and reference.get("uid", "") in ("", metadata["uid"])


def reference(claim: Obj) -> Obj:
    """How a volume names the claim that has it."""
    metadata = claim["metadata"]
    return {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"],
    }


def is_attached(volume: Obj) -> bool:
    """Whether a volume has to be attached to a node before pods there can use it."""
    return _UNATTACHED.isdisjoint(volume.get("spec") or {})


def many_nodes(volume: Obj) -> bool:
    """Whether a volume may be attached to several nodes (volume/util: IsMultiAttachAllowed)."""
    modes = (volume.get("spec") or {}).get("accessModes") or ()
    return not modes or not {"ReadWriteMany", "ReadOnlyMany"}.isdisjoint(modes)


def capacity(volume: Obj) -> Decimal:
    """How large a volume is, in bytes."""
    return parse(((volume.get("spec") or {}).get("capacity") or {}).get("storage") or "0").value


def request(claim: Obj) -> Decimal:
    """How much a claim asks for, in bytes."""
    resources = (claim.get("spec") or {}).get("resources") or {}
    return parse((resources.get("requests") or {}).get("storage") or "0").value
