"""Warnings of the server or of kubectl beside a command that worked."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

WARNINGS = (
    rule(
        "warning-pod-security",
        r"^Warning: (?:existing pods in namespace .* violate|would violate) .*?PodSecurity \"(?P<level>[^\"]*)\"",
        "It was done; but the level {level}, which the namespace warns about, would not let such a pod in.",
        ("kubectl get namespace {ns} --show-labels", "its levels"),
    ),
    rule(
        "warning-last-applied",
        r"^Warning: resource (?P<what>\S+) is missing the kubectl\.kubernetes\.io/last-applied-configuration",
        "It was made without `apply`, which from now on remembers what it set. Fields that it never knew are left "
        "alone.",
    ),
    rule(
        "warning-deprecated-api",
        r"^Warning: (?P<version>\S+) (?P<kind>\w+) is deprecated in v\S+ ?(?:, unavailable in (?P<gone>v\d[\w.+]*))?",
        "It works still; a coming version of the cluster will not know {version} {kind} any more.",
        ("kubectl explain {kind}", "the version to write instead"),
    ),
    rule(
        "warning-unknown-field",
        r"^Warning: unknown field \"(?P<field>[^\"]+)\"",
        "The field {field} was left out: the server does not know it, so it has no effect.",
    ),
    rule(
        "warning-duplicate-field",
        r"^Warning: (?:.*: )?(?:duplicate field \"(?P<field>[^\"]+)\"|key \"(?P<f2>[^\"]+)\" already set)",
        "The field {field} stands there twice; the last one counts.",
    ),
    rule(
        "warning-immediate",
        r"^Warning: Immediate deletion does not wait for confirmation",
        "The cluster has forgotten it, but its program may still run on the node.",
    ),
    rule(
        "warning-detached",
        r"^Warning: deleting cluster-scoped resources, not scoped to the provided namespace",
        "-n had no effect: this type belongs to no namespace, so it was deleted for the whole cluster.",
    ),
    rule(
        "warning-prune",
        r"^Warning: deprecated --prune|^Warning: .*prune-allowlist",
        "--prune deletes what your files no longer hold; its default list of types is about to go.",
    ),
    rule(
        "warning-kubeconfig-mode",
        r"(?i)^WARNING: Kubernetes configuration file is (?:group|world)-readable",
        "Other users of this machine can read your kubeconfig, and with it act as you.",
        ("chmod go= ~/.kube/config", "keep it to yourself"),
    ),
    rule(
        "warning",
        r"^Warning: (?P<what>.+)$",
        "It was done; the warning is the server's, and a later version may be stricter.",
    ),
)
