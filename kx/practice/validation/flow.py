"""Flow control: which requests go where, and how many of them at once.

Rules: Kubernetes' ``pkg/apis/flowcontrol/validation``.
"""

from __future__ import annotations

from collections.abc import Sequence

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, each_invalid, forbidden, invalid, required, unsupported

_EXEMPT = "exempt"
_LOWEST_PRECEDENCE = 10000
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_METHODS = ("ByNamespace", "ByUser")
# Kind of a subject -> the field that describes it.
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_MOST_QUEUES = 10 * 1000 * 1000


def flow_schema(obj: Obj, old: Obj | None) -> Errors:
    """A FlowSchema: its precedence, the level it leads to, and whom it is about."""
    spec, own_name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name") or ""
    precedence = spec.get("matchingPrecedence") or 0
    if precedence <= 0:
        yield invalid("spec.matchingPrecedence", precedence, "must be a positive value")
    if precedence > _LOWEST_PRECEDENCE:
        yield invalid("spec.matchingPrecedence", precedence, f"must not be greater than {_LOWEST_PRECEDENCE}")
    if precedence == 1 and own_name != _EXEMPT:
        words = "only the schema named 'exempt' may have matchingPrecedence 1"
        yield invalid("spec.matchingPrecedence", precedence, words)
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        yield unsupported("spec.distinguisherMethod.type", {"Type": method.get("type") or ""}, _METHODS)
    name = (spec.get("priorityLevelConfiguration") or {}).get("name") or ""
    if not name:
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    else:
        yield from each_invalid("spec.priorityLevelConfiguration.name", name, names.dns_subdomain(name))
    for at, rule in enumerate(spec.get("rules") or ()):
        yield from _rule(f"spec.rules[{at}]", rule)


def _rule(path: str, rule: Obj) -> Errors:
    if not rule.get("subjects"):
        yield required(f"{path}.subjects", "subjects must contain at least one value")
    for at, subject in enumerate(rule.get("subjects") or ()):
        yield from _subject(f"{path}.subjects[{at}]", subject)
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for at, each in enumerate(rule.get("resourceRules") or ()):
        yield from _resource_rule(f"{path}.resourceRules[{at}]", each)
    for at, each in enumerate(rule.get("nonResourceRules") or ()):
        yield from _url_rule(f"{path}.nonResourceRules[{at}]", each)


def _subject(path: str, subject: Obj) -> Errors:
    kind = subject.get("kind") or ""
    if kind not in _SUBJECTS:
        yield unsupported(f"{path}.kind", kind, sorted(_SUBJECTS))
        return
    field = _SUBJECTS[kind]
    described = subject.get(field)
    if described is None:
        yield required(f"{path}.{field}", f"{field} is required when subject kind is '{kind}'")
    else:
        yield from _described(f"{path}.{field}", kind, described)
    for other_kind, other in (("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")):
        if other != field and subject.get(other) is not None:
            yield forbidden(f"{path}.{other}", f"{other} is forbidden when subject kind is not '{other_kind}'")


def _described(path: str, kind: str, described: Obj) -> Errors:
    name = described.get("name") or ""
    if not name:
        yield required(f"{path}.name")
    elif kind == "ServiceAccount" and name != "*":
        yield from each_invalid(f"{path}.name", name, names.dns_subdomain(name))
    if kind == "ServiceAccount":
        namespace = described.get("namespace") or ""
        if not namespace:
            yield required(f"{path}.namespace", "must specify namespace for service account")
        else:
            yield from each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))


def _verbs(path: str, verbs: Sequence[str]) -> Errors:
    if not verbs:
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    elif "*" in verbs:
        yield from _alone(f"{path}.verbs", verbs, "verbs")
    elif not set(verbs) <= set(_VERBS):
        yield unsupported(f"{path}.verbs", list(verbs), _VERBS)


def _alone(path: str, values: Sequence[str], what: str) -> Errors:
    """``*`` stands for everything and so stands alone."""
    if "*" in values and len(values) > 1:
        yield invalid(path, list(values), f"if '*' is present, must not specify other {what}")


