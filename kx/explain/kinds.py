"""What a resource type is, in one phrase: our text for the built-in ones, what discovery tells of the others."""

from __future__ import annotations

from kx.kubectl.catalog import texts
from kx.kubectl.catalog.resources import ResourceType


def about(kind: ResourceType) -> str:
    """``a Pod is one or more containers that run together``."""
    if kind.built_in:
        return texts.resource(kind.key) or f"a {kind.kind}"
    place = "in a namespace" if kind.namespaced else "in no namespace"
    version = f"{kind.group}/{kind.version}" if kind.group else kind.version
    return f"a {kind.kind} ({version}, {place}), a kind that this cluster has beside the built-in ones"
