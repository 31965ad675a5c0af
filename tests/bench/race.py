"""Measure whole processes against a rival in the same run: alternating, best of many, printed as a ratio."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence

ROUNDS = 15


def best(argv: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Seconds of one run of ``argv``, output thrown away."""
    start = time.perf_counter()
    subprocess.run(
        argv,
        env=dict(env or os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - start


def race(
    title: str, ours: Sequence[str], rival: Sequence[str], reach: str, env: Mapping[str, str] | None = None
) -> None:
    """Print how long ``ours`` and ``rival`` take at best, and the ratio that counts."""
    times = [(best(ours, env), best(rival, env)) for _ in range(ROUNDS)]
    mine, theirs = min(time for time, _ in times), min(time for _, time in times)
    print(f"{title}: {mine * 1000:.0f} ms against {theirs * 1000:.0f} ms: {mine / theirs:.2f}x (reach: {reach})")
