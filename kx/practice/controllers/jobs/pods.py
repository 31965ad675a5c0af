"""Making and removing the pods of a Job, with the events that tell of it."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterable, Mapping

from kx.practice.controllers.jobs.counting import TRACKING
from kx.practice.controllers.jobs.indexes import INDEX
from kx.practice.controllers.objects import controlled_by
from kx.practice.controllers.podcontrol import remove_one
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj

COMPONENT = "job-controller"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_NONE: Mapping[str, str] = {}


def create(world: World, job: Obj, index: int | None = None, notes: Mapping[str, str] = _NONE) -> None:
    """Make one pod, with further annotations. Raises ``ApiError`` after telling of it."""
    try:
        pod = world.api.create("pods", _new_pod(job, index, notes))
    except ApiError as error:
        world.events.record(job, "Warning", "FailedCreate", f"Error creating: {error.message}", COMPONENT)
        raise
    world.events.record(job, "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}", COMPONENT)


def remove(world: World, job: Obj, pods: Iterable[Obj]) -> None:
    """Tell pods to go."""
    for pod in pods:
        remove_one(world, job, pod, COMPONENT, f"Deleted pod: {pod['metadata']['name']}")


def discard(world: World, job: Obj, pods: Iterable[Obj]) -> None:
    """Tell pods to go that are not to count for anything."""
    every = tuple(pods)
    let_go(world, every)
    remove(world, job, every)


def let_go(world: World, pods: Iterable[Obj]) -> None:
    """Take the Job's finalizer from pods that are counted, so that they may be deleted."""
    for pod in pods:
        metadata = pod["metadata"]
        left = [name for name in metadata.get("finalizers") or () if name != TRACKING]
        if len(left) == len(metadata.get("finalizers") or ()):
            continue
        patch = {"metadata": {"uid": metadata["uid"], "finalizers": left or None}}
        try:
            world.api.patch("pods", metadata["namespace"], metadata["name"], patch)
        except ApiError as error:
            if error.reason != "NotFound":
                raise


def _new_pod(job: Obj, index: int | None, notes: Mapping[str, str]) -> Obj:
    template = copy.deepcopy(job["spec"]["template"])
    meta, spec = template.get("metadata") or {}, template["spec"]
    name = job["metadata"]["name"]
    labels = dict(meta.get("labels") or {})
    annotations = {**(meta.get("annotations") or {}), **notes}
    naming = {"generateName": f"{name}-"}
    if index is not None:
        labels[INDEX] = annotations[INDEX] = str(index)
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(5))
        naming = {"generateName": f"{name}-{index}-", "name": f"{name}-{index}-{suffix}"}
        spec.setdefault("hostname", f"{name}-{index}")
        _number_containers(spec)
    metadata = {
        **naming,
        "namespace": job["metadata"].get("namespace", ""),
        "labels": labels,
        **({"annotations": annotations} if annotations else {}),
        "finalizers": [*(meta.get("finalizers") or ()), TRACKING],
        "ownerReferences": [controlled_by(job)],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _number_containers(spec: Obj) -> None:
    """Programs of an indexed Job find their number in their environment."""
    source = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
    for group in ("initContainers", "containers"):
        for container in spec.get(group) or ():
            env = container.setdefault("env", [])
            if not any(one["name"] == "JOB_COMPLETION_INDEX" for one in env):
                env.append({"name": "JOB_COMPLETION_INDEX", "valueFrom": source})
