"""What kubectl makes of a line, seen in the object it would create: a client-side dry run needs no cluster."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kx.kubectl.invocation import Invocation
from tests.kubectl.oracle import read
from tests.kubectls import Kubectl, run_offline

DRY = ["--dry-run=client", "-o", "json"]


def made(kubectl: Kubectl, arguments: list[str]) -> dict[str, Any]:
    """The object kubectl prints."""
    done = run_offline(kubectl, *arguments)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "deployment", "a", "--image=b", *DRY],
        ["create", *DRY, "deploy", "--image", "b", "a"],
        ["-n", "x", "create", "-nb", "deploy", "--image", "b", "a", "-r3", *DRY],
        ["create", "deploy", "a", "--image=b,c", "--image", "d", "--namespace=n", "-r=2", *DRY],
        ["create", "deploy", *DRY, "--image=b", "a", "--", "sleep", "-n", "infinity", "--dry-run=none", "--"],
        ["create", "deploy", "--dry-run", "a", "--image=b", "-ojson"],
        ["create", "deploy", "a", "--image=--save-config", "--save-config=F", *DRY, "--replicas", "0x2"],
        ["--context", "", "create", "deploy", "--image", "-r", "a", "-r", "1", "-r4", *DRY],
    ],
)
def test_deployment(kubectl: Kubectl, arguments: list[str]) -> None:
    ours, theirs = read(kubectl, arguments), made(kubectl, arguments)
    containers = theirs["spec"]["template"]["spec"]["containers"]
    assert ours.problems == ()
    assert ours.operand_values() == (theirs["metadata"]["name"],)
    assert images(ours) == [container["image"] for container in containers]
    assert list(ours.after_dash_values()) == containers[0].get("command", [])
    assert int(ours.value("replicas", "1") or "1", 0) == theirs["spec"]["replicas"]
    assert ours.value("namespace") == theirs["metadata"].get("namespace")


def images(invocation: Invocation) -> list[str]:
    """A list of strings splits at commas and accumulates."""
    return [image for value in invocation.values("image") for image in value.split(",")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "cm", "a", "--from-literal=b=c,d=e", "--from-literal", "f=-g", *DRY],
        ["create", "configmap", "--from-literal", "b=--", "a", *DRY],
        ["create", "secret", "generic", "a", "--from-literal=b= c", "--type", "--from-literal=x=y", *DRY],
    ],
)
def test_literals(kubectl: Kubectl, arguments: list[str]) -> None:
    ours, theirs = read(kubectl, arguments), made(kubectl, arguments)
    assert ours.operand_values() == (theirs["metadata"]["name"],)
    assert {value.split("=", 1)[0] for value in ours.values("from-literal")} == set(theirs["data"])
    if theirs["kind"] == "ConfigMap":
        assert dict(value.split("=", 1) for value in ours.values("from-literal")) == theirs["data"]
    else:
        assert ours.value("type") == theirs["type"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "job", "a", "--image=b", *DRY, "--", "date", "-u"],
        ["create", "cj", "a", "--image", "b", "--schedule", "*/1 * * * *", *DRY, "--", "date"],
    ],
)
def test_jobs(kubectl: Kubectl, arguments: list[str]) -> None:
    ours, theirs = read(kubectl, arguments), made(kubectl, arguments)
    job = theirs["spec"].get("jobTemplate", theirs)["spec"]
    assert list(ours.after_dash_values()) == job["template"]["spec"]["containers"][0]["command"]
    assert ours.value("schedule") == theirs["spec"].get("schedule")


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "deploy", "a"],
        ["create", "cronjob", "a"],
        ["create", "cronjob", "a", "--image=b"],
        ["run", "a", "--", "--image=b"],
        ["scale", "deploy", "a"],
        ["autoscale", "deploy", "a", "--min=1"],
        ["create", "svc", "externalname", "a"],
    ],
)
def test_required_flags(kubectl: Kubectl, arguments: list[str]) -> None:
    said = run_offline(kubectl, *arguments).stderr
    assert said.strip() == "error: " + read(kubectl, arguments).problems[0].message
