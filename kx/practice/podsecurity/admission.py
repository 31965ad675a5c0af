"""Pod security where writes pass: what is refused, and what whoever writes is warned of.

Rules and words: ``k8s.io/pod-security-admission/admission``. Pods are refused; of objects that make pods is warned.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.practice.podsecurity.policy import Policy, Standard, policy, problems
from kx.practice.resources import Resource
from kx.practice.status import Obj, forbidden, invalid
from kx.practice.store import Store

# Where the pod's template is in what makes pods.
_TEMPLATES = {
    "podtemplates": ("template",),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        (
            "replicationcontrollers",
            "replicasets.apps",
            "deployments.apps",
            "statefulsets.apps",
            "daemonsets.apps",
            "jobs.batch",
        ),
        ("spec", "template"),
    ),
}
_POD_PARTS = ("", "ephemeralcontainers", "resize")
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"


def check(store: Store, resource: Resource, obj: Obj, old: Obj | None, subresource: str) -> None:
    """Refuse a pod that its namespace does not allow (Forbidden), and labels of a namespace that say nothing (422)."""
    if resource.key == "namespaces" and not subresource:
        wrong = problems(_labels(obj))
        if wrong and (old is None or [*map(str, wrong)] != [*map(str, problems(_labels(old)))]):
            raise invalid("Namespace", "", obj["metadata"]["name"], wrong)
    elif resource.key == "pods" and subresource in _POD_PARTS and _matters(obj, old):
        enforce = _policy(store, obj).enforce
        if said := _told(enforce, obj):
            raise forbidden("pods", obj["metadata"]["name"], f'violates PodSecurity "{enforce}": {said}')


def warnings(store: Store, resource: Resource, obj: Obj, old: Obj | None, subresource: str = "") -> list[str]:
    """What is to be said of an object that was written."""
    key = resource.key
    if key == "namespaces" and old is not None and not subresource:
        return list(_of_pods_there(store, obj, old))
    pod = _template(key, obj) if not subresource else None
    if key == "pods" and subresource in _POD_PARTS and _matters(obj, old):
        pod = obj
    if pod is None:
        return []
    warn = _policy(store, obj).warn
    said = _told(warn, pod)
    return [f'would violate PodSecurity "{warn}": {said}'] if said else []


def _of_pods_there(store: Store, namespace: Obj, old: Obj) -> Iterator[str]:
    """Pods that would be refused now, when a namespace becomes stricter."""
    new, before = policy(_labels(namespace)).enforce, policy(_labels(old)).enforce
    if new.version == before.version and new.strictness <= before.strictness:
        return
    name = namespace["metadata"]["name"]
    found: dict[str, list[str]] = {}
    for pod in store.list("pods", name):
        reasons = ", ".join(reason for reason, _ in _violations(new, pod))
        if reasons:
            found.setdefault(reasons, []).append(pod["metadata"]["name"])
    if found:
        yield f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{new}"'
    yield from sorted(f"{min(pods)}{_others(len(pods) - 1)}: {reasons}" for reasons, pods in found.items())


def _others(count: int) -> str:
    return f" (and {count} other pod{'s' if count > 1 else ''})" if count else ""


def _told(standard: Standard, pod: Obj) -> str:
    return ", ".join(f"{reason} ({detail})" for reason, detail in _violations(standard, pod))


def _violations(standard: Standard, pod: Obj) -> Iterator[tuple[str, str]]:
    return standard.violations(pod.get("spec") or {}, (pod.get("metadata") or {}).get("annotations") or {})


def _policy(store: Store, obj: Obj) -> Policy:
    namespace = store.find("namespaces", "", obj["metadata"].get("namespace", ""))
    return policy(_labels(namespace) if namespace else {})


def _labels(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def _template(key: str, obj: Obj) -> Obj | None:
    found: Obj | None = obj
    for part in _TEMPLATES.get(key, ()):
        found = (found or {}).get(part)
    return found if key in _TEMPLATES else None


def _matters(pod: Obj, old: Obj | None) -> bool:
    """Whether anything changed that the standards look at and that can change."""
    if old is None:
        return True
    return _changeable(pod) != _changeable(old)


def _changeable(pod: Obj) -> object:
    notes = pod["metadata"].get("annotations") or {}
    parts = ("initContainers", "containers", "ephemeralContainers")
    images = [[(one["name"], one.get("image")) for one in pod["spec"].get(part) or ()] for part in parts]
    return images, notes.get(_SECCOMP)
