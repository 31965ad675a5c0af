"""The store: names, revisions, conflicts, history, and what survives the death of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from kx.practice.history import HISTORY, Event
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(now=lambda: NOW)
    yield made
    made.close()


def pod(name: str = "", namespace: str = "default", **metadata: Any) -> Obj:
    named = {"name": name} if name else {}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**named, "namespace": namespace, **metadata}}


@contextmanager
def refusal(reason: str) -> Iterator[None]:
    with pytest.raises(ApiError) as caught:
        yield
    assert caught.value.reason == reason


def test_create_says_who_when_and_in_which_revision(store: Store) -> None:
    made = store.create("pods", pod("a"))
    assert made["metadata"]["creationTimestamp"] == "2026-01-02T03:04:05Z"
    assert made["metadata"]["resourceVersion"] == "1" == str(store.revision)
    assert len(made["metadata"]["uid"]) == 36
    assert store.get("pods", "default", "a") == made


def test_a_name_is_taken_once_per_namespace(store: Store) -> None:
    store.create("pods", pod("a"))
    store.create("pods", pod("a", "other"))
    with refusal("AlreadyExists"):
        store.create("pods", pod("a"))


def test_generated_names_differ_and_keep_their_base(store: Store) -> None:
    names = [store.create("pods", pod(generateName="web-"))["metadata"]["name"] for _ in range(50)]
    assert len(set(names)) == 50
    assert all(name.startswith("web-") and len(name) == len("web-") + 5 for name in names)
    long = store.create("pods", pod(generateName="x" * 100))["metadata"]["name"]
    assert len(long) == 63


def test_lists_are_sorted_by_namespace_and_name(store: Store) -> None:
    for namespace, name in (("b", "z"), ("a", "y"), ("b", "c"), ("a", "b")):
        store.create("pods", pod(name, namespace))
    places = [(obj["metadata"]["namespace"], obj["metadata"]["name"]) for obj in store.list("pods")]
    assert places == [("a", "b"), ("a", "y"), ("b", "c"), ("b", "z")]
    assert [obj["metadata"]["name"] for obj in store.list("pods", "b")] == ["c", "z"]
    assert [entry.object["metadata"]["name"] for entry in store.entries("pods", after=("a", "b"))] == ["y", "c", "z"]
    assert store.count("pods") == 4
    assert store.count("pods", "a") == 2
    assert store.list("pods", "nowhere") == []


def test_an_update_replaces_and_a_stale_one_is_refused(store: Store) -> None:
    first = store.create("pods", pod("a"))
    second = store.update("pods", {**first, "spec": {"nodeName": "n"}})
    assert second["metadata"]["resourceVersion"] == "2"
    with refusal("Conflict"):
        store.update("pods", {**first, "spec": {}})
    with refusal("Conflict"):
        store.update("pods", pod("a", uid="another"))
    with refusal("NotFound"):
        store.update("pods", pod("b"))
    unconditional = store.update("pods", pod("a", labels={"x": "y"}))
    assert unconditional["metadata"]["uid"] == first["metadata"]["uid"]


def test_an_equal_update_writes_nothing(store: Store) -> None:
    made = store.create("pods", pod("a"))
    seen: list[Event] = []
    store.subscribe(seen.append)
    assert store.update("pods", dict(made)) is made
    assert seen == []
    assert store.revision == 1


def test_dry_runs_write_nothing(store: Store) -> None:
    store.create("pods", pod("a"), dry_run=True)
    assert store.find("pods", "default", "a") is None
    made = store.create("pods", pod("a"))
    store.update("pods", {**made, "spec": {"nodeName": "n"}}, dry_run=True)
    assert store.get("pods", "default", "a") == made


@pytest.mark.parametrize(
    ("resource", "held", "freed"),
    [
        ("pods", {"metadata": {"finalizers": ["x/y"]}}, {"metadata": {}}),
        ("pods", {"metadata": {"deletionGracePeriodSeconds": 30}}, {"metadata": {"deletionGracePeriodSeconds": 0}}),
        ("namespaces", {"spec": {"finalizers": ["kubernetes"]}}, {"spec": {}}),
    ],
)
def test_an_ending_object_goes_when_nothing_holds_it(store: Store, resource: str, held: Obj, freed: Obj) -> None:
    base = {"name": "a", "deletionTimestamp": "2026-01-02T03:04:05Z"}
    made = store.create(resource, {"metadata": {**base, **held.get("metadata", {})}, **_rest(held)})
    kept = store.update(resource, {**made, "data": {"still": "here"}})
    assert store.find(resource, "", "a") == kept
    seen: list[Event] = []
    store.subscribe(seen.append)
    store.update(resource, {"metadata": {**base, **freed.get("metadata", {})}, **_rest(freed)})
    assert store.find(resource, "", "a") is None
    assert [event.type for event in seen] == ["DELETED"]


def _rest(part: Obj) -> Obj:
    return {name: value for name, value in part.items() if name != "metadata"}


def test_delete_removes_for_good_and_tells_the_revision(store: Store) -> None:
    store.create("pods", pod("a", finalizers=["x/y"]))
    gone = store.delete("pods", "default", "a")
    assert gone["metadata"]["resourceVersion"] == "2"
    with refusal("NotFound"):
        store.delete("pods", "default", "a")


def test_history_is_told_from_any_revision_that_is_still_known(store: Store) -> None:
    made = store.create("pods", pod("a"))
    store.create("configmaps", pod("noise"))
    store.update("pods", {**made, "spec": {"nodeName": "n"}})
    store.delete("pods", "default", "a")
    assert [(event.type, event.revision) for event in store.since("pods", 0)] == [
        ("ADDED", 1),
        ("MODIFIED", 3),
        ("DELETED", 4),
    ]
    assert [event.type for event in store.since("pods", 1)] == ["MODIFIED", "DELETED"]
    assert store.since("pods", 4) == []


def test_history_that_is_forgotten_is_expired(store: Store) -> None:
    for number in range(2 * HISTORY):
        store.create("pods", pod(f"p{number}"))
    with pytest.raises(ApiError) as caught:
        store.since("pods", 1)
    assert (caught.value.code, caught.value.reason) == (410, "Expired")
    assert len(store.since("pods", store.revision - HISTORY)) == HISTORY


def test_a_subscriber_that_writes_does_not_overtake(store: Store) -> None:
    told: list[tuple[str, str]] = []

    def writes(event: Event) -> None:
        if event.resource == "pods":
            store.create("configmaps", pod("by-" + event.object["metadata"]["name"]))

    store.subscribe(writes)
    end = store.subscribe(lambda event: told.append((event.resource, event.object["metadata"]["name"])))
    store.create("pods", pod("a"))
    assert told == [("pods", "a"), ("configmaps", "by-a")]
    end()
    store.create("pods", pod("b"))
    assert len(told) == 2


def test_the_past_can_be_listed_while_it_is_known(store: Store) -> None:
    for name in ("a", "b", "c"):
        store.create("pods", pod(name))
    then = store.revision
    store.delete("pods", "default", "b")
    store.create("pods", pod("d"))
    store.update("pods", pod("a", labels={"new": "yes"}))
    past = [entry.object["metadata"] for entry in store.entries_at("pods", "", then)]
    assert [each["name"] for each in past] == ["a", "b", "c"]
    assert "labels" not in past[0]
    assert [entry.object["metadata"]["name"] for entry in store.entries_at("pods", "other", then)] == []


def test_dependents_follow_their_owner_references(store: Store) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "u1"}
    made = store.create("pods", pod("a", ownerReferences=[owner]))
    assert [(resource, obj["metadata"]["name"]) for resource, obj in store.dependents("u1")] == [("pods", "a")]
    store.update("pods", {**made, "metadata": {**made["metadata"], "ownerReferences": []}})
    assert store.dependents("u1") == []


def test_a_restart_finds_everything_and_never_reuses_a_revision(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    store.create("pods", pod("a"))
    kept = store.create("pods", pod("b"))
    store.delete("pods", "default", "a")
    store.close()
    again = Store(tmp_path / "state.db")
    assert again.list("pods") == [kept]
    assert again.revision == 3
    with refusal("Expired"):
        again.since("pods", 2)
    assert again.since("pods", 3) == []
    assert again.create("pods", pod("a"))["metadata"]["resourceVersion"] == "4"
    again.close()


# Acknowledges each write on stdout only after the store returned.
_WRITER = """
import sys
from pathlib import Path
from kx.practice.store import Store
store = Store(Path(sys.argv[1]))
for number in range(1_000_000):
    made = store.create("pods", {"metadata": {"name": f"p{number}", "namespace": "default"}, "data": "x" * 500})
    if number % 3 == 2:
        store.delete("pods", "default", f"p{number - 1}")
        print("gone", number - 1, flush=True)
    print("made", number, made["metadata"]["resourceVersion"], flush=True)
"""


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(database)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as writer:
        assert writer.stdout is not None
        lines: list[str] = []
        for line in writer.stdout:
            lines.append(line)
            if len(lines) == 300:
                os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    words = [line.split() for line in lines if line.endswith("\n")]
    gone = {int(word[1]) for word in words if word[0] == "gone"}
    made = {int(word[1]) for word in words if word[0] == "made"} - gone
    last = max(int(word[2]) for word in words if word[0] == "made")
    store = Store(database)
    names = {obj["metadata"]["name"] for obj in store.list("pods")}
    store.close()
    # The write after the last acknowledged one may have happened as well: it may be the removal of one of these.
    assert len({f"p{number}" for number in made} - names) <= 1
    assert not {f"p{number}" for number in gone} & names
    assert store.revision >= last
