"""The life of one container as the kubelet leads it: image, configuration, start, end, back-off, next start.

Pure: ``step`` takes what is known now and returns the next record, what to do, and when to look again. Reasons,
messages and delays are the kubelet's (pkg/kubelet/images, pkg/kubelet/kuberuntime, client-go flowcontrol.Backoff).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kx.practice.node.images import Image, PullFailure
from kx.practice.node.moments import after, go_duration
from kx.practice.node.restarts import Restart

FIRST_DELAY = 10.0
LONGEST_DELAY = 300.0
_FORGET_AFTER = 2 * LONGEST_DELAY
_PRESENT = "already present on machine and can be accessed by the pod"
_RELIST = 1.0  # the kubelet looks at its containers once a second: so long an end is seen before what follows
_RESYNC = 12.0  # between two looks at a container that cannot be started

Stage = Literal["new", "pulling", "pull-failed", "pull-backoff", "stuck", "running", "ended", "backoff"]


@dataclass(frozen=True)
class Terminated:
    """One instance's end."""

    exit_code: int
    reason: str
    started: datetime | None
    finished: datetime
    container_id: str
    message: str = ""


@dataclass(frozen=True)
class Waiting:
    """Why a container does not run yet, or not again."""

    reason: str
    message: str = ""


@dataclass(frozen=True)
class Record:
    """All that is remembered of one container."""

    name: str
    stage: Stage = "new"
    waiting: Waiting | None = None  # shown instead of what the stage says
    started: datetime | None = None
    ended: Terminated | None = None  # the newest instance's end, until the next instance starts
    last: Terminated | None = None  # the end before
    restarts: int = 0
    container_id: str = ""
    image_name: str = ""
    image_id: str = ""
    delay: float = 0.0  # the pause before the next restart; 0: none yet
    delayed_at: datetime | None = None  # when that pause was decided on
    pull_delay: float = 0.0
    until: datetime | None = None  # what the stage waits for
    probe_killed: bool = False
    noticed: bool = True  # a new instance is told of only once the kubelet has seen it run


@dataclass(frozen=True)
class Emit:
    """An event to record."""

    reason: str
    message: str
    warning: bool = False


@dataclass(frozen=True)
class Start:
    """Start the next instance; the engine answers with ``started`` or ``start_failed``."""


Effect = Emit | Start


@dataclass(frozen=True)
class View:
    """What the engine knows about the container now."""

    now: datetime
    pod: str  # name_namespace(uid), as messages name it
    image: str  # as in the spec
    found: Image | PullFailure | None  # None: the name is invalid
    invalid: str  # why the name is invalid
    present: bool  # on this node already
    pull_policy: str
    pull_seconds: float
    restart: Restart
    config_error: Callable[[], str]  # "" when environment and volumes can be made
    exited: Terminated | None  # the running instance has ended


@dataclass(frozen=True)
class Step:
    """What ``step`` decided; ``pulled`` says the image is on the node now."""

    record: Record
    effects: tuple[Effect, ...] = ()
    wake: datetime | None = None
    pulled: bool = False


def step(record: Record, view: View) -> Step:
    """Take a container one step further."""
    return _STAGES[record.stage](record, view)


def started(record: Record, container_id: str, now: datetime) -> Record:
    """The next instance runs."""
    again = record.ended is not None
    return replace(
        record,
        stage="running",
        waiting=None,
        started=now,
        ended=None,
        last=record.ended or record.last,
        restarts=record.restarts + again,
        container_id=container_id,
        until=None,
        probe_killed=False,
        noticed=False,
    )


def start_failed(record: Record, container_id: str, now: datetime, message: str, again: bool) -> Record:
    """The instance was made, but its program could not be started: it counts as an end with 128.

    ``again``: it will be tried again.
    """
    begun = started(record, container_id, now)
    return replace(
        begun,
        stage="ended",
        waiting=Waiting("RunContainerError", message) if again else None,
        ended=Terminated(128, "StartError", None, now, container_id, message),
        noticed=True,
    )


