"""The API as clients meet it: create, read, update, delete, lists in pages, and the forms of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.practice_server import PracticeServer

JSON = dict[str, Any]


@pytest.fixture
def space(practice: PracticeServer) -> Iterator[str]:
    """The path of a namespace of one's own."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "api-"}}
    name = practice.ask("POST", "/api/v1/namespaces", body).json()["metadata"]["name"]
    yield f"/api/v1/namespaces/{name}"
    practice.ask("DELETE", f"/api/v1/namespaces/{name}")


def config_map(name: str = "", **more: Any) -> JSON:
    metadata = more.pop("metadata", {}) | ({"name": name} if name else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **more}


def pod(name: str, **spec: Any) -> JSON:
    # No node has this label: the pod stays as it was made.
    container = {"name": "c", "image": "nginx"}
    spec = {"containers": [container], "nodeSelector": {"none": "such"}, **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


def deployment(name: str, replicas: int = 0) -> JSON:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def names(answer: Any) -> list[str]:
    return [item["metadata"]["name"] for item in answer.json()["items"]]


def test_a_whole_life(practice: PracticeServer, space: str) -> None:
    path = f"{space}/configmaps"
    made = practice.ask("POST", path, config_map("a", data={"x": "1"}))
    assert made.status == 201
    got = practice.ask("GET", f"{path}/a").json()
    assert got == made.json()
    changed = practice.ask("PUT", f"{path}/a", {**got, "data": {"x": "2"}})
    assert (changed.status, changed.json()["data"]) == (200, {"x": "2"})
    stale = practice.ask("PUT", f"{path}/a", {**got, "data": {"x": "3"}})
    assert (stale.status, stale.json()["reason"]) == (409, "Conflict")
    gone = practice.ask("DELETE", f"{path}/a").json()
    assert gone["status"] == "Success"
    assert gone["details"] == {"name": "a", "kind": "configmaps", "uid": got["metadata"]["uid"]}
    missing = practice.ask("GET", f"{path}/a").json()
    assert missing["message"] == 'configmaps "a" not found'


@pytest.mark.parametrize(
    ("method", "query", "body"),
    [
        ("POST", "/configmaps?dryRun=All", config_map("b")),
        ("PUT", "/configmaps/a?dryRun=All", config_map("a", data={"x": "2"})),
        ("PATCH", "/configmaps/a?dryRun=All", {"data": {"x": "2"}}),
        ("DELETE", "/configmaps/a?dryRun=All", None),
        ("DELETE", "/configmaps/a", {"kind": "DeleteOptions", "apiVersion": "v1", "dryRun": ["All"]}),
        ("DELETE", "/configmaps?dryRun=All", None),
    ],
)
def test_a_dry_run_changes_nothing(
    practice: PracticeServer, space: str, method: str, query: str, body: JSON | None
) -> None:
    practice.ask("POST", f"{space}/configmaps", config_map("a", data={"x": "1"}))
    before = practice.ask("GET", f"{space}/configmaps/a").json()
    headers = {"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {}
    assert practice.ask(method, space + query, body, headers).status in (200, 201)
    assert practice.ask("GET", f"{space}/configmaps/a").json() == before
    assert practice.ask("GET", f"{space}/configmaps/b").status == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("dryRun=Some", 'dryRun: Unsupported value: ["Some"]: supported values: "All"'),
        (
            "fieldValidation=Loud",
            'fieldValidation: Unsupported value: "Loud": supported values: "", "Ignore", "Strict", "Warn"',
        ),
    ],
)
def test_options_of_a_wrong_kind_are_refused(practice: PracticeServer, space: str, query: str, message: str) -> None:
    answer = practice.ask("POST", f"{space}/configmaps?{query}", config_map("a"))
    assert (answer.status, answer.json()["reason"]) == (422, "Invalid")
    assert answer.json()["message"] == f'CreateOptions.meta.k8s.io "" is invalid: {message}'


def test_the_body_must_agree_with_the_path(practice: PracticeServer, space: str) -> None:
    other = practice.ask("POST", f"{space}/configmaps", config_map("a", metadata={"namespace": "other"}))
    assert other.status == 400
    assert other.json()["message"] == (
        "the namespace of the provided object does not match the namespace sent on the request"
    )
    practice.ask("POST", f"{space}/configmaps", config_map("a"))
    wrong = practice.ask("PUT", f"{space}/configmaps/a", config_map("b"))
    assert wrong.json()["message"] == "the name of the object (b) does not match the name on the URL (a)"


