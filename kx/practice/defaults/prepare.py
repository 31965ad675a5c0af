"""What the registry does with an object before it is validated and stored: status, generation, generated fields.

Rules: the ``strategy.go`` of each resource in Kubernetes' ``pkg/registry``. Pure; what needs other objects is
admission's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx.practice.defaults.qos import qos_class
from kx.practice.defaults.shapes import encode, fields, type_of
from kx.practice.resources import Resource
from kx.practice.status import Obj

Create = Callable[[Obj], Obj]
Update = Callable[[Obj, Obj], Obj]

_ADMISSION = "admissionregistration.k8s.io"
# Kinds that count the changes of what they want.
_COUNTED = frozenset(
    {
        "pods",
        "replicationcontrollers",
        "podtemplates",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "jobs.batch",
        "cronjobs.batch",
        "ingresses.networking.k8s.io",
        "ingressclasses.networking.k8s.io",
        "networkpolicies.networking.k8s.io",
        "poddisruptionbudgets.policy",
        "priorityclasses.scheduling.k8s.io",
        "endpointslices.discovery.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "deviceclasses.resource.k8s.io",
        "resourceslices.resource.k8s.io",
        f"validatingwebhookconfigurations.{_ADMISSION}",
        f"mutatingwebhookconfigurations.{_ADMISSION}",
        f"validatingadmissionpolicies.{_ADMISSION}",
        f"validatingadmissionpolicybindings.{_ADMISSION}",
        f"mutatingadmissionpolicies.{_ADMISSION}",
        f"mutatingadmissionpolicybindings.{_ADMISSION}",
    }
)
# A CSI driver is counted only from its first change on, a priority class never again.
_COUNTED_ON_UPDATE = (_COUNTED | {"csidrivers.storage.k8s.io"}) - {"priorityclasses.scheduling.k8s.io"}
# A node may be created with its status: the kubelet does so.
_KEEPS_STATUS_ON_CREATE = frozenset({"nodes"})


def prepare_create(resource: Resource, obj: Obj) -> Obj:
    """The object as it starts out; metadata.name and metadata.uid are set and defaults applied."""
    new = {**obj, "metadata": dict(obj.get("metadata") or {})}
    if resource.key in _COUNTED:
        new["metadata"]["generation"] = 1
    if resource.subresource("status") and resource.key not in _KEEPS_STATUS_ON_CREATE:
        new.pop("status", None)
    if resource.key in _ON_CREATE:
        new = _ON_CREATE[resource.key](new)
    return _with_empty_status(resource, new)


def prepare_update(resource: Resource, obj: Obj, old: Obj) -> Obj:
    """The object as it may replace ``old``: status stays, kept fields stay, changes are counted."""
    new = {**obj, "metadata": dict(obj.get("metadata") or {})}
    if resource.subresource("status"):
        new.pop("status", None)
        if "status" in old:
            new["status"] = old["status"]
    if resource.key in _ON_UPDATE:
        new = _ON_UPDATE[resource.key](new, old)
    if resource.key in _COUNTED_ON_UPDATE and _wants(resource, new) != _wants(resource, old):
        new["metadata"]["generation"] = int(old["metadata"].get("generation") or 0) + 1
    return new


def _wants(resource: Resource, obj: Obj) -> Obj:
    """All an object says but its metadata and status; a deployment's annotations count as well."""
    wanted = {key: value for key, value in obj.items() if key not in ("metadata", "status", "kind", "apiVersion")}
    if resource.key == "deployments.apps":
        wanted["annotations"] = obj["metadata"].get("annotations") or {}
    return wanted


def _with_empty_status(resource: Resource, obj: Obj) -> Obj:
    """Write the status a new object has, with the zero values that are always shown."""
    type_name = type_of(resource.group, resource.version, resource.kind)
    every = fields(type_name) if type_name else ()
    inner = next((field.type for field in every if field.name == "status"), None)
    if inner is None or inner.startswith("*"):
        return obj
    return {**obj, "status": encode(inner, obj.get("status") or {}, resource.group == "apiextensions.k8s.io")}


# Creation


def _pod(obj: Obj) -> Obj:
    status: Obj = {"phase": "Pending", "qosClass": qos_class(obj.get("spec") or {})}
    if (obj.get("spec") or {}).get("schedulingGates"):
        message = "Scheduling is blocked due to non-empty scheduling gates"
        gated = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": message}
        status["conditions"] = [gated]
    return {**obj, "status": status}


def _namespace(obj: Obj) -> Obj:
    finalizers = (obj.get("spec") or {}).get("finalizers") or []
    kept = finalizers if "kubernetes" in finalizers else [*finalizers, "kubernetes"]
    return {**obj, "spec": {**(obj.get("spec") or {}), "finalizers": kept}, "status": {"phase": "Active"}}


def _pending(obj: Obj) -> Obj:
    return {**obj, "status": {"phase": "Pending"}}


