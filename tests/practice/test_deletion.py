"""How objects end, as a table: what is asked, what is there, what is left."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from kx.practice.deletion import DeleteOptions, Deleter, read_options
from kx.practice.resources import Resource, by_key
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
BOUND: Obj = {"nodeName": "node-1", "terminationGracePeriodSeconds": 20}


def resource(key: str) -> Resource:
    found = by_key(key)
    assert found is not None
    return found


def delete(store: Store, key: str, options: DeleteOptions) -> Any:
    namespace = "default" if resource(key).namespaced else ""
    return Deleter(store, lambda: NOW).delete(resource(key), key, namespace, "a", options)


def put(store: Store, key: str, metadata: Obj | None = None, **parts: Any) -> Obj:
    place = {"namespace": "default"} if resource(key).namespaced else {}
    return store.create(key, {"metadata": {"name": "a", **place, **(metadata or {})}, **parts})


@pytest.mark.parametrize(
    ("body", "query", "wanted"),
    [
        ({}, {}, DeleteOptions()),
        ({"gracePeriodSeconds": 0}, {}, DeleteOptions(grace_seconds=0)),
        ({}, {"grace": "5"}, DeleteOptions(grace_seconds=5)),
        ({"propagationPolicy": "Orphan"}, {}, DeleteOptions(propagation="Orphan")),
        ({}, {"propagation": "Foreground"}, DeleteOptions(propagation="Foreground")),
        ({"orphanDependents": True}, {}, DeleteOptions(propagation="Orphan")),
        ({}, {"orphan": "false"}, DeleteOptions(propagation="Background")),
        ({"preconditions": {"uid": "u", "resourceVersion": "7"}}, {}, DeleteOptions(uid="u", resource_version="7")),
    ],
)
def test_options_come_from_body_and_query(body: Obj, query: dict[str, str], wanted: DeleteOptions) -> None:
    assert read_options(body, **query) == wanted


@pytest.mark.parametrize(
    "body", [{"propagationPolicy": "Sideways"}, {"propagationPolicy": "Orphan", "orphanDependents": False}]
)
def test_options_that_contradict_are_invalid(body: Obj) -> None:
    with pytest.raises(ApiError, match="is invalid"):
        read_options(body)


@pytest.mark.parametrize(
    ("spec", "phase", "asked", "grace"),
    [
        (BOUND, "Running", None, 20),
        (BOUND, "Running", 5, 5),
        (BOUND, "Running", -1, 1),
        ({"nodeName": "node-1"}, "Running", None, 30),
        (BOUND, "Running", 0, None),
        (BOUND, "Succeeded", None, None),
        (BOUND, "Failed", 60, None),
        ({"terminationGracePeriodSeconds": 20}, "Pending", None, None),
    ],
)
def test_a_running_pod_gets_its_grace(spec: Obj, phase: str, asked: int | None, grace: int | None) -> None:
    store = Store(now=lambda: NOW)
    put(store, "pods", {"generation": 1}, spec=spec, status={"phase": phase})
    deleted = delete(store, "pods", DeleteOptions(grace_seconds=asked))
    left = store.find("pods", "default", "a")
    assert deleted.gone == (left is None) == (grace is None)
    if left:
        metadata = left["metadata"]
        assert metadata["deletionGracePeriodSeconds"] == grace
        assert metadata["deletionTimestamp"] == f"2026-01-02T03:04:{5 + (grace or 0):02}Z"
        assert metadata["generation"] == 2
    store.close()


def test_grace_can_be_shortened_but_not_lengthened() -> None:
    store = Store(now=lambda: NOW)
    put(store, "pods", spec=BOUND)
    first = delete(store, "pods", DeleteOptions()).object
    assert delete(store, "pods", DeleteOptions(grace_seconds=60)).object == first
    shorter = delete(store, "pods", DeleteOptions(grace_seconds=2)).object
    assert shorter["metadata"]["deletionGracePeriodSeconds"] == 2
    assert shorter["metadata"]["deletionTimestamp"] == "2026-01-02T03:04:07Z"
    assert delete(store, "pods", DeleteOptions(grace_seconds=0)).gone
    store.close()


@pytest.mark.parametrize(
    ("before", "policy", "after"),
    [
        ([], None, []),
        ([], "Background", []),
        ([], "Foreground", ["foregroundDeletion"]),
        ([], "Orphan", ["orphan"]),
        (["x/y"], "Foreground", ["x/y", "foregroundDeletion"]),
        (["orphan", "x/y"], "Background", ["x/y"]),
        (["orphan"], "Foreground", ["foregroundDeletion"]),
        (["foregroundDeletion", "x/y"], None, ["foregroundDeletion", "x/y"]),
    ],
)
def test_propagation_becomes_a_finalizer(before: list[str], policy: str | None, after: list[str]) -> None:
    store = Store(now=lambda: NOW)
    put(store, "deployments.apps", {"finalizers": before})
    deleted = delete(store, "deployments.apps", DeleteOptions(propagation=policy))
    assert deleted.gone == (not after)
    left = store.find("deployments.apps", "default", "a")
    assert (left or {}).get("metadata", {}).get("finalizers", []) == after
    store.close()


def test_a_namespace_waits_for_its_own_finalizers() -> None:
    store = Store(now=lambda: NOW)
    put(store, "namespaces", spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})
    deleted = delete(store, "namespaces", DeleteOptions())
    assert not deleted.gone
    assert deleted.object["status"]["phase"] == "Terminating"
    assert "deletionGracePeriodSeconds" not in deleted.object["metadata"]
    store.update("namespaces", {**deleted.object, "spec": {}})
    assert store.find("namespaces", "", "a") is None
    store.close()


def test_a_dry_run_deletes_nothing() -> None:
    store = Store(now=lambda: NOW)
    made = put(store, "pods", spec=BOUND)
    assert not delete(store, "pods", DeleteOptions(dry_run=True)).gone
    assert delete(store, "pods", DeleteOptions(dry_run=True, grace_seconds=0)).gone
    assert store.list("pods") == [made]
    store.close()