def test_what_only_the_server_writes_is_not_taken_from_clients(practice: PracticeServer, space: str) -> None:
    fake = {"uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z", "deletionTimestamp": "2001-01-01T00:00:00Z"}
    made = practice.ask("POST", f"{space}/configmaps", config_map("a", metadata=fake)).json()["metadata"]
    assert made["uid"] != "mine"
    assert made["creationTimestamp"] > "2020"
    assert "deletionTimestamp" not in made
    with_version = practice.ask("POST", f"{space}/configmaps", config_map("b", metadata={"resourceVersion": "7"}))
    assert with_version.json()["message"] == "resourceVersion should not be set on objects to be created"


@pytest.mark.parametrize(
    ("media", "patch"),
    [
        ("application/json-patch+json", [{"op": "replace", "path": "/data/x", "value": "2"}]),
        ("application/merge-patch+json", {"data": {"x": "2"}}),
        ("application/strategic-merge-patch+json", {"data": {"x": "2"}}),
    ],
)
def test_each_kind_of_patch(practice: PracticeServer, space: str, media: str, patch: Any) -> None:
    practice.ask("POST", f"{space}/configmaps", config_map("a", data={"x": "1", "y": "1"}))
    answer = practice.ask("PATCH", f"{space}/configmaps/a", patch, {"Content-Type": media})
    assert (answer.status, answer.json()["data"]) == (200, {"x": "2", "y": "1"})


