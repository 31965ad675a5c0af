"""A cluster small enough for a test: a store, a clock one winds by hand, and an API without sockets."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from kx.practice.controllers.manager import Manager
from kx.practice.controllers.setup import controllers
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj, forbidden
from kx.practice.store import Store


class Clock:
    """Stands still until advanced."""

    def __init__(self) -> None:
        self._now = datetime(2030, 1, 1, tzinfo=timezone.utc)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds


def merge(old: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


class PlainApi:
    """The write pipeline without admission and validation: generations, status apart, deletion."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def create(self, resource: str, obj: Obj) -> Obj:
        created = copy.deepcopy(obj)
        self._refuse_when_it_ends(resource, created["metadata"])
        created["metadata"]["generation"] = 1
        if resource == "pods":
            created["status"] = {"phase": "Pending"}
        return self._store.create(resource, created)

    def _refuse_when_it_ends(self, resource: str, metadata: Obj) -> None:
        found = self._store.find("namespaces", "", metadata.get("namespace", ""))
        if found and found["metadata"].get("deletionTimestamp"):
            refusal = forbidden(resource, metadata.get("name", ""), "it is being terminated")
            cause = {"reason": "NamespaceTerminating"}
            raise ApiError(403, "Forbidden", refusal.message, {"causes": [cause]})

    def update(self, resource: str, obj: Obj) -> Obj:
        metadata = obj["metadata"]
        old = self._store.get(resource, metadata.get("namespace", ""), metadata["name"])
        changed = obj.get("spec") != old.get("spec")
        generation = old["metadata"].get("generation", 1) + (1 if changed else 0)
        kept = {"generation": generation}
        updated = {**obj, "metadata": {**metadata, **kept}}
        if "status" in old:
            updated["status"] = old["status"]
        return self._store.update(resource, updated)

    def update_status(self, resource: str, obj: Obj) -> Obj:
        metadata = obj["metadata"]
        old = self._store.get(resource, metadata.get("namespace", ""), metadata["name"])
        version = metadata.get("resourceVersion", old["metadata"]["resourceVersion"])
        kept = {"resourceVersion": version}
        if metadata.get("annotations"):
            kept["annotations"] = metadata["annotations"]
        merged = {**old, "metadata": {**old["metadata"], **kept}, "status": obj["status"]}
        return self._store.update(resource, merged)

    def patch(self, resource: str, namespace: str, name: str, patch: Obj) -> Obj:
        return self.update(resource, merge(self._store.get(resource, namespace, name), patch))

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        uid: str = "",
        grace_seconds: int | None = None,
    ) -> Obj | None:
        old = self._store.get(resource, namespace, name)
        metadata = dict(old["metadata"])
        finalizers = list(metadata.get("finalizers") or [])
        if propagation == "Foreground":
            finalizers.append("foregroundDeletion")
        if propagation == "Orphan":
            finalizers.append("orphan")
        grace = 0
        if resource == "pods":
            grace = 30 if grace_seconds is None else grace_seconds
            grace = grace if (old.get("spec") or {}).get("nodeName") else 0
        namespaced = resource == "namespaces" and (old.get("spec") or {}).get("finalizers")
        if not finalizers and not grace and not namespaced:
            return self._store.delete(resource, namespace, name)
        if metadata.get("deletionTimestamp"):
            return old
        gone = self._now() + timedelta(seconds=grace)
        metadata["deletionTimestamp"] = gone.strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata["deletionGracePeriodSeconds"] = grace
        if finalizers:
            metadata["finalizers"] = finalizers
        return self._store.update(resource, {**old, "metadata": metadata})


class Cluster:
    """Controllers over a store, and a kubelet that obeys the test."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = Store(now=self.clock.now)
        self.api = PlainApi(self.store, self.clock.now)
        self.world = World(self.store, self.clock.now, self.api, certificate="the certificate")
        self.manager = Manager(
            self.world, controllers(self.world), monotonic=self.clock.monotonic, stopwatch=lambda: 0.0
        )
        self._addresses = itertools.count(1)
        for name, zone in (("node-1", "a"), ("node-2", "b")):
            labels = {"topology.kubernetes.io/zone": zone}
            metadata = {"name": name, "labels": labels}
            self.store.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}})
        for name in ("default", "other"):
            self.store.create("namespaces", namespace(name))

    def close(self) -> None:
        self.store.close()

    # What kubectl would do

    def apply(self, resource: str, obj: Obj) -> Obj:
        """Create, or replace what is there."""
        metadata = obj["metadata"]
        known = self.store.find(resource, metadata.get("namespace", ""), metadata["name"])
        return self.api.create(resource, obj) if known is None else self.api.update(resource, obj)

    def patch(self, resource: str, name: str, patch: Obj) -> Obj:
        return self.api.patch(resource, "default", name, patch)

    def get(self, resource: str, name: str) -> Obj:
        return self.store.get(resource, "default", name)

    def names(self, resource: str) -> list[str]:
        return [obj["metadata"]["name"] for obj in self.store.list(resource, "default")]

    def messages(self, reason: str) -> list[str]:
        events = sorted(self.store.list("events"), key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [event["message"] for event in events if event["reason"] == reason]

    # What kubelets would do

    def settle(self, within: float = 0.0) -> None:
        """Let the controllers work until they have nothing to do (``within`` seconds of the clock)."""
        self.manager.settle(self.clock.advance, within)

    def pods(self, **labels: str) -> list[Obj]:
        pods = self.store.list("pods", "default")
        return [pod for pod in pods if labels.items() <= (pod["metadata"].get("labels") or {}).items()]

    def start(self, pod: Obj, ready: bool = True, node: str = "node-1") -> Obj:
        """Run a pod on a node."""
        placed = self.store.update("pods", {**pod, "spec": {**pod["spec"], "nodeName": node}})
        now = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        number = next(self._addresses)
        address = f"10.244.{number // 250}.{number % 250 + 1}"
        condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": now}
        status = {
            "phase": "Running",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": [condition],
        }
        return self.store.update("pods", {**placed, "status": status})

    def bury(self, pod: Obj) -> None:
        """End a pod that was told to stop."""
        self.store.delete("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])

    def kubelets(self) -> None:
        """Start what waits, bury what ends."""
        for pod in self.store.list("pods"):
            if pod["metadata"].get("deletionTimestamp"):
                self.bury(pod)
            elif pod["status"]["phase"] == "Pending":
                self.start(pod)

    def run(self, rounds: int = 100) -> None:
        """Controllers and kubelets in turn until nothing changes any more."""
        for _ in range(rounds):
            before = self.store.revision
            self.settle()
            self.kubelets()
            if self.store.revision == before:
                return
        raise AssertionError("the cluster never comes to rest")


def namespace(name: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def template(app: str, image: str, **metadata: Any) -> Obj:
    spec = {"containers": [{"name": "main", "image": image, "ports": [{"name": "http", "containerPort": 8080}]}]}
    return {"metadata": {"labels": {"app": app}, **metadata}, "spec": spec}


def replica_set(name: str, replicas: int, **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, "nginx:1"),
            **spec,
        },
    }


def deployment(name: str, replicas: int, image: str = "nginx:1", **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "selector": {"matchLabels": {"app": name}},
            "template": template(name, image),
            **spec,
        },
    }


def pod(name: str, **labels: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": template("", "nginx:1")["spec"],
    }


def service(name: str, app: str, **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default", "labels": {"tier": "front"}},
        "spec": {
            "clusterIP": "10.96.0.10",
            "ipFamilies": ["IPv4"],
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}],
            "selector": {"app": app},
            "type": "ClusterIP",
            **spec,
        },
    }
