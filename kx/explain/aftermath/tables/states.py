"""States in kubectl's tables that want a look, the gravest first: what they mean, and where to look. Data alone."""

from __future__ import annotations

from kx.explain.aftermath.tables.pods import PODS
from kx.explain.aftermath.tables.state import LATE, SOON, State

_OF_OTHERS = (
    State(
        "node-not-ready",
        "nodes",
        "STATUS",
        r"(?:NotReady|Unknown).*",
        "{who}: the node does not report, or cannot run pods; after some minutes its pods are moved.",
        (("kubectl describe node {name}{clear}", "see Conditions"),),
    ),
    State(
        "node-cordoned",
        "nodes",
        "STATUS",
        r"Ready.*SchedulingDisabled.*",
        "{who}: closed for new pods (cordon); those that are there go on.",
        (("kubectl uncordon {name}{clear}", "open it again"),),
    ),
    State(
        "claim-lost",
        "persistentvolumeclaims",
        "STATUS",
        r"Lost",
        "{who}: the volume behind it is gone, and with it most likely the data.",
        (("kubectl describe pvc {name}{where}", "which volume it was"),),
    ),
    State(
        "claim-pending",
        "persistentvolumeclaims",
        "STATUS",
        r"Pending",
        "{who}: no volume yet: no storage class makes one, or it waits for the first pod that uses it.",
        (
            ("kubectl describe pvc {name}{where}", "see Events at the end"),
            ("kubectl get storageclass{clear}", "what makes volumes"),
        ),
        SOON,
    ),
    State(
        "volume-failed",
        "persistentvolumes",
        "STATUS",
        r"Failed",
        "{who}: the volume could not be cleaned up after its claim was deleted.",
        (("kubectl describe pv {name}{clear}", "see Message"),),
    ),
    State(
        "volume-released",
        "persistentvolumes",
        "STATUS",
        r"Released",
        "{who}: its claim is gone and its data is still there; nobody else gets it until somebody clears it.",
        (("kubectl describe pv {name}{clear}", "see Claim"),),
    ),
    State(
        "namespace-terminating",
        "namespaces",
        "STATUS",
        r"Terminating",
        "{who}: being deleted; something in it has not let go yet (a finalizer).",
        (("kubectl get namespace {name} -o yaml{clear}", "see status.conditions"),),
        LATE,
    ),
    State(
        "no-external-address",
        "services",
        "EXTERNAL-IP",
        r"<pending>",
        "{who}: nothing has given it an outside address: a cluster without a cloud has nobody who does.",
        (
            ("kubectl describe service {name}{where}", "see Events at the end"),
            ("kubectl port-forward service/{name} 8080:{port}{where}", "reach it meanwhile"),
        ),
        SOON,
    ),
    *(
        State(
            f"{kind}-none-ready",
            f"{kind}s",
            "READY",
            r"0/[1-9]\d*",
            "{who}: none of its pods is ready ({state}).",
            (
                ("kubectl get pods{where}", "how they stand"),
                (f"kubectl describe {kind} {{name}}{{where}}", "see Events"),
            ),
            SOON,
        )
        for kind in ("deployment", "statefulset", "daemonset", "replicaset")
    ),
    State(
        "job-failed",
        "jobs",
        "STATUS",
        r"Failed|FailureTarget",
        "{who}: gave up after too many failures.",
        (("kubectl logs job/{name}{where}", "what it printed"), ("kubectl describe job {name}{where}", "see Events")),
    ),
    State(
        "job-suspended",
        "jobs",
        "STATUS",
        r"Suspended",
        "{who}: held back on purpose (suspend); it makes no pods until that is taken away.",
        (("kubectl get job {name} -o jsonpath='{{.spec.suspend}}'{where}", "true: held back"),),
    ),
    State(
        "cronjob-suspended",
        "cronjobs",
        "SUSPEND",
        r"True",
        "{who}: held back on purpose (suspend); its time comes and nothing happens.",
        (("kubectl describe cronjob {name}{where}", "when it ran last"),),
    ),
    State(
        "autoscaler-blind",
        "horizontalpodautoscalers",
        "TARGETS",
        r".*<unknown>.*",
        "{who}: cannot measure, so it does nothing: no metrics server, or pods that request no processor.",
        (("kubectl describe hpa {name}{where}", "see Conditions"),),
        LATE,
    ),
    State(
        "certificate-pending",
        "certificatesigningrequests",
        "CONDITION",
        r"Pending",
        "{who}: waits for somebody to approve or deny it.",
        (("kubectl describe csr {name}{clear}", "who asks for what"),),
        LATE,
    ),
    State(
        "api-unavailable",
        "apiservices",
        "AVAILABLE",
        r"False.*",
        "{who}: this part of the API is answered by a program that does not answer.",
        (("kubectl describe apiservice {name}{clear}", "see Conditions"),),
    ),
)

STATES: tuple[State, ...] = (*PODS, *_OF_OTHERS)
