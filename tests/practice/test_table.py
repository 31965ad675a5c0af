"""Tables: the columns and rows of a real server, for every kind."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kx.practice import table
from kx.practice.resources import SERVED, by_key, by_path, split_api_version
from kx.practice.status import Obj
from kx.practice.table.values import human_duration, parse_time
from tests.practice.golden import FOLDER, resource_at, rows

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)
COLUMNS: dict[str, list[Obj]] = json.loads((FOLDER / "columns.json").read_text())
# What a row shows of the time of creation and of a quota's use, which the recorded objects leave out.
OF_THE_CLUSTER = {"Created At", "Request"}


@pytest.mark.parametrize("place", COLUMNS)
def test_the_columns_of_every_resource(place: str) -> None:
    version, _, plural = place.removeprefix("core/").rpartition("/")
    resource = by_path(*split_api_version(version), plural)
    assert resource is not None
    shown = table.columns(resource)
    assert [{key: each[key] for key in ("name", "type", "format", "priority")} for each in shown] == COLUMNS[place]
    assert all(each["description"] for each in shown)


@pytest.mark.parametrize("row", [row for row in rows("objects") if row.get("row")], ids=lambda row: row["case"])
def test_a_recorded_object_is_shown_as_recorded(row: Obj) -> None:
    resource = resource_at(row["path"])
    titles = [each["name"] for each in table.columns(resource)]
    shown = dict(zip(titles, table.cells(resource, row["created"], NOW), strict=True))
    for title, cell in row["row"].items():
        if title not in OF_THE_CLUSTER:
            assert (shown[title], type(shown[title])) == (cell, type(cell)), title


@pytest.mark.parametrize("resource", [each for each in SERVED if "list" in each.verbs], ids=lambda each: each.key)
def test_an_object_with_nothing_but_a_name_has_a_cell_for_every_column(resource: Any) -> None:
    obj = {"metadata": {"name": "x"}, "spec": {"selector": None}}
    assert len(table.cells(resource, obj, NOW)) == len(table.columns(resource))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (150, "2m30s"),
        (599, "9m59s"),
        (600, "10m"),
        (179 * 60, "179m"),
        (180 * 60, "3h"),
        (200 * 60, "3h20m"),
        (8 * 3600, "8h"),
        (47 * 3600, "47h"),
        (48 * 3600, "2d"),
        (123 * 3600, "5d3h"),
        (192 * 3600, "8d"),
        (700 * 86400, "700d"),
        (730 * 86400, "2y"),
        (800 * 86400, "2y70d"),
        (365 * 9 * 86400, "9y"),
    ],
)
def test_durations(seconds: int, shown: str) -> None:
    assert human_duration(timedelta(seconds=seconds)) == shown


def test_times_with_any_fraction() -> None:
    assert parse_time("2026-11-23T12:00:00Z") == NOW
    assert parse_time("2026-11-23T12:00:00.5Z") == NOW + timedelta(milliseconds=500)
    assert parse_time("2026-11-23T12:00:00.123456789Z") == NOW + timedelta(microseconds=123456)


def ago(**length: int) -> str:
    return (NOW - timedelta(**length)).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(key: str, obj: Obj) -> dict[str, Any]:
    resource = by_key(key)
    assert resource is not None
    titles = [each["name"] for each in table.columns(resource)]
    return dict(zip(titles, table.cells(resource, obj, NOW), strict=True))


def pod(containers: list[Obj], phase: str = "Running", **more: Any) -> Obj:
    metadata = {"name": "p", "creationTimestamp": ago(minutes=5), **more.pop("metadata", {})}
    spec = {"containers": [{"name": each.get("name", "c")} for each in containers], **more.pop("spec", {})}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase, "containerStatuses": containers, **more}}


def running(**more: Any) -> Obj:
    return {"name": "c", "ready": True, "restartCount": 0, "state": {"running": {}}, **more}


def waiting(reason: str, **more: Any) -> Obj:
    return {"name": "c", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": reason}}, **more}


def ended(code: int, reason: str = "", **more: Any) -> Obj:
    state = {"terminated": {"exitCode": code, **({"reason": reason} if reason else {})}}
    return {"name": "c", "ready": False, "restartCount": 0, "state": state, **more}


CRASHED = {"terminated": {"exitCode": 1, "finishedAt": ago(seconds=30)}}


@pytest.mark.parametrize(
    ("obj", "ready", "status", "restarts"),
    [
        (pod([running()]), "1/1", "Running", "0"),
        (pod([waiting("ContainerCreating")], "Pending"), "0/1", "ContainerCreating", "0"),
        (pod([waiting("ImagePullBackOff")], "Pending"), "0/1", "ImagePullBackOff", "0"),
        (
            pod([waiting("CrashLoopBackOff", restartCount=3, lastState=CRASHED)]),
            "0/1",
            "CrashLoopBackOff",
            "3 (30s ago)",
        ),
        (pod([ended(0, "Completed")], "Succeeded"), "0/1", "Completed", "0"),
        (pod([ended(1, "Error")], "Failed"), "0/1", "Error", "0"),
        (pod([ended(137)], "Failed"), "0/1", "ExitCode:137", "0"),
        (pod([running(), ended(0, "Completed", name="d")], conditions=[]), "1/2", "NotReady", "0"),
        (pod([running()], metadata={"deletionTimestamp": ago(seconds=1)}), "1/1", "Terminating", "0"),
        (pod([running()], metadata={"deletionTimestamp": ago(seconds=1)}, reason="NodeLost"), "1/1", "Unknown", "0"),
        (pod([], "Failed", reason="Evicted", spec={"containers": [{"name": "c"}]}), "0/1", "Evicted", "0"),
        (
            pod(
                [],
                "Pending",
                spec={"containers": [{"name": "c"}], "schedulingGates": [{"name": "g"}]},
                conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
            ),
            "0/1",
            "SchedulingGated",
            "0",
        ),
    ],
)
def test_the_state_of_a_pod(obj: Obj, ready: str, status: str, restarts: str) -> None:
    found = shown("pods", obj)
    assert (found["Ready"], found["Status"], found["Restarts"], found["Age"]) == (ready, status, restarts, "5m")


@pytest.mark.parametrize(
    ("init", "status"),
    [
        ([ended(0, "Completed", name="i"), waiting("PodInitializing", name="j")], "Init:1/2"),
        ([waiting("ImagePullBackOff", name="i")], "Init:ImagePullBackOff"),
        ([ended(1, "Error", name="i")], "Init:Error"),
        ([ended(2, name="i")], "Init:ExitCode:2"),
    ],
)
def test_a_pod_that_is_being_initialized(init: list[Obj], status: str) -> None:
    spec = {"containers": [{"name": "c"}], "initContainers": [{"name": "i"}, {"name": "j"}]}
    obj = pod([waiting("PodInitializing")], "Pending", spec=spec, initContainerStatuses=init)
    assert shown("pods", obj)["Status"] == status


def test_a_sidecar_counts_as_a_container() -> None:
    spec = {"containers": [{"name": "c"}], "initContainers": [{"name": "s", "restartPolicy": "Always"}]}
    side = running(name="s", started=True, restartCount=2, lastState=CRASHED)
    found = shown("pods", pod([running()], spec=spec, initContainerStatuses=[side]))
    assert (found["Ready"], found["Restarts"]) == ("2/2", "2 (30s ago)")


def test_pods_that_ended_say_so_in_a_condition() -> None:
    resource = by_key("pods")
    assert resource is not None
    assert table.conditions(resource, pod([running()])) == []
    (said,) = table.conditions(resource, pod([ended(0)], "Succeeded"))
    assert (said["type"], said["reason"]) == ("Completed", "Succeeded")


def test_deployments_and_what_they_run() -> None:
    template = {"spec": {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:2"}]}}
    selector = {"matchLabels": {"b": "2", "a": "1"}, "matchExpressions": [{"key": "c", "operator": "Exists"}]}
    obj = {
        "metadata": {"name": "web", "creationTimestamp": ago(days=3)},
        "spec": {"replicas": 3, "selector": selector, "template": template},
        "status": {"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1},
    }
    assert list(shown("deployments.apps", obj).values()) == ["web", "2/3", 3, 1, "3d", "a,b", "x:1,y:2", "a=1,b=2,c"]


def test_services_reached_from_outside() -> None:
    spec = {
        "type": "LoadBalancer",
        "clusterIPs": ["10.0.0.1"],
        "externalIPs": ["1.2.3.4"],
        "ports": [{"port": 80, "nodePort": 31000, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
    }
    status = {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}}
    found = shown("services", {"metadata": {"name": "s"}, "spec": spec, "status": status})
    assert found["External-IP"] == "lb.example.com,1.2.3.4"
    assert found["Port(s)"] == "80:31000/TCP,53/UDP"


def test_long_lists_of_endpoints_are_cut() -> None:
    subset = {"addresses": [{"ip": f"10.1.1.{at}"} for at in range(1, 6)], "ports": [{"port": 80}]}
    found = shown("endpoints", {"metadata": {"name": "s"}, "subsets": [subset]})
    assert found["Endpoints"] == "10.1.1.1:80,10.1.1.2:80,10.1.1.3:80 + 2 more..."
    assert shown("endpoints", {"metadata": {"name": "s"}})["Endpoints"] == "<none>"
    part = {"addressType": "IPv4", "endpoints": [{"addresses": [f"10.1.1.{at}"]} for at in range(1, 6)]}
    sliced = shown("endpointslices.discovery.k8s.io", {"metadata": {"name": "s"}, "ports": [{"port": 80}], **part})
    assert (sliced["Endpoints"], sliced["Ports"]) == ("10.1.1.1,10.1.1.2,10.1.1.3 + 2 more...", "80")


def test_nodes() -> None:
    obj = {
        "metadata": {
            "name": "n",
            "labels": {"node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge"},
        },
        "spec": {"unschedulable": True},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "addresses": [{"type": "InternalIP", "address": "10.0.0.5"}],
            "nodeInfo": {"kubeletVersion": "v1.36.2"},
        },
    }
    found = shown("nodes", obj)
    assert found["Status"] == "Ready,SchedulingDisabled"
    assert (found["Roles"], found["Version"]) == ("control-plane,edge", "v1.36.2")
    assert (found["Internal-IP"], found["External-IP"], found["OS-Image"]) == ("10.0.0.5", "<none>", "<unknown>")


def test_events_of_both_kinds_look_the_same() -> None:
    core = {
        "metadata": {"name": "e"},
        "type": "Warning",
        "reason": "BackOff",
        "message": " Back-off restarting ",
        "involvedObject": {"kind": "Pod", "name": "p", "fieldPath": "spec.containers{c}"},
        "source": {"component": "kubelet", "host": "n1"},
        "firstTimestamp": ago(minutes=10),
        "lastTimestamp": ago(seconds=20),
        "count": 4,
    }
    found = shown("events", core)
    assert list(found.values()) == [
        "20s", "Warning", "BackOff", "pod/p", "spec.containers{c}", "kubelet, n1", "Back-off restarting", "10m", 4, "e",
    ]  # fmt: skip
    renamed = {
        "involvedObject": "regarding",
        "source": "deprecatedSource",
        "firstTimestamp": "deprecatedFirstTimestamp",
        "lastTimestamp": "deprecatedLastTimestamp",
        "count": "deprecatedCount",
        "message": "note",
    }
    new = {renamed.get(key, key): value for key, value in core.items()}
    assert shown("events.events.k8s.io", new) == found


@pytest.mark.parametrize(
    ("spec", "status", "targets"),
    [
        (
            {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}]},
            {},
            "cpu: <unknown>/80%",
        ),
        (
            {"metrics": [{"type": "Pods", "pods": {"target": {"averageValue": "1k"}}}]},
            {"currentMetrics": [{"type": "Pods", "pods": {"current": {"averageValue": "500"}}}]},
            "500/1k",
        ),
        ({"metrics": []}, {}, "<none>"),
    ],
)  # fmt: skip
def test_targets_of_autoscalers(spec: Obj, status: Obj, targets: str) -> None:
    obj = {
        "apiVersion": "autoscaling/v2",
        "metadata": {"name": "h"},
        "spec": {"maxReplicas": 3, **spec},
        "status": status,
    }
    assert shown("horizontalpodautoscalers.autoscaling", obj)["Targets"] == targets


def test_an_autoscaler_of_version_1() -> None:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "d"},
        "maxReplicas": 3,
        "targetCPUUtilizationPercentage": 50,
    }
    obj = {"apiVersion": "autoscaling/v1", "metadata": {"name": "h"}, "spec": spec}
    found = shown("horizontalpodautoscalers.autoscaling", obj)
    assert (found["Targets"], found["Reference"], found["MinPods"]) == ("cpu: <unknown>/50%", "Deployment/d", "<unset>")


def test_quotas_show_what_is_used() -> None:
    status = {"hard": {"pods": "10", "limits.cpu": "4"}, "used": {"pods": "3", "limits.cpu": "500m"}}
    found = shown("resourcequotas", {"metadata": {"name": "q"}, "status": status})
    assert (found["Request"], found["Limit"]) == ("pods: 3/10", "limits.cpu: 500m/4")
