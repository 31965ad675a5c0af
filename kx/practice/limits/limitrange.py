"""LimitRanges: what containers get that ask for nothing, and what pods and claims may not ask for.

Rules and words: ``plugin/pkg/admission/limitranger``. Values that an update leaves as they are are not checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.practice.defaults.qos import qos_class
from kx.practice.limits.amounts import ZERO, Amounts, read
from kx.practice.limits.podamounts import of_container, of_pod
from kx.practice.quantity import Quantity
from kx.practice.status import Obj, forbidden

ANNOTATION = "kubernetes.io/limit-ranger"
RESOURCE = "limitranges"

# How the parts of a pod are named in the annotation.
_PARTS = (("containers", "container"), ("initContainers", "init container"))


def defaulted(pod: Obj, limit_range: Obj) -> Obj:
    """The pod with the amounts that its containers leave open, and the annotation that says which."""
    defaults: dict[str, Obj] = {"limits": {}, "requests": {}}
    for item in _items(limit_range, "Container"):
        defaults["limits"].update(item.get("default") or {})
        defaults["requests"].update(item.get("defaultRequest") or {})
    spec, told = dict(pod.get("spec") or {}), list[str]()
    for part, word in _PARTS:
        if spec.get(part):
            spec[part] = [_completed(one, defaults, f"{word} {one['name']}", told) for one in spec[part]]
    if not told:
        return pod
    metadata = pod["metadata"]
    note = {ANNOTATION: "LimitRanger plugin set: " + "; ".join(told)}
    metadata = {**metadata, "annotations": {**(metadata.get("annotations") or {}), **note}}
    status = {**(pod.get("status") or {}), "qosClass": qos_class(spec)}
    return {**pod, "metadata": metadata, "spec": spec, "status": status}


def _completed(container: Obj, defaults: dict[str, Obj], called: str, told: list[str]) -> Obj:
    resources = dict(container.get("resources") or {})
    for field, word in (("requests", "request"), ("limits", "limit")):
        given = resources.get(field) or {}
        missing = sorted(defaults[field].keys() - given.keys())
        if missing:
            resources[field] = {**given, **{name: defaults[field][name] for name in missing}}
            told.append(f"{', '.join(missing)} {word} for {called}")
    return {**container, "resources": resources}


def check(resource: str, obj: Obj, old: Obj | None, limit_range: Obj) -> None:
    """Refuse a pod or a claim that asks for too much or too little: Forbidden."""
    wrong = list(dict.fromkeys(_CHECKS[resource](obj, old, limit_range)))
    if wrong:
        why = wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]"
        raise forbidden(resource, obj["metadata"]["name"], why)


def _pod(pod: Obj, old: Obj | None, limit_range: Obj) -> Iterator[str]:
    for item in _items(limit_range):
        if item["type"] == "Container":
            for part, _ in _PARTS:
                before = {one["name"]: one for one in ((old or {}).get("spec") or {}).get(part) or ()}
                for container in (pod.get("spec") or {}).get(part) or ():
                    yield from _bounds(item, container, before.get(container["name"]), of_container)
        elif item["type"] == "Pod":
            yield from _bounds(item, pod, old, of_pod)


def _bounds(item: Obj, obj: Obj, old: Obj | None, amounts: Callable[..., Amounts]) -> Iterator[str]:
    kind = item["type"]
    requests, limits = amounts(obj, "requests"), amounts(obj, "limits")
    before = (amounts(old, "requests"), amounts(old, "limits")) if old is not None else None
    for field, constraint in _CONSTRAINTS:
        for name, bound in sorted(read(item.get(field)).items()):
            asked, limit = requests.get(name), limits.get(name)
            if before and _equal(asked, before[0].get(name)) and _equal(limit, before[1].get(name)):
                continue
            yield from constraint(name, kind, bound, asked, limit)


def _claim(claim: Obj, old: Obj | None, limit_range: Obj) -> Iterator[str]:
    requests, before = _requests(claim), _requests(old or {})
    for item in _items(limit_range, "PersistentVolumeClaim"):
        for field, constraint in (("min", _minimum), ("max", _maximum_request)):
            for name, bound in sorted(read(item.get(field)).items()):
                asked = requests.get(name)
                if asked is None or not _equal(asked, before.get(name)):
                    yield from constraint(name, item["type"], bound, asked, None)


_CHECKS: dict[str, Callable[[Obj, Obj | None, Obj], Iterator[str]]] = {"pods": _pod, "persistentvolumeclaims": _claim}
LIMITED = frozenset(_CHECKS)


def _minimum(name: str, kind: str, bound: Quantity, asked: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    rule = f"minimum {name} usage per {kind} is {bound}"
    if asked is None:
        yield f"{rule}.  No request is specified"
    elif asked.value < bound.value:
        yield f"{rule}, but request is {asked}"
    elif limit is not None and limit.value < bound.value:
        yield f"{rule}, but limit is {limit}"


def _maximum(name: str, kind: str, bound: Quantity, asked: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    rule = f"maximum {name} usage per {kind} is {bound}"
    if limit is None:
        yield f"{rule}.  No limit is specified"
    elif limit.value > bound.value:
        yield f"{rule}, but limit is {limit}"
    elif asked is not None and asked.value > bound.value:
        yield f"{rule}, but request is {asked}"


def _maximum_request(
    name: str, kind: str, bound: Quantity, asked: Quantity | None, limit: Quantity | None
) -> Iterator[str]:
    rule = f"maximum {name} usage per {kind} is {bound}"
    if asked is None:
        yield f"{rule}.  No request is specified"
    elif asked.value > bound.value:
        yield f"{rule}, but request is {asked}"


def _ratio(name: str, kind: str, bound: Quantity, asked: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    rule = f"{name} max limit to request ratio per {kind} is {bound}"
    if asked is None or not asked.value:
        yield f"{rule}, but no request is specified or request is 0"
    elif limit is None or not limit.value:
        yield f"{rule}, but no limit is specified or limit is 0"
    elif limit.value > bound.value * asked.value:
        yield f"{rule}, but provided ratio is {limit.value / asked.value:.6f}"


_CONSTRAINTS = (("min", _minimum), ("max", _maximum), ("maxLimitRequestRatio", _ratio))


def _items(limit_range: Obj, kind: str = "") -> list[Obj]:
    items = (limit_range.get("spec") or {}).get("limits") or ()
    return [item for item in items if not kind or item["type"] == kind]


def _requests(claim: Obj) -> Amounts:
    return read(((claim.get("spec") or {}).get("resources") or {}).get("requests"))


def _equal(left: Quantity | None, right: Quantity | None) -> bool:
    return (left is None) == (right is None) and (left or ZERO).value == (right or ZERO).value
