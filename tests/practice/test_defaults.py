"""Defaults: every recorded object comes out as the real server wrote it, and the rules beyond the recordings."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice import defaults
from kx.practice.resources import by_key, by_path
from kx.practice.status import Obj
from tests.practice.golden import posted, resource_at, rows, without_cluster_state

OBJECTS = [row for row in rows("objects") if row["code"] == 201]


@pytest.mark.parametrize("row", OBJECTS, ids=lambda row: row["case"])
def test_a_recorded_object_is_created_as_the_real_server_created_it(row: Obj) -> None:
    resource = resource_at(row["path"])
    created = defaults.prepare_create(resource, defaults.apply(resource, posted(row)))
    assert without_cluster_state(created) == without_cluster_state(row["created"])


@pytest.mark.parametrize("row", OBJECTS, ids=lambda row: row["case"])
def test_what_a_server_wrote_is_not_changed_by_being_read_again(row: Obj) -> None:
    assert defaults.apply(resource_at(row["path"]), row["created"]) == row["created"]


def applied(key: str, obj: Obj) -> Obj:
    resource = by_key(key)
    assert resource is not None
    return defaults.apply(resource, obj)


def pod(**spec: Any) -> Obj:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry:5000/nginx", "Always"),
        ("registry:5000/a/nginx:v1", "IfNotPresent"),
        ("nginx@sha256:" + "a" * 64, "IfNotPresent"),
    ],
)
def test_the_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    found = applied("pods", {"spec": {"containers": [{"name": "c", "image": image}]}})
    assert found["spec"]["containers"][0]["imagePullPolicy"] == policy


def test_limits_become_requests_in_pods_but_not_in_templates() -> None:
    container = {"name": "c", "image": "a:1", "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}}}
    in_pod = applied("pods", {"spec": {"containers": [container]}})["spec"]["containers"][0]["resources"]
    assert in_pod == {"limits": {"cpu": "500m", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}
    template = {"spec": {"template": {"spec": {"containers": [container]}}}}
    in_template = applied("deployments.apps", template)["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert in_template == {"limits": {"cpu": "500m", "memory": "1Gi"}}


def test_service_links_are_a_matter_of_pods() -> None:
    assert applied("pods", pod())["spec"]["enableServiceLinks"] is True
    template = applied("deployments.apps", {"spec": {"template": pod()}})["spec"]["template"]
    assert "enableServiceLinks" not in template["spec"]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"configMap": {"name": "m"}}, {"configMap": {"name": "m", "defaultMode": 420}}),
        ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
        ({"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}),
        ({"emptyDir": {}}, {"emptyDir": {}}),
        ({}, {"emptyDir": {}}),
        (
            {"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]}},
            {
                "downwardAPI": {
                    "items": [{"path": "a", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}],
                    "defaultMode": 420,
                }
            },
        ),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}},
            {
                "projected": {
                    "sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}}],
                    "defaultMode": 420,
                }
            },
        ),
    ],
)
def test_volumes(given: Obj, stored: Obj) -> None:
    found = applied("pods", pod(volumes=[{"name": "v", **given}]))
    assert found["spec"]["volumes"] == [{"name": "v", **stored}]


def test_probes_get_their_times_and_http_its_path_and_scheme() -> None:
    container = {"name": "c", "image": "a:1", "livenessProbe": {"httpGet": {"port": 80}}}
    found = applied("pods", {"spec": {"containers": [container]}})["spec"]["containers"][0]["livenessProbe"]
    assert found == {
        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }


def test_empty_values_are_left_out_and_pointers_keep_their_zero() -> None:
    container = {"name": "c", "image": "a:1", "env": [{"name": "A", "value": ""}], "stdin": False, "command": []}
    found = applied(
        "pods", pod(containers=[container], hostNetwork=False, nodeSelector={}, terminationGracePeriodSeconds=0)
    )
    assert found["spec"]["containers"][0]["env"] == [{"name": "A"}]
    assert {"stdin", "command"}.isdisjoint(found["spec"]["containers"][0])
    assert {"hostNetwork", "nodeSelector"}.isdisjoint(found["spec"])
    assert found["spec"]["terminationGracePeriodSeconds"] == 0


def test_a_role_without_rules_shows_null() -> None:
    assert applied("roles.rbac.authorization.k8s.io", {"metadata": {"name": "r"}, "rules": []})["rules"] is None


def test_autoscalers_of_both_versions() -> None:
    target = {"scaleTargetRef": {"kind": "Deployment", "name": "d"}, "maxReplicas": 3}
    v2, v1 = (by_path("autoscaling", version, "horizontalpodautoscalers") for version in ("v2", "v1"))
    assert v1 is not None and v2 is not None
    found = defaults.apply(v2, {"metadata": {"name": "h"}, "spec": target})
    assert found["spec"]["minReplicas"] == 1
    assert found["spec"]["metrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
    ]
    assert found["status"] == {"desiredReplicas": 0, "currentMetrics": None}
    assert (
        defaults.apply(v1, {"metadata": {"name": "h"}, "spec": target})["spec"]["targetCPUUtilizationPercentage"] == 80
    )


def test_a_stateful_set_and_the_claims_in_it() -> None:
    claim = {"metadata": {"name": "d"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    found = applied(
        "statefulsets.apps", {"spec": {"serviceName": "s", "template": pod(), "volumeClaimTemplates": [claim]}}
    )
    spec = found["spec"]
    assert spec["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert spec["podManagementPolicy"] == "OrderedReady"
    assert spec["volumeClaimTemplates"] == [
        {
            "kind": "PersistentVolumeClaim",
            "apiVersion": "v1",
            "metadata": {"name": "d"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {}, "volumeMode": "Filesystem"},
            "status": {"phase": "Pending"},
        }
    ]


def test_a_namespace_carries_its_name_and_finalizer() -> None:
    resource = by_key("namespaces")
    assert resource is not None
    found = defaults.prepare_create(resource, defaults.apply(resource, {"metadata": {"name": "shop"}}))
    assert found["metadata"]["labels"] == {"kubernetes.io/metadata.name": "shop"}
    assert (found["spec"], found["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})


def test_defaults_leave_the_given_object_alone() -> None:
    given = pod(volumes=[{"name": "v"}])
    applied("pods", given)
    assert given == pod(volumes=[{"name": "v"}])
