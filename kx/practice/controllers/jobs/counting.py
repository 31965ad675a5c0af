"""What the pods of a Job come to: which run, which have ended and how, what is still wanted. Pure.

Rules: pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kx.practice.controllers.jobs import policy
from kx.practice.controllers.objects import is_active, is_deleting, is_terminating, phase_of, ready_since
from kx.practice.status import Obj

TRACKING = "batch.kubernetes.io/job-tracking"


@dataclass(frozen=True)
class Count:
    """The pods of one Job, sorted by what they mean to it."""

    active: tuple[Obj, ...] = ()
    ready: int = 0
    terminating: tuple[Obj, ...] = ()
    succeeded: tuple[Obj, ...] = ()  # ended and not counted yet
    failed: tuple[Obj, ...] = ()
    ignored: tuple[Obj, ...] = ()  # failed, and a rule says not to count it
    every_failed: tuple[Obj, ...] = ()  # counted before or not


def count(job: Obj, pods: Iterable[Obj]) -> Count:
    """Sort the pods; those that no longer carry the Job's finalizer were counted before."""
    every = tuple(pods)
    active = tuple(pod for pod in every if is_active(pod))
    counted = _counted(job)
    new = [pod for pod in every if TRACKING in _finalizers(pod) and pod["metadata"]["uid"] not in counted]
    failed = [pod for pod in new if has_failed(job, pod)]
    return Count(
        active=active,
        ready=sum(ready_since(pod) is not None for pod in active),
        terminating=tuple(pod for pod in every if is_terminating(pod)),
        succeeded=tuple(pod for pod in new if phase_of(pod) == "Succeeded"),
        failed=tuple(pod for pod in failed if policy.verdict(job, pod).counts),
        ignored=tuple(pod for pod in failed if not policy.verdict(job, pod).counts),
        every_failed=tuple(pod for pod in every if has_failed(job, pod)),
    )


def replaces_only_failed(job: Obj) -> bool:
    """Whether a pod that is told to go is replaced only once it has ended (``podReplacementPolicy: Failed``)."""
    return bool(job["spec"].get("podReplacementPolicy") == "Failed")


def has_failed(job: Obj, pod: Obj) -> bool:
    """A pod that failed; one that is told to go before it has ended counts as failed, unless its end is waited for."""
    if phase_of(pod) == "Failed":
        return True
    return not replaces_only_failed(job) and is_deleting(pod) and phase_of(pod) != "Succeeded"


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
        return active if succeeded else parallelism
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
