"""What one can do to the machines of the practice cluster: add, remove, stop, start, cordon.

The words of the refusals are for whoever typed ``kx practice …``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx.practice.controllers.world import World
from kx.practice.node import machines, registration
from kx.practice.status import already_exists, bad_request, not_found
from kx.practice.validation.names import dns_subdomain

Act = Callable[[World, str], str]


def add(world: World, name: str) -> str:
    """A new machine, whose kubelet registers its node; ``name`` "" takes the next free one. Returns the name."""
    number = machines.free_number(world.store)
    if number is None:
        raise bad_request(f"there are {machines.MOST} nodes already, and no addresses for more")
    name = name or f"node-{number}"
    wrong = dns_subdomain(name)
    if wrong:
        raise bad_request(f'"{name}" cannot be the name of a node: {wrong[0]}')
    if machines.find(world.store, name) or world.store.find("nodes", "", name):
        raise already_exists("nodes", name)
    registration.register(world, machines.add(world.store, name, number))
    return name


def remove(world: World, name: str) -> str:
    """Take a machine away together with its node; its pods go as those of any node that is deleted."""
    machine, node = machines.find(world.store, name), world.store.find("nodes", "", name)
    if machine is None and node is None:
        raise not_found("nodes", name)
    if machine is not None:
        machines.remove(world.store, name)
    if node is not None:
        world.api.delete("nodes", "", name)
    return name


def stop(world: World, name: str) -> str:
    """Cut the power of a machine: what runs on it ends, and nothing more is heard of its node."""
    _check(world, name, on=True)
    machines.switch_off(world.store, name)
    return name


def start(world: World, name: str) -> str:
    """Switch a machine on again; its kubelet registers its node if somebody deleted that."""
    _check(world, name, on=False)
    registration.register(world, machines.switch_on(world.store, name, world.now()))
    return name


def cordon(world: World, name: str) -> str:
    """Let no new pods onto a node."""
    return _close(world, name, True)


def uncordon(world: World, name: str) -> str:
    """Let new pods onto a node again."""
    return _close(world, name, False)


def _check(world: World, name: str, on: bool) -> None:
    """Raise ``ApiError`` unless there is a machine of that name that is on, or off."""
    machine = machines.find(world.store, name)
    if machine is None:
        if world.store.find("nodes", "", name):
            raise bad_request(f'no simulated machine is behind the node "{name}": it was registered by hand')
        raise not_found("nodes", name)
    if machine.on != on:
        raise bad_request(f'"{name}" is {"running" if machine.on else "stopped"} already')


def _close(world: World, name: str, closed: bool) -> str:
    node = world.store.find("nodes", "", name)
    if node is None:
        raise not_found("nodes", name)
    if bool((node.get("spec") or {}).get("unschedulable")) == closed:
        raise bad_request(f'"{name}" is {"cordoned" if closed else "open for pods"} already')
    world.api.patch("nodes", "", name, {"spec": {"unschedulable": True if closed else None}})
    return name


ACTS: Mapping[str, Act] = {
    "add": add,
    "remove": remove,
    "stop": stop,
    "start": start,
    "cordon": cordon,
    "uncordon": uncordon,
}
