"""``kx ns`` where the cluster answers, says no, forbids, or keeps silent: a server of a few lines, a real kubectl."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kx.contexts import known_namespaces
from kx.kubeconfig import read
from tests.contexts.callers import Caller
from tests.kubectls import find_kubectls
from tests.practice_server import practice_server

pytestmark = pytest.mark.skipif(not find_kubectls(), reason="no kubectl found: the cluster cannot be asked")


def status(code: int, reason: str) -> tuple[int, dict[str, Any]]:
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code,
                  "message": f"{reason}: no"}  # fmt: skip


FORBIDDEN = status(403, "Forbidden")
MISSING = status(404, "NotFound")
PROJECTS = "/apis/project.openshift.io/v1/projects"


class Cluster(ThreadingHTTPServer):
    """Answers by path; a path it does not know is forbidden."""

    daemon_threads = True
    answers: dict[str, tuple[int, dict[str, Any]]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}


class Handler(BaseHTTPRequestHandler):
    server: Cluster

    def do_GET(self) -> None:  # noqa: N802  (http.server's name)
        code, answer = self.server.answers.get(self.path.partition("?")[0], FORBIDDEN)
        body = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def at(caller: Caller, address: str) -> Caller:
    text = caller.file.read_text(encoding="utf-8").replace("https://127.0.0.1:1", address)
    caller.file.write_text(text + "users:\n- name: dev\n  user:\n    token: t\n", encoding="utf-8")
    caller.env["KX_KUBECTL"] = str(find_kubectls()[-1].path)
    return caller


@pytest.fixture
def caller(tmp_path: Path, cluster: Cluster) -> Caller:
    return at(Caller(tmp_path), f"http://127.0.0.1:{cluster.server_address[1]}")


def names(*found: str) -> tuple[int, dict[str, Any]]:
    return 200, {"kind": "List", "items": [{"metadata": {"name": name}} for name in found]}


def test_who_may_not_look_switches_and_is_told(caller: Caller) -> None:
    said = caller.script("ns web")
    assert (said.status, said.err) == (
        0,
        'warning: namespace "web" is not verified: you may not look at namespaces in this cluster\n'
        '✔ Active namespace is "web"\n',
    )
    assert read.current(caller.env).namespace == "web"
    assert caller.script("ctx dev/other").status == 0
    assert read.current(caller.env).namespace == "other"


def test_a_silent_cluster_is_not_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        caller = at(Caller(tmp_path), f"http://127.0.0.1:{silent.getsockname()[1]}")
        said = caller.script("ns web")
    assert (said.status, said.err) == (
        0,
        'warning: namespace "web" is not verified: the cluster did not answer within 2 seconds\n'
        '✔ Active namespace is "web"\n',
    )


def test_projects_of_openshift_stand_for_namespaces(caller: Caller, cluster: Cluster) -> None:
    cluster.answers[PROJECTS] = names("mine", "yours")
    assert caller.script("ns").out == "mine\nyours\n"
    assert known_namespaces.kept(caller.env, "dev") == ("mine", "yours")
    cluster.answers[f"{PROJECTS}/mine"] = (200, {"kind": "Project"})
    assert caller.script("ns mine").err == '✔ Active namespace is "mine"\n'


def test_no_list_for_anybody_is_kubens_error_and_what_is_known(caller: Caller) -> None:
    said = caller.script("ns")
    assert said.status == 1
    assert said.err.startswith(
        "error: could not list namespaces (is the cluster accessible?): failed to list namespaces from k8s API: "
    )
    assert "Known without asking: api, default" in caller.person("ns x -c").err + caller.person("ns").err


def test_a_list_that_is_none_is_one_sentence(caller: Caller, cluster: Cluster) -> None:
    cluster.answers["/api/v1/namespaces"] = (200, {"items": 3})
    said = caller.script("ns")
    assert said.status == 1
    assert said.err.endswith("the cluster's list of namespaces cannot be read\n")


def test_a_person_gets_what_comes_near_or_the_only_match(caller: Caller, cluster: Cluster) -> None:
    cluster.answers["/api/v1/namespaces"] = names("payments", "web", "web-staging")
    for name in ("pay", "we", "wbe"):
        cluster.answers[f"/api/v1/namespaces/{name}"] = MISSING
    assert caller.script("ns pay").err == 'error: no namespace exists with name "pay"\n'
    assert caller.person("ns pay").err == '✔ Active namespace is "payments"\n'
    assert "Did you mean web, web-staging?" in caller.person("ns we").err
    assert "Did you mean web" in caller.person("ns wbe").err
    assert read.current(caller.env).namespace == "payments"


def test_a_real_cluster(tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        caller = Caller(tmp_path)
        caller.env = {**server.env, "HOME": str(tmp_path), "KUBECONFIG": str(server.kubeconfig), "NO_COLOR": "1"}
        assert "kube-system" in caller.script("ns").out.splitlines()
        assert caller.script("ctx practice/kube-public").err.splitlines() == [
            '✔ Switched to context "practice".', '✔ Active namespace is "kube-public".',
        ]  # fmt: skip
        assert caller.script("ctx practice/nope").status == 1
        assert caller.person("ns sys").err == '✔ Active namespace is "kube-system"\n'
