"""The network of a practice cluster as people meet it: names, services, slices, load balancers, Ingress, node ports."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kx.practice import lifecycle
from tests.e2e.conftest import Desk, kx, practice_env
from tests.kubectls import Kubectl, find_kubectls

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A cluster with small slices and with doors on this machine; the environment that finds it."""
    env = practice_env(tmp_path_factory.mktemp("doors"))
    kx(env, "practice", "start", "--slice-size", "5", "--node-ports", "--ingress-port", "0", "--speed", "0")
    yield env
    kx(env, "practice", "stop")


@pytest.fixture
def open_desk(doors: Mapping[str, str], kubectl: Kubectl, tmp_path: Path) -> Iterator[Desk]:
    """A desk with one kubectl at that cluster, in a namespace of its own."""
    home, tools = tmp_path / "home", tmp_path / "tools"
    for each in (home, tools):
        each.mkdir()
    (tools / "kubectl").symlink_to(kubectl.path)
    config = home / "kubeconfig"
    config.write_text(Path(kx(doors, "practice", "kubeconfig").stdout.strip()).read_text())
    env = {**doors, "HOME": str(home), "KUBECONFIG": str(config), "PATH": f"{tools}:{doors['PATH']}"}
    made = Desk(env, tmp_path, f"net-{next(_numbers)}", kubectl.version)
    made.ok(f"kubectl create namespace {made.namespace}")
    made.ok(f"kubectl config set-context --current --namespace {made.namespace}")
    yield made
    made.ok(f"kubectl delete namespace {made.namespace} --wait=false")


@dataclass(frozen=True)
class Said:
    status: int
    headers: Mapping[str, str]
    body: str


