"""What is said of values holds with every kubectl at hand: what it refuses, and what a template finds."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk
from tests.explain.tools import explained

pytestmark = pytest.mark.e2e

BAD = (
    "kubectl get pods -o jsonpath='{.items[*].metadata.name'",
    "kubectl get pods -o jsonpath='{items[*]}'",
    "kubectl get pods -o go-template='{{.kind'",
    "kubectl get pods -o go-template='{{range .items}}'",
    "kubectl get pods -o go-template='{{end}}'",
    "kubectl get pods -o custom-columns=NAME",
    "kubectl set resources deploy d --requests=cpu=abc",
    "kubectl set resources deploy d --requests=cpu",
    "kubectl create quota q --hard=pods=x",
    "kubectl create service clusterip s --tcp=80:8080/UDP",
    "kubectl create service clusterip s --tcp=http:80",
    "kubectl create service clusterip s --tcp=:80",
    "kubectl create service clusterip s --tcp=99999",
    "kubectl expose deploy d --port=80/UDP",
    "kubectl label deploy d a=b=c",
    "kubectl label deploy d 'a=b c'",
    "kubectl taint node node-1 k=v",
    "kubectl taint node node-1 k=v:Bad",
    "kubectl set env deploy/d 1A=b",
    "kubectl set env deploy/d 'A B=c'",
    "kubectl create configmap c --from-literal=a",
    "kubectl create configmap c --from-literal==b",
    "kubectl create configmap c --from-file=a=b=c",
    "kubectl create configmap c --from-file==b",
    "kubectl create cronjob c --image=i --schedule='*/5 * * *'",
    "kubectl create cronjob c --image=i --schedule='0 9 * * 7'",
    "kubectl create cronjob c --image=i --schedule='61 9 * * *'",
    "kubectl create cronjob c --image=i --schedule='0 9 31-1 * *'",
    "kubectl create cronjob c --image=i --schedule='0 9 */0 * *'",
    "kubectl create cronjob c --image=i --schedule='TZ=UTC 0 9 * * *'",
    "kubectl create cronjob c --image=i --schedule='@often'",
    "kubectl create ingress i --rule=foo.com=web:80",
    "kubectl create ingress i --rule=foo.com/=web",
    "kubectl create ingress i --default-backend=web",
    "kubectl wait deploy/d --for=foo --timeout=1s",
    "kubectl wait deploy/d --for=condition --timeout=1s",
    "kubectl patch deploy d -p '{spec: {replicas: 2}}'",
    "kubectl cp a/b/d:/x y",
    "kubectl cp :x y",
    "kubectl logs deploy/d --since-time=yesterday",
)
GOOD = (
    "kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'",
    "kubectl get pods -o jsonpath='{.items[0:1].metadata.name}{..image}{$.kind}{@.kind}'",
    "kubectl get pods -o jsonpath='{.items[?(@.status.phase==\"Running\")].metadata.name}'",
    "kubectl get pods -o go-template='{{range $i, $p := .items}}{{if eq $p.kind \"Pod\"}}{{$i}}{{end}}{{end}}'",
    "kubectl get pods -o go-template='{{len .items}}{{.items | len}}{{printf \"%s\" .kind}}{{/* c */}}{{- \"y\" -}}'",
    "kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:{.spec.nodeName},:metadata.uid",
    "kubectl get deploy --sort-by=metadata.name",
    "kubectl set resources deploy d --requests=cpu=100m,memory=128Mi --dry-run=server",
    "kubectl create quota q --hard=pods=10,requests.cpu=1,limits.memory=1e3 --dry-run=server",
    "kubectl create service clusterip s --tcp=80:http --tcp=443 --dry-run=server",
    "kubectl label deploy d a.b/c=d e= --dry-run=server",
    "kubectl taint node node-1 k=v:NoSchedule j:NoExecute --dry-run=server",
    "kubectl set env deploy/d A.B=b C- --dry-run=server",
    "kubectl set image deploy/d '*=nginx:1.27' --dry-run=server",
    "kubectl create configmap c --from-literal=a=b=c --from-literal=d= --dry-run=server",
    "kubectl create cronjob c --image=i --schedule='*/5 9-17 ? * MON-FRI' --dry-run=server",
    "kubectl create cronjob c --image=i --schedule='5/15 0,12 1 JAN,7 0' --dry-run=server",
    "kubectl create cronjob c --image=i --schedule='@every 1h30m' --dry-run=server",
    "kubectl create ingress i --rule='foo.com/a*=web:80,tls=s' --rule='/=web:http' --dry-run=server",
    "kubectl create role r --verb=get,list --resource=pods,deploy,pods/log --dry-run=server",
    "kubectl patch deploy d --type=json -p '[{\"op\":\"remove\",\"path\":\"/metadata/labels\"}]' --dry-run=server",
    "kubectl wait deploy/d --for=jsonpath='{.metadata.name}'=d --timeout=5s",
)  # fmt: skip
TEMPLATES = (
    # line, whether it finds what it looks for
    ("kubectl get deploy -o jsonpath='{.items[*].metadata.name}'", True),
    ("kubectl get deploy d -o jsonpath='{.items[*].metadata.name}'", False),
    ("kubectl get deploy/d -o jsonpath='{.items[*].metadata.name}'", False),
    ("kubectl get deploy d d2 -o jsonpath='{.items[*].metadata.name}'", True),
    ("kubectl get deploy d -o jsonpath='{.metadata.name}'", True),
    ("kubectl get deploy -o jsonpath='{.metadata.name}'", False),
    ("kubectl get deploy -o go-template='{{range .items}}x{{end}}'", True),
    ("kubectl get deploy d -o go-template='{{range .items}}x{{end}}'", False),
)


def refuses(line: str) -> bool:
    return any("refuse" in word.note for word in explained(line).words)


def test_what_kubectl_refuses_and_what_it_takes(desk: Desk) -> None:
    desk.ok("kubectl create deployment d --image=nginx")
    for line in BAD:
        assert desk.run(line).returncode != 0 and refuses(line), line
    for line in GOOD:
        done = desk.run(line)
        assert done.returncode == 0 and not refuses(line), line + done.stderr


def test_what_a_template_finds(desk: Desk) -> None:
    desk.ok("kubectl create deployment d --image=nginx")
    desk.ok("kubectl create deployment d2 --image=nginx")
    for line, finds in TEMPLATES:
        assert bool(desk.ok(line).strip()) is finds, line
        assert (".items" in explained(line).words[-1].note) is not finds, line
