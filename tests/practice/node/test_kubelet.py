"""Pods on a node: policies, configuration, volumes, init containers, probes, deadlines, and a restart of the server."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.node.simulation import FakeClock, Simulation, execute, pod, simulated

UP = "nginx:1.27"


def script(text: str) -> dict[str, Any]:
    return {"command": ["sh", "-c", text]}


def config_map(name: str, **data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def secret(name: str, **data: str) -> Obj:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "data": encoded}


def conditions(simulation: Simulation, name: str) -> dict[str, str]:
    return {one["type"]: one["status"] for one in simulation.pod(name)["status"]["conditions"]}


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [
        ("Never", 0, "Succeeded", 0),
        ("Never", 3, "Failed", 0),
        ("OnFailure", 0, "Succeeded", 0),
        ("OnFailure", 3, "Running", 1),
        ("Always", 0, "Running", 1),
    ],
)
def test_restart_policies(policy: str, code: int, phase: str, restarts: int) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("job", "busybox:1.36", **script(f"exit {code}"), spec={"restartPolicy": policy}))
        await simulation.run(5)
        assert simulation.pod("job")["status"]["phase"] == phase
        assert simulation.status("job")["restartCount"] == restarts

    story()


@simulated
async def test_what_a_running_pod_says_of_itself(simulation: Simulation) -> None:
    simulation.create(pod("web", UP))
    await simulation.settle()
    first = simulation.pod("web")["status"]
    assert first["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert "podIP" not in first
    await simulation.run(3)
    status = simulation.pod("web")["status"]
    assert (status["phase"], status["qosClass"], status["startTime"]) == (
        "Running",
        "BestEffort",
        "2026-01-01T12:00:00Z",
    )
    assert status["podIPs"] == [{"ip": status["podIP"]}]
    assert [one["type"] for one in status["conditions"]] == [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ]
    assert set(conditions(simulation, "web").values()) == {"True"}
    container = status["containerStatuses"][0]
    assert container["image"] == "docker.io/library/nginx:1.27"
    assert container["imageID"].startswith("docker.io/library/nginx@sha256:")
    assert container["containerID"].startswith("kx-sim://")


@simulated
async def test_addresses_come_from_the_nodes_range_and_differ(simulation: Simulation) -> None:
    for name in ("a", "b", "c"):
        simulation.create(pod(name, UP, spec={"nodeName": "node-2"}))
    await simulation.run(3)
    addresses = [simulation.pod(name)["status"]["podIP"] for name in ("a", "b", "c")]
    assert addresses == ["10.244.2.2", "10.244.2.3", "10.244.2.4"]
    assert simulation.pod("a")["status"]["hostIP"] == "10.0.0.12"


@simulated
async def test_environment(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", LEVEL="info"))
    simulation.store.create("secrets", secret("keys", PASSWORD="hush"))  # noqa: S106
    env = [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "$(A)-$(MISSING)-$$(A)"},
        {"name": "P", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "PASSWORD"}}},
        {"name": "L", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "LEVEL"}}},
        {"name": "O", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "X", "optional": True}}},
        {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "R", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['run']"}}},
        {"name": "I", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "M", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
    ]
    simulation.create(
        pod(
            "box",
            "busybox:1.36",
            command=["sh", "-c", "printenv B | cat; echo $P $L [$O] $N $R $I $M $PRE_LEVEL; sleep infinity"],
            env=env,
            envFrom=[{"configMapRef": {"name": "settings"}, "prefix": "PRE_"}],
            resources={"limits": {"memory": "64Mi"}},
        )
    )
    await simulation.run(3)
    container = simulation.runtime.find(simulation.pod("box")["metadata"]["uid"], "box")
    assert container is not None
    address = simulation.pod("box")["status"]["podIP"]
    said = b"".join(line.data for line in container.log.lines()).decode()
    assert said == f"1-$(MISSING)-$(A)\nhush info [] box box {address} 64 info\n"


@simulated
async def test_a_missing_config_map_is_waited_for(simulation: Simulation) -> None:
    reference = {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "LEVEL"}}}
    simulation.create(pod("web", UP, env=[reference]))
    await simulation.run(3)
    assert simulation.status("web")["state"]["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": 'configmap "settings" not found',
    }
    assert simulation.events("web")[-1][:2] == ("Failed", 'Error: configmap "settings" not found')
    simulation.store.create("configmaps", config_map("settings", OTHER="x"))
    await simulation.run(13)
    message = simulation.status("web")["state"]["waiting"]["message"]
    assert message == "couldn't find key LEVEL in ConfigMap default/settings"
    found = simulation.store.get("configmaps", "default", "settings")
    simulation.store.update("configmaps", {**found, "data": {"LEVEL": "info"}})
    await simulation.run(13)
    assert "running" in simulation.status("web")["state"]


@simulated
async def test_volumes(simulation: Simulation) -> None:
    volumes = [
        {"name": "config", "configMap": {"name": "settings"}},
        {"name": "keys", "secret": {"secretName": "keys", "items": [{"key": "PASSWORD", "path": "deep/word"}]}},
        {
            "name": "labels",
            "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]},
        },
    ]
    mounts = [
        {"name": "config", "mountPath": "/config"},
        {"name": "config", "mountPath": "/app/one.yml", "subPath": "one.yml", "readOnly": True},
        {"name": "keys", "mountPath": "/keys"},
        {"name": "labels", "mountPath": "/labels"},
    ]
    simulation.create(pod("box", "busybox:1.36", volumeMounts=mounts, spec={"volumes": volumes}, **script("sleep 1d")))
    await simulation.run(2)
    assert simulation.status("box")["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert simulation.events("box")[1][:2] == (
        "FailedMount",
        'MountVolume.SetUp failed for volume "config" : configmap "settings" not found',
    )
    simulation.store.create("configmaps", config_map("settings", **{"one.yml": "one", "two": "2"}))
    simulation.store.create("secrets", secret("keys", PASSWORD="hush"))  # noqa: S106
    await simulation.run(10)
    code, output = await execute(
        simulation,
        "box",
        [
            "sh",
            "-c",
            "ls /config; cat /app/one.yml /keys/deep/word /labels/labels; echo x > /config/two; echo x > /tmp/y",
        ],
    )
    assert output == 'one.yml\ntwo\nonehushrun="box"sh: can\'t create /config/two: Read-only file system\n'
    assert code == 0


@simulated
async def test_init_containers_run_first_one_after_the_other(simulation: Simulation) -> None:
    init = [
        {"name": "one", "image": "busybox:1.36", "command": ["sleep", "2"]},
        {"name": "two", "image": "busybox:1.36", "command": ["sh", "-c", "sleep 2; exit $CODE"], "env": []},
    ]
    simulation.create(pod("web", UP, spec={"initContainers": init, "nodeName": "node-1"}))
    await simulation.run(2)
    status = simulation.pod("web")["status"]
    assert [next(iter(one["state"])) for one in status["initContainerStatuses"]] == ["running", "waiting"]
    assert status["containerStatuses"][0]["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert (status["phase"], conditions(simulation, "web")["Initialized"]) == ("Pending", "False")
    await simulation.run(6)
    assert simulation.pod("web")["status"]["phase"] == "Running"
    assert conditions(simulation, "web")["Initialized"] == "True"


@simulated
async def test_a_failing_init_container_keeps_the_pod_from_starting(simulation: Simulation) -> None:
    init = [{"name": "one", "image": "busybox:1.36", "command": ["false"]}]
    simulation.create(pod("web", UP, spec={"initContainers": init}))
    simulation.create(pod("once", UP, spec={"initContainers": init, "restartPolicy": "Never"}))
    await simulation.run(6)
    state = simulation.pod("web")["status"]["initContainerStatuses"][0]["state"]
    assert state["waiting"]["reason"] == "CrashLoopBackOff"
    assert simulation.pod("web")["status"]["phase"] == "Pending"
    assert simulation.pod("once")["status"]["phase"] == "Failed"


@simulated
async def test_a_sidecar_starts_first_and_ends_last(simulation: Simulation) -> None:
    sidecar = [{"name": "side", "image": UP, "restartPolicy": "Always"}]
    spec = {"initContainers": sidecar, "restartPolicy": "Never"}
    simulation.create(pod("job", "busybox:1.36", spec=spec, **script("sleep 3")))
    await simulation.run(4)
    assert "running" in simulation.pod("job")["status"]["initContainerStatuses"][0]["state"]
    assert "running" in simulation.status("job")["state"]
    await simulation.run(5)
    assert simulation.pod("job")["status"]["phase"] == "Succeeded"
    assert "terminated" in simulation.pod("job")["status"]["initContainerStatuses"][0]["state"]


@simulated
async def test_readiness_follows_the_program(simulation: Simulation) -> None:
    probe = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 1, "failureThreshold": 1}  # noqa: S108
    simulation.create(pod("box", "busybox:1.36", readinessProbe=probe, **script("sleep 3; touch /tmp/ready; sleep 1d")))
    await simulation.run(2)
    assert (simulation.status("box")["ready"], conditions(simulation, "box")["Ready"]) == (False, "False")
    assert simulation.events("box")[-1][0] == "Unhealthy"
    assert simulation.events("box")[-1][1].startswith("Readiness probe failed: cat: can't open '/tmp/ready'")
    await simulation.run(5)
    assert (simulation.status("box")["ready"], conditions(simulation, "box")["Ready"]) == (True, "True")


@simulated
async def test_a_failing_liveness_probe_restarts(simulation: Simulation) -> None:
    probe = {"httpGet": {"path": "/nothing", "port": 80}, "periodSeconds": 2, "failureThreshold": 2}
    simulation.create(pod("web", UP, livenessProbe=probe))
    well = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
    simulation.create(pod("well", UP, livenessProbe=well, readinessProbe={"tcpSocket": {"port": 80}}))
    await simulation.run(9)
    assert simulation.status("web")["restartCount"] >= 1
    messages = [event[1] for event in simulation.events("web")]
    assert "Liveness probe failed: HTTP probe failed with statuscode: 404" in messages
    assert "Container web failed liveness probe, will be restarted" in messages
    assert (simulation.status("well")["restartCount"], simulation.status("well")["ready"]) == (0, True)


@simulated
async def test_a_startup_probe_holds_back_the_others(simulation: Simulation) -> None:
    startup = {"exec": {"command": ["test", "-f", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 30}  # noqa: S108
    simulation.create(pod("box", "busybox:1.36", startupProbe=startup, **script("sleep 4; touch /tmp/up; sleep 1d")))
    await simulation.run(3)
    assert (simulation.status("box")["started"], simulation.status("box")["ready"]) == (False, False)
    await simulation.run(5)
    assert (simulation.status("box")["started"], simulation.status("box")["ready"]) == (True, True)


@simulated
async def test_an_active_deadline(simulation: Simulation) -> None:
    simulation.create(pod("job", "busybox:1.36", spec={"activeDeadlineSeconds": 5}, **script("sleep 1d")))
    await simulation.run(8)
    status = simulation.pod("job")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")


@simulated
async def test_images_stay_on_the_node_and_policies_are_kept(simulation: Simulation) -> None:
    simulation.create(pod("never", UP, imagePullPolicy="Never", spec={"nodeName": "node-1"}))
    await simulation.run(1)
    assert simulation.status("never")["state"]["waiting"]["reason"] == "ErrImageNeverPull"
    simulation.create(pod("first", UP, spec={"nodeName": "node-1"}))
    await simulation.run(3)
    simulation.create(pod("always", UP, imagePullPolicy="Always", spec={"nodeName": "node-1"}))
    simulation.create(pod("again", UP, spec={"nodeName": "node-1"}))
    await simulation.run(3)
    assert (
        simulation.events("again")[0][1]
        == f'Container image "{UP}" already present on machine and can be accessed by the pod'
    )
    assert simulation.events("always")[0][1] == f'Pulling image "{UP}"'
    await simulation.run(10)
    assert "running" in simulation.status("never")["state"]


@simulated
async def test_an_impossible_image_name(simulation: Simulation) -> None:
    simulation.create(pod("web", "Nginx"))
    await simulation.run(1)
    assert simulation.status("web")["state"]["waiting"]["reason"] == "InvalidImageName"
    assert simulation.events("web")[1:] == [
        (
            "InspectFailed",
            'Failed to apply default image tag "Nginx": couldn\'t parse image name "Nginx": invalid reference format: '
            "repository name (library/Nginx) must be lowercase",
            1,
        ),
        ("Failed", "Error: InvalidImageName", 1),
    ]


@simulated
async def test_a_restarted_server_goes_on_where_it_was(simulation: Simulation) -> None:
    simulation.create(pod("web", UP))
    simulation.create(pod("crash", "busybox:1.36", **script("exit 1")))
    simulation.create(pod("typo", "ngnix"))
    await simulation.run(20)
    before = {name: simulation.status(name) for name in ("web", "crash", "typo")}
    await simulation.stop()

    clock = FakeClock()
    clock.seconds = simulation.clock.seconds
    again = Simulation(simulation.store, clock)
    await again.run(0.3)
    assert again.status("web") == before["web"]
    assert again.status("crash")["restartCount"] == before["crash"]["restartCount"]
    assert again.status("crash")["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert again.status("typo")["state"] == before["typo"]["state"]
    code, output = await execute(again, "web", ["hostname"])
    assert (code, output) == (0, "web\n")
    address = again.pod("web")["status"]["podIP"]
    again.create(pod("new", UP, spec={"nodeName": again.pod("web")["spec"]["nodeName"]}))
    await again.run(3)
    assert again.pod("new")["status"]["podIP"] != address
    await again.run(60)
    assert again.status("crash")["restartCount"] > before["crash"]["restartCount"]
    await again.stop()


@simulated
async def test_a_pod_removed_by_force_is_killed(simulation: Simulation) -> None:
    simulation.create(pod("web", UP))
    await simulation.run(3)
    uid = simulation.pod("web")["metadata"]["uid"]
    simulation.store.delete("pods", "default", "web")
    await simulation.settle()
    assert simulation.runtime.find(uid, "web") is None


@simulated
async def test_pods_of_a_removed_node_go_after_a_while(simulation: Simulation) -> None:
    simulation.create(pod("web", UP, spec={"nodeName": "node-1"}))
    await simulation.run(3)
    uid = simulation.pod("web")["metadata"]["uid"]
    simulation.store.delete("nodes", "", "node-1")
    await simulation.run(30)
    assert simulation.pod("web")["spec"]["nodeName"] == "node-1"
    await simulation.run(11)
    assert simulation.store.find("pods", "default", "web") is None
    assert simulation.runtime.find(uid, "web") is None


@simulated
async def test_a_running_container_survives_what_it_once_needed(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", LEVEL="info"))
    simulation.create(pod("web", UP, envFrom=[{"configMapRef": {"name": "settings"}}]))
    await simulation.run(3)
    simulation.store.delete("configmaps", "default", "settings")
    await simulation.stop()
    again = Simulation(simulation.store, simulation.clock)
    await again.run(1)
    assert "running" in again.status("web")["state"]
    assert await execute(again, "web", ["hostname"]) == (0, "web\n")
    await again.stop()


@simulated
async def test_containers_of_a_pod_share_empty_folders(simulation: Simulation) -> None:
    mount = [{"name": "shared", "mountPath": "/data"}]
    writer: Obj = {"name": "writer", "image": "busybox:1.36", "volumeMounts": mount}
    writer["command"] = ["sh", "-c", "echo from the writer > /data/note; sleep 1d"]
    reader: Obj = {"name": "reader", "image": "busybox:1.36", "command": ["sleep", "1d"]}
    reader["volumeMounts"] = [{"name": "shared", "mountPath": "/in", "readOnly": True}]
    volumes = [{"name": "shared", "emptyDir": {}}]
    simulation.create(pod("pair", spec={"containers": [reader, writer], "volumes": volumes}))
    await simulation.run(3)
    script_text = "cat /in/note; ls /; echo x > /in/y"
    code, output = await execute(simulation, "pair", ["sh", "-c", script_text])
    assert output.startswith("from the writer\nbin\n")
    assert "\nin\n" in output
    assert output.endswith("sh: can't create /in/y: Read-only file system\n")
    assert code == 1


@simulated
async def test_hooks(simulation: Simulation) -> None:
    note = {"exec": {"command": ["touch", "/tmp/started"]}}  # noqa: S108
    slow = {"exec": {"command": ["sh", "-c", "sleep 5; echo stopping > /dev/null"]}}
    simulation.create(pod("web", UP, lifecycle={"postStart": note, "preStop": slow}))
    simulation.create(
        pod("lazy", "busybox:1.36", **script("sleep 1d"), lifecycle={"preStop": {"sleep": {"seconds": 3}}})
    )
    failing = {"postStart": {"exec": {"command": ["false"]}}}
    simulation.create(pod("bad", UP, lifecycle=failing))
    await simulation.run(3)
    assert await execute(simulation, "web", ["ls", "/tmp"]) == (0, "started\n")
    messages = [event[:2] for event in simulation.events("bad")]
    assert ("FailedPostStartHook", "PostStartHook failed") in messages
    assert ("Killing", "FailedPostStartHook") in messages
    assert simulation.status("bad")["restartCount"] > 0 or "waiting" in simulation.status("bad")["state"]
    for name in ("web", "lazy"):
        simulation.delete(name)
    await simulation.run(4)
    assert "running" in simulation.status("web")["state"]
    await simulation.run(3)
    assert simulation.store.find("pods", "default", "web") is None
    assert simulation.store.find("pods", "default", "lazy") is None


@simulated
async def test_containers_are_made_one_after_the_other(simulation: Simulation) -> None:
    containers = [
        {"name": name, "image": image, "imagePullPolicy": "Always"}
        for name, image in (("first", "nginx:1.27"), ("second", "ngnix"), ("third", "redis:7"))
    ]
    simulation.create(pod("many", spec={"containers": containers}))
    await simulation.run(10)
    told = [(reason, message) for reason, message, _ in simulation.events("many")]
    order = [word for reason, message in told if reason == "Pulling" for word in [message.split('"')[1]]]
    assert order == ["nginx:1.27", "ngnix", "redis:7"]
    started = told.index(("Started", "Container started"))
    assert started < told.index(("Pulling", 'Pulling image "ngnix"'))
    assert [count for reason, _, count in simulation.events("many") if reason == "Started"] == [1, 1]
