"""What containers get from a limit range, and what it refuses in which words."""

from __future__ import annotations

import pytest

from kx.practice.limits.limitrange import ANNOTATION, check, defaulted
from kx.practice.status import ApiError, Obj
from tests.practice.limits.objects import amounts, claim, container, limit_range, pod


def item(kind: str = "Container", **fields: str) -> Obj:
    return {"type": kind, **{field: amounts(text) for field, text in fields.items()}}


def refusal(resource: str, obj: Obj, *items: Obj, old: Obj | None = None) -> str:
    """What is said against an object, without its name; "" when it may be."""
    try:
        check(resource, obj, old, limit_range(*items))
    except ApiError as error:
        assert (error.code, error.reason) == (403, "Forbidden")
        assert error.details == {"name": obj["metadata"]["name"], "kind": resource}
        return error.message.removeprefix(f'{resource} "{obj["metadata"]["name"]}" is forbidden: ')
    return ""


def test_containers_that_ask_for_nothing_get_the_defaults() -> None:
    bounds = limit_range(item(default="cpu=200m,memory=64Mi", defaultRequest="cpu=100m,memory=32Mi"))
    asked = pod(container("a"), container("b", "memory=1Mi"), initContainers=[container("i", limits="cpu=1")])
    made = defaulted(asked, bounds)
    first, second = made["spec"]["containers"]
    limits = {"cpu": "200m", "memory": "64Mi"}
    assert first["resources"] == {"requests": {"cpu": "100m", "memory": "32Mi"}, "limits": limits}
    assert second["resources"] == {"requests": {"memory": "1Mi", "cpu": "100m"}, "limits": limits}
    assert made["spec"]["initContainers"][0]["resources"]["limits"] == {"cpu": "1", "memory": "64Mi"}
    assert made["metadata"]["annotations"][ANNOTATION] == (
        "LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; "
        "cpu request for container b; cpu, memory limit for container b; "
        "cpu, memory request for init container i; memory limit for init container i"
    )
    assert made["status"]["qosClass"] == "Burstable"
    assert asked == pod(container("a"), container("b", "memory=1Mi"), initContainers=[container("i", limits="cpu=1")])


def test_a_pod_that_says_everything_stays_as_it_is() -> None:
    bounds = limit_range(item(default="cpu=1", defaultRequest="cpu=1"), item("Pod", max="cpu=2"))
    complete = pod(container("c", "cpu=1", "cpu=1"))
    assert defaulted(complete, bounds) is complete


@pytest.mark.parametrize(
    ("requests", "limits", "bounds", "said"),
    [
        ("cpu=500m", "cpu=500m", {"max": "cpu=500m", "min": "cpu=500m"}, ""),
        ("", "cpu=1", {"max": "cpu=500m"}, "maximum cpu usage per Container is 500m, but limit is 1"),
        ("cpu=1", "", {"max": "cpu=500m"}, "maximum cpu usage per Container is 500m.  No limit is specified"),
        ("cpu=1", "cpu=100m", {"max": "cpu=500m"}, "maximum cpu usage per Container is 500m, but request is 1"),
        ("", "", {"min": "cpu=100m"}, "minimum cpu usage per Container is 100m.  No request is specified"),
        ("cpu=50m", "", {"min": "cpu=100m"}, "minimum cpu usage per Container is 100m, but request is 50m"),
        ("cpu=100m", "cpu=50m", {"min": "cpu=100m"}, "minimum cpu usage per Container is 100m, but limit is 50m"),
        ("memory=1Gi", "memory=2Gi", {"maxLimitRequestRatio": "memory=2"}, ""),
        (
            "memory=1Gi",
            "memory=3Gi",
            {"maxLimitRequestRatio": "memory=2"},
            "memory max limit to request ratio per Container is 2, but provided ratio is 3.000000",
        ),
        (
            "cpu=0",
            "cpu=1",
            {"maxLimitRequestRatio": "cpu=2"},
            "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
        ),
        (
            "cpu=1",
            "",
            {"maxLimitRequestRatio": "cpu=2"},
            "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0",
        ),
        (
            "cpu=1,memory=1Mi",
            "cpu=2,memory=1Mi",
            {"max": "cpu=1", "min": "memory=4Mi"},
            "[minimum memory usage per Container is 4Mi, but request is 1Mi, "
            "maximum cpu usage per Container is 1, but limit is 2]",
        ),
    ],
)
def test_containers_stay_within_bounds(requests: str, limits: str, bounds: dict[str, str], said: str) -> None:
    rule = item(**bounds)
    assert refusal("pods", pod(container("c", requests, limits)), rule) == said
    assert refusal("pods", pod(initContainers=[container("i", requests, limits)]), rule) == said


def test_the_same_sentence_is_said_once() -> None:
    twice = pod(container("a", limits="cpu=1"), container("b", limits="cpu=1"))
    assert refusal("pods", twice, item(max="cpu=500m")) == "maximum cpu usage per Container is 500m, but limit is 1"


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (pod(container("a", "cpu=1", "cpu=1"), container("b", "cpu=1", "cpu=1")), ""),
        (
            pod(container("a", "cpu=1", "cpu=1"), container("b", "cpu=1", "cpu=1500m")),
            "maximum cpu usage per Pod is 2, but limit is 2500m",
        ),
        (
            pod(container("a", "cpu=1", "cpu=1"), initContainers=[container("i", "cpu=3", "cpu=3")]),
            "maximum cpu usage per Pod is 2, but limit is 3",
        ),
        (
            pod(
                container("a", "cpu=1", "cpu=1"),
                initContainers=[container("side", "cpu=2", "cpu=2", restartPolicy="Always")],
            ),
            "maximum cpu usage per Pod is 2, but limit is 3",
        ),
        (
            pod(container("a", "cpu=1", "cpu=1"), resources={"limits": {"cpu": "4"}}),
            "maximum cpu usage per Pod is 2, but limit is 4",
        ),
    ],
)
def test_pods_stay_within_bounds_as_a_whole(obj: Obj, said: str) -> None:
    assert refusal("pods", obj, item("Pod", max="cpu=2")) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("1Gi", ""),
        ("5Gi", "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi"),
        ("1Mi", "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi"),
    ],
)
def test_claims_stay_within_bounds(size: str, said: str) -> None:
    rule = item("PersistentVolumeClaim", min="storage=1Gi", max="storage=2Gi")
    assert refusal("persistentvolumeclaims", claim(size), rule) == said
    assert refusal("persistentvolumeclaims", claim(size), rule, old=claim("1500Mi")) == said
    assert refusal("persistentvolumeclaims", claim(size), rule, old=claim(size)) == ""
