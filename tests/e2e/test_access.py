"""A second user, with the real kubectl: allowed here, refused there, and told the truth by `auth can-i`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e


def test_a_user_with_the_view_role_sees_one_namespace(desk: Desk) -> None:
    here = desk.namespace
    desk.ok("kubectl create rolebinding views --clusterrole=view --user=jane")
    desk.ok("kubectl create configmap c --from-literal=a=b")
    assert "configmap/c" in desk.ok("kubectl --as jane get configmaps -o name")
    cannot, core = 'is forbidden: User "jane" cannot', 'in API group ""'
    elsewhere, at_all = 'in the namespace "kube-system"', "at the cluster scope"
    for line, said in {
        "get pods -n kube-system": f'pods {cannot} list resource "pods" {core} {elsewhere}',
        "get secrets": f'secrets {cannot} list resource "secrets" {core} in the namespace "{here}"',
        "get nodes": f'nodes {cannot} list resource "nodes" {core} {at_all}',
        "delete configmap c": f'configmaps "c" {cannot} delete resource "configmaps" {core} in the namespace "{here}"',
        "get pods -A": f'pods {cannot} list resource "pods" {core} {at_all}',
    }.items():
        refused = desk.run(f"kubectl --as jane {line}")
        assert (refused.returncode, refused.stderr) == (1, f"Error from server (Forbidden): {said}\n")


def test_can_i_tells_the_truth(desk: Desk) -> None:
    desk.ok("kubectl create rolebinding edits --clusterrole=edit --user=jane")
    for line, answer in {
        "create deployments.apps": "yes",
        "get pods --subresource=log": "yes",
        "create roles.rbac.authorization.k8s.io": "no",
        "list pods -n kube-system": "no",
        "list nodes": "no",
        "get /healthz": "yes",
        "get /metrics": "no",
    }.items():
        said = desk.run(f"kubectl auth can-i {line} --as jane")
        assert said.stdout.split()[0] == answer, line
        assert said.returncode == (answer == "no")
    assert "secrets" in desk.ok("kubectl auth can-i --list --as jane")
    assert "secrets" not in desk.ok("kubectl auth can-i --list --as bob")
    assert desk.ok("kubectl auth can-i '*' '*'").strip() == "yes"


def test_service_accounts_may_what_their_roles_say(desk: Desk) -> None:
    robot = f"--as system:serviceaccount:{desk.namespace}:robot"
    desk.ok("kubectl create serviceaccount robot")
    desk.ok("kubectl create role reads --verb=get,list --resource=pods --resource-name=one")
    desk.ok(f"kubectl create rolebinding reads --role=reads --serviceaccount={desk.namespace}:robot")
    assert desk.run(f"kubectl auth can-i get pods/one {robot}").stdout.split()[0] == "yes"
    assert desk.run(f"kubectl auth can-i get pods/two {robot}").stdout.split()[0] == "no"
    token = desk.ok("kubectl create token robot").strip()
    who = desk.run(f"kubectl get secrets --token={token} --kubeconfig={_bare(desk)}")
    assert f'User "system:serviceaccount:{desk.namespace}:robot" cannot list resource "secrets"' in who.stderr


def _bare(desk: Desk) -> str:
    """The same cluster without anybody's credentials."""
    file = desk.folder / "bare"
    desk.ok(f"kubectl config view --raw --minify > {file}")
    desk.ok(f"kubectl config unset users --kubeconfig={file}")
    return str(file)


def test_nobody_gives_more_than_he_has(desk: Desk) -> None:
    desk.ok("kubectl create rolebinding runs --clusterrole=admin --user=jane")
    desk.ok("kubectl --as jane create rolebinding bob --clusterrole=view --user=bob")
    refused = desk.run("kubectl --as jane create rolebinding all --clusterrole=cluster-admin --user=bob")
    assert refused.returncode == 1
    assert 'user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions' in refused.stderr
    assert "not currently held" in refused.stderr
    refused = desk.run("kubectl --as jane get pods --as-group system:masters -n kube-system")
    assert refused.returncode == 0  # the owner plays both at once
    again = desk.run("kubectl --as jane auth can-i impersonate users")
    assert again.stdout.split()[0] == "no"


@pytest.mark.skipif("KX_E2E_KUBECONFIG" in os.environ, reason="another cluster has no kx practice users")
def test_somebody_else_has_a_kubeconfig_of_his_own(desk: Desk, kubeconfig: Path) -> None:
    server = desk.ok("kubectl config view --minify -o jsonpath={.clusters[0].cluster.server}")
    made = subprocess.run(
        [sys.executable, "-m", "kx", "practice", "kubeconfig", "--user", "jane d'arc", "--group", "devs"],
        env={**os.environ, "KX_PRACTICE_HOME": str(kubeconfig.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    file = made.stdout.strip()
    assert os.stat(file).st_mode & 0o777 == 0o600
    theirs = f'kubectl --kubeconfig "{file}"'
    assert server in desk.ok(f"{theirs} config view")
    assert "jane d'arc" in desk.run(f"{theirs} get pods").stderr
    desk.ok("kubectl create rolebinding devs --clusterrole=view --group=devs")
    assert desk.run(f"{theirs} get pods -n {desk.namespace}").returncode == 0
