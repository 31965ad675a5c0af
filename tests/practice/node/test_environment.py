"""Environment variables, and whom a container runs as: what is set, what is missing, what is forbidden."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, execute, pod, simulated
from tests.practice.node.test_volumes import config_map, secret

BOX = "busybox:1.36"


def box(**changes: Any) -> Obj:
    return pod("box", BOX, **{"command": ["sleep", "1d"], **changes})


def field(name: str, path: str) -> Obj:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def resource(name: str, **reference: str) -> Obj:
    return {"name": name, "valueFrom": {"resourceFieldRef": reference}}


def service(called: str, address: str = "10.96.0.50", **port: Any) -> Obj:
    ports = [{"port": 6379, "protocol": "TCP", **port}]
    metadata = {"name": called, "namespace": "default"}
    spec = {"clusterIP": address, "ports": ports, "type": "ClusterIP"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


async def printed(simulation: Simulation, *names: str) -> str:
    return (await execute(simulation, "box", ["printenv", *names]))[1]


@simulated
async def test_fields_of_the_pod_and_its_node(simulation: Simulation) -> None:
    fields = {
        "NAME": "metadata.name",
        "NAMESPACE": "metadata.namespace",
        "UID": "metadata.uid",
        "LABEL": "metadata.labels['run']",
        "NOTE": "metadata.annotations['example.com/note']",
        "NODE": "spec.nodeName",
        "ACCOUNT": "spec.serviceAccountName",
        "HOST": "status.hostIP",
        "HOSTS": "status.hostIPs",
        "IP": "status.podIP",
        "IPS": "status.podIPs",
    }
    made = box(env=[field(*pair) for pair in fields.items()], spec={"nodeName": "node-2", "serviceAccountName": "me"})
    made["metadata"]["annotations"] = {"example.com/note": "x"}
    simulation.create(made)
    await simulation.run(3)
    address, uid = simulation.pod("box")["status"]["podIP"], simulation.pod("box")["metadata"]["uid"]
    expected = ["box", "default", uid, "box", "x", "node-2", "me", "10.0.0.12", "10.0.0.12", address, address]
    assert (await printed(simulation, *fields)).splitlines() == expected


@simulated
async def test_resources_in_units_of_a_divisor(simulation: Simulation) -> None:
    env = [
        resource("CPU", resource="limits.cpu"),
        resource("MILLI", resource="limits.cpu", divisor="1m"),
        resource("MIB", resource="requests.memory", divisor="1Mi"),
        resource("NONE", resource="requests.ephemeral-storage"),
        resource("NODE", resource="limits.memory"),
        resource("OTHER", resource="limits.cpu", containerName="box", divisor="1m"),
    ]
    simulation.create(box(env=env, resources={"limits": {"cpu": "1250m"}, "requests": {"memory": "100M"}}))
    await simulation.run(3)
    names = [one["name"] for one in env]
    assert (await printed(simulation, *names)).splitlines() == ["2", "1250", "96", "0", "8235884544", "1250"]


@simulated
async def test_references_reach_back_and_not_into_the_image(simulation: Simulation) -> None:
    simulation.store.create("configmaps", {**config_map("settings", A="map"), "binaryData": {"RAW": "AA=="}})
    simulation.store.create("services", service("redis"))
    env = [
        {"name": "B", "value": "$(A)/$(LATER)/$(REDIS_SERVICE_HOST)/$$(A)/$(RAW)"},
        {"name": "LATER", "value": "l"},
        {"name": "A", "value": "own"},
        {"name": "AFTER", "value": "$(A)"},
    ]
    source = [{"configMapRef": {"name": "settings"}}]
    command = ["sh", "-c", "echo $(B) $(HOME) $(PATH) $(AFTER); sleep 1d"]
    simulation.create(box(env=env, envFrom=source, command=command))
    await simulation.run(3)
    assert await printed(simulation, "B", "AFTER") == "map/$(LATER)/10.96.0.50/$(A)/$(RAW)\nown\n"
    argv = simulation.runtime.find(simulation.pod("box")["metadata"]["uid"], "box")
    assert argv is not None
    assert argv.launch.argv[2].startswith("echo map/$(LATER)/10.96.0.50/$(A)/$(RAW) $(HOME) $(PATH) own;")


@pytest.mark.parametrize("links", [True, False])
def test_the_apis_address_is_always_told(links: bool) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.store.create("services", service("kubernetes", address="10.96.0.1", port=443, name="https"))
        simulation.store.create("services", service("my-redis", address="10.96.0.9"))
        simulation.create(box(spec={"enableServiceLinks": links}))
        await simulation.run(3)
        env = dict(line.split("=", 1) for line in (await printed(simulation)).splitlines())
        assert env["KUBERNETES_SERVICE_HOST"] == "10.96.0.1"
        assert env["KUBERNETES_SERVICE_PORT_HTTPS"] == "443"
        assert env["KUBERNETES_PORT_443_TCP"] == "tcp://10.96.0.1:443"
        assert env.get("MY_REDIS_PORT_6379_TCP_ADDR") == ("10.96.0.9" if links else None)

    story()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"envFrom": [{"configMapRef": {"name": "no"}}]}, 'configmap "no" not found'),
        ({"envFrom": [{"secretRef": {"name": "no"}}]}, 'secret "no" not found'),
        (
            {"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "no"}}}]},
            "couldn't find key no in Secret default/keys",
        ),
        (
            {"env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "no"}}}]},
            "couldn't find key no in ConfigMap default/settings",
        ),
        ({"securityContext": {"runAsNonRoot": True}}, "container has runAsNonRoot and image will run as root {where}"),
        (
            {"securityContext": {"runAsNonRoot": True, "runAsUser": 0}},
            "container's runAsUser breaks non-root policy {where}",
        ),
        ({"securityContext": {"runAsNonRoot": True, "runAsUser": 1}}, ""),
        ({"envFrom": [{"secretRef": {"name": "no", "optional": True}}]}, ""),
        (
            {"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "no", "key": "k", "optional": True}}}]},
            "",
        ),
    ],
)
def test_what_keeps_a_container_from_being_made(change: Obj, message: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.store.create("configmaps", config_map("settings", one="1"))
        simulation.store.create("secrets", secret("keys", one="1"))
        made = simulation.create(box(**change))
        await simulation.run(30)
        where = f'(pod: "box_default({made["metadata"]["uid"]})", container: box)'
        wanted = message.format(where=where)
        state = simulation.status("box")["state"]
        if not wanted:
            assert "running" in state
            return
        assert state == {"waiting": {"reason": "CreateContainerConfigError", "message": wanted}}
        told = {text: count for reason, text, count in simulation.events("box") if reason == "Failed"}
        assert told.keys() == {f"Error: {wanted}"}
        assert told[f"Error: {wanted}"] > 1

    story()


@simulated
async def test_a_read_only_root_lets_only_volumes_be_written(simulation: Simulation) -> None:
    mounts = [{"name": "v", "mountPath": "/data"}]
    context = {"readOnlyRootFilesystem": True, "runAsUser": 1000}
    simulation.create(
        box(volumeMounts=mounts, securityContext=context, spec={"volumes": [{"name": "v", "emptyDir": {}}]})
    )
    await simulation.run(3)
    text = "id -u; id -g; touch /tmp/x; echo x > /data/x && cat /data/x; echo bye > /dev/termination-log; whoami"
    code, output = await execute(simulation, "box", ["sh", "-c", text])
    assert output == "1000\n0\ntouch: /tmp/x: Read-only file system\nx\nwhoami: unknown uid 1000\n"
    assert code == 1


@simulated
async def test_what_a_container_leaves_at_its_end(simulation: Simulation) -> None:
    logs = {"terminationMessagePolicy": "FallbackToLogsOnError"}
    spec = {"restartPolicy": "Never"}
    simulation.create(
        pod("file", BOX, command=["sh", "-c", "echo why > /tmp/m"], terminationMessagePath="/tmp/m", spec=spec)
    )
    simulation.create(pod("logs", BOX, command=["sh", "-c", "echo one; echo two; exit 3"], spec=spec, **logs))
    simulation.create(pod("well", BOX, command=["sh", "-c", "echo one"], spec=spec, **logs))
    await simulation.run(4)
    ends = {name: simulation.status(name)["state"]["terminated"] for name in ("file", "logs", "well")}
    assert [ends[name].get("message") for name in ends] == ["why\n", "one\ntwo\n", None]
    assert (ends["logs"]["exitCode"], ends["logs"]["reason"]) == (3, "Error")


@simulated
async def test_a_missing_pull_secret_is_told_and_does_not_matter(simulation: Simulation) -> None:
    simulation.store.create("secrets", secret("there", one="1"))
    simulation.create(box(spec={"imagePullSecrets": [{"name": "gone"}, {"name": "there"}, {"name": "lost"}]}))
    await simulation.run(3)
    assert "running" in simulation.status("box")["state"]
    words = "Unable to retrieve some image pull secrets (gone, lost); attempting to pull the image may not succeed."
    assert [event[:2] for event in simulation.events("box")][1] == ("FailedToRetrieveImagePullSecret", words)
