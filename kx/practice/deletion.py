"""How objects end: grace periods, finalizers, the three propagations, preconditions.

Source: apiserver ``registry/generic/registry/store.go`` and ``registry/rest/delete.go``; pods:
``pkg/registry/core/pod/strategy.go``. What happens to dependents is the garbage collector's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from kx.practice.resources import Resource
from kx.practice.status import FieldError, Obj, conflict, invalid
from kx.practice.store import Store, uid_conflict

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
_FINALIZER_OF = {"Foreground": FOREGROUND, "Orphan": ORPHAN, "Background": ""}
_DEFAULT_GRACE = 30


@dataclass(frozen=True)
class DeleteOptions:
    """What a delete asks for; None where nothing was said."""

    grace_seconds: int | None = None
    propagation: str | None = None
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False


@dataclass(frozen=True)
class Deleted:
    """The object as it ended (``gone``) or as it lives on until its grace or finalizers are over."""

    object: Obj
    gone: bool


def read_options(body: Obj, grace: str = "", propagation: str = "", orphan: str = "") -> DeleteOptions:
    """Options from a DeleteOptions body and the query parameters that do the same."""
    orphans = body.get("orphanDependents", {"true": True, "false": False}.get(orphan))
    policy = body.get("propagationPolicy") or propagation or None
    errors: list[FieldError] = []
    if orphans is not None and policy is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(FieldError("FieldValueInvalid", "propagationPolicy", policy, detail))
    elif policy is not None and policy not in _FINALIZER_OF:
        detail = 'supported values: "Foreground", "Background", "Orphan", "nil"'
        errors.append(FieldError("FieldValueNotSupported", "propagationPolicy", policy, detail))
    if errors:
        raise invalid("DeleteOptions", "meta.k8s.io", "", errors)
    if orphans is not None:
        policy = "Orphan" if orphans else "Background"
    seconds = body.get("gracePeriodSeconds")
    if seconds is None and grace:
        seconds = int(grace) if grace.lstrip("-").isdecimal() else None
    preconditions = body.get("preconditions") or {}
    return DeleteOptions(
        seconds, policy, preconditions.get("uid") or "", preconditions.get("resourceVersion") or "", False
    )


class Deleter:
    """Deletes objects of a store the way an API server does."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def delete(self, resource: Resource, key: str, namespace: str, name: str, options: DeleteOptions) -> Deleted:
        """Delete, or mark for deletion. ``key`` is where the store keeps the resource."""
        old = self._store.get(key, namespace, name)
        _check_preconditions(resource, old, options)
        marked = self._marked(resource, old, options)
        if marked is None:
            return Deleted(old, False)
        waits = marked["metadata"].get("finalizers") or marked["metadata"].get("deletionGracePeriodSeconds")
        if resource.key == "namespaces":
            waits = waits or (marked.get("spec") or {}).get("finalizers")
        if options.dry_run:
            return Deleted(marked, not waits)
        if waits:
            return Deleted(self._store.update(key, marked), False)
        return Deleted(self._store.delete(key, namespace, name), True)

    def _marked(self, resource: Resource, old: Obj, options: DeleteOptions) -> Obj | None:
        """The object with its deletion set; None when it is on its way already and nothing changes."""
        metadata = dict(old["metadata"])
        finalizers = _finalizers(metadata.get("finalizers") or [], options.propagation)
        grace = _grace_seconds(resource, old, options)
        already = "deletionTimestamp" in metadata
        if already:
            before = metadata.get("deletionGracePeriodSeconds") or 0
            if grace >= before and finalizers == (metadata.get("finalizers") or []) and (before or finalizers):
                return None
            grace = min(grace, before)
        elif metadata.get("generation"):
            metadata["generation"] += 1
        end = self._now().astimezone(timezone.utc) + timedelta(seconds=grace)
        if not already or grace < (metadata.get("deletionGracePeriodSeconds") or 0):
            metadata["deletionTimestamp"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata["deletionGracePeriodSeconds"] = grace
        metadata.pop("finalizers", None)
        if finalizers:
            metadata["finalizers"] = finalizers
        if resource.key == "namespaces":
            metadata.pop("deletionGracePeriodSeconds")
            return {**old, "metadata": metadata, "status": {**(old.get("status") or {}), "phase": "Terminating"}}
        return {**old, "metadata": metadata}


def _finalizers(found: list[str], propagation: str | None) -> list[str]:
    if propagation is None:
        return found
    rest = [each for each in found if each not in (FOREGROUND, ORPHAN)]
    wanted = _FINALIZER_OF[propagation]
    if wanted and wanted in found:
        return [each for each in found if each in rest or each == wanted]
    return [*rest, wanted] if wanted else rest


def _grace_seconds(resource: Resource, old: Obj, options: DeleteOptions) -> int:
    """Only pods end with grace; one that runs nowhere or no more has none to wait for."""
    if resource.key != "pods":
        return 0
    spec, phase = old.get("spec") or {}, (old.get("status") or {}).get("phase")
    if not spec.get("nodeName") or phase in ("Succeeded", "Failed"):
        return 0
    asked = options.grace_seconds
    if asked is None:
        asked = spec.get("terminationGracePeriodSeconds", _DEFAULT_GRACE)
    # A negative period is taken for "at once, but let the kubelet know": one second.
    return int(asked) if asked >= 0 else 1


def _check_preconditions(resource: Resource, old: Obj, options: DeleteOptions) -> None:
    metadata = old["metadata"]
    if options.uid and options.uid != metadata["uid"]:
        raise uid_conflict(resource.key, metadata["name"], options.uid, metadata["uid"])
    if options.resource_version and options.resource_version != metadata["resourceVersion"]:
        why = (
            f"Precondition failed: ResourceVersion in precondition: {options.resource_version}, "
            f"ResourceVersion in object meta: {metadata['resourceVersion']}"
        )
        raise conflict(resource.key, metadata["name"], why)


def success(resource: Resource, obj: Obj) -> Obj:
    """The Status that tells of a finished deletion."""
    details = {"name": obj["metadata"]["name"], "group": resource.group, "kind": resource.plural}
    details = {name: value for name, value in {**details, "uid": obj["metadata"]["uid"]}.items() if value}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
