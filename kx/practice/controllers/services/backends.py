"""What stands behind a Service: its pods, their addresses and ports. Shared by Endpoints and EndpointSlices."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from kx.practice.controllers.objects import is_deleting, key_of, labels_of, phase_of, ready_since
from kx.practice.controllers.world import Key, World
from kx.practice.history import Event
from kx.practice.status import Obj

HEADLESS_LABEL = "service.kubernetes.io/headless"


def services_of(world: World, event: Event) -> Iterator[Key]:
    """The Services that must hear of a pod's change: those that select it now or did before."""
    if event.old is not None and event.type == "MODIFIED" and _face(event.old) == _face(event.object):
        return
    states = [event.object] if event.old is None else [event.object, event.old]
    for service in world.store.list("services", event.object["metadata"]["namespace"]):
        selector = service["spec"].get("selector")
        if selector and any(selector.items() <= labels_of(pod).items() for pod in states):
            yield key_of(service)


def is_managed(service: Obj) -> bool:
    """Whether the endpoints of a Service are found by its selector (else somebody else provides them)."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def is_headless(service: Obj) -> bool:
    return service["spec"].get("clusterIP") in (None, "", "None")


def publishes_all(service: Obj) -> bool:
    """Whether pods count as ready whatever they say."""
    return bool(service["spec"].get("publishNotReadyAddresses"))


def pods_of(world: World, service: Obj, terminating: bool) -> list[Obj]:
    """The selected pods that have an address and have not ended; ``terminating`` includes those on their way out."""
    selected = world.index.select(
        "pods", service["metadata"]["namespace"], {"matchLabels": service["spec"]["selector"]}
    )
    return [
        pod
        for pod in selected
        if phase_of(pod) not in ("Succeeded", "Failed") and addresses_of(pod) and (terminating or not is_deleting(pod))
    ]


def addresses_of(pod: Obj, family: str = "") -> list[str]:
    """A pod's addresses, all or those of one family ("IPv4", "IPv6")."""
    status = pod.get("status") or {}
    found = [each["ip"] for each in status.get("podIPs") or () if each.get("ip")]
    found = found or ([status["podIP"]] if status.get("podIP") else [])
    return [address for address in found if family in ("", f"IPv{ipaddress.ip_address(address).version}")]


def target_of(pod: Obj) -> Obj:
    """The reference by which an endpoint names its pod."""
    metadata = pod["metadata"]
    return {"kind": "Pod", **{part: metadata[part] for part in ("namespace", "name", "uid")}}


def hostname_of(service: Obj, pod: Obj) -> str:
    """The name of its own a pod gets in the DNS of a headless Service it names as its subdomain."""
    spec = pod["spec"]
    return str(spec.get("hostname", "")) if spec.get("subdomain") == service["metadata"]["name"] else ""


def ports_of(service: Obj, pod: Obj) -> list[Obj]:
    """The Service's ports as this pod has them; a named port the pod does not have is left out."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = _number(port, pod)
        if number is not None:
            extra = {"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {}
            protocol = port.get("protocol", "TCP")
            found.append({"name": port.get("name", ""), "port": number, "protocol": protocol, **extra})
    return found


def _number(port: Obj, pod: Obj) -> int | None:
    target: Any = port.get("targetPort") or port["port"]
    if isinstance(target, int):
        return target
    sidecars = [each for each in pod["spec"].get("initContainers") or () if each.get("restartPolicy") == "Always"]
    for container in [*(pod["spec"].get("containers") or ()), *sidecars]:
        for known in container.get("ports") or ():
            same = known.get("protocol", "TCP") == port.get("protocol", "TCP")
            if known.get("name") == target and same:
                return int(known["containerPort"])
    return None


def _face(pod: Obj) -> tuple[object, ...]:
    """All of a pod that a Service looks at."""
    spec = pod["spec"]
    return (
        labels_of(pod),
        addresses_of(pod),
        phase_of(pod) in ("Succeeded", "Failed"),
        ready_since(pod) is not None,
        is_deleting(pod),
        spec.get("nodeName"),
        spec.get("hostname"),
        spec.get("subdomain"),
    )
