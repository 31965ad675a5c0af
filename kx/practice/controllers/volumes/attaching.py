"""Attaches volumes to the nodes whose pods need them, and detaches them when nobody there does any more.

Rules: pkg/controller/volume/attachdetach. A volume that one node at a time may have stays with the node that has it:
this is where ReadWriteOnce shows that it means one node, and not one pod. Keys are volumes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from kx.practice.claims import ATTACHMENTS, CLAIMS, VOLUMES, is_attached, is_bound, many_nodes, uses
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node import machines
from kx.practice.status import ApiError, Obj

SOURCE = "attachdetach-controller"
_SECONDS = 0.3  # to attach
_LONGEST_UNMOUNT = 360.0  # a node that says nothing keeps its volumes for so long
_OVER = ("Succeeded", "Failed")


class AttachDetachController:
    """Keeps VolumeAttachments, and what nodes say of them."""

    name = "persistentvolume-attach-detach-controller"

    def __init__(self, world: World) -> None:
        self._world = world
        self._told: dict[str, frozenset[str]] = {}  # volume -> uids of pods that know why it does not come
        self._due: dict[tuple[str, str], float] = {}  # volume and node -> when it is attached, as a timestamp
        self._leaving: dict[tuple[str, str], float] = {}  # since when a silent node should give a volume back
        self.watches: Mapping[str, KeysOf] = {
            "pods": self._of_pod,
            CLAIMS: self._of_claim,
            VOLUMES: lambda event: (("", event.object["metadata"]["name"]),),
            ATTACHMENTS: self._of_attachment,
            "nodes": self._of_node,
        }

    # Who has to be looked at

    def _of_pod(self, event: Event) -> Iterator[Key]:
        for use in uses(event.object):
            claim = self._world.store.find(CLAIMS, event.object["metadata"]["namespace"], use.claim)
            if claim is not None and claim["spec"].get("volumeName"):
                yield "", claim["spec"]["volumeName"]

    def _of_claim(self, event: Event) -> Iterator[Key]:
        name = event.object["spec"].get("volumeName")
        if name:
            yield "", name

    def _of_attachment(self, event: Event) -> Iterator[Key]:
        name = _volume_name(event.object)
        if name:
            yield "", name

    def _of_node(self, event: Event) -> Iterator[Key]:
        if event.type != "MODIFIED":
            yield from (("", _volume_name(one)) for one in self._world.store.list(ATTACHMENTS) if _volume_name(one))

    # Doing

    def reconcile(self, world: World, key: Key) -> float | None:
        """One volume: off the nodes that do not need it, onto those that do."""
        volume, name = world.store.find(VOLUMES, *key), key[1]
        pods = self._users(volume) if volume is not None and is_attached(volume) else {}
        attached = {one["spec"]["nodeName"]: one for one in world.store.list(ATTACHMENTS) if _volume_name(one) == name}
        wakes = [self._detach(node, attached.pop(node)) for node in sorted(attached.keys() - pods.keys())]
        here = {one["spec"]["nodeName"] for one in world.store.list(ATTACHMENTS) if _volume_name(one) == name}
        blocked: list[Obj] = []
        for node in sorted(pods):
            if node in attached or volume is None:
                continue
            if here and not many_nodes(volume):
                blocked += pods[node]
                continue
            here.add(node)
            wakes.append(self._attach(volume, node, pods[node]))
        self._complain(name, blocked, [pod for node in here for pod in pods.get(node, ())])
        return min((wake for wake in wakes if wake is not None), default=None)

    def _users(self, volume: Obj) -> dict[str, list[Obj]]:
        """The pods that use a volume, by the node they are on."""
        reference = volume["spec"].get("claimRef") or {}
        claim = self._world.store.find(CLAIMS, reference.get("namespace", ""), reference.get("name", ""))
        found: dict[str, list[Obj]] = {}
        if claim is None or not is_bound(claim) or claim["spec"]["volumeName"] != volume["metadata"]["name"]:
            return found
        for pod in self._world.store.list("pods", claim["metadata"]["namespace"]):
            node = pod["spec"].get("nodeName")
            over = (pod.get("status") or {}).get("phase") in _OVER
            used = any(use.claim == claim["metadata"]["name"] for use in uses(pod))
            if used and node and not over and self._world.store.find("nodes", "", node) is not None:
                found.setdefault(node, []).append(pod)
        return found

    def _attach(self, volume: Obj, node: str, pods: list[Obj]) -> float | None:
        name = volume["metadata"]["name"]
        now = self._world.now().timestamp()
        due = self._due.setdefault((name, node), now + self._world.options.paced(_SECONDS))
        if now < due:
            return due - now
        del self._due[name, node]
        made = self._world.api.create(ATTACHMENTS, _attachment(volume, node))
        self._world.api.update_status(ATTACHMENTS, {**made, "status": {"attached": True}})
        self._note(node)
        for pod in pods:
            # The blank at the end is Kubernetes' own.
            self._tell(pod, "Normal", "SuccessfulAttachVolume", f'AttachVolume.Attach succeeded for volume "{name}" ')
        return None

    def _detach(self, node: str, attachment: Obj) -> float | None:
        """Take a volume off a node, at once where its kubelet is there to have unmounted it."""
        key = _volume_name(attachment), node
        known = self._world.store.find("nodes", "", node)
        if known is not None and machines.is_off(self._world.store, node) and not _is_out_of_service(known):
            now = self._world.now().timestamp()
            left = self._leaving.setdefault(key, now) + _LONGEST_UNMOUNT - now
            if left > 0:
                return left
        self._leaving.pop(key, None)
        try:
            self._world.api.delete(ATTACHMENTS, "", attachment["metadata"]["name"])
        except ApiError as error:
            if error.reason != "NotFound":
                raise
        self._note(node)
        return None

    def _note(self, node: str) -> None:
        """The node's status names what is attached to it."""
        known = self._world.store.find("nodes", "", node)
        if known is None:
            return
        volumes = []
        for one in self._world.store.list(ATTACHMENTS):
            volume = self._world.store.find(VOLUMES, "", _volume_name(one))
            if one["spec"]["nodeName"] == node and volume is not None:
                volumes.append({"name": _unique_name(volume), "devicePath": ""})
        names = [one["name"] for one in volumes]
        status = {**(known.get("status") or {}), "volumesAttached": volumes, "volumesInUse": names}
        if not volumes:
            del status["volumesAttached"], status["volumesInUse"]
        self._world.store.update("nodes", {**known, "status": status})

    def _complain(self, name: str, blocked: list[Obj], holders: list[Obj]) -> None:
        """Tell each pod that waits, once, who has the volume."""
        told = self._told.get(name, frozenset())
        for pod in blocked:
            if pod["metadata"]["uid"] not in told:
                why = _multi_attach(pod, holders)
                self._tell(pod, "Warning", "FailedAttachVolume", f'Multi-Attach error for volume "{name}" {why}')
        if blocked:
            self._told[name] = frozenset(pod["metadata"]["uid"] for pod in blocked)
        else:
            self._told.pop(name, None)

    def _tell(self, pod: Obj, kind: str, reason: str, message: str) -> None:
        self._world.events.record(pod, "Warning" if kind == "Warning" else "Normal", reason, message, SOURCE)


