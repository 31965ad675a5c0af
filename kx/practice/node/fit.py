"""Whether a pod may run on a node, and why not: the scheduler's filters, pure.

Order and words are those of kube-scheduler's plugins: NodeUnschedulable, NodeName, TaintToleration, NodeAffinity,
NodePorts, NodeResourcesFit. The first filter that refuses gives the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kx.practice.quantity import parse
from kx.practice.status import Obj
from kx.practice.tolerations import tolerates

_UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@dataclass(frozen=True)
class Verdict:
    """Why a pod cannot go to a node (no reasons: it can), and whether removing other pods could change that."""

    reasons: tuple[str, ...] = ()
    resolvable: bool = False


HostPort = tuple[str, str, int]  # protocol, address of the node ("" for any), number


@dataclass
class Load:
    """What runs on a node already, summed up so that a look at a node costs the same however much that is."""

    pods: int = 0
    requests: dict[str, Decimal] = field(default_factory=dict)
    kin: Counter[str] = field(default_factory=Counter)  # pods by the uid of their controller
    ports: Counter[HostPort] = field(default_factory=Counter)

    def add(self, pod: Obj) -> None:
        self._count(pod, 1)

    def remove(self, pod: Obj) -> None:
        self._count(pod, -1)

    def _count(self, pod: Obj, sign: int) -> None:
        self.pods += sign
        self.kin[controller_of(pod)] += sign
        for port in host_ports(pod):
            self.ports[port] += sign
        _add(self.requests, {name: sign * value for name, value in requests(pod).items()})


def controller_of(pod: Obj) -> str:
    """The uid of the object that controls a pod, "" for none."""
    owners = pod["metadata"].get("ownerReferences") or ()
    return next((str(owner["uid"]) for owner in owners if owner.get("controller")), "")


def host_ports(pod: Obj) -> list[HostPort]:
    """The ports of its node that a pod takes for itself."""
    every = [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())]
    containers = [one for one in every if one in pod["spec"]["containers"] or one.get("restartPolicy") == "Always"]
    return [
        (port.get("protocol", "TCP"), (port.get("hostIP") or "").replace("0.0.0.0", ""), port["hostPort"])  # noqa: S104
        for container in containers
        for port in container.get("ports") or ()
        if port.get("hostPort")
    ]


def judge(pod: Obj, node: Obj, load: Load) -> Verdict:
    """Whether ``pod`` can go to ``node``, where ``load`` runs already."""
    for filter_ in (_unschedulable, _taints, _affinity):
        reason = filter_(pod, node)
        if reason:
            return Verdict((reason,))
    if any(_is_taken(port, load) for port in host_ports(pod)):
        return Verdict(("node(s) didn't have free ports for the requested pod ports",), resolvable=True)
    return _resources(pod, node, load)


def _is_taken(wanted: HostPort, load: Load) -> bool:
    protocol, address, number = wanted
    for (taken_protocol, taken_address, taken_number), count in load.ports.items():
        same = (taken_protocol, taken_number) == (protocol, number)
        if count > 0 and same and (not address or not taken_address or address == taken_address):
            return True
    return False


def stays_away(pod: Obj, node: Obj) -> bool:
    """Whether the node's taints or the pod's own wishes keep the pod from it, however empty the node is."""
    return any(filter_(pod, node) for filter_ in (_unschedulable, _taints, _affinity))


def reaches(volume: Obj, node: Obj) -> bool:
    """Whether a PersistentVolume can be used on a node, as far as its node affinity says."""
    required = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    return required is None or any(_term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())


def requests(pod: Obj) -> dict[str, Decimal]:
    """What a pod asks for: the sum of its containers, or its largest init container where that is more."""
    spec = pod["spec"]
    total: dict[str, Decimal] = {}
    for container in spec["containers"]:
        _add(total, _asked(container))
    peak: dict[str, Decimal] = {}
    sidecars: dict[str, Decimal] = {}
    for container in spec.get("initContainers") or ():
        asked = _asked(container)
        if container.get("restartPolicy") == "Always":
            _add(sidecars, asked)
            asked = {}
        current = dict(sidecars)
        _add(current, asked)
        peak = {name: max(peak.get(name, Decimal(0)), current.get(name, Decimal(0))) for name in {*peak, *current}}
    _add(total, sidecars)
    names = {*total, *peak}
    needed = {name: max(total.get(name, Decimal(0)), peak.get(name, Decimal(0))) for name in names}
    _add(needed, {name: parse(value).value for name, value in (spec.get("overhead") or {}).items()})
    return needed


def _unschedulable(pod: Obj, node: Obj) -> str:
    cordoned = node["spec"].get("unschedulable") and not tolerates(pod["spec"].get("tolerations") or (), _UNSCHEDULABLE)
    return "node(s) were unschedulable" if cordoned else ""


def _taints(pod: Obj, node: Obj) -> str:
    for taint in node["spec"].get("taints") or ():
        if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerates(
            pod["spec"].get("tolerations") or (), taint
        ):
            return "node(s) had untolerated taint(s)"
    return ""


def _affinity(pod: Obj, node: Obj) -> str:
    labels = node["metadata"].get("labels") or {}
    refused = "node(s) didn't match Pod's node affinity/selector"
    if any(labels.get(key) != value for key, value in (pod["spec"].get("nodeSelector") or {}).items()):
        return refused
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return ""
    terms = required.get("nodeSelectorTerms") or ()
    return "" if any(_term_matches(term, node) for term in terms) else refused


def _term_matches(term: Obj, node: Obj) -> bool:
    labels = node["metadata"].get("labels") or {}
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    name = {"metadata.name": node["metadata"]["name"]}
    return all(_holds(one, labels) for one in expressions) and all(_holds(one, name) for one in fields)


_OPERATORS: dict[str, Callable[[str | None, Sequence[str]], bool]] = {
    "In": lambda value, wanted: value in wanted,
    "NotIn": lambda value, wanted: value not in wanted,
    "Exists": lambda value, wanted: value is not None,
    "DoesNotExist": lambda value, wanted: value is None,
    "Gt": lambda value, wanted: _is_number(value) and int(value or 0) > int(wanted[0]),
    "Lt": lambda value, wanted: _is_number(value) and int(value or 0) < int(wanted[0]),
}


def _holds(expression: Obj, labels: Mapping[str, str]) -> bool:
    operator = _OPERATORS.get(expression.get("operator", ""))
    return bool(operator and operator(labels.get(expression["key"]), expression.get("values") or ()))


def _is_number(value: str | None) -> bool:
    return value is not None and value.lstrip("-").isdecimal()


def _resources(pod: Obj, node: Obj, load: Load) -> Verdict:
    allocatable = node["status"].get("allocatable") or {}
    reasons = []
    resolvable = True
    if load.pods + 1 > parse(allocatable.get("pods", "0")).value:
        reasons.append("Too many pods")
    for name, wanted in sorted(requests(pod).items()):
        whole = parse(allocatable.get(name, "0")).value
        if wanted > 0 and wanted > whole - load.requests.get(name, Decimal(0)):
            reasons.append(f"Insufficient {name}")
            resolvable = resolvable and wanted <= whole
    return Verdict(tuple(reasons), resolvable)


def _asked(container: Obj) -> dict[str, Decimal]:
    asked = (container.get("resources") or {}).get("requests") or {}
    return {name: parse(value).value for name, value in asked.items()}


def _add(total: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, Decimal(0)) + value
