"""Which pods of a DaemonSet are replaced next: so many may be missing, or so many may be there twice. Pure.

Rules: pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kx.practice.controllers.objects import labels_of
from kx.practice.controllers.sets.history import HASH_LABEL, History
from kx.practice.status import Obj

Available = Callable[[Obj], bool]
Nodes = Mapping[str, Sequence[Obj]]  # node -> its active pods of the set


@dataclass(frozen=True)
class Plan:
    """What to do now."""

    remove: tuple[Obj, ...] = ()
    create: tuple[str, ...] = ()  # on these nodes, beside the pod that is there


def surges(daemon_set: Obj) -> bool:
    """Whether a new pod is made before the old one goes (``maxSurge``)."""
    return _strategy(daemon_set).get("maxSurge") not in (None, 0, "0%")


def split(pods: Sequence[Obj], kept: History) -> tuple[list[Obj], list[Obj]]:
    """Those of the present template and those of former ones."""
    new = [pod for pod in pods if labels_of(pod).get(HASH_LABEL) == kept.hash]
    return new, [pod for pod in pods if pod not in new]


def plan(daemon_set: Obj, kept: History, nodes: Nodes, available: Available) -> Plan:
    """The next step; nothing where pods are replaced only when somebody deletes them (``OnDelete``)."""
    if (daemon_set["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate") != "RollingUpdate":
        return Plan()
    if surges(daemon_set):
        return _surge(kept, nodes, available, _share(_strategy(daemon_set).get("maxSurge", 0), len(nodes)))
    return _one_for_another(kept, nodes, available, _share(_strategy(daemon_set).get("maxUnavailable", 1), len(nodes)))


def _one_for_another(kept: History, nodes: Nodes, available: Available, room: int) -> Plan:
    old: list[Obj] = []
    for pods in nodes.values():
        if not pods or not available(pods[0]):
            room -= 1
        if pods and labels_of(pods[0]).get(HASH_LABEL) != kept.hash:
            old.append(pods[0])
    # Those that do not work anyway go first, and cost nothing.
    broken = [pod for pod in old if not available(pod)]
    working = [pod for pod in old if available(pod)]
    return Plan(remove=(*broken, *working[: max(0, room)]))


def _surge(kept: History, nodes: Nodes, available: Available, room: int) -> Plan:
    remove: list[Obj] = []
    at_once: list[str] = []  # nodes whose old pod does not work anyway
    waiting: list[str] = []
    for node, pods in nodes.items():
        new, old = split(pods, kept)
        if old and not new:
            (waiting if available(old[0]) else at_once).append(node)
        elif old and available(new[0]):
            remove += old
        elif old:
            room -= 1
    return Plan(tuple(remove), (*at_once, *waiting[: max(0, room - len(at_once))]))


def _strategy(daemon_set: Obj) -> Obj:
    found: Obj = (daemon_set["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    return found


def _share(value: int | str, of: int) -> int:
    """A number, or a percentage of ``of`` rounded up; at least one."""
    if isinstance(value, str) and value.endswith("%"):
        return max(1, -(-int(value[:-1]) * of // 100))
    return max(1, int(value))
