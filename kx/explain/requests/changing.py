"""Requests of the commands that change or delete what is there: apply, scale, label, rollout undo, delete and more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kx.explain.explanation import Request
from kx.explain.requests.base import (
    EACH_LISTED,
    WHILE_THERE,
    Rule,
    about,
    builtin,
    from_files,
    named_files,
    objects,
    path,
    per_object,
    read_one,
    read_targets,
    request,
)
from kx.explain.requests.reading import history_of
from kx.explain.subject import Subject


def _patch(subject: Subject) -> Iterator[Request]:
    """Fetch all objects, then send a patch for each; a client-side dry run only fetches."""
    return per_object(subject, *(() if subject.dry_run == "client" else ("patch",)))


def _patch_one_by_one(subject: Subject) -> Iterator[Request]:
    verbs = () if subject.dry_run == "client" else ("patch",)
    part = subject.value("subresource")
    return per_object(subject, *verbs, subresource=part, reads_subresource=True, one_by_one=True)


def _set_env(subject: Subject) -> Iterator[Request]:
    typed, _, name = subject.value("from").partition("/")
    kind = subject.types.find(typed)
    if kind and name:
        yield request("get", path(subject, kind, name))
    yield from per_object(subject) if subject.on("list") else _patch(subject)


def _metadata(subject: Subject) -> Iterator[Request]:
    """`label` and `annotate`: without anything to set they only read."""
    changes = subject.operands.with_role("pair", "removal") and subject.dry_run != "client"
    return per_object(subject, *(("patch",) if changes else ()), one_by_one=True)


def _taint(subject: Subject) -> Iterator[Request]:
    for target, name in objects(subject):
        yield read_one(subject, target, name)
        if subject.dry_run != "client":
            removes = subject.operands.with_role("removal")
            why = "only if the node has that taint" if removes else "unless the node has that taint already"
            yield about(subject, target, name, "patch", why=why)


def _scale(subject: Subject) -> Iterator[Request]:
    if subject.dry_run == "client":
        return per_object(subject)
    guarded = subject.given("current-replicas") or subject.given("resource-version")
    verbs = ("get", "update") if guarded else ("patch",)
    sent = per_object(subject, *verbs, subresource="scale")
    return chain(sent, _until_scaled(subject)) if subject.given("timeout") else sent


def _until_scaled(subject: Subject) -> Iterator[Request]:
    for target in subject.targets:
        for name in target.names:
            if target.type:
                why = "one for each look at whether the number is reached"
                yield request("get", path(subject, target.type, name, "scale"), why)


def _edit(subject: Subject) -> Iterator[Request]:
    why = "only if you save a change"
    if subject.files:
        yield from from_files(subject, "get", "patch")
        return
    yield from read_targets(subject, subject.value("subresource"))
    for target in subject.targets:
        for name in target.names or ("{name}",):
            if target.type:
                yield request("patch", path(subject, target.type, name, subject.value("subresource")), why)


def _apply(subject: Subject) -> Iterator[Request]:
    names = named_files(subject)
    if subject.on("server-side"):
        yield request("patch", "", f"one for each object in {names}")
        taken_over = "for each object that an earlier apply without --server-side left"
        yield request("get", "", taken_over)
        yield request("patch", "", taken_over)
        return
    yield request("get", "", f"one for each object in {names}")
    if subject.dry_run == "client":
        return
    yield request("create", "", f"for each object in {names} that is not there yet")
    yield request("patch", "", f"for each object in {names} that is there and differs")


def _replace(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request("update", raw)
    elif subject.dry_run == "client":
        yield from from_files(subject, "get")
    elif subject.on("force"):
        yield from from_files(subject, "delete", "get", "create")
    else:
        yield from from_files(subject, "get", "update")


def _undo(subject: Subject) -> Iterator[Request]:
    verbs = () if subject.dry_run == "client" else ("patch",)
    return from_files(subject, "get", *verbs) if subject.files else history_of(subject, *verbs)


def _cordon(subject: Subject) -> Iterator[Request]:
    yield from _nodes(subject)
    if subject.dry_run == "client":
        return
    for name in _node_names(subject):
        yield request("patch", builtin("nodes").path(name=name), "" if name != "{name}" else EACH_LISTED)


def _drain(subject: Subject) -> Iterator[Request]:
    yield from _cordon(subject)
    pods = builtin("pods")
    for _ in _node_names(subject):
        yield request("list", pods.path())
    if subject.dry_run != "client":
        verb, sub = ("delete", "") if subject.on("disable-eviction") else ("create", "eviction")
        why = "one for each pod on the node that has to go"
        yield request(verb, pods.path("{namespace}", "{name}", sub), why)


def _nodes(subject: Subject) -> Iterator[Request]:
    nodes = builtin("nodes")
    names = [name for target in subject.targets for name in target.names]
    if not names:
        yield request("list", nodes.path())
    for name in names:
        yield request("get", nodes.path(name=name))


def _node_names(subject: Subject) -> tuple[str, ...]:
    return tuple(name for target in subject.targets for name in target.names) or ("{name}",)


def _certificate(subject: Subject) -> Iterator[Request]:
    kind = builtin("certificatesigningrequests")
    for name in (name for target in subject.targets for name in target.names):
        yield request("get", kind.path(name=name))
        yield request("update", kind.path(name=name, subresource="approval"))


def _delete(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request("delete", raw)
        return
    if subject.files:
        waits = ("get",) if subject.on("wait") and subject.dry_run == "none" else ()
        yield from from_files(subject, *(() if subject.dry_run == "client" else ("delete", *waits)))
        return
    for target, name in objects(subject):
        if not name:
            yield read_one(subject, target, name)
        if subject.dry_run != "client":
            yield about(subject, target, name, "delete")
    if subject.on("wait") and subject.dry_run == "none":
        yield from _until_gone(subject)


def _until_gone(subject: Subject) -> Iterator[Request]:
    for target, name in objects(subject):
        if target.type:
            yield about(subject, target, name, "get")
    for target in subject.targets:
        if target.type:
            yield request("list", path(subject, target.type), WHILE_THERE)
            yield request("watch", path(subject, target.type), WHILE_THERE)


RULES: dict[tuple[str, ...], Rule] = {
    ("annotate",): _metadata,
    ("apply",): _apply,
    ("apply", "edit-last-applied"): _edit,
    ("apply", "set-last-applied"): _patch,
    ("auth", "reconcile"): _replace,
    ("certificate",): _certificate,
    ("cordon",): _cordon,
    ("delete",): _delete,
    ("drain",): _drain,
    ("edit",): _edit,
    ("label",): _metadata,
    ("patch",): _patch_one_by_one,
    ("replace",): _replace,
    ("rollout", "pause"): _patch,
    ("rollout", "restart"): _patch,
    ("rollout", "resume"): _patch,
    ("rollout", "undo"): _undo,
    ("scale",): _scale,
    ("set",): _patch,
    ("set", "env"): _set_env,
    ("taint",): _taint,
    ("uncordon",): _cordon,
}
