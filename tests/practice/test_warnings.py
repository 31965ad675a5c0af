"""Warnings: what is stored all the same, but probably not meant; nothing is said of the recorded objects."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice import defaults
from kx.practice.resources import by_key
from kx.practice.status import Obj
from kx.practice.validation.warnings import warnings
from tests.practice.golden import posted, resource_at, rows

# Said of the resource whatever the object is; the handlers say it.
DEPRECATED = frozenset({"endpoints"})


@pytest.mark.parametrize("row", [row for row in rows("objects") if row["code"] == 201], ids=lambda row: row["case"])
def test_a_recorded_object_is_warned_of_as_recorded(row: Obj) -> None:
    resource = resource_at(row["path"])
    obj = defaults.prepare_create(resource, defaults.apply(resource, posted(row)))
    wanted = [] if resource.key in DEPRECATED else row["warnings"]
    assert [f'299 - "{each}"' for each in warnings(resource, obj)] == wanted


def warned(key: str, spec: Obj, name: str = "x", **meta: Any) -> list[str]:
    resource = by_key(key)
    assert resource is not None
    return warnings(resource, defaults.apply(resource, {"metadata": {"name": name, **meta}, "spec": spec}))


def container(**more: Any) -> Obj:
    return {"name": "c", "image": "a:1", **more}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"containers": [container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}])]}, [
            'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'
        ]),
        ({"containers": [container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "$(A):2"}])]}, []),
        ({"containers": [container(resources={"limits": {"memory": "100m"}})]}, [
            'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
            'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an '
            "integer",
        ]),
        ({"containers": [container(ports=[{"containerPort": 80}, {"containerPort": 80}])]}, [
            "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"
        ]),
        ({"containers": [container(ports=[{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}])]}, []),
        ({"containers": [container()], "nodeSelector": {"beta.kubernetes.io/os": "linux"}}, [
            'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'
        ]),
        ({"containers": [container()], "imagePullSecrets": [{"name": "a"}, {"name": "a"}]}, [
            'spec.imagePullSecrets[1].name: duplicate name "a"'
        ]),
    ],
)  # fmt: skip
def test_pods(spec: Obj, said: list[str]) -> None:
    assert warned("pods", spec) == said


def test_a_name_that_cannot_be_a_host_name() -> None:
    assert warned("pods", {"containers": [container()]}, "a.b") == [
        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is "
        "recommended: [must not contain dots]"
    ]


def test_services() -> None:
    assert warned("services", {"type": "ClusterIP", "externalName": "a.b"}) == [
        'spec.externalName is ignored when spec.type is not "ExternalName"'
    ]


def test_an_ingress_with_the_old_annotation() -> None:
    said = warned("ingresses.networking.k8s.io", {}, annotations={"kubernetes.io/ingress.class": "nginx"})
    assert said == [
        "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
    ]
