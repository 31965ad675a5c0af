"""Security contexts of pods and containers: user and group ids, profiles, contradictions.

Rules: ``ValidateSecurityContext`` and ``validatePodSpecSecurityContext`` in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, forbidden, go_json, invalid, required, unsupported

_MAX_ID = 2**31 - 1
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")


def _id(path: str, value: int | None) -> Errors:
    if value is not None and not 0 <= value <= _MAX_ID:
        yield invalid(path, value, names.in_range(0, _MAX_ID))


def _ids(path: str, given: Obj) -> Errors:
    yield from _id(f"{path}.runAsUser", given.get("runAsUser"))
    yield from _id(f"{path}.runAsGroup", given.get("runAsGroup"))


def _profile(path: str, given: Obj | None) -> Errors:
    if given is None:
        return
    kind, local = given.get("type") or "", given.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in _PROFILES:
        yield unsupported(f"{path}.type", kind, _PROFILES)
    if kind == "Localhost":
        if local is None:
            yield required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost")
    elif local is not None:
        shown = go_json("core.SeccompProfile", given)
        yield invalid(f"{path}.localhostProfile", shown, "can only be set when seccomp type is Localhost")


def container(path: str, given: Obj | None) -> Errors:
    """The security context of a container."""
    if given is None:
        return
    yield from _ids(path, given)
    yield from _profile(f"{path}.seccompProfile", given.get("seccompProfile"))
    if given.get("allowPrivilegeEscalation") is False:
        shown = go_json("core.SecurityContext", given)
        if given.get("privileged"):
            yield invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
        if "CAP_SYS_ADMIN" in ((given.get("capabilities") or {}).get("add") or ()):
            detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            yield invalid(path, shown, detail)


def pod(path: str, spec: Obj) -> Errors:
    """The security context of a pod, and the namespaces it shares with its node."""
    given = spec.get("securityContext") or {}
    here = f"{path}.securityContext"
    if spec.get("hostPID") and spec.get("shareProcessNamespace"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, detail)
    yield from _id(f"{here}.fsGroup", given.get("fsGroup"))
    yield from _ids(here, given)
    for at, group in enumerate(given.get("supplementalGroups") or ()):
        yield from _id(f"{here}.supplementalGroups[{at}]", group)
    policies = ("Always", "OnRootMismatch")
    if given.get("fsGroupChangePolicy") not in (None, *policies):
        yield unsupported(f"{here}.fsGroupChangePolicy", given["fsGroupChangePolicy"], policies)
    yield from _profile(f"{here}.seccompProfile", given.get("seccompProfile"))
    if spec.get("hostUsers") is False:
        for field, shown in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
            if spec.get(field):
                yield forbidden(f"{path}.{shown}", "when `hostUsers` is false")
