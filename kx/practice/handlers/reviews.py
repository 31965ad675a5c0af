"""Questions about oneself and others: who am I, may I, what may I."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kx.practice.access.attributes import Attributes
from kx.practice.handlers.api import Call
from kx.practice.handlers.body import raw
from kx.practice.http import Answer, User, json_response
from kx.practice.status import Obj, bad_request


async def create_review(call: Call) -> Answer:
    """POST of any review."""
    body = raw(call)
    resource = call.target.resource
    spec = dict(body.get("spec") or {})
    status = _STATUS[resource.plural](call, spec)
    metadata = {"creationTimestamp": call.api.pipeline.stamp()} if resource.plural == "selfsubjectreviews" else {}
    answer: Obj = {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}
    if resource.plural != "selfsubjectreviews":
        answer["spec"] = spec
    return json_response({**answer, "status": status}, 201)


def _may(call: Call, user: User, spec: Obj) -> Obj:
    decision = call.api.authorizer.decide(_asked(user, spec))
    return {"allowed": decision.allowed, **({"reason": decision.reason} if decision.reason else {})}


def _asked(user: User, spec: Obj) -> Attributes:
    path = spec.get("nonResourceAttributes")
    if path is not None:
        return Attributes(user, path.get("verb", ""), path=path.get("path", ""))
    about = spec.get("resourceAttributes") or {}
    return Attributes(
        user=user,
        verb=about.get("verb", ""),
        group=about.get("group", ""),
        resource=about.get("resource", ""),
        subresource=about.get("subresource", ""),
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
    )


def _self_access(call: Call, spec: Obj) -> Obj:
    return _may(call, call.request.user, spec)


def _access(call: Call, spec: Obj) -> Obj:
    extra = tuple((key, tuple(values)) for key, values in (spec.get("extra") or {}).items())
    user = User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)
    asked = (spec.get("resourceAttributes") or {}).get("namespace", "")
    if call.target.namespace and asked != call.target.namespace:
        raise bad_request(f"spec.resourceAttributes.namespace must match namespace: {call.target.namespace}")
    return _may(call, user, spec)


def _rules(call: Call, spec: Obj) -> Obj:
    namespace = spec.get("namespace", "")
    if not namespace:
        raise bad_request("no namespace on request")
    rules = call.api.authorizer.rules(call.request.user, namespace)
    resources = [_resource_rule(rule) for rule in rules if rule.get("resources")]
    paths = [_path_rule(rule) for rule in rules if rule.get("nonResourceURLs")]
    return {"resourceRules": resources, "nonResourceRules": paths, "incomplete": False}


def _resource_rule(rule: Obj) -> Obj:
    return _only(rule, ("verbs", "apiGroups", "resources", "resourceNames"))


def _path_rule(rule: Obj) -> Obj:
    return _only(rule, ("verbs", "nonResourceURLs"))


def _only(rule: Obj, names: Iterable[str]) -> Obj:
    return {name: rule[name] for name in names if rule.get(name)}


def _who(call: Call, spec: Obj) -> Obj:
    return {"userInfo": _user_info(call.request.user)}


def _token(call: Call, spec: Obj) -> Obj:
    user = call.api.keeper.user(str(spec.get("token", "")))
    if user is None:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": _user_info(user)}


def _user_info(user: User) -> Obj:
    extra = {key: list(values) for key, values in user.extra}
    found: Obj = {"username": user.name, "uid": user.uid, "groups": list(user.groups), "extra": extra}
    return {name: value for name, value in found.items() if value}


_STATUS: dict[str, Callable[[Call, Obj], Obj]] = {
    "selfsubjectaccessreviews": _self_access,
    "localsubjectaccessreviews": _access,
    "subjectaccessreviews": _access,
    "selfsubjectrulesreviews": _rules,
    "selfsubjectreviews": _who,
    "tokenreviews": _token,
}
