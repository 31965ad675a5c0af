"""Traps of changing what is there: kinds that cannot do it, fields that cannot change, words that do not fit.

What each kind can do is kubectl's own table (polymorphichelpers) and the API's list of scale subresources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.explanation import Severity, Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, replaced
from kx.kubectl.catalog.resources import ResourceType

_ROLLED = frozenset({"deployments.apps", "daemonsets.apps", "statefulsets.apps"})
_PAUSED = frozenset({"deployments.apps"})
_SCALED = frozenset({"deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers"})
_EXPOSED = frozenset({"pods", "services", "replicationcontrollers", "deployments.apps", "replicasets.apps"})
# Command -> the built-in kinds it works for, and what it does to them.
_WORKS_FOR: dict[tuple[str, ...], tuple[frozenset[str], str]] = {
    ("autoscale",): (_SCALED, "be scaled"),
    ("expose",): (_EXPOSED, "be exposed"),
    ("rollout", "history"): (_ROLLED, "be asked for its versions"),
    ("rollout", "pause"): (_PAUSED, "be paused"),
    ("rollout", "restart"): (_ROLLED, "be restarted this way"),
    ("rollout", "resume"): (_PAUSED, "be resumed"),
    ("rollout", "status"): (_ROLLED, "be rolled out"),
    ("rollout", "undo"): (_ROLLED, "be rolled back"),
    ("scale",): (_SCALED, "be scaled"),
    ("set", "selector"): (frozenset({"services"}), "be given a selector this way"),
    ("set", "subject"): (
        frozenset({"rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"}),
        "be given subjects",
    ),
    ("taint",): (frozenset({"nodes"}), "be tainted"),
}
# Commands that take a kind alone for all objects of it, tried with kubectl 1.27 to 1.33.
_TAKES_EVERY = frozenset(
    {("edit",), *(("rollout", word) for word in ("pause", "restart", "resume", "undo"))},
)
_SELECTOR = re.compile(r"[\"']?selector[\"']?\s*:|/spec/selector")
_IMMUTABLE_SELECTOR = _ROLLED | {"replicasets.apps", "jobs.batch"}
_LABEL_COLON = re.compile(r"([\w./-]+):([\w.-]+)$")


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of changing."""
    yield from _kinds(subject)
    yield from _every_one(subject)
    own = _OWN.get(subject.path[0])
    if own is not None:
        yield from own(subject)


def _every_one(subject: Subject) -> Iterator[Trap]:
    """`rollout restart deploy`: without a name, every object of the kind in the namespace."""
    if subject.path not in _TAKES_EVERY or subject.files or subject.given("selector") or subject.refused:
        return
    bare = [target for target in subject.targets if not target.names]
    if bare:
        kinds = ", ".join(target.type.plural if target.type else target.typed for target in bare)
        where = f"of namespace {subject.namespace}" if subject.namespace else "of ALL namespaces"
        message = f"Without a name this means every one of the {kinds} {where}."
        severity: Severity = "hint" if subject.path == ("edit",) else "warn"
        yield marked(subject, [bare[0].word], "every-one", severity, message)


def _kinds(subject: Subject) -> Iterator[Trap]:
    row = _WORKS_FOR.get(subject.path)
    if row is None:
        return
    able, what = row
    for target in subject.targets:
        if target.type is not None and target.type.key not in able:
            message = f"A {target.type.kind} cannot {what}; this works for {_listed(able)}."
            yield marked(subject, [target.word], "wrong-kind", "warn", message)
            return


def _listed(keys: frozenset[str]) -> str:
    return ", ".join(sorted(key.partition(".")[0] for key in keys))


def _scale(subject: Subject) -> Iterator[Trap]:
    use = subject.use("replicas")
    if use is None or use.value != "0" or subject.dry_run != "none":
        return
    every = subject.on("all")
    message = f"No pod is left running then{', of any of them' if every else ''}; scaling up again makes new ones."
    yield marked(subject, flag_words(use), "scale-to-zero", "warn" if every else "hint", message)


def _labels(subject: Subject) -> Iterator[Trap]:
    """`label pod p a:b`: no pair, but the name of one more pod."""
    if subject.operands.with_role("pair", "removal"):
        return
    for index in subject.operands.with_role("name"):
        match = _LABEL_COLON.match(subject.word(index).value)
        if match and not subject.word(index).quoted:
            message = 'A key and its value are joined by "=", not by ":".'
            fix = replaced(subject, index, f"{match.group(1)}={match.group(2)}")
            yield marked(subject, [index], "colon-for-equals", "warn", message, fix)


def _patch(subject: Subject) -> Iterator[Trap]:
    use = subject.use("patch")
    kinds = [target.type for target in subject.targets if target.type]
    if use is None or not use.value or not kinds:
        return
    if kinds[0].key in _IMMUTABLE_SELECTOR and _SELECTOR.search(use.value):
        yield marked(subject, flag_words(use), "fixed-selector", "warn", _fixed(kinds[0]))


def _fixed(kind: ResourceType) -> str:
    return f"The selector of a {kind.kind} can never be changed: the server refuses it. Delete it and make a new one."


def _edit(subject: Subject) -> Iterator[Trap]:
    for target in subject.targets:
        if target.type is not None and target.type.key == "pods":
            message = (
                "Of a pod that is there, hardly more than the images, labels and annotations can be changed; change "
                "the Deployment that made it, if there is one."
            )
            yield marked(subject, [target.word], "fixed-pod", "hint", message)
            return


def _taint(subject: Subject) -> Iterator[Trap]:
    """`taint nodes n a=b:NoSchedule --all`: the name does not count, nor with -l."""
    use = subject.use("selector") or (subject.use("all") if subject.on("all") else None)
    named = subject.operands.with_role("name", "type-name")
    if use is not None and named:
        whole = "every node" if use.name == "all" else "the nodes that match"
        message = f"With {use.typed} kubectl does not look at the names: this means {whole}."
        severity: Severity = "stop" if subject.dry_run == "none" and use.name == "all" else "warn"
        yield marked(subject, [*flag_words(use), *named], "names-left-out", severity, message)


def _expose(subject: Subject) -> Iterator[Trap]:
    if subject.given("port") or not subject.targets or subject.refused or subject.files:
        return
    message = "Without --port this only works if the pods say which ports they have; kubectl refuses it otherwise."
    yield marked(subject, [subject.targets[0].word], "no-port", "hint", message)


def _set(subject: Subject) -> Iterator[Trap]:
    if subject.path == ("set", "image") and not subject.operands.with_role("pair"):
        words = [index for index in subject.invocation.operands if ":" in subject.word(index).value]
        if words:
            message = "kubectl must be told which container: CONTAINER=IMAGE, or *=IMAGE for all of them."
            fix = replaced(subject, words[0], f"'*={subject.word(words[0]).value}'")
            yield marked(subject, words[:1], "no-container", "warn", message, fix)


_OWN = {
    "annotate": _labels,
    "edit": _edit,
    "expose": _expose,
    "label": _labels,
    "patch": _patch,
    "scale": _scale,
    "set": _set,
    "taint": _taint,
}
