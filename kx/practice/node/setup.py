"""The nodes' share of a practice cluster: what to make once, and which controllers to run."""

from __future__ import annotations

from kx.practice.controllers.world import Controller, World
from kx.practice.node.kubelet import Kubelet
from kx.practice.node.nodes import Heartbeats, bootstrap
from kx.practice.node.runtime import Runtime
from kx.practice.node.scheduler import Scheduler


def controllers(world: World, runtime: Runtime) -> list[Controller]:
    """Register the nodes, and make the scheduler, the kubelets and their heartbeats."""
    bootstrap(world)
    return [Scheduler(world), Kubelet(world, runtime), Heartbeats()]
