"""The schema cache: prepared once per installed version, safe with two starters, quick to read."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kx.errors import KxError
from kx.practice import schema
from kx.practice.resources import SERVED
from kx.practice.schema import Schema, current, ensure, go_type, load
from kx.practice.served import RELEASE


@pytest.fixture(scope="module")
def known() -> Schema:
    return current()


def test_it_is_prepared_once_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The user's folder may hold anything: no module is read from there.
    (tmp_path / "json.py").write_text("raise SystemExit('read from the wrong folder')")
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    first = ensure(tmp_path / "cache", said.append)
    assert len(said) == 2
    assert "once per installed version" in said[0]
    assert ensure(tmp_path / "cache", said.append) == first
    assert len(said) == 2
    assert load(first).version == schema.installed_version()


def test_two_starters_do_not_disturb_each_other_even_on_ruins(tmp_path: Path) -> None:
    ruin = tmp_path / "practice-schema" / current().folder.name
    (ruin / "openapi").mkdir(parents=True)
    with ThreadPoolExecutor(2) as both:
        folders = list(both.map(lambda _: ensure(tmp_path, lambda text: None), range(2)))
    assert folders == [ruin, ruin]
    assert sorted(each.name for each in ruin.parent.iterdir()) == [".lock", ruin.name]
    assert load(ruin).of_kind("", "v1", "Pod")


def test_a_broken_preparation_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(KxError, match="could not be prepared"):
        ensure(tmp_path, lambda text: None)
    assert [each.name for each in (tmp_path / "practice-schema").iterdir()] == [".lock"]


def test_reading_it_imports_neither_the_package_nor_pydantic() -> None:
    script = (
        "import sys; from kx.practice import conform, decode, discovery, openapi, protobuf, schema; "
        "schema.current().of_kind('', 'v1', 'Pod'); "
        "print([name for name in ('kubernetes', 'pydantic', 'yaml') if name in sys.modules])"
    )
    current()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_served_kind_and_subresource_body_has_a_type(known: Schema) -> None:
    for each in SERVED:
        assert known.of_kind(each.group, each.version, each.kind), each
        if "list" in each.verbs:
            assert known.of_kind(each.group, each.version, each.list_kind), each
        for inner in each.subresources:
            if not inner.kind.endswith("Options"):
                assert known.of_kind(inner.group, inner.version, inner.kind), inner
    assert known.of_kind("", "v1", "DeleteOptions")
    assert known.of_kind("", "v1", "Nothing") is None


def test_every_type_can_be_unfolded(known: Schema) -> None:
    names = json.loads((known.folder / "types.json").read_bytes())["types"]
    assert len(names) > 500
    for name in names:
        of = known.type(name)
        for field in of.fields.values():
            if field.base.startswith("#"):
                assert field.base[1:] in names, f"{name}.{field.name}"
        for inner in of.inline.values():
            assert inner in names
        numbers = [field.number for field in of.fields.values() if field.number and not field.inlined]
        assert len(numbers + list(of.inline)) == len({*numbers, *of.inline}), name


def field(known: Schema, path: str) -> schema.Field:
    """The field at ``Pod.spec.containers``."""
    kind, *names = path.split(".")
    of = known.of_kind("apps" if kind == "Deployment" else "", "v1", kind)
    for name in names:
        assert of is not None
        found = of.fields[name]
        of = known.type(found.base[1:]) if found.base.startswith("#") else None
    return found


FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("Deployment.spec.replicas", {"base": "int32", "pointer": True, "number": 1, "go": "int32"}),
    ("Deployment.spec.paused", {"base": "bool", "pointer": False, "always": False}),
    ("Pod.spec.containers", {"containers": "[]", "always": True, "go": "[]v1.Container"}),
    ("Pod.spec.containers.ports.protocol", {"go": "v1.Protocol"}),
    ("Pod.spec.containers.resources.limits", {"containers": "{}", "base": "@quantity", "go": "v1.ResourceList"}),
    ("Pod.spec.volumes.hostPath", {"inlined": True, "base": "#io.k8s.api.core.v1.HostPathVolumeSource"}),
    ("Pod.metadata.creationTimestamp", {"base": "@time", "omit_zero": True}),
    ("Pod.metadata.labels", {"containers": "{}", "base": "string", "go": "map[string]string"}),
    ("Service.spec.ports.targetPort", {"base": "@intstr"}),
    ("Secret.data", {"containers": "{}", "base": "bytes", "go": "map[string][]uint8"}),
]


@pytest.mark.parametrize(("path", "told"), FIELDS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_field_is(path: str, told: dict[str, Any], known: Schema) -> None:
    found = field(known, path)
    assert {name: getattr(found, name) for name in told} == told


def test_how_lists_are_merged(known: Schema) -> None:
    facts = field(known, "Pod.spec.containers.ports").facts
    assert (facts["merge"], facts["strategy"]) == ("containerPort", "merge")
    assert (facts["list"], facts["keys"]) == ("map", ["containerPort", "protocol"])


@pytest.mark.parametrize(
    ("kind", "name"),
    [("[]#io.k8s.api.core.v1.Pod", "[]v1.Pod"), ("{}[]string", "map[string][]string"), ("bytes", "[]uint8")],
)
def test_go_names_of_types(kind: str, name: str) -> None:
    assert go_type(kind) == name


def test_the_server_is_as_old_as_its_nodes(known: Schema) -> None:
    assert known.git_version == RELEASE
