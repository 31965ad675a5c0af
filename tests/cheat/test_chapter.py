"""The chapters are data: complete, and every line of theirs is one kubectl understands."""

from __future__ import annotations

import re

import pytest

from kx.cheat.chapter import Step, chapters
from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split

STEPS = [step for chapter in chapters() for step in chapter.steps]

# Every kubectl line of the training but port-forward, which needs a second terminal.
DECK = """
kubectl run net-utils --image=saman2000h/net-utils:1.2
kubectl get pods
kubectl logs net-utils
kubectl describe pod net-utils
kubectl run -i -t net-utils --image=saman2000h/net-utils:1.2
kubectl attach net-utils -c net-utils -i -t
kubectl exec net-utils -it -- bash
kubectl run net-utils --image=saman2000h/net-utils:1.2 sleep infinite
kubectl create deployment net-utils --image=saman2000h/net-utils:1.2
kubectl create deployment net-utils --image=saman2000h/net-utils:1.2 --dry-run=client -o yaml > deployment.yaml
kubectl scale deployment net-utils --replicas=2
kubectl explain pods
kubectl explain deployment.spec
kubectl api-resources
kubectl apply -f secret.yaml
kubectl apply -f redis-deployment.yaml
kubectl apply -f redis-service.yaml
kubectl apply -f config-map.yaml
kubectl apply -f visitors-deployment.yaml
kubectl apply -f visitors-service.yaml
kubectl replace -f manifest.yaml
""".strip().splitlines()


def test_the_chapters_hold_every_line_of_the_training() -> None:
    assert set(DECK) <= {step.line for step in STEPS}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.line)
def test_steps_are_complete(step: Step) -> None:
    assert step.say.endswith((".", "?", ")"))
    for pattern in (step.until, step.ready_shows, *(keys.after for keys in step.keys)):
        re.compile(pattern)
    for invocation in parse(split(step.line), load()):
        assert not invocation.problems
