"""Protobuf bodies become the same objects as JSON bodies, and no body at all breaks the decoder."""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.conform import conform
from kx.practice.decode import decode
from kx.practice.http import Request, Response, json_response
from kx.practice.protobuf import MAGIC, decode_envelope
from kx.practice.resources import by_kind, split_api_version
from kx.practice.schema import Field, Schema, Type, current
from kx.practice.status import ApiError, Obj
from tests.practice.bare_server import serving
from tests.practice_server import kubectls

PROTOBUF = "application/vnd.kubernetes.protobuf"
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "objects.json").read_text())


# The other end of the wire, written from the format's description: fields are tag, length, bytes; numbers are varints.


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def chunk(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def number(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def message(value: Obj, of: Type, known: Schema) -> bytes:
    made = b""
    for name, each in of.fields.items():
        if name in value and each.number and not each.inlined:
            made += b"".join(field(each, value[name], known))
    for inner, target in of.inline.items():
        made += chunk(inner, message(value, known.type(target), known))
    return made


def field(of: Field, value: Any, known: Schema) -> Iterator[bytes]:
    if value is None:
        return
    if of.containers == "[]":
        for each in value:
            yield one(of.number, of.base, each, known)
    elif of.containers == "{}":
        for key, each in value.items():
            yield chunk(of.number, chunk(1, key.encode()) + one(2, of.base, each, known))
    else:
        yield one(of.number, of.base, value, known)


def one(place: int, base: str, value: Any, known: Schema) -> bytes:
    if base.startswith("#"):
        return chunk(place, message(value, known.type(base[1:]), known))
    if base in ("int32", "int64", "bool"):
        return number(place, int(value))
    return chunk(place, SCALARS[base](value))


def moment(value: str) -> bytes:
    exact = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return number(1, int(exact.timestamp())) + number(2, exact.microsecond * 1000)


SCALARS: dict[str, Any] = {
    "string": str.encode,
    "bytes": base64.b64decode,
    "@quantity": lambda value: chunk(1, value.encode()),
    "@intstr": lambda value: (
        number(1, 1) + chunk(3, value.encode()) if isinstance(value, str) else number(1, 0) + number(2, value)
    ),
    "@time": moment,
    "@microtime": moment,
    "@raw": lambda value: chunk(1, json.dumps(value).encode()),
    "@json": lambda value: chunk(1, json.dumps(value).encode()),
}


def envelope(value: Obj, known: Schema) -> bytes:
    of = known.of_kind(*split_api_version(value["apiVersion"]), value["kind"])
    assert of is not None
    told = chunk(1, value["apiVersion"].encode()) + chunk(2, value["kind"].encode())
    return MAGIC + chunk(1, told) + chunk(2, message(value, of, known)) + chunk(3, b"") + chunk(4, b"")


@pytest.fixture(scope="module")
def known() -> Schema:
    return current()


# CustomResourceDefinitions hold JSON inside protobuf in ways no kubectl sends.
STORED = [row for row in GOLDEN if row["created"]["kind"] != "CustomResourceDefinition"]


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["case"])
def test_what_was_sent_comes_out(row: dict[str, Any], known: Schema) -> None:
    created = row["created"]
    of = by_kind(*split_api_version(created["apiVersion"]), created["kind"])
    assert of is not None
    found = conform(decode(envelope(created, known), PROTOBUF), of, "Strict", known)
    assert found.obj == created


def container(**fields: Any) -> Obj:
    spec = {"containers": [{"name": "c", **fields}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


VALUES: list[Obj] = [
    container(ports=[{"containerPort": 80, "hostPort": -1}]),
    container(livenessProbe={"httpGet": {"port": "web"}, "initialDelaySeconds": 3}),
    container(livenessProbe={"httpGet": {"port": 8080}}),
    container(resources={"limits": {"cpu": "500m", "memory": "1Gi"}}),
    container(securityContext={"runAsUser": 0, "privileged": False}),
    container(env=[{"name": "é", "value": "日本"}]),
    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "AAEC/w=="}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b", "c": ""}},
    {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "l", "creationTimestamp": "2026-01-31T12:00:00Z"},
        "spec": {"renewTime": "2026-01-31T12:00:00.123456Z"},
    },
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value['kind']} {list(value.values())[-1]}"[:60])
def test_values_of_every_form(value: Obj, known: Schema) -> None:
    of = by_kind(*split_api_version(value["apiVersion"]), value["kind"])
    assert of is not None
    plain = conform(value, of, "Strict", known).obj
    assert conform(decode(envelope(value, known), PROTOBUF), of, "Strict", known).obj == plain


def test_unknown_fields_are_passed_over(known: Schema) -> None:
    extra = number(999, 7) + chunk(998, b"x") + varint(997 << 3 | 1) + b"8 bytes!" + varint(996 << 3 | 5) + b"4 by"
    body = MAGIC + chunk(1, chunk(1, b"v1") + chunk(2, b"ConfigMap")) + chunk(2, extra) + extra
    assert decode(body, PROTOBUF) == {"apiVersion": "v1", "kind": "ConfigMap"}


def test_packed_numbers_are_numbers(known: Schema) -> None:
    context = chunk(4, varint(5) + varint(7))  # PodSecurityContext.supplementalGroups
    spec = chunk(14, context)
    body = MAGIC + chunk(1, chunk(1, b"v1") + chunk(2, b"Pod")) + chunk(2, chunk(2, spec))
    assert decode(body, PROTOBUF)["spec"]["securityContext"]["supplementalGroups"] == [5, 7]


BROKEN = [
    b"",
    b"{}",
    b"k8s",
    MAGIC + b"\x0a",
    MAGIC + b"\x0a\x05v",
    MAGIC + b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    MAGIC + b"\x00",
    MAGIC + b"\x0b",
    MAGIC + number(1, 1),
    MAGIC + chunk(1, chunk(1, b"v1") + chunk(2, b"Pod")) + chunk(2, number(1, 3)),
    MAGIC + chunk(1, chunk(1, b"v1") + chunk(2, b"Pod")) + chunk(2, b"\x0a\x7f"),
]


@pytest.mark.parametrize("body", BROKEN, ids=repr)
def test_broken_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        decode(body, PROTOBUF)
    assert (caught.value.code, caught.value.reason) == (400, "BadRequest")


def test_deep_nesting_is_refused(known: Schema) -> None:
    inner = known.type("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps").fields["not"]
    data = b""
    for _ in range(5_000):
        data = chunk(inner.number, data)
    version, kind = "apiextensions.k8s.io/v1", "CustomResourceDefinition"
    of = known.of_kind(*split_api_version(version), kind)
    places = []
    for name in ("spec", "versions", "schema", "openAPIV3Schema"):
        assert of is not None
        places.append(of.fields[name].number)
        of = known.type(of.fields[name].base[1:])
    for place in reversed(places):
        data = chunk(place, data)
    with pytest.raises(ApiError, match="nested too deeply"):
        decode(MAGIC + chunk(1, chunk(1, version.encode()) + chunk(2, kind.encode())) + chunk(2, data), PROTOBUF)


def test_envelopes_in_envelopes_are_refused_when_they_are_too_many() -> None:
    told = chunk(1, chunk(1, b"apps/v1") + chunk(2, b"ControllerRevision"))
    body = MAGIC
    for _ in range(2_000):
        body = MAGIC + told + chunk(2, chunk(2, chunk(1, body)))
    with pytest.raises(ApiError, match="nested too deeply"):
        decode(body, PROTOBUF)


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    for body in (data, MAGIC + data):
        try:
            decode(body, PROTOBUF)
        except ApiError as error:
            assert error.code == 400


KINDS = st.sampled_from(["v1 Pod", "apps/v1 Deployment", "v1 Secret", "coordination.k8s.io/v1 Lease", "batch/v1 Job"])


@given(KINDS, st.data())
def test_no_damaged_message_breaks_it(kind: str, data: st.DataObject) -> None:
    version, name = kind.split()
    whole: Obj = next((row["created"] for row in GOLDEN if row["created"]["kind"] == name), {})
    body = bytearray(envelope({**whole, "apiVersion": version, "kind": name}, current()))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(len(MAGIC), len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(len(MAGIC), len(body)))]
    of = by_kind(*split_api_version(version), name)
    assert of is not None
    try:
        conform(decode(bytes(body), PROTOBUF), of, "Strict")
    except ApiError as error:
        assert error.code == 400


