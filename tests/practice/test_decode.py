"""Bodies become objects, and are refused, in the words of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.decode import conform, decode
from kx.practice.resources import SERVED, Resource, by_path
from kx.practice.schema import Schema, current
from kx.practice.status import ApiError, Obj

GOLDEN = Path(__file__).parents[1] / "golden"
REFUSED = [row for row in json.loads((GOLDEN / "errors.json").read_text()) if row["code"] == 400]
STORED = json.loads((GOLDEN / "objects.json").read_text())


@pytest.fixture(scope="session", name="schema")
def installed_schema() -> Schema:
    return current()


def resource(path: str) -> Resource:
    """The resource whose collection is at ``path``."""
    parts = path.strip("/").split("/")
    group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
    found = by_path(group, version, parts[-1])
    assert found is not None
    return found


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def refusal(path: str, text: bytes, schema: Schema, mode: str = "Strict") -> str:
    with pytest.raises(ApiError) as caught:
        of = resource(path)
        conform(decode(text, "application/json", of.kind), of, mode, schema)
    assert (caught.value.code, caught.value.reason) == (400, "BadRequest")
    return caught.value.message


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["case"])
def test_refusals_are_those_of_a_real_server(row: dict[str, Any], schema: Schema) -> None:
    assert refusal(row["path"], body(row["manifest"]), schema) == row["status"]["message"]


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["case"])
def test_what_a_real_server_stores_is_left_as_it_is(row: dict[str, Any], schema: Schema) -> None:
    found = conform(row["created"], resource(row["path"]), "Strict", schema)
    assert found.obj == row["created"]
    assert found.warnings == ()


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["case"])
def test_strict_reading_has_nothing_against_good_manifests(row: dict[str, Any], schema: Schema) -> None:
    text = body(row["manifest"])
    found = conform(decode(text, "application/json"), resource(row["path"]), "Strict", schema)
    assert found.obj["metadata"]["name"] == row["manifest"]["metadata"]["name"]


PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
SERVICES = "/api/v1/namespaces/default/services"


def pod(**spec: Any) -> Obj:
    container = {"name": "c", "image": "nginx"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container], **spec}}


def deployment(**spec: Any) -> Obj:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}


STRICT = [
    (pod(foo=1), 'unknown field "spec.foo"'),
    (pod(containers=[{"nme": "x"}]), 'unknown field "spec.containers[0].nme"'),
    ({**pod(), "extra": {"a": 1}}, 'unknown field "extra"'),
    (pod(a=1, b=2), 'unknown field "spec.a", unknown field "spec.b"'),
    (pod(Volumes=[]), 'unknown field "spec.Volumes"'),
]


@pytest.mark.parametrize(("manifest", "words"), STRICT, ids=lambda value: str(value)[:40])
def test_unknown_fields(manifest: Obj, words: str, schema: Schema) -> None:
    begin = 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: '
    assert refusal(PODS, body(manifest), schema) == begin + words
    pods = resource(PODS)
    warned = conform(decode(body(manifest), "application/json"), pods, "Warn", schema)
    assert ", ".join(warned.warnings) == words
    ignored = conform(decode(body(manifest), "application/json"), pods, "Ignore", schema)
    assert ignored.warnings == ()
    assert ignored.obj == warned.obj == conform(ignored.obj, pods, "Strict", schema).obj


def test_duplicate_fields_are_told_and_the_last_one_counts(schema: Schema) -> None:
    text = b'{"kind":"Deployment","metadata":{"name":"d","name":"e"},"spec":{"replicas":1,"replicas":2}}'
    words = 'duplicate field "metadata.name", duplicate field "spec.replicas"'
    begin = 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
    assert refusal(DEPLOYMENTS, text, schema) == begin + words
    found = conform(decode(text, "application/json"), resource(DEPLOYMENTS), "Warn", schema)
    assert found.warnings == tuple(words.split(", "))
    assert found.obj["metadata"]["name"] == "e"
    assert found.obj["spec"]["replicas"] == 2


def test_duplicate_keys_of_a_map(schema: Schema) -> None:
    text = b'{"kind":"Pod","apiVersion":"v1","metadata":{"labels":{"a":"1","a":"2"}}}'
    assert refusal(PODS, text, schema).endswith('strict decoding error: duplicate field "metadata.labels.a"')


def container(**fields: Any) -> Obj:
    return pod(containers=[{"name": "c", **fields}])


LIMIT = "containers.resources.limits"
# What is sent where; what it is, where it stands and what it should be.
TYPES: list[tuple[str, Obj, str, str, str]] = [
    (DEPLOYMENTS, deployment(replicas="2"), "string", "DeploymentSpec.spec.replicas", "int32"),
    (DEPLOYMENTS, deployment(replicas=1.5), "number 1.5", "DeploymentSpec.spec.replicas", "int32"),
    (DEPLOYMENTS, deployment(replicas=3 << 30), "number 3221225472", "DeploymentSpec.spec.replicas", "int32"),
    (DEPLOYMENTS, deployment(selector="a=b"), "string", "DeploymentSpec.spec.selector", "v1.LabelSelector"),
    (DEPLOYMENTS, deployment(paused="yes"), "string", "DeploymentSpec.spec.paused", "bool"),
    (PODS, pod(restartPolicy=1), "number", "PodSpec.spec.restartPolicy", "v1.RestartPolicy"),
    (PODS, pod(containers=["x"]), "string", "PodSpec.spec.containers", "v1.Container"),
    (PODS, container(env=[{"name": "A", "value": 1}]), "number", "EnvVar.spec.containers.env.value", "string"),
    (PODS, container(command="sh"), "string", "Container.spec.containers.command", "[]string"),
    (PODS, container(args=[1]), "number", "Container.spec.containers.args", "string"),
    (PODS, container(resources={"limits": []}), "array", f"ResourceRequirements.spec.{LIMIT}", "v1.ResourceList"),
    (PODS, pod(volumes=[{"hostPath": "/x"}]), "string", "Volume.spec.volumes.hostPath", "v1.HostPathVolumeSource"),
    (PODS, {"metadata": {"labels": {"a": 1}}}, "number", "ObjectMeta.metadata.labels", "string"),
    (PODS, {"metadata": {"creationTimestamp": 5}}, "number 5", "ObjectMeta.metadata.creationTimestamp", "string"),
    (PODS, {"metadata": []}, "array", "Pod.metadata", "v1.ObjectMeta"),
    (SERVICES, {"spec": {"ports": [{"targetPort": True}]}}, "bool", "ServicePort.spec.ports.targetPort", "int32"),
]


@pytest.mark.parametrize(("path", "manifest", "got", "place", "wanted"), TYPES, ids=lambda value: str(value)[-40:])
def test_wrong_types(path: str, manifest: Obj, got: str, place: str, wanted: str, schema: Schema) -> None:
    kind = resource(path).kind
    words = f"json: cannot unmarshal {got} into Go struct field {place} of type {wanted}"
    begin = f'{kind} in version "v1" cannot be handled as a {kind}: '
    assert refusal(path, body(manifest), schema, "Ignore") == begin + words


FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX = "unable to parse quantity's suffix"
LAYOUT = "2006-01-02T15:04:05Z07:00"
TEXTS: list[tuple[Obj, str]] = [
    (container(resources={"limits": {"cpu": "a lot"}}), FORMAT),
    (container(resources={"limits": {"cpu": True}}), FORMAT),
    (container(resources={"limits": {"cpu": ""}}), FORMAT),
    (container(resources={"limits": {"memory": "1mi"}}), SUFFIX),
    (container(resources={"limits": {"memory": "1 Mi"}}), FORMAT),
    ({"metadata": {"creationTimestamp": "noon"}}, f'parsing time "noon" as "{LAYOUT}": cannot parse "noon" as "2006"'),
    ({"metadata": {"creationTimestamp": "2026-1"}}, f'parsing time "2026-1" as "{LAYOUT}": cannot parse "1" as "01"'),
    (
        {"metadata": {"creationTimestamp": "2026-13-01T00:00:00Z"}},
        'parsing time "2026-13-01T00:00:00Z": month out of range',
    ),
]


@pytest.mark.parametrize(("manifest", "words"), TEXTS, ids=str)
def test_texts_that_say_nothing(manifest: Obj, words: str, schema: Schema) -> None:
    begin = 'Pod in version "v1" cannot be handled as a Pod: '
    assert refusal(PODS, body(manifest), schema, "Ignore") == begin + words


# Positions are Go's own: encoding/base64 tells the first byte it cannot use.
BASE64 = [("not base64", 3), ("a", 0), ("aaaaaa", 4), ("aa=", 3), ("aa=b", 2), ("aa==a", 4), ("aaaa=", 4), ("=aaa", 0)]


@pytest.mark.parametrize(("text", "place"), BASE64)
def test_bytes_that_are_not_base64(text: str, place: int, schema: Schema) -> None:
    secret = body({"kind": "Secret", "data": {"a": text}})
    message = refusal("/api/v1/namespaces/default/secrets", secret, schema)
    assert message.endswith(f"illegal base64 data at input byte {place}")


def test_the_first_wrong_type_is_told_before_unknown_fields(schema: Schema) -> None:
    message = refusal(PODS, body(pod(foo=1, nodeName=5, hostNetwork="x")), schema)
    assert message.endswith("json: cannot unmarshal number into Go struct field PodSpec.spec.nodeName of type string")


SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/d/horizontalpodautoscalers"
VERSIONS = [
    (
        DEPLOYMENTS,
        {"apiVersion": "apps/v9", "kind": "Deployment"},
        'Deployment in version "v9" cannot be handled as a Deployment: '
        f'no kind "Deployment" is registered for version "apps/v9" {SCHEME}',
    ),
    (
        PODS,
        {"apiVersion": "v1", "kind": "Pot"},
        f'Pot in version "v1" cannot be handled as a Pod: no kind "Pot" is registered for version "v1" {SCHEME}',
    ),
    (
        PODS,
        {"apiVersion": "apps/v1", "kind": "Deployment"},
        'Deployment in version "v1" cannot be handled as a Pod: '
        "converting (v1.Deployment) to (core.Pod): unknown conversion",
    ),
    (
        AUTOSCALERS,
        {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler"},
        "the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)",
    ),
    (
        DEPLOYMENTS,
        {"apiVersion": "extensions/v1beta1", "kind": "Deployment", "spec": {"rollbackTo": {}}},
        "the API version in the data (extensions/v1beta1) does not match the expected API version (apps/v1)",
    ),
    (
        PODS,
        {"apiVersion": "batch/v1beta1", "kind": "CronJob"},
        'CronJob in version "v1beta1" cannot be handled as a Pod: '
        "converting (v1beta1.CronJob) to (core.Pod): unknown conversion",
    ),
    (
        PODS,
        {"apiVersion": "a/b/c", "kind": "Pod"},
        "the object provided is unrecognized (must be of type Pod): unexpected GroupVersion string: a/b/c "
        '({"apiVersion":"a/b/c","kind":" ...)',
    ),
    (
        PODS,
        {"apiVersion": 1},
        "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: "
        'json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion":1})',
    ),
]


@pytest.mark.parametrize(("path", "manifest", "words"), VERSIONS, ids=lambda value: str(value)[:30])
def test_kinds_that_do_not_fit_the_path(path: str, manifest: Obj, words: str, schema: Schema) -> None:
    assert refusal(path, body(manifest), schema) == words


def test_a_missing_kind_is_the_paths(schema: Schema) -> None:
    found = conform({"metadata": {"name": "p"}}, resource(PODS), "Strict", schema)
    assert (found.obj["apiVersion"], found.obj["kind"]) == ("v1", "Pod")


BROKEN = [
    (b"", "<empty>"),
    (b"{", '{'),
    (b"[1]", "5b315d"),
    (b'{"a":NaN}', '{"a":NaN}'),
    (b"\xff\xfe", "fffe"),
    (b"null", "6e756c6c"),
    (b"[" * 100_000, "5b" * 30 + " ..."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), BROKEN, ids=lambda value: repr(value)[:20])
def test_what_is_no_json_object_is_refused(text: bytes, shown: str, schema: Schema) -> None:
    message = refusal(PODS, text, schema)
    assert message.startswith("the object provided is unrecognized (must be of type Pod): couldn't get version/kind; ")
    assert message.endswith(f"({shown})")


@pytest.mark.parametrize("depth", [90, 150, 400])
def test_depth_has_an_end(depth: int, schema: Schema) -> None:
    schemas: Obj = {}
    data: Any = 1
    for _ in range(depth):
        schemas, data = {"not": schemas}, [data]
    revision = {"kind": "ControllerRevision", "data": {"a": data}}
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": schemas}}]
    custom = {"kind": "CustomResourceDefinition", "spec": {"versions": versions}}
    for path, value in (
        ("/apis/apps/v1/controllerrevisions", revision),
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", custom),
    ):
        if depth < 100:
            conform(decode(body(value), "application/json"), resource(path), "Strict", schema)
        else:
            assert refusal(path, body(value), schema).endswith("exceeded max depth")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside ``value``."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], new)
    return copied


@given(st.sampled_from(STORED), st.data())
def test_nothing_breaks_it_and_its_outcome_is_final(row: dict[str, Any], data: st.DataObject) -> None:
    value = row["created"]
    for _ in range(data.draw(st.integers(1, 3))):
        value = replaced(value, data.draw(st.sampled_from(list(places(value)))), data.draw(JSON))
    of = resource(row["path"])
    mode = data.draw(st.sampled_from(["Ignore", "Warn", "Strict"]))
    try:
        made = conform(decode(body(value), "application/json", of.kind), of, mode).obj
    except ApiError as error:
        assert error.code == 400
    else:
        assert conform(made, of, "Strict").obj == made


@given(st.binary(max_size=80))
@pytest.mark.parametrize("media", ["application/json", "application/yaml"])
def test_no_bytes_break_it(media: str, text: bytes) -> None:
    try:
        decode(text, media)
    except ApiError as error:
        assert error.code == 400


VALUES: list[tuple[Any, Any]] = [
    ({"limits": {"cpu": 0.5, "memory": "1024Mi"}}, {"limits": {"cpu": "500m", "memory": "1Gi"}}),
    ({"limits": {"cpu": 1}, "requests": {}}, {"limits": {"cpu": "1"}}),
    ({"limits": None}, {}),
    (None, {}),
]


@pytest.mark.parametrize(("given", "kept"), VALUES, ids=str)
def test_quantities_and_nothing(given: Any, kept: Any, schema: Schema) -> None:
    text = body(pod(containers=[{"name": "c", "resources": given}]))
    found = conform(decode(text, "application/json"), resource(PODS), "Strict", schema)
    assert found.obj["spec"]["containers"] == [{"name": "c", "resources": kept}]


def test_zero_counts_only_where_it_differs_from_nothing(schema: Schema) -> None:
    found = conform(deployment(replicas=0, minReadySeconds=0, paused=False), resource(DEPLOYMENTS), "Strict", schema)
    assert found.obj["spec"]["replicas"] == 0
    assert "minReadySeconds" not in found.obj["spec"]
    assert "paused" not in found.obj["spec"]


def test_times_are_kept_in_utc(schema: Schema) -> None:
    lease = {"kind": "Lease", "metadata": {"creationTimestamp": "2026-01-31T14:00:00.5+02:00"}}
    lease["spec"] = {"renewTime": "2026-01-31T12:00:00.123456Z"}
    found = conform(lease, resource("/apis/coordination.k8s.io/v1/leases"), "Strict", schema)
    assert found.obj["metadata"]["creationTimestamp"] == "2026-01-31T12:00:00Z"
    assert found.obj["spec"]["renewTime"] == "2026-01-31T12:00:00.123456Z"


def test_yaml_is_read_like_json(schema: Schema) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\ndata:\n  on: 'yes'\n  day: 2026-01-31\n"
    found = decode(text, "application/yaml")
    assert found == {"apiVersion": "v1", "kind": "ConfigMap", "data": {"true": "yes", "day": "2026-01-31"}}
    twice = decode(b"kind: ConfigMap\ndata:\n  a: b\n  a: c\n", "application/yaml; charset=utf-8")
    of = resource("/api/v1/configmaps")
    assert conform(twice, of, "Warn", schema).warnings == ('duplicate field "data.a"',)


# Twelve lines that would stand for ten to the twelfth values.
_LAUGHS = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 13)
)


@pytest.mark.parametrize("text", [b"a: [", b"a: &x [*x]", b"- 1", b"", b"\x00", b"a: .inf", _LAUGHS])
def test_broken_yaml_is_refused(text: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        decode(text, "application/yaml")
    assert caught.value.code == 400


def test_other_content_types_are_refused() -> None:
    with pytest.raises(ApiError) as caught:
        decode(b"<pod/>", "text/xml")
    assert caught.value.code == 415
    assert caught.value.message == (
        "the body of the request was in an unknown format - accepted media types include: "
        "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    )


@pytest.mark.parametrize("of", SERVED, ids=lambda of: f"{of.api_version}/{of.kind}")
def test_every_served_kind_can_be_read_from_nothing(of: Resource, schema: Schema) -> None:
    made = conform({}, of, "Strict", schema).obj
    assert conform(made, of, "Strict", schema).obj == made
