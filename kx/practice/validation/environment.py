"""Environment variables of containers and the fields they can be filled from.

Rules: ``ValidateEnv``, ``ValidateEnvFrom`` and what they call in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kx.practice.quantity import canonical
from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, each_invalid, invalid, required, unsupported

_ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_POD_FIELDS = frozenset({*_ENV_FIELDS, "metadata.annotations", "metadata.labels", "spec.restartPolicy", "status.phase"})
_RESOURCE_FIELDS = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SIZES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_SUBSCRIPT = re.compile(r"(.+)\['(.*)'\]")


def variables(path: str, given: list[Obj]) -> Errors:
    """The ``env`` of a container."""
    for at, variable in enumerate(given):
        here, name = f"{path}[{at}]", variable.get("name") or ""
        if name:
            yield from each_invalid(f"{here}.name", name, names.environment_name(name))
        else:
            yield required(f"{here}.name")
        if variable.get("valueFrom") is not None:
            yield from _source(f"{here}.valueFrom", variable["valueFrom"], bool(variable.get("value")))


def _source(path: str, source: Obj, has_value: bool) -> Errors:
    given = [kind for kind in _SOURCES if source.get(kind) is not None]
    for kind in given:
        yield from _SOURCES[kind](f"{path}.{kind}", source[kind])
    if not given:
        kinds = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        yield invalid(path, "", f"must specify one of: {kinds}")
    elif has_value:
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(given) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")


def field_selector(path: str, given: Obj, known: tuple[str, ...]) -> Errors:
    """A field of the pod."""
    field = given.get("fieldPath") or ""
    if not given.get("apiVersion"):
        yield required(f"{path}.apiVersion")
    if not field:
        yield required(f"{path}.fieldPath")
    subscripted = _SUBSCRIPT.fullmatch(field)
    if (subscripted[1] if subscripted else field) not in _POD_FIELDS:
        yield invalid(f"{path}.fieldPath", field, f"error converting fieldPath: field label not supported: {field}")
        return
    if not subscripted:
        if field not in known:
            yield unsupported(f"{path}.fieldPath", field, known)
    elif subscripted[1] in ("metadata.annotations", "metadata.labels"):
        key = subscripted[2].lower() if subscripted[1].endswith("annotations") else subscripted[2]
        yield from each_invalid(path, key, names.qualified_name(key))
    else:
        yield invalid(path, subscripted[1], "does not support subscript")


def _field(path: str, given: Obj) -> Errors:
    yield from field_selector(path, given, _ENV_FIELDS)


def resource_selector(path: str, given: Obj, needs_container: bool = False) -> Errors:
    """A request or limit of a container."""
    resource = given.get("resource") or ""
    if needs_container and not given.get("containerName"):
        yield required(f"{path}.containerName")
    elif not resource:
        yield required(f"{path}.resource")
    elif resource not in _RESOURCE_FIELDS and not resource.startswith(_HUGE_PAGES):
        yield unsupported(f"{path}.resource", resource, _RESOURCE_FIELDS)
    divisor = canonical(given.get("divisor") or "0")
    if divisor == "0":
        return
    if resource.endswith(".cpu") and divisor not in ("1m", "1"):
        detail = "only divisor's values 1m and 1 are supported with the cpu resource"
        yield invalid(f"{path}.divisor", resource, detail)
    kind = next((words for end, words in _SIZED.items() if end in resource), None)
    if kind and divisor not in _SIZES:
        yield invalid(
            f"{path}.divisor", resource, f"only divisor's values {', '.join(_SIZES)} are supported with {kind}"
        )


_SIZED: Mapping[str, str] = {
    ".memory": "the memory resource",
    ".ephemeral-storage": "the local ephemeral storage resource",
    ".hugepages-": "the hugepages resource",
}


def _key(path: str, given: Obj) -> Errors:
    name, key = given.get("name") or "", given.get("key") or ""
    yield from each_invalid(f"{path}.name", name, names.dns_subdomain(name))
    if key:
        yield from each_invalid(f"{path}.key", key, names.config_key(key))
    else:
        yield required(f"{path}.key")


def _file_key(path: str, given: Obj) -> Errors:
    for field in ("key", "volumeName", "path"):
        if not given.get(field):
            yield required(f"{path}.{field}")


_SOURCES = {
    "fieldRef": _field,
    "resourceFieldRef": resource_selector,
    "configMapKeyRef": _key,
    "secretKeyRef": _key,
    "fileKeyRef": _file_key,
}


def sources(path: str, given: list[Obj]) -> Errors:
    """The ``envFrom`` of a container."""
    for at, source in enumerate(given):
        here, prefix = f"{path}[{at}]", source.get("prefix") or ""
        if prefix:
            yield from each_invalid(f"{here}.prefix", prefix, names.environment_name(prefix))
        kinds = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        for kind in kinds:
            name = source[kind].get("name") or ""
            if name:
                yield from each_invalid(f"{here}.{kind}.name", name, names.dns_subdomain(name))
            else:
                yield required(f"{here}.{kind}.name")
        if not kinds:
            yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(kinds) > 1:
            yield invalid(path, "", "may not have more than one field specified at a time")
