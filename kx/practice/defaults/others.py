"""Defaults of everything but workloads: services, storage, cluster objects, access control, webhooks, extensions.

Rules: ``SetDefaults_*`` in the ``defaults.go`` of Kubernetes' API groups. One table, most of it single fields.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from kx.practice.defaults.pods import Rule, pointer_setter, resource_list, setter
from kx.practice.status import Obj

_RBAC = "rbac.authorization.k8s.io"
_NAMED = ("ClusterIP", "NodePort", "LoadBalancer")


def service(obj: Obj) -> None:
    """SetDefaults_Service; ``clusterIP`` and ``clusterIPs`` say the same."""
    spec = obj.setdefault("spec", {})
    setter(sessionAffinity="None", type="ClusterIP")(spec)
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        config = spec.get("sessionAffinityConfig") or {}
        if (config.get("clientIP") or {}).get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    for port in spec.get("ports") or ():
        setter(protocol="TCP", targetPort=port.get("port"))(port)
    reachable = spec["type"] in ("NodePort", "LoadBalancer") or (
        spec["type"] == "ClusterIP" and bool(spec.get("externalIPs"))
    )
    if reachable:
        setter(externalTrafficPolicy="Cluster")(spec)
    if spec["type"] in _NAMED:
        pointer_setter(internalTrafficPolicy="Cluster")(spec)
    if spec["type"] == "LoadBalancer":
        pointer_setter(allocateLoadBalancerNodePorts=True)(spec)
        for ingress in ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
            if ingress.get("ip"):
                pointer_setter(ipMode="VIP")(ingress)


def secret(obj: Obj) -> None:
    """SetDefaults_Secret; ``stringData`` is write-only and moves into ``data`` (conversion)."""
    setter(type="Opaque")(obj)
    plain = obj.pop("stringData", None) or {}
    if plain:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        obj["data"] = {**(obj.get("data") or {}), **encoded}


def namespace(obj: Obj) -> None:
    """SetDefaults_Namespace: a namespace carries its own name as a label."""
    metadata = obj.setdefault("metadata", {})
    if metadata.get("name"):
        metadata["labels"] = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata["name"]}


def node_spec(obj: Obj) -> None:
    """``podCIDR`` and ``podCIDRs`` say the same (conversion of NodeSpec)."""
    if obj.get("podCIDR") and not obj.get("podCIDRs"):
        obj["podCIDRs"] = [obj["podCIDR"]]
    elif obj.get("podCIDRs") and not obj.get("podCIDR"):
        obj["podCIDR"] = obj["podCIDRs"][0]


def node_status(obj: Obj) -> None:
    """SetDefaults_NodeStatus: all of the capacity is allocatable unless said otherwise."""
    if obj.get("allocatable") is None and obj.get("capacity") is not None:
        obj["allocatable"] = dict(obj["capacity"])
    resource_list(obj, "capacity")
    resource_list(obj, "allocatable")


def limit_range_item(obj: Obj) -> None:
    """SetDefaults_LimitRangeItem: for containers, limits come from the maximum, requests from limits or minimum."""
    if obj.get("type") == "Container":
        obj["default"] = {**(obj.get("max") or {}), **(obj.get("default") or {})}
        obj["defaultRequest"] = {**(obj.get("min") or {}), **obj["default"], **(obj.get("defaultRequest") or {})}
    for name in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        resource_list(obj, name)


def network_policy(obj: Obj) -> None:
    """SetDefaults_NetworkPolicy: Ingress always, Egress when there are egress rules."""
    spec = obj.setdefault("spec", {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def role_binding(obj: Obj) -> None:
    """SetDefaults_RoleBinding."""
    setter(apiGroup=_RBAC)(obj.setdefault("roleRef", {}))


def subject(obj: Obj) -> None:
    """SetDefaults_Subject: users and groups belong to the access-control group."""
    if obj.get("kind") in ("User", "Group"):
        setter(apiGroup=_RBAC)(obj)


def webhook(obj: Obj) -> None:
    """SetDefaults_ValidatingWebhook."""
    pointer_setter(
        failurePolicy="Fail", matchPolicy="Equivalent", namespaceSelector={}, objectSelector={}, timeoutSeconds=10
    )(obj)


def mutating_webhook(obj: Obj) -> None:
    """SetDefaults_MutatingWebhook."""
    webhook(obj)
    pointer_setter(reinvocationPolicy="Never")(obj)


def match_resources(obj: Obj) -> None:
    """SetDefaults_MatchResources."""
    pointer_setter(matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})(obj)


def definition(obj: Obj) -> None:
    """SetDefaults_CustomResourceDefinition."""
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    kind = names.get("kind") or ""
    setter(singular=kind.lower())(names)
    if kind:
        setter(listKind=kind + "List")(names)
    if spec.get("conversion") is None:
        spec["conversion"] = {"strategy": "None"}
    status = obj.get("status") or {}
    if not status.get("storedVersions"):
        stored = [version.get("name") for version in spec.get("versions") or () if version.get("storage")]
        obj["status"] = {**status, "storedVersions": stored[:1]}


def ingress_class(obj: Obj) -> None:
    """SetDefaults_IngressClass."""
    parameters = (obj.get("spec") or {}).get("parameters")
    if parameters is not None:
        pointer_setter(scope="Cluster")(parameters)


def device_request(obj: Obj) -> None:
    """SetDefaults_ExactDeviceRequest."""
    setter(allocationMode="ExactCount")(obj)
    if obj["allocationMode"] == "ExactCount":
        setter(count=1)(obj)


_CSI_DRIVER: Rule = pointer_setter(
    attachRequired=True,
    podInfoOnMount=False,
    storageCapacity=False,
    fsGroupPolicy="ReadWriteOnceWithFSType",
    requiresRepublish=False,
    seLinuxMount=False,
)


def csi_driver_spec(obj: Obj) -> None:
    """SetDefaults_CSIDriver."""
    _CSI_DRIVER(obj)
    setter(volumeLifecycleModes=["Persistent"])(obj)


_HTTPS = pointer_setter(port=443)

RULES: Mapping[str, Rule] = {
    "core.Service": service,
    "core.Secret": secret,
    "core.Namespace": namespace,
    "core.NamespaceStatus": setter(phase="Active"),
    "core.NodeSpec": node_spec,
    "core.NodeStatus": node_status,
    "core.LimitRangeItem": limit_range_item,
    "core.ResourceQuotaSpec": lambda obj: resource_list(obj, "hard"),
    "core.EndpointPort": setter(protocol="TCP"),
    "core.PersistentVolumeSpec": lambda obj: (
        setter(persistentVolumeReclaimPolicy="Retain")(obj),
        pointer_setter(volumeMode="Filesystem")(obj),
    )[0],
    "core.PersistentVolumeStatus": setter(phase="Pending"),
    "core.PersistentVolumeClaimSpec": pointer_setter(volumeMode="Filesystem"),
    "core.PersistentVolumeClaimStatus": setter(phase="Pending"),
    "networking.NetworkPolicy": network_policy,
    "networking.NetworkPolicyPort": pointer_setter(protocol="TCP"),
    "networking.IngressClass": ingress_class,
    "discovery.EndpointPort": pointer_setter(name="", protocol="TCP"),
    "rbac.RoleBinding": role_binding,
    "rbac.ClusterRoleBinding": role_binding,
    "rbac.Subject": subject,
    "scheduling.PriorityClass": pointer_setter(preemptionPolicy="PreemptLowerPriority"),
    "storage.StorageClass": pointer_setter(reclaimPolicy="Delete", volumeBindingMode="Immediate"),
    "storage.CSIDriverSpec": csi_driver_spec,
    "admissionregistration.ValidatingWebhook": webhook,
    "admissionregistration.MutatingWebhook": mutating_webhook,
    "admissionregistration.RuleWithOperations": pointer_setter(scope="*"),
    "admissionregistration.NamedRuleWithOperations": pointer_setter(scope="*"),
    "admissionregistration.ServiceReference": _HTTPS,
    "admissionregistration.ValidatingAdmissionPolicySpec": pointer_setter(failurePolicy="Fail"),
    "admissionregistration.MatchResources": match_resources,
    "admissionregistration.MutatingAdmissionPolicySpec": pointer_setter(failurePolicy="Fail"),
    "apiregistration.ServiceReference": _HTTPS,
    "apiextensions.CustomResourceDefinition": definition,
    "apiextensions.ServiceReference": _HTTPS,
    "flowcontrol.FlowSchemaSpec": setter(matchingPrecedence=1000),
    "flowcontrol.LimitedPriorityLevelConfiguration": pointer_setter(nominalConcurrencyShares=30, lendablePercent=0),
    "flowcontrol.ExemptPriorityLevelConfiguration": pointer_setter(nominalConcurrencyShares=0, lendablePercent=0),
    "flowcontrol.QueuingConfiguration": setter(handSize=8, queues=64, queueLengthLimit=50),
    "resource.ExactDeviceRequest": device_request,
    "resource.DeviceSubRequest": device_request,
    "resource.DeviceToleration": setter(operator="Equal"),
}