def ask(port: int, host: str, path: str = "/", method: str = "GET") -> Said:
    """A real HTTP client on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers={"Host": host})
        response = connection.getresponse()
        return Said(response.status, dict(response.getheaders()), response.read().decode())
    finally:
        connection.close()


def ingress_port(env: Mapping[str, str]) -> int:
    said = kx(env, "practice", "status").stdout
    found = re.search(r"^ingress: http://127\.0\.0\.1:(\d+)/", said, re.MULTILINE)
    assert found, said
    return int(found.group(1))


def with_net_utils(desk: Desk) -> None:
    desk.ok("kubectl run net-utils --image=saman2000h/net-utils:1.2 -- sleep infinity")
    desk.ok("kubectl wait --for=condition=Ready pod/net-utils --timeout=60s")


def test_names_as_a_pod_reads_them(desk: Desk) -> None:
    with_net_utils(desk)
    desk.ok("kubectl create deployment web --image=nginx --replicas=2")
    desk.ok("kubectl expose deployment web --port=80 --name=web")
    desk.ok("kubectl create service clusterip named --tcp=80:80")
    whole = f"web.{desk.namespace}.svc.cluster.local"
    desk.ok(f"kubectl create service externalname elsewhere --external-name={whole}")
    address = desk.ok("kubectl get service web -o jsonpath={.spec.clusterIP}")
    for name in ("web", f"web.{desk.namespace}", f"web.{desk.namespace}.svc", whole):
        said = desk.ok(f"kubectl exec net-utils -- nslookup {name}")
        assert f"Name:\t{whole}\nAddress: {address}\n" in said
        assert said.startswith("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n")
    refused = desk.run("kubectl exec net-utils -- nslookup nosuch")
    assert refused.returncode == 1
    assert "** server can't find nosuch: NXDOMAIN" in refused.stdout
    assert desk.ok("kubectl exec net-utils -- dig +short +search elsewhere").splitlines()[-1] == address
    assert "kubernetes.default.svc.cluster.local." in desk.ok("kubectl exec net-utils -- dig +short -x 10.96.0.1")
    full = f"named.{desk.namespace}.svc.cluster.local"
    assert desk.ok(f"kubectl exec net-utils -- dig +short SRV _80-80._tcp.{full}") == f"0 100 80 {full}.\n"
    assert desk.ok("kubectl get service kube-dns -n kube-system -o jsonpath={.spec.clusterIP}") == "10.96.0.10"


def test_the_pods_of_a_stateful_set_have_names(desk: Desk) -> None:
    with_net_utils(desk)
    (desk.folder / "db.yaml").write_text(_STATEFUL)
    desk.ok("kubectl apply -f db.yaml")
    desk.ok("kubectl rollout status statefulset/db --timeout=60s")
    addresses = desk.ok("kubectl get pods -l app=db -o jsonpath={.items[*].status.podIP}").split()
    for number, address in enumerate(addresses):
        assert desk.ok(f"kubectl exec net-utils -- dig +short +search db-{number}.db") == address + "\n"
    assert sorted(desk.ok("kubectl exec net-utils -- dig +short +search db").split()) == sorted(addresses)
    dashed = addresses[0].replace(".", "-")
    pod = f"{dashed}.{desk.namespace}.pod.cluster.local"
    assert desk.ok(f"kubectl exec net-utils -- dig +short {pod}") == addresses[0] + "\n"


def test_the_deck_picture_of_endpoints_and_slices(open_desk: Desk) -> None:
    desk = open_desk
    desk.ok("kubectl create deployment visitors --image=nginx --replicas=1")
    desk.ok("kubectl expose deployment visitors --port=80 --name=visitors-service")
    for count in (4, 9, 15):
        desk.ok(f"kubectl scale deployment visitors --replicas={count}")
        desk.ok("kubectl rollout status deployment/visitors --timeout=60s")
    desk.until("kubectl get endpointslices -l kubernetes.io/service-name=visitors-service -o json", r'"ready": true')
    items = "{range .items[*]}{.endpoints[*].addresses[0]}{'\\n'}{end}"
    line = f'kubectl get endpointslices -l kubernetes.io/service-name=visitors-service -o jsonpath="{items}"'
    slices = [row.split() for row in desk.until(line, r"^(\S+ ){4}\S+\n(\S+ ){4}\S+\n(\S+ ){4}\S+\n$").splitlines()]
    assert [len(each) for each in slices] == [5, 5, 5]
    assert re.search(r"visitors-service\s+\S+:80,\S+:80,\S+:80 \+ 12 more\.\.\.", desk.ok("kubectl get endpoints"))
    subsets = json.loads(desk.ok("kubectl get endpoints visitors-service -o json"))["subsets"]
    assert sorted(one["ip"] for one in subsets[0]["addresses"]) == sorted(sum(slices, []))


def test_a_load_balancer_gets_an_address_that_pods_reach(open_desk: Desk) -> None:
    desk = open_desk
    with_net_utils(desk)
    desk.ok("kubectl create deployment web --image=nginx")
    desk.ok("kubectl expose deployment web --port=80 --type=LoadBalancer --name=front")
    desk.ok("kubectl rollout status deployment/web --timeout=60s")
    shown = desk.until("kubectl get service front", r"LoadBalancer\s+\S+\s+\d+\.\d+\.\d+\.\d+\s")
    address = shown.splitlines()[1].split()[3]
    assert "Welcome to nginx" in desk.until(f"kubectl exec net-utils -- curl -s http://{address}/", "Welcome")
    told = desk.ok("kubectl describe service front")
    assert re.search(r"LoadBalancer Ingress:\s+" + re.escape(address), told)
    assert re.search(r"Normal\s+EnsuringLoadBalancer\s.*service-controller\s+Ensuring load balancer", told)
    assert re.search(r"Normal\s+EnsuredLoadBalancer\s.*service-controller\s+Ensured load balancer", told)
    desk.ok("kubectl delete service front --timeout=60s")


def test_a_node_port_is_reached_from_a_pod_and_from_this_machine(open_desk: Desk) -> None:
    desk = open_desk
    with_net_utils(desk)
    desk.ok("kubectl create deployment web --image=nginx --replicas=2")
    desk.ok("kubectl expose deployment web --port=80 --type=NodePort")
    desk.ok("kubectl rollout status deployment/web --timeout=60s")
    port = int(desk.ok("kubectl get service web -o jsonpath={.spec.ports[0].nodePort}"))
    node = desk.ok("kubectl get node node-2 -o jsonpath={.status.addresses[0].address}")
    desk.until(f"kubectl exec net-utils -- curl -s http://{node}:{port}/", "Welcome to nginx")
    desk.until(f"curl -sS http://127.0.0.1:{port}/", "Welcome to nginx")
    assert ask(port, "anything", method="HEAD").status == 200


def test_an_ingress_routes_by_host_and_path_from_this_machine(open_desk: Desk, doors: Mapping[str, str]) -> None:
    desk, port, host = open_desk, ingress_port(doors), f"{open_desk.namespace}.local"
    for name in ("shop", "cart"):
        desk.ok(f"kubectl create deployment {name} --image=nginx")
        desk.ok(f"kubectl expose deployment {name} --port=80")
        desk.ok(f"kubectl rollout status deployment/{name} --timeout=60s")
        page = "/usr/share/nginx/html"
        pod = desk.ok(f"kubectl get pods -l app={name} -o name").strip()
        desk.ok(f"kubectl exec {pod} -- sh -c 'mkdir -p {page}/cart; echo {name} > {page}/index.html'")
        desk.ok(f"kubectl exec {pod} -- sh -c 'echo {name} > {page}/cart/index.html'")
    desk.ok(
        f"kubectl create ingress shop --class=nginx --rule='{host}/*=shop:80' --rule='{host}/cart*=cart:80' "
        f"--rule='{host}/nobody=nobody:80'"
    )
    shown = desk.until("kubectl get ingress shop", r"nginx\s+\S+\s+\d+\.\d+\.\d+\.\d+\s+80\s")
    assert host in shown
    desk.until("kubectl describe ingress shop", r"Normal\s+Sync\s+.*nginx-ingress-controller\s+Scheduled for sync")
    assert (ask(port, host).status, ask(port, host).body) == (200, "shop\n")
    assert ask(port, host, "/cart/").body == "cart\n"
    assert ask(port, f"{host}:{port}", "/cart/?x=1").body == "cart\n"
    assert ask(port, "else.local").status == 404
    assert "404 Not Found" in ask(port, "else.local").body
    assert ask(port, host, "/nobody").status == 503
    desk.ok("kubectl delete ingress shop")
    assert ask(port, host).status == 404


def test_an_ingress_is_reached_from_pods_at_its_address(open_desk: Desk) -> None:
    desk = open_desk
    with_net_utils(desk)
    desk.ok("kubectl create deployment web --image=nginx")
    desk.ok("kubectl expose deployment web --port=80")
    desk.ok("kubectl rollout status deployment/web --timeout=60s")
    desk.ok(f"kubectl create ingress inner --rule='inner-{desk.namespace}.local/*=web:80'")
    shown = desk.until("kubectl get ingress inner", r"\s\d+\.\d+\.\d+\.\d+\s+80\s")
    address = shown.splitlines()[1].split()[3]
    assert shown.splitlines()[1].split()[1] == "<none>"
    line = f"kubectl exec net-utils -- curl -s -H 'Host: inner-{desk.namespace}.local' http://{address}/"
    assert "Welcome to nginx" in desk.ok(line)
    assert "404 Not Found" in desk.ok(f"kubectl exec net-utils -- curl -s http://{address}/")


def test_without_load_balancers_services_stay_pending(tmp_path: Path) -> None:
    env = practice_env(tmp_path)
    kx(env, "practice", "start", "--no-load-balancer")
    try:
        config = kx(env, "practice", "kubeconfig").stdout.strip()
        newest = find_kubectls()[-1]
        desk = Desk({**env, "KUBECONFIG": config}, tmp_path, "default", newest.version)
        desk.ok("kubectl create service loadbalancer front --tcp=80:80")
        desk.ok("kubectl create service clusterip plain --tcp=80:80")
        shown = desk.ok("kubectl get services")
        assert re.search(r"^front\s+LoadBalancer\s+\S+\s+<pending>\s+80:3\d{4}/TCP", shown, re.MULTILINE)
        assert "--no-load-balancer" in kx(env, "practice", "status").stdout
        assert "EnsuringLoadBalancer" not in desk.ok("kubectl describe service front")
    finally:
        kx(env, "practice", "stop")


def test_an_ingress_port_that_is_taken_is_named(doors: Mapping[str, str], tmp_path: Path) -> None:
    taken = ingress_port(doors)
    env = practice_env(tmp_path)
    refused = subprocess.run(
        [sys.executable, "-m", "kx", "practice", "start", "--ingress-port", str(taken)],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert refused.returncode == 1
    assert f"port {taken} of this machine cannot be had" in refused.stderr
    assert "--ingress-port" in refused.stderr
    assert lifecycle.state(env).running is None


_STATEFUL = """
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: web, image: nginx}]}
"""
