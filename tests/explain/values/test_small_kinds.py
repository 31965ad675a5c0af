"""The small kinds: what stands behind flags and as operands, in one phrase each; what kubectl refuses says so."""

from __future__ import annotations

import pytest

from kx.explain.values import table
from tests.explain.values.tools import pieces

FLAGS = [
    # command, flag, value, gist
    ("run", "image", "nginx:1.27", "nginx from docker.io, version 1.27"),
    ("run", "image", "localhost:5000/x/y:z", "y from localhost:5000, version z"),
    ("run", "image", "ghcr.io/a/b@sha256:" + "0" * 64, "b from ghcr.io, one exact image, by its digest"),
    ("create deployment", "image", "nginx:1,busybox:2", "2 containers, one for each image"),
    ("set resources", "limits", "cpu=100m", "cpu: 100 thousandths of a processor (0.1)"),
    ("set resources", "limits", "cpu=0.5", "cpu: half a processor"),
    ("set resources", "limits", "memory=128Mi", "memory: 128 MiB (134,217,728 bytes)"),
    ("set resources", "limits", "memory=1G", "memory: 1 thousand million bytes"),
    ("set resources", "limits", "memory=1e3", "memory: 1 times 10^3 bytes"),
    ("create quota", "hard", "pods=10", "pods: 10"),
    ("wait", "timeout", "1h5m", "1 hour and 5 minutes"),
    ("wait", "timeout", "0", ""),
    ("get", "request-timeout", "5", "5 seconds"),
    ("get", "request-timeout", "0", "no limit"),
    ("logs", "since", "90s", "only what was written in the last 90 seconds"),
    ("logs", "since-time", "2024-01-02T03:04:05Z", "only what was written after 2024-01-02 at 03:04:05, UTC"),
    ("delete", "grace-period", "0", "none, so at once"),
    ("create service clusterip", "tcp", "80:8080", "port 80 of the service leads to port 8080 of the pods"),
    ("create service", "tcp", "80:a", "port 80 of the service leads to the port that the pods' containers call a"),
    ("expose", "port", "80,443", "ports 80 and 443"),
    ("expose", "target-port", "http", "the one that the containers call http"),
    ("run", "labels", "a=b,c=d", "set the label a to b; set the label c to d"),
    ("run", "env", "A=b", "the variable A and its value"),
    ("create configmap", "from-literal", "a=b=c", "the entry a"),
    ("create configmap", "from-file", "key=dir/f.txt", "the entry key, from the file dir/f.txt"),
    ("create configmap", "from-file", "d/f", "a file becomes the entry f; of a folder, each file becomes an entry"),
    ("create cronjob", "schedule", "*/5 * * * *", "every 5 minutes"),
    ("create cronjob", "schedule", "0 9 * * MON-FRI", "at 09:00, every weekday from Monday to Friday"),
    ("create cronjob", "schedule", "30 2 1 1,7 *", "at 02:30, on day 1, in January and July"),
    ("create cronjob", "schedule", "0 0 1 * 5", "at 00:00, on day 1 or on Friday"),
    ("create cronjob", "schedule", "5/15 8 * * *", "every 15 minutes from 5 on, in hour 8, each day"),
    ("create cronjob", "schedule", "@hourly", "each hour, on the hour"),
    ("create cronjob", "schedule", "@every 1h30m", "once every 1 hour and 30 minutes"),
    ("create ingress", "rule", "a.b/c*=web:80,tls=s", "a.b/c* leads to port 80 of the service web"),
    ("create ingress", "rule", "/=web:http", "any host/ leads to the port called http of the service web"),
    ("create ingress", "default-backend", "web:80", "port 80 of the service web"),
    ("create role", "verb", "get,list", "read one object by its name; read all of them"),
    ("create role", "resource", "deploy,pods/log", "deployments of apps; the logs of pods"),
    ("create rolebinding", "serviceaccount", "web:bot", "the service account bot of the namespace web"),
    ("get", "as", "system:serviceaccount:web:bot", "the service account bot of the namespace web"),
    ("wait", "for", "condition=Ready", "until the condition Ready of the object is True"),
    ("wait", "for", "condition=Ready=false", "until the condition Ready of the object is false"),
    ("wait", "for", "jsonpath={.spec.nodeName}=n1", "until this field is n1: the node it runs on"),
    ("wait", "for", "jsonpath={.spec.nodeName}", "until this field is there: the node it runs on"),
    ("events", "for", "pod/web", "the Pod called web"),
    ("patch", "patch", '{"spec":{"replicas":3}}', "sets spec.replicas to 3"),
    ("patch", "patch", '{"a":{"b":null},"c":[]}', "sets 2 fields"),
    ("patch", "patch", '{"data":{"password":"hunter2"}}', "sets data.password"),
    ("patch", "patch", "spec:\n  replicas: 2", ""),
    ("set image", "pair", "", ""),
    ("get", "selector", "app=web,!old", "only objects whose label app is web, and label old is not set"),
    ("get", "output", "wide", ""),
]  # fmt: skip

