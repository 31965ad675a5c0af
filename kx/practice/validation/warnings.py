"""What an API server warns of when it stores an object all the same: things that are legal and probably not meant.

Rules and words: ``warnings.go`` of Kubernetes' ``pkg/api/{pod,service}`` and ``WarningsOnCreate`` of the strategies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kx.practice.quantity import canonical, parse
from kx.practice.resources import Resource
from kx.practice.status import Obj
from kx.practice.validation import names

Warnings = Iterator[str]

_DEPRECATED_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}
_DEPRECATED_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}


def warnings(resource: Resource, obj: Obj) -> list[str]:
    """What a new object, with its defaults, is warned of."""
    found = _WARNERS.get(resource.key)
    return list(found(obj)) if found else []


def _spec(obj: Obj) -> Obj:
    return obj.get("spec") or {}


def _name(obj: Obj, place: str) -> Warnings:
    """A name that cannot be a host name although it will be part of one."""
    wrong = names.dns_label((obj.get("metadata") or {}).get("name") or "")
    if wrong:
        shown = "[" + " ".join(wrong) + "]"
        words = "which can result in surprising behavior; a DNS label is recommended"
        yield f"metadata.name: this is used in {place}, {words}: {shown}"


def pod(obj: Obj) -> Warnings:
    """A Pod."""
    yield from _name(obj, "the Pod's hostname")
    yield from _pod_spec("spec", _spec(obj))


def _template(path: str, template: Obj | None) -> Warnings:
    yield from _pod_spec(f"{path}.spec", _spec(template or {}))


def _workload(obj: Obj) -> Warnings:
    yield from _name(obj, "Pod names and hostnames")
    yield from _template("spec.template", _spec(obj).get("template"))


def _plain_workload(obj: Obj) -> Warnings:
    yield from _template("spec.template", _spec(obj).get("template"))


def _stateful_set(obj: Obj) -> Warnings:
    yield from _plain_workload(obj)
    if (_spec(obj).get("revisionHistoryLimit") or 0) < 0:
        words = "a negative value retains all historical revisions; a value >= 0 is recommended"
        yield f"spec.revisionHistoryLimit: {words}"


def _cron_job(obj: Obj) -> Warnings:
    yield from _name(obj, "Pod names and hostnames")
    inner = _spec(_spec(obj).get("jobTemplate") or {})
    yield from _template("spec.jobTemplate.spec.template", inner.get("template"))


def _pod_spec(path: str, spec: Obj) -> Warnings:
    for label in sorted(spec.get("nodeSelector") or ()):
        if label in _DEPRECATED_LABELS:
            yield f"{path}.nodeSelector[{label}]: {_DEPRECATED_LABELS[label]}"
    for at, volume in enumerate(spec.get("volumes") or ()):
        for kind, words in _DEPRECATED_VOLUMES.items():
            if volume.get(kind) is not None:
                yield f"{path}.volumes[{at}].{kind}: {words}"
    yield from _repeated(f"{path}.hostAliases", spec.get("hostAliases") or [], "ip")
    yield from _repeated(f"{path}.imagePullSecrets", spec.get("imagePullSecrets") or [], "name")
    for at, each in enumerate(spec.get("imagePullSecrets") or ()):
        if not each.get("name"):
            yield f'{path}.imagePullSecrets[{at}].name: invalid empty name ""'
    every = list(_containers(path, spec))
    for here, container in every:
        yield from _fractions(f"{here}.resources", container.get("resources") or {})
        yield from _hidden_variables(f"{here}.env", container.get("env") or [])
    yield from _ports(every)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        words = "must be >= 0; negative values are invalid and will be treated as 1"
        yield f"{path}.terminationGracePeriodSeconds: {words}"
    for kind in ("podAffinity", "podAntiAffinity"):
        yield from _null_selectors(f"{path}.affinity.{kind}", (spec.get("affinity") or {}).get(kind) or {})
    for at, each in enumerate(spec.get("topologySpreadConstraints") or ()):
        if each.get("labelSelector") is None:
            place = f"{path}.topologySpreadConstraints[{at}].labelSelector"
            yield f"{place}: a null labelSelector results in matching no pod"


def _containers(path: str, spec: Obj) -> Iterator[tuple[str, Obj]]:
    for kind in ("initContainers", "containers"):
        for at, container in enumerate(spec.get(kind) or ()):
            yield f"{path}.{kind}[{at}]", container


def _repeated(path: str, given: list[Obj], field: str) -> Warnings:
    seen: set[str] = set()
    for at, each in enumerate(given):
        value = each.get(field) or ""
        if value in seen:
            yield f'{path}[{at}].{field}: duplicate {field} "{value}"'
        seen.add(value)


def _fractions(path: str, resources: Obj, *only: str) -> Warnings:
    """Bytes come whole: ``100m`` of memory is a tenth of a byte and surely meant to be ``100M``."""
    for name in only or ("memory", "ephemeral-storage"):
        for kind in ("limits", "requests"):
            value = (resources.get(kind) or {}).get(name)
            if value is not None and parse(value).value % 1:
                words = f'fractional byte value "{canonical(value)}" is invalid, must be an integer'
                yield f"{path}.{kind}[{name}]: {words}"


def _hidden_variables(path: str, given: list[Obj]) -> Warnings:
    seen: set[str] = set()
    for at, each in enumerate(given):
        name, value = each.get("name") or "", each.get("value") or ""
        reference = f"$({name})"
        builds_on = each.get("valueFrom") is None and reference in value and value != reference
        if name in seen and not builds_on:
            words = f'hides previous definition of "{name}", which may be dropped when using apply'
            yield f"{path}[{at}]: {words}"
        seen.add(name)


def _ports(containers: list[tuple[str, Obj]]) -> Warnings:
    placed = [
        (f"{here}.ports[{at}]", port)
        for here, container in containers
        for at, port in enumerate(container.get("ports") or ())
    ]
    for position, (here, port) in enumerate(placed):
        for other_place, other in placed[:position]:
            if all(port.get(field) == other.get(field) for field in ("containerPort", "protocol")):
                words = _same_port(port, other)
                if words:
                    yield f"{here}: {words} port definition with {other_place}"
    named: dict[str, str] = {}
    for here, port in placed:
        name = port.get("name") or ""
        first = named.setdefault(name, here) if name else here
        if first != here:
            words = f'duplicate port name "{name}" with {first}, services and probes that select ports by name will use'
            yield f"{here}: {words} {first}"


def _same_port(port: Obj, other: Obj) -> str:
    mine, theirs = port.get("hostPort") or 0, other.get("hostPort") or 0
    ip, other_ip = port.get("hostIP") or "", other.get("hostIP") or ""
    if (ip, mine) == (other_ip, theirs):
        return "duplicate"
    if not mine or not theirs:
        return "overlapping"
    return "dangerously ambiguous" if mine == theirs and bool(ip) != bool(other_ip) else ""


def _null_selectors(path: str, given: Obj) -> Warnings:
    words = "a null labelSelector results in matching no pod"
    for at, term in enumerate(given.get("requiredDuringSchedulingIgnoredDuringExecution") or ()):
        if term.get("labelSelector") is None:
            yield f"{path}.requiredDuringSchedulingIgnoredDuringExecution[{at}].labelSelector: {words}"
    for at, term in enumerate(given.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        if (term.get("podAffinityTerm") or {}).get("labelSelector") is None:
            here = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{at}].podAffinityTerm"
            yield f"{here}.labelSelector: {words}"


def service(obj: Obj) -> Warnings:
    """A Service: fields that its type does not look at."""
    spec = _spec(obj)
    if spec.get("type") == "ClusterIP" and spec.get("clusterIP") == "None":
        if spec.get("loadBalancerIP"):
            yield "spec.loadBalancerIP is ignored for headless services"
        if spec.get("externalIPs"):
            yield "spec.externalIPs is ignored for headless services"
        if spec.get("sessionAffinity") not in (None, "", "None"):
            yield "spec.SessionAffinity is ignored for headless services"
    if spec.get("type") == "ExternalName" and spec.get("externalIPs"):
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if spec.get("type") != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'


def claim(obj: Obj) -> Warnings:
    """A PersistentVolumeClaim."""
    yield from _fractions("spec.resources", _spec(obj).get("resources") or {}, "storage")


def ingress(obj: Obj) -> Warnings:
    """An Ingress that names its class the old way."""
    if "kubernetes.io/ingress.class" in ((obj.get("metadata") or {}).get("annotations") or {}):
        yield "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"


def volume(obj: Obj) -> Warnings:
    """A PersistentVolume that would be scrubbed for its next claim."""
    if _spec(obj).get("persistentVolumeReclaimPolicy") == "Recycle":
        yield (
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
            "approach is to use dynamic provisioning."
        )


_WARNERS: Mapping[str, Callable[[Obj], Warnings]] = {
    "pods": pod,
    "deployments.apps": _workload,
    "replicasets.apps": _workload,
    "replicationcontrollers": _workload,
    "statefulsets.apps": _stateful_set,
    "daemonsets.apps": _plain_workload,
    "jobs.batch": _workload,
    "cronjobs.batch": _cron_job,
    "services": service,
    "persistentvolumeclaims": claim,
    "persistentvolumes": volume,
    "ingresses.networking.k8s.io": ingress,
}
