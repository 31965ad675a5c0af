"""What quotas refuse in which words, and what they are charged."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kx.practice.limits.amounts import written
from kx.practice.limits.quota import charged, measured
from kx.practice.status import ApiError, Obj
from tests.practice.limits.objects import claim, config_map, container, pod, quota, service

NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)


def outcome(resource: str, obj: Obj, *quotas: Obj, old: Obj | None = None) -> str | dict[str, dict[str, str]]:
    """What is used of each quota that is charged, or what is said instead."""
    try:
        changed = charged(resource, obj, old, quotas, NOW)
    except ApiError as error:
        assert (error.code, error.reason) == (403, "Forbidden")
        return error.message
    return {each["metadata"]["name"]: each["status"]["used"] for each in changed}


SMALL = pod(container("c", "cpu=500m,memory=1Gi", "cpu=1,memory=1Gi"))


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        (quota("pods=2", "pods=1"), {"q": {"pods": "2"}}),
        (quota("pods=2", "pods=2"), "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"),
        (
            quota(
                "requests.cpu=1,requests.memory=1Gi,limits.cpu=2", "requests.cpu=600m,requests.memory=0,limits.cpu=0"
            ),
            "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1",
        ),
        (
            quota("cpu=1,pods=1,memory=1536Mi", "cpu=0,pods=1,memory=1Gi"),
            "exceeded quota: q, requested: memory=1Gi,pods=1, used: memory=1Gi,pods=1, limited: memory=1536Mi,pods=1",
        ),
        (quota("services=1", "services=1"), {}),
        (quota("pods=2"), {}),  # the controller has not seen it yet
        (quota("pods=2", ""), "status unknown for quota: q, resources: pods"),
        (quota("count/pods=1", "count/pods=0"), {"q": {"count/pods": "1"}}),
        (quota("pods=1", "pods=1", scopes=["BestEffort"]), {}),
        (
            quota("pods=1", "pods=1", scopes=["NotBestEffort"]),
            "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1",
        ),
    ],
)
def test_pods(limits: Obj, wanted: str | Obj) -> None:
    found = outcome("pods", SMALL, limits)
    assert found == (f'pods "p" is forbidden: {wanted}' if isinstance(wanted, str) else wanted)


def test_a_pod_says_what_is_limited() -> None:
    rule = quota("limits.cpu=1,limits.memory=1Gi,pods=9", "limits.cpu=0,limits.memory=0,pods=0")
    assert outcome("pods", pod(container("c")), rule) == (
        'pods "p" is forbidden: failed quota: q: must specify limits.cpu for: c; limits.memory for: c'
    )


def test_every_quota_that_covers_an_object_is_charged() -> None:
    first, second = quota("pods=2", "pods=0", "a"), quota("pods=1,services=1", "pods=0,services=0", "b")
    assert outcome("pods", SMALL, first, second) == {"a": {"pods": "1"}, "b": {"pods": "1", "services": "0"}}
    full = quota("pods=1", "pods=1", "c")
    assert outcome("pods", SMALL, first, full) == (
        'pods "p" is forbidden: exceeded quota: c, requested: pods=1, used: pods=1, limited: pods=1'
    )


def test_an_update_is_charged_what_it_takes_more() -> None:
    rule = quota("services=1,services.nodeports=1", "services=1,services.nodeports=0")
    inside, opened = service("s", "ClusterIP", 80), service("s", "NodePort", 80)
    assert outcome("services", inside, rule, old=inside) == {}
    assert outcome("services", opened, rule, old=inside) == {"q": {"services": "1", "services.nodeports": "1"}}
    assert outcome("services", inside, rule, old=opened) == {}
    assert outcome("services", service("s", "NodePort", 80, 81), rule, old=inside) == (
        'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, '
        "limited: services.nodeports=1"
    )


def test_a_claim_that_grows() -> None:
    rule = quota("requests.storage=3Gi", "requests.storage=1Gi")
    assert outcome("persistentvolumeclaims", claim("3Gi"), rule, old=claim("1Gi")) == {"q": {"requests.storage": "3Gi"}}
    assert outcome("persistentvolumeclaims", claim("5Gi"), rule, old=claim("1Gi")) == (
        'persistentvolumeclaims "data" is forbidden: exceeded quota: q, requested: requests.storage=4Gi, '
        "used: requests.storage=1Gi, limited: requests.storage=3Gi"
    )


def test_a_full_quota_lets_through_what_takes_nothing() -> None:
    over = quota("configmaps=1,services.nodeports=0", "configmaps=3,services.nodeports=0")
    assert outcome("services", service("s", "ClusterIP", 80), over) == {}
    assert outcome("configmaps", config_map("c"), over) == (
        'configmaps "c" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, '
        "limited: configmaps=1"
    )


def test_usage_is_measured_over_all_objects() -> None:
    objects = {
        "pods": [SMALL, pod(container("c", "cpu=1"), name="other"), {**SMALL, "status": {"phase": "Succeeded"}}],
        "services": [service("s", "NodePort", 80, 81)],
        "configmaps": [config_map("a"), config_map("b")],
    }
    rule = quota("requests.cpu=1,count/pods=9,services.nodeports=9,secrets=1,count/configmaps=5,count/no.such=1")
    resources = ("pods", "services", "configmaps", "secrets")
    assert written(measured(rule, resources, lambda key: objects.get(key, []), NOW)) == {
        "requests.cpu": "1500m",
        "count/pods": "3",
        "services.nodeports": "2",
        "secrets": "0",
        "count/configmaps": "2",
    }
