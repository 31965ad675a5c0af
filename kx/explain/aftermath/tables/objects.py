"""Objects and types: there already, not there, changed by somebody else, or not able to do what is asked."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

RULES = (
    rule(
        "already-exists",
        r"(?:^|: )(?P<kind>[a-z][\w.-]*) \"(?P<name>[^\"]*)\" already exists",
        "The {thing} {name} is there already; `{verb}` only makes new ones, it never replaces.",
        ("kubectl get {short} {name}{where}", "see it"),
        ("kubectl delete pod {pod-there}{where}", "then run this again"),
    ),
    rule(
        "namespace-not-found",
        r"namespaces \"(?P<name>[^\"]*)\" not found",
        "There is no namespace {name}.",
        ("kubectl get namespaces", "those there are"),
        ("kubectl create namespace {name}", "make it"),
    ),
    rule(
        "not-found",
        r"(?:^|: )(?P<kind>[a-z][\w.-]*) \"(?P<name>[^\"]*)\" not found",
        "There is no {thing} called {name}{in-namespace}.",
        ("kubectl get {many}{where}", "those there are"),
        ("kubectl get {many} {everywhere}", "or is it elsewhere?"),
    ),
    rule(
        "no-subresource",
        r"Error from server \(NotFound\): the server could not find the requested resource",
        "The server has nothing at that address: this type cannot do that, or the server is too old or too new for it.",
        ("kubectl api-resources{where}", "the types it has"),
    ),
    rule(
        "no-such-type",
        r"the server doesn't have a resource type \"(?P<kind>[^\"]*)\"",
        "This cluster knows no type called {kind}.",
        ("kubectl api-resources{where}", "the types it has"),
    ),
    rule(
        "no-such-explain-field",
        r"field \"(?P<field>[^\"]*)\" does not exist",
        "There is no field {field} at that place.",
        ("kubectl explain {parent}", "the fields there are"),
    ),
    rule(
        "conflict",
        r"Operation cannot be fulfilled on (?P<kind>[\w.-]+) \"(?P<name>[^\"]*)\"|the object has been modified; "
        r"please apply",
        "Somebody, or a controller, changed it after you had read it. Nothing of yours was written: read it and "
        "try again.",
        ("kubectl get {short} {name} -o yaml{where}", "how it is now"),
    ),
    rule(
        "apply-conflict",
        r"Apply failed with (?P<count>\d+) conflicts?: conflicts? with \"(?P<manager>[^\"]*)\"",
        "Another program ({manager}) looks after a field that your file sets too. --force-conflicts takes it over.",
        ("kubectl get {target} -o yaml --show-managed-fields{where}", "who has which field"),
    ),
    rule(
        "expired",
        r"Error from server \((?:Expired|Gone)\)|too old resource version|The provided continue parameter is too old",
        "The list changed too much while it was being read. Ask again: nothing is wrong.",
    ),
    rule(
        "metrics-missing",
        r"Metrics API not available",
        "`top` needs the metrics server, an extra part that this cluster does not have or that does not work yet.",
        ("kubectl get pods -n kube-system", "is there a metrics-server?"),
    ),
    rule(
        "metrics-not-yet",
        r"metrics not available yet|Metrics not available for pod|error: metrics not available",
        "Nothing has been measured yet: a new pod has its first numbers after about a minute.",
    ),
    rule(
        "drain-daemonset",
        r"cannot delete DaemonSet-managed Pods",
        "Pods of a DaemonSet would come back at once, so they are in the way: --ignore-daemonsets leaves them.",
        ("kubectl drain {name} --ignore-daemonsets{where}", "leave those pods"),
    ),
    rule(
        "drain-bare-pod",
        r"cannot delete (?:cannot delete )?Pods (?:that )?declare no controller",
        "There are pods that nobody would start again elsewhere; --force would delete them for good.",
        ("kubectl get pods -A --field-selector=spec.nodeName={name}", "which ones"),
    ),
    rule(
        "drain-local-data",
        r"cannot delete Pods with local storage",
        "Pods keep data in an emptyDir, which is lost with them; --delete-emptydir-data says that you know.",
    ),
    rule(
        "no-history",
        r"no rollout history found for|no last revision to roll back to",
        "It has had one revision only, so there is nothing to go back to.",
        ("kubectl rollout history {target}{where}", "its revisions"),
    ),
    rule(
        "no-such-revision",
        r"unable to find (?:the )?specified revision (?P<revision>\d+)",
        "Revision {revision} is not kept (any more).",
        ("kubectl rollout history {target}{where}", "those that are"),
    ),
    rule(
        "rollout-deadline",
        r"deployment \"(?P<name>[^\"]*)\" exceeded its progress deadline",
        "The new pods did not become ready in time; the old ones go on serving.",
        ("kubectl get pods{where}", "how they stand"),
        ("kubectl rollout undo deployment {name}{where}", "go back"),
    ),
    rule(
        "cannot-restart",
        r"(?:\"(?P<name>[^\"]*)\" )?(?:restarting|pausing|resuming|history viewer|rollbacker|status viewer) (?:is "
        r"not supported|"
        r"has not been implemented)|no (?:rollbacker|history viewer|status viewer) has been implemented",
        "Only Deployments, DaemonSets and StatefulSets can do that: they make new pods for the old ones.",
        ("kubectl get deployments,daemonsets,statefulsets{where}", "those there are"),
    ),
    rule(
        "no-selector-to-expose",
        r"(?:cannot expose|invalid deployment: no selectors|couldn't retrieve selectors|the pod has no labels and "
        r"cannot be expo"
        r"sed)",
        "A service finds its pods by their labels, and there are none here to find them by.",
        ("kubectl get {target} --show-labels{where}", "its labels"),
    ),
    rule(
        "no-port-to-expose",
        r"couldn't find port via --port flag or introspection",
        "The pods say nothing about their port, so you must: --port=80, for example.",
    ),
    rule(
        "label-exists",
        r"'(?P<key>[^']*)' already has a value \((?P<value>[^)]*)\), and --overwrite is false",
        "{key} is there with the value {value}; only --overwrite replaces it.",
        ("kubectl get {target} --show-labels{where}", "all its labels"),
    ),
    rule(
        "unexpected-replicas",
        r"Expected replicas to be (?P<expected>\d+), was (?P<found>\d+)",
        "It has {found} copies and not {expected}, so nothing was changed.",
        ("kubectl get {target}{where}", "how it stands"),
    ),
    rule(
        "field-selector",
        r"field label not supported: (?P<field>\S+)|\"(?P<field2>[^\"]+)\" is not a known field selector",
        "This type cannot be searched by {field}: mostly only metadata.name and metadata.namespace work.",
    ),
    rule(
        "selector-broken",
        r"unable to parse requirement: |invalid selector: |couldn't parse the selector string",
        "The selector cannot be read: k=v, k!=v, 'k in (a,b)', k, '!k', with commas between.",
        ("kubectl get {type} --show-labels{where}", "the labels there are"),
    ),
    rule(
        "method-not-allowed",
        r"Error from server \(MethodNotAllowed\)|the server does not allow this method on the requested resource",
        "This type cannot do that.",
        ("kubectl api-resources -o wide{where}", "see VERBS"),
    ),
    rule(
        "not-emulated",
        r"the kx practice cluster does not emulate (?P<what>.+)$",
        "The practice cluster cannot do this ({what}), and says so rather than to pretend. A real cluster can.",
    ),
    rule(
        "server-internal",
        r"Error from server \(InternalError\)|Internal error occurred",
        "Something went wrong inside the cluster, not in your line; the words behind it say where.",
        ("kubectl get events --sort-by=.lastTimestamp{where}", "what happened last"),
    ),
    rule(
        "not-implemented",
        r"Error from server \(NotImplemented\)",
        "This server cannot do that.",
    ),
    rule(
        "bad-request",
        r"Error from server \(BadRequest\): (?P<what>.+)$",
        "The server could not make sense of the request: {what}.",
    ),
)
