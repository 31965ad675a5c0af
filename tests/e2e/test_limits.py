"""Quotas and limit ranges with the real kubectl: what is refused, what is shown, and what becomes of a Deployment."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

BOUNDS = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "bounds"},
    "spec": {
        "limits": [
            {
                "type": "Container",
                "default": {"cpu": "200m", "memory": "64Mi"},
                "defaultRequest": {"cpu": "100m", "memory": "32Mi"},
                "min": {"cpu": "50m"},
                "max": {"cpu": "500m"},
            },
            {"type": "PersistentVolumeClaim", "max": {"storage": "2Gi"}},
        ]
    },
}


def apply(desk: Desk, *objects: object) -> None:
    (desk.folder / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    desk.ok("kubectl apply -f all.json")


def refusal(desk: Desk, line: str) -> str:
    """What kubectl says of a line that must fail."""
    done = desk.run(line)
    assert done.returncode == 1, done.stdout
    return done.stderr.strip()


def limits_of(name: str, image: str, **amounts: str) -> str:
    """A flag by which ``kubectl run`` makes a container with limits."""
    container = {"name": name, "image": image, "resources": {"limits": amounts}}
    return f"--overrides='{json.dumps({'spec': {'containers': [container]}})}'"


def counted(desk: Desk, *cells: str) -> None:
    """Wait until ``kubectl get quota`` shows these cells, in order."""
    desk.until("kubectl get quota q", ", ".join(map(re.escape, cells)))


def test_a_quota_of_pods_and_services(desk: Desk) -> None:
    desk.ok("kubectl create quota q --hard=pods=2,services.nodeports=1,count/deployments.apps=1")
    counted(desk, "count/deployments.apps: 0/1", "pods: 0/2", "services.nodeports: 0/1")
    desk.ok("kubectl run a --image=nginx")
    desk.ok("kubectl run b --image=nginx --dry-run=server")
    desk.ok("kubectl run b --image=nginx")
    counted(desk, "count/deployments.apps: 0/1", "pods: 2/2", "services.nodeports: 0/1")
    assert refusal(desk, "kubectl run c --image=nginx") == (
        'Error from server (Forbidden): pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, '
        "limited: pods=2"
    )
    assert "exceeded quota: q" in refusal(desk, "kubectl run c --image=nginx --dry-run=server")
    desk.ok("kubectl create service clusterip s --tcp=80 --tcp=81")
    assert refusal(desk, """kubectl patch service s -p '{"spec":{"type":"NodePort"}}'""") == (
        'Error from server (Forbidden): services "s" is forbidden: exceeded quota: q, requested: '
        "services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1"
    )
    desk.ok("kubectl delete pod a --now")
    counted(desk, "count/deployments.apps: 0/1", "pods: 1/2")
    shown = re.sub(" +", " ", desk.ok("kubectl describe quota q"))
    assert shown.splitlines() == [
        "Name: q",
        f"Namespace: {desk.namespace}",
        "Resource Used Hard",
        "-------- ---- ----",
        "count/deployments.apps 0 1",
        "pods 1 2",
        "services.nodeports 0 1",
    ]


def test_a_deployment_over_quota(desk: Desk) -> None:
    desk.ok("kubectl create quota q --hard=pods=2,requests.cpu=1")
    counted(desk, "pods: 0/2", "requests.cpu: 0/1")
    desk.ok("kubectl create deployment web --image=nginx --replicas=3")
    said = r'pods "web-[^"]+" is forbidden: failed quota: q: must specify requests.cpu for: nginx'
    desk.until("kubectl get events", f"FailedCreate +replicaset/web-.* Error creating: {said}")
    desk.until("kubectl describe deployment web", r"ReplicaFailure +True +FailedCreate")
    desk.ok("kubectl set resources deployment web --requests=cpu=100m")
    desk.until("kubectl get deployment web", r"web +2/3 +2 +2 ")
    counted(desk, "pods: 2/2", "requests.cpu: 200m/1")
    said = r'pods "web-[^"]+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
    desk.until("kubectl get events", f"FailedCreate +replicaset/web-.*Error creating: {said}")
    desk.until("kubectl get replicasets -o jsonpath='{.items[*].status.conditions[*].message}'", said)
    desk.ok("kubectl patch quota q -p '" + '{"spec":{"hard":{"pods":"5"}}}' + "'")
    desk.until("kubectl get deployment web", r"web +3/3 +3 +3 ")
    counted(desk, "pods: 3/5", "requests.cpu: 300m/1")


def test_a_limit_range(desk: Desk) -> None:
    apply(desk, BOUNDS)
    desk.ok("kubectl run plain --image=nginx")
    note = desk.ok(r"kubectl get pod plain -o jsonpath='{.metadata.annotations.kubernetes\.io/limit-ranger}'")
    assert note == (
        "LimitRanger plugin set: cpu, memory request for container plain; cpu, memory limit for container plain"
    )
    described = re.sub(" +", " ", desk.ok("kubectl describe pod plain"))
    assert "Limits:\n cpu: 200m\n memory: 64Mi\n Requests:\n cpu: 100m\n memory: 32Mi\n" in described
    assert "QoS Class: Burstable" in described
    assert refusal(desk, "kubectl run big --image=nginx " + limits_of("big", "nginx", cpu="1")) == (
        'Error from server (Forbidden): pods "big" is forbidden: maximum cpu usage per Container is 500m, but limit '
        "is 1"
    )
    assert refusal(desk, "kubectl run small --image=nginx " + limits_of("small", "nginx", cpu="10m")) == (
        'Error from server (Forbidden): pods "small" is forbidden: minimum cpu usage per Container is 50m, but request '
        "is 10m"
    )
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}},
    }
    (desk.folder / "claim.json").write_text(json.dumps(claim))
    assert refusal(desk, "kubectl create -f claim.json").endswith(
        'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but '
        "request is 5Gi"
    )


def test_a_namespace_tells_its_limits(desk: Desk) -> None:
    desk.ok("kubectl create quota q --hard=pods=2,limits.cpu=1")
    apply(desk, BOUNDS)
    desk.ok("kubectl run plain --image=nginx")
    shown = re.sub(" +", " ", desk.until(f"kubectl describe namespace {desk.namespace}", "limits.cpu +200m +1"))
    assert "Resource Quotas\n Name: q\n Resource Used Hard\n" in shown
    assert " limits.cpu 200m 1\n pods 1 2\n" in shown
    assert " Container cpu 50m 500m 100m 200m -\n" in shown
    assert " PersistentVolumeClaim storage - 2Gi - - -\n" in shown
