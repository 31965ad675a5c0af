"""ControllerRevisions: the former templates of StatefulSets and DaemonSets, which `kubectl rollout` reads.

A revision holds the template as a patch. Going back to an older template gives its revision the highest number again.
Rules: pkg/controller/history.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from kx.practice.controllers.deployment.template import hashed, same
from kx.practice.controllers.objects import annotations_of, controlled_by, labels_of
from kx.practice.controllers.ownership import claim
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj

RESOURCE = "controllerrevisions.apps"
HASH_LABEL = "controller-revision-hash"
_NOT_COPIED = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})


@dataclass(frozen=True)
class History:
    """The revisions of one set: ``current`` is that of its template."""

    current: Obj
    older: tuple[Obj, ...] = ()  # oldest first

    @property
    def hash(self) -> str:
        """The value by which pods of the current revision are known."""
        return hash_of(self.current)


def hash_of(revision: Obj) -> str:
    """The hash a revision gives its pods."""
    return labels_of(revision).get(HASH_LABEL, "")


def template_of(revision: Obj) -> Obj:
    """The template a revision holds."""
    template = copy.deepcopy(revision["data"]["spec"]["template"])
    template.pop("$patch", None)
    return dict(template)


def revise(world: World, owner: Obj) -> History:
    """Find or make the revision of the owner's template. Raises ``ApiError``."""
    known = sorted(claim(world, owner, RESOURCE), key=_number)
    template = owner["spec"]["template"]
    match = next((one for one in reversed(known) if same(template_of(one), template)), None)
    highest = _number(known[-1]) if known else 0
    if match is None:
        made = _create(world, owner, highest + 1, len(known))
        return History(made, tuple(known))
    if match is not known[-1]:
        match = world.api.update(RESOURCE, {**match, "revision": highest + 1})
    return History(match, tuple(one for one in known if one["metadata"]["uid"] != match["metadata"]["uid"]))


def prune(world: World, owner: Obj, history: History, in_use: Iterable[str]) -> None:
    """Delete the oldest revisions beyond the owner's limit that no pod is of."""
    kept = frozenset(in_use)
    idle = [one for one in history.older if hash_of(one) not in kept]
    surplus = len(idle) - int(owner["spec"].get("revisionHistoryLimit", 10))
    for revision in idle[: max(0, surplus)]:
        metadata = revision["metadata"]
        world.api.delete(RESOURCE, metadata["namespace"], metadata["name"], uid=metadata["uid"])


def _number(revision: Obj) -> int:
    return int(revision.get("revision") or 0)


def _create(world: World, owner: Obj, number: int, collisions: int) -> Obj:
    template = owner["spec"]["template"]
    for attempt in range(collisions + 20):
        word = hashed(template, attempt)
        labels = {**(template.get("metadata") or {}).get("labels", {}), HASH_LABEL: word}
        annotations = {name: text for name, text in annotations_of(owner).items() if name not in _NOT_COPIED}
        metadata = {
            "name": f"{owner['metadata']['name']}-{word}",
            "namespace": owner["metadata"].get("namespace", ""),
            "labels": labels,
            **({"annotations": annotations} if annotations else {}),
            "ownerReferences": [controlled_by(owner)],
        }
        revision = {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": metadata,
            "data": {"spec": {"template": {**copy.deepcopy(template), "$patch": "replace"}}},
            "revision": number,
        }
        try:
            return world.api.create(RESOURCE, revision)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
    raise ApiError(500, "InternalError", f"no name is free for a revision of {owner['metadata']['name']}")
