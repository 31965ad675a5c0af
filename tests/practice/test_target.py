"""Paths and methods understood, and named as an audit log names them."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import parse_qsl

import pytest

from kx.practice.handlers.target import parse
from kx.practice.http import Request
from kx.practice.requestlog import KEPT, RequestLog, audit_verb

PATHS = [
    ("GET", "/api/v1/pods", "", "pods", "list", "", "", ""),
    ("GET", "/api/v1/namespaces", "", "namespaces", "list", "", "", ""),
    ("GET", "/api/v1/namespaces/a", "", "namespaces", "get", "", "a", ""),
    ("PUT", "/api/v1/namespaces/a/finalize", "", "namespaces", "update", "", "a", "finalize"),
    ("GET", "/api/v1/namespaces/a/pods", "", "pods", "list", "a", "", ""),
    ("GET", "/api/v1/namespaces/a/pods", "watch=true", "pods", "watch", "a", "", ""),
    ("POST", "/api/v1/namespaces/a/pods", "", "pods", "create", "a", "", ""),
    ("DELETE", "/api/v1/namespaces/a/pods", "", "pods", "deletecollection", "a", "", ""),
    ("DELETE", "/api/v1/namespaces/a/pods/p", "", "pods", "delete", "a", "p", ""),
    ("GET", "/api/v1/namespaces/a/pods/p/log", "", "pods", "get", "a", "p", "log"),
    ("POST", "/api/v1/namespaces/a/pods/p/exec", "", "pods", "create", "a", "p", "exec"),
    ("PATCH", "/apis/apps/v1/namespaces/a/deployments/d", "", "deployments.apps", "patch", "a", "d", ""),
    ("PATCH", "/apis/apps/v1/namespaces/a/deployments/d/scale", "", "deployments.apps", "patch", "a", "d", "scale"),
    ("GET", "/apis/storage.k8s.io/v1/storageclasses/s", "", "storageclasses.storage.k8s.io", "get", "", "s", ""),
]


@pytest.mark.parametrize(("method", "path", "query", "key", "verb", "namespace", "name", "subresource"), PATHS)
def test_a_path_names_its_target(
    method: str, path: str, query: str, key: str, verb: str, namespace: str, name: str, subresource: str
) -> None:
    request = Request(method, path, query=tuple(parse_qsl(query)))
    found = parse(request)
    assert found is not None
    assert (found.resource.key, found.verb) == (key, verb)
    assert (found.namespace, found.name, found.subresource) == (namespace, name, subresource)
    assert audit_verb(request) == verb


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1", "/apis/apps/v1", "/api/v2/pods", "/apis/none/v1/pods", "/api/v1/pods/p", "/x/y/z"]
)
def test_other_paths_name_nothing(path: str) -> None:
    assert parse(Request("GET", path)) is None


def test_the_log_counts_on_and_keeps_the_last() -> None:
    log = RequestLog(lambda: datetime(2030, 1, 1, tzinfo=timezone.utc))
    for number in range(KEPT + 10):
        log.record(Request("GET", f"/api/v1/nodes/{number}", headers=(("user-agent", "test"),)), 200)
    everything = log.since(0)
    assert everything["next"] == KEPT + 10
    assert len(everything["requests"]) == KEPT
    (last,) = log.since(KEPT + 9)["requests"]
    assert (last["number"], last["path"], last["agent"]) == (KEPT + 10, f"/api/v1/nodes/{KEPT + 9}", "test")
