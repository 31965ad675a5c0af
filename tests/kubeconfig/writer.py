"""Write to one kubeconfig file again and again, for ``test_killed``; run as a program.

    python -m tests.kubeconfig.writer FILE CONTEXT SECONDS [KUBECTL]

Counts upwards in the namespace of CONTEXT, which is this writer's alone: so an update that gets lost is noticed by the
next one, and by whoever reads the file in the end. Prints how many writes succeeded, how many were turned away by
somebody's lock, how many were lost, and the last number.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig import change
from kx.kubeconfig.files import load


def main(file: Path, context: str, seconds: float, kubectl: str | None) -> None:
    """Write for so many seconds."""
    env = {"KUBECONFIG": str(file)}
    written = refused = lost = last = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = load(env, None, [context]).contexts[context].namespace
        if found != f"n{last}":
            lost, last = lost + 1, int(found[1:])
        if _write(env, context, f"n{last + 1}", kubectl):
            written, last = written + 1, last + 1
        else:
            refused += 1
    print(json.dumps({"written": written, "refused": refused, "lost": lost, "last": last}))


def _write(env: dict[str, str], context: str, namespace: str, kubectl: str | None) -> bool:
    if kubectl:
        argv = [kubectl, "config", "set-context", context, f"--namespace={namespace}"]
        done = subprocess.run(argv, env={**env, "PATH": ""}, capture_output=True, text=True, check=False)
        assert not done.returncode or ".lock: file exists" in done.stderr, done.stderr
        return not done.returncode
    try:
        return change.set_namespace(env, None, context, namespace)
    except KxError as error:
        assert "another program" in error.message, error.message
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
