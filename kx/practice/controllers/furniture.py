"""What every namespace is furnished with: the default ServiceAccount and the cluster's CA certificate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import is_deleting, own_key
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

ROOT_CA = "kube-root-ca.crt"
_ROOT_CA_NOTE = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class ServiceAccountController:
    """Sees to it that every namespace has its default ServiceAccount."""

    name = "serviceaccount-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "namespaces": own_key,
            "serviceaccounts": lambda event: _namespace_of(event, "default"),
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One namespace."""
        if _is_open(world, key) and world.store.find("serviceaccounts", key[1], "default") is None:
            metadata = {"name": "default", "namespace": key[1]}
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
            world.api.create("serviceaccounts", account)
        return None


class RootCaController:
    """Publishes the certificate by which pods know the API server."""

    name = "root-ca-certificate-publisher-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "namespaces": own_key,
            "configmaps": lambda event: _namespace_of(event, ROOT_CA),
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One namespace."""
        if not _is_open(world, key):
            return None
        data = {"ca.crt": world.certificate}
        known = world.store.find("configmaps", key[1], ROOT_CA)
        if known is None:
            world.api.create("configmaps", _config_map(key[1], data))
        elif known.get("data") != data or known.get("binaryData"):
            restored = {name: value for name, value in known.items() if name != "binaryData"}
            world.api.update("configmaps", {**restored, "data": data})
        return None


def _config_map(namespace: str, data: dict[str, str]) -> Obj:
    notes = {"kubernetes.io/description": _ROOT_CA_NOTE}
    metadata = {"name": ROOT_CA, "namespace": namespace, "annotations": notes}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _namespace_of(event: Event, name: str) -> Iterator[Key]:
    """The namespace of an object of that name: it may need to be made again."""
    metadata = event.object["metadata"]
    if metadata["name"] == name:
        yield "", metadata["namespace"]


def _is_open(world: World, key: Key) -> bool:
    namespace = world.store.find("namespaces", *key)
    return namespace is not None and not is_deleting(namespace)
