from __future__ import annotations

import pytest

from kx.explain.aftermath import described
from kx.explain.aftermath.columns import rows, seconds
from kx.explain.aftermath.states import explain
from kx.explain.aftermath.tables.states import STATES
from tests.explain.aftermath.tools import subject

PODS = "NAME READY STATUS RESTARTS AGE"
NODES = "NAME STATUS ROLES AGE VERSION"
CLAIMS = "NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|AGE"
VOLUMES = "NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|REASON|AGE"
SERVICES = "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE"
DEPLOYMENTS = "NAME READY UP-TO-DATE AVAILABLE AGE"
REPLICASETS = "NAME DESIRED CURRENT READY AGE"
JOBS = "NAME STATUS COMPLETIONS DURATION AGE"
CRONJOBS = "NAME|SCHEDULE|TIMEZONE|SUSPEND|ACTIVE|LAST SCHEDULE|AGE"
SCALERS = "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE"
REQUESTS = "NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION"


def table(header: str, *lines: str) -> str:
    """A table as kubectl aligns it; cells are parted by | where one has blanks, else by blanks."""
    cells = [line.split("|" if "|" in line else None) for line in (header, *lines)]
    widths = [max(len(cell) for cell in column) + 3 for column in zip(*cells, strict=True)]
    return "".join("".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in cells)


@pytest.mark.parametrize(
    ("header", "line", "id"),
    [
        (PODS, "p|0/1|CrashLoopBackOff|5 (20s ago)|4m", "crash-loop"),
        (PODS, "p 0/1 ImagePullBackOff 0 1s", "image-pull"),
        (PODS, "p 0/1 ErrImagePull 0 1s", "image-pull"),
        (PODS, "p 0/1 InvalidImageName 0 1s", "image-name"),
        (PODS, "p 0/1 ErrImageNeverPull 0 1s", "image-never-pull"),
        (PODS, "p 0/1 CreateContainerConfigError 0 1s", "config-error"),
        (PODS, "p 0/1 CreateContainerError 0 1s", "start-error"),
        (PODS, "p 0/1 RunContainerError 0 1s", "start-error"),
        (PODS, "p 0/1 StartError 0 1s", "start-error"),
        (PODS, "p 0/1 Error 0 1s", "error"),
        (PODS, "p 0/1 OOMKilled 0 1s", "oom-killed"),
        (PODS, "p 0/1 Evicted 0 1d", "evicted"),
        (PODS, "p 0/1 DeadlineExceeded 0 1m", "deadline"),
        (PODS, "p 0/1 Pending 0 25s", "pending"),
        (PODS, "p 0/1 ContainerCreating 0 2m5s", "creating"),
        (PODS, "p 0/1 PodInitializing 0 5m", "initializing"),
        (PODS, "p 0/1 Init:0/1 0 5m", "initializing"),
        (PODS, "p 0/1 Init:Error 0 5s", "init-error"),
        (PODS, "p 0/1 Init:CrashLoopBackOff 0 5s", "init-crash-loop"),
        (PODS, "p 0/1 Init:ImagePullBackOff 0 5s", "image-pull"),
        (PODS, "p 1/1 Terminating 0 5m", "terminating"),
        (PODS, "p 1/1 Unknown 0 5m", "unknown"),
        (PODS, "p 1/1 NodeLost 0 5m", "unknown"),
        (PODS, "p 0/1 ContainerStatusUnknown 1 5m", "unknown"),
        (PODS, "p 0/1 NodeAffinity 0 5m", "refused-by-node"),
        (PODS, "p 0/1 OutOfcpu 0 5m", "refused-by-node"),
        (PODS, "p 0/1 SchedulingGated 0 5m", "gated"),
        (PODS, "p 1/2 NotReady 0 5m", "not-all-running"),
        (PODS, "p 0/1 Running 0 5m", "not-ready"),
        (PODS, "p 1/2 Running 0 5m", "not-ready"),
        (PODS, "p|1/1|Running|12 (3m1s ago)|5h", "restarts"),
        (PODS, "p 0/1 Completed 0 5m", "ends-by-itself"),
        (NODES, "n NotReady <none> 5d v1.33.0", "node-not-ready"),
        (NODES, "n NotReady,SchedulingDisabled <none> 5d v1.33.0", "node-not-ready"),
        (NODES, "n Ready,SchedulingDisabled <none> 5d v1.33.0", "node-cordoned"),
        (CLAIMS, "c|Pending||||fast|5m", "claim-pending"),
        (CLAIMS, "c|Lost|v1|1Gi|RWO|fast|5m", "claim-lost"),
        (VOLUMES, "v|1Gi|RWO|Retain|Released|default/c|fast||5m", "volume-released"),
        (VOLUMES, "v|1Gi|RWO|Delete|Failed|default/c|fast||5m", "volume-failed"),
        ("NAME STATUS AGE", "web Terminating 5m", "namespace-terminating"),
        (SERVICES, "s LoadBalancer 10.0.0.1 <pending> 80:31234/TCP 5m", "no-external-address"),
        (DEPLOYMENTS, "d 0/3 3 0 5m", "deployment-none-ready"),
        ("NAME READY AGE", "s 0/1 5m", "statefulset-none-ready"),
        (REPLICASETS, "r 2 2 0 5m", "replicaset-none-ready"),
        (JOBS, "j Failed 0/1 5m 5m", "job-failed"),
        (JOBS, "j Suspended 0/1 5m 5m", "job-suspended"),
        (CRONJOBS, "c|* * * * *|<none>|True|0|<none>|5m", "cronjob-suspended"),
        (SCALERS, "h|Deployment/d|cpu: <unknown>/80%|1|3|1|5m", "autoscaler-blind"),
        (REQUESTS, "c|5m|kubernetes.io/kubelet-serving|eve|<none>|Pending", "certificate-pending"),
    ],
)
def test_a_state_is_seen(header: str, line: str, id: str) -> None:
    parts = "|" if "|" in line else " "
    [found] = explain(
        table(header.replace(" ", parts) if "|" not in header else header, line), subject("kubectl get x")
    )
    assert found.id == id
    assert "{" not in found.why
    assert not [command for command, _ in found.next if "{name}" in command or "{where}" in command]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (PODS, "p 1/1 Running 0 5m"),
        (PODS, "p|1/1|Running|3 (2d ago)|5d"),
        (PODS, "p|1/1|Running|30 (2d ago)|50d"),
        (PODS, "p 0/1 Running 0 5s"),
        (PODS, "p 0/1 Pending 0 3s"),
        (PODS, "p 0/1 ContainerCreating 0 30s"),
        (PODS, "p 0/1 Init:0/1 0 10s"),
        (PODS, "pi-x7k2q 0/1 Completed 0 5d"),
        (NODES, "n Ready <none> 5d v1.33.0"),
        (CLAIMS, "c|Pending||||fast|2s"),
        (CLAIMS, "c|Bound|v|1Gi|RWO|fast|2d"),
        ("NAME STATUS AGE", "web Active 5m"),
        (SERVICES, "s ClusterIP 10.0.0.1 <none> 80/TCP 5m"),
        (SERVICES, "s LoadBalancer 10.0.0.1 <pending> 80:31234/TCP 5s"),
        (DEPLOYMENTS, "d 0/0 0 0 5m"),
        (DEPLOYMENTS, "d 0/3 3 0 5s"),
        (REPLICASETS, "r 0 0 0 5m"),
        (JOBS, "j Complete 1/1 5s 5m"),
        ("NAME SECRETS AGE", "default 0 5m"),
        ("CURRENT NAME CLUSTER AUTHINFO NAMESPACE", "* practice practice practice default"),
    ],
)
def test_no_false_alarm(header: str, line: str) -> None:
    parts = "|" if "|" in line else " "
    text = table(header.replace(" ", parts) if "|" not in header else header, line)
    assert explain(text, subject("kubectl get x")) == ()


