"""What a cluster has before anybody asks for anything: namespaces, priority classes, the Services of API and DNS.

Only what is missing is made, so that a restart changes nothing. Nodes and service accounts have their own makers.
"""

from __future__ import annotations

from kx.practice.access.defaults import bootstrap_objects
from kx.practice.allocation import API_SERVER_IP, DNS_IP
from kx.practice.claims import CLASSES, DRIVER
from kx.practice.controllers.world import Api
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
API_SERVER_PORT = 6443
DNS = "kube-dns"
_MADE = "made.kx"  # what was made once, and may have been deleted since
_DNS_LABELS = {"k8s-app": DNS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
_DNS_PORTS = (("dns", "UDP"), ("dns-tcp", "TCP"))
_CRITICAL = {
    "system-cluster-critical": (
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    "system-node-critical": (
        2_000_001_000,
        "Used for system critical pods that must not be moved from their node.",
    ),
}


def bootstrap(store: Store, api: Api) -> None:
    """Make what is missing."""
    for name in NAMESPACES:
        _ensure(store, api, "namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for name, (value, description) in _CRITICAL.items():
        _ensure(store, api, "priorityclasses.scheduling.k8s.io", _priority_class(name, value, description))
    _ensure(store, api, "ingressclasses.networking.k8s.io", _ingress_class())
    for resource, obj in bootstrap_objects():
        _ensure(store, api, resource, obj)
    _ensure(store, api, "services", _service())
    _ensure_dns(store, api)
    if store.find(_MADE, _MADE, "storage") is None:
        # Only once: whoever deletes the class does not want it back.
        _ensure(store, api, "csidrivers.storage.k8s.io", _driver())
        _ensure(store, api, CLASSES, _storage_class())
        store.keep(_MADE, {"metadata": {"namespace": _MADE, "name": "storage"}})


def _driver() -> Obj:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "CSIDriver",
        "metadata": {"name": DRIVER},
        "spec": {"attachRequired": True, "podInfoOnMount": False, "volumeLifecycleModes": ["Persistent"]},
    }


def _storage_class() -> Obj:
    """As most clusters have one: claims that name no class get a disk from it, at once."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": DRIVER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": True,
    }


def _ensure_dns(store: Store, api: Api) -> None:
    """The Service of cluster DNS, unless somebody's own Service has its address."""
    try:
        _ensure(store, api, "services", _dns_service())
    except ApiError as error:
        if error.reason != "Invalid":
            raise


def publish_api_server(store: Store, api: Api) -> None:
    """Endpoints of ``kubernetes`` and ``kube-dns``: API server and DNS, as pods see them, are on the first node."""
    address = first_address(store)
    if not address:
        return
    _ensure(store, api, "endpoints", _endpoints(address))
    _ensure(store, api, "endpointslices.discovery.k8s.io", _slice(address))
    if store.find("services", "kube-system", DNS) is not None:
        _ensure(store, api, "endpoints", _dns_endpoints(address))


def first_address(store: Store) -> str:
    """The first node's address; "" while there is no node."""
    for node in store.list("nodes"):
        for each in (node.get("status") or {}).get("addresses") or ():
            if each["type"] == "InternalIP":
                return str(each["address"])
    return ""


def _ensure(store: Store, api: Api, resource: str, obj: Obj) -> None:
    metadata = obj["metadata"]
    if store.find(resource, metadata.get("namespace", ""), metadata["name"]) is None:
        api.create(resource, obj)


def _priority_class(name: str, value: int, description: str) -> Obj:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "description": description,
        "preemptionPolicy": "PreemptLowerPriority",
    }


def _service() -> Obj:
    port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": API_SERVER_PORT}
    labels = {"component": "apiserver", "provider": "kubernetes"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": labels},
        "spec": {"clusterIP": API_SERVER_IP, "ports": [port], "type": "ClusterIP", "sessionAffinity": "None"},
    }


def _endpoints(address: str) -> Obj:
    labels = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    port = {"name": "https", "port": API_SERVER_PORT, "protocol": "TCP"}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": labels},
        "subsets": [{"addresses": [{"ip": address}], "ports": [port]}],
    }


def _slice(address: str) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": API_SERVER_PORT, "protocol": "TCP"}],
    }


def _ingress_class() -> Obj:
    """The class of the Ingress controller. It is no default: the controller also serves Ingresses without a class."""
    parts = {"component": "controller", "instance": "ingress-nginx", "name": "ingress-nginx"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {
            "name": "nginx",
            "labels": {f"app.kubernetes.io/{name}": value for name, value in parts.items()},
        },
        "spec": {"controller": "k8s.io/ingress-nginx"},
    }


def _dns_service() -> Obj:
    """Without a selector: no pod runs the DNS of the practice cluster."""
    ports = [{"name": name, "port": 53, "protocol": protocol, "targetPort": 53} for name, protocol in _DNS_PORTS]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": DNS, "namespace": "kube-system", "labels": dict(_DNS_LABELS)},
        "spec": {"clusterIP": DNS_IP, "ports": ports, "type": "ClusterIP", "sessionAffinity": "None"},
    }


def _dns_endpoints(address: str) -> Obj:
    ports = [{"name": name, "port": 53, "protocol": protocol} for name, protocol in _DNS_PORTS]
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": DNS, "namespace": "kube-system", "labels": dict(_DNS_LABELS)},
        "subsets": [{"addresses": [{"ip": address}], "ports": ports}],
    }