def _multi_attach(pod: Obj, holders: list[Obj]) -> str:
    """Who has the volume, without a name from another namespace."""
    namespace = pod["metadata"]["namespace"]
    names = [one["metadata"]["name"] for one in holders if one["metadata"]["namespace"] == namespace]
    others = len(holders) - len(names)
    if not holders:
        return "Volume is already exclusively attached to one node and can't be attached to another"
    if not names:
        return f"Volume is already used by {others} pod(s) in different namespaces"
    more = f" and {others} pod(s) in different namespaces" if others else ""
    return f"Volume is already used by pod(s) {', '.join(names)}{more}"


def _volume_name(attachment: Obj) -> str:
    return str(attachment["spec"]["source"].get("persistentVolumeName") or "")


def _driver(volume: Obj) -> str:
    return str((volume["spec"].get("csi") or {}).get("driver") or "kubernetes.io/in-tree")


def _handle(volume: Obj) -> str:
    return str((volume["spec"].get("csi") or {}).get("volumeHandle") or volume["metadata"]["name"])


def _unique_name(volume: Obj) -> str:
    return f"kubernetes.io/csi/{_driver(volume)}^{_handle(volume)}"


def _attachment(volume: Obj, node: str) -> Obj:
    driver = _driver(volume)
    digest = hashlib.sha256(f"{_handle(volume)}{driver}{node}".encode()).hexdigest()
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": f"csi-{digest}"},
        "spec": {
            "attacher": driver,
            "nodeName": node,
            "source": {"persistentVolumeName": volume["metadata"]["name"]},
        },
    }


def _is_out_of_service(node: Obj) -> bool:
    taints = (node.get("spec") or {}).get("taints") or ()
    return any(taint["key"] == "node.kubernetes.io/out-of-service" for taint in taints)
