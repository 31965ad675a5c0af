"""The roles and bindings a cluster begins with: those that people meet. Facts of plugin/pkg/auth/authorizer/rbac.

The many roles of a real cluster's own components are left out: components of the practice cluster need none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kx.practice.access.authorizer import CLUSTER_BINDINGS, CLUSTER_ROLES, GROUP
from kx.practice.status import Obj

_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_NOTES = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")
_ADMIN = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_STREAMS = ("pods/attach", "pods/exec", "pods/portforward", "pods/proxy")


def _with(names: str, parts: str) -> tuple[str, ...]:
    """Each name by itself and with each part: ``jobs``, ``jobs/status``."""
    return tuple(
        sorted(each for name in names.split() for each in (name, *(f"{name}/{part}" for part in parts.split())))
    )


_APPS_VIEW = (
    "controllerrevisions",
    *_with("daemonsets", "status"),
    *_with("deployments replicasets statefulsets", "scale status"),
)
_OLD_VIEW = (
    *_with("daemonsets ingresses", "status"),
    *_with("deployments replicasets", "scale status"),
    "networkpolicies",
    "replicationcontrollers/scale",
)
_OLD_EDIT = (
    *("daemonsets", "deployments", "deployments/rollback", "deployments/scale", "ingresses", "networkpolicies"),
    *("replicasets", "replicasets/scale", "replicationcontrollers/scale"),
)
_CORE_VIEW = (
    *("configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods"),
    *("replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"),
)
_CORE_STATUS = (
    *("bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status"),
    *("replicationcontrollers/status", "resourcequotas", "resourcequotas/status"),
)
_CORE_EDIT = (
    *("configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale"),
    *("secrets", "serviceaccounts", "services", "services/proxy"),
)
_APPS_EDIT = (
    *("daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale"),
    *("statefulsets", "statefulsets/scale"),
)
_NETWORK_VIEW = (*_with("ingresses", "status"), "networkpolicies")

Row = tuple[Sequence[str], str, Sequence[str]]  # verbs, group, resources

# Role -> what it allows.
_RULES: dict[str, tuple[Row, ...]] = {
    "system:aggregate-to-view": (
        (_READ, "", _CORE_VIEW),
        (_READ, "", _CORE_STATUS),
        (_READ, "", ("namespaces",)),
        (_READ, "discovery.k8s.io", ("endpointslices",)),
        (_READ, "apps", _APPS_VIEW),
        (_READ, "autoscaling", _with("horizontalpodautoscalers", "status")),
        (_READ, "batch", _with("cronjobs jobs", "status")),
        (_READ, "extensions", _OLD_VIEW),
        (_READ, "policy", _with("poddisruptionbudgets", "status")),
        (_READ, "networking.k8s.io", _NETWORK_VIEW),
    ),
    "system:aggregate-to-edit": (
        (_READ, "", (*_STREAMS, "secrets", "services/proxy")),
        (("impersonate",), "", ("serviceaccounts",)),
        (_WRITE, "", ("pods", *_STREAMS)),
        (("create",), "", ("pods/eviction",)),
        (_WRITE, "", _CORE_EDIT),
        (("create",), "", ("serviceaccounts/token",)),
        (_WRITE, "apps", _APPS_EDIT),
        (_WRITE, "autoscaling", ("horizontalpodautoscalers",)),
        (_WRITE, "batch", ("cronjobs", "jobs")),
        (_WRITE, "extensions", _OLD_EDIT),
        (_WRITE, "policy", ("poddisruptionbudgets",)),
        (_WRITE, "networking.k8s.io", ("ingresses", "networkpolicies")),
        (_ADMIN, "coordination.k8s.io", ("leases",)),
    ),
    "system:aggregate-to-admin": (
        (("create",), "authorization.k8s.io", ("localsubjectaccessreviews",)),
        (_ADMIN, GROUP, ("rolebindings", "roles")),
    ),
    "system:auth-delegator": (
        (("create",), "authentication.k8s.io", ("tokenreviews",)),
        (("create",), "authorization.k8s.io", ("subjectaccessreviews",)),
    ),
    "system:basic-user": (
        (("create",), "authorization.k8s.io", ("selfsubjectaccessreviews", "selfsubjectrulesreviews")),
        (("create",), "authentication.k8s.io", ("selfsubjectreviews",)),
    ),
    "cluster-admin": ((("*",), "*", ("*",)),),
}
_PATHS = {
    "system:discovery": ("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                         "/readyz", "/version", "/version/"),
    "system:public-info-viewer": ("/healthz", "/livez", "/readyz", "/version", "/version/"),
    "cluster-admin": ("*",),
}  # fmt: skip
# Roles that gather the rules of all roles labelled for them.
_GATHERED = ("admin", "edit", "view")
# Role -> into which others its rules are gathered.
_INTO = {
    "system:aggregate-to-admin": ("admin",),
    "system:aggregate-to-edit": ("edit",),
    "system:aggregate-to-view": ("view",),
    "view": ("edit",),
    "edit": ("admin",),
}
_BOUND = {
    "cluster-admin": ("system:masters",),
    "system:basic-user": ("system:authenticated",),
    "system:discovery": ("system:authenticated",),
    "system:public-info-viewer": ("system:authenticated", "system:unauthenticated"),
}


def bootstrap_objects() -> Iterator[tuple[str, Obj]]:
    """(resource, object) of every role and binding."""
    for name in (*_RULES, *(name for name in _PATHS if name not in _RULES)):
        yield CLUSTER_ROLES, _role(name)
    for name in _GATHERED:
        selectors = [{"matchLabels": {f"{_AGGREGATE}{name}": "true"}}]
        yield CLUSTER_ROLES, {**_role(name), "aggregationRule": {"clusterRoleSelectors": selectors}}
    for name, groups in _BOUND.items():
        yield CLUSTER_BINDINGS, _binding(name, groups)


def _role(name: str) -> Obj:
    labels = {**_LABELS, **{f"{_AGGREGATE}{other}": "true" for other in _labelled(name)}}
    rules = [
        {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}
        for verbs, group, resources in _RULES.get(name, ())
    ]
    paths = _PATHS.get(name)
    if paths:
        rules.append({"nonResourceURLs": list(paths), "verbs": ["*" if name == "cluster-admin" else "get"]})
    metadata = {"name": name, "labels": labels, "annotations": dict(_NOTES)}
    return {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": metadata, "rules": rules}


def _labelled(name: str) -> tuple[str, ...]:
    """``view`` goes into ``edit``, and ``edit`` into ``admin``, so that each holds all of the one before."""
    return _INTO.get(name, ())


def _binding(name: str, groups: Sequence[str]) -> Obj:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": dict(_LABELS), "annotations": dict(_NOTES)},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": GROUP, "kind": "Group", "name": group} for group in groups],
    }
