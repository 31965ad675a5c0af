"""Ephemeral containers over HTTP: added by their own subresource, kept as they are, never part of a new pod."""

from __future__ import annotations

from typing import Any

from tests.practice_server import Answer, PracticeServer

PODS = "/api/v1/namespaces/default/pods"
STRATEGIC = {"Content-Type": "application/strategic-merge-patch+json"}


def patched(
    practice: PracticeServer, name: str, *containers: dict[str, Any], media: dict[str, str] = STRATEGIC
) -> Answer:
    body = {"spec": {"ephemeralContainers": list(containers)}}
    return practice.ask("PATCH", f"{PODS}/{name}/ephemeralcontainers", body, media)


def test_they_are_added_and_then_stay(practice: PracticeServer) -> None:
    pod = {"metadata": {"name": "eph"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert practice.ask("POST", PODS, pod).status == 201
    tools = {"name": "tools", "image": "busybox"}
    added = patched(practice, "eph", tools).json()
    assert [one["name"] for one in added["spec"]["ephemeralContainers"]] == ["tools"]
    assert added["spec"]["containers"][0]["image"] == "nginx"
    changed = patched(practice, "eph", {**tools, "image": "alpine"})
    assert changed.status == 422
    assert 'existing ephemeral containers "tools" may not be changed' in changed.json()["message"]
    merge = {"Content-Type": "application/merge-patch+json"}
    removed = patched(practice, "eph", media=merge)
    assert 'existing ephemeral containers "tools" may not be removed' in removed.json()["message"]
    twice = patched(practice, "eph", {"name": "c", "image": "busybox"})
    assert twice.status == 422 and "Duplicate value" in twice.json()["message"]
    assert practice.ask("DELETE", f"{PODS}/eph").status == 200


def test_nothing_else_changes_by_that_way(practice: PracticeServer) -> None:
    pod = {"metadata": {"name": "eph2"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert practice.ask("POST", PODS, pod).status == 201
    body = {"spec": {"activeDeadlineSeconds": 5, "ephemeralContainers": [{"name": "t", "image": "busybox"}]}}
    done = practice.ask("PATCH", f"{PODS}/eph2/ephemeralcontainers", body, STRATEGIC).json()
    assert "activeDeadlineSeconds" not in done["spec"]
    assert practice.ask("DELETE", f"{PODS}/eph2").status == 200
