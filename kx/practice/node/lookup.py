"""What a pod may refer to, read from the store: ConfigMaps, Secrets, Services, and fields of the pod itself.

Errors carry the kubelet's words, for ``CreateContainerConfigError`` and ``FailedMount``.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from kx.practice.status import Obj
from kx.practice.store import Store

_KINDS = {"configmap": ("configmaps", "ConfigMap"), "secret": ("secrets", "Secret")}
_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['(.*)'\]$")


class MissingError(Exception):
    """Something a pod refers to is missing; the message is the kubelet's."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Lookup:
    """Lookups in one namespace."""

    store: Store
    namespace: str
    lenient: bool = False  # what is missing counts as empty

    def data(self, kind: str, name: str, optional: bool = False) -> dict[str, bytes]:
        """All keys of a configmap or secret."""
        resource, _ = _KINDS[kind]
        found = self.store.find(resource, self.namespace, name)
        if found is None:
            if optional or self.lenient:
                return {}
            raise MissingError(f'{kind} "{name}" not found')
        binary = found.get("binaryData") if kind == "configmap" else found.get("data")
        plain = found.get("data") if kind == "configmap" else None
        return {key: value.encode() for key, value in (plain or {}).items()} | {
            key: base64.b64decode(value) for key, value in (binary or {}).items()
        }

    def value(self, kind: str, name: str, key: str, optional: bool = False) -> str | None:
        """One key; None when it is missing and may be."""
        data = self.data(kind, name, optional)
        if key in data:
            return data[key].decode("utf-8", "replace")
        if optional or self.lenient:
            return None
        raise MissingError(f"couldn't find key {key} in {_KINDS[kind][1]} {self.namespace}/{name}")

    def services(self) -> list[Obj]:
        """The services whose addresses pods get as variables."""
        own = self.store.list("services", self.namespace)
        api = self.store.find("services", "default", "kubernetes")
        return own if api is None or self.namespace == "default" else [api, *own]


def pod_field(pod: Obj, path: str) -> str:
    """A field as the downward API gives it; "" for one that is not there."""
    subscript = _SUBSCRIPT.match(path)
    if subscript:
        return str((pod["metadata"].get(subscript.group(1)) or {}).get(subscript.group(2), ""))
    if path in ("metadata.labels", "metadata.annotations"):
        entries = pod["metadata"].get(path.partition(".")[2]) or {}
        return "\n".join(f'{key}="{value}"' for key, value in sorted(entries.items()))
    if path == "status.podIPs":
        return ",".join(one["ip"] for one in (pod.get("status") or {}).get("podIPs") or ())
    if path == "status.hostIPs":
        return ",".join(one["ip"] for one in (pod.get("status") or {}).get("hostIPs") or ())
    value: object = pod
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return str(value)
