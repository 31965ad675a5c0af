"""What patches make of objects is refused in the words an API server has for each kind of patch."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.conform_patch import conform_patched, go_map
from kx.practice.resources import by_key
from kx.practice.schema import Schema, current
from kx.practice.status import ApiError, Obj

DEPLOYMENTS = by_key("deployments.apps")
assert DEPLOYMENTS is not None


@pytest.fixture(scope="module", name="schema")
def installed_schema() -> Schema:
    return current()


def deployment(**spec: Any) -> Obj:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}


def refusal(obj: Obj, strategic: Obj | None, schema: Schema) -> ApiError:
    assert DEPLOYMENTS is not None
    with pytest.raises(ApiError) as caught:
        conform_patched(obj, DEPLOYMENTS, "Strict", strategic, schema)
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")
    return caught.value


PATCHES: list[tuple[Obj, str]] = [
    ({"spec": {"replicas": "x"}}, "unrecognized type: int32"),
    ({"spec": {"paused": 1}}, "unrecognized type: bool"),
    ({"spec": {"replicas": 1.5}}, "cannot convert float64 to int32"),
    ({"spec": {"selector": "a=b"}}, "cannot restore struct from: string"),
    ({"spec": {"selector": {"matchLabels": []}}}, "cannot restore map from slice"),
    ({"spec": {"selector": {"matchExpressions": {}}}}, "cannot restore slice from map"),
    ({"spec": {"selector": {"matchLabels": {"a": 1}}}}, "cannot convert int64 to string"),
    ({"spec": {"strategy": {"type": 5}}}, "cannot convert int64 to v1.DeploymentStrategyType"),
    ({"spec": {"foo": 1, "bar": 2}}, 'strict decoding error: unknown field "spec.bar", unknown field "spec.foo"'),
]


@pytest.mark.parametrize(("patch", "words"), PATCHES, ids=str)
def test_strategic_merge_patches(patch: Obj, words: str, schema: Schema) -> None:
    error = refusal(deployment(**patch["spec"]), patch, schema)
    shown = f'patch: Invalid value: "{go_map(patch)}": {words}'.replace('\\"', '"')
    assert error.message == f' "" is invalid: {shown}'
    assert error.details is not None
    assert [cause["field"] for cause in error.details["causes"]] == ["patch"]


def test_other_patches_show_the_object_and_go_s_own_words(schema: Schema) -> None:
    error = refusal(deployment(replicas="x"), None, schema)
    assert 'patch: Invalid value: "{\\"apiVersion\\":' in error.message
    words = "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    assert error.message.endswith(words)


def test_warnings(schema: Schema) -> None:
    assert DEPLOYMENTS is not None
    obj = deployment(foo=1, bar=2)
    warned = conform_patched(obj, DEPLOYMENTS, "Warn", {"spec": {"foo": 1}}, schema)
    assert warned.warnings == ('unknown field "spec.bar"', 'unknown field "spec.foo"')
    assert "foo" not in warned.obj["spec"]
    assert conform_patched(obj, DEPLOYMENTS, "Ignore", None, schema).warnings == ()


@pytest.mark.parametrize(
    ("value", "shown"),
    [({"b": [1, "x"], "a": None}, "map[a:<nil> b:[1 x]]"), ({}, "map[]"), ([True, 1.5], "[true 1.5]")],
    ids=str,
)
def test_values_are_shown_as_go_prints_them(value: Any, shown: str) -> None:
    assert go_map(value) == shown
