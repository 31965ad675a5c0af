"""Who may do what: the owner everything, others nothing but ask about themselves. Roles are stored, not evaluated."""

from __future__ import annotations

from dataclasses import replace

from kx.practice.handlers.api import Call
from kx.practice.http import Request, User
from kx.practice.status import ApiError, forbidden

MASTERS = "system:masters"
NOT_EVALUATED = "the kx practice cluster does not evaluate roles: only its owner may do things"
_AUTHENTICATED = "system:authenticated"


def is_owner(user: User) -> bool:
    """Whether the user may do everything."""
    return MASTERS in user.groups


def acting(request: Request) -> Request:
    """The request as the user it acts for (``kubectl --as``), which only the owner may ask for."""
    name = request.header("impersonate-user")
    groups = tuple(value for key, value in request.headers if key == "impersonate-group")
    if not name and not groups:
        return request
    if not name:
        raise ApiError(400, "BadRequest", "requested groups without impersonating a user")
    if not is_owner(request.user):
        why = f'User "{request.user.name}" cannot impersonate resource "users" in API group "" at the cluster scope'
        raise forbidden("users", name, why)
    return replace(request, user=User(name, (*(groups or _groups_of(name)), *_signed_in(name, groups))))


def _groups_of(name: str) -> tuple[str, ...]:
    if not name.startswith("system:serviceaccount:"):
        return ()
    namespace = name.split(":")[2]
    return "system:serviceaccounts", f"system:serviceaccounts:{namespace}"


def _signed_in(name: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    known = name == "system:anonymous" or _AUTHENTICATED in groups
    return () if known else (_AUTHENTICATED,)


def authorize(call: Call) -> None:
    """Refuse what the user may not do, in the words of a real server and saying what is not evaluated."""
    user, found = call.request.user, call.target
    if is_owner(user) or found.resource.plural.startswith("selfsubject"):
        return
    place = f' in the namespace "{found.namespace}"' if found.namespace else " at the cluster scope"
    what = f"{found.resource.plural}/{found.subresource}" if found.subresource else found.resource.plural
    why = (
        f'User "{user.name}" cannot {found.verb} resource "{what}" in API group "{found.resource.group}"{place} '
        f"({NOT_EVALUATED})"
    )
    raise forbidden(found.resource.key, found.name, why)
