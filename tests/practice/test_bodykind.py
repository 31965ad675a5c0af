"""The kind of a request body, by the bytes that clients send."""

from __future__ import annotations

import pytest

from kx.practice.bodykind import body_kind

# The start of what `kubectl create configmap` sends: magic, then an envelope with apiVersion v1 and kind ConfigMap.
ENVELOPE = b"k8s\0\n\x0f\n\x02v1\x12\tConfigMap\x12\x00"


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("application/json", b'{"apiVersion": "v1", "kind": "Pod", "spec": {}}', "v1 Pod"),
        ("application/json; charset=utf-8", b'{"apiVersion": "apps/v1", "kind": "Deployment"}', "apps/v1 Deployment"),
        ("", b'{"apiVersion": "v1", "kind": "Pod"}', "v1 Pod"),
        ("application/json", b'{"kind": "DeleteOptions", "apiVersion": "v1"}', "v1 DeleteOptions"),
        ("application/json", b'{"propagationPolicy": "Background"}', ""),
        ("application/yaml", b"apiVersion: v1\nkind: ConfigMap\n", "v1 ConfigMap"),
        ("application/vnd.kubernetes.protobuf", ENVELOPE, "v1 ConfigMap"),
        ("application/json-patch+json", b"[]", "JSON patch"),
        ("application/merge-patch+json", b"{}", "merge patch"),
        ("application/strategic-merge-patch+json", b"{}", "strategic merge patch"),
        ("application/apply-patch+yaml", b"kind: Pod", "apply patch"),
        # No body, and bodies that cannot be read.
        ("application/json", b"", ""),
        ("application/merge-patch+json", b"", ""),
        ("application/json", b"[1", ""),
        ("application/json", b"[1]", ""),
        ("application/json", b"[" * 100_000, ""),
        ("application/json", b'{"kind": {"password": "hunter2"}}', ""),
        ("application/yaml", b"a: [", ""),
        ("application/vnd.kubernetes.protobuf", b"k8s\0\n\xff", ""),
        ("application/vnd.kubernetes.protobuf", b"nonsense", ""),
        ("text/plain", b"hello", ""),
    ],
)
def test_body_kinds(content_type: str, body: bytes, kind: str) -> None:
    assert body_kind(content_type, body) == kind
