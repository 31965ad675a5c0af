"""What each command expects where an operand stands: a table of slots, for completion.

Only which kind of thing fits; what exists of it is asked elsewhere. Sources: kubectl's Usage lines, and what kubectl
itself completes (k8s.io/kubectl/pkg/cmd/*, ValidArgsFunction).
"""

from __future__ import annotations

from kx.records import dataclass

# The kinds of slot. "resource" stands for TYPE NAME… or TYPE/NAME…; "name" for an existing object of ``resource``.
RESOURCE = "resource"
NAME = "name"


@dataclass(frozen=True)
class Slots:
    """The operands of a command: what the first ones are, one after the other, and what all further ones are."""

    first: tuple[str, ...] = ()
    rest: str = ""  # "" : nothing more is taken
    resource: str = ""  # the type whose names "name" and a bare word mean
    types: tuple[str, ...] = ()  # the only types that make sense; () for any


_ROLLOUT = ("deployments", "daemonsets", "statefulsets")
_WORKLOADS = (*_ROLLOUT, "replicasets", "replicationcontrollers", "jobs", "cronjobs", "pods")
_SCALABLE = ("deployments", "replicasets", "statefulsets", "replicationcontrollers")
_EXPOSABLE = ("deployments", "pods", "replicasets", "replicationcontrollers", "services")

_RESOURCES = Slots((RESOURCE,))


def _resource(*types: str, rest: str = "") -> Slots:
    return Slots((RESOURCE,), rest=rest, types=types)


def _names(resource: str) -> Slots:
    return Slots((), rest=NAME, resource=resource)


def _one_name(resource: str, rest: str = "") -> Slots:
    return Slots((NAME,), rest=rest, resource=resource)


SLOTS: dict[tuple[str, ...], Slots] = {
    ("annotate",): _resource(rest="pair"),
    ("apply", "edit-last-applied"): _RESOURCES,
    ("apply", "view-last-applied"): _RESOURCES,
    ("attach",): _one_name("pods"),
    ("auth", "can-i"): Slots(("verb", "type", NAME)),
    ("autoscale",): _resource(*_SCALABLE),
    ("certificate", "approve"): _names("certificatesigningrequests"),
    ("certificate", "deny"): _names("certificatesigningrequests"),
    ("completion",): Slots(("shell-name",)),
    ("config", "delete-cluster"): Slots(("cluster",)),
    ("config", "delete-context"): Slots(("context",)),
    ("config", "delete-user"): Slots(("user",)),
    ("config", "get-contexts"): Slots((), rest="context"),
    ("config", "rename-context"): Slots(("context", "new")),
    ("config", "set-cluster"): Slots(("cluster",)),
    ("config", "set-context"): Slots(("context",)),
    ("config", "set-credentials"): Slots(("user",)),
    ("config", "set"): Slots(("property", "value")),
    ("config", "unset"): Slots(("property",)),
    ("config", "use-context"): Slots(("context",)),
    ("cordon",): _names("nodes"),
    ("cp",): Slots(("file-or-pod", "file-or-pod"), resource="pods"),
    ("create", "token"): _one_name("serviceaccounts"),
    ("debug",): Slots((NAME,), resource="pods", types=("pods", "nodes")),
    ("delete",): _RESOURCES,
    ("describe",): _RESOURCES,
    ("drain",): _names("nodes"),
    ("edit",): _RESOURCES,
    ("exec",): _one_name("pods"),
    ("explain",): Slots(("field",)),
    ("expose",): _resource(*_EXPOSABLE),
    ("get",): _RESOURCES,
    ("help",): Slots(("command",), rest="command"),
    ("kustomize",): Slots(("file",)),
    ("label",): _resource(rest="pair"),
    ("logs",): _one_name("pods", rest="container"),
    ("patch",): _RESOURCES,
    ("port-forward",): _one_name("pods", rest="port"),
    ("rollout", "history"): _resource(*_ROLLOUT),
    ("rollout", "pause"): _resource("deployments"),
    ("rollout", "restart"): _resource(*_ROLLOUT),
    ("rollout", "resume"): _resource("deployments"),
    ("rollout", "status"): _resource(*_ROLLOUT),
    ("rollout", "undo"): _resource(*_ROLLOUT),
    ("scale",): _resource(*_SCALABLE),
    ("set", "env"): _resource(*_WORKLOADS, rest="pair"),
    ("set", "image"): _resource(*_WORKLOADS, rest="container-image"),
    ("set", "resources"): _resource(*_WORKLOADS),
    ("set", "selector"): _resource("services", rest="pair"),
    ("set", "serviceaccount"): _resource(*_WORKLOADS, rest="service-account"),
    ("set", "subject"): _resource("rolebindings", "clusterrolebindings"),
    ("taint",): _resource("nodes", rest="taint"),
    ("top", "node"): _one_name("nodes"),
    ("top", "pod"): _one_name("pods"),
    ("uncordon",): _names("nodes"),
    ("wait",): _RESOURCES,
}

# Commands whose single operand is the name of something new: nothing can be completed.
NEW_NAME = Slots(("new",))


def slots(path: tuple[str, ...]) -> Slots:
    """The slots of the command at ``path``."""
    known = SLOTS.get(path)
    if known is not None:
        return known
    return NEW_NAME if path[:1] == ("create",) or path == ("run",) else Slots()
