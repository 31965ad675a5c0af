"""Pods, claims, limit ranges and quotas as tests write them."""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj


def container(name: str = "c", requests: str = "", limits: str = "", **more: Any) -> Obj:
    """One container; amounts are written ``cpu=1,memory=1Gi``."""
    resources = {field: amounts(text) for field, text in (("requests", requests), ("limits", limits)) if text}
    return {"name": name, "image": "nginx", "resources": resources, **more}


def amounts(text: str) -> Obj:
    return dict(part.split("=") for part in text.split(",") if part)


def pod(*containers: Obj, name: str = "p", **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": "default", "uid": name}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": list(containers), **spec}}


def claim(size: str, name: str = "data", **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec},
    }


def service(name: str, kind: str, *ports: int, **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": "default"}
    opened = [{"name": f"p{port}", "port": port} for port in ports]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"type": kind, "ports": opened, **spec},
    }


def config_map(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


def limit_range(*items: Obj, name: str = "bounds") -> Obj:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata, "spec": {"limits": list(items)}}


def quota(hard: str, used: str | None = None, name: str = "q", **spec: Any) -> Obj:
    """A quota; with ``used``, as the controller leaves it."""
    made: Obj = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"hard": amounts(hard), **spec},
    }
    if used is not None:
        made["status"] = {"hard": amounts(hard), "used": amounts(used)}
    return made
