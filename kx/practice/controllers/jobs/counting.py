"""What the pods of a Job come to: which run, which have ended and how, what is still wanted. Pure.

Rules: pkg/controller/job (job_controller.go, indexed_job_utils.go).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kx.practice.controllers.objects import annotations_of, is_active, is_deleting, phase_of, ready_since
from kx.practice.status import Obj

TRACKING = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"
_FIRST_DELAY, _LONGEST_DELAY = 10.0, 600.0


@dataclass(frozen=True)
class Count:
    """The pods of one Job, sorted by what they mean to it."""

    active: tuple[Obj, ...] = ()
    ready: int = 0
    terminating: int = 0
    succeeded: tuple[Obj, ...] = ()  # ended and not counted yet
    failed: tuple[Obj, ...] = ()


def is_indexed(job: Obj) -> bool:
    """Whether each of its pods has a number of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Obj) -> int | None:
    """The number of a pod of an indexed Job."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdigit() else None


def count(job: Obj, pods: Iterable[Obj]) -> Count:
    """Sort the pods; those that no longer carry the Job's finalizer were counted before."""
    every = tuple(pods)
    active = tuple(pod for pod in every if is_active(pod))
    counted = _counted(job)
    new = [pod for pod in every if TRACKING in _finalizers(pod) and pod["metadata"]["uid"] not in counted]
    return Count(
        active=active,
        ready=sum(ready_since(pod) is not None for pod in active),
        terminating=sum(is_deleting(pod) and phase_of(pod) not in ("Succeeded", "Failed") for pod in every),
        succeeded=tuple(pod for pod in new if phase_of(pod) == "Succeeded"),
        failed=tuple(pod for pod in new if _failed(pod)),
    )


def _failed(pod: Obj) -> bool:
    """A pod that failed; one that is told to go before it has ended counts as failed, too."""
    return phase_of(pod) == "Failed" or (is_deleting(pod) and phase_of(pod) != "Succeeded")


def _finalizers(pod: Obj) -> Sequence[str]:
    return pod["metadata"].get("finalizers") or ()


def _counted(job: Obj) -> frozenset[str]:
    """Pods whose end is in the status already, while their finalizers may still be there."""
    uncounted = (job.get("status") or {}).get("uncountedTerminatedPods") or {}
    return frozenset((*(uncounted.get("succeeded") or ()), *(uncounted.get("failed") or ())))


def wanted_active(job: Obj, succeeded: int, active: int) -> int:
    """How many pods should run now, ``active`` of them doing so."""
    parallelism = int(job["spec"].get("parallelism", 1))
    completions = job["spec"].get("completions")
    if completions is None:
        # A work queue: from the first success on nothing new is started, and what runs may end.
        return min(active, parallelism) if succeeded else parallelism
    return max(0, min(parallelism, int(completions) - succeeded))


def is_complete(job: Obj, succeeded: int, active: int) -> bool:
    """Whether the Job has done its work."""
    completions = job["spec"].get("completions")
    if completions is None:
        return succeeded > 0 and active == 0
    return succeeded >= int(completions)


def restarts(pods: Iterable[Obj]) -> int:
    """How often containers were started again: with restartPolicy OnFailure these are the failures."""
    statuses = [
        status
        for pod in pods
        for group in ("initContainerStatuses", "containerStatuses")
        for status in (pod.get("status") or {}).get(group) or ()
    ]
    return sum(int(status.get("restartCount", 0)) for status in statuses)


def delay(failures: int) -> float:
    """Seconds to wait after that many failures in a row before the next pod: 10, 20, 40, …, at most 600."""
    if failures <= 0:
        return 0.0
    return float(min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures - 1, 10)))


def read_indexes(text: str) -> frozenset[int]:
    """The numbers that ``completedIndexes`` names: ``"0,2-4"``."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def write_indexes(indexes: Iterable[int]) -> str:
    """Numbers as Kubernetes writes them, runs of three and more as a range."""
    runs: list[list[int]] = []
    for index in sorted(indexes):
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    parts = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(index) for index in run]
    return ",".join(parts)
