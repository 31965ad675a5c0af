"""``kx ctx NAME`` as a whole process: against an empty Python, and against kubectx 0.11 on generated files.

kubectx is found on PATH, or named by KX_BENCH_KUBECTX. Both switch back and forth on files of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.race import best

KX = str(Path(sys.executable).with_name("kx"))
REACH = {100: "<= 1.5x", 1000: ">= 10x faster", 5000: ">= 50x faster"}
ROUNDS = {1: 15, 100: 15, 1000: 5, 5000: 3}
FAST = Path(__file__).parent.parent.parent / "kx" / "prompt" / "fast.py"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _one(Path(folder))
        _prompt(Path(folder))
        rival = os.environ.get("KX_BENCH_KUBECTX") or shutil.which("kubectx")
        if rival is None:
            print("kubectx is not on PATH (or named by KX_BENCH_KUBECTX): no race against it")
        for count in REACH:
            _race(Path(folder), count, rival)


def _one(folder: Path) -> None:
    env = _environment(folder / "one", 1)
    empty = min(best([sys.executable, "-c", "pass"], env) for _ in range(ROUNDS[1]))
    ours = min(_switches([KX, "ctx"], env, ROUNDS[1], 1))
    print(
        f"kx ctx NAME, 1 context: {_ms(ours)} against {_ms(empty)} of python -c pass: "
        f"{ours / empty:.2f}x (reach: <= 4x)"
    )


def _prompt(folder: Path) -> None:
    env = _environment(folder / "prompt", 100)
    script = [sys.executable, "-I", "-S", str(FAST), "bash"]
    best(script, env)
    empty = min(best([sys.executable, "-c", "pass"], env) for _ in range(ROUNDS[1]))
    for title, argv in (("what a prompt runs", script), ("kx prompt", [KX, "prompt"])):
        ours = min(best(argv, env) for _ in range(ROUNDS[1]))
        print(f"{title}: {_ms(ours)}, {_ms(ours - empty)} more than python -c pass (reach: < 5 ms more)")


def _race(folder: Path, count: int, rival: str | None) -> None:
    env = _environment(folder / f"kx-{count}", count)
    ours = min(_switches([KX, "ctx"], env, ROUNDS[count], count))
    mine = _memory([KX, "ctx", _name(0)], env)
    if rival is None:
        print(f"kx ctx NAME, {count:,} contexts: {_ms(ours)}, {mine} MB")
        return
    env = _environment(folder / f"kubectx-{count}", count)
    theirs = min(_switches([rival], env, ROUNDS[count], count))
    other = _memory([rival, _name(0)], env)
    print(
        f"kx ctx NAME, {count:,} contexts: {_ms(ours)} against {_ms(theirs)} of kubectx: {ours / theirs:.2f}x, "
        f"{theirs / ours:.1f}x faster (reach: {REACH[count]}); memory {mine} MB against {other} MB"
    )


def _switches(argv: Sequence[str], env: dict[str, str], rounds: int, count: int) -> list[float]:
    """Each a real switch: to a context that is not the current one (where there are two)."""
    best([*argv, _name(0)], env)
    return [best([*argv, _name((number + 1) % 2 * (count - 1))], env) for number in range(rounds)]


def _environment(folder: Path, count: int) -> dict[str, str]:
    folder.mkdir()
    (folder / "config").write_text(_kubeconfig(count), encoding="utf-8")
    return {"HOME": str(folder), "PATH": os.environ["PATH"], "KUBECONFIG": str(folder / "config")}


# Credentials as `aws eks update-kubeconfig` writes them and kubectl writes them again.
_USER = """\
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - team-{}
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: team
      interactiveMode: IfAvailable
      provideClusterInfo: false
"""


def _kubeconfig(count: int) -> str:
    """As `aws eks update-kubeconfig` and kubectl leave it: each context with a cluster and a user of its own."""
    data = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM" * 36
    clusters = "".join(
        f"- cluster:\n    certificate-authority-data: {data}\n    server: https://{number}.example.org\n"
        f"  name: {_name(number)}\n"
        for number in range(count)
    )
    contexts = "".join(
        f"- context:\n    cluster: {_name(number)}\n    user: {_name(number)}\n  name: {_name(number)}\n"
        for number in range(count)
    )
    users = "".join(f"- name: {_name(number)}\n{_USER.format(number)}" for number in range(count))
    return (
        f"apiVersion: v1\nclusters:\n{clusters}contexts:\n{contexts}"
        f"current-context: {_name(0)}\nkind: Config\npreferences: {{}}\nusers:\n{users}"
    )


def _name(number: int) -> str:
    return f"arn:aws:eks:eu-west-1:123456789012:cluster/team-{number}"


def _memory(argv: Sequence[str], env: dict[str, str]) -> int:
    """The most memory one run takes, in MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *argv], env=env, capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    return int(done.stdout) * unit // 1_000_000


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
