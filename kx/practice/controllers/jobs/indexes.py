"""The numbers of indexed Jobs: how they are written, which pod has which, and which have failed for good. Pure.

Rules: pkg/controller/job/indexed_job_utils.go and backoff_utils.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from kx.practice.controllers.jobs import policy
from kx.practice.controllers.objects import annotations_of, condition_of, moment
from kx.practice.status import Obj

INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"
_FIRST_DELAY, _LONGEST_DELAY = 10.0, 600.0


def is_indexed(job: Obj) -> bool:
    """Whether each of its pods has a number of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def has_limit(job: Obj) -> bool:
    """Whether failures are counted for each number (``backoffLimitPerIndex``)."""
    return job["spec"].get("backoffLimitPerIndex") is not None


def index_of(pod: Obj) -> int | None:
    """The number of a pod of an indexed Job."""
    return _number(pod, INDEX)


def _number(pod: Obj, annotation: str) -> int | None:
    text = annotations_of(pod).get(annotation, "")
    return int(text) if text.isdecimal() else None


def read(text: str) -> frozenset[int]:
    """The numbers that ``completedIndexes`` names: ``"0,2-4"``."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def write(indexes: Iterable[int]) -> str:
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


def failed_for_good(job: Obj, failed: Iterable[Obj]) -> frozenset[int]:
    """The numbers whose pods, all that have failed, used up their attempts."""
    before = read((job.get("status") or {}).get("failedIndexes") or "")
    limit = int(job["spec"]["backoffLimitPerIndex"])
    new = {
        index
        for pod in failed
        if (index := index_of(pod)) is not None
        and (policy.verdict(job, pod).action == "FailIndex" or _counted_for_good(job, pod, limit))
    }
    return before | new


def _counted_for_good(job: Obj, pod: Obj, limit: int) -> bool:
    return policy.verdict(job, pod).counts and (_number(pod, FAILURES) or 0) >= limit


def attempts(job: Obj, failed: Iterable[Obj], index: int) -> dict[str, str]:
    """The annotations by which the next pod of a number knows how many were there before it."""
    mine = [pod for pod in failed if index_of(pod) == index]
    found: dict[str, str] = {FAILURES: "0"}
    if mine:
        last = max(mine, key=lambda pod: (_number(pod, FAILURES) or 0) + (_number(pod, IGNORED) or 0))
        counts = policy.verdict(job, last).counts
        ignored = (_number(last, IGNORED) or 0) + (not counts)
        found[FAILURES] = str((_number(last, FAILURES) or 0) + counts)
        if ignored:
            found[IGNORED] = str(ignored)
    return found


def due(failed: Iterable[Obj], index: int, now: datetime) -> float:
    """Seconds until the next pod of a number may be made; 0 or less when it may."""
    mine = [pod for pod in failed if index_of(pod) == index]
    if not mine:
        return 0.0
    ended = max(finished_at(pod) or now for pod in mine)
    return (ended + timedelta(seconds=delay(len(mine))) - now).total_seconds()


def delay(failures: int) -> float:
    """Seconds to wait after that many failures in a row before the next pod: 10, 20, 40, …, at most 600."""
    if failures <= 0:
        return 0.0
    return float(min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures - 1, 10)))


def finished_at(pod: Obj) -> datetime | None:
    """When a pod ended: its last container, else what comes nearest to it."""
    status, metadata = pod.get("status") or {}, pod["metadata"]
    ends = [
        moment(((one.get("state") or {}).get("terminated") or {}).get("finishedAt"))
        for one in status.get("containerStatuses") or ()
    ]
    known = [end for end in ends if end is not None]
    if known:
        return max(known)
    ready = condition_of(pod, "Ready") or {}
    return (
        moment(ready.get("lastTransitionTime"))
        or moment(metadata.get("deletionTimestamp"))
        or moment(metadata.get("creationTimestamp"))
    )
