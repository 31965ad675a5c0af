"""What kx says kubectl will send, against what a real API server saw kubectl send."""

from __future__ import annotations

from typing import Any

import pytest

from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.invocation import Invocation
from kx.kubectl.manifests import Manifest
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


def told(line: str, manifests: tuple[Manifest, ...] | None = None) -> list[str]:
    """Each request in short: "get deployments/d", and a "?" behind those that depend."""
    explanation = explain_text(line, TRUTH, manifests=lambda _: manifests)
    return [
        f"{each.verb} {'/'.join(_short(each.path))}{'?' if each.certainty == 'depends' else ''}"
        for each in explanation.requests
    ]


def _short(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    rest = parts[2:] if parts[0] == "api" else parts[3:]
    return rest[2:] if rest[:2] == ["namespaces", "truth"] and len(rest) > 2 else rest


HOME = "get namespaces/truth?"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Where an object is missing, kubectl looks whether its namespace is there.
        ("kubectl get pod p", ["get pods/p", HOME]),
        ("kubectl get node n", ["get nodes/n"]),
        ("kubectl get pod p -n default", ["get namespaces/default/pods/p"]),
        ("kubectl delete pod p --wait=false", ["delete pods/p"]),
        ("kubectl get pods --chunk-size=5", ["list pods", "list pods?"]),
        # Events, and what else a type is described with; without an object of the name, those that begin with it.
        (
            "kubectl describe deploy/d",
            ["get deployments/d", HOME, "get deployments/d", "list events?", "list replicasets?"],
        ),
        ("kubectl describe secret/s --show-events", ["get secrets/s", HOME, "get secrets/s"]),
        ("kubectl describe pod/p --show-events=false", ["get pods/p", HOME, "get pods/p"]),
        (
            "kubectl describe cm c",
            ["get configmaps/c", HOME, "get configmaps/c?", "list events?"]
            + ["list configmaps?", "get configmaps/{name}?", "list events?"],
        ),
        ("kubectl describe pods -A", ["list pods", "get namespaces/{namespace}/pods/{name}?"]
            + ["list namespaces/{namespace}/events?"]),
        # Deleting one after the other, then waiting for one after the other.
        (
            "kubectl delete cm a b",
            ["delete configmaps/a", "delete configmaps/b"]
            + ["get configmaps/a", "list configmaps?", "watch configmaps?"]
            + ["get configmaps/b", "list configmaps?", "watch configmaps?"],
        ),
        ("kubectl delete cm --all --wait=false", ["list configmaps", "delete configmaps/{name}?"]),
        (
            "kubectl delete cm --all -i --wait=false",
            ["list configmaps", "list configmaps?", "delete configmaps/{name}?"],
        ),
        ("kubectl delete --raw /api/v1/namespaces/truth/pods/p", ["delete pods/p"]),
        ("kubectl wait pod/p --for=condition=Ready", ["get pods/p", HOME, "list pods?", "watch pods?"]),
        ("kubectl wait pod/p --for=condition=Ready --timeout=0", ["get pods/p", HOME, "get pods/p"]),
        ("kubectl wait pod/p --for=delete", ["get pods/p", HOME, "get pods/p?", "list pods?", "watch pods?"]),
        ("kubectl wait pod/p --for=create", ["get pods/p", HOME, "get pods/p?", HOME, "get pods/p", HOME]),
        ("kubectl cordon n", ["get nodes/n", "patch nodes/n?"]),
        (
            "kubectl drain n",
            ["get nodes/n", "patch nodes/n?", "list pods", "get namespaces/{namespace}/daemonsets/{name}?"]
            + ["create namespaces/{namespace}/pods/{name}/eviction?", "get namespaces/{namespace}/pods/{name}?"],
        ),
        (
            "kubectl drain n --dry-run=client",
            ["get nodes/n", "list pods", "get namespaces/{namespace}/daemonsets/{name}?"],
        ),
        (
            "kubectl certificate approve c",
            [f"{verb} certificatesigningrequests/c" for verb in ("get", "get")]
            + ["update certificatesigningrequests/c/approval?"],
        ),
        ("kubectl logs deploy/d", ["get deployments/d", HOME, "list pods?", "watch pods?", "get pods/{name}/log?"]),
        ("kubectl logs p --all-containers", ["get pods/p", HOME, "get pods/p/log?"]),
        ("kubectl logs -l a=b", ["list pods", "get pods/{name}/log?"]),
        ("kubectl rollout undo sts/s --to-revision=2", ["get statefulsets/s", HOME, "get statefulsets/s"]
            + ["list controllerrevisions?", "patch statefulsets/s?"]),
        ("kubectl set env deploy/d --list", ["get deployments/d", HOME]),
        ("kubectl label pod p --list", ["get pods/p", HOME]),
        ("kubectl cp f p:/tmp", ["get pods/p", "get pods/p/exec?", "create pods/p/exec?"]
            + ["get pods/p", "get pods/p/exec", "create pods/p/exec?"]),
    ],
)  # fmt: skip
def test_rules_that_real_kubectls_follow(line: str, expected: list[str]) -> None:
    """Each as tests/e2e/lines shows it with real kubectls."""
    assert told(line) == expected


