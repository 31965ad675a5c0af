"""Each real kubectl is made to fail, and what it prints is understood: (a line as typed, the advice it leads to)."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from kx.explain.aftermath.errors import explain
from tests.e2e.conftest import Desk
from tests.explain.aftermath.tools import subject
from tests.explain.tools import golden

pytestmark = pytest.mark.e2e

LINES = (
    ("get deployment nothing", "not-found"),
    ("get widgets", "no-such-type"),
    ("get pods -n nowhere nothing", "namespace-not-found"),
    ("create deployment a --image=nginx -n nowhere", "namespace-not-found"),
    ("run web --image=nginx", "already-exists"),
    ("get pods --foo", "unknown-flag"),
    ("get pods -Q", "unknown-shorthand"),
    ("gett pods", "unknown-command"),
    ("rollout foo deploy/x", "unknown-subcommand"),
    ("get pods --output", "flag-needs-value"),
    ("get pods -o foo", "output-format"),
    ("get", "no-resource-type"),
    ("create deployment x", "required-flag"),
    ("run x", "required-flag"),
    ("expose deployment nothing --port=80", "not-found"),
    ("logs web -c nope", "no-such-container"),
    ("logs web --previous", "no-previous-container"),
    ("exec web -- nosuch", "program-not-in-container"),
    ("exec done -- ls", "pod-completed"),
    ("exec web -c nope -- ls", "no-such-container"),
    ("exec web", "no-command-given"),
    ("attach done", "pod-completed"),
    ("apply -f missing.yaml", "no-such-file"),
    ("apply -f bad.yaml", "yaml-broken"),
    ("apply -f unknownfield.yaml", "unknown-field"),
    ("apply -f wrongversion.yaml", "no-such-kind-group"),
    ("apply -f nokind.yaml", "kind-missing"),
    ("apply -f empty.yaml", "no-objects"),
    ("apply -f badtype.yaml", "wrong-shape"),
    ("apply -f tabs.yaml", "yaml-tab"),
    ("create -f immutable.yaml", "already-exists"),
    ("apply -f immutable2.yaml", "immutable-selector"),
    ("apply -f mismatch.yaml", "selector-mismatch"),
    ("apply -f podchange.yaml", "pod-immutable"),
    ("apply -f svcip.yaml", "immutable"),
    ("create -f noname.yaml", "name-missing"),
    ("apply -f generate.yaml", "generate-name-apply"),
    ("apply", "file-or-name"),
    ("apply -k .", "no-kustomization"),
    ("patch pod web -p '{bad'", "patch-broken"),
    ('patch pod web -p \'{"spec":{"containers":[{"name":"x","image":5}]}}\'', "patch-not-fitting"),
    ('patch pod web --type=json -p \'[{"op":"remove","path":"/spec/nope"}]\'', "patch-not-fitting"),
    ("label pod web run=other", "label-exists"),
    ("label pod web 'a=b c'", "bad-label"),
    ("label pod web", "nothing-to-change"),
    ("taint node node-1 a=b", "taint-form"),
    ("top pods", "metrics-missing"),
    ("top nodes", "metrics-missing"),
    ("explain nothing", "no-such-type"),
    ("explain pod.spec.nothing", "no-such-explain-field"),
    ("rollout undo deployment/dep --to-revision=99", "no-such-revision"),
    ("rollout undo deployment/dep", "no-history"),
    ("rollout restart pod/web", "cannot-restart"),
    ("wait --for=condition=Ready pod/done --timeout=1s", "wait-timeout"),
    ("wait pod/web", "wait-condition"),
    ("delete pods", "no-name"),
    ("delete namespace default", "namespace-protected"),
    ("delete namespace kube-system", "namespace-protected"),
    ("port-forward web 99999:80", "bad-port-number"),
    ("cp a b", "cp-two-local"),
    ("create secret generic s --from-file=missing", "no-such-file"),
    ("create secret generic s --from-literal=foo", "literal-pair"),
    ("create configmap cm --from-literal=a=b --from-literal=a=c", "duplicate-key"),
    ("create job j", "image-required"),
    ("create cronjob c --image=x --schedule=foo", "schedule"),
    ("create service clusterip x", "nothing-to-change"),
    ("create service clusterip x --tcp=foo", "bad-number"),
    ("create namespace Foo_Bar", "name-letters"),
    ("create deployment Web --image=nginx", "name-letters"),
    ("create quota q --hard=foo", "literal-pair"),
    ("auth can-i foo", "usage"),
    ("auth can-i", "usage"),
    ("config use-context nope", "no-such-context"),
    ("config get-contexts nope", "no-such-context"),
    ("config set", "config-args"),
    ("--kubeconfig /nonexist get pods", "kubeconfig-missing"),
    ("--user nope get pods", "no-such-user"),
    ("--cluster nope get pods", "no-such-cluster"),
    ("get pods --request-timeout=foo", "timeout-value"),
    ("get pods -l 'a=b=c'", "selector-broken"),
    ("get pods -l 'a in b'", "selector-broken"),
    ("get pods --field-selector=spec.foo=bar", "field-selector"),
    ("get pods -o jsonpath", "template-missing"),
    ("get pods -o jsonpath='{.items[0'", "template-broken"),
    ("get pods -o jsonpath='{.items[9].metadata.name}'", "template-empty"),
    ("get pods -o custom-columns=foo", "columns-broken"),
    ("get pods -o go-template='{{.foo'", "template-broken"),
    ("get pod/web deploy", "type-name-mixed"),
    ("get pod/web svc/x deploy foo", "type-name-mixed"),
    ("get pods --all-namespaces web", "name-in-all-namespaces"),
    ("get pods -w --field-selector=x=y", "field-selector"),
    ("get --raw /foo", "no-subresource"),
    ("replace -f conflict.yaml", "conflict"),
    ("debug web", "debug-needs-image"),
    ("run y --image=", "image-required"),
    ("run y --image='UPPER CASE'", "bad-image-name"),
    ("run web-2 --image=nginx --restart=Sometimes", "choice-value"),
    ("run web-3 --image=nginx --rm", "rm-needs-attach"),
    ("run y --image=nginx --port=foo", "bad-number"),
    ("run y --image=nginx --dry-run=foo", "dry-run-value"),
    ("apply -f unknownfield.yaml --validate=foo", "choice-value"),
    ("scale deployment dep --replicas=-1", "negative-replicas"),
    ("scale deployment dep --replicas=foo", "bad-flag-value"),
    ("scale deployment dep --replicas=3 --current-replicas=9", "unexpected-replicas"),
    ("scale pod web --replicas=2", "no-subresource"),
    ("expose deployment dep", "no-port-to-expose"),
    ("-n default plugin-foo", "flag-before-plugin"),
    ("kustomize .", "no-kustomization"),
    ("version --output=foo", "output-format"),
    ("get pods --as=foo", "may-not"),
    ("get pods -s http://127.0.0.1:1", "connection-refused"),
    ("get pods -s https://127.0.0.1:1", "connection-refused"),
    ("get pods -s 127.0.0.1:99999", "bad-port"),
    ("get pods -s ftp://x", "bad-scheme"),
    ("get pods --token=bad", "not-signed-in"),
    ("get pods --certificate-authority=/nonexist", "credential-file-missing"),
    ("get pods --client-certificate=/nonexist --client-key=/nonexist", "credential-file-missing"),
    ("get pods --tls-server-name=foo", "certificate-other-name"),
    ("delete all", "no-name"),
    ("delete pod web --grace-period=foo", "bad-flag-value"),
    ("delete pod --all --selector=a=b", "name-and-selector"),
    ("delete pod web --field-selector=a=b", "name-and-selector"),
    ("create -f imagemissing.yaml", "required-field"),
    ("create -f badlabels.yaml", "label-letters"),
    ("create -f crdmissing.yaml", "no-such-kind-group"),
    ("create rolebinding x --role=a --clusterrole=b", "exactly-one"),
    ("logs waiting", "logs-image-pull"),
    ("exec waiting -- ls", "container-not-running"),
    ("logs", "pod-and-type-needed"),
    ("describe", "no-resource-type"),
    ("set resources deployment dep --limits=foo=bar", "bad-quantity"),
    ("wait --for=foo pod/web", "wait-condition"),
    ("get pod web -n", "flag-needs-value"),
)

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers:\n  - name: c\n    image: nginx\n"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {0}}}\nspec:\n"
    "  selector:\n    matchLabels: {{app: {1}}}\n"
    "  template:\n    metadata:\n      labels: {{app: {2}}}\n    spec:\n      containers: [{{name: c, image: nginx}}]\n"
)
FILES = {
    "bad.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n bad: 1\n",
    "tabs.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n",
    "unknownfield.yaml": POD.format(name="uf") + "    imagee: x\n",
    "wrongversion.yaml": "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata:\n  name: x\n",
    "nokind.yaml": "apiVersion: v1\nmetadata:\n  name: x\n",
    "empty.yaml": "",
    "badtype.yaml": POD.format(name="bt").replace("  - name: c\n", "    name: c\n"),
    "immutable.yaml": DEPLOYMENT.format("imm", "a", "a"),
    "immutable2.yaml": DEPLOYMENT.format("imm", "b", "b"),
    "mismatch.yaml": DEPLOYMENT.format("mm", "a", "b"),
    "podchange.yaml": POD.format(name="web").replace("name: c\n", "name: web\n") + "    command: [sleep, '9']\n",
    "svcip.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: svc}\nspec:\n  clusterIP: 10.96.0.77\n"
    "  ports:\n  - port: 443\n",
    "noname.yaml": POD.format(name='""'),
    "generate.yaml": POD.format(name="x").replace("name: x", "generateName: x-"),
    "exists.yaml": POD.format(name="web"),
    "conflict.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm1, resourceVersion: '1'}\ndata: {a: b}\n",
    "imagemissing.yaml": POD.format(name="im").replace("    image: nginx\n", ""),
    "badlabels.yaml": POD.format(name="bl").replace("spec:\n", '  labels: {"a b": c}\nspec:\n'),
    "crdmissing.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: x\n",
}
BEFORE = (
    "kubectl run web --image=nginx",
    "kubectl run done --image=busybox --restart=Never -- true",
    "kubectl run waiting --image=no-such-image",
    "kubectl create deployment dep --image=nginx",
    "kubectl create configmap cm1 --from-literal=a=b",
    "kubectl create service clusterip svc --tcp=443",
    "kubectl create -f immutable.yaml",
)


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    for name, text in FILES.items():
        (desk.folder / name).write_text(text, encoding="utf-8")
    for line in BEFORE:
        desk.ok(line)
    desk.until("kubectl get pods", r"web +1/1 +Running")
    desk.until("kubectl get pods", r"done +0/1 +Completed")
    desk.until("kubectl get pods", r"waiting +0/1 +(ImagePullBackOff|ErrImagePull)")
    return desk


def said(desk: Desk, line: str) -> str:
    """The id of what is said of a line that must fail; with the message, where nothing is."""
    done = desk.run(line)
    if done.returncode == 0:
        return "no failure"
    found = explain(done.stdout + done.stderr, done.returncode, subject(line))
    return found[0].id if found else f"nothing of {done.stderr!r}"


def test_what_a_practice_cluster_and_kubectl_refuse(furnished: Desk) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda row: said(furnished, f"kubectl {row[0]}"), LINES))
    wrong = [(line, id, seen) for (line, id), seen in zip(LINES, found, strict=True) if seen != id]
    assert not wrong


class Refusing(http.server.BaseHTTPRequestHandler):
    """Knows pods, and answers every request about them with the one refusal it was given."""

    refusal: Mapping[str, Any] = {}
    pods = {
        "name": "pods",
        "singularName": "pod",
        "namespaced": True,
        "kind": "Pod",
        "verbs": ["create", "get", "list"],
    }
    discovery: Mapping[str, Any] = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
        "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [pods]},
    }

    def do_GET(self) -> None:  # noqa: N802  (the name http.server asks for)
        answer = self.discovery.get(self.path.partition("?")[0], self.refusal)
        body = json.dumps(answer).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(int(answer.get("code", 200)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def serving(
    refusal: Mapping[str, Any] | None = None, tls: tuple[Path, Path] | None = None
) -> Iterator[tuple[http.server.HTTPServer, int]]:
    handler = type("Handler", (Refusing,), {"refusal": refusal or {}})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, tls))
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are the point
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server, server.server_port
        server.shutdown()


def status(code: int, reason: str, message: str) -> dict[str, Any]:
    """A refusal as a real server words it."""
    return {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message, "details": {"name": "web", "kind": "pods"},
    }  # fmt: skip


FORBIDDEN = 'pods "web" is forbidden: '
REFUSALS = (
    (status(401, "Unauthorized", "Unauthorized"), "not-signed-in"),
    (
        status(403, "Forbidden", 'pods is forbidden: User "eve" cannot create resource "pods" in API group "" in the '
               'namespace "default"'),
        "may-not",
    ),
    (
        status(403, "Forbidden", 'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the '
               "cluster scope"),
        "may-not-cluster",
    ),
    (
        status(403, "Forbidden", FORBIDDEN + "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"),
        "quota",
    ),
    (status(403, "Forbidden", FORBIDDEN + "failed quota: q: must specify limits.cpu for: c"), "quota-must-specify"),
    (
        status(403, "Forbidden", FORBIDDEN + "maximum cpu usage per Container is 500m, but limit is 1"),
        "limit-range",
    ),
    (
        status(403, "Forbidden", FORBIDDEN + 'violates PodSecurity "restricted:latest": '
               'allowPrivilegeEscalation != false '
               "(container \"c\" must set securityContext.allowPrivilegeEscalation=false)"),
        "pod-security",
    ),
    (
        status(403, "Forbidden", FORBIDDEN + "unable to create new content in namespace old because it is being "
               "terminated"),
        "namespace-terminating",
    ),
    (
        status(403, "Forbidden", FORBIDDEN + "error looking up service account default/x: "
               'serviceaccount "x" not found'),
        "no-service-account",
    ),
    (
        status(403, "Forbidden", FORBIDDEN + "no PriorityClass with name high was found"),
        "no-priority-class",
    ),
    (status(403, "Forbidden", FORBIDDEN + "some new reason"), "forbidden"),
    (
        status(400, "BadRequest", 'admission webhook "check.example.com" denied the request: no label team'),
        "webhook-denied",
    ),
    (
        status(500, "InternalError", 'Internal error occurred: failed calling webhook '
               '"check.example.com": failed to call '
               'webhook: Post "https://check.x.svc:443/?timeout=10s": dial tcp 10.0.0.9:443: i/o timeout'),
        "webhook-failed",
    ),
    (status(410, "Expired", "The provided continue parameter is too old"), "expired"),
    (status(504, "Timeout", "Timeout: request did not complete within the allotted timeout"), "server-timeout"),
    (status(503, "ServiceUnavailable", "the server is currently unable to handle the request"), "service-unavailable"),
    (status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
     "method-not-allowed"),
    (status(500, "InternalError", "Internal error occurred: something"), "server-internal"),
    (status(409, "AlreadyExists", 'pods "web" already exists'), "already-exists"),
)  # fmt: skip


def test_what_a_real_server_refuses(desk: Desk) -> None:
    (desk.folder / "web.yaml").write_text(POD.format(name="web"), encoding="utf-8")
    wrong = []
    for refusal, id in REFUSALS:
        with serving(refusal) as (_, port):
            seen = said(desk, f"kubectl create -f web.yaml --validate=false -s http://127.0.0.1:{port}")
        wrong += [(refusal["message"], id, seen)] if seen != id else []
    assert not wrong


def test_every_recorded_refusal_is_understood_as_kubectl_prints_it(desk: Desk) -> None:
    (desk.folder / "web.yaml").write_text(POD.format(name="web"), encoding="utf-8")
    vague = {"invalid", "forbidden-anything", "usage"}
    for row in golden("errors"):
        with serving(row["status"]) as (_, port):
            seen = said(desk, f"kubectl create -f web.yaml --validate=false -s http://127.0.0.1:{port}")
        assert " " not in seen, (row["case"], seen)
        assert seen not in vague, (row["case"], seen)


def certificate(folder: Path, *, days: int = 1) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody has signed but itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    end = datetime.now(timezone.utc) + timedelta(days=days)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, end - timedelta(days=30), end)
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("elsewhere")]), False).sign(
        key, hashes.SHA256()
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_servers_that_are_not_what_they_should_be(desk: Desk) -> None:
    found = {}
    with serving() as (_, port):
        found["plain"] = said(desk, f"kubectl get pods -s https://127.0.0.1:{port}")
    paths = certificate(desk.folder)
    with serving(tls=paths) as (_, port):
        unsigned = f"kubectl get pods -s https://127.0.0.1:{port} --tls-server-name=elsewhere"
        found["unsigned"] = said(desk, unsigned)
        trusted = f"kubectl get pods -s https://127.0.0.1:{port} --certificate-authority={paths[0]}"
        found["name"] = said(desk, trusted)
    expired = certificate(desk.folder, days=-1)
    with serving(tls=expired) as (_, port):
        line = f"kubectl get pods -s https://127.0.0.1:{port} --certificate-authority={expired[0]}"
        found["expired"] = said(desk, f"{line} --tls-server-name=elsewhere")
    found["nothing"] = said(desk, f"kubectl get pods --kubeconfig={empty(desk)}")
    assert found == {
        "plain": "tls-other",
        "unsigned": "certificate-unknown-authority",
        "name": "certificate-other-name",
        "expired": "certificate-expired",
        "nothing": "no-cluster-set",
    }


def empty(desk: Desk) -> Path:
    path = desk.folder / "empty"
    path.touch()
    return path


PLUGIN = """apiVersion: v1
kind: Config
clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:1"}}}}]
users:
- name: u
  user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {0}}}}}
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
current-context: c
"""


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (PLUGIN.format("no-such-program"), "credential-plugin-missing"),
        (PLUGIN.format("./denied"), "credential-plugin-denied"),
        (PLUGIN.format("./foreign"), "credential-plugin-format"),
        (PLUGIN.format("./fails"), "credential-plugin-failed"),
        ("not: [a kubeconfig\n", "kubeconfig-broken"),
    ],
    ids=lambda value: value if value.islower() and "\n" not in value else "kubeconfig",
)
def test_kubeconfigs_that_do_not_work(desk: Desk, text: str, id: str) -> None:
    for name, content, mode in (("denied", b"#!/bin/sh\n", 0o644), ("foreign", b"\x7fELFnot", 0o755)):
        (desk.folder / name).write_bytes(content)
        (desk.folder / name).chmod(mode)
    (desk.folder / "fails").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (desk.folder / "fails").chmod(0o755)
    (desk.folder / "config").write_text(text, encoding="utf-8")
    assert said(desk, "kubectl get pods --kubeconfig=config") == id
