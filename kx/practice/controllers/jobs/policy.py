"""What a Job's own rules say of a failed pod (``podFailurePolicy``) and of enough success (``successPolicy``). Pure.

Rules and words: pkg/controller/job/pod_failure_policy.go and success_policy.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kx.practice.status import Obj


@dataclass(frozen=True)
class Verdict:
    """What becomes of a failure."""

    action: str = "Count"
    message: str = ""  # why the whole Job fails, if it does

    @property
    def counts(self) -> bool:
        """Whether it counts towards the limit."""
        return self.action != "Ignore"


def verdict(job: Obj, pod: Obj) -> Verdict:
    """The first rule that a failed pod matches; without any, it counts."""
    for number, rule in enumerate((job["spec"].get("podFailurePolicy") or {}).get("rules") or ()):
        cause = _by_exit_code(rule, pod) or _by_condition(rule, pod)
        if cause:
            action = rule["action"]
            message = f"{cause} matching {action} rule at index {number}" if action == "FailJob" else ""
            return Verdict(action, message)
    return Verdict()


def _by_exit_code(rule: Obj, pod: Obj) -> str:
    wanted = rule.get("onExitCodes")
    if not wanted:
        return ""
    status, metadata = pod.get("status") or {}, pod["metadata"]
    for group in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(group) or ():
            code = _exit_code(container)
            named = wanted.get("containerName") in (None, container["name"])
            if named and code and (code in wanted["values"]) == (wanted["operator"] == "In"):
                where = f"{metadata['namespace']}/{metadata['name']}"
                return f"Container {container['name']} for pod {where} failed with exit code {code}"
    return ""


def _exit_code(container: Obj) -> int:
    """0 also for one that has not ended."""
    return int(((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0))


def _by_condition(rule: Obj, pod: Obj) -> str:
    if rule.get("onExitCodes"):
        return ""
    metadata = pod["metadata"]
    for condition in (pod.get("status") or {}).get("conditions") or ():
        for pattern in rule.get("onPodConditions") or ():
            if (condition["type"], condition["status"]) == (pattern["type"], pattern.get("status", "True")):
                return f"Pod {metadata['namespace']}/{metadata['name']} has condition {condition['type']}"
    return ""


def enough(job: Obj, rules_of: Mapping[int, AbstractSet[int]], succeeded: AbstractSet[int]) -> str:
    """Which rule of the success policy is met, in words; "" when none is. ``rules_of``: the numbers each rule names."""
    for number, rule in enumerate((job["spec"].get("successPolicy") or {}).get("rules") or ()):
        named, count = rules_of.get(number), rule.get("succeededCount")
        have = succeeded if named is None else succeeded & named
        whole = named is not None and bool(named) and have == named
        if succeeded and (whole or (count is not None and len(have) >= int(count))):
            return f"Matched rules at index {number}"
    return ""
