"""Containers of every sort: what all have in common, and what init and ephemeral ones may not have.

Rules: ``validateContainers`` and its neighbours in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kx.practice.status import Obj
from kx.practice.validation import environment, mounts, names, quantities, security
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    one_of,
    required,
    unsupported,
)
from kx.practice.validation.probes import lifecycle, probes

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")


@dataclass(frozen=True)
class Around:
    """What a container needs to know of its pod."""

    volumes: mounts.Volumes = field(default_factory=dict)
    claims: frozenset[str] = frozenset()
    restart_policy: str = "Always"
    grace_period: int | None = None
    has_os: bool = False


def containers(path: str, given: list[Obj], around: Around) -> Errors:
    """The main containers of a pod: at least one."""
    if not given:
        yield required(path)
        return
    seen: set[str] = set()
    for at, one in enumerate(given):
        here, name = f"{path}[{at}]", one.get("name") or ""
        yield from _common(here, one, around)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        yield from lifecycle(f"{here}.lifecycle", one.get("lifecycle"), around.grace_period, around.has_os)
        yield from probes(here, one, around.grace_period)
        yield from _restart_rules(here, one)
    yield from host_ports(path, given)


def init_containers(path: str, given: list[Obj], main: list[Obj], around: Around) -> Errors:
    """Containers that run to their end before the main ones, or beside them with ``restartPolicy: Always``."""
    seen = {one.get("name") or "" for one in main}
    for at, one in enumerate(given):
        here, name = f"{path}[{at}]", one.get("name") or ""
        yield from _common(here, one, around)
        is_sidecar = one.get("restartPolicy") == "Always"
        if one.get("restartPolicy") is not None:
            if not is_sidecar:
                yield from _restart_rules(here, one)
            elif one.get("restartPolicyRules"):
                detail = "restartPolicyRules are not allowed for init containers with restart policy Always"
                yield forbidden(f"{here}.restartPolicyRules", detail)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        elif name:
            seen.add(name)
        yield from host_ports(path, [one])
        if is_sidecar:
            yield from lifecycle(f"{here}.lifecycle", one.get("lifecycle"), around.grace_period, around.has_os)
            yield from probes(here, one, around.grace_period)
            continue
        for forbidden_field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if one.get(forbidden_field) is not None:
                detail = "may not be set for init containers without restartPolicy=Always"
                yield forbidden(f"{here}.{forbidden_field}", detail)


_NOT_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)


def ephemeral_containers(path: str, given: list[Obj], others: list[Obj], around: Around) -> Errors:
    """Containers added to a running pod for debugging."""
    other_names = {one.get("name") for one in others}
    seen = set(other_names)
    for at, one in enumerate(given):
        here, name = f"{path}[{at}]", one.get("name")
        yield from _common(here, one, around)
        yield from image_spaces(here, one)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        target = one.get("targetContainerName")
        if target and target not in other_names:
            yield not_found(f"{here}.targetContainerName", target)
        for each in _NOT_EPHEMERAL:
            if one.get(each):
                yield forbidden(f"{here}.{each}", "cannot be set for an Ephemeral Container")
        for position, mount in enumerate(one.get("volumeMounts") or ()):
            for each in ("subPath", "subPathExpr"):
                if mount.get(each):
                    place = f"{here}.volumeMounts[{position}].{each}"
                    yield forbidden(place, "cannot be set for an Ephemeral Container")


def image_spaces(path: str, one: Obj) -> Errors:
    """Spaces around an image are refused in pods, not in templates."""
    image = one.get("image") or ""
    if image != image.strip():
        yield invalid(f"{path}.image", image, "must not have leading or trailing whitespace")


def _common(path: str, one: Obj, around: Around) -> Errors:
    name = one.get("name") or ""
    if name:
        yield from each_invalid(f"{path}.name", name, names.dns_label(name))
    else:
        yield required(f"{path}.name")
    if not one.get("image"):
        yield required(f"{path}.image")
    policies = ("File", "FallbackToLogsOnError")
    yield from one_of(f"{path}.terminationMessagePolicy", one.get("terminationMessagePolicy"), policies)
    yield from _ports(f"{path}.ports", one.get("ports") or [])
    yield from environment.variables(f"{path}.env", one.get("env") or [])
    yield from environment.sources(f"{path}.envFrom", one.get("envFrom") or [])
    yield from mounts.mounts(f"{path}.volumeMounts", one, around.volumes)
    yield from mounts.devices(f"{path}.volumeDevices", one, around.volumes)
    yield from one_of(f"{path}.imagePullPolicy", one.get("imagePullPolicy"), ("Always", "IfNotPresent", "Never"))
    yield from quantities.requirements(f"{path}.resources", one.get("resources"), around.claims)
    yield from _resize_policy(f"{path}.resizePolicy", one.get("resizePolicy") or [], around.restart_policy)
    yield from security.container(f"{path}.securityContext", one.get("securityContext"))


def _ports(path: str, given: list[Obj]) -> Errors:
    seen: set[str] = set()
    for at, port in enumerate(given):
        here, name = f"{path}[{at}]", port.get("name") or ""
        wrong = names.port_name(name) if name else []
        yield from each_invalid(f"{here}.name", name, wrong)
        if name and not wrong:
            if name in seen:
                yield duplicate(f"{here}.name", name)
            seen.add(name)
        number, host = port.get("containerPort") or 0, port.get("hostPort") or 0
        if not number:
            yield required(f"{here}.containerPort")
        else:
            yield from each_invalid(f"{here}.containerPort", number, names.port_number(number))
        if host:
            yield from each_invalid(f"{here}.hostPort", host, names.port_number(host))
        yield from one_of(f"{here}.protocol", port.get("protocol"), _PROTOCOLS)


def host_ports(path: str, given: list[Obj]) -> Errors:
    """Two containers of a pod cannot have the same port of the node."""
    seen: set[str] = set()
    for at, one in enumerate(given):
        for position, port in enumerate(one.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol') or ''}/{port.get('hostIP') or ''}/{port['hostPort']}"
            if key in seen:
                yield duplicate(f"{path}[{at}].ports[{position}].hostPort", key)
            seen.add(key)


def _resize_policy(path: str, given: list[Obj], restart_policy: str) -> Errors:
    seen: set[str] = set()
    for at, each in enumerate(given):
        name, policy = each.get("resourceName") or "", each.get("restartPolicy") or ""
        if name in seen:
            yield duplicate(f"{path}[{at}]", name)
        seen.add(name)
        yield from one_of(path, name, ("cpu", "memory"))
        yield from one_of(path, policy, ("NotRequired", "RestartContainer"))
        if restart_policy == "Never" and policy != "NotRequired":
            yield invalid(path, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'")


def _restart_rules(path: str, one: Obj) -> Errors:
    policy, rules = one.get("restartPolicy"), one.get("restartPolicyRules") or []
    if policy is None:
        if rules:
            yield required(f"{path}.restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy not in _RESTART_POLICIES:
        yield unsupported(f"{path}.restartPolicy", policy, _RESTART_POLICIES)
    for at, rule in enumerate(rules):
        here = f"{path}.restartPolicyRules[{at}]"
        if rule.get("action") != "Restart":
            yield unsupported(f"{here}.action", rule.get("action") or "", ("Restart",))
        codes = rule.get("exitCodes")
        if codes is None:
            yield required(f"{here}.exitCodes", "must be specified")
        elif codes.get("operator") not in ("In", "NotIn"):
            yield unsupported(f"{here}.exitCodes.operator", codes.get("operator") or "", ("In", "NotIn"))
