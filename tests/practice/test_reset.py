"""Beginning anew inside the running server: empty, restored, and what those hear of it who were watching."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kx.practice import lifecycle
from tests.practice_server import PracticeServer, until

MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    made = PracticeServer(tmp_path_factory.mktemp("reset"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _running(server: PracticeServer) -> None:
    server.start()


def kx(server: PracticeServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kx", "practice", *arguments]
    return subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=120, check=False)


def ok(server: PracticeServer, *arguments: str) -> str:
    done = kx(server, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put(server: PracticeServer, name: str) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    assert server.ask("POST", MAPS, body).status == 201


def names(server: PracticeServer, path: str) -> list[str]:
    return [item["metadata"]["name"] for item in server.ask("GET", path).json()["items"]]


def watch(server: PracticeServer, connection: http.client.HTTPConnection, path: str, version: str) -> Any:
    connection.request("GET", f"{path}?watch=true&resourceVersion={version}", headers=server.headers())
    return connection.getresponse()


def test_a_reset_is_as_a_first_start_in_the_same_process(server: PracticeServer) -> None:
    pid, port = server.pid, server.port
    put(server, "kept")
    ok(server, "add-node", "extra")
    version = int(server.ask("GET", MAPS).json()["metadata"]["resourceVersion"])
    assert kx(server, "reset").stderr == "The practice cluster is empty again and running.\n"
    assert (server.pid, server.port) == (pid, port)
    assert names(server, "/api/v1/nodes") == ["node-1", "node-2", "node-3"]
    until(lambda: names(server, MAPS) == ["kube-root-ca.crt"], "the namespace to be furnished")
    assert names(server, "/api/v1/namespaces") == ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert int(server.ask("GET", MAPS).json()["metadata"]["resourceVersion"]) > version, "revisions go on"
    os.kill(pid, signal.SIGKILL)
    until(lambda: lifecycle.state(server.env).running is None, "the death to be noticed")
    server.start()
    assert "kept" not in names(server, MAPS)


def test_watches_are_told_that_what_they_know_is_too_old(server: PracticeServer) -> None:
    put(server, "seen")
    version = server.ask("GET", MAPS).json()["metadata"]["resourceVersion"]
    with server.connection() as connection:
        answer = watch(server, connection, MAPS, version)
        ok(server, "reset")
        told = json.loads(answer.readline())
        assert (told["type"], told["object"]["code"], told["object"]["reason"]) == ("ERROR", 410, "Expired")
        assert answer.read() == b"", "the watch ends"
    listed = server.ask("GET", MAPS).json()
    assert "seen" not in [item["metadata"]["name"] for item in listed["items"]]
    with server.connection() as connection:
        again = watch(server, connection, MAPS, listed["metadata"]["resourceVersion"])
        put(server, "new")
        while (told := json.loads(again.readline()))["object"]["metadata"]["name"] != "new":
            assert told["type"] in ("ADDED", "MODIFIED")


def test_what_ran_has_ended_and_new_pods_run(server: PracticeServer) -> None:
    pod = {"containers": [{"name": "c", "image": "nginx"}]}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod}
    path = "/api/v1/namespaces/default/pods"
    until(lambda: server.ask("POST", path, body).status == 201, "the pod to be taken")
    uids = set()
    for _ in range(2):
        until(lambda: server.ask("GET", f"{path}/p").json()["status"]["phase"] == "Running", "the pod to run")
        uids.add(server.ask("GET", f"{path}/p").json()["metadata"]["uid"])
        ok(server, "reset")
        until(lambda: server.ask("POST", path, body).status == 201, "the pod to be taken")
    assert len(uids) == 2
    log = (server.home / "practice.log").read_text()
    assert "Traceback" not in log, log[-2000:]


@pytest.mark.parametrize("running", [True, False])
def test_snapshots(server: PracticeServer, running: bool) -> None:
    ok(server, "reset")
    name = f"lesson-{running}"
    put(server, "early")
    if not running:
        server.stop()
    assert name in kx(server, "snapshot", name).stderr
    refused = kx(server, "snapshot", name)
    assert (refused.returncode, "there already" in refused.stderr) == (1, True)
    ok(server, "snapshot", name, "--force")
    assert name in ok(server, "snapshots").splitlines()
    server.start()
    put(server, "late")
    server.ask("DELETE", f"{MAPS}/early")
    version = int(server.ask("GET", MAPS).json()["metadata"]["resourceVersion"])
    if not running:
        server.stop()
    assert ("and running" in kx(server, "restore", name).stderr) == running
    server.start()
    assert {"early"} <= set(names(server, MAPS)) and "late" not in names(server, MAPS)
    assert int(server.ask("GET", MAPS).json()["metadata"]["resourceVersion"]) > version


def test_a_restored_cluster_runs_its_pods_again(server: PracticeServer) -> None:
    ok(server, "reset")
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    template = {"metadata": {"labels": {"app": "w"}}, "spec": spec}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "w"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "w"}}, "template": template},
    }
    path = "/apis/apps/v1/namespaces/default/deployments"
    assert server.ask("POST", path, deployment).status == 201

    def ready() -> bool:
        found = server.ask("GET", f"{path}/w").json()
        return bool(found.get("status", {}).get("readyReplicas") == 2)

    until(ready, "two pods to be ready")
    ok(server, "snapshot", "with-pods", "--force")
    before = set(names(server, "/api/v1/namespaces/default/pods"))
    ok(server, "reset")
    ok(server, "restore", "with-pods")
    until(ready, "two pods to be ready again")
    assert set(names(server, "/api/v1/namespaces/default/pods")) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("restore", "never-kept"), 'there is no snapshot named "never-kept"'),
        (("snapshot", "../up"), "cannot be the name of a snapshot"),
        (("restore", "broken"), "cannot be read as a snapshot"),
    ],
)
def test_refusals(server: PracticeServer, arguments: tuple[str, ...], words: str) -> None:
    folder = server.home / "snapshots"
    folder.mkdir(exist_ok=True)
    (folder / "broken.db").write_text("this is no database")
    put(server, f"there-{abs(hash(arguments))}")
    for _ in range(2):
        done = kx(server, *arguments)
        assert (done.returncode, words in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
        assert f"there-{abs(hash(arguments))}" in names(server, MAPS) if lifecycle.state(server.env).running else True
        server.stop()


def test_a_request_that_is_not_the_owners_finds_nothing(server: PracticeServer) -> None:
    token = server.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {}).json()["status"]["token"]
    for path in ("/kx/reset", "/kx/machine?do=stop&name=node-1", "/kx/snapshot?name=x"):
        assert server.ask("POST", path, token=token).status == 404
    assert names(server, "/api/v1/nodes")
