"""Ways back, tried: each line is run, then what kx tells to undo it, and the objects are as they were before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.preview.known import Asker
from tests.e2e.conftest import Desk
from tests.kubectls import Kubectl, find_kubectls

pytestmark = pytest.mark.e2e

# The oldest and the newest kubectl at hand.
BOTH_ENDS = [*find_kubectls()[:1], *find_kubectls()[1:][-1:]]

SETUP = (
    "kubectl create deployment web --image=nginx --replicas=1",
    "kubectl run plain --image=nginx --labels=app=plain --port=80",
    "kubectl create configmap conf --from-literal=a=b",
    "kubectl create cronjob nightly --image=busybox --schedule='0 3 * * *' -- date",
    "kubectl create serviceaccount robot",
    "kubectl expose deployment web --port=80 --name=front",
)
CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: filed}
data: {a: b}
"""

# Line -> grade. {ns} is a name of this test alone, {node} a node. What is exact is taken back and compared; what is
# partial and has a command is run too, and must be taken by kubectl.
LINES = """
exact    kubectl run new --image=nginx
exact    kubectl run new --image=nginx --restart=Never -- sleep 1
exact    kubectl run new --image=nginx --port=80 --expose
exact    kubectl create deployment new --image=nginx --replicas=2
exact    kubectl create job new --image=busybox -- date
exact    kubectl create job new --from=cronjob/nightly
exact    kubectl create cronjob new --image=busybox --schedule='* * * * *'
exact    kubectl create configmap new --from-literal=a=b
partial  kubectl create configmap new --from-literal=a=b --append-hash
exact    kubectl create secret generic new --from-literal=a=b
exact    kubectl create secret docker-registry new --docker-server=r --docker-username=u --docker-password=p
exact    kubectl create service clusterip new --tcp=80:8080
exact    kubectl create service nodeport new --tcp=80
exact    kubectl create service loadbalancer new --tcp=80
exact    kubectl create service externalname new --external-name=example.com
exact    kubectl create serviceaccount new
exact    kubectl create role new --verb=get --resource=pods
exact    kubectl create rolebinding new --clusterrole=view --serviceaccount={ns}:robot
exact    kubectl create clusterrole {ns} --verb=get --resource=pods
exact    kubectl create clusterrolebinding {ns} --clusterrole=view --user=jane
exact    kubectl create quota new --hard=pods=100
exact    kubectl create poddisruptionbudget new --selector=app=web --min-available=1
exact    kubectl create priorityclass {ns} --value=7
exact    kubectl create ingress new --rule=example.com/a=front:80
exact    kubectl create namespace {ns}-more
exact    kubectl expose deployment web --port=80
exact    kubectl expose deployment web --port=80 --name=new --type=NodePort
exact    kubectl expose pod plain --port=80
exact    kubectl scale deployment web --replicas=2
exact    kubectl scale deployment/web --replicas=3 --current-replicas=1
exact    kubectl rollout pause deployment/web
exact    kubectl taint node {node} {ns}=a:NoSchedule
exact    kubectl taint node {node} {ns}:PreferNoSchedule
exact    kubectl taint nodes {node} {ns}=a:NoSchedule {ns}-more=b:PreferNoSchedule
partial  kubectl taint node {node} {ns}=a:NoExecute
partial  kubectl taint node {node} {ns}=a:NoSchedule --overwrite
partial  kubectl label pod plain tier=front
partial  kubectl label pods -l app=plain tier=front
partial  kubectl annotate deploy web note='it is new'
partial  kubectl label configmap conf tier=front --overwrite
partial  kubectl autoscale deployment web --max=3
partial  kubectl autoscale deployment web --max=3 --name=other
partial  kubectl create -f filed.yaml
partial  kubectl apply -f filed.yaml
partial  kubectl set image deployment/web nginx=nginx:1.27
partial  kubectl set env deployment/web A=B
partial  kubectl cordon {node}
partial  kubectl uncordon {node}
partial  kubectl rollout undo deployment/web
"""
# Of these, what undoes them leaves all as it was in this test, though kx cannot promise it in general.
KINDS = (
    "deployments,pods,configmaps,secrets,services,serviceaccounts,roles,rolebindings,cronjobs,jobs,resourcequotas,"
    "poddisruptionbudgets,ingresses,horizontalpodautoscalers"
)
CLUSTER_KINDS = "clusterroles,clusterrolebindings,priorityclasses,namespaces,nodes"


