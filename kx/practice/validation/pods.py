"""Pods and pod templates: the whole spec, and what may change in a pod that exists.

Rules: ``ValidatePodSpec``, ``ValidatePodCreate``, ``ValidatePodUpdate`` and ``ValidatePodTemplateSpec`` in
Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

import copy

from kx.practice.status import Obj
from kx.practice.validation import meta, names, quantities, scheduling, security
from kx.practice.validation.containers import (
    Around,
    containers,
    ephemeral_containers,
    image_spaces,
    init_containers,
)
from kx.practice.validation.difference import difference
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    one_of,
    required,
    unsupported,
)
from kx.practice.validation.volumes import volumes

_RESTART = ("Always", "OnFailure", "Never")
_DNS = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_INT32 = 2**31 - 1


def pod(obj: Obj, old: Obj | None) -> Errors:
    """A pod."""
    spec = obj.get("spec") or {}
    yield from pod_spec("spec", spec, (obj.get("metadata") or {}).get("name") or "", is_pod=True)
    for kind in ("containers", "initContainers"):
        for at, one in enumerate(spec.get(kind) or ()):
            yield from image_spaces(f"spec.{kind}[{at}]", one)
    if old is not None:
        yield from _changes(spec, old.get("spec") or {})
    else:
        if spec.get("ephemeralContainers"):
            yield forbidden("spec.ephemeralContainers", "cannot be set on create")
        if spec.get("nodeName") and spec.get("schedulingGates"):
            yield forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")


def template(path: str, given: Obj | None) -> Errors:
    """A pod template. Its labels are reported without ``metadata`` in the path, as Kubernetes does."""
    given = given or {}
    metadata = given.get("metadata") or {}
    yield from meta.labels(f"{path}.labels", metadata.get("labels"))
    yield from meta.annotation_set(f"{path}.annotations", metadata.get("annotations"))
    spec = given.get("spec") or {}
    yield from pod_spec(f"{path}.spec", spec)
    if spec.get("ephemeralContainers"):
        yield forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def pod_template(obj: Obj, old: Obj | None) -> Errors:
    """A PodTemplate object."""
    yield from template("template", obj.get("template"))


def pod_spec(path: str, spec: Obj, pod_name: str = "", is_pod: bool = False) -> Errors:
    """What a pod is to be."""
    if spec.get("terminationGracePeriodSeconds") is None:
        yield required(f"{path}.terminationGracePeriodSeconds")
    found, wrong = volumes(f"{path}.volumes", spec.get("volumes") or [], pod_name)
    yield from wrong
    around = Around(
        volumes=found,
        claims=frozenset(each.get("name") or "" for each in spec.get("resourceClaims") or ()),
        restart_policy=spec.get("restartPolicy") or "",
        grace_period=spec.get("terminationGracePeriodSeconds"),
        has_os=spec.get("os") is not None,
    )
    main, init = spec.get("containers") or [], spec.get("initContainers") or []
    yield from containers(f"{path}.containers", main, around)
    yield from init_containers(f"{path}.initContainers", init, main, around)
    others = [*main, *init]
    yield from ephemeral_containers(
        f"{path}.ephemeralContainers", spec.get("ephemeralContainers") or [], others, around
    )
    yield from _host_network(f"{path}.containers", spec, is_pod)
    yield from one_of(f"{path}.restartPolicy", spec.get("restartPolicy"), _RESTART)
    yield from one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy"), _DNS)
    yield from meta.labels(f"{path}.nodeSelector", spec.get("nodeSelector"))
    yield from security.pod(path, spec)
    yield from scheduling.affinity(f"{path}.affinity", spec.get("affinity"))
    yield from _dns_config(f"{path}.dnsConfig", spec.get("dnsConfig"), spec.get("dnsPolicy"))
    yield from _gates(path, spec)
    yield from scheduling.spread(f"{path}.topologySpreadConstraints", spec.get("topologySpreadConstraints") or [])
    yield from _named(path, spec)
    yield from scheduling.tolerations(f"{path}.tolerations", spec.get("tolerations") or [])
    yield from _host_aliases(f"{path}.hostAliases", spec.get("hostAliases") or [])
    yield from _runtime(path, spec)


def _host_network(path: str, spec: Obj, is_pod: bool) -> Errors:
    if not spec.get("hostNetwork"):
        return
    for at, one in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(one.get("ports") or ()):
            host = port.get("hostPort") or 0
            if (is_pod or host) and host != port.get("containerPort"):
                place = f"{path}[{at}].ports[{position}].hostPort"
                yield invalid(place, host, "must match `containerPort` when `hostNetwork` is true")


def _dns_config(path: str, given: Obj | None, policy: str | None) -> Errors:
    servers = (given or {}).get("nameservers") or []
    if policy == "None":
        if given is None:
            yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not servers:
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            yield required(f"{path}.nameservers", detail)
            return
    if len(servers) > 3:
        yield invalid(f"{path}.nameservers", servers, "must not have more than 3 nameservers")
    for at, server in enumerate(servers):
        yield from each_invalid(f"{path}.nameservers[{at}]", server, names.ip(server))
    searches = (given or {}).get("searches") or []
    if len(searches) > 32:
        yield invalid(f"{path}.searches", searches, "must not have more than 32 search paths")
    for at, search in enumerate(searches):
        if search != ".":
            bare = search.removesuffix(".")
            yield from each_invalid(f"{path}.searches[{at}]", bare, names.dns_subdomain_with_underscore(bare))
    for at, option in enumerate((given or {}).get("options") or ()):
        if not option.get("name"):
            yield required(f"{path}.options[{at}]", "must not be empty")


def _gates(path: str, spec: Obj) -> Errors:
    for at, gate in enumerate(spec.get("readinessGates") or ()):
        kind = gate.get("conditionType") or ""
        yield from each_invalid(f"{path}.readinessGates[{at}].conditionType", kind, names.qualified_name(kind))
    seen: set[str] = set()
    for at, gate in enumerate(spec.get("schedulingGates") or ()):
        name = gate.get("name") or ""
        yield from each_invalid(f"{path}.schedulingGates[{at}]", name, names.qualified_name(name))
        if name in seen:
            yield duplicate(f"{path}.schedulingGates[{at}]", name)
        seen.add(name)


def _named(path: str, spec: Obj) -> Errors:
    """Fields that hold the name of something."""
    for field, rule in (("serviceAccountName", names.dns_subdomain), ("nodeName", names.dns_subdomain)):
        if spec.get(field):
            yield from each_invalid(f"{path}.{field}", spec[field], rule(spec[field]))
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        yield invalid(f"{path}.activeDeadlineSeconds", deadline, names.in_range(1, _MAX_INT32))
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            yield from each_invalid(f"{path}.{field}", spec[field], names.dns_label(spec[field]))


def _host_aliases(path: str, given: list[Obj]) -> Errors:
    for at, alias in enumerate(given):
        address = alias.get("ip") or ""
        yield from each_invalid(f"{path}[{at}].ip", address, names.ip(address))
        for position, host in enumerate(alias.get("hostnames") or ()):
            yield from each_invalid(f"{path}[{at}].hostnames[{position}]", host, names.dns_subdomain(host))


def _runtime(path: str, spec: Obj) -> Errors:
    for field in ("priorityClassName", "runtimeClassName"):
        if spec.get(field):
            yield from each_invalid(f"{path}.{field}", spec[field], names.dns_subdomain(spec[field]))
    preemption = spec.get("preemptionPolicy")
    if preemption is not None:
        yield from one_of(f"{path}.preemptionPolicy", preemption, ("PreemptLowerPriority", "Never"))
    if spec.get("overhead"):
        yield from quantities.requirements(f"{path}.overhead", {"limits": spec["overhead"]})
    system = spec.get("os")
    if system is not None:
        if not system.get("name"):
            yield required(f"{path}.os.name")
        elif system["name"] not in ("linux", "windows"):
            yield unsupported(f"{path}.os.name", system["name"], ("linux", "windows"))


_UPDATABLE = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)


def _changes(spec: Obj, old: Obj) -> Errors:
    """Of a pod that exists only few fields may change."""
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or ()) != len(old.get(kind) or ()):
            yield forbidden(f"spec.{kind}", "pod updates may not add or remove containers")
            return
    yield from _deadline(spec.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds"))
    for each in old.get("tolerations") or ():
        if not any(_same_toleration(each, other) for other in spec.get("tolerations") or ()):
            detail = "existing toleration can not be modified except its tolerationSeconds"
            yield forbidden("spec.tolerations", detail)
    before = {gate.get("name") for gate in old.get("schedulingGates") or ()}
    for at, gate in enumerate(spec.get("schedulingGates") or ()):
        if gate.get("name") not in before:
            detail = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            yield forbidden(f"spec.schedulingGates[{at}].name", detail)
    allowed = _with_what_may_change(spec, old)
    if allowed != old:
        fields = ",".join(_UPDATABLE)
        yield forbidden("spec", f"pod updates may not change fields other than {fields}\n{difference(old, allowed)}")


def _deadline(new: int | None, old: int | None) -> Errors:
    if new is None:
        if old is not None:
            yield invalid("spec.activeDeadlineSeconds", None, "must not update from a positive integer to nil value")
    elif old is not None and old < new:
        yield invalid("spec.activeDeadlineSeconds", new, "must be less than or equal to previous value")


def _same_toleration(one: Obj, other: Obj) -> bool:
    return {**one, "tolerationSeconds": None} == {**other, "tolerationSeconds": None}


def _with_what_may_change(spec: Obj, old: Obj) -> Obj:
    """``spec`` with the fields that may change put back, so that any difference left is a forbidden one."""
    allowed = copy.deepcopy(spec)
    for kind in ("containers", "initContainers"):
        for one, before in zip(allowed.get(kind) or (), old.get(kind) or (), strict=True):
            one["image"] = before.get("image")
    # Ephemeral containers have an update of their own, checked where it is made.
    kept = ["activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers"]
    if old.get("schedulingGates"):
        kept += ["nodeSelector", "affinity"]
    if (old.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        kept.append("terminationGracePeriodSeconds")
    for field in kept:
        allowed.pop(field, None)
        if field in old:
            allowed[field] = old[field]
    return allowed


def template_of_set(path: str, spec: Obj, claims: list[str]) -> Errors:
    """The pod spec of a stateful set: claims stand for volumes that are not there yet."""
    extra = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims if name]
    known = {each.get("name") for each in spec.get("volumes") or ()}
    added = [each for each in extra if each["name"] not in known]
    yield from pod_spec(path, {**spec, "volumes": [*(spec.get("volumes") or ()), *added]})
