"""ObjectMeta, labels, annotations and label selectors.

Rules: apimachinery ``pkg/api/validation/objectmeta.go`` and ``pkg/apis/meta/v1/validation``.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.resources import Resource
from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, each_invalid, forbidden, invalid, nonnegative, required, too_long

ANNOTATIONS_LIMIT = 256 * 1024

_LABEL_NAMED = frozenset({"namespaces", "statefulsets.apps"})
_PATH_NAMED = frozenset(
    f"{plural}.rbac.authorization.k8s.io" for plural in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
) | {"apiservices.apiregistration.k8s.io"}


_RULES: Mapping[str, names.Rule] = {
    **dict.fromkeys(_LABEL_NAMED, names.dns_label),
    **dict.fromkeys(_PATH_NAMED, names.path_segment),
    "services": names.dns_1035_label,
    "ipaddresses.networking.k8s.io": names.ip,
}


def name_rule(resource: Resource) -> names.Rule:
    """The rule the names of a resource follow."""
    return _RULES.get(resource.key, names.dns_subdomain)


def _without_trailing_dash(prefix: str) -> str:
    """A generated name may end in a dash before its random letters are added."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def object_meta(resource: Resource, meta: Obj, old: Obj | None) -> Errors:
    """The metadata of a new or changed object."""
    rule = name_rule(resource)
    if old is None:
        prefix, name = meta.get("generateName") or "", meta.get("name") or ""
        if prefix:
            masked = prefix if rule is names.path_segment else _without_trailing_dash(prefix)
            yield from each_invalid("metadata.generateName", prefix, rule(masked))
        if name:
            yield from each_invalid("metadata.name", name, rule(name))
        else:
            yield required("metadata.name", "name or generateName is required")
        yield from _namespace(resource, meta)
    elif old.get("deletionTimestamp"):
        added = sorted(set(meta.get("finalizers") or ()) - set(old.get("finalizers") or ()))
        if added:
            quoted = ", ".join(f'"{each}"' for each in added)
            detail = "no new finalizers can be added if the object is being deleted, found new finalizers []string"
            yield forbidden("metadata.finalizers", f"{detail}{{{quoted}}}")
    yield from nonnegative("metadata.generation", meta.get("generation"))
    yield from labels("metadata.labels", meta.get("labels"))
    yield from annotation_set("metadata.annotations", meta.get("annotations"))
    yield from owner_references("metadata.ownerReferences", meta.get("ownerReferences") or [])
    yield from finalizers("metadata.finalizers", meta.get("finalizers") or [])


def _namespace(resource: Resource, meta: Obj) -> Errors:
    namespace = meta.get("namespace") or ""
    if not resource.namespaced:
        if namespace:
            yield forbidden("metadata.namespace", "not allowed on this type")
    elif not namespace:
        yield required("metadata.namespace")
    else:
        yield from each_invalid("metadata.namespace", namespace, names.dns_label(namespace))


def labels(path: str, given: Mapping[str, str] | None) -> Errors:
    """A set of labels."""
    for key, value in sorted((given or {}).items()):
        yield from each_invalid(path, key, names.qualified_name(key))
        yield from each_invalid(path, value, names.label_value(value))


def annotation_set(path: str, given: Mapping[str, str] | None) -> Errors:
    """A set of annotations: keys as for labels but in any case, values free, 256 KiB in all."""
    total = 0
    for key, value in sorted((given or {}).items()):
        yield from each_invalid(path, key, names.qualified_name(key.lower()))
        total += len(key.encode()) + len(value.encode())
    if total > ANNOTATIONS_LIMIT:
        yield too_long(path, ANNOTATIONS_LIMIT)


def owner_references(path: str, given: list[Obj]) -> Errors:
    """Each owner is named in full, at most one is the controller, and no event owns anything."""
    controller = ""
    for owner in given:
        version = owner.get("apiVersion") or ""
        if not version:
            yield invalid(f"{path}.apiVersion", version, "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield invalid(f"{path}.{field}", "", "must not be empty")
        if (version, owner.get("kind")) == ("v1", "Event"):
            yield invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner")
        if owner.get("controller"):
            mine = f"{owner.get('kind')}/{owner.get('name')}"
            if controller:
                detail = 'Only one reference can have Controller set to true. Found "true" in references for'
                yield invalid(path, given, f"{detail} {controller} and {mine}")
            controller = controller or mine


_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def finalizers(path: str, given: list[str]) -> Errors:
    """Finalizers are qualified names; the two ways of deleting dependents exclude each other."""
    for each in given:
        yield from each_invalid(path, each, names.qualified_name(each))
    if {"orphan", "foregroundDeletion"} <= set(given):
        yield invalid(path, given, "finalizer orphan and foregroundDeletion cannot be both set")
    for at, each in enumerate(given):
        if "/" not in each and each not in _STANDARD_FINALIZERS:
            detail = "name is neither a standard finalizer name nor is it fully qualified"
            yield invalid(f"{path}[{at}]", each, detail)


def selector(path: str, given: Obj | None) -> Errors:
    """A LabelSelector."""
    if given is None:
        return
    yield from labels(f"{path}.matchLabels", given.get("matchLabels"))
    for at, part in enumerate(given.get("matchExpressions") or ()):
        yield from _requirement(f"{path}.matchExpressions[{at}]", part)


def _requirement(path: str, part: Obj) -> Errors:
    operator, values = part.get("operator") or "", part.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from each_invalid(f"{path}.key", part.get("key") or "", names.qualified_name(part.get("key") or ""))
    for at, value in enumerate(values):
        yield from each_invalid(f"{path}.values[{at}]", value, names.label_value(value))


def is_empty_selector(given: Obj) -> bool:
    """Whether a selector asks for nothing, and so selects everything."""
    return not given.get("matchLabels") and not given.get("matchExpressions")


def can_match(given: Obj | None) -> bool:
    """Whether a selector is well enough formed to be tried on labels."""
    for part in (given or {}).get("matchExpressions") or ():
        needs = part.get("operator") in ("In", "NotIn")
        if part.get("operator") not in ("In", "NotIn", "Exists", "DoesNotExist") or needs != bool(part.get("values")):
            return False
    return True
