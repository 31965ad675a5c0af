"""Jobs, CronJobs, budgets, autoscalers and ReplicationControllers as each kubectl makes and shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.conftest import Desk
from tests.kubectls import find_kubectls

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
  {spec}
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      containers: [{{name: c, image: busybox, command: [sh, -c, "{script}"]}}]
"""
CONTROLLER = """
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 2
  selector: {app: old}
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: c, image: nginx}]}
"""


def apply(desk: Desk, text: str) -> None:
    (desk.folder / "it.yaml").write_text(text)
    desk.ok("kubectl apply -f it.yaml")


def conditions(desk: Desk, what: str) -> dict[str, str]:
    found: dict[str, Any] = json.loads(desk.ok(f"kubectl get {what} -o json"))
    return {one["type"]: one.get("reason", "") for one in found["status"].get("conditions") or ()}


def test_a_cron_job_by_hand(desk: Desk) -> None:
    desk.ok("kubectl create cronjob tick --image=busybox --schedule='0 0 1 1 *' -- echo hello")
    desk.ok("kubectl create cronjob never --image=busybox --schedule='0 0 31 2 *' -- true")
    desk.ok("kubectl create job mine --from=cronjob/tick")
    desk.ok("kubectl wait --for=condition=complete job/mine --timeout=120s")
    assert desk.ok("kubectl logs job/mine") == "hello\n"
    shown = desk.until("kubectl get cronjob tick", r"tick .*0 0 1 1 \* .*False +0 +<none>")
    assert "LAST SCHEDULE" in shown
    desk.until("kubectl get events", "InvalidSchedule .*time difference between two schedules is less than 1 second")
    desk.ok('kubectl patch cronjob tick -p \'{"spec":{"suspend":true}}\'')
    desk.until("kubectl get cronjob tick", r"tick .*True")
    desk.ok("kubectl delete cronjob tick")
    refused = desk.run("kubectl create cronjob bad --image=busybox --schedule='61 * * * *' -- true")
    assert "end of range (61) above maximum (59): 61" in refused.stderr


@pytest.mark.parametrize("kubectl", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version, indirect=True)
def test_a_cron_job_by_its_schedule(desk: Desk) -> None:
    """Waits for the minute to be full, and so only once."""
    desk.ok("kubectl create cronjob tick --image=busybox --schedule='*/1 * * * *' -- echo hello")
    name = desk.until("kubectl get jobs -o name | grep tick-", r"job.batch/tick-\d+").split()[0]
    desk.ok(f"kubectl wait --for=condition=complete {name} --timeout=120s")
    described = desk.until("kubectl describe cronjob tick", "SawCompletedJob")
    assert f"Created job {name.partition('/')[2]}" in described
    assert f"Saw completed job: {name.partition('/')[2]}, condition: Complete" in described
    owner = desk.ok(f"kubectl get {name} -o jsonpath='{{.metadata.ownerReferences[0].kind}}'")
    assert owner == "CronJob"
    desk.ok("kubectl delete cronjob tick")
    desk.until("kubectl get jobs", r"(?s)^(?!.*tick-)")


def test_jobs_end_as_they_should(desk: Desk) -> None:
    apply(desk, JOB.format(name="bad", spec="backoffLimit: 0", script="exit 3"))
    apply(desk, JOB.format(name="late", spec="activeDeadlineSeconds: 1", script="sleep 1000"))
    numbered = "completions: 3\n  parallelism: 3\n  completionMode: Indexed"
    apply(desk, JOB.format(name="many", spec=numbered, script="echo number $JOB_COMPLETION_INDEX"))
    desk.ok("kubectl wait --for=condition=complete job/many --timeout=120s")
    desk.ok("kubectl wait --for=condition=failed job/bad job/late --timeout=120s")
    assert conditions(desk, "job bad")["Failed"] == "BackoffLimitExceeded"
    assert conditions(desk, "job late")["Failed"] == "DeadlineExceeded"
    assert conditions(desk, "job many") == {
        "SuccessCriteriaMet": "CompletionsReached",
        "Complete": "CompletionsReached",
    }
    shown = desk.ok("kubectl get jobs --no-headers")
    assert {line.split()[0]: line.split()[1:3] for line in shown.splitlines()} == {
        "bad": ["Failed", "0/1"],
        "late": ["Failed", "0/1"],
        "many": ["Complete", "3/3"],
    }
    desk.until("kubectl describe job many", r"Completed Indexes: +0-2")
    desk.until("kubectl describe job late", "Job was active longer than specified deadline")
    for number in range(3):
        chosen = f"batch.kubernetes.io/job-name=many,batch.kubernetes.io/job-completion-index={number}"
        assert desk.ok(f"kubectl logs -l {chosen}") == f"number {number}\n"


