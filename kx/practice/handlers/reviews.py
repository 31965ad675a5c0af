"""Questions about oneself and others: who am I, may I, what may I. The owner of a practice cluster may do everything.

Roles and bindings are stored but not enforced: for anybody else the answer is no, and says why.
"""

from __future__ import annotations

from collections.abc import Callable

from kx.practice.auth import OWNER
from kx.practice.handlers.api import Call
from kx.practice.handlers.authorization import NOT_EVALUATED, is_owner
from kx.practice.handlers.body import raw
from kx.practice.http import Answer, User, json_response
from kx.practice.status import Obj


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


def _may(user: User) -> Obj:
    if is_owner(user):
        return {"allowed": True}
    return {"allowed": False, "reason": NOT_EVALUATED}


def _self_access(call: Call, spec: Obj) -> Obj:
    return _may(call.request.user)


def _access(call: Call, spec: Obj) -> Obj:
    groups = tuple(spec.get("groups") or ())
    return _may(OWNER if spec.get("user") == OWNER.name else User(spec.get("user", ""), groups))


def _rules(call: Call, spec: Obj) -> Obj:
    all_resources = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
    all_paths = {"verbs": ["*"], "nonResourceURLs": ["*"]}
    allowed = is_owner(call.request.user)
    return {
        "resourceRules": [all_resources] if allowed else [],
        "nonResourceRules": [all_paths] if allowed else [],
        "incomplete": not allowed,
        **({} if allowed else {"evaluationError": NOT_EVALUATED}),
    }


def _who(call: Call, spec: Obj) -> Obj:
    return {"userInfo": _user_info(call.request.user)}


def _token(call: Call, spec: Obj) -> Obj:
    user = call.api.keeper.user(str(spec.get("token", "")))
    if user is None:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": _user_info(user)}


def _user_info(user: User) -> Obj:
    found: Obj = {"username": user.name, "uid": user.uid, "groups": list(user.groups)}
    return {name: value for name, value in found.items() if value}


_STATUS: dict[str, Callable[[Call, Obj], Obj]] = {
    "selfsubjectaccessreviews": _self_access,
    "localsubjectaccessreviews": _access,
    "subjectaccessreviews": _access,
    "selfsubjectrulesreviews": _rules,
    "selfsubjectreviews": _who,
    "tokenreviews": _token,
}
