"""The effect class of a line."""

from __future__ import annotations

import pytest

from kx.explain import effects
from kx.kubectl.catalog.load import known_versions, load
from tests.explain.tools import explained

# One line for every command of every version, then what flags make of it.
COMMANDS = """
local     kubectl
local     kubectl alpha
change    kubectl annotate pod p a=b
read      kubectl api-resources
read      kubectl api-versions
change    kubectl apply -f x.yaml
change    kubectl apply edit-last-applied deploy/d
change    kubectl apply set-last-applied -f x.yaml
read      kubectl apply view-last-applied deploy/d
run-code  kubectl attach p
local     kubectl auth
read      kubectl auth can-i get pods
change    kubectl auth reconcile -f x.yaml
read      kubectl auth whoami
create    kubectl autoscale deploy d --max=3
local     kubectl certificate
change    kubectl certificate approve c
change    kubectl certificate deny c
read      kubectl cluster-info
read      kubectl cluster-info dump
local     kubectl completion bash
local     kubectl config
local     kubectl config current-context
local     kubectl config delete-cluster c
local     kubectl config delete-context c
local     kubectl config delete-user u
local     kubectl config get-clusters
local     kubectl config get-contexts
local     kubectl config get-users
local     kubectl config rename-context a b
local     kubectl config set a b
local     kubectl config set-cluster c
local     kubectl config set-context c
local     kubectl config set-credentials u
local     kubectl config unset a
local     kubectl config use-context c
local     kubectl config view
change    kubectl cordon n
run-code  kubectl cp a p:b
create    kubectl create -f x.yaml
create    kubectl create clusterrole r --verb=get --resource=pods
create    kubectl create clusterrolebinding b --clusterrole=r
create    kubectl create configmap c
create    kubectl create cronjob c --image=i --schedule='* * * * *'
create    kubectl create deployment d --image=i
create    kubectl create ingress i --rule=a/b=c:80
create    kubectl create job j --image=i
create    kubectl create namespace n
create    kubectl create poddisruptionbudget p --selector=a=b --min-available=1
create    kubectl create priorityclass p --value=1
create    kubectl create quota q
create    kubectl create role r --verb=get --resource=pods
create    kubectl create rolebinding b --role=r
local     kubectl create secret
create    kubectl create secret docker-registry s
create    kubectl create secret generic s
create    kubectl create secret tls s --cert=c --key=k
local     kubectl create service
create    kubectl create service clusterip s --tcp=80
create    kubectl create service externalname s --external-name=x
create    kubectl create service loadbalancer s --tcp=80
create    kubectl create service nodeport s --tcp=80
create    kubectl create serviceaccount s
create    kubectl create token s
run-code  kubectl debug p --image=i
delete    kubectl delete pod p
read      kubectl describe pods
read      kubectl diff -f x.yaml
delete    kubectl drain n
change    kubectl edit deploy d
read      kubectl events
run-code  kubectl exec p -- ls
read      kubectl explain pods
create    kubectl expose deploy d --port=80
read      kubectl get pods
local     kubectl help get
local     kubectl kustomize .
change    kubectl label pod p a=b
read      kubectl logs p
local     kubectl options
change    kubectl patch pod p -p {}
local     kubectl plugin
local     kubectl plugin list
read      kubectl port-forward p 80
read      kubectl proxy
change    kubectl replace -f x.yaml
local     kubectl rollout
read      kubectl rollout history deploy/d
change    kubectl rollout pause deploy/d
change    kubectl rollout restart deploy/d
change    kubectl rollout resume deploy/d
read      kubectl rollout status deploy/d
change    kubectl rollout undo deploy/d
create    kubectl run p --image=i
change    kubectl scale deploy d --replicas=2
local     kubectl set
change    kubectl set env deploy/d a=b
change    kubectl set image deploy/d a=b
change    kubectl set resources deploy/d --limits=cpu=1
change    kubectl set selector svc s a=b
change    kubectl set serviceaccount deploy/d s
change    kubectl set subject rolebinding b --user=u
change    kubectl taint nodes n a=b:NoSchedule
local     kubectl top
read      kubectl top node
read      kubectl top pod
change    kubectl uncordon n
read      kubectl version
read      kubectl wait pod/p --for=delete
"""
FLAGS = """
read      kubectl get --raw /api
create    kubectl create --raw /api/v1/namespaces -f x.json
change    kubectl replace --raw /api/v1/namespaces/n -f x.json
delete    kubectl delete --raw /api/v1/namespaces/n
delete    kubectl apply -f x.yaml --prune --all
delete    kubectl apply -f x.yaml --force
read      kubectl apply -f x.yaml --force --dry-run=client
read      kubectl apply -f x.yaml --prune --all --dry-run=server
read      kubectl apply set-last-applied -f x.yaml --dry-run=client
delete    kubectl replace --force -f x.yaml
change    kubectl replace --force=false -f x.yaml
delete    kubectl debug p --copy-to=q --replace --image=i
run-code  kubectl debug p --copy-to=q --image=i
read      kubectl drain n --dry-run=client
read      kubectl cordon n --dry-run=server
read      kubectl auth reconcile -f x.yaml --dry-run=client
create    kubectl run x --image=i --rm -it
create    kubectl run x --image=i -it -- sh
create    kubectl run x --image=i -- sleep 1 --dry-run=client
delete    kubectl delete pod p -- --dry-run=client
delete    kubectl delete pod p # --dry-run=client
delete    kubectl delete pods --all
local     kubectl version --client
read      kubectl version --client=false
read      kubectl label pod x --list
change    kubectl label pod x a=b --list
local     kubectl label -f x.yaml a=b --local -o yaml
local     kubectl annotate -f x.yaml a=b --local -o yaml
local     kubectl patch -f x.yaml -p {} --local -o yaml
local     kubectl set image -f x.yaml a=b --local -o yaml
read      kubectl annotate pod x --list
read      kubectl set env deploy/x --list
change    kubectl set env deploy/x --from=configmap/c
read      kubectl set subject rolebinding b --user=u --dry-run=client
read      kubectl rollout undo deploy/x --dry-run=server
read      kubectl scale deploy x --replicas=2 --dry-run=client
read      kubectl autoscale deploy x --max=3 --dry-run=client
read      kubectl expose deploy x --port=80 --dry-run=client
read      kubectl taint nodes n a=b:NoSchedule --dry-run=client
read      kubectl create token sa --duration=1h --help=false --dry-run=client
local     kubectl config view --raw
read      kubectl cluster-info dump --output-directory=d
read      kubectl get -f https://example.com/x.yaml
run-code  kubectl kustomize . --enable-helm
run-code  kubectl kustomize --enable-alpha-plugins .
run-code  kubectl cp p:a b
local     kubectl delete pod x --help
read      kubectl get pods | wc -l
delete    kubectl get pods -o name | xargs kubectl delete
delete    kubectl apply -f x.yaml && kubectl delete pod p
local     kubectl frobnicate
local     docker --version
run-code  docker run my-image
local     helm create gowebapp
local     ls
"""


