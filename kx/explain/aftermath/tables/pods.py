"""What the pods of a table may be in, the gravest first. Data alone."""

from __future__ import annotations

from kx.explain.aftermath.advice import Step
from kx.explain.aftermath.tables.state import LATE, SOON, State

_DESCRIBE = ("kubectl describe pod {name}{where}", "see Events at the end")
_PREVIOUS = ("kubectl logs {name} --previous{where}", "what it said before it ended")
_LOGS = ("kubectl logs {name}{where}", "what it printed")
_INIT_LOGS = ("kubectl logs {name} --all-containers{where}", "what they printed")


def _pod(id: str, pattern: str, why: str, *steps: Step, older: int = 0, name: str = "") -> State:
    return State(id, "pods", "STATUS", pattern, why, steps, older, name)


PODS = (
    _pod(
        "oom-killed",
        r"OOMKilled|Init:OOMKilled",
        "{who}: killed for using more memory than its limit allows.",
        _DESCRIBE,
    ),
    _pod(
        "init-crash-loop",
        r"Init:CrashLoopBackOff",
        "{who}: a container that prepares the pod fails again and again, so the real one never starts.",
        _INIT_LOGS,
        _DESCRIBE,
    ),
    _pod(
        "crash-loop",
        r"CrashLoopBackOff",
        "{who}: the program starts and ends again and again, and each time there is a longer wait.",
        _PREVIOUS,
        _DESCRIBE,
    ),
    _pod(
        "image-name",
        r"(?:Init:)?InvalidImageName",
        "{who}: what stands for its image cannot be the name of one.",
        ("kubectl describe pod {name}{where}", "see Image"),
    ),
    _pod(
        "image-pull",
        r"(?:Init:)?(?:ImagePullBackOff|ErrImagePull|RegistryUnavailable)",
        "{who}: the image cannot be fetched: a typo in its name or tag, or a registry that wants a password.",
        _DESCRIBE,
    ),
    _pod(
        "image-never-pull",
        r"(?:Init:)?ErrImageNeverPull",
        "{who}: the image is not on the node, and the pod says never to fetch it (imagePullPolicy).",
        _DESCRIBE,
    ),
    _pod(
        "config-error",
        r"(?:Init:)?CreateContainerConfigError",
        "{who}: it needs a ConfigMap, a Secret or a key of one that is not there.",
        _DESCRIBE,
    ),
    _pod(
        "start-error",
        r"(?:Init:)?(?:RunContainerError|CreateContainerError|StartError|ContainerCannotRun|PreStartHookError"
        r"|PostStartHookError)",
        "{who}: the container could not be started: mostly its command is not in the image.",
        _DESCRIBE,
    ),
    _pod(
        "init-error",
        r"Init:(?:Error|ExitCode:\d+|Signal:\d+)",
        "{who}: a container that prepares the pod failed.",
        _INIT_LOGS,
    ),
    _pod(
        "error",
        r"Error|ExitCode:\d+|Signal:\d+|Failed",
        "{who}: the program ended with an error.",
        _LOGS,
        _DESCRIBE,
    ),
    _pod(
        "evicted",
        r"Evicted",
        "{who}: thrown out because the node ran short of memory or disk. It stays listed until it is deleted.",
        ("kubectl describe pod {name}{where}", "see Message"),
    ),
    _pod(
        "deadline",
        r"DeadlineExceeded",
        "{who}: stopped because it took longer than activeDeadlineSeconds allows.",
        _DESCRIBE,
    ),
    _pod(
        "refused-by-node",
        r"NodeAffinity|OutOf\w+|UnexpectedAdmissionError|NodeShutdown|Terminated|Shutdown|Preempting"
        r"|TopologyAffinityError",
        "{who}: the node refused it or gave it up ({state}).",
        ("kubectl describe pod {name}{where}", "see Message"),
    ),
    _pod(
        "unknown",
        r"Unknown|NodeLost|ContainerStatusUnknown|Init:Unknown",
        "{who}: the node says nothing (any more), so nobody knows whether it still runs.",
        ("kubectl get nodes{clear}", "is its node Ready?"),
        _DESCRIBE,
    ),
    _pod(
        "gated",
        r"SchedulingGated",
        "{who}: held back on purpose by a scheduling gate, until whoever set it takes it away.",
        _DESCRIBE,
        older=LATE,
    ),
    _pod(
        "pending",
        r"Pending",
        "{who}: no node takes it: too little free memory or processor, or a rule that no node meets.",
        _DESCRIBE,
        older=SOON,
    ),
    _pod(
        "creating",
        r"ContainerCreating",
        "{who}: long in preparation: a volume, Secret or ConfigMap that is missing, or a large image.",
        _DESCRIBE,
        older=LATE,
    ),
    _pod(
        "initializing",
        r"PodInitializing|Init:\d+/\d+",
        "{who}: containers that prepare the pod ({state}) have not finished; the real one waits for them.",
        _INIT_LOGS,
        older=LATE,
    ),
    _pod(
        "not-all-running",
        r"NotReady",
        "{who}: some of its containers have ended, and the others run.",
        _DESCRIBE,
        older=SOON,
    ),
    State(
        "restarts",
        "pods",
        "RESTARTS",
        r"(?:[5-9]|\d{2,}) \(\d+[sm](?:\d+s)? ago\)",
        "{who}: started anew {state}; something ends it each time.",
        (_PREVIOUS, ("kubectl describe pod {name}{where}", "see Last State")),
    ),
    State(
        "not-ready",
        "pods",
        "READY+STATUS",
        r"(?!(\d+)/\1 )\d+/\d+ Running",
        "{who}: the program runs but is not ready (its readiness check fails), so no service sends it anything.",
        (_DESCRIBE, ("kubectl logs {name} --all-containers{where}", "what it printed")),
        SOON,
    ),
    _pod(
        "ends-by-itself",
        r"Completed",
        "{who}: the program has ended without an error. For a task that is right; a server should stay.",
        _LOGS,
        name=r"(?!.*-[bcdfghjklmnpqrstvwxz2456789]{5}$).*",  # as the pods of a Job are called
    ),
    _pod(
        "terminating",
        r"Terminating",
        "{who}: told to end, for which a pod has 30 seconds as a rule; if it stays, its node or a finalizer holds it.",
        ("kubectl describe pod {name}{where}", "see Node and Events"),
    ),
)
