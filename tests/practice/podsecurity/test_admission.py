"""Where the labels of a namespace refuse and where they warn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kx.practice.podsecurity.admission import check, warnings
from kx.practice.podsecurity.policy import Policy, Standard, policy
from kx.practice.resources import Resource, by_key
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store
from tests.practice.limits.objects import container, pod

PRIVILEGED = 'privileged (container "c" must not set securityContext.privileged=true)'


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.close()


def resource(key: str) -> Resource:
    found = by_key(key)
    assert found is not None
    return found


def namespace(**labels: str) -> Obj:
    written = {f"pod-security.kubernetes.io/{key.replace('_', '-')}": value for key, value in labels.items()}
    return {"metadata": {"name": "default", "labels": written}}


def greedy(name: str = "p", image: str = "nginx") -> Obj:
    return pod({**container("c", securityContext={"privileged": True}), "image": image}, name=name)


def refusal(store: Store, key: str, obj: Obj, old: Obj | None = None, subresource: str = "") -> str:
    try:
        check(store, resource(key), obj, old, subresource)
    except ApiError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({}, Policy(Standard(), Standard())),
        ({"enforce": "baseline"}, Policy(Standard("baseline"), Standard("baseline"))),
        (
            {"enforce": "restricted", "enforce_version": "v1.30", "warn": "baseline"},
            Policy(Standard("restricted", "v1.30"), Standard("baseline")),
        ),
        ({"warn": "restricted"}, Policy(Standard(), Standard("restricted"))),
        ({"enforce": "tight", "warn": "tight"}, Policy(Standard("restricted"), Standard())),
    ],
)
def test_labels(labels: dict[str, str], wanted: Policy) -> None:
    assert policy(namespace(**labels)["metadata"]["labels"]) == wanted


def test_pods_are_refused_and_their_makers_warned(store: Store) -> None:
    store.create("namespaces", namespace(enforce="baseline"))
    assert refusal(store, "pods", greedy()) == (
        f'pods "p" is forbidden: violates PodSecurity "baseline:latest": {PRIVILEGED}'
    )
    assert refusal(store, "pods", pod(container())) == ""
    template = {"metadata": {}, "spec": greedy()["spec"]}
    deployment = {"metadata": {"name": "d", "namespace": "default"}, "spec": {"template": template}}
    assert refusal(store, "deployments.apps", deployment) == ""
    said = [f'would violate PodSecurity "baseline:latest": {PRIVILEGED}']
    assert warnings(store, resource("deployments.apps"), deployment, None) == said
    assert warnings(store, resource("deployments.apps"), deployment, deployment, "status") == []
    cron = {"metadata": deployment["metadata"], "spec": {"jobTemplate": {"spec": {"template": template}}}}
    assert warnings(store, resource("cronjobs.batch"), cron, None) == said
    assert warnings(store, resource("services"), deployment, None) == []


def test_warnings_alone_refuse_nothing(store: Store) -> None:
    store.create("namespaces", namespace(warn="restricted", warn_version="v1.30", audit="restricted"))
    assert refusal(store, "pods", greedy()) == ""
    (said,) = warnings(store, resource("pods"), greedy(), None)
    assert said.startswith(f'would violate PodSecurity "restricted:v1.30": {PRIVILEGED}, allowPrivilegeEscalation')


def test_updates_matter_where_images_or_debuggers_change(store: Store) -> None:
    store.create("namespaces", namespace(enforce="baseline"))
    labelled = {**greedy(), "metadata": {**greedy()["metadata"], "labels": {"a": "b"}}}
    assert refusal(store, "pods", labelled, greedy()) == ""
    assert PRIVILEGED in refusal(store, "pods", greedy(image="nginx:2"), greedy())
    assert refusal(store, "pods", greedy(image="nginx:2"), greedy(), "status") == ""
    plain = pod(container("main"))
    debugged = pod(container("main"), ephemeralContainers=[container("c", securityContext={"privileged": True})])
    assert PRIVILEGED in refusal(store, "pods", debugged, plain, "ephemeralcontainers")


def test_labels_that_say_nothing_are_refused(store: Store) -> None:
    wrong = namespace(enforce="tight", warn_version="1.2")
    assert refusal(store, "namespaces", wrong) == (
        'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "tight": '
        "must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: "
        'Invalid value: "1.2": must be "latest" or "v1.x"]'
    )
    assert refusal(store, "namespaces", wrong, wrong) == ""
    assert refusal(store, "namespaces", namespace(audit="x"), wrong) != ""


def test_a_namespace_that_becomes_stricter_tells_of_its_pods(store: Store) -> None:
    for name in ("b", "a", "c"):
        store.create("pods", greedy(name))
    store.create("pods", pod(container(), name="z"))
    spaces, plain = resource("namespaces"), namespace()
    assert warnings(store, spaces, namespace(enforce="baseline"), plain) == [
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "a (and 2 other pods): privileged",
    ]
    assert warnings(store, spaces, namespace(enforce="restricted"), plain)[1:] == [
        "a (and 2 other pods): privileged, allowPrivilegeEscalation != false, unrestricted capabilities, "
        "runAsNonRoot != true, seccompProfile",
        "z: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
    ]
    assert warnings(store, spaces, namespace(enforce="baseline"), namespace(enforce="restricted")) == []
    assert warnings(store, spaces, namespace(warn="restricted"), plain) == []
    assert warnings(store, spaces, namespace(enforce="baseline"), None) == []
