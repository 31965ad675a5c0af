"""What the kubelet remembers of a pod between two looks, and how it finds that again in the pod's status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from kx.practice.node.clock import parse
from kx.practice.node.lifecycle import Record, Terminated, Waiting, restored_delay
from kx.practice.status import Obj

_IDLE = (None, "ContainerCreating", "PodInitializing")


@dataclass
class PodMemory:
    """One pod on one node. Times are the cluster's."""

    uid: str
    address: str = ""
    sandbox_at: datetime | None = None  # when the pod's network is there
    records: dict[str, Record] = field(default_factory=dict)
    kill_at: dict[str, datetime] = field(default_factory=dict)  # when patience with a stopping container ends
    stop_at: datetime | None = None  # when its containers are told to end
    stopping: bool = False
    failing: bool = False  # its time is over
    starting: set[str] = field(default_factory=set)  # containers whose postStart hook runs
    leaving: set[str] = field(
        default_factory=set
    )  # those not asked to end yet: their preStop hook, or others, go first
    hooked: set[str] = field(default_factory=set)  # of these, those whose preStop hook runs
    overran: set[str] = field(default_factory=set)  # those that were given a little more time for that
    mount_retry_at: datetime | None = None
    mount_delay: float = 0.0
    mount_given_up: datetime | None = None  # when the kubelet says that volumes do not come
    orphaned_at: datetime | None = None  # when its node was found to be gone


def remember(pod: Obj) -> PodMemory:
    """What the status of a pod says its kubelet knew: nothing for a new pod."""
    status = pod.get("status") or {}
    memory = PodMemory(pod["metadata"]["uid"], address=status.get("podIP", ""))
    if memory.address:
        memory.sandbox_at = parse(status["startTime"]) if status.get("startTime") else None
    for one in _statuses(status):
        record = _record(one)
        if record:
            memory.records[one["name"]] = record
    return memory


def note_reboot(memory: PodMemory, booted: datetime) -> bool:
    """The machine started at ``booted``: what ran before that has ended, how nobody saw. Whether anything did."""
    lost = {name: _lost(record, booted) for name, record in memory.records.items() if _ran_before(record, booted)}
    memory.records.update(lost)
    return bool(lost)


def _ran_before(record: Record, booted: datetime) -> bool:
    return record.stage == "running" and record.started is not None and record.started < booted


def _lost(record: Record, booted: datetime) -> Record:
    end = Terminated(255, "Unknown", record.started, booted, record.container_id)
    return replace(record, stage="ended", ended=end, started=None)


def _statuses(status: Obj) -> Iterator[Obj]:
    for group in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        yield from status.get(group) or ()


def _record(status: Obj) -> Record | None:
    """One container's record; None when nothing has happened to it."""
    waiting = (status.get("state") or {}).get("waiting") or {}
    if not status.get("containerID"):
        if waiting.get("reason") in _IDLE:
            return None
        # Why it could not start is shown until the next attempt says something new.
        shown = Waiting(waiting.get("reason", ""), waiting.get("message", ""))
        return Record(status["name"], stage="stuck", waiting=shown)
    state, last = status.get("state") or {}, _end((status.get("lastState") or {}).get("terminated"))
    restarts = status.get("restartCount", 0)
    running, ended = state.get("running"), _end(state.get("terminated"))
    base = Record(
        name=status["name"],
        restarts=restarts,
        container_id=status["containerID"],
        image_name=status.get("image", ""),
        image_id=status.get("imageID", ""),
        delay=restored_delay(restarts),
    )
    if running:
        begun = parse(running["startedAt"])
        return replace(base, stage="running", started=begun, last=last, delayed_at=begun if restarts else None)
    # A waiting container whose last instance ended is on its way to the next one.
    end = ended or last
    if end is None:
        return None
    before = last if ended else None
    return replace(base, stage="ended", ended=end, last=before, delayed_at=end.started if restarts else None)


def _end(state: Obj | None) -> Terminated | None:
    if not state:
        return None
    started = state.get("startedAt")
    return Terminated(
        exit_code=state.get("exitCode", 0),
        reason=state.get("reason", ""),
        started=parse(started) if started and not started.startswith("1970") else None,
        finished=parse(state["finishedAt"]),
        container_id=state.get("containerID", ""),
        message=state.get("message", ""),
    )
