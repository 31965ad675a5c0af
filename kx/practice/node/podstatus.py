"""What a pod's status says, computed from its containers' records: phase, conditions, container statuses.

Pure. The rules are the kubelet's (pkg/kubelet/kubelet_pods.go getPhase, pkg/kubelet/status/generate.go).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kx.practice.node.clock import stamp
from kx.practice.node.lifecycle import Record, Terminated, Waiting
from kx.practice.node.restarts import is_sidecar, restart_of, restart_of_init
from kx.practice.status import Obj

ID_PREFIX = "kx-sim://"


def container_status(spec: Obj, record: Record, waiting: Waiting, ready: bool, up: bool) -> Obj:
    """One entry of ``containerStatuses``. ``up``: the startup probe, if any, has succeeded."""
    status: Obj = {
        "name": spec["name"],
        "state": _state(record, waiting),
        "lastState": {"terminated": _terminated(_last(record))} if _last(record) else {},
        "ready": ready,
        "restartCount": record.restarts,
        "image": record.image_name or spec["image"],
        "imageID": record.image_id,
        "started": up,
    }
    if record.container_id:
        status["containerID"] = record.container_id
    if spec.get("resources"):
        status["resources"] = spec["resources"]
    mounts = [
        {"name": mount["name"], "mountPath": mount["mountPath"]}
        | ({"readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else {})
        for mount in spec.get("volumeMounts") or ()
    ]
    return status | ({"volumeMounts": mounts} if mounts else {})


def _last(record: Record) -> Terminated | None:
    """The end to show as lastState: the newest one when the state shows a wait after it."""
    return record.ended if record.ended and record.waiting else record.last


def _state(record: Record, waiting: Waiting) -> Obj:
    if record.stage == "running" and record.started:
        return {"running": {"startedAt": stamp(record.started)}}
    shown = record.waiting
    if shown is None and record.ended:
        return {"terminated": _terminated(record.ended)}
    shown = shown or waiting
    return {"waiting": {"reason": shown.reason} | ({"message": shown.message} if shown.message else {})}


def _terminated(end: Terminated | None) -> Obj:
    if end is None:
        return {}
    return {
        "exitCode": end.exit_code,
        "reason": end.reason,
        **({"message": end.message} if end.message else {}),
        # The kubelet shows the epoch when a program never started.
        "startedAt": stamp(end.started) if end.started else "1970-01-01T00:00:00Z",
        "finishedAt": stamp(end.finished),
        "containerID": end.container_id,
    }


def phase(pod: Obj, statuses: Sequence[Obj], init_statuses: Sequence[Obj]) -> str:
    """Pending, Running, Succeeded or Failed; nothing is over, and no phase new, while a sidecar still runs."""
    found = _phase(pod, statuses, init_statuses)
    ending = found in ("Succeeded", "Failed") and any("running" in one["state"] for one in (*statuses, *init_statuses))
    return str((pod.get("status") or {}).get("phase") or "Pending") if ending else found


def _phase(pod: Obj, statuses: Sequence[Obj], init_statuses: Sequence[Obj]) -> str:
    for container, status in zip(pod["spec"].get("initContainers") or (), init_statuses, strict=False):
        ended = status["state"].get("terminated")
        if is_sidecar(container):
            if not status.get("started") and not ended:
                return "Pending"
        elif not ended:
            return "Pending"
        elif ended["exitCode"] != 0:
            return "Pending" if restart_of_init(pod, container, False)(ended["exitCode"]) else "Failed"
    counts = [_count(status) for status in statuses]
    if "waiting" in counts:
        return "Pending"
    if "running" in counts or any(
        _goes_on(pod, *pair) for pair in zip(pod["spec"]["containers"], statuses, strict=True)
    ):
        return "Running"
    return "Succeeded" if all(count == "succeeded" for count in counts) else "Failed"


def _goes_on(pod: Obj, container: Obj, status: Obj) -> bool:
    """A container that has ended will be started again."""
    ended = status["state"].get("terminated") or status["lastState"].get("terminated")
    return bool(ended) and restart_of(pod, container)(ended["exitCode"])


def _count(status: Obj) -> str:
    state = status["state"]
    if "running" in state:
        return "running"
    ended = state.get("terminated") or status["lastState"].get("terminated")
    if ended:
        return "succeeded" if ended["exitCode"] == 0 else "failed"
    return "waiting"


def conditions(
    pod: Obj, phase_now: str, statuses: Sequence[Obj], incomplete: Sequence[str], sandbox: bool, now: datetime
) -> list[Obj]:
    """The kubelet's conditions in its order, for all containers and sidecars; others' are kept behind them."""
    unready = [status["name"] for status in statuses if not status["ready"]]
    ready: tuple[bool, str, str]
    if phase_now == "Succeeded":
        ready = (False, "PodCompleted", "")
    elif phase_now == "Failed":
        ready = (False, "PodFailed", "")
    elif unready:
        ready = (False, "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]")
    else:
        ready = (True, "", "")
    wanted: dict[str, tuple[bool, str, str]] = {
        "PodReadyToStartContainers": (sandbox, "", ""),
        "Initialized": _initialized(phase_now, incomplete),
        "Ready": _with_gates(pod, ready),
        "ContainersReady": ready,
        "PodScheduled": (True, "", ""),
    }
    before = {one["type"]: one for one in (pod.get("status") or {}).get("conditions") or ()}
    generation = pod["metadata"].get("generation")
    result = [_condition(name, *value, before.get(name), now, generation) for name, value in wanted.items()]
    return result + [one for name, one in before.items() if name not in wanted]


def _initialized(phase_now: str, incomplete: Sequence[str]) -> tuple[bool, str, str]:
    if phase_now == "Succeeded":
        return True, "PodCompleted", ""
    if not incomplete:
        return True, "", ""
    return False, "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]"


def _with_gates(pod: Obj, ready: tuple[bool, str, str]) -> tuple[bool, str, str]:
    held = {one["type"]: one for one in (pod.get("status") or {}).get("conditions") or ()}
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()]
    missing = [name for name in gates if held.get(name, {}).get("status") != "True"]
    if not ready[0] or not missing:
        return ready
    words = [
        f'corresponding condition of pod readiness gate "{name}" does not exist.'
        if name not in held
        else f'the status of pod readiness gate "{name}" is not "True", but {held[name].get("status")}'
        for name in missing
    ]
    return False, "ReadinessGatesNotReady", ", ".join(words)


def _condition(
    name: str,
    value: bool,
    reason: str,
    message: str,
    before: Mapping[str, str] | None,
    now: datetime,
    generation: int | None,
) -> Obj:
    status = "True" if value else "False"
    same = before is not None and before.get("status") == status
    condition: Obj = {
        "type": name,
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": before["lastTransitionTime"] if same and before else stamp(now),
    }
    if generation:
        condition["observedGeneration"] = generation
    if reason:
        condition["reason"] = reason
    if message:
        condition["message"] = message
    return condition