@pytest.fixture(params=BOTH_ENDS, ids=lambda kubectl: str(kubectl.version))
def kubectl(request: pytest.FixtureRequest) -> Kubectl:
    """The oldest and the newest kubectl."""
    found: Kubectl = request.param
    return found


def test_what_is_called_exact_brings_everything_back(desk: Desk) -> None:
    for line in SETUP:
        desk.ok(line)
    (desk.folder / "filed.yaml").write_text(CONFIG_MAP, encoding="utf-8")
    node = desk.ok("kubectl get nodes -o name").splitlines()[0].removeprefix("node/")
    desk.ok("kubectl rollout status deployment/web")
    tried = 0
    for row in LINES.strip().splitlines():
        grade, line = row[:9].strip(), row[9:].format(ns=desk.namespace, node=node)
        told = explained(desk, line)
        assert (told.undo.grade, told.problems) == (grade, ()), line
        before = objects(desk)
        done = desk.run(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if not told.undo.command:
            continue
        desk.ok(told.undo.command)
        tried += 1
        if grade == "exact":
            assert before == objects(desk), f"{line}, then {told.undo.command}"
    assert tried >= 40


CONFIG_LINES = (
    ("kubectl config use-context other", "exact"),
    ("kubectl config set current-context other", "exact"),
    ("kubectl config unset current-context", "exact"),
    ("kubectl config set-context --current --namespace=x", "exact"),
    ("kubectl config set-context here --namespace=x", "exact"),
    ("kubectl config rename-context other another", "exact"),
    ("kubectl config rename-context here there", "exact"),
    ("kubectl config set-context new --namespace=x", "partial"),
    ("kubectl config set-cluster new --server=https://x", "partial"),
)


def test_a_kubeconfig_comes_back_too(desk: Desk) -> None:
    own = desk.folder / "own.yaml"
    desk.ok(f"kubectl config view --raw --flatten --minify > {own}")
    alone = replace(desk, env={**desk.env, "KUBECONFIG": str(own)})
    name = alone.ok("kubectl config current-context").strip()
    alone.ok(f"kubectl config rename-context {name} here")
    alone.ok("kubectl config set-context here --namespace=web")
    alone.ok("kubectl config set-context other --cluster=c --user=u --namespace=n")
    for line, grade in CONFIG_LINES:
        told = explained(alone, line, Where("here", "web"))
        before = alone.ok("kubectl config view --raw -o json")
        assert told.undo.grade == grade, line
        alone.ok(line)
        alone.ok(told.undo.command)
        assert before == alone.ok("kubectl config view --raw -o json"), f"{line}, then {told.undo.command}"


def explained(desk: Desk, line: str, where: Where | None = None) -> Explanation:
    """What kx says of a line, having asked the cluster as the shell does."""
    catalog = load(desk.version)
    binary = next(Path(kubectl.path) for kubectl in find_kubectls() if kubectl.version == desk.version)
    known = Asker(binary, desk.env).known(parse(split(line), catalog))
    return explain_text(line, where or Where("practice", desk.namespace), known=known, catalog=catalog)


def objects(desk: Desk) -> dict[str, Any]:
    """What the user has made, without what servers and controllers add: status, versions, owned objects."""
    found: dict[str, Any] = {}
    for kinds in (KINDS, CLUSTER_KINDS):
        for each in json.loads(desk.ok(f"kubectl get {kinds} -o json"))["items"]:
            metadata = each["metadata"]
            if "ownerReferences" in metadata or is_going(desk, each):
                continue
            kept = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
            kept.get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
            body = {key: each[key] for key in each if key not in ("metadata", "status")}
            found[f"{each['kind']}/{metadata['name']}"] = {**kept, **body}
    return found


def is_going(desk: Desk, each: dict[str, Any]) -> bool:
    """A namespace of another test, which may come and go at any time."""
    return each["kind"] == "Namespace" and not each["metadata"]["name"].startswith(desk.namespace)
