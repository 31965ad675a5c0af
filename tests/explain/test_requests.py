"""What kx says kubectl will send, against what a real API server saw kubectl send."""

from __future__ import annotations

from typing import Any

import pytest

from kx.kubeconfig.where import Where
from tests.explain.tools import explained, golden
from tests.told import unexplained

ROWS = golden("requests")
TRUTH = Where(context="golden", namespace="truth")


@pytest.mark.parametrize("row", ROWS, ids=[row["line"] for row in ROWS])
def test_requests_are_what_kubectl_sent(row: dict[str, Any]) -> None:
    told = list(explained(row["line"], TRUTH, version="1.33").requests)
    assert unexplained(told, row["requests"], failed=row["rc"] != 0) == ""


@pytest.mark.parametrize("row", ROWS, ids=[row["line"] for row in ROWS])
def test_methods_fit_verbs(row: dict[str, Any]) -> None:
    methods = {"get": "GET", "list": "GET", "watch": "GET", "create": "POST", "update": "PUT"}
    for request in explained(row["line"], TRUTH).requests:
        assert request.method == methods.get(request.verb, request.verb.upper())
        assert (request.certainty == "depends") == bool(request.why)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl get pods -n web", ["GET /api/v1/namespaces/web/pods"]),
        ("kubectl -n web get po", ["GET /api/v1/namespaces/web/pods"]),
        ("kubectl get nodes -n web", ["GET /api/v1/nodes"]),
        ("kubectl get deploy.apps -A", ["GET /apis/apps/v1/deployments"]),
        ("kubectl get deployments.v1.apps/d", ["GET /apis/apps/v1/namespaces/truth/deployments/d"]),
        # A short name loses its version (since kubectl 1.29); a plural keeps it.
        ("kubectl get hpa.v1.autoscaling", ["GET /apis/autoscaling/v2/namespaces/truth/horizontalpodautoscalers"]),
        (
            "kubectl get horizontalpodautoscalers.v1.autoscaling",
            ["GET /apis/autoscaling/v1/namespaces/truth/horizontalpodautoscalers"],
        ),
        ("kubectl get roles.rbac", ["GET /apis/rbac.authorization.k8s.io/v1/namespaces/truth/roles"]),
        ("kubectl get pod,no web", ["GET /api/v1/namespaces/truth/pods/web", "GET /api/v1/nodes/web"]),
        ("kubectl get --raw /healthz", ["GET /healthz"]),
        ("kubectl get --raw /api/v1/pods?limit=5", ["GET /api/v1/pods"]),
        ("kubectl get pods -w", ["GET /api/v1/namespaces/truth/pods", "GET /api/v1/namespaces/truth/pods"]),
        ("kubectl get events", ["GET /api/v1/namespaces/truth/events"]),
        ("kubectl create deployment d --image=i --dry-run=client", []),
        ("kubectl create deployment d --image=i --dry-run=server", ["POST /apis/apps/v1/namespaces/truth/deployments"]),
        ("kubectl delete pod p --dry-run=client", []),
        ("kubectl delete pod p --wait=false", ["DELETE /api/v1/namespaces/truth/pods/p"]),
        ("kubectl scale sts d --replicas=2 --dry-run=client", ["GET /apis/apps/v1/namespaces/truth/statefulsets/d"]),
        ("kubectl api-resources", []),
        ("kubectl version", []),
        ("kubectl config use-context x", []),
        ("kubectl auth can-i get pods", ["POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"]),
        # What kubectl refuses is not sent.
        ("kubectl get pod/p svc", []),
        ("kubectl get pods --nonsense", []),
        ("kubectl run x", []),
        ("kubectl delete pods", []),
    ],
)  # fmt: skip
def test_exact_requests(line: str, expected: list[str]) -> None:
    told = [request for request in explained(line, TRUTH).requests if request.certainty == "exact"]
    assert [f"{request.method} {request.path}" for request in told] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Fetched all before anything is sent.
        ("kubectl scale deploy a b --replicas=2", "get a, get b, patch a, patch b"),
        ("kubectl set sa deploy a b c", "get a, get b, patch a, patch b"),
        ("kubectl rollout restart deploy a b", "get a, get b, patch a, patch b"),
        # Done with one before the next is fetched.
        ("kubectl label deploy a b x=y", "get a, patch a, get b, patch b"),
        ("kubectl annotate deploy a b x=y", "get a, patch a, get b, patch b"),
        ("kubectl patch deploy a b -p {}", "get a, patch a, get b, patch b"),
        ("kubectl rollout undo deploy a b", "get a, get a, patch a, get b, get b, patch b"),
        ("kubectl delete deploy a b", "delete a, delete b, get a, get b"),
    ],
)
def test_the_order_of_requests_for_several_objects(line: str, expected: str) -> None:
    """As the practice cluster's request log shows for kubectl 1.27 to 1.33."""
    told = [f"{each.verb} {each.path.split('/')[7]}" for each in explained(line, TRUTH).requests if not each.why]
    assert ", ".join(told) == expected


@pytest.mark.parametrize(
    ("line", "version", "part"),
    [
        ("kubectl autoscale deploy d --max=2", "1.32", "/apis/autoscaling/v1/"),
        ("kubectl autoscale deploy d --max=2", "1.33", "/apis/autoscaling/v2/"),
        ("kubectl describe service s", "1.30", "/endpoints/s"),
        ("kubectl describe service s", "1.31", "/endpointslices"),
        ("kubectl auth whoami", "1.27", "/v1beta1/"),
        ("kubectl auth whoami", "1.28", "/authentication.k8s.io/v1/"),
    ],
)
def test_requests_follow_the_version_of_kubectl(line: str, version: str, part: str) -> None:
    assert any(part in request.path for request in explained(line, version=version).requests)


def test_connections_follow_the_version_of_kubectl() -> None:
    methods = {
        version: [request.method for request in explained("kubectl exec p -- ls", version=version).requests]
        for version in ("1.27", "1.29", "1.30", "1.33")
    }
    assert methods["1.27"] == methods["1.29"] == ["GET", "POST"]
    assert methods["1.30"] == methods["1.33"] == ["GET", "GET", "POST"]


@pytest.mark.parametrize(
    ("raw", "verb"),
    [
        ("/healthz", "get"),
        ("/api/v1/namespaces", "list"),
        ("/api/v1/namespaces/web", "get"),
        ("/api/v1/namespaces/web/pods", "list"),
        ("/api/v1/pods?watch=true", "watch"),
        ("/apis/apps/v1/namespaces/web/deployments/d", "get"),
        ("/apis/apps/v1", "get"),
    ],
)
def test_raw_paths(raw: str, verb: str) -> None:
    (request,) = explained(f"kubectl get --raw '{raw}'").requests
    assert request.verb == verb


def test_an_unknown_type_is_not_guessed() -> None:
    (request,) = explained("kubectl get widgets").requests
    assert (request.verb, request.path, request.certainty) == ("list", "", "depends")
    assert "widgets" in request.why


def test_another_context_leaves_the_namespace_open() -> None:
    (request,) = explained("kubectl get pods --context other").requests
    assert request.path == "/api/v1/namespaces/{namespace}/pods"
