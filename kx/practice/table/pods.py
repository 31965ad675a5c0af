"""Rows of pods: READY, STATUS, RESTARTS and the wide columns.

The status is worked out from phase, conditions and container states as ``printPod`` in Kubernetes'
``pkg/printers/internalversion/printers.go`` does. Knows nothing of how a pod got there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kx.practice.status import Obj
from kx.practice.table.values import NONE, Cells, age, is_true, meta, name, parse_time, since, spec, status


@dataclass
class _Summary:
    """What is counted while going through the containers."""

    reason: str
    ready: int = 0
    restarts: int = 0
    restarted: str = ""  # when a container last ended before it was started again
    initializing: bool = False

    def restart(self, container: Obj) -> None:
        """Count a container's restarts and note the last one."""
        self.restarts += int(container.get("restartCount") or 0)
        ended = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        if ended and (not self.restarted or parse_time(ended) > parse_time(self.restarted)):
            self.restarted = ended


def pod(obj: Obj, now: datetime) -> Cells:
    """The cells of one pod."""
    summary = _summary(obj)
    containers = len(spec(obj).get("containers") or ()) + len(_sidecars(obj))
    restarts = str(summary.restarts)
    if summary.restarts and summary.restarted:
        restarts = f"{summary.restarts} ({since(summary.restarted, now)} ago)"
    addresses = status(obj).get("podIPs") or ()
    return [
        name(obj),
        f"{summary.ready}/{containers}",
        summary.reason,
        restarts,
        age(obj, now),
        (addresses[0].get("ip") if addresses else "") or NONE,
        spec(obj).get("nodeName") or NONE,
        status(obj).get("nominatedNodeName") or NONE,
        _readiness_gates(obj),
    ]


def is_finished(obj: Obj) -> str:
    """The phase of a pod that has ended, else nothing."""
    phase = status(obj).get("phase") or ""
    return phase if phase in ("Succeeded", "Failed") else ""


def _sidecars(obj: Obj) -> frozenset[str]:
    return frozenset(
        each.get("name") or ""
        for each in spec(obj).get("initContainers") or ()
        if each.get("restartPolicy") == "Always"
    )


def _summary(obj: Obj) -> _Summary:
    current = status(obj)
    conditions = current.get("conditions")
    summary = _Summary(current.get("reason") or current.get("phase") or "")
    if any(each.get("type") == "PodScheduled" and each.get("reason") == "SchedulingGated" for each in conditions or ()):
        summary.reason = "SchedulingGated"
    sidecar_restarts = _Summary("")
    _look_at_init_containers(obj, summary, sidecar_restarts)
    if not summary.initializing or is_true(conditions, "Initialized"):
        summary.restarts, summary.restarted = sidecar_restarts.restarts, sidecar_restarts.restarted
        _look_at_containers(current.get("containerStatuses") or (), summary, is_true(conditions, "Ready"))
    if meta(obj).get("deletionTimestamp"):
        if current.get("reason") == "NodeLost":
            summary.reason = "Unknown"
        elif not is_finished(obj):
            summary.reason = "Terminating"
    return summary


def _look_at_init_containers(obj: Obj, summary: _Summary, sidecar_restarts: _Summary) -> None:
    sidecars = _sidecars(obj)
    for position, container in enumerate(status(obj).get("initContainerStatuses") or ()):
        is_sidecar = container.get("name") in sidecars
        summary.restart(container)
        if is_sidecar:
            sidecar_restarts.restart(container)
        state = container.get("state") or {}
        ended, waiting = state.get("terminated"), (state.get("waiting") or {}).get("reason")
        if ended is not None and not ended.get("exitCode"):
            continue
        if is_sidecar and container.get("started"):
            summary.ready += bool(container.get("ready"))
            continue
        summary.initializing = True
        if ended is not None:
            summary.reason = "Init:" + _end(ended)
        elif waiting and waiting != "PodInitializing":
            summary.reason = f"Init:{waiting}"
        else:
            summary.reason = f"Init:{position}/{len(spec(obj).get('initContainers') or ())}"
        return


def _look_at_containers(containers: Sequence[Obj], summary: _Summary, is_ready: bool) -> None:
    has_running = False
    for container in reversed(containers):
        summary.restart(container)
        state = container.get("state") or {}
        ended, waiting = state.get("terminated"), (state.get("waiting") or {}).get("reason")
        if waiting:
            summary.reason = waiting
        elif ended is not None:
            summary.reason = _end(ended)
        elif container.get("ready") and state.get("running") is not None:
            has_running = True
            summary.ready += 1
    if summary.reason == "Completed" and has_running:
        summary.reason = "Running" if is_ready else "NotReady"


def _end(ended: Obj) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode') or 0}"


def _readiness_gates(obj: Obj) -> str:
    gates = spec(obj).get("readinessGates") or ()
    if not gates:
        return NONE
    passed = sum(is_true(status(obj).get("conditions"), gate.get("conditionType") or "") for gate in gates)
    return f"{passed}/{len(gates)}"
