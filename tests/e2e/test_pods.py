"""Pods as the kubelet leads them, seen with every kubectl at hand: get, describe, events, logs, exec, debug."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

BOX, WEB = "busybox:1.36", "nginx:1.27"
STAY = ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"]


def apply(desk: Desk, name: str, containers: list[dict[str, object]], **spec: object) -> None:
    """Apply a pod of these containers."""
    metadata = {"name": name, "labels": {"app": name}}
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}
    Path(desk.folder, f"{name}.yaml").write_text(yaml.safe_dump(made))
    desk.ok(f"kubectl apply -f {name}.yaml")


def box(name: str = "box", **more: object) -> dict[str, object]:
    return {"name": name, "image": BOX, "command": STAY, **more}


def test_settings_reach_a_container(desk: Desk) -> None:
    desk.ok("kubectl create configmap settings --from-literal=level=info --from-literal=app.yml='a: 1'")
    desk.ok("kubectl create secret generic keys --from-literal=WORD=hush")
    env = [
        {"name": "WHO", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "LIMIT", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
        {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
        {"name": "ALL", "value": "$(WHO) $(LABEL) $(LIMIT) $(LEVEL) $(WORD) $(NOBODY) $$(WHO)"},
    ]
    mounts = [
        {"name": "settings", "mountPath": "/settings"},
        {"name": "settings", "mountPath": "/app.yml", "subPath": "app.yml"},
        {"name": "keys", "mountPath": "/keys"},
        {"name": "labels", "mountPath": "/labels"},
    ]
    volumes = [
        {"name": "settings", "configMap": {"name": "settings"}},
        {"name": "keys", "secret": {"secretName": "keys", "defaultMode": 0o400}},
        {"name": "labels", "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
    ]
    source = [{"secretRef": {"name": "keys"}}]
    made = box(env=env, envFrom=source, volumeMounts=mounts, resources={"limits": {"cpu": "250m"}})
    apply(desk, "box", [made], volumes=volumes, enableServiceLinks=False)
    desk.ok("kubectl wait --for=condition=Ready pod/box")
    assert desk.ok("kubectl exec box -- printenv ALL") == "box box 250 info hush $(NOBODY) $(WHO)\n"
    assert "KUBERNETES_SERVICE_HOST=10.96.0.1\n" in desk.ok("kubectl exec box -- env")
    assert desk.ok("kubectl exec box -- cat /labels/l") == 'app="box"'
    listed = desk.ok("kubectl exec box -- ls -la /settings")
    assert "app.yml -> ..data/app.yml\n" in listed
    assert "..data -> ..20" in listed
    assert desk.ok("kubectl exec box -- ls -lL /keys/WORD").startswith("-r--------")
    refused = desk.run("kubectl exec box -- sh -c 'echo x > /settings/new'")
    assert "Read-only file system" in refused.stderr
    token = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - a path
    assert desk.ok(f"kubectl exec box -- cat {token}").count(".") == 2

    desk.ok("""kubectl patch configmap settings -p '{"data":{"level":"debug","app.yml":"a: 2"}}'""")
    desk.ok("kubectl label pod box tier=front")  # a changed pod is looked at at once
    desk.until("kubectl exec box -- cat /settings/level", "^debug$")
    assert desk.ok("kubectl exec box -- cat /settings/app.yml /app.yml") == "a: 2a: 1"
    assert desk.ok("kubectl exec box -- cat /labels/l") == 'app="box"\ntier="front"'
    assert desk.ok("kubectl exec box -- printenv LEVEL") == "info\n"


def test_what_is_missing_is_said_and_waited_for(desk: Desk) -> None:
    reference = {"name": "settings", "key": "level"}
    apply(desk, "env", [box(env=[{"name": "LEVEL", "valueFrom": {"configMapKeyRef": reference}}])])
    volumes = [{"name": "v", "secret": {"secretName": "keys", "items": [{"key": "word", "path": "w"}]}}]
    apply(desk, "mount", [box(volumeMounts=[{"name": "v", "mountPath": "/v"}])], volumes=volumes)
    apply(desk, "root", [box(securityContext={"runAsNonRoot": True})])
    apply(desk, "never", [box(image="busybox:1.30.7", imagePullPolicy="Never")])
    desk.until("kubectl get pod env", "0/1 +CreateContainerConfigError +0 ")
    desk.until("kubectl describe pod env", 'Warning +Failed .*Error: configmap "settings" not found')
    desk.until("kubectl get pod mount", "0/1 +ContainerCreating +0 ")
    problem = 'MountVolume.SetUp failed for volume "v" : secret "keys" not found'
    desk.until("kubectl describe pod mount", f"Warning +FailedMount .*{problem}")
    desk.until("kubectl describe pod root", "Error: container has runAsNonRoot and image will run as root")
    desk.until("kubectl get pod never", "0/1 +ErrImageNeverPull +0 ")

    desk.ok("kubectl create configmap settings --from-literal=other=x")
    message = f"couldn't find key level in ConfigMap {desk.namespace}/settings"
    path = "{.status.containerStatuses[0].state.waiting.message}"
    desk.until(f"kubectl get pod env -o jsonpath='{path}'", message)
    desk.ok("""kubectl patch configmap settings -p '{"data":{"level":"info"}}'""")
    desk.ok("kubectl create secret generic keys --from-literal=other=x")
    desk.until("kubectl get events", "references non-existent secret key: word")
    desk.ok("""kubectl patch secret keys -p '{"stringData":{"word":"hush"}}'""")
    desk.ok("kubectl wait --for=condition=Ready --timeout=60s pod/env pod/mount")
    assert desk.ok("kubectl exec env -- printenv LEVEL") == "info\n"
    assert desk.ok("kubectl exec mount -- cat /v/w") == "hush"


def test_probes_decide_who_is_asked_and_who_is_restarted(desk: Desk) -> None:
    ready = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 1, "failureThreshold": 1}
    apply(desk, "web", [{"name": "web", "image": WEB, "readinessProbe": ready}])
    desk.ok("kubectl expose pod web --port=80")
    desk.until("kubectl get pod web", "0/1 +Running +0 ")
    desk.until(
        "kubectl get events", "Unhealthy .*Readiness probe failed: cat: .*/tmp/ready.*: No such file or directory"
    )
    endpoints = "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{..conditions.ready}'"
    desk.until(endpoints, "^false$")
    desk.ok("kubectl exec web -- touch /tmp/ready")
    desk.until("kubectl get pod web", "1/1 +Running +0 ")
    desk.until(endpoints, "^true$")

    alive = {"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 1, "failureThreshold": 2}
    apply(desk, "sick", [{"name": "sick", "image": WEB, "livenessProbe": alive}])
    desk.until("kubectl get pod sick", r"Running +1 \(\d+s ago\)|CrashLoopBackOff")
    told = desk.ok("kubectl describe pod sick")
    assert "Liveness probe failed: HTTP probe failed with statuscode: 404" in told
    assert "Container sick failed liveness probe, will be restarted" in told
    assert "exiting" in desk.ok("kubectl logs sick --previous")
    apply(desk, "deaf", [{"name": "deaf", "image": WEB, "readinessProbe": {"tcpSocket": {"port": 81}}}])
    address = r"10\.244\.\d+\.\d+:81"
    desk.until("kubectl get events", f"Readiness probe failed: dial tcp {address}: connect: connection refused")


def test_init_containers_and_sidecars(desk: Desk) -> None:
    first = {"name": "one", "image": BOX, "command": ["sh", "-c", "until [ -e /go/on ]; do sleep 1; done"]}
    shared = [{"name": "go", "mountPath": "/go"}]
    init = [
        {"name": "side", "image": BOX, "command": STAY, "restartPolicy": "Always", "volumeMounts": shared},
        {**first, "volumeMounts": shared},
    ]
    apply(desk, "app", [box("app")], initContainers=init, volumes=[{"name": "go", "emptyDir": {}}])
    desk.until("kubectl get pod app", "1/2 +Init:1/2 +0 ")
    waiting = "{.status.containerStatuses[0].state.waiting.reason}"
    assert desk.ok(f"kubectl get pod app -o jsonpath='{waiting}'") == "PodInitializing"
    condition = """{.status.conditions[?(@.type=="Initialized")].message}"""
    said = desk.ok(f"kubectl get pod app -o jsonpath='{condition}'")
    assert said == "containers with incomplete status: [one]"
    desk.ok("kubectl exec app -c side -- touch /go/on")
    desk.until("kubectl get pod app", "2/2 +Running +0 ")

    broken = [{"name": "broken", "image": BOX, "command": ["sh", "-c", "echo why; exit 3"]}]
    apply(desk, "stuck", [box()], initContainers=broken)
    desk.until("kubectl get pod stuck", "0/1 +Init:(Error|CrashLoopBackOff) ")
    desk.until("kubectl describe pod stuck", "Back-off restarting failed container broken in pod stuck_")
    assert desk.ok("kubectl logs stuck -c broken") == "why\n"
    apply(desk, "once", [box()], initContainers=broken, restartPolicy="Never")
    desk.until("kubectl get pod once", "0/1 +Init:Error +0 ")
    assert desk.ok("kubectl get pod once -o jsonpath='{.status.phase}'") == "Failed"


def test_how_pods_end(desk: Desk) -> None:
    apply(desk, "well", [box(command=["true"])], restartPolicy="Never")
    apply(desk, "ill", [box(command=["sh", "-c", "echo last words; exit 3"])], restartPolicy="Never")
    apply(desk, "again", [box(command=["sh", "-c", "echo run; exit 1"])], restartPolicy="OnFailure")
    apply(desk, "late", [box()], activeDeadlineSeconds=2)
    desk.until("kubectl get pod well", "0/1 +Completed +0 ")
    desk.until("kubectl get pod ill", "0/1 +Error +0 ")
    desk.until("kubectl get pod again", "0/1 +CrashLoopBackOff ")
    ended = json.loads(desk.ok("kubectl get pod again -o json"))["status"]["containerStatuses"][0]
    assert (ended["lastState"]["terminated"]["exitCode"], ended["restartCount"] > 0) == (1, True)
    assert desk.ok("kubectl logs again --previous") == "run\n"
    desk.until("kubectl get pod late -o jsonpath='{.status.phase} {.status.reason}'", "^Failed DeadlineExceeded$")

    deaf = ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]
    apply(desk, "deaf", [box(command=deaf)], terminationGracePeriodSeconds=600)
    hook = {"preStop": {"exec": {"command": ["false"]}}}
    apply(desk, "hooked", [box(lifecycle=hook)])
    desk.ok("kubectl wait --for=condition=Ready pod/deaf pod/hooked")
    desk.ok("kubectl delete pod deaf --wait=false")
    desk.until("kubectl get pod deaf", "1/1 +Terminating ")
    forced = desk.run("kubectl delete pod deaf --grace-period=0 --force")
    assert forced.returncode == 0
    assert "NotFound" in desk.run("kubectl get pod deaf").stderr
    desk.ok("kubectl delete pod hooked")
    desk.until("kubectl get events", "FailedPreStopHook .*PreStopHook failed")


def test_a_debugger_shares_what_it_is_told_to(desk: Desk) -> None:
    desk.ok(f"kubectl run web --image={WEB}")
    desk.ok("kubectl wait --for=condition=Ready pod/web")
    script = "sh -c 'ps; ls /proc/1/root/usr/share/nginx/html'"
    desk.ok(f"kubectl debug web --image={BOX} --target=web -c near -- {script}")
    near = desk.until("kubectl logs web -c near", "index.html")
    assert "1 root      0:00 nginx -g daemon off;" in near
    desk.ok(f"kubectl debug web --image={BOX} -c far -- {script}")
    far = desk.until("kubectl logs web -c far", "No such file")
    assert "nginx -g" not in far

    copy = f"kubectl debug web --copy-to=twin --share-processes --image={BOX} -c tools"
    desk.ok(f"{copy} -- sh -c 'sleep 2; ps; sleep infinity'")
    seen = desk.until("kubectl logs twin -c tools", "nginx")
    assert "1 65535     0:00 /pause" in seen

    node = desk.ok("kubectl get pod web -o jsonpath='{.spec.nodeName}'")
    desk.ok(f"kubectl debug node/{node} --image={BOX} -- sh -c 'hostname; cat /host/etc/hostname; ps; sleep infinity'")
    debugger = desk.ok("kubectl get pods -o name | grep node-debugger").strip()
    told = desk.until(f"kubectl logs {debugger}", "nginx")
    assert told.startswith(f"{node}\n{node}\n")
    assert "0:00 /sbin/init" in told


def test_users_and_read_only_roots(desk: Desk) -> None:
    context = {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000}
    mounts = [{"name": "data", "mountPath": "/data"}]
    apply(
        desk,
        "box",
        [box(volumeMounts=mounts, securityContext={"readOnlyRootFilesystem": True})],
        securityContext=context,
        volumes=[{"name": "data", "emptyDir": {}}],
        hostAliases=[{"ip": "1.2.3.4", "hostnames": ["far.example"]}],
        hostname="desk",
        subdomain="office",
    )
    desk.ok("kubectl wait --for=condition=Ready pod/box")
    assert desk.ok("kubectl exec box -- id") == "uid=1000 gid=3000 groups=2000,3000\n"
    assert "Read-only file system" in desk.run("kubectl exec box -- touch /tmp/x").stderr
    assert desk.ok("kubectl exec box -- sh -c 'echo kept > /data/x; ls -l /data'").split()[3:6] == ["1", "1000", "2000"]
    assert desk.ok("kubectl exec box -- hostname") == "desk\n"
    hosts = desk.ok("kubectl exec box -- cat /etc/hosts")
    assert f"desk.office.{desk.namespace}.svc.cluster.local\tdesk\n" in hosts
    assert hosts.endswith("1.2.3.4\tfar.example\n")
