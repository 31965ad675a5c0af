"""The API as the cluster's own controllers and nodes use it: the same pipeline as a client's request, without HTTP."""

from __future__ import annotations

from kx.practice import convert
from kx.practice.deletion import DeleteOptions, Deleter
from kx.practice.http import User
from kx.practice.patch.merge_patch import apply_merge_patch
from kx.practice.pipeline import Options, Pipeline
from kx.practice.resources import Resource, by_key
from kx.practice.status import Obj

# Controllers and nodes may do everything.
SYSTEM = User("system:kube-controller-manager", ("system:masters", "system:authenticated"))


class LocalApi:
    """Writes under one manager's name (managedFields). Every call may raise ``ApiError`` as a request would."""

    def __init__(self, pipeline: Pipeline, deleter: Deleter, manager: str = "kube-controller-manager") -> None:
        self._pipeline = pipeline
        self._deleter = deleter
        self._options = Options(manager=manager, user=SYSTEM)

    def named(self, manager: str) -> LocalApi:
        """The same API under another name, such as ``kubelet``."""
        return LocalApi(self._pipeline, self._deleter, manager)

    def create(self, resource: str, obj: Obj) -> Obj:
        """Create; the object's metadata says where."""
        return self._pipeline.create(_known(resource), obj, self._options)

    def update(self, resource: str, obj: Obj) -> Obj:
        """Replace all but the status."""
        return self._update(resource, obj, "")

    def update_status(self, resource: str, obj: Obj) -> Obj:
        """Replace the status only."""
        return self._update(resource, obj, "status")

    def finalize(self, obj: Obj) -> Obj:
        """Replace a namespace's ``spec.finalizers``; an ending namespace without any goes away."""
        return self._update("namespaces", obj, "finalize")

    def patch(self, resource: str, namespace: str, name: str, patch: Obj) -> Obj:
        """JSON merge patch of all but the status."""

        def change(old: Obj) -> Obj:
            new: Obj = apply_merge_patch(old, patch)
            return new

        return self._pipeline.update(_known(resource), namespace, name, change, self._options)

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        uid: str = "",
        grace_seconds: int | None = None,
    ) -> Obj | None:
        """Delete as a client would; the object while it lives on, None once it is gone."""
        known = _known(resource)
        options = DeleteOptions(grace_seconds=grace_seconds, propagation=propagation, uid=uid)
        deleted = self._deleter.delete(known, convert.storage_key(known), namespace, name, options)
        return None if deleted.gone else deleted.object

    def _update(self, resource: str, obj: Obj, subresource: str) -> Obj:
        metadata = obj["metadata"]
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        return self._pipeline.update(_known(resource), namespace, name, lambda _: obj, self._options, subresource)


def _known(key: str) -> Resource:
    resource = by_key(key)
    if resource is None:
        raise KeyError(key)
    return resource
