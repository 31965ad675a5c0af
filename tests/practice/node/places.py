"""Services and their slices as tests of names and ways need them, in a store without anything else."""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj
from kx.practice.store import Store

Ports = tuple[tuple[str, int], ...]


def service(name: str, namespace: str = "default", **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": namespace}
    whole: Obj = {"type": "ClusterIP", "ports": [{"port": 80, "protocol": "TCP"}], **spec}
    if "clusterIP" in whole:
        whole.setdefault("clusterIPs", [whole["clusterIP"]])
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": whole}


def end(address: str, hostname: str = "", node: str = "node-1", **conditions: bool) -> Obj:
    named = {"hostname": hostname} if hostname else {}
    said = {"ready": True, "serving": True, "terminating": False, **conditions}
    return {"addresses": [address], "conditions": said, "nodeName": node, **named}


def slice_of(name: str, *ends: Obj, namespace: str = "default", ports: Ports = (("", 80),)) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{name}-",
            "namespace": namespace,
            "labels": {"kubernetes.io/service-name": name},
        },
        "addressType": "IPv4",
        "ports": [{"name": each, "port": number, "protocol": "TCP"} for each, number in ports],
        "endpoints": list(ends),
    }


def node(name: str, address: str) -> Obj:
    status = {"addresses": [{"type": "InternalIP", "address": address}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}


def namespace(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def fill(store: Store, *objects: Obj) -> Store:
    """Put objects in their places."""
    places = {
        "Service": "services",
        "EndpointSlice": "endpointslices.discovery.k8s.io",
        "Node": "nodes",
        "Namespace": "namespaces",
        "Ingress": "ingresses.networking.k8s.io",
        "IngressClass": "ingressclasses.networking.k8s.io",
    }
    for obj in objects:
        store.create(places[obj["kind"]], obj)
    return store
