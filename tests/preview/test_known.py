"""Asking the cluster: what is asked, what is not, and a cluster that does not answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kx.explain.known import KnownFacts
from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.preview.known import Asker
from tests.kubectls import find_kubectls
from tests.practice_server import PracticeServer, practice_server

NOTHING = KnownFacts()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    with practice_server(tmp_path_factory.mktemp("known")) as server:
        server.kubectl("create", "deployment", "web", "--image=busybox", "--replicas=3", check=True)
        server.kubectl("create", "configmap", "settings", check=True)
        server.kubectl("run", "here", "--image=busybox", check=True)
        yield server


@pytest.fixture
def asker(cluster: PracticeServer) -> Asker:
    env = {**cluster.env, "KUBECONFIG": str(cluster.kubeconfig), "HOME": str(cluster.folder)}
    return Asker(Path(find_kubectls()[-1].path), env)


def known(asker: Asker, line: str) -> KnownFacts:
    return asker.known(parse(split(line), load()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl run here --image=x", KnownFacts(names={"pods": frozenset({"here"})})),
        ("kubectl run nowhere --image=x", NOTHING),
        ("kubectl run here --image=x -n kube-system", NOTHING),
        ("kubectl create deployment web --image=x", KnownFacts(names={"deployments.apps": frozenset({"web"})})),
        ("kubectl create configmap settings", KnownFacts(names={"configmaps": frozenset({"settings"})})),
        ("kubectl create namespace default", KnownFacts(names={"namespaces": frozenset({"default"})})),
        (
            "kubectl scale deployment web --replicas=5",
            KnownFacts(names={"deployments.apps": frozenset({"web"})}, replicas={("deployments.apps", "web"): 3}),
        ),
    ],
)
def test_what_the_cluster_knows(asker: Asker, line: str, expected: KnownFacts) -> None:
    assert known(asker, line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "kubectl get pods",
        "kubectl delete pod here",
        "kubectl run here --image=x --dry-run=client",
        "kubectl run here --image=x --token=abc",
        "kubectl run here --image=x --as=somebody",
        "kubectl run here --no-such-flag",
        "kubectl run",
        "docker run here",
        "",
    ],
)
def test_lines_that_nobody_is_asked_about(cluster: PracticeServer, asker: Asker, line: str) -> None:
    before = cluster.asked()
    assert known(asker, line) == NOTHING
    assert [each for each in cluster.requests(before) if each["path"] != "/kx/requests"] == []


def test_a_cluster_that_does_not_answer_is_left_alone_for_a_while(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = tmp_path / "config"
        config.write_text(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
            f"clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:{silent.getsockname()[1]}'}}}}]\n"
            "contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]\n"
        )
        clock = [0.0]
        env = {"KUBECONFIG": str(config), "HOME": str(tmp_path)}
        asker = Asker(Path(find_kubectls()[-1].path), env, now=lambda: clock[0])
        assert known(asker, "kubectl run a --image=x") == NOTHING
        # A kubectl that leaves a mark shows whether anybody is asked again.
        mark, script = tmp_path / "mark", tmp_path / "kubectl"
        script.write_text(f"#!/bin/sh\n: > {mark}\n")
        script.chmod(0o755)
        asker.kubectl = script
        assert known(asker, "kubectl run a --image=x") == NOTHING
        assert not mark.exists()
        clock[0] = 60.0
        assert known(asker, "kubectl run a --image=x") == NOTHING
        assert mark.exists()