def test_server_side_apply_creates_changes_and_names_conflicts(practice: PracticeServer, space: str) -> None:
    apply = {"Content-Type": "application/apply-patch+yaml"}
    path = f"{space}/configmaps/a"
    without = practice.ask("PATCH", path, config_map("a"), apply)
    assert "fieldManager: Required value: is required for apply patch" in without.json()["message"]
    made = practice.ask("PATCH", f"{path}?fieldManager=one", config_map("a", data={"x": "1"}), apply)
    assert made.status == 201
    (entry,) = made.json()["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("one", "Apply")
    again = practice.ask("PATCH", f"{path}?fieldManager=one", config_map("a", data={"x": "1"}), apply)
    assert again.json()["metadata"]["resourceVersion"] == made.json()["metadata"]["resourceVersion"]
    other = practice.ask("PATCH", f"{path}?fieldManager=two", config_map("a", data={"x": "2"}), apply)
    assert (other.status, other.json()["reason"]) == (409, "Conflict")
    forced = practice.ask("PATCH", f"{path}?fieldManager=two&force=true", config_map("a", data={"x": "2"}), apply)
    assert forced.json()["data"] == {"x": "2"}


def test_patches_that_cannot_be_read_are_refused(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/configmaps", config_map("a"))
    path = f"{space}/configmaps/a"
    assert practice.ask("PATCH", path, {}, {"Content-Type": "text/plain"}).status == 415
    assert practice.ask("PATCH", path, b"{", {"Content-Type": "application/merge-patch+json"}).status == 400
    unforced = practice.ask("PATCH", f"{path}?force=true", {}, {"Content-Type": "application/merge-patch+json"})
    assert "may not be specified for non-apply patch" in unforced.json()["message"]


def test_managers_own_what_they_set(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/configmaps?fieldManager=one", config_map("a", data={"x": "1", "y": "1"}))
    merge = {"Content-Type": "application/merge-patch+json", "User-Agent": "two/1.0 (test)"}
    changed = practice.ask("PATCH", f"{space}/configmaps/a", {"data": {"x": "2"}}, merge).json()
    owned = {entry["manager"]: entry["fieldsV1"]["f:data"] for entry in changed["metadata"]["managedFields"]}
    assert "f:x" in owned["two"]
    assert "f:x" not in owned["one"]
    assert "f:y" in owned["one"]


# Lists


def test_pages_show_one_moment(practice: PracticeServer, space: str) -> None:
    path = f"{space}/configmaps?labelSelector=mine"
    for name in ("a", "b", "c", "d"):
        practice.ask("POST", f"{space}/configmaps", config_map(name, metadata={"labels": {"mine": "yes"}}))
    first = practice.ask("GET", f"{path}&limit=2")
    metadata = first.json()["metadata"]
    assert names(first) == ["a", "b"]
    assert "remainingItemCount" not in metadata  # a real server does not count what it would have to filter
    practice.ask("DELETE", f"{space}/configmaps/c")
    practice.ask("POST", f"{space}/configmaps", config_map("e", metadata={"labels": {"mine": "yes"}}))
    second = practice.ask("GET", f"{path}&limit=2&continue={metadata['continue']}")
    assert names(second) == ["c", "d"]
    assert second.json()["metadata"] == {"resourceVersion": metadata["resourceVersion"]}
    now = practice.ask("GET", path)
    assert names(now) == ["a", "b", "d", "e"]
    then = practice.ask("GET", f"{path}&resourceVersion={metadata['resourceVersion']}&resourceVersionMatch=Exact")
    assert names(then) == ["a", "b", "c", "d"]


def test_a_page_counts_what_remains_when_nothing_is_filtered(practice: PracticeServer, space: str) -> None:
    for name in ("a", "b", "c"):
        practice.ask("POST", f"{space}/secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}})
    metadata = practice.ask("GET", f"{space}/secrets?limit=1").json()["metadata"]
    assert metadata["remainingItemCount"] == 2
    assert practice.ask("GET", f"{space}/secrets?limit=3").json()["metadata"].keys() == {"resourceVersion"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("continue=nonsense", 400),
        ("limit=many", 400),
        ("resourceVersion=x", 400),
        ("resourceVersion=99999999", 504),
        ("labelSelector=a%3D%3D%3Db", 400),
        ("fieldSelector=spec.color%3Dred", 400),
    ],
)
def test_lists_refuse_what_they_do_not_understand(practice: PracticeServer, space: str, query: str, code: int) -> None:
    assert practice.ask("GET", f"{space}/pods?{query}").status == code


def test_an_unknown_field_label_is_refused_in_the_servers_words(practice: PracticeServer, space: str) -> None:
    answer = practice.ask("GET", f"{space}/pods?fieldSelector=spec.color%3Dred").json()
    assert answer["message"] == "field label not supported: spec.color"


def test_selectors_choose(practice: PracticeServer, space: str) -> None:
    for name in ("a", "b"):
        assert practice.ask("POST", f"{space}/pods", pod(name)).status == 201
    assert names(practice.ask("GET", f"{space}/pods?labelSelector=app%20in%20(b,c)")) == ["b"]
    assert names(practice.ask("GET", f"{space}/pods?fieldSelector=metadata.name%3Da")) == ["a"]
    assert names(practice.ask("GET", f"{space}/pods?fieldSelector=status.phase%21%3DPending")) == []
    everywhere = practice.ask("GET", f"/api/v1/pods?fieldSelector=metadata.namespace%3D{space.rpartition('/')[2]}")
    assert names(everywhere) == ["a", "b"]
    deleted = practice.ask("DELETE", f"{space}/pods?labelSelector=app%3Da")
    assert names(deleted) == ["a"]
    assert names(practice.ask("GET", f"{space}/pods")) == ["b"]


# Forms


def test_answers_come_in_the_form_that_is_asked_for(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/pods", pod("a"))
    table = practice.ask("GET", f"{space}/pods", headers=accept("Table")).json()
    assert table["kind"] == "Table"
    assert [column["name"] for column in table["columnDefinitions"]][:3] == ["Name", "Ready", "Status"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    whole = practice.ask("GET", f"{space}/pods?includeObject=Object", headers=accept("Table")).json()
    assert whole["rows"][0]["object"]["kind"] == "Pod"
    bare = practice.ask("GET", f"{space}/pods/a?includeObject=None", headers=accept("Table")).json()
    assert bare["rows"][0]["object"] is None
    partial = practice.ask("GET", f"{space}/pods", headers=accept("PartialObjectMetadataList")).json()
    assert partial["kind"] == "PartialObjectMetadataList"
    assert partial["items"][0].keys() == {"kind", "apiVersion", "metadata"}
    assert practice.ask("GET", f"{space}/pods/a", headers=accept("PartialObjectMetadata")).json()["kind"] == (
        "PartialObjectMetadata"
    )
    yaml = practice.ask("GET", f"{space}/pods/a", headers={"Accept": "application/yaml"})
    assert yaml.headers["content-type"] == "application/yaml"
    assert b"kind: Pod" in yaml.body
    assert practice.ask("GET", f"{space}/pods", headers={"Accept": "text/html"}).status == 406


def accept(form: str) -> dict[str, str]:
    return {"Accept": f"application/json;as={form};v=v1;g=meta.k8s.io,application/json;q=0.5"}


# Ends


def test_an_object_with_a_finalizer_waits(practice: PracticeServer, space: str) -> None:
    path = f"{space}/configmaps/a"
    practice.ask("POST", f"{space}/configmaps", config_map("a", metadata={"finalizers": ["example.com/hold"]}))
    waiting = practice.ask("DELETE", path).json()
    assert waiting["metadata"]["deletionTimestamp"]
    merge = {"Content-Type": "application/merge-patch+json"}
    practice.ask("PATCH", path, {"metadata": {"finalizers": None}}, merge)
    assert practice.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("preconditions", "words"),
    [
        ({"uid": "another"}, "Precondition failed: UID in precondition: another, UID in object meta: "),
        ({"resourceVersion": "1"}, "Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in"),
    ],
)
def test_a_delete_can_be_tied_to_what_was_seen(
    practice: PracticeServer, space: str, preconditions: JSON, words: str
) -> None:
    practice.ask("POST", f"{space}/configmaps", config_map("a"))
    body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
    answer = practice.ask("DELETE", f"{space}/configmaps/a", body)
    assert answer.status == 409
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("policy", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan"), ("Background", None)]
)
def test_propagation_is_left_to_the_garbage_collector(
    practice: PracticeServer, space: str, policy: str, finalizer: str | None
) -> None:
    path = space.replace("/api/v1", "/apis/apps/v1") + "/deployments"
    practice.ask("POST", path, deployment("d"))
    body = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy}
    answer = practice.ask("DELETE", f"{path}/d?dryRun=All", body).json()
    assert answer.get("metadata", {}).get("finalizers") == ([finalizer] if finalizer else None)
    wrong = practice.ask("DELETE", f"{path}/d", {**body, "propagationPolicy": "Sideways"})
    assert (wrong.status, wrong.json()["reason"]) == (422, "Invalid")


def test_an_unscheduled_pod_ends_at_once(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/pods", pod("a"))
    assert practice.ask("DELETE", f"{space}/pods/a").json()["kind"] == "Pod"
    assert practice.ask("GET", f"{space}/pods/a").status == 404


# Subresources


def test_the_status_is_changed_apart_from_the_rest(practice: PracticeServer, space: str) -> None:
    made = practice.ask("POST", f"{space}/pods", {**pod("a"), "status": {"phase": "Failed"}}).json()
    assert made["status"]["phase"] == "Pending"
    del made["metadata"]["resourceVersion"]  # the scheduler may have had its say meanwhile
    changed = {**made, "spec": {**made["spec"], "nodeName": "x"}, "status": {**made["status"], "reason": "Testing"}}
    after = practice.ask("PUT", f"{space}/pods/a/status", changed).json()
    assert "nodeName" not in after["spec"]
    assert after["status"]["reason"] == "Testing"
    merge = {"Content-Type": "application/merge-patch+json"}
    patched = practice.ask("PATCH", f"{space}/pods/a", {"status": {"reason": "Other"}}, merge).json()
    assert patched["status"]["reason"] == "Testing"


def test_scale_shows_and_sets_the_number_of_replicas(practice: PracticeServer, space: str) -> None:
    path = space.replace("/api/v1", "/apis/apps/v1") + "/deployments"
    practice.ask("POST", path, deployment("d"))
    scale = practice.ask("GET", f"{path}/d/scale").json()
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == ("Scale", {}, "app=d")
    table = practice.ask("GET", f"{path}/d/scale", headers=accept("Table")).json()
    assert [each["name"] for each in table["columnDefinitions"]] == ["Name", "Desired", "Available", "Age"]
    assert table["rows"][0]["cells"][:3] == ["d", 0, 0]
    merge = {"Content-Type": "application/merge-patch+json"}
    patched = practice.ask("PATCH", f"{path}/d/scale?dryRun=All", {"spec": {"replicas": 3}}, merge).json()
    assert patched["spec"]["replicas"] == 3
    assert practice.ask("GET", f"{path}/d").json()["spec"]["replicas"] == 0
    bad = practice.ask("PUT", f"{path}/d/scale", {**scale, "spec": {"replicas": -1}})
    assert "must be greater than or equal to 0" in bad.json()["message"]
    stale = {**scale, "metadata": {**scale["metadata"], "resourceVersion": "1"}}
    assert practice.ask("PUT", f"{path}/d/scale", stale).status == 409


def test_a_pod_is_bound_once(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/pods", pod("a"))
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "a"}, "target": {"name": "no-such-node"}}
    assert practice.ask("POST", f"{space}/pods/a/binding", binding).status == 201
    assert practice.ask("GET", f"{space}/pods/a").json()["spec"]["nodeName"] == "no-such-node"
    again = practice.ask("POST", f"{space}/pods/a/binding", binding)
    assert again.status == 409
    assert 'already assigned to node "no-such-node"' in again.json()["message"]


@pytest.mark.parametrize(
    ("budget", "code"),
    # Nobody leads this pod: how many there should be cannot be told, and so none may be unavailable.
    [({"minAvailable": 1}, 429), ({"minAvailable": 0}, 201), ({"maxUnavailable": 1}, 429), (None, 201)],
)
def test_an_eviction_asks_the_budgets(practice: PracticeServer, space: str, budget: JSON | None, code: int) -> None:
    practice.ask("POST", f"{space}/pods", pod("a"))
    running = practice.ask("GET", f"{space}/pods/a").json()
    del running["metadata"]["resourceVersion"]  # the scheduler may have its say meanwhile
    running["status"] |= {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    assert practice.ask("PUT", f"{space}/pods/a/status", running).status == 200
    if budget:
        body = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}}
        spec = {"selector": {"matchLabels": {"app": "a"}}, **budget}
        path = space.replace("/api/v1", "/apis/policy/v1") + "/poddisruptionbudgets"
        assert practice.ask("POST", path, {**body, "spec": spec}).status == 201
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "a"}}
    answer = practice.ask("POST", f"{space}/pods/a/eviction", eviction)
    assert answer.status == code, answer.body


