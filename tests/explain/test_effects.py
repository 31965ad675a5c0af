"""The effect class of a line."""

from __future__ import annotations

import pytest

from kx.explain import effects
from kx.kubectl.catalog.load import known_versions, load
from tests.explain.tools import explained


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("kubectl get pods", "read"),
        ("kubectl run x --image=i", "create"),
        ("kubectl run x --image=i --dry-run=client", "read"),
        ("kubectl run x --image=i --dry-run=server", "read"),
        ("kubectl run x --image=i --dry-run=none", "create"),
        ("kubectl run x --image=i --dry-run", "read"),
        ("kubectl run x --image=i -- sleep 1 --dry-run=client", "create"),
        ("kubectl create deployment d --image=i", "create"),
        ("kubectl create token sa", "create"),
        ("kubectl scale deployment d --replicas=2", "change"),
        ("kubectl apply -f x.yaml", "change"),
        ("kubectl apply -f x.yaml --dry-run=server", "read"),
        ("kubectl apply -f x.yaml --prune --all", "delete"),
        ("kubectl apply view-last-applied deploy/x", "read"),
        ("kubectl replace -f x.yaml", "change"),
        ("kubectl replace --force -f x.yaml", "delete"),
        ("kubectl delete pod x", "delete"),
        ("kubectl delete pod x --dry-run=client", "read"),
        ("kubectl drain n", "delete"),
        ("kubectl cordon n", "change"),
        ("kubectl rollout status deploy/x", "read"),
        ("kubectl rollout history deploy/x", "read"),
        ("kubectl rollout undo deploy/x", "change"),
        ("kubectl rollout restart deploy/x", "change"),
        ("kubectl exec p -- ls", "run-code"),
        ("kubectl attach p", "run-code"),
        ("kubectl cp a p:b", "run-code"),
        ("kubectl debug p --image=i", "run-code"),
        ("kubectl config use-context x", "local"),
        ("kubectl config view", "local"),
        ("kubectl kustomize .", "local"),
        ("kubectl version --client", "local"),
        ("kubectl version", "read"),
        ("kubectl label pod x a=b", "change"),
        ("kubectl label pod x --list", "read"),
        ("kubectl label -f x.yaml a=b --local -o yaml", "local"),
        ("kubectl set env deploy/x --list", "read"),
        ("kubectl set image deploy/x a=b", "change"),
        ("kubectl delete pod x --help", "local"),
        ("kubectl get pods | wc -l", "read"),
        ("kubectl get pods -o name | xargs kubectl delete", "delete"),
        ("kubectl", "local"),
        ("kubectl rollout", "local"),
        ("kubectl frobnicate", "local"),
        ("docker --version", "local"),
        ("docker run my-image", "run-code"),
        ("helm create gowebapp", "local"),
        ("ls", "local"),
        ("", "local"),
    ],
)
def test_effect(line: str, effect: str) -> None:
    assert explained(line).effect == effect


@pytest.mark.parametrize("version", known_versions())
def test_every_command_is_in_the_table(version: str) -> None:
    for path in load(version).commands:
        assert path == () or any(path[:length] in effects.EFFECTS for length in (1, 2)), path


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
