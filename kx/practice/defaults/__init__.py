"""What an API server adds to an object before it looks at it: defaults, and its own way of writing JSON.

``apply`` is pure and needs no cluster: addresses, service accounts and the like are admission's.
"""

from __future__ import annotations

import copy

from kx.practice.defaults import others, pods, workloads
from kx.practice.defaults.prepare import prepare_create, prepare_update
from kx.practice.defaults.shapes import encode, type_of, visit
from kx.practice.resources import Resource
from kx.practice.status import Obj

__all__ = ["apply", "prepare_create", "prepare_update"]

_RULES = {**pods.RULES, **workloads.RULES, **others.RULES}
# Stored as JSON, so that [] and null stay different.
_JSON_STORED = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})


def apply(resource: Resource, obj: Obj) -> Obj:
    """A new object with every default of its kind, as the API server would write it."""
    type_name = type_of(resource.group, resource.version, resource.kind)
    if type_name is None:
        return copy.deepcopy(obj)
    filled = copy.deepcopy(obj)
    visit(type_name, filled, _RULES)
    written: Obj = encode(type_name, filled, resource.group in _JSON_STORED)
    return written
