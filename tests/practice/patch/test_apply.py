"""Server-side apply and field ownership, told as the stories they were made for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.patch.apply import apply_configuration
from kx.practice.patch.fields import fields_of, from_fields_v1, to_fields_v1
from kx.practice.patch.managed import read, record_update
from kx.practice.status import ApiError, Obj

THEN = "2030-01-01T00:00:00Z"
LATER = "2030-01-01T00:01:00Z"


def config(**data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def apply(live: Obj | None, wanted: Obj, manager: str = "me", force: bool = False, time: str = THEN) -> Obj:
    return apply_configuration(live, wanted, manager=manager, force=force, time=time)


def owners(obj: Obj) -> dict[str, Any]:
    return {entry["manager"]: entry["fieldsV1"] for entry in obj["metadata"]["managedFields"]}


def test_applying_creates_and_owns() -> None:
    made = apply(None, config(a="1"))
    assert made["data"] == {"a": "1"}
    assert owners(made) == {"me": {"f:data": {".": {}, "f:a": {}}}}


def test_a_field_not_applied_any_more_goes() -> None:
    made = apply(apply(None, config(a="1", b="2")), config(a="1"))
    assert made["data"] == {"a": "1"}


def test_applying_the_same_again_changes_nothing() -> None:
    made = apply(None, config(a="1"))
    assert apply(made, config(a="1"), time=LATER) == made


def test_a_field_somebody_else_set_is_a_conflict_until_forced() -> None:
    made = record_update(None, config(a="1"), manager="kubectl-create", time=THEN)
    with pytest.raises(ApiError) as refusal:
        apply(made, config(a="2"))
    assert refusal.value.code == 409
    assert refusal.value.message == 'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a'
    forced = apply(made, config(a="2"), force=True)
    assert forced["data"] == {"a": "2"}
    assert owners(forced) == {"kubectl-create": {"f:data": {}}, "me": {"f:data": {".": {}, "f:a": {}}}}


def test_conflicts_are_listed_by_manager() -> None:
    made = record_update(None, config(a="1", b="1"), manager="x", time=THEN)
    with pytest.raises(ApiError) as refusal:
        apply(made, config(a="2", b="2"))
    assert refusal.value.message == (
        'Apply failed with 2 conflicts: conflicts with "x" using v1:\n- .data.a\n- .data.b'
    )


def test_the_same_value_is_owned_together_and_stays_when_one_lets_go() -> None:
    made = apply(apply(None, config(a="1"), "x"), config(a="1"), "y")
    assert set(owners(made)) == {"x", "y"}
    assert apply(made, config(), "x")["data"] == {"a": "1"}


def test_what_somebody_put_into_my_map_stays_when_i_let_the_map_go() -> None:
    made = apply(None, config(a="1"))
    made = record_update(made, {**made, "data": {"a": "1", "b": "2"}}, manager="editor", time=LATER)
    assert apply(made, {key: value for key, value in config().items() if key != "data"})["data"] == {"b": "2"}


def test_an_ordinary_update_takes_a_changed_field_over() -> None:
    made = apply(None, config(a="1", b="1"))
    changed = record_update(made, {**made, "data": {"a": "2", "b": "1"}}, manager="editor", time=LATER)
    assert owners(changed) == {"me": {"f:data": {".": {}, "f:b": {}}}, "editor": {"f:data": {"f:a": {}}}}


def test_containers_are_merged_by_name_and_ports_by_number_and_protocol() -> None:
    def deployment(*containers: Obj) -> Obj:
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "d"},
            "spec": {"template": {"spec": {"containers": list(containers)}}},
        }

    made = apply(None, deployment({"name": "a", "image": "1", "ports": [{"containerPort": 80}]}), "x")
    made = apply(made, deployment({"name": "b", "image": "2"}), "y")
    assert [part["name"] for part in made["spec"]["template"]["spec"]["containers"]] in (["a", "b"], ["b", "a"])
    gone = apply(made, deployment(), "x")
    assert [part["name"] for part in gone["spec"]["template"]["spec"]["containers"]] == ["b"]
    ports = owners(made)["x"]["f:spec"]["f:template"]["f:spec"]["f:containers"]['k:{"name":"a"}']["f:ports"]
    assert list(ports) == ['k:{"containerPort":80,"protocol":"TCP"}']


JSON_OBJECTS = st.dictionaries(
    st.text("abc.", min_size=1, max_size=3),
    st.recursive(
        st.integers() | st.text(max_size=3) | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(JSON_OBJECTS)
def test_fields_survive_their_written_form(obj: Obj) -> None:
    paths = frozenset(fields_of(obj))
    assert from_fields_v1(to_fields_v1(paths)) == paths


@given(JSON_OBJECTS, JSON_OBJECTS)
def test_what_is_applied_is_there_afterwards(first: Obj, second: Obj) -> None:
    def wrap(value: Obj) -> Obj:
        return {"apiVersion": "v1", "kind": "X", "metadata": {"name": "n"}, "spec": value}

    made = apply(apply(None, wrap(first), "x"), wrap(second), "y", force=True)
    for path, value in fields_of(wrap(second)).items():
        if not path[-1].startswith("k:") and value is not None:
            assert fields_of(made)[path] == value
    assert {entry.manager for entry in read(made)} <= {"x", "y"}
