"""Nodes that are added, cordoned, drained, stopped, started and removed, on a cluster of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kubectls import Kubectl, find_kubectls
from tests.practice_server import PracticeServer, practice_server, until

AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: scratch, labels: {app: scratch}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: nginx, volumeMounts: [{name: e, mountPath: /e}]}]
  volumes: [{name: e, emptyDir: {}}]
"""
SECONDS = 150.0  # a node that falls silent is noticed after fifty


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    with practice_server(tmp_path_factory.mktemp("nodes")) as made:
        yield made


def _is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


class Hand:
    """One kubectl and kx, at one cluster that begins anew."""

    def __init__(self, server: PracticeServer, kubectl: Kubectl) -> None:
        self._server, self._kubectl = server, kubectl.path

    def run(self, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:
        return self._server.kubectl(*arguments, binary=self._kubectl, input=input)

    def ok(self, *arguments: str, input: str | None = None) -> str:
        done = self.run(*arguments, input=input)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kx(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "kx", "practice", *arguments]
        env = self._server.env
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pods(self, app: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.ok("get", "pods", "-l", f"app={app}", "-o", "json"))["items"]
        return found

    def nodes_of(self, app: str) -> list[str]:
        """Where its ready pods are."""
        return sorted(pod["spec"]["nodeName"] for pod in self.pods(app) if _is_ready(pod))

    def readiness(self, node: str) -> str:
        line = self.ok("get", "node", node, "--no-headers")
        return line.split()[1]


@pytest.fixture(params=find_kubectls(), ids=lambda kubectl: kubectl.version)
def hand(request: pytest.FixtureRequest, server: PracticeServer) -> Hand:
    made = Hand(server, request.param)
    made.kx("reset")
    return made


def test_a_node_comes_is_drained_and_goes(hand: Hand) -> None:
    assert hand.kx("add-node") == "node/node-4 added\n"
    assert hand.readiness("node-4") == "Ready"
    assert "RegisteredNode" in hand.ok("describe", "node", "node-4")
    until(lambda: hand.run("get", "serviceaccount", "default").returncode == 0, "the namespace to be furnished")
    hand.ok("apply", "-f", "-", input=AGENT)
    until(lambda: hand.nodes_of("agent") == ["node-1", "node-2", "node-3", "node-4"], "a pod on each node", SECONDS)
    until(lambda: bool(hand.nodes_of("scratch")), "the pod to be ready", SECONDS)
    hand.kx("add-node", "extra")
    until(lambda: "extra" in hand.nodes_of("agent"), "a pod on the new node", SECONDS)
    (where,) = hand.nodes_of("scratch")
    refused = hand.run("drain", where, "--ignore-daemonsets", "--force")
    assert refused.returncode == 1 and "--delete-emptydir-data" in refused.stderr
    hand.ok("drain", where, "--ignore-daemonsets", "--force", "--delete-emptydir-data")
    assert (hand.pods("scratch"), where in hand.nodes_of("agent")) == ([], True)
    assert hand.readiness(where) == "Ready,SchedulingDisabled"
    assert hand.kx("uncordon", where) == f"node/{where} uncordoned\n"
    assert hand.readiness(where) == "Ready"
    hand.kx("remove-node", "extra")
    assert "extra" not in hand.ok("get", "nodes")
    until(lambda: len(hand.pods("agent")) == 4, "the pod of the removed node to go", SECONDS)


def test_a_drain_waits_for_the_budget(hand: Hand) -> None:
    until(lambda: hand.run("get", "serviceaccount", "default").returncode == 0, "the namespace to be furnished")
    hand.ok("create", "deployment", "web", "--image=nginx", "--replicas=3")
    hand.ok("rollout", "status", "deployment", "web")
    hand.ok("create", "poddisruptionbudget", "guard", "--selector=app=web", "--min-available=3")
    node = hand.nodes_of("web")[0]
    refused = hand.run("drain", node, "--timeout=1s")
    assert refused.returncode == 1
    assert "Cannot evict pod as it would violate the pod's disruption budget." in refused.stderr
    hand.ok("patch", "pdb", "guard", "--type=merge", "-p", '{"spec":{"minAvailable":2}}')
    hand.ok("drain", node, "--timeout=100s")
    until(lambda: len(hand.nodes_of("web")) == 3 and node not in hand.nodes_of("web"), "three pods elsewhere", SECONDS)


@pytest.mark.parametrize("hand", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version, indirect=True)
def test_a_stopped_node_is_noticed_and_comes_back(hand: Hand) -> None:
    until(lambda: hand.run("get", "serviceaccount", "default").returncode == 0, "the namespace to be furnished")
    hand.ok("create", "deployment", "web", "--image=nginx", "--replicas=3")
    hand.ok("rollout", "status", "deployment", "web")
    (lost,) = [pod["metadata"]["name"] for pod in hand.pods("web") if pod["spec"]["nodeName"] == "node-2"]
    hand.kx("stop-node", "node-2")
    unreachable = hand.run("logs", lost)
    assert "dial tcp 10.0.0.12:10250: connect: no route to host" in unreachable.stderr
    assert "error dialing backend" in hand.run("exec", lost, "--", "ls").stderr
    until(lambda: hand.readiness("node-2") == "NotReady", "the silence to be noticed", SECONDS)
    described = hand.ok("describe", "node", "node-2")
    assert "node.kubernetes.io/unreachable:NoExecute" in described
    assert "Kubelet stopped posting node status." in described
    until(lambda: len(hand.nodes_of("web")) == 2, "its pod to be not ready", SECONDS)
    hand.kx("start-node", "node-2")
    until(lambda: hand.readiness("node-2") == "Ready", "the node to be back", SECONDS)
    until(lambda: len(hand.nodes_of("web")) == 3, "its pod to be ready again", SECONDS)
    (status,) = [pod["status"] for pod in hand.pods("web") if pod["metadata"]["name"] == lost]
    assert status["containerStatuses"][0]["restartCount"] == 1
    ended = status["containerStatuses"][0]["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (255, "Unknown")
