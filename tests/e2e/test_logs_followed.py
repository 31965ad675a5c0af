"""`kubectl logs` with every kubectl at hand: followed to the end, of the instance before, of several pods."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.e2e.conftest import DEADLINE, Desk

pytestmark = pytest.mark.e2e


def test_a_followed_log_ends_with_its_container(desk: Desk) -> None:
    script = "for i in 1 2 3; do echo line $i; sleep 0.3; done"
    desk.ok(f"kubectl run brief --image=busybox:1.36 --restart=Never -- sh -c '{script}'")
    desk.until("kubectl get pod brief", "Running|Completed")
    assert desk.ok("kubectl logs -f brief") == "line 1\nline 2\nline 3\n"
    assert desk.ok("kubectl logs brief --tail=1") == "line 3\n"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z line 3\n", desk.ok("kubectl logs brief --tail=1 --timestamps"))
    assert desk.ok("kubectl logs brief --since=1h").count("line") == 3
    desk.ok("kubectl run looping --image=busybox:1.36 -- sh -c 'echo born; sleep 1; exit 3'")
    desk.until("kubectl get pod looping -o jsonpath='{.status.containerStatuses[0].restartCount}'", "^[1-9]")
    assert desk.ok("kubectl logs -p looping") == "born\n"


def test_a_followed_log_ends_when_the_pod_is_deleted(desk: Desk) -> None:
    desk.ok("kubectl run up --image=busybox:1.36 -- sh -c 'echo here; sleep infinity'")
    desk.ok("kubectl wait --for=condition=Ready pod/up")
    command = ["/bin/sh", "-c", "exec kubectl logs -f up"]
    with subprocess.Popen(command, env=dict(desk.env), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as following:
        assert following.stdout is not None and following.stdout.readline() == b"here\n"
        desk.ok("kubectl delete pod up --now")
        out, err = following.communicate(timeout=DEADLINE)
        assert (out, err, following.returncode) == (b"", b"", 0)


def test_logs_of_several_pods_are_told_apart(desk: Desk) -> None:
    desk.ok("kubectl create deployment talk --image=busybox:1.36 --replicas=3 -- sh -c 'hostname; sleep infinity'")
    desk.ok("kubectl rollout status deployment talk")
    lines = desk.ok("kubectl logs -l app=talk --prefix --tail=-1").splitlines()
    found = [re.fullmatch(r"\[pod/(talk-\S+)/busybox\] (talk-\S+)", line) for line in lines]
    assert len(found) == 3 and all(one and one.group(1) == one.group(2) for one in found)
    refused = desk.run("kubectl logs -f -l app=talk --max-log-requests=2")
    assert "you are attempting to follow 3 log streams, but maximum allowed concurrency is 2" in refused.stderr
