from __future__ import annotations

import pytest

from kx.contexts.looks import refusal

REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/api/v1/pods?watch=true", {}),
        ("HEAD", "/api", {}),
        ("OPTIONS", "/", {}),
        ("POST", REVIEW, {"Content-Length": "12"}),
        ("POST", f"{REVIEW}?fieldManager=x", {}),
        ("POST", "/apis/authorization.k8s.io/v1/namespaces/web/localsubjectaccessreviews", {}),
        ("POST", "/api/v1/namespaces?dryRun=All&fieldManager=x", {}),
        ("DELETE", "/api/v1/namespaces/web?dryRun=All", {}),
    ],
)
def test_looks_pass(method: str, target: str, headers: dict[str, str]) -> None:
    assert refusal(method, target, headers) == ""


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("POST", "/api/v1/namespaces", {}),
        ("PUT", "/api/v1/namespaces/web", {}),
        ("PATCH", "/api/v1/namespaces/web", {}),
        ("DELETE", "/api/v1/namespaces/web", {}),
        ("POST", "/api/v1/namespaces?dryRun=all", {}),
        ("POST", "/api/v1/namespaces?dryRun=All&dryRun=None", {}),
        ("POST", "/api/v1/namespaces#?dryRun=All", {}),
        ("POST", f"/apis/evil.example/v1{REVIEW}", {}),
        ("POST", f"{REVIEW}/x", {}),
        ("PUT", REVIEW, {}),
        ("GET", "/api/v1/namespaces/web/pods/p/exec?command=sh", {"Connection": "Upgrade", "Upgrade": "SPDY/3.1"}),
        ("GET", "/api/v1/namespaces/web/pods/p/exec?command=sh", {"connection": "keep-alive, upgrade"}),
        ("POST", REVIEW, {"Transfer-Encoding": "chunked"}),
        ("POST", REVIEW, {"Content-Length": "-1"}),
    ],
)
def test_everything_else_does_not(method: str, target: str, headers: dict[str, str]) -> None:
    assert refusal(method, target, headers)
