"""Watches: what is told, in which order, from which revision, and what a selection makes of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest

from kx.practice.history import HISTORY
from tests.practice_server import PracticeServer, until

MAPS = "/api/v1/namespaces/{}/configmaps"


@pytest.fixture
def namespace(practice: PracticeServer) -> Iterator[str]:
    made = practice.ask(
        "POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "watch-"}}
    )
    name = made.json()["metadata"]["name"]
    yield name
    practice.ask("DELETE", f"/api/v1/namespaces/{name}")


def put(practice: PracticeServer, namespace: str, name: str, **labels: str) -> dict[str, Any]:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}}
    answer = practice.ask("POST", MAPS.format(namespace), body)
    if answer.status == 409:
        answer = practice.ask("PUT", f"{MAPS.format(namespace)}/{name}", body)
    assert answer.status in (200, 201), answer.body
    found: dict[str, Any] = answer.json()
    return found


def revision(practice: PracticeServer, namespace: str) -> str:
    return str(practice.ask("GET", MAPS.format(namespace) + "?limit=1").json()["metadata"]["resourceVersion"])


@contextmanager
def watching(
    practice: PracticeServer, namespace: str, query: str, accept: str = "application/json"
) -> Iterator[Iterator[dict[str, Any]]]:
    with practice.connection() as connection:
        path = f"{MAPS.format(namespace)}?watch=true&{query}"
        connection.request("GET", path, headers={**practice.headers(), "Accept": accept})
        response = connection.getresponse()
        assert response.status == 200
        yield (json.loads(line) for line in response)


def told(events: Iterator[dict[str, Any]], count: int) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"]["name"]) for event in islice(events, count)]


def test_changes_after_a_revision_are_told_in_order(practice: PracticeServer, namespace: str) -> None:
    put(practice, namespace, "before")
    start = revision(practice, namespace)
    put(practice, namespace, "a")
    put(practice, namespace, "a", changed="yes")
    practice.ask("DELETE", f"{MAPS.format(namespace)}/a")
    with watching(practice, namespace, f"resourceVersion={start}&fieldSelector=metadata.name%3Da") as events:
        assert told(events, 3) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
        put(practice, namespace, "a")
        assert told(events, 1) == [("ADDED", "a")]


def test_a_deleted_object_carries_a_newer_revision(practice: PracticeServer, namespace: str) -> None:
    made = put(practice, namespace, "a")
    with watching(practice, namespace, f"resourceVersion={made['metadata']['resourceVersion']}") as events:
        practice.ask("DELETE", f"{MAPS.format(namespace)}/a")
        gone = next(event for event in events if event["object"]["metadata"]["name"] == "a")
    assert gone["type"] == "DELETED"
    assert int(gone["object"]["metadata"]["resourceVersion"]) > int(made["metadata"]["resourceVersion"])


@pytest.mark.parametrize("query", ["", "resourceVersion=0"])
def test_without_a_revision_it_begins_with_what_is_there(practice: PracticeServer, namespace: str, query: str) -> None:
    for name in ("b", "a"):
        put(practice, namespace, name, mine="yes")
    with watching(practice, namespace, f"{query}&labelSelector=mine%3Dyes") as events:
        assert told(events, 2) == [("ADDED", "a"), ("ADDED", "b")]
        put(practice, namespace, "c", mine="yes")
        assert told(events, 1) == [("ADDED", "c")]


def test_objects_come_into_a_selection_and_leave_it(practice: PracticeServer, namespace: str) -> None:
    put(practice, namespace, "a")
    start = revision(practice, namespace)
    with watching(practice, namespace, f"resourceVersion={start}&labelSelector=color%3Dred") as events:
        put(practice, namespace, "a", color="red")
        put(practice, namespace, "a", color="red", more="yes")
        left = put(practice, namespace, "a", color="blue")
        seen = [next(events) for _ in range(3)]
    assert [event["type"] for event in seen] == ["ADDED", "MODIFIED", "DELETED"]
    last = seen[-1]["object"]["metadata"]
    assert last["labels"] == {"color": "red", "more": "yes"}
    assert last["resourceVersion"] == left["metadata"]["resourceVersion"]


def test_a_watch_ends_when_its_time_is_over_with_a_bookmark_if_wanted(practice: PracticeServer, namespace: str) -> None:
    put(practice, namespace, "a", mine="yes")
    query = "labelSelector=mine%3Dyes&timeoutSeconds=1&allowWatchBookmarks=true"
    with watching(practice, namespace, query) as events:
        seen = list(events)
    assert [event["type"] for event in seen] == ["ADDED", "BOOKMARK"]
    mark = seen[-1]["object"]
    assert mark["kind"] == "ConfigMap"
    assert int(mark["metadata"]["resourceVersion"]) >= int(seen[0]["object"]["metadata"]["resourceVersion"])
    with watching(practice, namespace, "labelSelector=mine%3Dyes&timeoutSeconds=1") as events:
        assert [event["type"] for event in events] == ["ADDED"]


def test_initial_events_end_with_a_marked_bookmark(practice: PracticeServer, namespace: str) -> None:
    put(practice, namespace, "a", mine="yes")
    query = (
        "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"
        "&labelSelector=mine%3Dyes"
    )
    with watching(practice, namespace, query) as events:
        first, mark = next(events), next(events)
    assert (first["type"], mark["type"]) == ("ADDED", "BOOKMARK")
    assert mark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_revision_long_forgotten_is_gone(practice: PracticeServer, namespace: str) -> None:
    start = revision(practice, namespace)
    put(practice, namespace, "a")
    path = f"{MAPS.format(namespace)}/a"
    with practice.connection() as connection:
        for number in range(2 * HISTORY):
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"n": str(number)}}
            connection.request("PUT", path, json.dumps(body), practice.headers(has_body=True))
            connection.getresponse().read()
    with watching(practice, namespace, f"resourceVersion={start}") as events:
        (event,) = list(events)
    assert event["type"] == "ERROR"
    assert (event["object"]["code"], event["object"]["reason"]) == (410, "Expired")


def test_a_table_watch_names_its_columns_once(practice: PracticeServer, namespace: str) -> None:
    put(practice, namespace, "a", mine="yes")
    put(practice, namespace, "b", mine="yes")
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    with watching(practice, namespace, "labelSelector=mine%3Dyes", accept) as events:
        first, second = next(events)["object"], next(events)["object"]
    assert [column["name"] for column in first["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert not second["columnDefinitions"]
    assert [table["rows"][0]["cells"][0] for table in (first, second)] == ["a", "b"]


def test_one_object_can_be_watched_by_its_path_selector(practice: PracticeServer, namespace: str) -> None:
    answer = practice.ask("GET", f"{MAPS.format(namespace)}?watch=true&fieldSelector=spec.color%3Dred")
    assert answer.status == 400
    assert "known field selector" in answer.json()["message"]


def test_the_server_forgets_a_watcher_that_left(practice: PracticeServer, namespace: str) -> None:
    with watching(practice, namespace, "") as events:
        put(practice, namespace, "a")
        next(events)
    put(practice, namespace, "b")
    assert practice.ask("GET", "/healthz").status == 200


def test_kubectl_follows_and_waits(practice: PracticeServer, namespace: str) -> None:
    env = {**practice.env, "KUBECONFIG": str(practice.kubeconfig), "HOME": str(practice.folder)}
    command = ["kubectl", "get", "configmaps", "-n", namespace, "-w", "--no-headers", "-l", "mine=yes"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        put(practice, namespace, "followed", mine="yes")
        assert follower.stdout.readline().split()[0] == "followed"
        put(practice, namespace, "next", mine="yes")
        assert follower.stdout.readline().split()[0] == "next"
        follower.terminate()
    gone = ["kubectl", "wait", "-n", namespace, "--for=delete", "configmap/next", "--timeout=60s"]
    with subprocess.Popen(gone, env=env, stdout=subprocess.PIPE, text=True) as waiter:
        until(lambda: _is_watched(practice, namespace), "kubectl to watch")
        practice.ask("DELETE", f"{MAPS.format(namespace)}/next")
        assert waiter.wait(timeout=60) == 0


def _is_watched(practice: PracticeServer, namespace: str) -> bool:
    return any(
        each["verb"] == "watch" and each["path"] == MAPS.format(namespace) and "metadata.name%3Dnext" in each["query"]
        for each in practice.requests()
    )
