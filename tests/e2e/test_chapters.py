"""The training's first two chapters, typed line by line, with every kubectl at hand: does the story hold?"""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

IMAGE = "saman2000h/net-utils:1.2"
RUN = f"kubectl run net-utils --image={IMAGE}"
READY = "kubectl get pod net-utils -o jsonpath={.status.containerStatuses[0].ready}"


def test_a_shell_with_nobody_to_talk_to_ends_and_crash_loops(desk: Desk) -> None:
    assert desk.ok(RUN) == "pod/net-utils created\n"
    row = desk.until("kubectl get pods", "CrashLoopBackOff")
    assert row.splitlines()[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert desk.ok("kubectl logs net-utils") == ""
    story = desk.until("kubectl describe pod net-utils", "Back-off restarting failed container")
    for part in ("Reason:       Completed", "Exit Code:    0", "CrashLoopBackOff", "Successfully assigned", "Pulled"):
        assert part in story
    assert "Back-off restarting failed container net-utils in pod net-utils" in desk.ok("kubectl events")


def test_a_second_run_of_the_same_name_is_refused_until_the_pod_is_deleted(desk: Desk) -> None:
    desk.ok(RUN)
    for line in (RUN, f"kubectl run -i -t net-utils --image={IMAGE}"):
        second = desk.run(line)
        assert second.returncode == 1
        assert 'Error from server (AlreadyExists): pods "net-utils" already exists' in second.stderr
    assert desk.ok("kubectl delete pod net-utils").startswith('pod "net-utils" deleted')
    assert 'pods "net-utils" not found' in desk.run("kubectl get pod net-utils").stderr
    desk.ok(RUN)


def test_a_terminal_keeps_the_shell_alive(desk: Desk) -> None:
    status, shown = desk.type(
        ["kubectl", "run", "-i", "-t", "net-utils", f"--image={IMAGE}"],
        (r"bash-5\.1# ", "hostname\r"),
        (r"net-utils\s+bash-5\.1# ", "exit\r"),
    )
    assert status == 0, shown
    assert "Session ended, resume using 'kubectl attach net-utils -c net-utils -i -t' command" in shown
    desk.until(READY, "true")
    status, shown = desk.type(
        ["kubectl", "attach", "net-utils", "-c", "net-utils", "-i", "-t"],
        (r"bash-5\.1# ", "echo $((40+2))\r"),
        (r"42\s+bash-5\.1# ", "exit\r"),
    )
    assert status == 0, shown
    desk.until(READY, "true")
    status, shown = desk.type(
        ["kubectl", "exec", "net-utils", "-it", "--", "bash"],
        (r"bash-5\.1# ", "exit 7\r"),
    )
    assert status == 7, shown
    assert "command terminated with exit code 7" in shown
    assert desk.ok("kubectl exec net-utils -- hostname") == "net-utils\n"
    piped = desk.run("printf 'one\\ntwo\\n' | kubectl exec -i net-utils -- wc -l")
    assert piped.stdout.split() == ["2"], piped.stderr
    assert desk.run("kubectl exec net-utils -- sh -c 'echo out; echo err >&2; exit 3'").returncode == 3


def test_sleeping_for_ever_keeps_the_pod_up_where_the_image_knows_the_word(desk: Desk) -> None:
    desk.ok(f"{RUN} sleep infinite")
    desk.until("kubectl get pods", r"net-utils\s+1/1\s+Running\s+0 ")
    assert desk.ok("kubectl logs net-utils") == ""
    desk.ok("kubectl run debian --image=nginx sleep infinite")
    desk.until("kubectl get pod debian", "CrashLoopBackOff|Error")
    assert "sleep: invalid time interval" in desk.until("kubectl logs debian", "invalid time interval")


def test_an_image_that_is_misspelled_is_not_found(desk: Desk) -> None:
    desk.ok("kubectl run web --image=ngnix")
    desk.until("kubectl get pod web", "ErrImagePull|ImagePullBackOff")
    assert "Failed to pull image" in desk.until("kubectl describe pod web", "Failed to pull image")


def test_a_deployment_from_the_first_line_to_the_last(desk: Desk) -> None:
    create = f"kubectl create deployment net-utils --image={IMAGE}"
    assert desk.ok(create) == "deployment.apps/net-utils created\n"
    second = desk.run(create)
    assert second.returncode == 1
    assert 'deployments.apps "net-utils" already exists' in second.stderr
    desk.ok(f"{create} --dry-run=client -o yaml > deployment.yaml")
    manifest = (desk.folder / "deployment.yaml").read_text()
    assert "replicas: 1" in manifest
    assert manifest.count("app: net-utils") == 3
    applied = desk.run("kubectl apply -f deployment.yaml")
    assert applied.returncode == 0
    assert "deployment.apps/net-utils configured" in applied.stdout
    # The manifest says `creationTimestamp: null`, which kubectl takes for a change each time; the server does not.
    generation = "kubectl get deployment net-utils -o jsonpath='{.metadata.generation}'"
    before = desk.ok(generation)
    assert "deployment.apps/net-utils configured" in desk.ok("kubectl apply -f deployment.yaml")
    assert desk.ok(generation) == before
    desk.ok("kubectl delete deployment net-utils")
    assert desk.ok("kubectl apply -f deployment.yaml") == "deployment.apps/net-utils created\n"
    assert desk.ok("kubectl scale deployment net-utils --replicas=2") == "deployment.apps/net-utils scaled\n"
    desk.until("kubectl get pods -l app=net-utils -o name | wc -l", r"^\s*2\s*$")
    desk.ok("kubectl delete deployment net-utils")
    desk.until("kubectl get pods -l app=net-utils -o name | wc -l", r"^\s*0\s*$")


def test_a_deployment_that_has_something_to_do_rolls(desk: Desk) -> None:
    desk.ok(f"kubectl create deployment web --image={IMAGE} -- sleep infinite")
    desk.ok("kubectl scale deployment web --replicas=2")
    assert 'deployment "web" successfully rolled out' in desk.ok("kubectl rollout status deployment web")
    desk.until("kubectl get deployment web", r"web\s+2/2\s+2\s+2 ")
    desk.ok("kubectl set image deployment/web net-utils=busybox:1.36")
    assert "successfully rolled out" in desk.ok("kubectl rollout status deployment/web")
    history = desk.ok("kubectl rollout history deployment/web")
    assert [line.split()[0] for line in history.splitlines()[2:] if line] == ["1", "2"]
    assert "rolled back" in desk.ok("kubectl rollout undo deployment/web")
    desk.ok("kubectl rollout status deployment/web")
    assert desk.ok("kubectl get deployment web -o jsonpath='{..image}'") == IMAGE
    desk.ok("kubectl rollout restart deployment/web")
    desk.ok("kubectl rollout status deployment/web")
    replica_sets = desk.ok("kubectl get rs -l app=web -o jsonpath='{range .items[*]}{.spec.replicas} {end}'").split()
    assert sorted(replica_sets) == ["0", "0", "2"]


def test_kubernetes_documents_itself(desk: Desk) -> None:
    pods = desk.ok("kubectl explain pods")
    assert "KIND:" in pods
    assert "Pod" in pods
    assert "spec" in pods
    spec = desk.ok("kubectl explain deployment.spec")
    for field in ("replicas", "selector", "strategy", "template"):
        assert field in spec
    assert "matchLabels" in desk.ok("kubectl explain deployment.spec --recursive")
    resources = desk.ok("kubectl api-resources")
    for row in (r"pods +po +v1 +true +Pod", r"deployments +deploy +apps/v1 +true +Deployment"):
        desk.until("kubectl api-resources", row)
    assert resources.splitlines()[0].split() == ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
