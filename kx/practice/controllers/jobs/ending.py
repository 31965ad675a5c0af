"""How a Job ends: what decides it, and the conditions that tell of it. Pure.

A Job that is decided keeps an interim condition (FailureTarget, SuccessCriteriaMet) until the last of its pods has
ended; then it is Failed or Complete. Rules and words: pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kx.practice.controllers.jobs import counting, indexes, policy
from kx.practice.controllers.jobs.counting import Count
from kx.practice.controllers.objects import condition_of, moment, stamp
from kx.practice.status import Obj

FINISHED = ("Complete", "Failed")
_FINAL = {"SuccessCriteriaMet": "Complete", "FailureTarget": "Failed"}


@dataclass(frozen=True)
class Ending:
    """What was decided, and why."""

    interim: str  # SuccessCriteriaMet, FailureTarget
    reason: str
    message: str

    @property
    def final(self) -> str:
        """The condition it leads to."""
        return _FINAL[self.interim]

    @property
    def is_failure(self) -> bool:
        return self.final == "Failed"


DONE = Ending("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods")


def decided(job: Obj) -> Ending | None:
    """What was decided at an earlier look."""
    for interim in _FINAL:
        known = condition_of(job, interim)
        if known is not None and known["status"] == "True":
            return Ending(interim, known.get("reason", ""), known.get("message", ""))
    return None


def decide(job: Obj, pods: Iterable[Obj], found: Count, status: Obj, now: datetime) -> Ending | None:
    """Whether the Job has to be given up, or has enough; ``status`` counts what has ended by now."""
    return _by_rule(job, pods) or _by_limits(job, found, status, now) or _by_indexes(job, status)


def _by_rule(job: Obj, pods: Iterable[Obj]) -> Ending | None:
    for pod in pods:
        message = policy.verdict(job, pod).message if counting.has_failed(job, pod) else ""
        if message:
            return _failure("PodFailurePolicy", message)
    return None


def _by_limits(job: Obj, found: Count, status: Obj, now: datetime) -> Ending | None:
    limit = int(job["spec"].get("backoffLimit", 6))
    on_failure = job["spec"]["template"]["spec"].get("restartPolicy") == "OnFailure"
    again = counting.restarts(found.active) if on_failure else 0
    if int(status.get("failed", 0)) > limit or (again and again >= limit):
        return _failure("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = seconds_left(job, status, now)
    if left is not None and left <= 0:
        return _failure("DeadlineExceeded", "Job was active longer than specified deadline")
    return None


def _by_indexes(job: Obj, status: Obj) -> Ending | None:
    if not indexes.is_indexed(job):
        return None
    succeeded, spec = indexes.read(status.get("completedIndexes", "")), job["spec"]
    if indexes.has_limit(job):
        failed = indexes.read(status.get("failedIndexes", ""))
        most = spec.get("maxFailedIndexes")
        if most is not None and len(failed) > int(most):
            text = "Job has exceeded the specified maximal number of failed indexes"
            return _failure("MaxFailedIndexesExceeded", text)
        if failed and len(failed) + len(succeeded) >= int(spec["completions"]):
            return _failure("FailedIndexes", "Job has failed indexes")
    rules = (spec.get("successPolicy") or {}).get("rules") or ()
    named = {at: indexes.read(rule["succeededIndexes"]) for at, rule in enumerate(rules) if "succeededIndexes" in rule}
    met = policy.enough(job, named, succeeded)
    return Ending("SuccessCriteriaMet", "SuccessPolicy", met) if met else None


def seconds_left(job: Obj, status: Obj, now: datetime) -> float | None:
    """Until ``activeDeadlineSeconds`` is over; None without one, or while the Job has not begun."""
    seconds, begun = job["spec"].get("activeDeadlineSeconds"), moment(status.get("startTime"))
    if seconds is None or begun is None or job["spec"].get("suspend"):
        return None
    return (begun + timedelta(seconds=int(seconds)) - now).total_seconds()


def _failure(reason: str, message: str) -> Ending:
    return Ending("FailureTarget", reason, message)


def with_condition(status: Obj, type: str, reason: str, message: str, now: datetime, value: str = "True") -> Obj:
    """``status`` with a condition, in place of one of that type."""
    condition = {
        "type": type,
        "status": value,
        "lastProbeTime": stamp(now),
        "lastTransitionTime": stamp(now),
        "reason": reason,
        "message": message,
    }
    others = [one for one in status.get("conditions") or () if one["type"] != type]
    return {**status, "conditions": [*others, condition]}
