"""The checks of the Pod Security Standards, by level and by the policy version they came with.

Rules and words: ``k8s.io/pod-security-admission/policy`` of the served release. Each check gives the detail of what is
wrong, "" for nothing. The annotations by which seccomp was asked for before v1.19 are not looked at: no kubelet reads
them any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.podsecurity.subject import Subject, one_or_more, plural, quoted, secured, setters
from kx.practice.status import Obj

NEWEST = 35  # the last policy version with a change: what "latest" means


@dataclass(frozen=True)
class Check:
    """One rule. A restricted one may take the place of a baseline one."""

    id: str
    reason: Callable[[Subject], str] | str
    detail: Callable[[Subject], str]
    since: int = 0
    replaces: str = ""


# Baseline

_CAPABILITIES = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID "
    "SYS_CHROOT".split()
)
_PROFILES = frozenset({"RuntimeDefault", "Localhost"})
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SELINUX = ((0, "container_t container_init_t container_kvm_t"), (31, "container_engine_t"))
_SYSCTLS = (
    (
        0,
        "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range "
        "net.ipv4.ip_unprivileged_port_start",
    ),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (
        29,
        "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl "
        "net.ipv4.tcp_keepalive_probes",
    ),
    (32, "net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
)


def _since(table: tuple[tuple[int, str], ...], minor: int) -> set[str]:
    return {name for since, names in table if since <= minor for name in names.split()}


def _app_armor_values(pod: Subject) -> list[str]:
    types = [secured(part, "appArmorProfile", "type") for part in (pod.spec, *pod.containers())]
    return [*sorted({kind for kind in types if kind and kind not in _PROFILES}), *_app_armor_notes(pod)]


def _app_armor_notes(pod: Subject) -> list[str]:
    notes = {key: value for key, value in pod.annotations.items() if key.startswith(_APPARMOR) and value}
    return sorted(
        f'{key}="{value}"'
        for key, value in notes.items()
        if value != "runtime/default" and not value.startswith("localhost/")
    )


def _app_armor(pod: Subject) -> str:
    def is_bad(part: Obj) -> bool:
        kind = secured(part, "appArmorProfile", "type")
        return bool(kind) and kind not in _PROFILES

    values, notes = _app_armor_values(pod), _app_armor_notes(pod)
    if not values:
        return ""
    who = [setters(is_bad(pod.spec), pod.named(is_bad)), plural("annotation", notes) if notes else ""]
    return f"{' and '.join(filter(None, who))} must not set AppArmor profile type to {quoted(values)}"


def _adding(pod: Subject, allowed: frozenset[str]) -> str:
    added = {one["name"]: set(secured(one, "capabilities", "add") or ()) - allowed for one in pod.containers()}
    bad = [name for name, extra in added.items() if extra]
    extras = sorted(set[str]().union(*added.values()))
    if not bad:
        return ""
    return f"{one_or_more('container', bad)} must not include {quoted(extras)} in securityContext.capabilities.add"


def _host_namespaces(pod: Subject) -> str:
    return ", ".join(f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.get(name))


def _host_paths(pod: Subject) -> str:
    bad = [volume["name"] for volume in pod.spec.get("volumes") or () if volume.get("hostPath") is not None]
    return one_or_more("volume", bad) if bad else ""


def _host_ports(pod: Subject) -> str:
    def used(container: Obj) -> list[str]:
        return [str(port["hostPort"]) for port in container.get("ports") or () if port.get("hostPort")]

    bad = pod.named(lambda one: bool(used(one)))
    ports = sorted({port for one in pod.containers() for port in used(one)})
    if not bad:
        return ""
    return (
        f"{one_or_more('container', bad)} {plural('uses', bad, 'use')} {plural('hostPort', ports)} {', '.join(ports)}"
    )


def _hosts(pod: Subject) -> str:
    def named(container: Obj) -> list[str]:
        hooks = container.get("lifecycle") or {}
        handlers = [container.get(probe) for probe in ("livenessProbe", "readinessProbe", "startupProbe")]
        handlers += [hooks.get(hook) for hook in ("postStart", "preStop")]
        actions = [(each or {}).get(way) or {} for each in handlers for way in ("httpGet", "tcpSocket")]
        return [str(action["host"]) for action in actions if action.get("host")]

    bad = sorted(set(pod.named(lambda one: bool(named(one)))))
    hosts = sorted({host for one in pod.containers() for host in named(one)})
    if not bad:
        return ""
    use = plural("uses", bad, "use")
    return f"{one_or_more('container', bad)} {use} {one_or_more('probe or lifecycle host', hosts)}"


def _privileged(pod: Subject) -> str:
    bad = pod.named(lambda one: secured(one, "privileged") is True)
    return f"{one_or_more('container', bad)} must not set securityContext.privileged=true" if bad else ""


def _proc_mount(pod: Subject) -> str:
    mounts = {one["name"]: secured(one, "procMount") or "Default" for one in pod.containers()}
    bad = [name for name, mount in mounts.items() if mount != "Default"]
    kinds = sorted(set(mounts.values()) - {"Default"})
    return f"{one_or_more('container', bad)} must not set securityContext.procMount to {quoted(kinds)}" if bad else ""


def _proc_mount_unless_own_users(pod: Subject) -> str:
    return "" if pod.has_own_users() else _proc_mount(pod)


def _se_linux(pod: Subject) -> str:
    allowed = {"", *_since(_SELINUX, pod.minor)}

    def wrong(part: Obj) -> list[str]:
        given = secured(part, "seLinuxOptions") or {}
        kind = given.get("type") or ""
        return [*([kind] if kind not in allowed else []), *(f"{key}=" for key in ("user", "role") if given.get(key))]

    said = {each for part in (pod.spec, *pod.containers()) for each in wrong(part)}
    kinds = sorted(each for each in said if not each.endswith("="))
    data = [one_or_more("type", kinds)] if kinds else []
    data += [f"{key} may not be set" for key in ("user", "role") if f"{key}=" in said]
    who = setters(bool(wrong(pod.spec)), pod.named(lambda one: bool(wrong(one))))
    return f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}" if who else ""


def _seccomp(pod: Subject) -> str:
    def is_bad(part: Obj) -> bool:
        profile = secured(part, "seccompProfile")
        return profile is not None and profile.get("type") not in _PROFILES

    who = setters(is_bad(pod.spec), pod.named(is_bad))
    parts = [part for part in (pod.spec, *pod.containers()) if is_bad(part)]
    values = sorted({str(secured(part, "seccompProfile", "type")) for part in parts})
    return f"{who} must not set securityContext.seccompProfile.type to {quoted(values)}" if who else ""


def _sysctls(pod: Subject) -> str:
    names = [each["name"] for each in secured(pod.spec, "sysctls") or ()]
    allowed = _since(_SYSCTLS, pod.minor)
    return ", ".join(name for name in names if name not in allowed)


def _host_process(pod: Subject) -> str:
    def is_bad(part: Obj) -> bool:
        return secured(part, "windowsOptions", "hostProcess") is True

    who = setters(is_bad(pod.spec), pod.named(is_bad))
    return f"{who} must not set securityContext.windowsOptions.hostProcess=true" if who else ""


BASELINE = (
    Check("appArmorProfile", lambda pod: plural("forbidden AppArmor profile", _app_armor_values(pod)), _app_armor),
    Check("capabilities_baseline", "non-default capabilities", lambda pod: _adding(pod, _CAPABILITIES)),
    Check("hostNamespaces", "host namespaces", _host_namespaces),
    Check("hostPathVolumes", "hostPath volumes", _host_paths),
    Check("hostPorts", "hostPort", _host_ports),
    Check("hostProbesAndHostLifecycle", "probe or lifecycle host", _hosts, 34),
    Check("privileged", "privileged", _privileged),
    Check("procMount", "procMount", _proc_mount_unless_own_users),
    Check("seLinuxOptions", "seLinuxOptions", _se_linux),
    Check("seccompProfile_baseline", "seccompProfile", _seccomp, 19),
    Check("sysctls", "forbidden sysctls", _sysctls),
    Check("windowsHostProcess", "hostProcess", _host_process),
)


# Restricted

_VOLUMES = frozenset(
    "configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret".split()
)


def _escalation(pod: Subject) -> str:
    bad = pod.named(lambda one: secured(one, "allowPrivilegeEscalation") is not False)
    if pod.is_windows() or not bad:
        return ""
    return f"{one_or_more('container', bad)} must set securityContext.allowPrivilegeEscalation=false"


def _capabilities(pod: Subject) -> str:
    if pod.is_windows():
        return ""
    keeping = pod.named(lambda one: "ALL" not in (secured(one, "capabilities", "drop") or ()))
    details = [_adding(pod, frozenset({"NET_BIND_SERVICE"}))]
    if keeping:
        details.insert(0, f'{one_or_more("container", keeping)} must set securityContext.capabilities.drop=["ALL"]')
    return "; ".join(filter(None, details))


def _volumes(pod: Subject) -> str:
    sources = {
        volume["name"]: next((key for key, value in volume.items() if key != "name" and value is not None), "unknown")
        for volume in pod.spec.get("volumes") or ()
    }
    bad = [name for name, source in sources.items() if source not in _VOLUMES]
    kinds = sorted({sources[name] for name in bad})
    use = plural("uses", bad, "use")
    return f"{one_or_more('volume', bad)} {use} {one_or_more('restricted volume type', kinds)}" if bad else ""


def _non_root(pod: Subject) -> str:
    if pod.has_own_users():
        return ""
    own = secured(pod.spec, "runAsNonRoot")
    if who := setters(own is False, pod.named(lambda one: secured(one, "runAsNonRoot") is False)):
        return f"{who} must not set securityContext.runAsNonRoot=false"
    silent = [] if own else pod.named(lambda one: secured(one, "runAsNonRoot") is None)
    return f"pod or {one_or_more('container', silent)} must set securityContext.runAsNonRoot=true" if silent else ""


def _root(pod: Subject) -> str:
    def is_bad(part: Obj) -> bool:
        return bool(secured(part, "runAsUser") == 0)

    who = "" if pod.has_own_users() else setters(is_bad(pod.spec), pod.named(is_bad))
    return f"{who} must not set runAsUser=0" if who else ""


def _seccomp_said(pod: Subject) -> str:
    if pod.is_windows():
        return ""
    if wrong := _seccomp(pod):
        return wrong
    silent = [] if secured(pod.spec, "seccompProfile") else pod.named(lambda one: not secured(one, "seccompProfile"))
    what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return f"pod or {one_or_more('container', silent)} {what}" if silent else ""


RESTRICTED = (
    Check("allowPrivilegeEscalation", "allowPrivilegeEscalation != false", _escalation, 8),
    Check(
        "capabilities_restricted",
        "unrestricted capabilities",
        _capabilities,
        since=22,
        replaces="capabilities_baseline",
    ),
    Check("procMount_restricted", "procMount", _proc_mount, 35, "procMount"),
    Check("restrictedVolumes", "restricted volume types", _volumes, 0, "hostPathVolumes"),
    Check("runAsNonRoot", "runAsNonRoot != true", _non_root),
    Check("runAsUser", "runAsUser=0", _root, 23),
    Check("seccompProfile_restricted", "seccompProfile", _seccomp_said, 19, "seccompProfile_baseline"),
)
