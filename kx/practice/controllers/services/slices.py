"""Bringing the EndpointSlices of one owner and address family to hold what is wanted, with few writes.

Who the owner is, and where endpoints come from, is its callers' business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kx.practice.controllers.objects import controlled_by, is_deleting, labels_of
from kx.practice.controllers.services.slicing import Plan, plan
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj

RESOURCE = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_LABEL = "endpointslice.kubernetes.io/managed-by"


@dataclass(frozen=True)
class Kind:
    """Slices of one kind: whose they are, and what they all have in common."""

    owner: Obj
    labels: dict[str, str]
    family: str  # addressType
    placeholder: bool  # one empty slice says that there is nothing
    singly: bool  # see ``slicing.plan``


Wanted = Iterable[tuple[list[Obj], Obj]]  # ports, endpoint


def settle(world: World, kind: Kind, wanted: Wanted) -> None:
    """Create, rewrite and delete slices until they hold ``wanted``, endpoints of equal ports together."""
    groups: dict[str, list[Obj]] = {}
    for ports, endpoint in wanted:
        groups.setdefault(_key(ports), []).append(endpoint)
    present: dict[str, list[Obj]] = {}
    for obj in owned(world, kind.owner, kind.labels[MANAGED_LABEL]):
        if obj["addressType"] == kind.family:
            present.setdefault(_key(obj.get("ports") or []), []).append(obj)
    spare = [obj for key, objs in sorted(present.items()) if key not in groups for obj in objs]
    made: list[Obj] = []
    for key, endpoints in sorted(groups.items()):
        known = {obj["metadata"]["name"]: obj for obj in present.get(key, ())}
        contents = {name: tuple(obj.get("endpoints") or ()) for name, obj in known.items()}
        steps = plan(contents, endpoints, world.options.slice_size, kind.singly)
        _rewrite(world, kind, known, steps)
        spare += [known[name] for name in steps.gone]
        made += [_new(kind, json.loads(key), portion) for portion in steps.made]
    if not groups and kind.placeholder:
        made = [_new(kind, [], ())]
    _exchange(world, kind, spare, made)


def owned(world: World, owner: Obj, manager: str) -> list[Obj]:
    """The slices that ``manager`` made for this very owner."""
    found = (obj for resource, obj in world.store.dependents(owner["metadata"]["uid"]) if resource == RESOURCE)
    return [obj for obj in found if labels_of(obj).get(MANAGED_LABEL) == manager and not is_deleting(obj)]


def delete(world: World, obj: Obj) -> None:
    """Remove a slice; it may have gone already."""
    metadata = obj["metadata"]
    try:
        world.api.delete(RESOURCE, metadata["namespace"], metadata["name"], uid=metadata["uid"])
    except ApiError as error:
        if error.reason != "NotFound":
            raise


def _new(kind: Kind, ports: list[Obj], endpoints: tuple[Obj, ...]) -> Obj:
    metadata = kind.owner["metadata"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": metadata["name"] + "-",
            "namespace": metadata["namespace"],
            "labels": kind.labels,
            "ownerReferences": [controlled_by(kind.owner)],
        },
        "addressType": kind.family,
        "endpoints": list(endpoints),
        "ports": ports,
    }


def _rewrite(world: World, kind: Kind, known: dict[str, Obj], steps: Plan) -> None:
    """Write the slices whose endpoints or labels changed."""
    for name, obj in known.items():
        if name not in steps.gone:
            contents = list(steps.changed.get(name, obj.get("endpoints") or ()))
            _update(world, kind, obj, contents, obj.get("ports") or [])


def _update(world: World, kind: Kind, obj: Obj, endpoints: list[Obj], ports: list[Obj]) -> None:
    same = (obj.get("endpoints") or []) == endpoints and (obj.get("ports") or []) == ports
    if same and labels_of(obj) == kind.labels:
        return
    metadata = {**obj["metadata"], "labels": kind.labels}
    world.api.update(RESOURCE, {**obj, "metadata": metadata, "endpoints": endpoints, "ports": ports})


def _exchange(world: World, kind: Kind, spare: list[Obj], made: list[Obj]) -> None:
    """Turn slices that are no longer needed into those that are; delete or create the rest."""
    for old, new in zip(spare, made, strict=False):
        _update(world, kind, old, new["endpoints"], new["ports"])
    for old in spare[len(made) :]:
        delete(world, old)
    for new in made[len(spare) :]:
        try:
            world.api.create(RESOURCE, new)
        except ApiError as error:
            # Nothing can be made in a namespace that is being deleted, and nothing needs to be.
            if error.reason != "Forbidden":
                raise


def _key(ports: list[Obj]) -> str:
    """Equal for equal lists of ports; reads back as the list."""
    return json.dumps(ports, sort_keys=True)
