"""Spreading endpoints over slices with as few changes as possible: pure, after staging/src/k8s.io/endpointslice.

Slices are tuples of endpoints here; what they are called and where they live is for others to know.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from kx.practice.options import SLICE
from kx.practice.status import Obj


@dataclass(frozen=True)
class Plan:
    """``changed`` maps names of present slices to new contents; ``gone`` are to be deleted; ``made`` are new ones."""

    changed: Mapping[str, tuple[Obj, ...]]
    gone: tuple[str, ...]
    made: tuple[tuple[Obj, ...], ...]


def plan(present: Mapping[str, tuple[Obj, ...]], wanted: list[Obj], most: int = SLICE, singly: bool = False) -> Plan:
    """How to bring slices with the contents ``present`` to hold ``wanted``, each endpoint once.

    ``singly``: new endpoints find their places as if each had come by itself, as a real controller nearly always meets
    them, being much quicker than pods are. Those that come together get a slice of their own where none has room for
    all of them.
    """
    left = {identity(endpoint): endpoint for endpoint in wanted}
    kept: dict[str, list[Obj]] = {}
    touched: set[str] = set()
    for name, endpoints in present.items():
        found = [left.pop(identity(endpoint), None) for endpoint in endpoints]
        kept[name] = [endpoint for endpoint in found if endpoint is not None]
        # Slices may be larger than they are allowed to be now: what is too much is spread anew.
        left |= {identity(endpoint): endpoint for endpoint in kept[name][most:]}
        del kept[name][most:]
        if tuple(kept[name]) != tuple(endpoints):
            touched.add(name)
    gone = {name for name in touched if not kept[name]}
    rest = list(left.values())
    # Slices that must be written anyway take what they can, the fullest first.
    for name in sorted(touched - gone, key=lambda name: (-len(kept[name]), name)):
        rest = _fill(kept[name], rest, most)
    made: list[tuple[Obj, ...]] = []
    while rest:
        roomy = _closest_fit(kept, touched, 1 if singly else len(rest), most)
        if roomy is not None:
            touched.add(roomy)
            rest = _fill(kept[roomy], rest, most)
        else:
            made.append(tuple(rest[:most]))
            rest = rest[most:]
    changed = {name: tuple(kept[name]) for name in sorted(touched - gone)}
    return Plan(changed, tuple(sorted(gone)), tuple(made))


def identity(endpoint: Obj) -> Hashable:
    """What makes an endpoint the same though its conditions change."""
    target = endpoint.get("targetRef") or {}
    return tuple(endpoint["addresses"]), endpoint.get("hostname", ""), target.get("namespace"), target.get("name")


def _fill(slice_: list[Obj], rest: list[Obj], most: int = SLICE) -> list[Obj]:
    """Move what fits from the front of ``rest`` into a slice; returns what is left."""
    room = max(0, most - len(slice_))
    slice_.extend(rest[:room])
    return rest[room:]


def _closest_fit(kept: Mapping[str, list[Obj]], touched: set[str], count: int, most: int = SLICE) -> str | None:
    """The untouched slice that all ``count`` endpoints fit in and that is then the fullest."""
    fitting = [name for name in sorted(kept) if name not in touched and 0 < len(kept[name]) <= most - count]
    return max(fitting, key=lambda name: len(kept[name]), default=None)