def rows(table: str) -> list[tuple[str, str]]:
    """(line, effect) of each line of a table."""
    return [(line[10:], line[:10].strip()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("line", "effect"), [*rows(COMMANDS), *rows(FLAGS), ("", "local")])
def test_effect(line: str, effect: str) -> None:
    assert explained(line).effect == effect


@pytest.mark.parametrize("version", known_versions())
def test_every_command_is_in_the_table_and_has_its_row(version: str) -> None:
    tried = {explained(line, version=version).path for line, _ in rows(COMMANDS)}
    for path in load(version).commands:
        assert path == () or any(path[:length] in effects.EFFECTS for length in (1, 2)), path
    assert set(load(version).commands) - tried == set()


# What --dry-run makes of a line, tried with kubectl 1.27 to 1.33. An empty value is refused.
DRY_RUNS = [
    ("--dry-run", "read"),
    ("--dry-run=client", "read"),
    ("--dry-run=server", "read"),
    ("--dry-run='client'", "read"),
    ("--dry-run=unchanged", "read"),
    ("--dry-run=true", "read"),
    ("--dry-run=1", "read"),
    ("--dry-run=none", "change"),
    ("--dry-run=false", "change"),
    ("--dry-run=0", "change"),
    ("--dry-run=", "change"),
    ("--dry-run=$MODE", "change"),
    ("--dry-run=client --dry-run=none", "change"),
    ("--dry-run=none --dry-run=client", "read"),
    ("-- --dry-run=client", "change"),
]


@pytest.mark.parametrize(("spelling", "effect"), DRY_RUNS)
@pytest.mark.parametrize("version", known_versions())
def test_every_spelling_of_a_dry_run(version: str, spelling: str, effect: str) -> None:
    assert explained(f"kubectl label pod p a=b {spelling}", version=version).effect == effect


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("kubectl delete pod p --dry-run=server", "Only pretend: delete objects."),
        ("kubectl apply -f x --dry-run=none", "Make the cluster look like the files say."),
        ("kubectl set env deploy/web --list", "Print what is set now; nothing is changed."),
        ("kubectl label pods --list a=b --all", "Set or remove labels of objects."),
    ],
)
def test_the_summary_says_what_the_effect_says(line: str, summary: str) -> None:
    assert explained(line).summary == summary


@pytest.mark.parametrize(
    ("line", "effect"),
    [("kubectl delete pod p -h", "local"), ("kubectl delete pod p -h --foo", "delete"), ("kubectl get -zh", "read")],
)
def test_a_refused_flag_comes_before_help(line: str, effect: str) -> None:
    assert explained(line).effect == effect
