"""A cluster small enough for a test: a store, a clock one winds by hand, and the API without sockets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from kx.practice.admission import Admission
from kx.practice.controllers.manager import Manager
from kx.practice.controllers.setup import controllers
from kx.practice.controllers.world import World
from kx.practice.deletion import Deleter
from kx.practice.local import LocalApi
from kx.practice.options import Options
from kx.practice.pipeline import Pipeline
from kx.practice.status import Obj
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


def local_api(store: Store, now: Callable[[], datetime]) -> LocalApi:
    """The cluster's own write pipeline over a store."""
    return LocalApi(Pipeline(store, Admission(store), now), Deleter(store, now))


class Cluster:
    """Controllers over a store, and a kubelet that obeys the test."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = Store(now=self.clock.now)
        self.api = local_api(self.store, self.clock.now)
        self.restart()
        self._addresses = itertools.count(1)
        for name, zone in (("node-1", "a"), ("node-2", "b")):
            labels = {"topology.kubernetes.io/zone": zone}
            metadata = {"name": name, "labels": labels}
            self.store.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}})
        for name in ("default", "other"):
            self.store.create("namespaces", namespace(name))

    def restart(self, options: Options | None = None) -> None:
        """New controllers that remember nothing, over what is stored."""
        chosen = options or Options()
        self.world = World(self.store, self.clock.now, self.api, certificate="the certificate", options=chosen)
        every = controllers(self.world)
        self.manager = Manager(self.world, every, monotonic=self.clock.monotonic, stopwatch=lambda: 0.0)

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
