"""What the API server adds or refuses by looking at other objects: namespaces, service accounts, priorities, addresses.

Source of the rules and words: kubernetes ``plugin/pkg/admission`` (namespace lifecycle, serviceaccount, priority,
defaulttolerationseconds, nodetaint, defaultingressclass) and the strategy of signing requests. Quotas and limit ranges
are stored but not enforced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kx.practice.access import escalation
from kx.practice.access.authorizer import Authorizer
from kx.practice.admission_storage import admit_resize
from kx.practice.allocation import Allocations
from kx.practice.claims import CLAIMS
from kx.practice.http import ANONYMOUS, User
from kx.practice.resources import Resource
from kx.practice.status import ApiError, Obj, forbidden, not_found
from kx.practice.store import Store

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_TOKEN_SECONDS = 3607
_NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
_OLD_CLASS = "kubernetes.io/ingress.class"
_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_REQUESTER = ("username", "uid", "groups", "extra")
_REVIEWS_EVERYWHERE = frozenset({"localsubjectaccessreviews.authorization.k8s.io"})


class Admission:
    """Changes and checks writes before they reach the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._authorizer = Authorizer(store)
        self._allocations = Allocations(store)
        self._on_create: dict[str, Callable[[Obj, User], Obj]] = {
            "pods": lambda obj, _: self._admit_pod(obj),
            "services": lambda obj, _: self._allocations.assign(obj, None),
            "nodes": lambda obj, _: _not_ready_yet(obj),
            "ingresses.networking.k8s.io": lambda obj, _: self._admit_ingress(obj),
            "certificatesigningrequests.certificates.k8s.io": _asked_by,
        }

    def create(self, resource: Resource, obj: Obj, user: User = ANONYMOUS) -> Obj:
        """The object as ``user`` may create it; metadata.name and uid are set."""
        self._check_namespace(resource, obj)
        escalation.check(self._authorizer, resource.key, obj, None, user)
        admit = self._on_create.get(resource.key)
        return admit(obj, user) if admit else obj

    def update(self, resource: Resource, obj: Obj, old: Obj, user: User = ANONYMOUS) -> Obj:
        """The object as ``user`` may let it replace ``old``."""
        escalation.check(self._authorizer, resource.key, obj, old, user)
        if resource.key == CLAIMS:
            return admit_resize(self._store, obj, old)
        return self._allocations.assign(obj, old) if resource.key == "services" else obj

    def delete(self, resource: Resource, name: str) -> None:
        """Refuse what must not be deleted."""
        if resource.key == "namespaces" and name in IMMORTAL:
            raise forbidden("namespaces", name, "this namespace may not be deleted")

    def _check_namespace(self, resource: Resource, obj: Obj) -> None:
        metadata = obj["metadata"]
        namespace = metadata.get("namespace", "")
        if not resource.namespaced or resource.key in _REVIEWS_EVERYWHERE:
            return
        found = self._store.find("namespaces", "", namespace)
        if found is None:
            raise not_found("namespaces", namespace)
        if found["metadata"].get("deletionTimestamp"):
            why = f"unable to create new content in namespace {namespace} because it is being terminated"
            refusal = forbidden(resource.key, _asked_name(metadata), why)
            message = f"namespace {namespace} is being terminated"
            cause = {"reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace"}
            raise ApiError(403, "Forbidden", refusal.message, {**(refusal.details or {}), "causes": [cause]})

    # Ingresses

    def _admit_ingress(self, ingress: Obj) -> Obj:
        """One that names no class gets the default one, the newest where there are several (defaultingressclass)."""
        notes = ingress["metadata"].get("annotations") or {}
        if (ingress.get("spec") or {}).get("ingressClassName") is not None or _OLD_CLASS in notes:
            return ingress
        every = self._store.list("ingressclasses.networking.k8s.io")
        marked = [each for each in every if (each["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true"]
        if not marked:
            return ingress
        newest = max(each["metadata"]["creationTimestamp"] for each in marked)
        chosen = min(each["metadata"]["name"] for each in marked if each["metadata"]["creationTimestamp"] == newest)
        return {**ingress, "spec": {**(ingress.get("spec") or {}), "ingressClassName": chosen}}

    # Pods

    def _admit_pod(self, pod: Obj) -> Obj:
        spec = dict(pod.get("spec") or {})
        self._set_priority(pod, spec)
        self._set_service_account(pod, spec)
        _tolerate_short_outages(spec)
        return {**pod, "spec": spec}

    def _set_priority(self, pod: Obj, spec: Obj) -> None:
        name = spec.get("priorityClassName", "")
        if name:
            chosen = self._store.find("priorityclasses.scheduling.k8s.io", "", name)
            if chosen is None:
                why = f"no PriorityClass with name {name} was found"
                raise forbidden("pods", _asked_name(pod["metadata"]), why)
        else:
            every = self._store.list("priorityclasses.scheduling.k8s.io")
            chosen = min(
                (item for item in every if item.get("globalDefault")), key=lambda item: item["value"], default=None
            )
        if chosen and not name:
            spec["priorityClassName"] = chosen["metadata"]["name"]
        computed = chosen["value"] if chosen else 0
        given = spec.get("priority")
        if given is not None and given != computed:
            why = (
                f"the integer value of priority ({given}) must not be provided in pod spec; priority admission "
                f"controller computed {computed} from the given PriorityClass name"
            )
            raise forbidden("pods", _asked_name(pod["metadata"]), why)
        spec["priority"] = computed
        spec.setdefault("preemptionPolicy", (chosen or {}).get("preemptionPolicy", "PreemptLowerPriority"))

    def _set_service_account(self, pod: Obj, spec: Obj) -> None:
        metadata = pod["metadata"]
        namespace = metadata["namespace"]
        name = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
        account = self._store.find("serviceaccounts", namespace, name)
        if account is None and name == "default":
            # A real server waits for the controller; here one step does what the controller is about to do.
            account = self._store.create("serviceaccounts", default_service_account(namespace))
        if account is None:
            why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
            raise forbidden("pods", _asked_name(metadata), why)
        spec["serviceAccountName"] = spec["serviceAccount"] = name
        if account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
            spec["imagePullSecrets"] = account["imagePullSecrets"]
        wanted = spec.get("automountServiceAccountToken", account.get("automountServiceAccountToken", True))
        if wanted is not False:
            self._mount_token(spec)

    def _mount_token(self, spec: Obj) -> None:
        volumes = list(spec.get("volumes") or ())
        known = next((each["name"] for each in volumes if each["name"].startswith("kube-api-access-")), "")
        volume = known or self._store.new_name("volumes", "", "kube-api-access-")
        mount = {"name": volume, "readOnly": True, "mountPath": TOKEN_PATH}
        mounted = False
        for kind in ("initContainers", "containers"):
            containers: list[dict[str, Any]] = []
            for container in spec.get(kind) or ():
                mounts = container.get("volumeMounts") or []
                if not any(each.get("mountPath") == TOKEN_PATH for each in mounts):
                    container = {**container, "volumeMounts": [*mounts, mount]}
                    mounted = True
                containers.append(container)
            if containers:
                spec[kind] = containers
        if mounted and not known:
            spec["volumes"] = [*volumes, _token_volume(volume)]


def _not_ready_yet(node: Obj) -> Obj:
    """A node takes no pods before it has said that it is ready."""
    spec = node.get("spec") or {}
    taints = spec.get("taints") or []
    if any(taint.get("key") == _NOT_READY["key"] and taint.get("effect") == "NoSchedule" for taint in taints):
        return node
    return {**node, "spec": {**spec, "taints": [*taints, dict(_NOT_READY)]}}


def _asked_by(request: Obj, user: User) -> Obj:
    """A signing request says who asks, whatever its writer says."""
    spec = {key: value for key, value in (request.get("spec") or {}).items() if key not in _REQUESTER}
    asker = {"username": user.name, "uid": user.uid, "groups": list(user.groups)}
    extra = {key: list(values) for key, values in user.extra}
    return {**request, "spec": {**spec, **{key: value for key, value in {**asker, "extra": extra}.items() if value}}}


def _asked_name(metadata: Obj) -> str:
    """The name as a client asked for it: a real server ends a generateName only after admission."""
    name, base = str(metadata.get("name", "")), str(metadata.get("generateName", ""))
    return base if base and name.startswith(base) else name


def default_service_account(namespace: str) -> Obj:
    """The ServiceAccount every namespace has."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}


def _token_volume(name: str) -> Obj:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return {
        "name": name,
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [namespace]}},
            ],
            "defaultMode": 420,
        },
    }


def _tolerate_short_outages(spec: Obj) -> None:
    tolerations = list(spec.get("tolerations") or ())
    for taint in _TAINTS:
        if not any(_tolerates(each, taint) for each in tolerations):
            tolerations.append({"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    spec["tolerations"] = tolerations


def _tolerates(toleration: Obj, taint: str) -> bool:
    return toleration.get("key", "") in ("", taint) and toleration.get("effect", "") in ("", "NoExecute")