def test_what_is_not_emulated_says_so(practice: PracticeServer, space: str) -> None:
    practice.ask("POST", f"{space}/pods", pod("a"))
    for path in (f"{space}/pods/a/resize", "/api/v1/nodes/node-1/proxy/metrics"):
        answer = practice.ask("GET", path)
        assert answer.status == 501
        assert "does not emulate" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/nothings", 404),
        ("GET", "/apis/nowhere.io/v1/things", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/api/v1/pods", 405),
        ("GET", "/api/v1/componentstatuses", 501),
        ("GET", "/api/v1/namespaces/default/bindings", 405),
        ("GET", "/api/v1/nodes/node-1/nothing", 404),
        ("GET", "/api/v1/pods/web", 404),
    ],
)
def test_paths_that_mean_nothing(practice: PracticeServer, method: str, path: str, code: int) -> None:
    assert practice.ask(method, path).status == code


def test_the_root_lists_where_to_begin(practice: PracticeServer) -> None:
    paths = practice.ask("GET", "/").json()["paths"]
    assert {"/api", "/apis/apps/v1", "/apis/batch", "/healthz", "/openapi/v3"} <= set(paths)
    for path in paths:
        assert practice.ask("GET", path, headers={"Accept": "*/*"}).status == 200, path


# Two names for one thing


