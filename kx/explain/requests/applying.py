"""Requests of the commands that bring the cluster to what files say: apply, replace, diff, auth reconcile."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import IF_ABSENT, Rule, builtin, pretends, request
from kx.explain.requests.items import Item, ask, fetch, items
from kx.explain.requests.waiting import until_gone
from kx.explain.subject import Subject
from kx.kubectl.catalog import resources
from kx.kubectl.catalog.resources import ResourceType

_IF_DIFFERENT = "only if it is there and differs"
_IF_IMMUTABLE = "only if it cannot be changed as it is"
_TAKEN_OVER = "only if an earlier apply without --server-side left it"
_LEFT_OVER = "one for each object an earlier apply made and the files no longer hold"
_LOOK = "one for each look at whether it is gone"

# What --prune looks through where no --prune-allowlist is given, in kubectl's order.
_PRUNED = (
    "configmaps endpoints persistentvolumeclaims pods replicationcontrollers secrets services jobs cronjobs ingresses "
    "daemonsets deployments replicasets statefulsets namespaces persistentvolumes"
).split()


def _apply(subject: Subject) -> Iterator[Request]:
    found = items(subject)
    for item in found:
        yield from _server_side(item) if subject.on("server-side") else _client_side(subject, item)
    if subject.on("prune"):
        yield from _prune(subject, found)


def _client_side(subject: Subject, item: Item) -> Iterator[Request]:
    yield from fetch(item)
    if pretends(subject):
        return
    yield _made(item, IF_ABSENT)
    yield ask("patch", item, why=_IF_DIFFERENT)
    if subject.on("force"):
        yield ask("delete", item, why=_IF_IMMUTABLE)
        yield ask("get", item, why=_IF_IMMUTABLE)
        yield _made(item, _IF_IMMUTABLE)


def _server_side(item: Item) -> Iterator[Request]:
    yield ask("patch", item)
    for _ in range(3):
        yield ask("patch", item, why=_TAKEN_OVER)


def _prune(subject: Subject, found: tuple[Item, ...]) -> Iterator[Request]:
    known = not any(item.unread for item in found)
    places = dict.fromkeys(item.namespace for item in found if item.namespace)
    kinds = _allowed(subject)
    wide = [kind for kind in kinds if not kind.namespaced]
    for place in places if known else ("{namespace}",):
        for kind in kinds:
            if kind.namespaced:
                yield request("list", kind.path(place), "" if known else "one for each namespace in the files")
                yield from _pruned(subject, kind, place)
    for kind in wide:
        yield request("list", kind.path())
        yield from _pruned(subject, kind, "")


def _pruned(subject: Subject, kind: ResourceType, place: str) -> Iterator[Request]:
    if not pretends(subject):
        yield request("delete", kind.path(place, "{name}"), _LEFT_OVER)


def _allowed(subject: Subject) -> list[ResourceType]:
    names = ("prune-allowlist", "prune-whitelist")
    given = [value for name in names for each in subject.invocation.values(name) for value in each.split(",")]
    if not given:
        return [builtin(plural) for plural in _PRUNED]
    return [kind for kind in map(_kind_of, given) if kind]


def _kind_of(allowed: str) -> ResourceType | None:
    """``core/v1/ConfigMap`` -> the type."""
    group, _, rest = allowed.partition("/")
    version, _, kind = rest.partition("/")
    return resources.find(f"{kind}.{version}.{'' if group == 'core' else group}")


def _set_last_applied(subject: Subject) -> Iterator[Request]:
    found = items(subject)
    for item in found:
        yield from fetch(item)
    if not pretends(subject):
        for item in found:
            yield ask("patch", item, why=_IF_DIFFERENT)


def _replace(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request("update", raw.partition("?")[0])
        return
    if pretends(subject):
        return
    found, part = items(subject), subject.value("subresource")
    if subject.on("force"):
        yield from _replace_by_force(subject, found)
        return
    for item in found:
        yield from fetch(item, part)
        yield ask("update", item, part)


def _replace_by_force(subject: Subject, found: tuple[Item, ...]) -> Iterator[Request]:
    for item in found:
        yield ask("delete", item)
    if subject.on("wait") or subject.value("grace-period") == "0":
        for item in found:
            yield from until_gone(item)
    for item in found:
        yield from fetch(item)
        yield from (request(each.verb, each.path, _LOOK) for each in fetch(item))
    for item in found:
        yield _made(item)


def _made(item: Item, why: str = "") -> Request:
    return ask("create", item, why=why) if item.kind is None else request("create", item.home(), why)


def _diff(subject: Subject) -> Iterator[Request]:
    for item in items(subject):
        yield from fetch(item)
        if subject.on("server-side"):
            yield ask("patch", item)
            continue
        yield _made(item, IF_ABSENT)
        yield ask("patch", item, why="only if it is there")


def _reconcile(subject: Subject) -> Iterator[Request]:
    """Each role and binding in turn. Where the file names no namespace, kubectl looks in none, which fails."""
    stated = {each.namespace for each in subject.manifests or ()}
    for item in items(subject):
        homeless = item.kind is not None and item.kind.namespaced and item.namespace not in stated
        if homeless and item.kind:
            yield request("get", item.kind.path(name=item.name), "the file names no namespace, and kubectl fails")
            continue
        yield ask("get", item)
        if not pretends(subject):
            yield from _reconciled(item)


def _reconciled(item: Item) -> Iterator[Request]:
    if item.namespace:
        namespaces = builtin("namespaces")
        yield request("get", namespaces.path(name=item.namespace), IF_ABSENT)
        yield request("create", namespaces.path(), "only if the namespace is not there")
    yield _made(item, IF_ABSENT)
    yield ask("update", item, why=_IF_DIFFERENT)


RULES: dict[tuple[str, ...], Rule] = {
    ("apply",): _apply,
    ("apply", "set-last-applied"): _set_last_applied,
    ("auth", "reconcile"): _reconcile,
    ("diff",): _diff,
    ("replace",): _replace,
}
