"""Events and states in what `kubectl describe` prints: (a pattern over its lines, what it means, where to look)."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_LOGS = ("kubectl logs {pod}{where}", "what it printed")
_PREVIOUS = ("kubectl logs {pod} --previous{where}", "what it said before it ended")
_NODES = ("kubectl describe nodes{clear}", "see Allocated resources")

RULES = (
    rule(
        "no-room-on-nodes",
        r"FailedScheduling .*?(?P<count>\d+) Insufficient (?P<what>cpu|memory|ephemeral-storage|[\w./-]+)",
        "No node has as much {what} left as the pod requests.",
        _NODES,
    ),
    rule(
        "claim-not-bound",
        r"FailedScheduling .*?(?:unbound immediate PersistentVolumeClaims|persistentvolumeclaim "
        r"\"(?P<claim>[^\"]+)\" not found)",
        "The pod waits for its volume claim, which has no volume yet or does not exist.",
        ("kubectl get pvc{where}", "how it stands"),
    ),
    rule(
        "volume-elsewhere",
        r"FailedAttachVolume .*?Multi-Attach error for volume \"(?P<volume>[^\"]+)\" Volume is already used by "
        r"pod\(s\) (?P<pods>[^\n]+?)\s*(?:\n|$)",
        "The volume is in use by {pods} on another node. ReadWriteOnce lets one node have it at a time: pods on "
        "that node share it, a pod on any other waits.",
        ("kubectl get pods -o wide{where}", "who is on which node"),
    ),
    rule(
        "node-selector",
        r"FailedScheduling .*?didn't match (?:Pod's )?node (?:affinity|selector)",
        "The pod asks for a node with certain labels (nodeSelector or affinity), and none has them.",
        ("kubectl get nodes --show-labels{clear}", "the labels they have"),
    ),
    rule(
        "taints",
        r"FailedScheduling .*?had untolerated taint",
        "The nodes keep away pods that do not say they may come (a taint without a toleration).",
        ("kubectl describe nodes{clear}", "see Taints"),
    ),
    rule(
        "nodes-closed",
        r"FailedScheduling .*?were unschedulable",
        "The nodes are closed for new pods (cordon).",
        ("kubectl get nodes{clear}", "see SchedulingDisabled"),
    ),
    rule("no-node", r"FailedScheduling", "No node takes the pod; the event says what is missing.", _NODES),
    rule(
        "oom-killed",
        r"Reason:\s+OOMKilled",
        "It used more memory than its limit allows, and was killed for it.",
        _PREVIOUS,
    ),
    rule(
        "image-not-found",
        r"Failed to pull image \"(?P<image>[^\"]+)\": .*(?:not found|manifest unknown|does not exist)",
        "There is no image {image}: a typo in its name or in its tag.",
    ),
    rule(
        "image-not-allowed",
        r"Failed to pull image \"(?P<image>[^\"]+)\": .*(?:unauthorized|denied|authentication required|403)",
        "The registry does not give {image} to everybody: the pod needs a pull secret, or the name is wrong.",
        ("kubectl get secrets{where}", "is there one of type dockerconfigjson?"),
    ),
    rule(
        "image-pull",
        r"Failed to pull image \"(?P<image>[^\"]+)\"|Back-off pulling image \"(?P<image2>[^\"]+)\"",
        "The node cannot fetch the image {image}.",
    ),
    rule(
        "mount-missing",
        r"FailedMount .*(?P<kind>configmap|secret) \"(?P<name>[^\"]+)\" not found",
        "The pod mounts the {kind} {name}, and there is none of that name.",
        ("kubectl get {kind}s{where}", "those there are"),
    ),
    rule(
        "config-missing",
        r"(?:Error: |Message:\s+)(?P<kind>configmap|secret) \"(?P<name>[^\"]+)\" not found",
        "The pod reads the {kind} {name}, and there is none of that name.",
        ("kubectl get {kind}s{where}", "those there are"),
    ),
    rule(
        "config-key-missing",
        r"couldn't find key (?P<key>\S+) in (?P<kind>ConfigMap|Secret) \S+?/(?P<name>\S+)",
        "The pod reads the key {key} of the {kind} {name}, which has no such key.",
        ("kubectl describe {kind} {name}{where}", "the keys it has"),
    ),
    rule("mount-failed", r"Failed(?:Mount|AttachVolume) ", "A volume of the pod cannot be brought to its node."),
    rule(
        "probe-liveness",
        r"Unhealthy .*Liveness probe failed",
        "Its liveness check fails, and for that the container is started anew each time.",
        _PREVIOUS,
    ),
    rule(
        "probe-startup",
        r"Unhealthy .*Startup probe failed",
        "Its startup check fails: the program is too slow to start, or does not answer there.",
        _LOGS,
    ),
    rule(
        "probe-readiness",
        r"Unhealthy .*Readiness probe failed",
        "Its readiness check fails, so no service sends it anything.",
        _LOGS,
    ),
    rule(
        "crash-loop",
        r"BackOff .*[Bb]ack-off restarting failed container",
        "The program ends again and again, and each time there is a longer wait before the next start.",
        _PREVIOUS,
    ),
    rule(
        "evicted",
        r"^Reason:\s+Evicted",
        "It was thrown out because the node ran short of memory or disk.",
        ("kubectl get nodes{clear}", "are they well?"),
    ),
    rule(
        "cannot-create-pods",
        r"FailedCreate .*forbidden: (?P<what>exceeded quota|violates PodSecurity|error looking up service account)",
        "Its pods are refused by the cluster ({what}), so there are none.",
        ("kubectl get events{where}", "the whole message"),
    ),
    rule("cannot-create-pods-other", r"FailedCreate .*Error creating", "Its pods cannot be made; the event says why."),
    rule(
        "no-provisioner",
        r"ProvisioningFailed .*storageclass.* \"(?P<class>[^\"]+)\" not found",
        "The claim asks for the storage class {class}, and there is none of that name.",
        ("kubectl get storageclass{clear}", "those there are"),
    ),
    rule(
        "no-volume",
        r"FailedBinding .*no persistent volumes available",
        "No volume fits the claim, and no storage class makes one for it.",
        ("kubectl get pv,storageclass{clear}", "what there is"),
    ),
)
