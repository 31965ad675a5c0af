"""What kx reads into a line from a kuberc file, against what every kubectl that knows such files really sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl import kuberc
from kx.kubectl.catalog.load import load
from tests.e2e.conftest import Desk
from tests.e2e.test_requests import about_objects, pytestmark
from tests.told import unexplained

__all__ = ["pytestmark"]

FILE = """
apiVersion: kubectl.config.k8s.io/v1alpha1
kind: Preference
aliases:
- {name: getn, command: get, prependArgs: [nodes], flags: [{name: selector, default: "no=such"}]}
- {name: mk, command: create configmap, appendArgs: [--from-literal=a=b, --dry-run=server]}
- {name: relabel, command: label, prependArgs: [configmap], flags: [{name: overwrite, default: "true"}]}
overrides:
- {command: apply, flags: [{name: server-side, default: "true"}]}
- {command: get, flags: [{name: all-namespaces, default: "true"}]}
- {command: delete, flags: [{name: wait, default: "false"}]}
"""
LINES = (
    "kubectl getn",
    "kubectl getn -l a=b",
    "kubectl mk made",
    "kubectl create configmap made",
    "kubectl relabel made x=y",
    "kubectl get configmaps",
    "kubectl get configmaps -A=false",
    "kubectl delete configmap made",
)


def test_every_line_sends_what_was_told(desk: Desk) -> None:
    if kuberc.place({"KUBECTL_KUBERC": "true"}, "/", desk.version)[0] == "":
        pytest.skip(f"kubectl {desk.version} knows no kuberc files")
    file = Path(desk.env["HOME"]) / ".kube" / "kuberc"
    file.parent.mkdir(exist_ok=True)
    file.write_text(FILE)
    mine = kuberc.load(str(file), named=False)
    wrong = []
    for line in LINES:
        number = log(desk, 0)["next"]
        desk.ok(f"KUBECTL_KUBERC=true {line}")
        sent = [each for each in log(desk, number)["requests"] if about_objects(each["path"])]
        told = explain_text(
            line, Where(namespace=desk.namespace), catalog=load(desk.version), preferences=lambda flag: mine
        )
        if why := unexplained(list(told.requests), sent, failed=False):
            wrong.append(f"{line}: {why}")
    assert wrong == []


def log(desk: Desk, since: int) -> dict[str, Any]:
    """The requests that the practice cluster had from kubectl after a number."""
    found: dict[str, Any] = json.loads(desk.ok(f"kubectl get --raw '/kx/requests?since={since}'"))
    return {**found, "requests": [each for each in found["requests"] if each["agent"].startswith("kubectl")]}
