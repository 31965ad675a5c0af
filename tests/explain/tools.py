"""Shared by the tests of the explainer: short calls, so that tests read like typed lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.explain.known import KnownFacts
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load

GOLDEN = Path(__file__).parents[1] / "golden"
PRACTICE = Where(context="practice", namespace="default", server="https://127.0.0.1:6443")

DECK = (
    "kubectl run net-utils --image=saman2000h/net-utils:1.2",
    "kubectl get pods",
    "kubectl logs net-utils",
    "kubectl describe pod net-utils",
    "kubectl run -i -t net-utils --image=saman2000h/net-utils:1.2",
    "kubectl attach net-utils -c net-utils -i -t",
    "kubectl exec net-utils -it -- bash",
    "kubectl run net-utils --image=saman2000h/net-utils:1.2 sleep infinite",
    "kubectl create deployment net-utils --image=saman2000h/net-utils:1.2",
    "kubectl create deployment net-utils --image=saman2000h/net-utils:1.2 --dry-run=client -o yaml > deployment.yaml",
    "kubectl scale deployment net-utils --replicas=2",
    "kubectl explain pods",
    "kubectl explain deployment.spec",
    "kubectl api-resources",
    "kubectl apply -f secret.yaml",
    "kubectl apply -f redis-deployment.yaml",
    "kubectl apply -f redis-service.yaml",
    "kubectl apply -f config-map.yaml",
    "kubectl apply -f visitors-deployment.yaml",
    "kubectl apply -f visitors-service.yaml",
    "kubectl replace -f manifest.yaml",
    "curl visitors-service/api",
    "kubectl port-forward service/visitors-service 8888:80",
    "curl localhost:8888/api",
    "docker --version",
    "docker run my-image",
    "helm create gowebapp",
)


def explained(
    line: str,
    where: Where = PRACTICE,
    *,
    implied: bool = False,
    known: KnownFacts | None = None,
    version: str | None = None,
) -> Explanation:
    """The explanation of a typed line."""
    return explain_text(line, where, implied=implied, known=known, catalog=load(version))


def trap_ids(line: str, **options: Any) -> list[str]:
    """The ids of the traps of a line, in order."""
    return [trap.id for trap in explained(line, **options).traps]


def golden(name: str) -> Any:
    """A file of recorded facts."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
