"""Validation: every recorded refusal is refused in the same words, every recorded object passes, and rules beyond."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from kx.practice import defaults, validation
from kx.practice.resources import by_key
from kx.practice.status import Obj, invalid
from tests.practice.golden import posted, resource_at, rows

# Refused by the allocator of addresses and node ports, which looks at the cluster; its tests hold these rows.
ALLOCATED = frozenset({"nodeport range", "clusterIP out of range"})
REFUSALS = [row for row in rows("errors") if row["code"] == 422 and row["case"] not in ALLOCATED]
OBJECTS = [row for row in rows("objects") if row["code"] == 201]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["case"])
def test_a_recorded_refusal_is_refused_in_the_same_words(row: Obj) -> None:
    resource = resource_at(row["path"])
    obj = defaults.prepare_create(resource, defaults.apply(resource, posted(row)))
    errors = validation.check(resource, obj)
    status = invalid(resource.kind, resource.group, obj["metadata"]["name"], errors).body()
    assert status == row["status"]


@pytest.mark.parametrize("row", OBJECTS, ids=lambda row: row["case"])
def test_a_recorded_object_passes_and_may_be_written_again(row: Obj) -> None:
    resource = resource_at(row["path"])
    obj = defaults.prepare_create(resource, defaults.apply(resource, posted(row)))
    assert validation.check(resource, obj) == []
    assert validation.check(resource, obj, obj) == []


def errors(key: str, obj: Obj, old: Obj | None = None) -> list[str]:
    """What is said of an object, after its defaults."""
    resource = by_key(key)
    assert resource is not None
    ready = [defaults.prepare_create(resource, defaults.apply(resource, each)) for each in (obj, old or obj)]
    return [str(error) for error in validation.check(resource, ready[0], ready[1] if old is not None else None)]


def meta(name: str = "x", **more: Any) -> Obj:
    return {"name": name, "namespace": "shop", "uid": "u", **more}


def container(**more: Any) -> Obj:
    return {"name": "c", "image": "nginx:1.27", **more}


def pod(**spec: Any) -> Obj:
    return {"metadata": meta(), "spec": {"containers": [container()], **spec}}


def deployment(**spec: Any) -> Obj:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container()]}}
    return {"metadata": meta(), "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template, **spec}}


def service(**spec: Any) -> Obj:
    return {"metadata": meta(), "spec": {"ports": [{"port": 80}], **spec}}


LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"containers": []}, ["spec.containers: Required value"]),
        ({"containers": [container(name="C")]}, [f'spec.containers[0].name: Invalid value: "C": {LABEL_WORDS}']),
        ({"containers": [container(image=" nginx")]}, [
            'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'
        ]),
        ({"containers": [container(imagePullPolicy="Often")]}, [
            'spec.containers[0].imagePullPolicy: Unsupported value: "Often": '
            'supported values: "Always", "IfNotPresent", "Never"'
        ]),
        ({"containers": [container(ports=[{"containerPort": 80, "protocol": "HTTP"}])]}, [
            'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'
        ]),
        ({"containers": [container(ports=[{"name": "web", "containerPort": n} for n in (80, 81)])]}, [
            'spec.containers[0].ports[1].name: Duplicate value: "web"'
        ]),
        ({"containers": [container(env=[{"name": "A=B"}])]}, [
            'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only '
            "of printable ASCII characters other than '='"
        ]),
        ({"containers": [container(env=[{"name": "A", "valueFrom": {}}])]}, [
            'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, '
            "`resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        ]),
        ({"containers": [container(livenessProbe={"periodSeconds": 5})]}, [
            "spec.containers[0].livenessProbe: Required value: must specify a handler type"
        ]),
        ({"containers": [container(readinessProbe={"httpGet": {"port": 0}})]}, [
            "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"
        ]),
        ({"containers": [container(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1"}})]}, [
            'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'
        ]),
        ({"containers": [container(resources={"limits": {"gpu": "1"}})]}, [
            'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully '
            "qualified",
            'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for '
            "containers",
            'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or '
            "fully qualified",
            'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for '
            "containers",
        ]),
        ({"dnsPolicy": "Mine"}, [
            'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", '
            '"Default", "None"'
        ]),
        ({"tolerations": [{"operator": "Equal", "value": "x"}]}, [
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which '
            'means "match all values and all keys"'
        ]),
        ({"volumes": [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]}, [
            "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"
        ]),
        ({"volumes": [{"name": "v"}, {"name": "v"}]}, ['spec.volumes[1].name: Duplicate value: "v"']),
        ({"volumes": [{"name": "v", "secret": {}}]}, ["spec.volumes[0].secret.secretName: Required value"]),
        ({"initContainers": [container()]}, ['spec.initContainers[0].name: Duplicate value: "c"']),
        ({"initContainers": [container(name="i", lifecycle={"preStop": {"exec": {"command": ["x"]}}})]}, [
            "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without "
            "restartPolicy=Always"
        ]),
        ({"activeDeadlineSeconds": 0}, [
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"
        ]),
        ({"hostNetwork": True, "containers": [container(ports=[{"containerPort": 80, "hostPort": 81}])]}, [
            "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is "
            "true"
        ]),
    ],
)  # fmt: skip
def test_pods(spec: Obj, said: list[str]) -> None:
    assert errors("pods", pod(**spec)) == said


def test_only_few_fields_of_a_pod_may_change() -> None:
    before = pod()
    assert errors("pods", pod(containers=[container(image="nginx:1.28")]), before) == []
    assert errors("pods", pod(activeDeadlineSeconds=5), before) == []
    assert errors("pods", pod(tolerations=[{"operator": "Exists"}]), before) == []
    (said,) = errors("pods", pod(hostname="other"), before)
    assert said.startswith(
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
    )
    two = pod(containers=[container(), container(name="d")])
    assert errors("pods", two, before) == ["spec.containers: Forbidden: pod updates may not add or remove containers"]


def test_selectors_are_immutable() -> None:
    before = deployment()
    after = copy.deepcopy(before)
    after["spec"]["selector"] = {"matchLabels": {"app": "x", "tier": "web"}}
    after["spec"]["template"]["metadata"]["labels"] = {"app": "x", "tier": "web"}
    said = 'spec.selector: Invalid value: {"matchLabels":{"app":"x","tier":"web"}}: field is immutable'
    for key in ("deployments.apps", "replicasets.apps", "daemonsets.apps"):
        assert errors(key, after, before) == [said]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"replicas": -1}, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
        ({"strategy": {"type": "Blue"}}, [
            'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", '
            '"RollingUpdate"'
        ]),
        ({"strategy": {"rollingUpdate": {"maxSurge": "x%"}}}, [
            'spec.strategy.rollingUpdate.maxSurge: Invalid value: "x%": a valid percent string must be a numeric '
            "string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        ]),
        ({"progressDeadlineSeconds": 5, "minReadySeconds": 5}, [
            "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"
        ]),
    ],
)  # fmt: skip
def test_deployments(spec: Obj, said: list[str]) -> None:
    assert errors("deployments.apps", deployment(**spec)) == said


def test_a_template_that_does_not_restart_is_refused() -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"]["restartPolicy"] = "Never"
    assert errors("deployments.apps", obj) == [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'
    ]


def test_a_stateful_set_may_change_only_named_fields() -> None:
    before = deployment(serviceName="a")
    assert errors("statefulsets.apps", deployment(serviceName="a", replicas=5), before) == []
    (said,) = errors("statefulsets.apps", deployment(serviceName="b"), before)
    assert said.startswith("spec: Forbidden: updates to statefulset spec for fields other than 'replicas'")


def test_claim_templates_stand_for_volumes() -> None:
    obj = deployment(volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}])
    obj["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/d"}]
    assert errors("statefulsets.apps", obj) == []


def job(**spec: Any) -> Obj:
    inner = {"spec": {"containers": [container()], "restartPolicy": "Never"}}
    return {"metadata": meta(), "spec": {"template": inner, **spec}}


def test_jobs() -> None:
    assert errors("jobs.batch", job()) == []
    always = job(template={"spec": {"containers": [container()]}})
    assert errors("jobs.batch", always) == [
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    ]
    assert errors("jobs.batch", job(completions=2), job(completions=1)) == [
        "spec.completions: Invalid value: 2: field is immutable"
    ]
    other = job(template={"spec": {"containers": [container(image="b:1")], "restartPolicy": "Never"}})
    (said,) = errors("jobs.batch", other, job())
    assert said.startswith("spec.template: Invalid value: ")
    assert said.endswith("field is immutable")


RULES = "spec.podFailurePolicy.rules[0]"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1, 2]}}, []),
        ({"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}, []),
        (
            {"action": "Stop", "onPodConditions": [{"type": "DisruptionTarget"}]},
            [f'{RULES}.action: Unsupported value: "Stop": supported values: "Count", "FailIndex", "FailJob", "Ignore"'],
        ),
        (
            {"action": "FailIndex", "onPodConditions": [{"type": "DisruptionTarget"}]},
            [f'{RULES}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set'],
        ),
        (
            {"action": "Count"},
            [f"{RULES}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"],
        ),
        (
            {
                "action": "Count",
                "onExitCodes": {"operator": "In", "values": [0, 3, 3, 1], "containerName": "other"},
                "onPodConditions": [{"type": "Ready", "status": "Perhaps"}],
            },
            [
                f'{RULES}.onExitCodes.containerName: Invalid value: "other": '
                "must be one of the container or initContainer names in the pod template",
                f"{RULES}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
                f"{RULES}.onExitCodes.values[2]: Duplicate value: 3",
                f"{RULES}.onExitCodes.values: Invalid value: [0,3,3,1]: must be ordered",
                f'{RULES}.onPodConditions[0].status: Unsupported value: "Perhaps": '
                'supported values: "False", "True", "Unknown"',
                f"{RULES}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
            ],
        ),
    ],
)
def test_rules_about_failed_pods(rule: Obj, said: list[str]) -> None:
    assert errors("jobs.batch", job(podFailurePolicy={"rules": [rule]})) == said


def test_pods_with_such_rules_are_replaced_once_they_have_failed() -> None:
    rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    wrong = job(podFailurePolicy={"rules": [rule]}, podReplacementPolicy="TerminatingOrFailed")
    assert errors("jobs.batch", wrong) == [
        'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'
    ]


ENOUGH = "spec.successPolicy.rules[0]"
PARSING = f"{ENOUGH}.succeededIndexes: Invalid value"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"succeededIndexes": "0,2-4"}, ""),
        ({"succeededCount": 5}, ""),
        ({}, f"{ENOUGH}: Required value: at least one of succeededCount or succeededIndexes must be specified"),
        (
            {"succeededCount": 6},
            f"{ENOUGH}.succeededCount: Invalid value: 6: "
            "must be less than or equal to 5 (the number of specified completions)",
        ),
        (
            {"succeededCount": 3, "succeededIndexes": "1,2"},
            f"{ENOUGH}.succeededCount: Invalid value: 3: "
            "must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
        ),
        (
            {"succeededIndexes": "a"},
            f'{PARSING}: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"',
        ),
        ({"succeededIndexes": "5"}, f'{PARSING}: "5": error parsing succeededIndexes: too large index: "5"'),
        (
            {"succeededIndexes": "3,1"},
            f'{PARSING}: "3,1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1',
        ),
        (
            {"succeededIndexes": "1-2-3"},
            f'{PARSING}: "1-2-3": error parsing succeededIndexes: the fragment "1-2-3" violates the requirement that '
            "an index interval can have at most two parts separated by '-'",
        ),
    ],
)
def test_rules_about_enough_success(rule: Obj, said: str) -> None:
    obj = job(completions=5, completionMode="Indexed", successPolicy={"rules": [rule]})
    assert errors("jobs.batch", obj) == ([said] if said else [])


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("*/5 * * * *", ""),
        ("0 9-17/2 * jan-mar mon,fri", ""),
        ("@daily", ""),
        ("@every 1h30m", ""),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@often", "unrecognized descriptor: @often"),
    ],
)
def test_schedules(schedule: str, said: str) -> None:
    obj = {"metadata": meta(), "spec": {"schedule": schedule, "jobTemplate": {"spec": job()["spec"]}}}
    wanted = [f'spec.schedule: Invalid value: "{schedule}": {said}'] if said else []
    assert errors("cronjobs.batch", obj) == wanted


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", ""),
        ("Etc/UTC", ""),
        ("", "timeZone must be nil or non-empty string"),
        ("Mars/Base One", "unknown time zone Mars/Base One"),
        ("Local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
    ],
)
def test_time_zones(zone: str, said: str) -> None:
    spec = {"schedule": "@daily", "timeZone": zone, "jobTemplate": {"spec": job()["spec"]}}
    wanted = [f'spec.timeZone: Invalid value: "{zone}": {said}'] if said else []
    assert errors("cronjobs.batch", {"metadata": meta(), "spec": spec}) == wanted


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"type": "Outside"}, [
            'spec.type: Unsupported value: "Outside": supported values: "ClusterIP", "ExternalName", "LoadBalancer", '
            '"NodePort"'
        ]),
        ({"type": "ExternalName", "ports": []}, ["spec.externalName: Required value"]),
        ({"ports": [{"port": 0}]}, [
            "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
        ]),
        ({"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]}, [
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,'
            '"NodePort":0}'
        ]),
        ({"ports": [{"port": 80, "nodePort": 30000}]}, [
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"
        ]),
        ({"clusterIP": "here"}, [
            'spec.clusterIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
        ]),
        ({"clusterIP": "10.0.0.01"}, ['spec.clusterIPs[0]: Invalid value: "10.0.0.01": must not have leading 0s']),
        ({"sessionAffinity": "Cookie"}, [
            'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'
        ]),
        ({"externalTrafficPolicy": "Local"}, [
            'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'
        ]),
    ],
)  # fmt: skip
def test_services(spec: Obj, said: list[str]) -> None:
    assert errors("services", service(**spec)) == said


def test_the_address_of_a_service_stays() -> None:
    old = service(clusterIP="10.0.0.1", clusterIPs=["10.0.0.1"])
    new = service(clusterIP="10.0.0.2", clusterIPs=["10.0.0.2"])
    assert errors("services", new, old) == ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set']


@pytest.mark.parametrize(
    ("key", "obj", "said"),
    [
        ("configmaps", {"data": {"a/b": "1"}}, [
            'data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, \'-\', \'_\' '
            "or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        ]),
        ("secrets", {"type": "kubernetes.io/tls", "data": {}}, [
            "data[tls.crt]: Required value", "data[tls.key]: Required value",
        ]),
        ("persistentvolumeclaims", {"spec": {}}, [
            "spec.accessModes: Required value: at least 1 access mode is required",
            "spec.resources[storage]: Required value",
        ]),
        ("roles.rbac.authorization.k8s.io", {"rules": [{"apiGroups": [""], "resources": ["pods"]}]}, [
            "rules[0].verbs: Required value: verbs must contain at least one value"
        ]),
        ("rolebindings.rbac.authorization.k8s.io", {"roleRef": {"kind": "Rolle", "name": "r"}}, [
            'roleRef.kind: Unsupported value: "Rolle": supported values: "Role", "ClusterRole"'
        ]),
        ("networkpolicies.networking.k8s.io", {"spec": {"podSelector": {}, "ingress": [{"from": [{}]}]}}, [
            "spec.ingress[0].from[0]: Required value: must specify a peer"
        ]),
        ("ingresses.networking.k8s.io", {"spec": {}}, [
            "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"
        ]),
        ("endpointslices.discovery.k8s.io", {"addressType": "IPv4", "endpoints": [{"addresses": ["127.0.0.1"]}]}, [
            'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, '
            "::1/128)"
        ]),
        ("horizontalpodautoscalers.autoscaling", {
            "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "d"}, "minReplicas": 0, "maxReplicas": 0}
        }, [
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
            "spec.maxReplicas: Invalid value: 0: must be greater than 0",
        ]),
        ("limitranges", {"spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}, "min": {"cpu": "2"}}]}}, [
            'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'
        ]),
    ],
)  # fmt: skip
def test_other_kinds(key: str, obj: Obj, said: list[str]) -> None:
    assert errors(key, {"metadata": meta(), **obj}) == said


@pytest.mark.parametrize("key", ["configmaps", "secrets"])
def test_what_is_marked_immutable_stays(key: str) -> None:
    old = {"metadata": meta(), "immutable": True, "data": {"a": "MQ=="}}
    new = {"metadata": meta(), "immutable": True, "data": {"a": "Mg=="}}
    assert errors(key, new, old) == ["data: Forbidden: field is immutable when `immutable` is set"]


def test_the_type_of_a_secret_stays() -> None:
    old, new = ({"metadata": meta(), "type": kind} for kind in ("a/b", "c/d"))
    assert errors("secrets", new, old) == ['type: Invalid value: "c/d": field is immutable']


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, ["metadata.name: Required value: name or generateName is required"]),
        ({"labels": {"a": "b c"}}, [
            'metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric '
            "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
            "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ]),
        ({"annotations": {"a": "x" * 262145}}, ["metadata.annotations: Too long: may not be more than 262144 bytes"]),
        ({"finalizers": ["mine"]}, [
            'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully '
            "qualified"
        ]),
        ({"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p"}]}, [
            'metadata.ownerReferences.uid: Invalid value: "": must not be empty'
        ]),
    ],
)  # fmt: skip
def test_metadata(given: Obj, said: list[str]) -> None:
    assert errors("configmaps", {"metadata": meta(**given)}) == said


@pytest.mark.parametrize(
    ("key", "name", "is_fine"),
    [
        ("pods", "a.b", True),
        ("namespaces", "a.b", False),
        ("services", "1a", False),
        ("statefulsets.apps", "a.b", False),
        ("roles.rbac.authorization.k8s.io", "system:Thing", True),
        ("configmaps", "Kube", False),
    ],
)
def test_each_kind_has_its_rule_for_names(key: str, name: str, is_fine: bool) -> None:
    said = errors(key, {"metadata": meta(name), "spec": {}} if key != "configmaps" else {"metadata": meta(name)})
    assert (not any(each.startswith("metadata.name:") for each in said)) == is_fine


ARRAY = {"type": "array"}


def definition(schema: Obj, **more: Any) -> Obj:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "kx.dev", "scope": "Namespaced", "names": {"plural": "toys", "kind": "Toy"}, "versions": [version]}
    return {"metadata": {"name": "toys.kx.dev"}, "spec": {**spec, **more}}


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (definition({"type": "object"}), []),
        (definition({"type": "object"}, group="kx"), [
            'metadata.name: Invalid value: "toys.kx.dev": must be spec.names.plural+"."+spec.group',
            'spec.group: Invalid value: "kx": should be a domain with at least one dot',
        ]),
        (definition({"type": "object"}, scope="Here"), [
            'spec.scope: Unsupported value: "Here": supported values: "Cluster", "Namespaced"'
        ]),
        (definition({}), [
            "spec.versions[0].schema.openAPIV3Schema.type: Required value: must not be empty at the root"
        ]),
        (definition({"type": "object", "properties": {"size": {}, "sort": {"type": "text"}, "of": ARRAY}}), [
            'spec.versions[0].schema.openAPIV3Schema.properties[sort].type: Unsupported value: "text": supported '
            'values: "array", "boolean", "integer", "number", "object", "string"',
            "spec.versions[0].schema.openAPIV3Schema.properties[of].items: Required value: must be specified",
            "spec.versions[0].schema.openAPIV3Schema.properties[size].type: Required value: must not be empty for "
            "specified object fields",
        ]),
    ],
)  # fmt: skip
def test_definitions(obj: Obj, said: list[str]) -> None:
    assert errors("customresourcedefinitions.apiextensions.k8s.io", obj) == said


def test_what_a_storage_class_makes_of_claims_stays() -> None:
    old, new = (
        {"metadata": {"name": "s"}, "provisioner": "x.io/y", "reclaimPolicy": each} for each in ("Delete", "Retain")
    )
    assert errors("storageclasses.storage.k8s.io", new, old) == [
        'reclaimPolicy: Invalid value: "Retain": field is immutable'
    ]


STORAGE, FLOW = "storage.k8s.io", "flowcontrol.apiserver.k8s.io"
CSR = {"signerName": "example.com/x", "usages": ["client auth"]}
PEM = base64.b64encode(b"-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n").decode()
LIMITED = {"type": "Limited", "limited": {"limitResponse": {"type": "Queue"}}}
WHO = {"kind": "User", "user": {"name": "jane"}}
WHAT = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
NOT_ASKED = 'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST'
UNKNOWN_MODES = 'spec.volumeLifecycleModes: Unsupported value: "X": supported values: "Persistent", "Ephemeral"'


@pytest.mark.parametrize(
    ("key", "obj", "said"),
    [
        (f"volumeattributesclasses.{STORAGE}", {}, [
            "driverName: Required value",
            "parameters: Required value: must contain at least one key/value pair",
        ]),
        (f"volumeattributesclasses.{STORAGE}", {"driverName": "x.io", "parameters": {"a": "b"}}, []),
        (f"csinodes.{STORAGE}", {"spec": {"drivers": [{"name": "a", "nodeID": "1"}, {"name": "a", "nodeID": ""}]}}, [
            "spec.drivers[1].nodeID: Required value",
            'spec.drivers[1].name: Duplicate value: "a"',
        ]),
        (f"csidrivers.{STORAGE}", {"spec": {"volumeLifecycleModes": ["X"]}}, [UNKNOWN_MODES]),
        (f"csistoragecapacities.{STORAGE}", {"storageClassName": "x", "capacity": "-1Gi"}, [
            'capacity: Invalid value: "-1Gi": must be greater than or equal to 0',
        ]),
        (f"volumeattachments.{STORAGE}", {"spec": {"attacher": "x", "nodeName": "n", "source": {}}}, [
            "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
        ]),
        (f"prioritylevelconfigurations.{FLOW}", {"spec": LIMITED}, [
            "spec.limited.limitResponse.queuing: Required value: "
            "must not be empty if limited.limitResponse.type is Limited",
        ]),
        (f"prioritylevelconfigurations.{FLOW}", {"spec": {"type": "Exempt"}}, [
            "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
        ]),
        (f"flowschemas.{FLOW}", {"spec": {"priorityLevelConfiguration": {"name": "x"}, "rules": [{}]}}, [
            "spec.rules[0].subjects: Required value: subjects must contain at least one value",
            "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
        ]),
        (f"flowschemas.{FLOW}", {"spec": {
            "priorityLevelConfiguration": {"name": "x"},
            "rules": [{"subjects": [WHO, {"kind": "X"}], "resourceRules": [WHAT]}],
        }}, [
            'spec.rules[0].subjects[1].kind: Unsupported value: "X": '
            'supported values: "Group", "ServiceAccount", "User"',
            "spec.rules[0].resourceRules[0].namespaces: Required value: "
            "resource rules that are not cluster scoped must supply at least one namespace",
        ]),
        ("ipaddresses.networking.k8s.io", {"spec": {}}, ["spec.parentRef: Required value"]),
        ("servicecidrs.networking.k8s.io", {"spec": {}}, ["spec.cidrs: Required value: at least one CIDR required"]),
        ("servicecidrs.networking.k8s.io", {"spec": {"cidrs": ["10.0.0.0/8", "11.0.0.0/8"]}}, [
            'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/8","11.0.0.0/8"]}: may specify no more than one IP for '
            "each IP family, i.e 192.168.0.0/24 and 2001:db8::/64",
        ]),
        ("servicecidrs.networking.k8s.io", {"spec": {"cidrs": ["10.0.0.0/8", "fd00::/64"]}}, []),
        ("certificatesigningrequests.certificates.k8s.io", {"spec": {**CSR, "request": PEM}}, []),
        ("certificatesigningrequests.certificates.k8s.io", {"spec": {**CSR, "request": "eA=="}}, [NOT_ASKED]),
    ],
)  # fmt: skip
def test_drivers_flow_control_addresses_and_requests(key: str, obj: Obj, said: list[str]) -> None:
    assert errors(key, {"metadata": {"name": "x", **METADATA.get(key, {})}, **obj}) == said


METADATA = {
    f"csistoragecapacities.{STORAGE}": {"namespace": "shop"},
    "ipaddresses.networking.k8s.io": {"name": "10.1.2.3"},
}


def test_a_registry_secret_that_ends_too_soon_is_told_so() -> None:
    data = {".dockerconfigjson": base64.b64encode(b'{"auths":').decode()}
    assert errors("secrets", {"metadata": meta(), "type": "kubernetes.io/dockerconfigjson", "data": data}) == [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'
    ]


def test_an_address_is_named_by_itself() -> None:
    spec = {"parentRef": {"resource": "services", "name": "x", "namespace": "shop"}}
    for name, said in (
        ("10.1.2.3", []),
        ("ten", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]),
    ):
        found = errors("ipaddresses.networking.k8s.io", {"metadata": {"name": name}, "spec": spec})
        assert found == [f'metadata.name: Invalid value: "{name}": {words}' for words in said]
