"""What is known of the cluster at the moment of explaining: passed in by whoever asked it. Nothing here asks."""

from __future__ import annotations

from collections.abc import Mapping

from kx.records import dataclass, field


@dataclass(frozen=True)
class KnownFacts:
    """Facts that came from the cluster, for the namespace of the line. Left out means "not known"."""

    # Resource key ("pods", "deployments.apps") -> the names that exist.
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # (resource key, name) -> how many copies are asked for now; makes the undo of `scale` exact.
    replicas: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def exists(self, resource: str, name: str) -> bool:
        """Whether the cluster is known to have ``name``; False also when nothing is known."""
        return name in self.names.get(resource, frozenset())
