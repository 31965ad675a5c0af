"""Merge and strategic merge patches on objects as kubectl patches them."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.patch import MERGE, STRATEGIC, apply_patch
from kx.practice.status import ApiError

POD = {"apiVersion": "v1", "kind": "Pod"}
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment"}
SERVICE = {"apiVersion": "v1", "kind": "Service"}
SERVICE_ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount"}
WIDGET = {"apiVersion": "kx.dev/v1", "kind": "Widget"}


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {**POD, "spec": {"containers": list(containers), **spec}}


A = {"name": "a", "image": "a:1"}
B = {"name": "b", "image": "b:1"}


@pytest.mark.parametrize(
    ("old", "patch", "expected"),
    [
        (pod(A, B), pod({"name": "b", "image": "b:2"}), pod(A, {"name": "b", "image": "b:2"})),
        (pod(A), pod(B), pod(A, B)),
        (pod(A, B), pod({"name": "a", "$patch": "delete"}), pod(B)),
        (pod(A, B), pod({"name": "a", "image": None}), pod({"name": "a"}, B)),
        (pod(A, B), pod({"$patch": "replace"}, {"name": "c", "image": "c"}), pod({"name": "c", "image": "c"})),
        (
            pod(A, B),
            {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}},
            pod(B, A),
        ),
        (
            pod(A, B),
            {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}], "containers": [{"name": "c"}]}},
            pod({"name": "c"}, A, B),
        ),
        (
            {**DEPLOYMENT, "spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}},
            {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
            {**DEPLOYMENT, "spec": {"strategy": {"type": "Recreate"}}},
        ),
        (
            {**POD, "metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}},
            {**POD, "metadata": {"finalizers": ["b"]}},
        ),
        (
            {**POD, "metadata": {"finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b"]}},
            {**POD, "metadata": {"finalizers": ["a", "b"]}},
        ),
        (
            {**POD, "metadata": {"labels": {"a": "1", "b": "2"}}},
            {"metadata": {"labels": {"a": None}}},
            {**POD, "metadata": {"labels": {"b": "2"}}},
        ),
        ({"spec": {"a": {"b": 1}}}, {"spec": {"a": {"$patch": "replace", "c": 1}}}, {"spec": {"a": {"c": 1}}}),
        ({"spec": {"a": {"b": 1}}}, {"spec": {"a": {"$patch": "delete"}}}, {"spec": {"a": {}}}),
        (
            {**SERVICE, "spec": {"ports": [{"port": 80, "name": "x"}]}},
            {"spec": {"ports": [{"port": 80, "targetPort": 8080}]}},
            {**SERVICE, "spec": {"ports": [{"port": 80, "name": "x", "targetPort": 8080}]}},
        ),
        (
            {**SERVICE_ACCOUNT, "imagePullSecrets": [{"name": "a"}], "secrets": [{"name": "a"}]},
            {"imagePullSecrets": [{"name": "b"}], "secrets": [{"name": "b"}]},
            {**SERVICE_ACCOUNT, "imagePullSecrets": [{"name": "b"}], "secrets": [{"name": "a"}, {"name": "b"}]},
        ),
        (
            {**WIDGET, "spec": {"containers": [A]}},
            {"spec": {"containers": [B]}},
            {**WIDGET, "spec": {"containers": [B]}},
        ),
    ],
)
def test_strategic_merge(old: Any, patch: Any, expected: Any) -> None:
    before = repr(old)
    assert apply_patch(STRATEGIC, old, patch) == expected
    assert repr(old) == before


def test_a_merge_patch_replaces_lists_and_removes_nulls() -> None:
    assert apply_patch(MERGE, pod(A, B, x=1), {"spec": {"containers": [B], "x": None}}) == pod(B)


@pytest.mark.parametrize(
    ("media", "patch", "code"),
    [
        ("text/plain", {}, 415),
        (STRATEGIC, [], 400),
        (MERGE, [], 400),
        (STRATEGIC, {"spec": {"containers": [{"image": "x"}]}}, 400),
        (STRATEGIC, {"spec": {"$patch": "nonsense"}}, 400),
        ("application/json-patch+json", [{"op": "remove", "path": "/nothing"}], 422),
    ],
)
def test_refusals(media: str, patch: Any, code: int) -> None:
    with pytest.raises(ApiError) as refusal:
        apply_patch(media, pod(A), patch)
    assert refusal.value.code == code