# Commands whose typed objects kubectl 1.32 and later send in protobuf.
SENT = [
    ("create deployment d --image=nginx --replicas=0 --port=80", "Deployment"),
    ("create configmap c --from-literal=a=b", "ConfigMap"),
    ("create secret generic s --from-literal=a=b", "Secret"),
    ("create job j --image=busybox -- echo hi", "Job"),
    ("create cronjob j --image=busybox --schedule='*/5 * * * *' -- date", "CronJob"),
    ("create namespace n", "Namespace"),
    ("create serviceaccount s", "ServiceAccount"),
    ("create role r --verb=get,list --resource=pods", "Role"),
    ("create rolebinding r --role=r --user=u --serviceaccount=a:b", "RoleBinding"),
    ("create clusterrole c --verb=get --non-resource-url=/x", "ClusterRole"),
    ("create clusterrolebinding c --clusterrole=c --group=g", "ClusterRoleBinding"),
    ("create service nodeport s --tcp=80:http", "Service"),
    ("create ingress i --rule=a.com/x*=s:80,tls=t", "Ingress"),
    ("create poddisruptionbudget p --selector=a=b --min-available=50%", "PodDisruptionBudget"),
    ("create priorityclass p --value=-5", "PriorityClass"),
    ("create quota q --hard=cpu=1,memory=1Gi", "ResourceQuota"),
    ("create token default --duration=20m", "TokenRequest"),
    ("auth can-i get pods", "SelfSubjectAccessReview"),
    ("auth whoami", "SelfSubjectReview"),
]


