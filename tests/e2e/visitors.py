"""Asking the training's visitors: what they answered, from inside the cluster and from outside of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from kx.cheat.manifest import ORDER, write_out
from tests.e2e.conftest import DEADLINE, Desk

STATES = (
    "kubectl get pods -l app=visitors "
    "-o jsonpath='{range .items[*]}{..containerStatuses[0].restartCount}/{..containerStatuses[0].ready} {end}'"
)
_STOP = "/tmp/enough"


class Visit(NamedTuple):
    """One answer of ``/api``."""

    hostname: str
    visits: int


def visit(text: str | bytes) -> Visit:
    """Read an answer; fails when it is not exactly what the visitors answer."""
    answer = json.loads(text)
    assert set(answer) == {"hostname", "visits"}, answer
    assert isinstance(answer["visits"], str), answer
    return Visit(answer["hostname"], int(answer["visits"]))


def manifests(desk: Desk) -> None:
    """Put the manifests into the desk's folder, as a newcomer does."""
    desk.ok(f"{sys.executable} -m kx practice manifests")
    for name in ORDER:
        assert (desk.folder / name).is_file()


def deployed(desk: Desk, names: Iterable[str] = ORDER) -> None:
    """Apply the manifests and wait until redis and the visitors stay up."""
    write_out(desk.folder, force=True)
    for name in names:
        desk.ok(f"kubectl apply -f {name}")
    settled(desk)


def settled(desk: Desk) -> None:
    """Wait until redis and all visitors run; those that came before redis have ended and come back by then."""
    desk.ok("kubectl rollout status deployment/redis")
    wanted = int(desk.ok("kubectl get deployment visitors -o jsonpath='{.spec.replicas}'"))
    desk.until("kubectl get pods -l app=visitors --no-headers | grep -c '1/1 *Running'", rf"^{wanted}\n")
    desk.ok("kubectl rollout status deployment/visitors")


def names_of(desk: Desk, app: str = "visitors") -> list[str]:
    """The names of the pods that are there to stay."""
    shown = json.loads(desk.ok(f"kubectl get pods -l app={app} -o json"))["items"]
    return sorted(pod["metadata"]["name"] for pod in shown if "deletionTimestamp" not in pod["metadata"])


@dataclass(frozen=True)
class Tools:
    """The pod ``net-utils``: asks from inside the cluster."""

    desk: Desk

    def ask(self, times: int = 1) -> list[Visit]:
        """Ask the Service so often, one request after the other."""
        loop = f"for n in $(seq {times}); do curl -sS -f visitors-service/api; echo; done"
        answers = self.desk.ok(f"kubectl exec net-utils -- sh -c '{loop}'")
        return [visit(line) for line in answers.splitlines() if line]

    def ask_in_peace(self, times: int) -> list[Visit]:
        """As ``ask``, when all visitors were up and none started meanwhile: each sets the count to nothing then."""
        deadline = time.monotonic() + DEADLINE
        while True:
            before = self.desk.ok(STATES)
            answers = self.ask(times) if "false" not in before else []
            if answers and self.desk.ok(STATES) == before:
                return answers
            assert time.monotonic() < deadline, f"the visitors never come to rest: {before}"
            time.sleep(0.1)

    @contextmanager
    def asking(self) -> Iterator[list[str]]:
        """Ask on and on meanwhile. The list holds the lines of all answers once the block has ended."""
        loop = (
            f'while [ ! -e {_STOP} ]; do curl -sS -f visitors-service/api || echo "failed: $?"; echo; sleep 0.02; done'
        )
        self.desk.ok(f"kubectl exec net-utils -- rm -f {_STOP}")
        command = ["kubectl", "exec", "net-utils", "--", "sh", "-c", f"{loop}; echo end"]
        lines: list[str] = []
        with subprocess.Popen(
            command,
            env=dict(self.desk.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield lines
            finally:
                self.desk.ok(f"kubectl exec net-utils -- touch {_STOP}")
                answers, _ = process.communicate(timeout=DEADLINE)
        lines += [line for line in answers.splitlines() if line]
        assert lines and lines.pop() == "end", answers[-2000:]