REFUSED_FLAGS = [
    ("set resources", "limits", "cpu"),
    ("set resources", "requests", "cpu=abc"),
    ("create quota", "hard", "pods=x"),
    ("logs", "since-time", "yesterday"),
    ("create service clusterip", "tcp", "80:8080/UDP"),
    ("create service clusterip", "tcp", "http:80"),
    ("create service clusterip", "tcp", ":80"),
    ("create service clusterip", "tcp", "99999"),
    ("expose", "port", "80/UDP"),
    ("create configmap", "from-literal", "a"),
    ("create configmap", "from-literal", "=b"),
    ("create configmap", "from-file", "a=b=c"),
    ("create configmap", "from-file", "=b"),
    ("create cronjob", "schedule", "*/5 * * *"),
    ("create cronjob", "schedule", "0 9 * * 7"),
    ("create cronjob", "schedule", "61 9 * * *"),
    ("create cronjob", "schedule", "0 9 L * *"),
    ("create cronjob", "schedule", "0 9 31-1 * *"),
    ("create cronjob", "schedule", "0 9 */0 * *"),
    ("create cronjob", "schedule", "TZ=UTC 0 9 * * *"),
    ("create ingress", "rule", "foo.com=web:80"),
    ("create ingress", "rule", "foo.com/=web"),
    ("create ingress", "default-backend", "web"),
    ("wait", "for", "foo"),
    ("wait", "for", "condition"),
    ("wait", "for", "CONDITION=Ready"),
    ("patch", "patch", "{spec: {replicas: 2}}"),
]

OPERANDS = [
    ("label", "pair", "a/b=c", "set the label a/b to c"),
    ("label", "pair", "a=", "set the label a, with an empty value"),
    ("label", "removal", "a-", "take a away"),
    ("annotate", "pair", "a=x y", "set the annotation a to x y"),
    ("taint", "pair", "k:NoSchedule-", "take the taint k away, that with the effect NoSchedule"),
    ("taint", "removal", "k-", "take the taint k away"),
    ("set env", "removal", "A-", "take the variable A away"),
    ("set image", "pair", "web=nginx:1.27", "the container web gets nginx from docker.io, version 1.27"),
    ("set image", "pair", "*=nginx", "every container gets nginx from docker.io, version latest, as no tag is named"),
    ("set selector", "pair", "app=web", "the pods whose label app is web"),
    ("cp", "source", "ns/web:/etc/hosts", "copied from /etc/hosts in the pod web, in the namespace ns"),
    ("cp", "destination", "./hosts", "copied to this machine: ./hosts"),
    ("config set", "field", "contexts.a.b.namespace", "the namespace it starts in, in the context a.b"),
    ("config set", "field", "current-context", "the context that is used when none is named"),
    ("get", "type-name", "deploy/web", "the Deployment called web"),
    ("get", "type-name", "widgets/w", "the object called w, of the kind widgets"),
]

REFUSED_OPERANDS = [
    ("label", "pair", "a=b=c"),
    ("label", "pair", "a=b c"),
    ("taint", "pair", "k=v"),
    ("taint", "pair", "k=v:Bad"),
    ("set env", "pair", "1A=b"),
    ("set env", "pair", "A B=c"),
    ("cp", "source", "a/b/web:/x"),
    ("cp", "source", ":x"),
    ("get", "type-name", "a/b/c"),
]


@pytest.mark.parametrize(("command", "flag", "value", "gist"), FLAGS)
def test_the_value_of_a_flag(command: str, flag: str, value: str, gist: str) -> None:
    told = table.flag(tuple(command.split()), flag, value)
    assert (told.gist if told else "") == gist


@pytest.mark.parametrize(("command", "flag", "value"), REFUSED_FLAGS)
def test_a_value_that_kubectl_refuses(command: str, flag: str, value: str) -> None:
    told = table.flag(tuple(command.split()), flag, value)
    assert told and told.refused and told.gist.startswith(("kubectl refuses this: ", "the cluster refuses this: "))


@pytest.mark.parametrize(("command", "role", "value", "gist"), OPERANDS)
def test_an_operand(command: str, role: str, value: str, gist: str) -> None:
    told = table.operand(tuple(command.split()), role, value)
    assert told and told.gist == gist


@pytest.mark.parametrize(("command", "role", "value"), REFUSED_OPERANDS)
def test_an_operand_that_kubectl_refuses(command: str, role: str, value: str) -> None:
    told = table.operand(tuple(command.split()), role, value)
    assert told and told.refused


@pytest.mark.parametrize(
    ("command", "role", "value", "expected"),
    [
        ("taint", "pair", "a=b:NoExecute", ["a", "b", "NoExecute"]),
        ("get", "type", "deployments.v1.apps", ["deployments", "v1", "apps"]),
        ("get", "type", "deploy.apps", ["deploy", "apps"]),
        ("get", "type", "pods", []),
        ("get", "types", "po,svc", ["po", "svc"]),
        ("explain", "field", "deploy.spec.replicas", ["deploy", "spec", "replicas"]),
        ("port-forward", "port", "8080:http", ["8080", "http"]),
        ("port-forward", "port", ":80", ["80"]),
        ("label", "pair", "a.b/c=d", ["a.b/", "c", "d"]),
        ("config set", "field", "users.me.token", ["users", "me", "token"]),
    ],
)
def test_the_pieces_of_an_operand(command: str, role: str, value: str, expected: list[str]) -> None:
    told = table.operand(tuple(command.split()), role, value)
    assert told and [text for text, _ in pieces(value, told)] == expected
