"""The training's deck from its first line to its last, with every kubectl at hand.

The first test is the story as it is told; the others hold what the story promises where things go another way.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from kx.cheat.manifest import ORDER
from tests.e2e.conftest import DEADLINE, Desk
from tests.e2e.test_port_forward import fetched, forwarded
from tests.e2e.visitors import Tools, deployed, manifests, names_of, settled, visit
from tests.kubectls import find_kubectls

pytestmark = pytest.mark.e2e

IMAGE = "saman2000h/net-utils:1.2"
RUN = f"kubectl run net-utils --image={IMAGE}"
CREATE = f"kubectl create deployment net-utils --image={IMAGE}"
PROMPT = r"bash-5\.1# "
ENDPOINTS = (
    "kubectl get endpointslices -l kubernetes.io/service-name=visitors-service "
    "-o jsonpath='{.items[*].endpoints[*].addresses[0]}'"
)
SECRET, REDIS, REDIS_SERVICE, CONFIG, VISITORS, VISITORS_SERVICE = ORDER


def test_the_whole_deck(desk: Desk, desk_beside: Desk) -> None:
    # What comes back by itself takes its time: it has it beside the story.
    with ThreadPoolExecutor(1) as beside:
        wrong = beside.submit(in_the_wrong_order, desk_beside)
        pods_and_basics(desk)
        deployments_and_basics(desk)
        deploy_visitors(desk)
        visit_them(desk)
        scale_and_replace(desk)
        roll(desk)
        delete_all(desk)
        others(desk)
        wrong.result()


def pods_and_basics(desk: Desk) -> None:
    with watching(desk, "kubectl get pods --watch") as rows:
        assert desk.ok(RUN) == "pod/net-utils created\n"
        states = [next(rows).split()[2]]
        while states[-1] != "CrashLoopBackOff":
            states.append(next(rows).split()[2])
    assert "Completed" in states
    assert desk.ok("kubectl logs net-utils") == ""
    story = desk.until("kubectl describe pod net-utils", "Back-off restarting failed container")
    assert re.search(r"Last State: +Terminated\n +Reason: +Completed\n +Exit Code: +0", story)
    again = desk.run(f"kubectl run -i -t net-utils --image={IMAGE}")
    assert again.returncode == 1
    assert 'Error from server (AlreadyExists): pods "net-utils" already exists' in again.stderr
    desk.ok("kubectl delete pod net-utils")
    status, shown = desk.type(
        ["kubectl", "run", "-i", "-t", "net-utils", f"--image={IMAGE}"],
        (PROMPT, "hostname\r"),
        (rf"net-utils\s+{PROMPT}", "exit\r"),
    )
    assert status == 0, shown
    assert "Session ended, resume using 'kubectl attach net-utils -c net-utils -i -t' command" in shown
    desk.until("kubectl get pods", r"net-utils +1/1 +Running")
    status, shown = desk.type(["kubectl", "attach", "net-utils", "-c", "net-utils", "-i", "-t"], (PROMPT, "exit\r"))
    assert status == 0, shown
    desk.until("kubectl get pods", r"net-utils +1/1 +Running")
    status, shown = desk.type(["kubectl", "exec", "net-utils", "-it", "--", "bash"], (PROMPT, "exit\r"))
    assert status == 0, shown
    desk.ok("kubectl delete pod net-utils")
    assert desk.ok(f"{RUN} sleep infinite") == "pod/net-utils created\n"
    desk.until("kubectl get pods", r"net-utils +1/1 +Running +0 ")
    assert desk.ok("kubectl logs net-utils") == ""


def deployments_and_basics(desk: Desk) -> None:
    assert desk.ok(CREATE) == "deployment.apps/net-utils created\n"
    assert desk.ok(f"{CREATE} --dry-run=client -o yaml > deployment.yaml") == ""
    manifest = (desk.folder / "deployment.yaml").read_text()
    assert "  selector:\n    matchLabels:\n      app: net-utils\n" in manifest
    assert re.search(r"  template:\n    metadata:\n(      creationTimestamp: null\n)?      labels:\n", manifest)
    assert desk.ok("kubectl scale deployment net-utils --replicas=2") == "deployment.apps/net-utils scaled\n"
    desk.until("kubectl get deployments", r"net-utils +[0-2]/2 ")
    assert re.search(r"KIND: +Pod\nVERSION: +v1\n", desk.ok("kubectl explain pods"))
    assert "matchLabels" in desk.ok("kubectl explain deployment.spec.selector")
    assert re.search(r"selector\s+<LabelSelector> -required-", desk.ok("kubectl explain deployment.spec"))
    assert re.search(r"endpointslices +discovery\.k8s\.io/v1 +true +EndpointSlice", desk.ok("kubectl api-resources"))
    assert desk.ok("kubectl delete deployment net-utils") == deleted("deployment.apps", "net-utils", desk)
    # The selector's labels have to be the template's: without them the Deployment would never find its own pods.
    (desk.folder / "deployment.yaml").write_text(
        manifest.replace("      labels:\n        app: net-", "      labels:\n        app: no-")
    )
    refused = desk.run("kubectl apply -f deployment.yaml")
    assert refused.returncode == 1
    assert "`selector` does not match template `labels`" in refused.stderr


def deploy_visitors(desk: Desk) -> None:
    manifests(desk)
    said = "".join(desk.ok(f"kubectl apply -f {name}") for name in ORDER)
    assert said.splitlines() == [
        "secret/redis-secret created",
        "deployment.apps/redis created",
        "service/redis-service created",
        "configmap/visitors-config created",
        "deployment.apps/visitors created",
        "service/visitors-service created",
    ]
    settled(desk)
    unchanged = "".join(desk.ok(f"kubectl apply -f {name}") for name in ORDER)
    assert [line.split()[1] for line in unchanged.splitlines()] == ["unchanged"] * len(ORDER)
    row = r"visitors-service +ClusterIP +[\d.]+ +<none> +80/TCP "
    assert re.search(row, desk.ok("kubectl get services"))


def visit_them(desk: Desk) -> None:
    visitors = names_of(desk)
    assert len(visitors) == 3
    answers = Tools(desk).ask_in_peace(40)
    assert {answer.hostname for answer in answers} == set(visitors)
    first = answers[0].visits
    assert [answer.visits for answer in answers] == list(range(first, first + len(answers))), "the count is shared"
    for name in (f"visitors-service.{desk.namespace}", f"visitors-service.{desk.namespace}.svc.cluster.local"):
        assert visit(desk.ok(f"kubectl exec net-utils -- curl -sS {name}/api")).hostname in visitors
    status, shown = desk.type(
        ["kubectl", "exec", "net-utils", "-it", "--", "bash"],
        (PROMPT, "curl visitors-service/api\r"),
        (rf"\"visits\":\"\d+\".*\s*{PROMPT}", "curl -i visitors-service/healthz\r"),
        (rf"HTTP/1.1 204[^#]*\s{PROMPT}", "exit\r"),
    )
    assert status == 0, shown
    typed = re.search(r'{"hostname":[^}]+}', shown)
    assert typed, shown
    assert visit(typed[0]).hostname in visitors
    with forwarded(desk, "service/visitors-service", 80) as port:
        outside = [visit(body) for status, body in (fetched(port, "/api") for _ in range(10)) if status == 200]
        assert fetched(port, "/healthz") == (204, b"")
    # A forwarded port leads to one pod, whatever the Service would do.
    assert len({answer.hostname for answer in outside}) == 1
    assert [answer.visits for answer in outside] == list(range(outside[0].visits, outside[0].visits + 10))


def scale_and_replace(desk: Desk) -> None:
    tools = Tools(desk)
    assert desk.ok("kubectl scale deployment visitors --replicas=2") == "deployment.apps/visitors scaled\n"
    desk.until(ENDPOINTS, r"^\S+ \S+$")
    assert {answer.hostname for answer in tools.ask(30)} == set(names_of(desk))
    assert desk.ok("kubectl replace -f manifest.yaml") == "deployment.apps/visitors replaced\n"
    desk.ok("kubectl rollout status deployment/visitors")
    desk.until("kubectl get deployment visitors", r"visitors +5/5 +5 +5 ")
    desk.until("kubectl get pods -l app=visitors -o name | wc -l", r"^\s*5\n")
    visitors = names_of(desk)
    assert len(visitors) == 5
    assert {answer.hostname for answer in tools.ask(80)} == set(visitors)


def roll(desk: Desk) -> None:
    before, tools = names_of(desk), Tools(desk)
    with tools.asking() as lines:
        for line in (
            "kubectl set env deployment/visitors GREETING=hello",
            "kubectl set image deployment/visitors visitor=saman2000h/visitor:1.0.1",
            "kubectl rollout restart deployment/visitors",
        ):
            desk.ok(line)
            desk.ok("kubectl rollout status deployment/visitors")
    assert not_answers(lines) == []
    asked = {visit(line).hostname for line in lines}
    assert asked & set(before)
    assert asked - set(before)
    assert {answer.hostname for answer in tools.ask(80)} == set(names_of(desk)) != set(before)
    history = desk.ok("kubectl rollout history deployment/visitors").splitlines()
    assert len([row for row in history if re.match(r"\d", row)]) == 5


def delete_all(desk: Desk) -> None:
    gone = desk.ok(f"kubectl delete {' '.join(f'-f {name}' for name in ORDER)}")
    assert gone.count("deleted") == len(ORDER)
    desk.until("kubectl get pods -o name", r"^pod/net-utils\n$")
    lost = desk.run("kubectl exec net-utils -- curl -sS visitors-service/api")
    assert lost.returncode == 6
    assert "Could not resolve host: visitors-service" in lost.stderr
    desk.ok("kubectl delete pod net-utils")
    assert "No resources found in" in desk.run("kubectl get all").stderr


def others(desk: Desk) -> None:
    for line in ("docker --version", "docker run my-image", "helm create gowebapp"):
        told = desk.ok(f"{sys.executable} -m kx explain -- {line}")
        assert line.split()[1].strip("-") in told
        assert "unknown" not in told


@contextmanager
def watching(desk: Desk, line: str) -> Iterator[Iterator[str]]:
    """The rows that a line prints as things happen, without the header; they end when the deadline comes."""
    command = ["/bin/sh", "-c", f"exec {line}"]
    with subprocess.Popen(command, env=dict(desk.env), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        timer = threading.Timer(DEADLINE, process.terminate)
        timer.start()
        try:
            yield (row for row in process.stdout if not row.startswith("NAME "))
        finally:
            timer.cancel()
            process.terminate()


def deleted(resource: str, name: str, desk: Desk) -> str:
    """What kubectl says of a deletion; newer ones name the namespace."""
    said = f'{resource} "{name}" deleted'
    return said + (
        f" from {desk.namespace} namespace\n" if tuple(map(int, desk.version.split("."))) >= (1, 34) else "\n"
    )


def not_answers(lines: list[str]) -> list[str]:
    """The lines that are no answers of the visitors."""
    return [line for line in lines if not re.fullmatch(r'{"hostname":"visitors-[a-z0-9-]+","visits":"\d+"}', line)]


def in_the_wrong_order(desk: Desk) -> None:
    """The visitors before all that they need: they say what is missing, and come up once it is there."""
    manifests(desk)
    desk.ok(f"{RUN} sleep infinite")
    states = "kubectl get pods -l app=visitors"
    for name in (VISITORS_SERVICE, VISITORS):
        desk.ok(f"kubectl apply -f {name}")
    # The settings are a volume: without them there is nothing to mount, and no container is made.
    desk.until(
        "kubectl describe pods -l app=visitors", r'MountVolume.SetUp failed .* configmap "visitors-config" not found'
    )
    assert len(re.findall("0/1 +ContainerCreating", desk.ok(states))) == 3
    desk.ok(f"kubectl apply -f {CONFIG}")
    desk.until(states, "(?s)(CreateContainerConfigError.*){3}")
    desk.until("kubectl describe pods -l app=visitors", 'Error: secret "redis-secret" not found')
    desk.ok(f"kubectl apply -f {SECRET}")
    desk.until(states, "(?s)(CrashLoopBackOff.*){3}")
    nobody = desk.run("kubectl exec net-utils -- curl -sS visitors-service/api")
    assert nobody.returncode == 7, nobody.stderr
    for name in (REDIS_SERVICE, REDIS):
        desk.ok(f"kubectl apply -f {name}")
    settled(desk)
    answers = Tools(desk).ask_in_peace(30)
    assert {answer.hostname for answer in answers} == set(names_of(desk))


NEWEST = pytest.mark.parametrize("kubectl", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version, indirect=True)


@NEWEST
def test_a_wrong_password_keeps_the_visitors_down_until_it_is_mended(desk: Desk) -> None:
    deployed(desk)
    desk.ok(f"{RUN} sleep infinite")
    desk.until("kubectl get pod net-utils", "1/1 +Running")
    desk.ok(
        "kubectl patch deployment redis --type=json -p "
        """'[{"op": "replace", "path": "/spec/template/spec/containers/0/args/1", "value": "another"}]'"""
    )
    desk.ok("kubectl rollout status deployment/redis")
    # Those that run already answer, but cannot count.
    failed = desk.run("kubectl exec net-utils -- curl -sS -f visitors-service/api")
    assert failed.returncode == 22, failed.stdout
    assert "500" in failed.stderr
    desk.ok("kubectl rollout restart deployment/visitors")
    desk.until("kubectl get pods -l app=visitors", "CrashLoopBackOff")
    desk.until("kubectl logs -l app=visitors --tail=5", "WRONGPASS")
    desk.ok("kubectl rollout undo deployment/redis")
    settled(desk)
    assert len(Tools(desk).ask(3)) == 3


@pytest.mark.skipif("KX_E2E_KUBECONFIG" in os.environ, reason="elsewhere a pod may die before all nodes hear of it")
@NEWEST
def test_no_request_fails_while_the_deployment_of_the_deck_rolls(desk: Desk) -> None:
    deployed(desk)
    desk.ok(f"{RUN} sleep infinite")
    desk.until("kubectl get pod net-utils", "1/1 +Running")
    with Tools(desk).asking() as lines:
        for _ in range(2):
            desk.ok("kubectl rollout restart deployment/visitors")
            desk.ok("kubectl rollout status deployment/visitors")
        desk.ok("kubectl scale deployment/visitors --replicas=6")
        desk.ok("kubectl rollout status deployment/visitors")
        desk.ok("kubectl scale deployment/visitors --replicas=1")
        desk.until("kubectl get pods -l app=visitors -o name | wc -l", r"^\s*1\n")
    assert not_answers(lines) == []
    assert len({visit(line).hostname for line in lines}) > 3
