"""Every kubectl at hand against the running server: each speaks its own dialect of discovery, bodies and schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from subprocess import CompletedProcess

import pytest

from tests.kubectls import Kubectl, find_kubectls
from tests.practice_server import PracticeServer

Run = Callable[..., CompletedProcess[str]]

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: applied}
data: {color: %s}
"""


@pytest.fixture(params=find_kubectls(), ids=lambda kubectl: kubectl.version)
def run(request: pytest.FixtureRequest, practice: PracticeServer) -> Iterator[Run]:
    """One kubectl in a namespace of its own."""
    kubectl: Kubectl = request.param
    namespace = "v" + kubectl.version.replace(".", "-")

    def call(line: str, stdin: str = "") -> CompletedProcess[str]:
        return practice.kubectl("-n", namespace, *line.split(), input=stdin, binary=str(kubectl.path))

    done = call(f"create namespace {namespace}")
    assert done.returncode == 0, done.stderr
    yield call
    call(f"delete namespace {namespace} --wait=false")


def ok(done: CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_creates_whatever_body_it_sends(run: Run) -> None:
    for line in (
        "create configmap c --from-literal=a=b",
        "create secret generic s --from-literal=a=b",
        "create deployment d --image=nginx --replicas=0",
        "create job j --image=busybox -- true",
        "create cronjob k --image=busybox --schedule=@daily -- true",
        "create serviceaccount robot",
        "create role r --verb=get --resource=pods",
        "create service clusterip web --tcp=80",
        "create quota q --hard=pods=5",
        "run p --image=nginx --restart=Never",
        "expose deployment d --port=80",
    ):
        assert ok(run(line)).strip().endswith(("created", "exposed")), line
    assert ok(run("get configmap c -o jsonpath={.data.a}")) == "b"
    assert ok(run("create token robot")).count(".") == 2
    assert ok(run("auth can-i delete pods")) == "yes\n"


def test_it_applies_changes_and_prunes_nothing_it_should_not(run: Run) -> None:
    assert ok(run("apply -f -", MANIFEST % "red")) == "configmap/applied created\n"
    assert ok(run("apply -f -", MANIFEST % "red")) == "configmap/applied unchanged\n"
    assert run("diff -f -", MANIFEST % "blue").returncode == 1
    assert (
        ok(run("apply -f - --dry-run=server", MANIFEST % "blue")) == "configmap/applied configured (server dry run)\n"
    )
    assert ok(run("apply -f -", MANIFEST % "blue")) == "configmap/applied configured\n"
    assert ok(run("apply --server-side --force-conflicts -f -", MANIFEST % "green")) == (
        "configmap/applied serverside-applied\n"
    )
    assert ok(run("label configmap applied a=b")) == "configmap/applied labeled\n"
    assert ok(run("get configmap -l a=b -o name")) == "configmap/applied\n"
    assert ok(run('patch configmap applied --type=json -p [{"op":"remove","path":"/data/color"}]'))
    assert ok(run("replace -f -", MANIFEST % "white")) == "configmap/applied replaced\n"
    assert 'configmap "applied" deleted' in ok(run("delete configmap applied"))


def test_it_is_told_what_is_wrong_with_a_manifest(run: Run) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, color: red}]}\n"
    refused = run("create -f -", pod)
    assert refused.returncode == 1
    assert 'unknown field "spec.containers[0].color"' in refused.stderr
    warned = run("create --validate=warn --dry-run=server -f -", pod)
    assert 'Warning: unknown field "spec.containers[0].color"' in warned.stderr
    assert ok(warned) == "pod/p created (server dry run)\n"
    assert run("create --validate=false --dry-run=server -f -", pod).stderr == ""


def test_it_shows_tables_and_explains(run: Run) -> None:
    ok(run("create deployment d --image=nginx --replicas=0"))
    heading, row = ok(run("get deployments -o wide")).splitlines()
    assert heading.split() == "NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR".split()
    assert row.split()[:4] == ["d", "0/0", "0", "0"]
    assert ok(run("explain deployment.spec.replicas")).count("replicas")
    assert "deployments" in ok(run("api-resources --api-group=apps"))
    assert ok(run("scale deployment d --replicas=1"))
    assert "successfully rolled out" in ok(run("rollout status deployment d --timeout=60s"))
    assert "deployment.apps/d" in ok(run("get all -o name"))
    ok(run("delete deployment d --cascade=foreground --timeout=60s"))
