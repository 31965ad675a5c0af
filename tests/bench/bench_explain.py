"""`kx explain` of one line, as a whole process against `kubectl --help`, and in process."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.find import find
from tests.bench.race import race

LINES = (
    "kubectl run net-utils --image=saman2000h/net-utils:1.2",
    "kubectl get pods -A -o wide",
    "kubectl scale deployment net-utils --replicas=2",
    "kubectl exec net-utils -it -- bash",
    "kubectl create deployment net-utils --image=saman2000h/net-utils:1.2 --dry-run=client -o yaml > deployment.yaml",
)


def main() -> None:
    kx = Path(sys.executable).with_name("kx")
    race(
        "kx explain, one line", [str(kx), "explain", "--", LINES[0]], [str(find(os.environ).path), "--help"], "<= 1.5x"
    )
    where = Where(context="practice", namespace="default")
    for line in LINES:
        explain_text(line, where)
    times = []
    for _ in range(200):
        for line in LINES:
            start = time.perf_counter()
            explain_text(line, where)
            times.append(time.perf_counter() - start)
    print(f"parse + explain in process: {statistics.median(times) * 1000:.2f} ms median (reach: <= 1 ms)")
