"""What the operands of each command are: a table of kubectl's own rules, no words and no requests.

Sources: the Usage lines of kubectl and kubectl-grammar. A command that is not in the table takes no operands.
"""

from __future__ import annotations

from typing import Literal

from kx.records import dataclass

Kind = Literal[
    "resources",  # TYPE NAME…, TYPE/NAME…, TYPE,TYPE NAME
    "named",  # names of existing objects of one type
    "new",  # the name of an object to be made, then arguments if ``rest`` says so
    "pod",  # POD or TYPE/NAME, then ``rest``
    "words",  # fixed roles, one after the other
]


@dataclass(frozen=True)
class Layout:
    """The shape of a command's operands."""

    kind: Kind
    resource: str = ""  # the type of "named" and "new", by its plural
    rest: str = ""  # the role of what follows; "" means nothing may follow
    roles: tuple[str, ...] = ()  # for "words"
    limit: int = 0  # how many operands are allowed at most; 0: no limit


_RESOURCES = Layout("resources")
_PAIRS = Layout("resources", rest="pair")


def _new(resource: str, rest: str = "") -> Layout:
    return Layout("new", resource, rest, limit=0 if rest else 1)


def _named(resource: str, limit: int = 0) -> Layout:
    return Layout("named", resource, limit=limit)


def _words(*roles: str) -> Layout:
    return Layout("words", roles=roles, limit=len(roles))


LAYOUTS: dict[tuple[str, ...], Layout] = {
    ("annotate",): _PAIRS,
    ("apply", "edit-last-applied"): _RESOURCES,
    ("apply", "view-last-applied"): _RESOURCES,
    ("attach",): Layout("pod", limit=1),
    ("auth", "can-i"): _words("verb", "resource"),
    ("autoscale",): _RESOURCES,
    ("certificate", "approve"): _named("certificatesigningrequests"),
    ("certificate", "deny"): _named("certificatesigningrequests"),
    ("completion",): _words("shell"),
    ("config", "delete-cluster"): _words("cluster"),
    ("config", "delete-context"): _words("context"),
    ("config", "delete-user"): _words("user"),
    ("config", "get-contexts"): Layout("words", roles=("context",)),
    ("config", "rename-context"): _words("context", "new-context"),
    ("config", "set"): _words("field", "value"),
    ("config", "set-cluster"): _words("cluster"),
    ("config", "set-context"): _words("context"),
    ("config", "set-credentials"): _words("user"),
    ("config", "unset"): _words("field"),
    ("config", "use-context"): _words("context"),
    ("cordon",): _named("nodes", limit=1),
    ("cp",): _words("source", "destination"),
    ("create", "clusterrole"): _new("clusterroles"),
    ("create", "clusterrolebinding"): _new("clusterrolebindings"),
    ("create", "configmap"): _new("configmaps"),
    ("create", "cronjob"): _new("cronjobs"),
    ("create", "deployment"): _new("deployments"),
    ("create", "ingress"): _new("ingresses"),
    ("create", "job"): _new("jobs"),
    ("create", "namespace"): _new("namespaces"),
    ("create", "poddisruptionbudget"): _new("poddisruptionbudgets"),
    ("create", "priorityclass"): _new("priorityclasses"),
    ("create", "quota"): _new("resourcequotas"),
    ("create", "role"): _new("roles"),
    ("create", "rolebinding"): _new("rolebindings"),
    ("create", "secret", "docker-registry"): _new("secrets"),
    ("create", "secret", "generic"): _new("secrets"),
    ("create", "secret", "tls"): _new("secrets"),
    ("create", "service", "clusterip"): _new("services"),
    ("create", "service", "externalname"): _new("services"),
    ("create", "service", "loadbalancer"): _new("services"),
    ("create", "service", "nodeport"): _new("services"),
    ("create", "serviceaccount"): _new("serviceaccounts"),
    ("create", "token"): _named("serviceaccounts", limit=1),
    ("debug",): Layout("pod", rest="pod"),
    ("delete",): _RESOURCES,
    ("describe",): _RESOURCES,
    ("drain",): _named("nodes"),
    ("edit",): _RESOURCES,
    ("exec",): Layout("pod", rest="argument"),
    ("explain",): _words("field"),
    ("expose",): _RESOURCES,
    ("get",): _RESOURCES,
    ("help",): Layout("words", roles=("command",)),
    ("kustomize",): _words("folder"),
    ("label",): _PAIRS,
    ("logs",): Layout("pod", rest="argument", limit=2),
    ("patch",): _RESOURCES,
    ("port-forward",): Layout("pod", rest="port"),
    ("rollout", "history"): _RESOURCES,
    ("rollout", "pause"): _RESOURCES,
    ("rollout", "restart"): _RESOURCES,
    ("rollout", "resume"): _RESOURCES,
    ("rollout", "status"): _RESOURCES,
    ("rollout", "undo"): _RESOURCES,
    ("run",): _new("pods", rest="argument"),
    ("scale",): _RESOURCES,
    ("set", "env"): _PAIRS,
    ("set", "image"): _PAIRS,
    ("set", "resources"): _RESOURCES,
    ("set", "selector"): _PAIRS,
    ("set", "serviceaccount"): Layout("resources", rest="last"),
    ("set", "subject"): _RESOURCES,
    ("taint",): _PAIRS,
    ("top", "node"): _named("nodes", limit=1),
    ("top", "pod"): _named("pods", limit=1),
    ("uncordon",): _named("nodes", limit=1),
    ("wait",): _RESOURCES,
}
