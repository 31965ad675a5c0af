"""The list of controllers a practice cluster runs."""

from __future__ import annotations

from kx.practice.controllers.deployment.controller import DeploymentController
from kx.practice.controllers.replicaset import ReplicaSetController
from kx.practice.controllers.world import Controller, World


def controllers(world: World) -> list[Controller]:
    """All of them, made for ``world``. Nodes bring their own: see kx/practice/node."""
    return [ReplicaSetController(world), DeploymentController(world)]