def sent_body(kubectl: str, words: str, folder: Path) -> tuple[bytes, str]:
    """The body of the first POST that kubectl sends for a command line, and its content type."""

    def answer(request: Request) -> Response | None:
        return None if request.method == "GET" else json_response({"kind": "Status", "status": "Failure"}, 400)

    with serving(current(), answer) as (url, seen):
        command = [kubectl, "--server", url, "--cache-dir", str(folder), *shlex.split(words)]
        env = {**os.environ, "KUBECONFIG": os.devnull, "HOME": str(folder)}
        subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
    post = next(each for each in seen if each.method == "POST")
    return post.body, post.header("content-type")


NEWEST, OLDEST = kubectls()[-1], kubectls()[0]


@pytest.mark.parametrize(("words", "kind"), SENT, ids=[kind for _, kind in SENT])
def test_what_kubectl_really_sends(words: str, kind: str, known: Schema, tmp_path: Path) -> None:
    """The newest kubectl's body says what the oldest one's does, which sends JSON."""
    new = decode(*sent_body(NEWEST, words, tmp_path / "new"))
    assert new["kind"] == kind
    if kind == "SelfSubjectReview":
        return  # the oldest asks for a version that is no longer served
    old = decode(*sent_body(OLDEST, words, tmp_path / "old"))
    of = Kind(*split_api_version(old["apiVersion"]), kind)
    assert conform(new, of, "Strict", known).obj == conform(old, of, "Strict", known).obj


class Kind:
    """A kind that is no resource of its own."""

    def __init__(self, group: str, version: str, kind: str) -> None:
        self.group, self.version, self.kind = group, version, kind


def test_the_envelope_alone_is_enough_to_tell_the_kind(known: Schema) -> None:
    body = MAGIC + chunk(1, chunk(1, b"kx.dev/v1") + chunk(2, b"Widget")) + chunk(2, b"whatever")
    assert decode_envelope(body, known) == {"apiVersion": "kx.dev/v1", "kind": "Widget"}
