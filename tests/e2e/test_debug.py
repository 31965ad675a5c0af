"""`kubectl debug` with every kubectl at hand: into a running pod, beside a copy of it, on a node."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e


def test_a_container_is_added_to_a_running_pod(desk: Desk) -> None:
    desk.ok("kubectl run web --image=nginx:1.27")
    desk.ok("kubectl wait --for=condition=Ready pod/web")
    desk.ok("kubectl debug web --image=busybox:1.36 -c tools -- sh -c 'hostname; sleep infinity'")
    desk.until("kubectl logs web -c tools", "^web$")
    status = "{.status.phase} {.status.ephemeralContainerStatuses[0].name} {.status.containerStatuses[0].restartCount}"
    assert desk.ok(f"kubectl get pod web -o jsonpath='{status}'") == "Running tools 0"
    code, screen = desk.type(
        ["kubectl", "debug", "-it", "web", "--image=busybox:1.36", "-c", "more"],
        (r"# ", "hostname\n"),
        (r"web\s+/ # ", "exit 0\n"),
    )
    assert code == 0, screen
    gone = "kubectl get pod web --subresource=status -o json"
    assert "more" in desk.ok(gone)


def test_a_copy_is_debugged_and_a_node(desk: Desk) -> None:
    desk.ok("kubectl run web --image=nginx:1.27")
    desk.ok("kubectl debug web --copy-to=twin --container=tools --image=busybox:1.36 -- echo copied")
    desk.until("kubectl logs twin -c tools", "copied")
    node = desk.ok("kubectl get nodes -o jsonpath='{.items[0].metadata.name}'")
    desk.ok(f"kubectl debug node/{node} --image=busybox:1.36 -- echo on the node")
    desk.until("kubectl get pods -o name | grep node-debugger | xargs -r kubectl logs", "on the node")