def test_the_gravest_is_explained_and_the_others_are_named() -> None:
    text = (
        table(
            PODS.replace(" ", "|"),
            "pod/ok|1/1|Running|0|5m",
            "pod/web-1|0/1|ImagePullBackOff|0|5m",
            "pod/a|0/1|CrashLoopBackOff|4 (9s ago)|5m",
            "pod/b|0/1|CrashLoopBackOff|4 (9s ago)|5m",
            "pod/c|0/1|CrashLoopBackOff|4 (9s ago)|5m",
        )
        + "\n"
        + table(DEPLOYMENTS, "deployment.apps/web 0/1 1 0 5m")
    )
    [found] = explain(text, subject("kubectl get all -n shop"))
    assert found.id == "crash-loop"
    assert found.why.startswith("a, b and 1 more: ")
    assert found.why.endswith("Also: web-1 (ImagePullBackOff), web (0/1).")
    assert found.next[0][0] == "kubectl logs a --previous -n shop"


def test_the_namespace_comes_from_the_row() -> None:
    text = table("NAMESPACE NAME READY STATUS RESTARTS AGE", "shop web 0/1 ImagePullBackOff 0 5m")
    [found] = explain(text, subject("kubectl get pods -A --context c"))
    assert found.next[0][0] == "kubectl describe pod web -n shop --context c"


def test_what_is_no_table_of_kubectl_is_left_alone() -> None:
    for text in ("", "No resources found in default namespace.\n", '{"kind": "List"}\n', "pod/web\n", "a\n\nb   c\n"):
        assert explain(text, subject("kubectl get pods")) == ()
    no_header = table(PODS, "p 0/1 Error 0 5m").partition("\n")[2]
    assert explain(no_header, subject("kubectl get pods --no-headers")) == ()


def test_cells_are_read_by_the_header() -> None:
    text = table("NAME|CLASS|HOSTS|ADDRESS|PORTS|AGE", "i|<none>|*||80|5m")
    [row] = rows(text)
    assert (row.cells["ADDRESS"], row.cells["PORTS"], row.age) == ("", "80", 300)


@pytest.mark.parametrize(
    ("age", "expected"), [("5s", 5), ("2m3s", 123), ("3d4h", 273_600), ("<unknown>", None), ("", None)]
)
def test_ages(age: str, expected: int | None) -> None:
    assert seconds(age) == expected


def test_there_are_many_states_and_each_once() -> None:
    ids = [state.id for state in STATES]
    assert len(ids) == len(set(ids)) >= 30


def test_a_description_of_a_pod_whose_disk_is_elsewhere() -> None:
    name = "pvc-91bc5b03-7855-4442-97a8-0d75641b906d"
    text = (
        "Name:             c\nNamespace:        default\nStatus:           Pending\nEvents:\n"
        "  Type     Reason              Age   From                     Message\n"
        "  Warning  FailedAttachVolume  6s    attachdetach-controller  "
        f'Multi-Attach error for volume "{name}" Volume is already used by pod(s) a, b\n'
    )
    [found] = described.explain(text, subject("kubectl describe pod c"))
    assert found.id == "volume-elsewhere"
    assert "in use by a, b on another node" in found.why
    assert found.next[0][0] == "kubectl get pods -o wide"