def restored_delay(restarts: int) -> float:
    """The pause that follows so many restarts, when only their number has survived."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (restarts - 1)) if restarts else 0.0


def _new(record: Record, view: View) -> Step:
    """Look at the image: refuse, use, or pull it."""
    if view.found is None:
        parsing = f'couldn\'t parse image name "{view.image}": {view.invalid}'
        message = f'Failed to apply default image tag "{view.image}": {parsing}'
        effects = (Emit("InspectFailed", message, True), Emit("Failed", "Error: InvalidImageName", True))
        return _stuck(record, view, Waiting("InvalidImageName", message), effects)
    if view.pull_policy == "Never" and not view.present:
        message = f'Container image "{view.image}" is not present with pull policy of Never'
        effects = (Emit("ErrImageNeverPull", message, True), Emit("Failed", "Error: ErrImageNeverPull", True))
        return _stuck(record, view, Waiting("ErrImageNeverPull", message), effects)
    if view.pull_policy != "Always" and view.present:
        present = Emit("Pulled", f'Container image "{view.image}" {_PRESENT}')
        return _create(record, view, (present,))
    until = after(view.now, view.pull_seconds)
    pulling = Emit("Pulling", f'Pulling image "{view.image}"')
    return Step(replace(record, stage="pulling", until=until), (pulling,), until)


def _pulling(record: Record, view: View) -> Step:
    if record.until and view.now < record.until:
        return Step(record, wake=record.until)
    if isinstance(view.found, Image):
        taken = go_duration(view.pull_seconds)
        message = (
            f'Successfully pulled image "{view.image}" in {taken} ({taken} including waiting). '
            f"Image size: {view.found.size} bytes."
        )
        pulled = _create(replace(record, pull_delay=0.0), view, (Emit("Pulled", message),))
        return replace(pulled, pulled=True)
    why = view.found.message if view.found else view.invalid
    delay = min(LONGEST_DELAY, record.pull_delay * 2 or FIRST_DELAY)
    failed = replace(
        record,
        stage="pull-failed",
        waiting=Waiting("ErrImagePull", why),
        pull_delay=delay,
        delayed_at=view.now,
        until=after(view.now, 2 * _RELIST),
    )
    effects = (
        Emit("Failed", f'Failed to pull image "{view.image}": {why}', True),
        Emit("Failed", "Error: ErrImagePull", True),
    )
    return Step(failed, effects, failed.until)


def _pull_failed(record: Record, view: View) -> Step:
    if record.until and view.now < record.until:
        return Step(record, wake=record.until)
    until = after(record.delayed_at or view.now, record.pull_delay)
    why = view.found.message if isinstance(view.found, PullFailure) else ""
    message = f'Back-off pulling image "{view.image}"'
    waiting = Waiting("ImagePullBackOff", f"{message}: ErrImagePull: {why}" if why else message)
    effects = (Emit("BackOff", message), Emit("Failed", "Error: ImagePullBackOff", True))
    return Step(replace(record, stage="pull-backoff", waiting=waiting, until=until), effects, until)


def _resume(record: Record, view: View) -> Step:
    """What made the container wait is over, or is to be tried again."""
    if record.until and view.now < record.until:
        return Step(record, wake=record.until)
    return _new(record, view)


def _create(record: Record, view: View, effects: tuple[Effect, ...]) -> Step:
    """The image is there: make the environment and start."""
    error = view.config_error()
    if error:
        waiting = Waiting("CreateContainerConfigError", error)
        return _stuck(record, view, waiting, (*effects, Emit("Failed", f"Error: {error}", True)))
    return Step(record, (*effects, Emit("Created", "Container created"), Start()))


def _stuck(record: Record, view: View, waiting: Waiting, effects: tuple[Effect, ...]) -> Step:
    until = after(view.now, _RESYNC)
    return Step(replace(record, stage="stuck", waiting=waiting, until=until), effects, until)


def _running(record: Record, view: View) -> Step:
    if view.exited is None:
        return Step(record)
    until = after(view.now, _RELIST)
    ended = replace(record, stage="ended", ended=view.exited, until=until)
    return _ended(ended, view)


def _ended(record: Record, view: View) -> Step:
    """An instance is over: leave it, restart it at once, or after a pause."""
    end = record.ended
    if end is None or not view.restart(end.exit_code):
        waiting_no_more = replace(record, waiting=None, until=None)
        return Step(waiting_no_more)
    if record.until is None:
        record = replace(record, until=after(end.finished, _RELIST))
    if record.until and view.now < record.until:
        return Step(record, wake=record.until)
    delay, decided = record.delay, record.delayed_at
    if decided and (end.finished - decided).total_seconds() > _FORGET_AFTER:
        delay = 0.0
    until = after(end.finished, delay)
    if delay and view.now < until:
        return _back_off(replace(record, delay=delay), view, until)
    return _again(replace(record, delay=delay), view)


def _back_off(record: Record, view: View, until: datetime) -> Step:
    span = go_duration(record.delay)
    waiting = Waiting("CrashLoopBackOff", f"back-off {span} restarting failed container={record.name} pod={view.pod}")
    message = f"Back-off restarting failed container {record.name} in pod {view.pod}"
    effects = (Emit("BackOff", message, True),)
    return Step(replace(record, stage="backoff", waiting=waiting, until=until), effects, until)


def _backoff(record: Record, view: View) -> Step:
    if record.until and view.now < record.until:
        return Step(record, wake=record.until)
    return _again(record, view)


def _again(record: Record, view: View) -> Step:
    """Start anew, and decide on the pause after the next end."""
    delay = min(LONGEST_DELAY, record.delay * 2 or FIRST_DELAY)
    return _new(replace(record, delay=delay, delayed_at=view.now), view)


_STAGES: Mapping[Stage, Callable[[Record, View], Step]] = {
    "new": _new,
    "pulling": _pulling,
    "pull-failed": _pull_failed,
    "pull-backoff": _resume,
    "stuck": _resume,
    "running": _running,
    "ended": _ended,
    "backoff": _backoff,
}
