"""Defaults of pods and of everything a pod spec holds: containers, probes, volumes, environment.

Rules: ``SetDefaults_*`` in Kubernetes' ``pkg/apis/core/v1/defaults.go``. Knows nothing of the other objects that
carry pod templates.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from kx.practice.defaults.shapes import fields
from kx.practice.quantity import parse, round_up_milli
from kx.practice.status import Obj

Rule = Callable[[Obj], None]

_TAG = re.compile(r":([\w][\w.-]{0,127})$")


def setter(**values: Any) -> Rule:
    """A rule that fills in fields that are missing or empty (0, "", null)."""

    def fill(obj: Obj) -> None:
        for name, value in values.items():
            if not obj.get(name):
                obj[name] = copy.copy(value)

    return fill


def pointer_setter(**values: Any) -> Rule:
    """A rule that fills in fields that are missing or null; 0, "" and false stay."""

    def fill(obj: Obj) -> None:
        for name, value in values.items():
            if obj.get(name) is None:
                obj[name] = copy.copy(value)

    return fill


def pull_policy(image: str) -> str:
    """``Always`` for the tag ``latest``, said or implied; a digest pins the image."""
    reference, at, _ = image.partition("@")
    found = _TAG.search(reference.rsplit("/", 1)[-1])
    tag = found[1] if found else "" if at else "latest"
    return "Always" if tag == "latest" else "IfNotPresent"


def container(obj: Obj) -> None:
    """SetDefaults_Container."""
    if not obj.get("imagePullPolicy"):
        obj["imagePullPolicy"] = pull_policy(obj.get("image") or "")
    setter(terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")(obj)


def volume(obj: Obj) -> None:
    """SetDefaults_Volume: without any source it is an emptyDir."""
    if all(obj.get(field.name) is None for field in fields("core.Volume") if field.name != "name"):
        obj["emptyDir"] = {}
    image = obj.get("image")
    if image is not None and not image.get("pullPolicy"):
        image["pullPolicy"] = pull_policy(image.get("reference") or "")


def resource_list(obj: Obj, name: str) -> None:
    """SetDefaults_ResourceList: amounts are kept to a thousandth."""
    if obj.get(name):
        obj[name] = {key: round_up_milli(amount) for key, amount in obj[name].items()}


def requirements(obj: Obj) -> None:
    """Limits and requests, kept to a thousandth."""
    resource_list(obj, "limits")
    resource_list(obj, "requests")


def _requests_from_limits(one: Obj) -> None:
    resources = one.get("resources") or {}
    if resources.get("limits"):
        resources["requests"] = {**resources["limits"], **(resources.get("requests") or {})}


def _pod_level_requests(spec: Obj) -> None:
    """defaultPodRequests: what containers ask for together, then the pod's own limits."""
    resources = spec.get("resources") or {}
    limits = resources.get("limits")
    if not limits:
        return
    requests: Obj = dict(resources.get("requests") or {})
    for name, amount in _aggregate_requests(spec).items():
        if name in ("cpu", "memory"):
            requests.setdefault(name, amount)
    for name, amount in limits.items():
        if name in ("cpu", "memory") or name.startswith("hugepages-"):
            requests.setdefault(name, amount)
    resources["requests"] = requests


def _aggregate_requests(spec: Obj) -> dict[str, str]:
    total: dict[str, Any] = {}
    for one in spec.get("containers") or ():
        for name, amount in ((one.get("resources") or {}).get("requests") or {}).items():
            mine = parse(amount)
            total[name] = type(mine)(total[name].value + mine.value, total[name].family) if name in total else mine
    for one in spec.get("initContainers") or ():
        for name, amount in ((one.get("resources") or {}).get("requests") or {}).items():
            mine = parse(amount)
            if name not in total or mine.value > total[name].value:
                total[name] = mine
    return {name: str(amount) for name, amount in total.items()}


def pod(obj: Obj) -> None:
    """SetDefaults_Pod: what a pod gets and a pod template does not."""
    spec = obj.get("spec") or {}
    everything = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    for one in everything:
        _requests_from_limits(one)
    _pod_level_requests(spec)
    pointer_setter(enableServiceLinks=True)(spec)
    if spec.get("hostNetwork"):
        for one in everything:
            for port in one.get("ports") or ():
                if not port.get("hostPort"):
                    port["hostPort"] = port.get("containerPort")


def pod_spec(obj: Obj) -> None:
    """SetDefaults_PodSpec; the old name of the service account is kept beside the new one."""
    account = obj.get("serviceAccountName") or obj.get("serviceAccount")
    if account:
        obj["serviceAccountName"] = obj["serviceAccount"] = account
    setter(dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler")(obj)
    pointer_setter(terminationGracePeriodSeconds=30)(obj)
    if obj.get("securityContext") is None:
        obj["securityContext"] = {}


def pod_status(obj: Obj) -> None:
    """The plural addresses and the singular ones say the same (conversion of PodStatus)."""
    for one, many in (("podIP", "podIPs"), ("hostIP", "hostIPs")):
        if obj.get(one) and not obj.get(many):
            obj[many] = [{"ip": obj[one]}]
        elif obj.get(many) and not obj.get(one):
            obj[one] = obj[many][0]["ip"]


_MODE = pointer_setter(defaultMode=0o644)
_RBD = setter(pool="rbd", user="admin", keyring="/etc/ceph/keyring")
_SCALE_IO = setter(storageMode="ThinProvisioned", fsType="xfs")

RULES: Mapping[str, Rule] = {
    "core.Pod": pod,
    "core.PodSpec": pod_spec,
    "core.PodStatus": pod_status,
    "core.Container": container,
    "core.EphemeralContainer": container,
    "core.ContainerPort": setter(protocol="TCP"),
    "core.ResourceRequirements": requirements,
    "core.VolumeResourceRequirements": requirements,
    "core.Probe": setter(timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3),
    "core.HTTPGetAction": setter(path="/", scheme="HTTP"),
    "core.GRPCAction": pointer_setter(service=""),
    "core.ObjectFieldSelector": setter(apiVersion="v1"),
    "core.FileKeySelector": pointer_setter(optional=False),
    "core.Volume": volume,
    "core.HostPathVolumeSource": pointer_setter(type=""),
    "core.SecretVolumeSource": _MODE,
    "core.ConfigMapVolumeSource": _MODE,
    "core.DownwardAPIVolumeSource": _MODE,
    "core.ProjectedVolumeSource": _MODE,
    "core.ServiceAccountTokenProjection": pointer_setter(expirationSeconds=3600),
    "core.ISCSIVolumeSource": setter(iscsiInterface="default"),
    "core.ISCSIPersistentVolumeSource": setter(iscsiInterface="default"),
    "core.RBDVolumeSource": _RBD,
    "core.RBDPersistentVolumeSource": _RBD,
    "core.ScaleIOVolumeSource": _SCALE_IO,
    "core.ScaleIOPersistentVolumeSource": _SCALE_IO,
    "core.AzureDiskVolumeSource": pointer_setter(cachingMode="ReadWrite", fsType="ext4", readOnly=False, kind="Shared"),
}
