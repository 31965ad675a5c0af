"""Who asks, and may they: impersonation and authorization of requests. What is allowed, RBAC says (``access``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kx.practice.access.attributes import Attributes, refusal
from kx.practice.access.authorizer import Authorizer, is_master
from kx.practice.handlers.api import Call
from kx.practice.http import Request, User
from kx.practice.status import ApiError, forbidden

_AUTHENTICATED = "system:authenticated"
_ACCOUNT = "system:serviceaccount:"
_EXTRA = "impersonate-extra-"
# Paths that are no resources, and need no more than to be known: a health check asks for nothing.
_VERBS = {"GET": "get", "HEAD": "get", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}

is_owner = is_master


def acting(request: Request, authorizer: Authorizer) -> Request:
    """The request as the user it acts for (``kubectl --as``). Forbidden for who may not act as somebody else."""
    name = request.header("impersonate-user")
    groups = tuple(value for key, value in request.headers if key == "impersonate-group")
    uid = request.header("impersonate-uid")
    extra = _extra(request)
    if not name and not groups and not uid and not extra:
        return request
    if not name:
        what = "groups" if groups else "uid" if uid else "extra"
        raise ApiError(400, "BadRequest", f"requested {what} without impersonating a user")
    for asked in _wanted(request.user, name, groups, uid, extra):
        decision = authorizer.decide(asked)
        if not decision.allowed:
            key = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
            raise forbidden(key, asked.name, refusal(asked, decision.reason))
    return replace(request, user=User(name, (*(groups or _groups_of(name)), *_signed_in(name, groups)), uid, extra))


def authorize(call: Call) -> None:
    """Refuse what the user may not do."""
    found = call.target
    asked = Attributes(
        user=call.request.user,
        verb=found.verb,
        group=found.resource.group,
        resource=found.resource.plural,
        subresource=found.subresource,
        namespace=found.namespace,
        name=found.name,
    )
    decision = call.api.authorizer.decide(asked)
    if not decision.allowed:
        raise forbidden(found.resource.key, found.name, refusal(asked, decision.reason))


def authorize_path(request: Request, authorizer: Authorizer) -> None:
    """Refuse a path that is no resource to who may not have it."""
    asked = Attributes(request.user, _VERBS.get(request.method, request.method.lower()), path=request.path)
    decision = authorizer.decide(asked)
    if not decision.allowed:
        raise ApiError(403, "Forbidden", f"forbidden: {refusal(asked, decision.reason)}", {})


def _wanted(
    user: User, name: str, groups: tuple[str, ...], uid: str, extra: tuple[tuple[str, tuple[str, ...]], ...]
) -> Iterator[Attributes]:
    """Every permission that is needed to act as somebody."""
    if name.startswith(_ACCOUNT) and name.count(":") == 3:
        _, _, namespace, account = name.split(":")
        yield Attributes(user, "impersonate", resource="serviceaccounts", namespace=namespace, name=account)
    else:
        yield Attributes(user, "impersonate", resource="users", name=name)
    for group in groups:
        yield Attributes(user, "impersonate", resource="groups", name=group)
    if uid:
        yield Attributes(user, "impersonate", "authentication.k8s.io", "uids", name=uid)
    for key, values in extra:
        for value in values:
            yield Attributes(user, "impersonate", "authentication.k8s.io", "userextras", key, name=value)


def _extra(request: Request) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in request.headers:
        if key.startswith(_EXTRA):
            name = key.removeprefix(_EXTRA)
            found[name] = (*found.get(name, ()), value)
    return tuple(found.items())


def _groups_of(name: str) -> tuple[str, ...]:
    if not name.startswith(_ACCOUNT) or name.count(":") != 3:
        return ()
    namespace = name.split(":")[2]
    return "system:serviceaccounts", f"system:serviceaccounts:{namespace}"


def _signed_in(name: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    known = name == "system:anonymous" or _AUTHENTICATED in groups
    return () if known else (_AUTHENTICATED,)
