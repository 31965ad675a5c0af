"""A container's environment and command line, as the kubelet makes them from the spec and what it refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kx.practice.node.downward import container_named, pod_field, resource_field
from kx.practice.node.images import Image
from kx.practice.node.lookup import Lookup
from kx.practice.status import Obj

_REFERENCE = re.compile(r"\$(\$|\(([^()]*)\))?")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def expand(text: str, env: Mapping[str, str]) -> str:
    """Replace ``$(NAME)``; ``$$`` is a dollar, unknown names stay as they are written."""

    def replacement(match: re.Match[str]) -> str:
        if match.group(1) == "$":
            return "$"
        name = match.group(2)
        return match.group(0) if name is None else env.get(name, match.group(0))

    return _REFERENCE.sub(replacement, text)


def pod_environment(pod: Obj, container: Obj, lookup: Lookup) -> dict[str, str]:
    """What the kubelet adds to a container's environment, and ``$(NAME)`` may stand for.

    Raises MissingError for a missing ConfigMap, Secret or key.
    """
    links = _service_links(lookup, bool(pod["spec"].get("enableServiceLinks", True)))
    own: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        for kind, field in (("configmap", "configMapRef"), ("secret", "secretRef")):
            if reference := source.get(field):
                data = lookup.data(kind, reference["name"], bool(reference.get("optional")))
                prefix = source.get("prefix", "")
                own |= {prefix + key: value.decode("utf-8", "replace") for key, value in data.items()}
    for entry in container.get("env") or ():
        value = _value(pod, container, entry, {**links, **own}, lookup)
        if value is not None:
            own[entry["name"]] = value
    return {**links, **own}


def environment(added: Mapping[str, str], image: Image, hostname: str) -> dict[str, str]:
    """All variables: the runtime's, the image's, and over them what the kubelet ``added``."""
    return {"PATH": _PATH, "HOSTNAME": hostname, **dict(image.env), **added}


def command_line(container: Obj, image: Image, env: Mapping[str, str]) -> tuple[str, ...]:
    """``command`` replaces the entrypoint (and drops the image's command); ``args`` replaces the command."""
    command, args = container.get("command"), container.get("args")
    words: Sequence[str]
    if command:
        words = [*command, *(args or ())]
    elif args:
        words = [*image.entrypoint, *args]
    else:
        return (*image.entrypoint, *image.command)
    if not command:
        return (*image.entrypoint, *(expand(word, env) for word in args or ()))
    return tuple(expand(word, env) for word in words)


def _value(pod: Obj, container: Obj, entry: Obj, known: Mapping[str, str], lookup: Lookup) -> str | None:
    source = entry.get("valueFrom")
    if not source:
        return expand(entry.get("value") or "", known)
    for kind, field in (("configmap", "configMapKeyRef"), ("secret", "secretKeyRef")):
        if reference := source.get(field):
            return lookup.value(kind, reference["name"], reference["key"], bool(reference.get("optional")))
    if reference := source.get("fieldRef"):
        return pod_field(pod, reference["fieldPath"])
    if reference := source.get("resourceFieldRef"):
        named = reference.get("containerName")
        meant = container_named(pod, named) if named else container
        return resource_field(meant, reference, lookup.allocatable(pod["spec"].get("nodeName", "")))
    return None


def _service_links(lookup: Lookup, links: bool) -> dict[str, str]:
    env: dict[str, str] = {}
    for service in lookup.services(links):
        spec = service.get("spec") or {}
        address, ports = spec.get("clusterIP"), spec.get("ports") or ()
        if not address or address == "None" or not ports:
            continue
        prefix = service["metadata"]["name"].upper().replace("-", "_")
        first = ports[0]["port"]
        env |= {f"{prefix}_SERVICE_HOST": address, f"{prefix}_SERVICE_PORT": str(first)}
        env[f"{prefix}_PORT"] = f"{ports[0].get('protocol', 'TCP').lower()}://{address}:{first}"
        for port in ports:
            protocol, number = port.get("protocol", "TCP"), port["port"]
            if port.get("name"):
                env[f"{prefix}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(number)
            stem = f"{prefix}_PORT_{number}_{protocol}"
            env |= {
                stem: f"{protocol.lower()}://{address}:{number}",
                f"{stem}_PROTO": protocol.lower(),
                f"{stem}_PORT": str(number),
                f"{stem}_ADDR": address,
            }
    return env
