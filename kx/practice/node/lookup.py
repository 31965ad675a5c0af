"""What a pod may refer to, read from the store: ConfigMaps, Secrets, Services, its node, and tokens of its account.

Errors carry the kubelet's words, for ``CreateContainerConfigError`` and ``FailedMount``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from kx.practice.controllers.world import IssueToken
from kx.practice.status import Obj
from kx.practice.store import Store

_KINDS = {"configmap": ("configmaps", "ConfigMap"), "secret": ("secrets", "Secret")}
RESOURCES = {kind: resource for kind, (resource, _) in _KINDS.items()}


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
    issue: IssueToken | None = None

    def data(self, kind: str, name: str, optional: bool = False, binary: bool = False) -> dict[str, bytes]:
        """All keys of a configmap or secret; a configmap's ``binary`` ones only where asked, as for volumes."""
        resource, _ = _KINDS[kind]
        found = self.store.find(resource, self.namespace, name)
        if found is None:
            if optional or self.lenient:
                return {}
            raise MissingError(f'{kind} "{name}" not found')
        if kind == "secret":
            return _decoded(found.get("data"))
        plain = {key: value.encode() for key, value in (found.get("data") or {}).items()}
        return plain | (_decoded(found.get("binaryData")) if binary else {})

    def value(self, kind: str, name: str, key: str, optional: bool = False) -> str | None:
        """One key; None when it is missing and may be."""
        data = self.data(kind, name, optional)
        if key in data:
            return data[key].decode("utf-8", "replace")
        if optional or self.lenient:
            return None
        raise MissingError(f"couldn't find key {key} in {_KINDS[kind][1]} {self.namespace}/{name}")

    def version(self, kind: str, name: str) -> str:
        """Which version of a configmap or secret there is; "" for none."""
        found = self.store.find(_KINDS[kind][0], self.namespace, name)
        return str(found["metadata"]["resourceVersion"]) if found else ""

    def services(self, links: bool) -> list[Obj]:
        """The services whose addresses pods get as variables: the API's, and with ``links`` their namespace's."""
        own = self.store.list("services", self.namespace) if links else []
        api = self.store.find("services", "default", "kubernetes")
        known = any(one["metadata"]["name"] == "kubernetes" for one in own)
        return own if api is None or known else [api, *own]

    def allocatable(self, node: str) -> Mapping[str, str]:
        """What a node can give to pods."""
        found = self.store.find("nodes", "", node) or {}
        return (found.get("status") or {}).get("allocatable") or {}

    def token(self, pod: Obj, audience: str, seconds: int) -> str:
        """A token of the pod's ServiceAccount."""
        name = pod["spec"].get("serviceAccountName") or "default"
        account = self.store.find("serviceaccounts", self.namespace, name)
        if account is None or self.issue is None:
            if self.lenient:
                return ""
            raise MissingError(f'failed to fetch token: serviceaccounts "{name}" not found')
        bound = {"kind": "Pod", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
        return self.issue(account, [audience] if audience else [], seconds, bound)[0]


def _decoded(data: Mapping[str, str] | None) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in (data or {}).items()}
