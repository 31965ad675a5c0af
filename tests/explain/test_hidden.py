"""No secret of the line is drawn again; what is none stays readable."""

from __future__ import annotations

import pytest

from kx.explain import markdown, render
from tests.explain.tools import explained


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("kubectl create secret generic s --from-literal=password=hunter2", "--from-literal=password=…"),
        ("kubectl create secret generic s --from-literal password=hunter2", "--from-literal password=…"),
        ("kubectl create secret generic s '--from-literal=password=hunter2'", "'--from-literal=password=…"),
        ("kubectl create secret docker-registry r --docker-password='hunter2'", "--docker-password=…"),
        ("kubectl get pods --token hunter2", "--token …"),
        ("kubectl config set users.me.token hunter2", "users.me.token"),
        ('kubectl patch secret s -p \'{"data":{"a":"hunter2","b":null}}\'', "-p …"),
        ('kubectl patch secret/s -p\'{"data":{"a":"hunter2","b":null}}\'', "-p…"),
        ('kubectl patch secret/s --patch=\'{"data":{"a":"hunter2","b":null}}\'', "--patch=…"),
        ("kubectl set env deploy/d DB_PASSWORD=hunter2", "DB_PASSWORD=…"),
        ("kubectl run p --image=i --env=API_KEY=hunter2", "--env=API_KEY=…"),
        ("kubectl run p --image=i --env API_KEY=hunter2", "--env API_KEY=…"),
        ("TOKEN=hunter2 kubectl get pods", "TOKEN=…"),
    ],
)
def test_secrets_are_not_drawn(line: str, shown: str) -> None:
    told = explained(line)
    drawn = render.full(told, 80, False)
    assert "hunter2" not in drawn and shown in drawn
    assert "hunter2" not in markdown.document(told).split("```")[2]


@pytest.mark.parametrize(
    "text", ["--env=MODE=fast", "COLOUR=blue", "token-holder=yes", "--password", '-p \'{"spec":{"replicas":3}}\'']
)
def test_the_rest_is(text: str) -> None:
    lines = {
        "--env=MODE=fast": "kubectl run p --image=i --env=MODE=fast",
        "COLOUR=blue": "kubectl set env deploy/d COLOUR=blue",
        "token-holder=yes": "kubectl label pod p token-holder=yes",
        "--password": "kubectl get pods --password",
        '-p \'{"spec":{"replicas":3}}\'': 'kubectl patch deploy d -p \'{"spec":{"replicas":3}}\'',
    }
    assert text in render.full(explained(lines[text]), 80, False)
