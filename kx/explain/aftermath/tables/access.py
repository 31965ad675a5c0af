"""Who may do what: signing in, roles, quotas, and the checks the cluster runs before it takes something."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_FORBIDDEN = (
    r"(?:Error from server \(Forbidden\).*?|^error: .*?)(?P<kind>[a-z][\w.-]*)(?: \"(?P<name>[^\"]*)\")? is forbidden: "
)

RULES = (
    rule(
        "not-signed-in",
        r"You must be logged in to the server|Error from server \(Unauthorized\)|asked for the client to provide "
        r"credentials",
        "The server does not know who you are: your token or certificate is missing, wrong or has expired.",
        ("kubectl config view --minify", "which user is sent"),
    ),
    rule(
        "namespace-protected",
        r"namespaces \"(?P<name>[^\"]*)\" is forbidden: this namespace may not be deleted",
        "The namespace {name} is part of the cluster itself and can never be deleted.",
        ("kubectl get all -n {name}", "what is in it"),
    ),
    rule(
        "namespace-terminating",
        r"unable to create new content in namespace (?P<name>\S+) because it is being terminated",
        "The namespace {name} is being deleted; nothing new goes into it, and it will be gone soon.",
        ("kubectl get namespace {name}", "gone yet?"),
    ),
    rule(
        "may-not-as-other",
        r"User \"(?P<user>[^\"]*)\" cannot impersonate resource \"(?P<kind>[^\"]*)\"",
        "You ({user}) may not act as somebody else, which --as asks for.",
        ("kubectl auth can-i impersonate {kind}", "ask by itself"),
    ),
    rule(
        "escalation",
        r"is forbidden: user \"(?P<user>[^\"]*)\".*is attempting to grant RBAC permissions not currently held",
        "Nobody may give away rights that he does not have himself: you would hand out more than you may do.",
        ("kubectl auth can-i --list{where}", "what you may do"),
    ),
    rule(
        "may-not-cluster",
        r"User \"(?P<user>[^\"]*)\" cannot (?P<verb>\w+) resource \"(?P<kind>[^\"]*)\" in API group \"[^\"]*\" at "
        r"the cluster"
        r" scope",
        "{user} may not {verb} {kind} across the whole cluster; perhaps in one namespace, or with a role that "
        "allows it.",
        ("kubectl auth can-i {verb} {kind} --all-namespaces", "ask by itself"),
        ("kubectl auth can-i --list{where}", "what is allowed"),
    ),
    rule(
        "may-not",
        r"User \"(?P<user>[^\"]*)\" cannot (?P<verb>\w+) resource \"(?P<kind>[^\"]*)\" in API group \"[^\"]*\""
        r"(?: in the namespace \"(?P<namespace>[^\"]*)\")?",
        "{user} may not {verb} {kind} in the namespace {namespace}: no role there allows it.",
        ("kubectl auth can-i --list -n {namespace}", "what is allowed"),
    ),
    rule(
        "may-not-path",
        r"User \"(?P<user>[^\"]*)\" cannot (?P<verb>\w+) path \"(?P<path>[^\"]*)\"",
        "{user} may not {verb} the path {path}: no role allows it.",
        ("kubectl auth can-i --list", "what is allowed"),
    ),
    rule(
        "quota",
        r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>\S+?), used: (?P<used>\S+?), limited: "
        r"(?P<limited>\S+)",
        "The quota {quota} of the namespace is used up: {requested} asked for, {used} in use, {limited} allowed.",
        ("kubectl describe quota {quota}{where}", "what uses it"),
    ),
    rule(
        "quota-must-specify",
        r"failed quota: (?P<quota>[^:]+): must specify (?P<what>.+)$",
        "The namespace has the quota {quota}, so each container must say its {what}.",
        ("kubectl describe quota {quota}{where}", "what it counts"),
    ),
    rule(
        "limit-range",
        r"(?P<what>maximum|minimum) (?P<resource>\S+) usage per (?P<per>\w+) is (?P<limit>\S+), but",
        "A limit range of the namespace sets the {what} {resource} of a {per} to {limit}.",
        ("kubectl describe limitrange{where}", "all its limits"),
    ),
    rule(
        "pod-security",
        r"violates PodSecurity \"(?P<level>[^\"]*)\": (?P<what>[^(]+?)(?: \(|$)",
        "The namespace only takes pods that keep to the level {level}; this one does not: {what}.",
        ("kubectl get namespace {ns} --show-labels", "its level"),
    ),
    rule(
        "webhook-denied",
        r"admission webhook \"(?P<hook>[^\"]*)\" denied the request(?: without explanation|: (?P<what>.*))?",
        "A rule that somebody added to the cluster ({hook}) refuses it; what follows its name is that rule's reason.",
        ("kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations", "the rules there are"),
    ),
    rule(
        "webhook-failed",
        r"failed calling webhook \"(?P<hook>[^\"]*)\"",
        "A check that must run first ({hook}) could not be asked: its own service is down. Your object is not the "
        "cause.",
        ("kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations", "where it lives"),
    ),
    rule(
        "policy-denied",
        r"ValidatingAdmissionPolicy '(?P<policy>[^']*)'.* denied request: (?P<what>.*)$",
        "A policy of the cluster ({policy}) refuses it: {what}",
        ("kubectl get validatingadmissionpolicy {policy} -o yaml", "the policy"),
    ),
    rule(
        "eviction-budget",
        r"Cannot evict pod as it would violate the pod's disruption budget",
        "A disruption budget keeps so many pods of this application running that none may leave now.",
        ("kubectl get poddisruptionbudgets{where}", "how many may leave"),
    ),
    rule(
        "no-service-account",
        r"error looking up service account (?P<namespace>[^/\s]+)/(?P<account>[^:\s]+): ",
        "The service account {account}, as which the pod shall run, does not exist in {namespace}.",
        ("kubectl get serviceaccounts -n {namespace}", "those that do"),
    ),
    rule(
        "no-priority-class",
        r"no PriorityClass with name (?P<class>\S+) was found",
        "The pod asks for the priority class {class}, and there is none.",
        ("kubectl get priorityclasses", "those there are"),
    ),
    rule(
        "forbidden",
        _FORBIDDEN,
        "The cluster does not allow this; the reason stands behind “is forbidden”.",
        ("kubectl auth can-i --list{where}", "what you may do"),
    ),
    rule(
        "forbidden-anything",
        r"Error from server \(Forbidden\)",
        "The server knows who you are, and does not allow this.",
        ("kubectl auth can-i --list{where}", "what you may do"),
    ),
)