def _resource_rule(path: str, rule: Obj) -> Errors:
    yield from _verbs(path, rule.get("verbs") or [])
    for field, one, many in (("apiGroups", "api group", "api groups"), ("resources", "resource", "resources")):
        if not rule.get(field):
            yield required(f"{path}.{field}", f"resource rules must supply at least one {one}")
        yield from _alone(f"{path}.{field}", rule.get(field) or [], many)
    namespaces = rule.get("namespaces") or []
    if not namespaces and not rule.get("clusterScope"):
        words = "resource rules that are not cluster scoped must supply at least one namespace"
        yield required(f"{path}.namespaces", words)
    yield from _alone(f"{path}.namespaces", namespaces, "namespaces")
    for at, name in enumerate(namespaces if "*" not in namespaces else ()):
        for words in names.dns_label(name):
            detail = f"each member of this list must be '*' or a DNS-1123 label; {words}"
            yield invalid(f"{path}.namespaces[{at}]", name, detail)


def _url_rule(path: str, rule: Obj) -> Errors:
    yield from _verbs(path, rule.get("verbs") or [])
    urls = rule.get("nonResourceURLs") or []
    if not urls:
        yield required(f"{path}.nonResourceURLs", "nonResourceURLs must contain at least one value")
    yield from _alone(f"{path}.nonResourceURLs", urls, "non-resource URLs")
    for at, url in enumerate(urls if "*" not in urls else ()):
        wrong = _wrong_with(url)
        if wrong:
            yield invalid(f"{path}.nonResourceURLs[{at}]", url, wrong)


def _wrong_with(url: str) -> str:
    """The first rule a path breaks, or nothing."""
    rules = (
        (not url, "must not be empty"),
        (not url.startswith("/"), "must start with slash"),
        (" " in url, "must not contain white-space"),
        ("//" in url, "must not contain double slash"),
        ("*" in url[:-1] or (url.endswith("*") and not url.endswith("/*")), "wildcard can only do suffix matching"),
    )
    return next((words for is_broken, words in rules if is_broken), "")


def priority_level(obj: Obj, old: Obj | None) -> Errors:
    """A PriorityLevelConfiguration: only the one called exempt is without limits."""
    spec, name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name") or ""
    kind, limited = spec.get("type") or "", spec.get("limited")
    if (name == _EXEMPT) != (kind == "Exempt"):
        yield invalid("spec.type", kind, "type must be 'Exempt' if and only if name is 'exempt'")
    if kind == "Exempt":
        if limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
    elif kind != "Limited":
        yield unsupported("spec.type", kind, ("Exempt", "Limited"))
    elif limited is None:
        yield required("spec.limited", "must not be empty when type is Limited")
    else:
        yield from _response("spec.limited.limitResponse", limited.get("limitResponse") or {})


def _response(path: str, response: Obj) -> Errors:
    kind, queuing = response.get("type") or "", response.get("queuing")
    if kind == "Reject":
        if queuing is not None:
            yield forbidden(f"{path}.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind != "Queue":
        yield unsupported(f"{path}.type", kind, ("Queue", "Reject"))
    elif queuing is None:
        yield required(f"{path}.queuing", "must not be empty if limited.limitResponse.type is Limited")
    else:
        yield from _queuing(f"{path}.queuing", queuing)


def _queuing(path: str, given: Obj) -> Errors:
    limit, queues, hand = (given.get(field) or 0 for field in ("queueLengthLimit", "queues", "handSize"))
    if limit <= 0:
        yield invalid(f"{path}.queueLengthLimit", limit, "must be positive")
    if queues <= 0:
        yield invalid(f"{path}.queues", queues, "must be positive")
    elif queues > _MOST_QUEUES:
        yield invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}")
    if hand <= 0:
        yield invalid(f"{path}.handSize", hand, "must be positive")
    elif hand > queues:
        yield invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})")
