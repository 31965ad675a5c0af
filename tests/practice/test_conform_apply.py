"""Configurations of server-side apply are refused in structured-merge-diff's words."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.conform_apply import check_applied
from kx.practice.resources import by_key
from kx.practice.schema import Schema, current
from kx.practice.status import ApiError, Obj

PODS = by_key("pods")
assert PODS is not None


@pytest.fixture(scope="module", name="schema")
def installed_schema() -> Schema:
    return current()


def pod(**spec: Any) -> Obj:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


BEGIN = "failed to create typed patch object (default/p; v1, Kind=Pod): "
NO_KEY = (
    'associative list with keys has an element that omits all key fields ["name"] '
    "(and doesn't have default values for any key fields)"
)
REFUSED: list[tuple[Obj, str]] = [
    (pod(foo=1), ".spec.foo: field not declared in schema"),
    (
        {**pod(foo=1), "bar": {}},
        "errors:\n  .spec.foo: field not declared in schema\n  .bar: field not declared in schema",
    ),
    (pod(containers=[{"name": "c", "img": "x"}]), '.spec.containers[name="c"].img: field not declared in schema'),
    (pod(containers=[{"name": "c"}, {"name": "c"}]), '.spec.containers: duplicate entries for key [name="c"]'),
    (pod(containers=[{"image": "x"}]), f".spec.containers: element 0: {NO_KEY}"),
    (
        pod(containers=["x"]),
        ".spec.containers: element 0: associative list with keys may not have non-map elements",
    ),
    (
        pod(containers=[{"name": "c", "ports": [{"containerPort": "x"}]}]),
        '.spec.containers[name="c"].ports[containerPort="x",protocol="TCP"].containerPort: '
        "expected numeric (int or float), got string",
    ),
    (
        pod(containers=[{"name": "c", "args": [1]}]),
        '.spec.containers[name="c"].args[0]: expected string, got &value.valueUnstructured{Value:1}',
    ),
    (pod(containers={"name": "c"}), ".spec.containers: expected list, got &{map[name:c]}"),
    (pod(nodeSelector="a"), ".spec.nodeSelector: expected map, got &{a}"),
    (pod(hostNetwork="x"), ".spec.hostNetwork: expected boolean, got &{x}"),
    (pod(nodeName=5), ".spec.nodeName: expected string, got &value.valueUnstructured{Value:5}"),
    (
        pod(tolerations=[{"key": True}]),
        ".spec.tolerations[0].key: expected string, got &value.valueUnstructured{Value:true}",
    ),
]


@pytest.mark.parametrize(("config", "words"), REFUSED, ids=str)
def test_refusals(config: Obj, words: str, schema: Schema) -> None:
    assert PODS is not None
    with pytest.raises(ApiError) as caught:
        check_applied(config, PODS, "default", "p", schema)
    assert (caught.value.code, caught.value.reason) == (500, "")
    assert caught.value.message == BEGIN + words


def test_another_version_is_refused(schema: Schema) -> None:
    assert PODS is not None
    with pytest.raises(ApiError) as caught:
        check_applied({"apiVersion": "v2"}, PODS, "default", "p", schema)
    assert caught.value.code == 400
    assert caught.value.message == (
        "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1"
    )


GOOD: list[Obj] = [
    pod(containers=[{"name": "c", "image": "x", "resources": {"limits": {"cpu": 1}}, "command": None}]),
    pod(containers=[{"name": "c", "ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]}]),
    pod(tolerations=[{"operator": "Exists"}, {"operator": "Exists"}]),
    {"metadata": {"labels": {"a": "b"}, "finalizers": ["x/y"]}},
    {},
]


@pytest.mark.parametrize("config", GOOD, ids=str)
def test_good_configurations_pass(config: Obj, schema: Schema) -> None:
    assert PODS is not None
    check_applied(config, PODS, "default", "p", schema)
