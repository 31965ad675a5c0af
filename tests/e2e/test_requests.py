"""What kx says each line of the training will send, against what every kubectl at hand really sends."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from kx.kubeconfig.where import Where
from tests.e2e.conftest import Desk
from tests.explain.test_requests import unexplained
from tests.explain.tools import explained

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(os.environ.get("KX_E2E_KUBECONFIG")), reason="only the practice cluster has a request log"),
]

NET_UTILS = "--image=saman2000h/net-utils:1.2"

# In this order: each line finds what the ones before left.
LINES = (
    f"kubectl run net-utils {NET_UTILS} sleep infinite",
    "kubectl get pods",
    "kubectl get pods -A",
    "kubectl get pod net-utils -o wide",
    "kubectl get pods,deploy",
    "kubectl describe pod net-utils",
    f"kubectl run other {NET_UTILS} --dry-run=client -o yaml",
    f"kubectl create deployment net-utils {NET_UTILS}",
    f"kubectl create deployment net-utils {NET_UTILS} --dry-run=client -o yaml > deployment.yaml",
    "kubectl apply -f deployment.yaml",
    "kubectl scale deployment net-utils --replicas=2",
    "kubectl rollout history deployment net-utils",
    "kubectl explain pods",
    "kubectl explain deployment.spec",
    "kubectl api-resources",
    "kubectl replace -f deployment.yaml",
    "kubectl label pod net-utils a=b",
    "kubectl delete deployment net-utils",
    "kubectl delete pod net-utils",
)
# Requests that say nothing about the objects of a command.
_BACKGROUND = ("/openapi", "/api?", "/apis?", "/kx/", "/version", "/healthz")


def about_objects(path: str) -> bool:
    """Whether a request is one about objects: not discovery, not a schema."""
    return not path.startswith(_BACKGROUND) and path.count("/") > (2 if path.startswith("/api/") else 3)


def test_every_line_sends_what_was_told(desk: Desk) -> None:
    where = Where(namespace=desk.namespace)
    wrong: list[str] = []
    for line in LINES:
        number = log(desk, 0)["next"]
        desk.ok(line)
        sent = [each for each in log(desk, number)["requests"] if about_objects(each["path"])]
        told = list(explained(line, where, version=desk.version).requests)
        if why := unexplained(told, sent, failed=False):
            wrong.append(f"{line}: {why}")
    assert wrong == []


def log(desk: Desk, since: int) -> dict[str, Any]:
    """The request log after a number."""
    found: dict[str, Any] = json.loads(desk.ok(f"kubectl get --raw '/kx/requests?since={since}'"))
    return {**found, "requests": [each for each in found["requests"] if each["agent"].startswith("kubectl")]}