def test_a_job_waits_while_it_is_suspended(desk: Desk) -> None:
    apply(desk, JOB.format(name="slow", spec="suspend: true", script="echo done"))
    desk.until("kubectl get job slow", r"slow +Suspended|slow +0/1")
    desk.ok("kubectl wait --for=condition=suspended job/slow --timeout=60s")
    desk.ok('kubectl patch job slow -p \'{"spec":{"suspend":false}}\'')
    desk.ok("kubectl wait --for=condition=complete job/slow --timeout=120s")
    desk.until("kubectl describe job slow", r"(?s)Suspended.*Resumed.*Completed")


def test_a_budget_is_kept_by_evictions(desk: Desk) -> None:
    desk.ok("kubectl create deployment web --image=nginx --replicas=2")
    desk.ok("kubectl rollout status deployment web")
    desk.ok("kubectl create poddisruptionbudget guard --selector=app=web --min-available=1")
    desk.until("kubectl get pdb guard --no-headers", r"guard +1 +N/A +1 ")
    described = desk.ok("kubectl describe pdb guard")
    assert "Allowed disruptions:  1" in described and "Total:                2" in described
    pod = desk.ok("kubectl get pods -l app=web -o name").split()[0].partition("/")[2]
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}}
    (desk.folder / "eviction.json").write_text(json.dumps(eviction))
    path = f"/api/v1/namespaces/{desk.namespace}/pods/{pod}/eviction"
    desk.ok('kubectl patch pdb guard --type=merge -p \'{"spec":{"minAvailable":2}}\'')
    desk.until("kubectl get pdb guard --no-headers", r"guard +2 +N/A +0 ")
    refused = desk.run(f"kubectl create --raw {path} -f eviction.json")
    assert "Cannot evict pod as it would violate the pod's disruption budget." in refused.stderr
    desk.ok('kubectl patch pdb guard --type=merge -p \'{"spec":{"minAvailable":1}}\'')
    desk.until("kubectl get pdb guard --no-headers", r"guard +1 +N/A +1 ")
    desk.ok(f"kubectl create --raw {path} -f eviction.json")
    desk.until("kubectl get pods -l app=web --no-headers", rf"(?s)^(?!.*{pod})")


def test_an_autoscaler_has_no_metrics_and_says_so(desk: Desk) -> None:
    desk.ok("kubectl create deployment web --image=nginx --replicas=2")
    desk.ok("kubectl autoscale deployment web --min=3 --max=5 --cpu-percent=80")
    desk.until("kubectl get hpa web --no-headers", r"web +Deployment/web +.*<unknown>/80% +3 +5 +2 ")
    described = desk.until("kubectl describe hpa web", "PracticeCluster")
    for words in (
        "AbleToScale    True    SucceededGetScale",
        "ScalingActive  False   FailedGetResourceMetric",
        "the server could not find the requested resource (get pods.metrics.k8s.io)",
        "FailedComputeMetricsReplicas",
        "never changes the number of replicas",
    ):
        assert words in described
    assert desk.ok("kubectl get deployment web -o jsonpath='{.spec.replicas}'") == "2"
    top = desk.run("kubectl top pods")
    assert (top.returncode, top.stderr.strip()) == (1, "error: Metrics API not available")


def test_a_replication_controller(desk: Desk) -> None:
    apply(desk, CONTROLLER)
    desk.until("kubectl get rc old --no-headers", r"old +2 +2 +2 ")
    desk.ok("kubectl scale rc old --replicas=3")
    desk.until("kubectl get rc old --no-headers", r"old +3 +3 +3 ")
    described = desk.ok("kubectl describe rc old")
    assert "replication-controller  Created pod: old-" in described
    assert "3 current / 3 desired" in described
    desk.ok("kubectl expose rc old --port=80")
    desk.ok("kubectl delete rc old --cascade=orphan")
    assert len(desk.ok("kubectl get pods -l app=old -o name").split()) == 3
    apply(desk, CONTROLLER)
    desk.until("kubectl get pods -l app=old --no-headers | grep -c Running", r"^2\n")
