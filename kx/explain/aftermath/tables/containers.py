"""Pods and the containers in them: logs, exec, attach, port-forward, cp, and what the node says of it."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_PODS = ("kubectl get pods{where}", "the pods there are")

RULES = (
    rule(
        "program-not-in-container",
        r"exec: \"?(?P<program>[^\":]+)\"?: (?:executable file not found in \$PATH|stat .*no such file or directory"
        r"|no such file or directory)",
        "The container's image has no program {program}; many images hold little more than one program.",
        ("kubectl debug {pod} -it --image=busybox{where}", "bring one's own tools"),
    ),
    rule(
        "program-may-not-run",
        r"exec: \"?(?P<program>[^\":]+)\"?: permission denied",
        "{program} is in the container, but is not marked as executable, or is a folder.",
    ),
    rule(
        "program-wrong-machine",
        r"exec format error",
        "The program was built for another kind of processor, or it is a script without its first line.",
        ("kubectl get nodes -L kubernetes.io/arch{where}", "what the nodes are"),
    ),
    rule(
        "pod-completed",
        r"cannot (?:exec into|attach to|attach) a container in a completed pod; current phase is (?P<phase>\w+)",
        "The pod has ended ({phase}), so no program runs in it that could be joined.",
        ("kubectl logs {pod}{where}", "what it printed"),
    ),
    rule(
        "logs-image-pull",
        r"container \"(?P<container>[^\"]+)\" in pod \"(?P<pod>[^\"]+)\" is waiting to start: (?:trying and "
        r"failing to pull"
        r" image|image can't be pulled)",
        "The container never ran, so there is nothing to show: its image cannot be fetched.",
        ("kubectl describe pod {pod}{where}", "see Events at the end"),
    ),
    rule(
        "container-waiting",
        r"container \"(?P<container>[^\"]+)\" in pod \"(?P<pod>[^\"]+)\" is (?:waiting to start: (?P<reason>.+)"
        r"|not available)",
        "The container {container} has not started yet ({reason}), so there is nothing to show.",
        ("kubectl describe pod {pod}{where}", "see Events at the end"),
    ),
    rule(
        "no-previous-container",
        r"previous terminated container \"(?P<container>[^\"]+)\" in pod \"(?P<pod>[^\"]+)\" not found",
        "The container {container} has not ended since the pod began, so there is no earlier run to show.",
        ("kubectl logs {pod} -c {container}{where}", "the present run"),
    ),
    rule(
        "choose-container",
        r"a container name must be specified for pod (?P<pod>[^,\s]+), choose one of: \[(?P<names>[^\]]*)\]",
        "The pod has several containers ({names}), and you must say which one with -c.",
        ("kubectl logs {pod} --all-containers{where}", "or all of them"),
    ),
    rule(
        "no-such-container",
        r"container (?P<container>\S+) (?:is not valid for|not found in) pod (?P<pod>[^\s,]+)|unable to find "
        r"container named"
        r" \"?(?P<container2>[^\"\s]+)",
        "There is no container {container} in it: a pod's containers have names of their own.",
        ("kubectl get pod {pod} -o jsonpath='{{.spec.containers[*].name}}'{where}", "their names"),
        ("kubectl describe {object}{where}", "see Containers"),
    ),
    rule(
        "container-not-running",
        r"container not found \(\"(?P<container>[^\"]+)\"\)",
        "The container {container} does not run at the moment: it has not started, or it has ended.",
        ("kubectl get pod {pod}{where}", "how it stands"),
        ("kubectl describe pod {pod}{where}", "see Events at the end"),
    ),
    rule(
        "pod-not-scheduled",
        r"(?:pod (?P<pod>\S+) does not have a host assigned|unable to forward port because pod is not running\. "
        r"Current "
        r"status=(?P<phase>\w+))",
        "The pod does not run yet.",
        ("kubectl describe pod {pod}{where}", "see Events at the end"),
    ),
    rule(
        "port-in-use",
        r"unable to listen on any of the requested ports|bind: address already in use",
        "That port of your own machine is taken by another program, perhaps by an earlier port-forward.",
        ("ss -ltnp", "who listens where"),
    ),
    rule(
        "port-privileged",
        r"bind: permission denied",
        "Only an administrator may open ports below 1024 here; take a higher one on your side.",
    ),
    rule(
        "bad-port-number",
        r"error parsing (?P<side>local|remote) port '(?P<port>[^']*)'",
        "{port} is no port: ports go from 1 to 65535, written HERE:THERE.",
    ),
    rule(
        "service-without-port",
        r"Service (?P<name>\S+) does not have a service port (?P<port>\S+)",
        "The service {name} has no port {port}.",
        ("kubectl get service {name}{where}", "its ports"),
    ),
    rule(
        "no-pod-behind",
        r"cannot attach to .*: timed out waiting for the condition|timed out waiting for the condition$(?<=error: "
        r"timed out "
        r"waiting for the condition)",
        "It waited for a pod of it to run, and none came in time.",
        ("kubectl get pods{where}", "how they stand"),
    ),
    rule(
        "wait-timeout",
        r"timed out waiting for the condition on (?P<what>\S+)",
        "{what} did not become so in time; nothing is broken by that, and it may still come.",
        ("kubectl describe {slashed}{where}", "see Conditions and Events"),
    ),
    rule(
        "wait-condition",
        r"unrecognized condition: \"(?P<what>[^\"]*)\"",
        "--for takes delete, create, condition=NAME or jsonpath=…; a condition is called by its name, as Ready.",
        ("kubectl wait --help", "examples"),
    ),
    rule(
        "no-command-given",
        r"you must specify at least one command for the container",
        "What shall run in the container is missing: it stands behind “--”.",
        ("kubectl exec {pod} -- ls{where}", "for example"),
    ),
    rule(
        "exec-needs-dash",
        r"exec \[POD\] \[COMMAND\] is not supported anymore",
        "The command for the container must stand behind “--”, so that its flags are not taken for kubectl's.",
        ("kubectl exec {pod} -- COMMAND{where}", "this way"),
    ),
    rule(
        "tar-missing",
        r"exec: \"tar\"|tar: not found|sh: tar:",
        "`kubectl cp` uses the program tar inside the container, and this image has none.",
        ("kubectl exec {pod} -- cat FILE > FILE{where}", "for one file"),
    ),
    rule(
        "cp-two-local",
        r"one of src or dest must be (?:a remote|an local) file specification|src doesn't exist in local filesystem",
        "One of the two places must be in a pod, written POD:PATH, and the other one on this machine.",
    ),
    rule(
        "not-a-terminal",
        r"Unable to use a TTY - input is not a terminal|the input device is not a TTY",
        "-t asks for a terminal, and what feeds this command is a pipe or a file: leave -t out.",
    ),
    rule(
        "rm-needs-attach",
        r"--rm should only be used for attached containers",
        "--rm deletes the pod when you leave it, so you must be in it: add -it.",
    ),
    rule(
        "debug-needs-image",
        r"you must specify --image when not using --copy-to",
        "A debug container needs an image that brings the tools.",
        ("kubectl debug {pod} -it --image=busybox{where}", "for example"),
    ),
    rule(
        "ended-137",
        r"command terminated with exit code 137",
        "The program in the container was killed: mostly it used more memory than it may, or somebody stopped it.",
        ("kubectl describe pod {pod}{where}", "look for OOMKilled"),
    ),
    rule(
        "ended-127",
        r"command terminated with exit code 127",
        "The shell in the container did not find the program that was asked for.",
    ),
    rule(
        "ended-126",
        r"command terminated with exit code 126",
        "The program could not be started in the container: it is missing there, or may not be run.",
    ),
    rule(
        "ended",
        r"command terminated with exit code (?P<code>\d+)",
        "kubectl did its part: the program in the container ended by itself with the status {code}.",
    ),
)