CONFIG = Manifest("v1", "ConfigMap", "c")
SHOP = Manifest("apps/v1", "Deployment", "d", "shop")
SPACE = Manifest("v1", "Namespace", "shop")
CUSTOM = Manifest("example.com/v1", "Widget", "w")
NAMELESS = Manifest("v1", "ConfigMap")
ROLE = Manifest("rbac.authorization.k8s.io/v1", "Role", "r", "truth")


@pytest.mark.parametrize(
    ("line", "manifests", "expected"),
    [
        ("kubectl apply -f f", [CONFIG], ["get configmaps/c", HOME, "create configmaps?", "patch configmaps/c?"]),
        ("kubectl apply -f f --dry-run=client", [CONFIG], ["get configmaps/c", HOME]),
        ("kubectl apply -f f --server-side", [CONFIG], ["patch configmaps/c", *["patch configmaps/c?"] * 3]),
        ("kubectl apply -f f --server-side", [SPACE], ["patch namespaces/shop", *["patch namespaces/shop?"] * 3]),
        (
            "kubectl apply -f f --prune --all --prune-allowlist=core/v1/Secret",
            [CONFIG],
            [
                "get configmaps/c",
                HOME,
                "create configmaps?",
                "patch configmaps/c?",
                "list secrets",
                "delete secrets/{name}?",
            ],
        ),
        ("kubectl create -f f", [CONFIG, NAMELESS], ["create configmaps", "create configmaps"]),
        ("kubectl create -f f", [SHOP], ["create namespaces/shop/deployments"]),
        ("kubectl create -f f", [CUSTOM], ["create ?"]),
        ("kubectl create -f f -n other", [SHOP], []),  # refused: the file says shop
        ("kubectl get -f f", [CONFIG, SPACE], ["get configmaps/c", HOME, "get namespaces/shop"]),
        ("kubectl get -f f", [NAMELESS], []),
        ("kubectl describe -f f", [CONFIG], ["get configmaps/c", "list events?"]),
        ("kubectl patch -f f -p {}", [CONFIG], ["patch configmaps/c"]),
        ("kubectl label -f f a=b", [CONFIG], ["get configmaps/c", HOME, "patch configmaps/c"]),
        ("kubectl replace -f f", [CONFIG], ["get configmaps/c", HOME, "update configmaps/c"]),
        (
            "kubectl replace --force -f f",
            [CONFIG],
            ["delete configmaps/c", "get configmaps/c", HOME, "get configmaps/c?", HOME, "create configmaps"],
        ),
        ("kubectl delete -f f --wait=false", [CONFIG, CUSTOM], ["delete configmaps/c", "delete ?"]),
        ("kubectl diff -f f", [CONFIG], ["get configmaps/c", HOME, "create configmaps?", "patch configmaps/c?"]),
        (
            "kubectl auth reconcile -f f",
            [ROLE],
            ["get roles/r", HOME, "create namespaces?", "create roles?", "update roles/r?"],
        ),
        ("kubectl apply -f f", None, ["get ?", "create ?", "patch ?"]),
        ("kubectl delete -f f --wait=false", None, ["delete ?"]),
    ],
)
def test_objects_of_files(line: str, manifests: list[Manifest] | None, expected: list[str]) -> None:
    """A request about objects of files that nobody has read has no path."""
    found = told(line, None if manifests is None else tuple(manifests))
    assert found == expected


def test_files_are_only_read_where_a_line_names_some() -> None:
    def fail(_: Invocation) -> tuple[Manifest, ...] | None:
        raise AssertionError

    for line in ("kubectl get pods", "kubectl logs p -f", "kubectl apply --nonsense -f f", "cat f"):
        assert explain_text(line, TRUTH, manifests=fail).line == line
