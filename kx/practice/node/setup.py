"""The nodes' share of a practice cluster: what to make once, and which controllers to run."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.controllers.world import Controller, World
from kx.practice.node.kubelet import Kubelet
from kx.practice.node.nodes import Heartbeats, bootstrap
from kx.practice.node.runtime import Runtime
from kx.practice.node.scheduler import Scheduler


@dataclass(frozen=True)
class Nodes:
    """The scheduler, the kubelets and their heartbeats."""

    controllers: tuple[Controller, ...]
    kubelet: Kubelet

    def close(self) -> None:
        """End what goes on by itself."""
        self.kubelet.close()


def nodes(world: World, runtime: Runtime) -> Nodes:
    """Register the nodes, and make all that leads them."""
    bootstrap(world)
    kubelet = Kubelet(world, runtime)
    return Nodes((Scheduler(world), kubelet, Heartbeats()), kubelet)


def controllers(world: World, runtime: Runtime) -> list[Controller]:
    """Only the controllers, for those who drive them step by step."""
    return list(nodes(world, runtime).controllers)
