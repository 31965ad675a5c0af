"""What each level of the standards says against a pod, in which words, and since which version."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.podsecurity.policy import Standard
from kx.practice.status import Obj
from tests.practice.limits.objects import container, pod

SAFE = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def told(standard: str, obj: Obj) -> str:
    level, _, version = standard.partition(":")
    notes = obj["metadata"].get("annotations") or {}
    found = Standard(level, version or "latest").violations(obj["spec"], notes)
    return ", ".join(f"{reason} ({detail})" for reason, detail in found)


def safe(name: str = "c", **more: Any) -> Obj:
    return container(name, securityContext={**SAFE, **more})


def test_a_usual_pod_is_not_restricted_enough() -> None:
    usual = pod(container("a"), container("b"), initContainers=[container("i")])
    assert told("baseline", usual) == told("privileged", usual) == ""
    assert told("restricted", usual) == (
        'allowPrivilegeEscalation != false (containers "i", "a", "b" must set '
        "securityContext.allowPrivilegeEscalation=false), "
        'unrestricted capabilities (containers "i", "a", "b" must set securityContext.capabilities.drop=["ALL"]), '
        'runAsNonRoot != true (pod or containers "i", "a", "b" must set securityContext.runAsNonRoot=true), '
        'seccompProfile (pod or containers "i", "a", "b" must set securityContext.seccompProfile.type to '
        '"RuntimeDefault" or "Localhost")'
    )
    assert told("restricted", pod(safe())) == ""
    shared = {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}}
    own = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}
    assert told("restricted", pod(container("c", securityContext=own), securityContext=shared)) == ""


def probe(way: str, host: str) -> Obj:
    return container("c", livenessProbe={way: {"host": host, "port": 80}})


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (
            pod(container(), hostNetwork=True, hostPID=True, hostIPC=True),
            "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)",
        ),
        (
            pod(container("c", securityContext={"privileged": True})),
            'privileged (container "c" must not set securityContext.privileged=true)',
        ),
        (
            pod(container("c", securityContext={"capabilities": {"add": ["SYS_ADMIN", "CHOWN", "NET_RAW"]}})),
            'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in '
            "securityContext.capabilities.add)",
        ),
        (
            pod(container(), volumes=[{"name": "a", "hostPath": {}}, {"name": "b", "emptyDir": {}}]),
            'hostPath volumes (volume "a")',
        ),
        (
            pod(container("a", ports=[{"hostPort": 80}, {"hostPort": 443}]), container("b", ports=[{"hostPort": 80}])),
            'hostPort (containers "a", "b" use hostPorts 443, 80)',
        ),
        (pod(container("a", ports=[{"hostPort": 80}])), 'hostPort (container "a" uses hostPort 80)'),
        (
            pod(probe("httpGet", "example.com")),
            'probe or lifecycle host (container "c" uses probe or lifecycle host "example.com")',
        ),
        (
            pod(container("c", securityContext={"procMount": "Unmasked"})),
            'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
        ),
        (
            pod(container(securityContext={"seLinuxOptions": {"type": "spc_t", "user": "u"}}), securityContext={
                "seLinuxOptions": {"role": "r"}
            }),
            'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; '
            "user may not be set; role may not be set)",
        ),
        (
            pod(container(), securityContext={"seccompProfile": {"type": "Unconfined"}}),
            'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        (
            pod(container(), securityContext={"sysctls": [{"name": "kernel.msgmax"}, {"name": "net.ipv4.tcp_rmem"}]}),
            "forbidden sysctls (kernel.msgmax)",
        ),
        (
            pod(container(securityContext={"windowsOptions": {"hostProcess": True}})),
            'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
        ),
        (
            pod(container(securityContext={"appArmorProfile": {"type": "Unconfined"}})),
            'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
        ),
    ],
)  # fmt: skip
def test_baseline(obj: Obj, said: str) -> None:
    assert told("baseline", obj) == said
    assert told("privileged", obj) == ""


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (
            pod(safe(), volumes=[{"name": "a", "hostPath": {}}, {"name": "b", "nfs": {}}, {"name": "c", "csi": {}}]),
            'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
        ),
        (
            pod(safe(capabilities={"drop": ["ALL"], "add": ["CHOWN"]})),
            'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
        ),
        (
            pod(safe(runAsNonRoot=False), securityContext={"runAsNonRoot": False}),
            'runAsNonRoot != true (pod and container "c" must not set securityContext.runAsNonRoot=false)',
        ),
        (pod(safe(runAsUser=0)), 'runAsUser=0 (container "c" must not set runAsUser=0)'),
        (pod(safe(runAsUser=0), hostUsers=False), ""),
        (
            pod(safe(seccompProfile={"type": "Unconfined"})),
            'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
    ],
)
def test_restricted(obj: Obj, said: str) -> None:
    assert told("restricted", obj) == said


def test_old_versions_ask_for_what_was_known_then() -> None:
    hosts, sysctl = pod(probe("tcpSocket", "10.0.0.1")), {"sysctls": [{"name": "net.ipv4.tcp_rmem"}]}
    assert told("baseline:v1.33", hosts) == ""
    assert told("baseline:v1.34", hosts) == told("baseline:v1.99", hosts) != ""
    assert told("baseline:v1.31", pod(container(), securityContext=sysctl)) == "forbidden sysctls (net.ipv4.tcp_rmem)"
    engine = pod(container(securityContext={"seLinuxOptions": {"type": "container_engine_t"}}))
    assert told("baseline", engine) == "" != told("baseline:v1.30", engine)
    windows = pod(container(), os={"name": "windows"}, securityContext={"runAsNonRoot": True})
    assert told("restricted", windows) == "" != told("restricted:v1.24", windows)
    root = pod(safe(runAsUser=0))
    assert told("restricted:v1.22", root) == "" != told("restricted:v1.23", root)