def test_events_are_the_same_under_both_names(practice: PracticeServer, space: str) -> None:
    namespace = space.rpartition("/")[2]
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "namespace": namespace, "name": "a"},
        "reason": "Testing",
        "message": "hello",
        "type": "Normal",
    }
    assert practice.ask("POST", f"{space}/events", event).status == 201
    other = space.replace("/api/v1", "/apis/events.k8s.io/v1")
    seen = practice.ask("GET", f"{other}/events/e").json()
    assert (seen["apiVersion"], seen["note"], seen["regarding"]["name"]) == ("events.k8s.io/v1", "hello", "a")
    assert names(practice.ask("GET", f"{other}/events?fieldSelector=regarding.name%3Da")) == ["e"]
    assert names(practice.ask("GET", f"{space}/events?fieldSelector=involvedObject.name%3Da")) == ["e"]


def test_autoscalers_are_the_same_in_both_versions(practice: PracticeServer, space: str) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 4, "targetCPUUtilizationPercentage": 70}
    body = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": spec}
    old, new = (space.replace("/api/v1", f"/apis/autoscaling/{each}") for each in ("v1", "v2"))
    made = practice.ask("POST", f"{old}/horizontalpodautoscalers", body)
    assert made.status == 201, made.body
    assert made.json()["spec"]["targetCPUUtilizationPercentage"] == 70
    seen = practice.ask("GET", f"{new}/horizontalpodautoscalers/h").json()
    assert seen["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 70


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{bad", "invalid character 'b' looking for beginning of object key string"),
        ('{"a": 1', "unexpected end of JSON input"),
        ('{"data": {"a" "b"}}', "invalid character '\"' after object key"),
        ("[" * 100_000, "exceeded max depth"),
    ],
    ids=["key", "end", "colon", "deep"],
)
def test_a_patch_that_is_no_json_is_refused_in_the_servers_words(
    practice: PracticeServer, space: str, body: str, words: str
) -> None:
    assert practice.ask("POST", f"{space}/configmaps", config_map("a")).status == 201
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = practice.ask("PATCH", f"{space}/configmaps/a", body.encode(), headers=headers)
    assert (answer.status, answer.json()["message"]) == (400, f"error decoding patch: {words}")
