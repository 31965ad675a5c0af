"""Probes and lifecycle hooks of containers.

Rules: ``validateProbe``, ``validateHandler`` and ``validateLifecycle`` in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, each_invalid, forbidden, invalid, nonnegative, required, unsupported

_TIMES = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def probes(path: str, container: Obj, grace_period: int | None) -> Errors:
    """Liveness, readiness and startup probe."""
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe, here = container.get(kind), f"{path}.{kind}"
        if probe is None:
            continue
        yield from _probe(here, probe, grace_period)
        if kind == "readinessProbe":
            if probe.get("terminationGracePeriodSeconds") is not None:
                seconds = probe["terminationGracePeriodSeconds"]
                detail = "must not be set for readinessProbes"
                yield invalid(f"{here}.terminationGracePeriodSeconds", seconds, detail)
        elif probe.get("successThreshold", 1) != 1:
            yield invalid(f"{here}.successThreshold", probe["successThreshold"], "must be 1")


def _probe(path: str, probe: Obj, grace_period: int | None) -> Errors:
    yield from _handler(path, probe, grace_period)
    for field in _TIMES:
        yield from nonnegative(f"{path}.{field}", probe.get(field))
    seconds = probe.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid(f"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0")


def lifecycle(path: str, given: Obj | None, grace_period: int | None, has_os: bool) -> Errors:
    """Hooks after the start and before the stop of a container."""
    for hook in ("postStart", "preStop"):
        if (given or {}).get(hook) is not None:
            yield from _handler(f"{path}.{hook}", (given or {})[hook], grace_period)
    if (given or {}).get("stopSignal") is not None and not has_os:
        yield forbidden(f"{path}.stopSignal", "may not be set for containers with empty `spec.os.name`")


def _handler(path: str, given: Obj, grace_period: int | None) -> Errors:
    has_one = False
    for kind, check in _HANDLERS.items():
        if given.get(kind) is None:
            continue
        if has_one:
            yield forbidden(f"{path}.{kind}", "may not specify more than 1 handler type")
        else:
            has_one = True
            yield from check(f"{path}.{kind}", given[kind], grace_period)
    if not has_one:
        yield required(path, "must specify a handler type")


def _exec(path: str, given: Obj, grace_period: int | None) -> Errors:
    if not given.get("command"):
        yield required(f"{path}.command")


def _http(path: str, given: Obj, grace_period: int | None) -> Errors:
    if not given.get("path"):
        yield required(f"{path}.path")
    yield from _port(path, given, grace_period)
    if given.get("scheme") not in ("HTTP", "HTTPS"):
        yield unsupported(f"{path}.scheme", given.get("scheme") or "", ("HTTP", "HTTPS"))
    for header in given.get("httpHeaders") or ():
        name = header.get("name") or ""
        yield from each_invalid(f"{path}.httpHeaders", name, names.header_name(name))


def _port(path: str, given: Obj, grace_period: int | None) -> Errors:
    port = given.get("port") or 0
    yield from each_invalid(f"{path}.port", port, names.port_number_or_name(port))


def _sleep(path: str, given: Obj, grace_period: int | None) -> Errors:
    seconds = given.get("seconds") or 0
    if grace_period is not None and not 0 <= seconds <= grace_period:
        detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
        yield invalid(path, seconds, detail)


_HANDLERS: Mapping[str, Callable[[str, Obj, int | None], Errors]] = {
    "exec": _exec,
    "httpGet": _http,
    "tcpSocket": _port,
    "grpc": _port,
    "sleep": _sleep,
}
