"""The downward API: fields of the pod and resources of its containers, as text. Pure.

Rules are the kubelet's (pkg/fieldpath, pkg/api/v1/resource): what a container does not limit, its node does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal

from kx.practice.quantity import parse as parse_quantity
from kx.practice.status import Obj

_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['(.*)'\]$")
_FROM_NODE = ("cpu", "memory", "ephemeral-storage")


def pod_field(pod: Obj, path: str) -> str:
    """A field as the downward API gives it; "" for one that is not there."""
    subscript = _SUBSCRIPT.match(path)
    if subscript:
        return str((pod["metadata"].get(subscript.group(1)) or {}).get(subscript.group(2), ""))
    if path in ("metadata.labels", "metadata.annotations"):
        entries = pod["metadata"].get(path.partition(".")[2]) or {}
        return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted(entries.items()))
    if path in ("status.podIPs", "status.hostIPs"):
        return ",".join(one["ip"] for one in (pod.get("status") or {}).get(path.partition(".")[2]) or ())
    value: object = pod
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return str(value)


def resource_field(container: Obj, reference: Obj, allocatable: Mapping[str, str]) -> str:
    """``limits.cpu`` and its like in units of the divisor, rounded up; a limit not set is what the node can give."""
    kind, _, name = reference["resource"].partition(".")
    value = ((container.get("resources") or {}).get(kind) or {}).get(name)
    if value is None and kind == "limits" and name in _FROM_NODE:
        value = allocatable.get(name)
    if value is None:
        return "0"
    divisor = parse_quantity(str(reference.get("divisor") or "1")).value or Decimal(1)
    return str((parse_quantity(str(value)).value / divisor).to_integral_value(ROUND_CEILING))


def container_named(pod: Obj, name: str) -> Obj:
    """The container or init container of that name; an empty one when there is none."""
    every = [one for group in ("containers", "initContainers") for one in pod["spec"].get(group) or ()]
    return next((one for one in every if one["name"] == name), {})
