"""Roles and their bindings.

Rules: Kubernetes' ``pkg/apis/rbac/validation``.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import Errors, Validator, each_invalid, go_json, invalid, required, unsupported

GROUP = "rbac.authorization.k8s.io"
_KINDS = ("ServiceAccount", "User", "Group")


def role(obj: Obj, old: Obj | None) -> Errors:
    """A Role."""
    for at, rule in enumerate(obj.get("rules") or ()):
        yield from _rule(f"rules[{at}]", rule, is_namespaced=True)


def cluster_role(obj: Obj, old: Obj | None) -> Errors:
    """A ClusterRole."""
    for at, rule in enumerate(obj.get("rules") or ()):
        yield from _rule(f"rules[{at}]", rule, is_namespaced=False)
    aggregation = obj.get("aggregationRule")
    if aggregation is not None:
        selectors, here = aggregation.get("clusterRoleSelectors") or [], "aggregationRule.clusterRoleSelectors"
        if not selectors:
            yield required(here, "at least one clusterRoleSelector required if aggregationRule is non-nil")
        for at, selector in enumerate(selectors):
            yield from meta.selector(f"{here}[{at}]", selector)


def _rule(path: str, rule: Obj, is_namespaced: bool) -> Errors:
    if not rule.get("verbs"):
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    urls = rule.get("nonResourceURLs") or []
    if urls:
        here = f"{path}.nonResourceURLs"
        if is_namespaced:
            yield invalid(here, urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            yield invalid(here, urls, "rules cannot apply to both regular resources and non-resource URLs")
        return
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def binding(is_namespaced: bool) -> Validator:
    """The validator of RoleBindings (namespaced) or ClusterRoleBindings."""
    kinds = ("Role", "ClusterRole") if is_namespaced else ("ClusterRole",)

    def check(obj: Obj, old: Obj | None) -> Errors:
        reference = obj.get("roleRef") or {}
        if reference.get("apiGroup") != GROUP:
            yield unsupported("roleRef.apiGroup", reference.get("apiGroup") or "", (GROUP,))
        if reference.get("kind") not in kinds:
            yield unsupported("roleRef.kind", reference.get("kind") or "", kinds)
        name = reference.get("name") or ""
        if name:
            yield from each_invalid("roleRef.name", name, names.path_segment(name))
        else:
            yield required("roleRef.name")
        for at, subject in enumerate(obj.get("subjects") or ()):
            yield from _subject(f"subjects[{at}]", subject, is_namespaced)
        if old is not None and (old.get("roleRef") or {}) != reference:
            yield invalid("roleRef", go_json("rbac.RoleRef", reference), "cannot change roleRef")

    return check


def _subject(path: str, subject: Obj, is_namespaced: bool) -> Errors:
    name, kind, group = (subject.get(field) or "" for field in ("name", "kind", "apiGroup"))
    if not name:
        yield required(f"{path}.name")
    if kind == "ServiceAccount":
        if name:
            yield from each_invalid(f"{path}.name", name, names.dns_subdomain(name))
        if group:
            yield unsupported(f"{path}.apiGroup", group, ("",))
        if not is_namespaced and not subject.get("namespace"):
            yield required(f"{path}.namespace")
    elif kind in ("User", "Group"):
        if group != GROUP:
            yield unsupported(f"{path}.apiGroup", group, (GROUP,))
    else:
        yield unsupported(f"{path}.kind", kind, _KINDS)