def _persistent_volume(obj: Obj) -> Obj:
    status: Obj = {"phase": "Pending"}
    created = obj["metadata"].get("creationTimestamp")
    if created:
        status["lastPhaseTransitionTime"] = created
    return {**obj, "status": status}


TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def _daemon_set(obj: Obj) -> Obj:
    annotations = {TEMPLATE_GENERATION: "1", **(obj["metadata"].get("annotations") or {})}
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


_UID_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid")
_NAME_LABELS = ("job-name", "batch.kubernetes.io/job-name")


def _job(obj: Obj) -> Obj:
    """A job selects its pods by its own uid, unless it is told to leave that to the user."""
    spec, metadata = dict(obj["spec"]), dict(obj["metadata"])
    if spec.get("manualSelector"):
        return obj
    template = dict(spec.get("template") or {})
    before = (template.get("metadata") or {}).get("labels") or {}
    name, uid = metadata.get("name") or "", metadata.get("uid") or ""
    labels = {**dict.fromkeys(_NAME_LABELS, name), **dict.fromkeys(_UID_LABELS, uid), **before}
    template["metadata"] = {**(template.get("metadata") or {}), "labels": labels}
    selector = dict(spec.get("selector") or {})
    selector["matchLabels"] = {_UID_LABELS[1]: uid, **(selector.get("matchLabels") or {})}
    # Labels a job took from its template stay the same as the template's.
    if not metadata.get("labels") or metadata["labels"] == before:
        metadata["labels"] = dict(labels)
    return {**obj, "metadata": metadata, "spec": {**spec, "selector": selector, "template": template}}


def _definition(obj: Obj) -> Obj:
    stored = [version["name"] for version in obj["spec"].get("versions") or () if version.get("storage")]
    return {**obj, "status": {"storedVersions": stored or None}}


def _api_service(obj: Obj) -> Obj:
    if (obj.get("spec") or {}).get("service") is not None:
        return obj
    available = {
        "type": "Available",
        "status": "True",
        "lastTransitionTime": obj["metadata"].get("creationTimestamp"),
        "reason": "Local",
        "message": "Local APIServices are always available",
    }
    return {**obj, "status": {"conditions": [available]}}


_ON_CREATE: Mapping[str, Create] = {
    "pods": _pod,
    "namespaces": _namespace,
    "persistentvolumes": _persistent_volume,
    "persistentvolumeclaims": _pending,
    "daemonsets.apps": _daemon_set,
    "jobs.batch": _job,
    "customresourcedefinitions.apiextensions.k8s.io": _definition,
    "apiservices.apiregistration.k8s.io": _api_service,
}


# Update


def _keep_spec(obj: Obj, old: Obj) -> Obj:
    return {**obj, "spec": old["spec"]} if "spec" in old else obj


def _update_namespace(obj: Obj, old: Obj) -> Obj:
    finalizers = (old.get("spec") or {}).get("finalizers")
    spec = {key: value for key, value in (obj.get("spec") or {}).items() if key != "finalizers"}
    return {**obj, "spec": {**spec, "finalizers": finalizers} if finalizers else spec}


def _update_daemon_set(obj: Obj, old: Obj) -> Obj:
    before = int((old["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION) or 0)
    count = before + (obj["spec"].get("template") != old["spec"].get("template"))
    annotations = {**(obj["metadata"].get("annotations") or {}), TEMPLATE_GENERATION: str(count)}
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


_WITH_NODE_PORTS = ("NodePort", "LoadBalancer")
_WITH_ADDRESS = ("ClusterIP", "NodePort", "LoadBalancer")


def _update_service(obj: Obj, old: Obj) -> Obj:
    """Fields that belonged to the old type go with it, unless they were changed as well."""
    spec, before = dict(obj.get("spec") or {}), old.get("spec") or {}

    def drop(*names: str) -> None:
        for name in names:
            if spec.get(name) == before.get(name):
                spec.pop(name, None)

    now, then = spec.get("type"), before.get("type")
    if then in _WITH_ADDRESS and now not in _WITH_ADDRESS:
        drop("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy")
    if then in _WITH_NODE_PORTS and now not in _WITH_NODE_PORTS:
        drop("healthCheckNodePort")
        if _node_ports(spec) == _node_ports(before):
            ports = spec.get("ports") or ()
            spec["ports"] = [{key: value for key, value in port.items() if key != "nodePort"} for port in ports]
        if not spec.get("externalIPs"):
            drop("externalTrafficPolicy")
    if then == "LoadBalancer" and now != "LoadBalancer":
        drop("allocateLoadBalancerNodePorts", "loadBalancerClass")
    return {**obj, "spec": spec}


def _node_ports(spec: Obj) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


_ON_UPDATE: Mapping[str, Update] = {
    "namespaces": _update_namespace,
    "daemonsets.apps": _update_daemon_set,
    "services": _update_service,
    "certificatesigningrequests.certificates.k8s.io": _keep_spec,
}
