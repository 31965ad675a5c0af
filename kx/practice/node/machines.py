"""The simulated machines behind the nodes: which there are, and whether they are switched on.

They are kept in the store beside the objects, under a name that no API serves: a machine is there before its Node
object is, and stays when somebody deletes that. Knows nothing of what runs on a machine.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime

from kx.practice.node.clock import parse, stamp
from kx.practice.status import Obj
from kx.practice.store import Store

RESOURCE = "machines.kx"
FIRST = 3  # how many there are in a new cluster
MOST = 200  # each needs an address and a range of addresses for its pods


@dataclass(frozen=True)
class Machine:
    """One machine; its number gives it its addresses."""

    name: str
    number: int
    on: bool = True
    booted: datetime | None = None  # when it was switched on again; None: it has never been off


def all_of(store: Store) -> list[Machine]:
    """Every machine, by number."""
    return sorted(map(_read, store.list(RESOURCE)), key=lambda machine: machine.number)


def find(store: Store, name: str) -> Machine | None:
    """The machine of that name."""
    found = store.find(RESOURCE, "", name)
    return _read(found) if found else None


def is_off(store: Store, name: str) -> bool:
    """Whether the machine of a node is switched off."""
    found = find(store, name)
    return found is not None and not found.on


def ensure(store: Store) -> None:
    """The machines of a new cluster, if there are none at all."""
    if not store.list(RESOURCE):
        for number in range(1, FIRST + 1):
            add(store, f"node-{number}", number)


def add(store: Store, name: str, number: int) -> Machine:
    """A new machine, switched on."""
    machine = Machine(name, number)
    store.create(RESOURCE, _written(machine))
    return machine


def switch_off(store: Store, name: str) -> None:
    """Cut the power of a machine that is there."""
    _change(store, replace(_read(store.get(RESOURCE, "", name)), on=False))


def switch_on(store: Store, name: str, now: datetime) -> Machine:
    """Let a machine that is there start."""
    return _change(store, replace(_read(store.get(RESOURCE, "", name)), on=True, booted=now))


def _change(store: Store, machine: Machine) -> Machine:
    store.update(RESOURCE, _written(machine))
    return machine


def remove(store: Store, name: str) -> None:
    """Take a machine away."""
    store.delete(RESOURCE, "", name)


def free_number(store: Store) -> int | None:
    """The smallest number that no machine has and no node is named after; None when there are too many."""
    taken = {machine.number for machine in all_of(store)}
    names = {node["metadata"]["name"] for node in store.list("nodes")}
    numbers = itertools.takewhile(lambda number: number <= MOST, itertools.count(1))
    return next((number for number in numbers if number not in taken and f"node-{number}" not in names), None)


def _read(row: Obj) -> Machine:
    spec = row["spec"]
    booted = parse(spec["booted"]) if "booted" in spec else None
    return Machine(row["metadata"]["name"], int(spec["number"]), bool(spec["on"]), booted)


def _written(machine: Machine) -> Obj:
    return {
        "apiVersion": "kx/v1",
        "kind": "Machine",
        "metadata": {"name": machine.name},
        "spec": {
            "number": machine.number,
            "on": machine.on,
            **({"booted": stamp(machine.booted)} if machine.booted else {}),
        },
    }
