"""Whether a container is started again when it has ended: its pod's policy, its own, and its own rules. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx.practice.status import Obj

Restart = Callable[[int], bool]  # whether an end with this exit code is followed by a restart
RESTARTS: Mapping[str, Restart] = {
    "Always": lambda code: True,
    "OnFailure": lambda code: code != 0,
    "Never": lambda code: False,
}


def is_sidecar(container: Obj) -> bool:
    """An init container that goes on running beside the others."""
    return container.get("restartPolicy") == "Always"


def restart_of(pod: Obj, container: Obj) -> Restart:
    """A container's own rules come first, then its own policy, then its pod's."""
    policy = RESTARTS[container.get("restartPolicy") or pod["spec"].get("restartPolicy", "Always")]
    return _with_rules(container, policy)


def restart_of_init(pod: Obj, container: Obj, finished: bool) -> Restart:
    """An init container has to succeed once; a sidecar goes on until the others have ``finished``."""
    if is_sidecar(container):
        return RESTARTS["Never" if finished else "Always"]
    policy = container.get("restartPolicy") or pod["spec"].get("restartPolicy", "Always")
    return _with_rules(container, RESTARTS["Never" if policy == "Never" else "OnFailure"])


def _with_rules(container: Obj, policy: Restart) -> Restart:
    rules = [rule for rule in container.get("restartPolicyRules") or () if rule.get("action") == "Restart"]
    return lambda code: any(_holds(rule, code) for rule in rules) or policy(code)


def _holds(rule: Obj, code: int) -> bool:
    codes = rule.get("exitCodes") or {}
    listed = code in (codes.get("values") or ())
    return listed if codes.get("operator") == "In" else not listed
