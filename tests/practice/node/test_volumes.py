"""Volumes as the kubelet writes them: layout, modes, what is missing, what changes under a running container."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, execute, pod, simulated

BOX = "busybox:1.36"


def config_map(name: str, **data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def secret(name: str, **data: str) -> Obj:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "data": encoded}


def box(volumes: list[Obj], mounts: list[Obj], name: str = "box", **changes: Any) -> Obj:
    spec = {"volumes": volumes, "nodeName": "node-1", **changes.pop("spec", {})}
    return pod(name, BOX, command=["sleep", "1d"], volumeMounts=mounts, spec=spec, **changes)


async def shell(simulation: Simulation, text: str, name: str = "box") -> str:
    return (await execute(simulation, name, ["sh", "-c", text]))[1]


@simulated
async def test_the_layout_is_the_kubelets(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", one="1", two="22"))
    volumes = [{"name": "v", "configMap": {"name": "settings", "defaultMode": 0o640}}]
    simulation.create(box(volumes, [{"name": "v", "mountPath": "/v"}]))
    await simulation.run(3)
    lines = [line.split() for line in (await shell(simulation, "ls -la /v")).splitlines()]
    shown = {line[8]: (line[0], line[10] if len(line) > 9 else "") for line in lines[1:]}
    stamped = next(name for name in shown if name.startswith("..2026_01_01_12_00_0"))
    assert shown["..data"] == ("lrwxrwxrwx", stamped)
    assert shown["one"] == ("lrwxrwxrwx", "..data/one")
    assert (shown["."][0], shown[stamped][0]) == ("drwxrwxrwx", "drwxr-xr-x")
    assert (await shell(simulation, "ls -lL /v/one || ls -l /v/..data/two")).startswith("-rw-r-----")


@simulated
async def test_changes_arrive_but_not_through_a_sub_path(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", one="old", gone="x"))
    volumes = [{"name": "v", "configMap": {"name": "settings"}}]
    mounts = [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/one", "subPath": "one"}]
    simulation.create(box(volumes, mounts))
    await simulation.run(5)
    found = simulation.store.get("configmaps", "default", "settings")
    simulation.store.update("configmaps", {**found, "data": {"one": "new", "more": "y"}})
    await simulation.run(10)
    assert await shell(simulation, "cat /v/one") == "old"
    await simulation.run(60)
    assert await shell(simulation, "cat /v/one /one; ls /v") == "newoldmore\none\n"
    assert simulation.status("box")["restartCount"] == 0
    simulation.store.delete("configmaps", "default", "settings")
    await simulation.run(120)
    assert await shell(simulation, "cat /v/one") == "new"
    message = 'MountVolume.SetUp failed for volume "v" : configmap "settings" not found'
    assert simulation.events("box")[-1][:2] == ("FailedMount", message)
    simulation.store.create("configmaps", config_map("settings", one="third"))
    await simulation.run(125)
    assert await shell(simulation, "cat /v/one") == "third"


@simulated
async def test_labels_are_shown_as_soon_as_they_change(simulation: Simulation) -> None:
    items = [
        {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}},
        {"path": "cpu", "resourceFieldRef": {"containerName": "box", "resource": "limits.cpu", "divisor": "1m"}},
        {"path": "memory", "resourceFieldRef": {"containerName": "box", "resource": "limits.memory"}},
    ]
    volumes = [{"name": "v", "downwardAPI": {"items": items}}]
    limits = {"limits": {"cpu": "250m"}}
    simulation.create(box(volumes, [{"name": "v", "mountPath": "/v"}], resources=limits))
    await simulation.run(3)
    assert await shell(simulation, "cat /v/labels; echo; cat /v/cpu /v/memory") == 'run="box"\n2508235884544'
    found = simulation.pod("box")
    labels = {"run": "box", "tier": 'a "b"'}
    simulation.store.update("pods", {**found, "metadata": {**found["metadata"], "labels": labels}})
    await simulation.run(2)
    assert await shell(simulation, "cat /v/labels") == 'run="box"\ntier="a \\"b\\""'


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"configMap": {"name": "none"}}, 'configmap "none" not found'),
        ({"secret": {"secretName": "none"}}, 'secret "none" not found'),
        (
            {"configMap": {"name": "settings", "items": [{"key": "k", "path": "p"}]}},
            "configmap references non-existent config key: k",
        ),
        (
            {"secret": {"secretName": "keys", "items": [{"key": "k", "path": "p"}]}},
            "references non-existent secret key: k",
        ),
        (
            {"projected": {"sources": [{"configMap": {"name": "a"}}, {"secret": {"name": "b"}}]}},
            '[configmap "a" not found, secret "b" not found]',
        ),
        ({"hostPath": {"path": "/no", "type": "Directory"}}, "hostPath type check failed: /no is not a directory"),
        ({"configMap": {"name": "none", "optional": True}}, ""),
        ({"secret": {"secretName": "keys", "optional": True, "items": [{"key": "k", "path": "p"}]}}, ""),
        ({"projected": {"sources": [{"configMap": {"name": "a", "optional": True}}]}}, ""),
        ({"hostPath": {"path": "/srv/x", "type": "DirectoryOrCreate"}}, ""),
    ],
)
def test_what_is_missing(volume: Obj, message: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.store.create("configmaps", config_map("settings", one="1"))
        simulation.store.create("secrets", secret("keys", one="1"))
        simulation.create(box([{"name": "v", **volume}], [{"name": "v", "mountPath": "/v"}]))
        await simulation.run(4)
        failed = [event[1] for event in simulation.events("box") if event[0] == "FailedMount"]
        assert failed == ([f'MountVolume.SetUp failed for volume "v" : {message}'] if message else [])
        reason = simulation.status("box")["state"].get("waiting", {}).get("reason")
        assert reason == ("ContainerCreating" if message else None)

    story()


@simulated
async def test_a_mount_that_does_not_come_about_is_told_of(simulation: Simulation) -> None:
    simulation.create(box([{"name": "v", "secret": {"secretName": "no"}}], [{"name": "v", "mountPath": "/v"}]))
    await simulation.run(130)
    told = [message for reason, message, _ in simulation.events("box") if reason == "FailedMount"]
    assert told[-1] == (
        "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], "
        "failed to process volumes=[]: context deadline exceeded"
    )


@simulated
async def test_binary_data_items_and_their_modes(simulation: Simulation) -> None:
    binary = {**config_map("blob", text="t"), "binaryData": {"raw": base64.b64encode(b"\x00\xff\n").decode()}}
    simulation.store.create("configmaps", binary)
    simulation.store.create("secrets", secret("keys", word="hush"))
    items = [{"key": "word", "path": "deep/word", "mode": 0o400}]
    sources = [{"secret": {"name": "keys", "items": items}}, {"configMap": {"name": "blob"}}]
    volumes = [{"name": "v", "projected": {"sources": sources, "defaultMode": 0o444}}]
    simulation.create(box(volumes, [{"name": "v", "mountPath": "/v"}]))
    await simulation.run(3)
    assert await shell(simulation, "ls /v; cat /v/raw | wc -c; cat /v/deep/word") == "deep\nraw\ntext\n3\nhush"
    assert (await shell(simulation, "ls -l /v/deep/word")).startswith("-r--------")
    assert (await shell(simulation, "ls -l /v/..data/text")).startswith("-r--r--r--")


@simulated
async def test_a_sub_path_is_shared_and_may_name_the_pod(simulation: Simulation) -> None:
    env = [{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    mounts = [{"name": "v", "mountPath": "/log", "subPathExpr": "$(POD)/log"}, {"name": "v", "mountPath": "/all"}]
    simulation.create(box([{"name": "v", "emptyDir": {}}], mounts, env=env))
    wrong = [{"name": "v", "mountPath": "/log", "subPathExpr": "$(NOBODY)"}]
    simulation.create(box([{"name": "v", "emptyDir": {}}], wrong, name="wrong"))
    await simulation.run(3)
    assert await shell(simulation, "echo hi > /log/one; cat /all/box/log/one; ls /all/box") == "hi\nlog\n"
    waiting = simulation.status("wrong")["state"]["waiting"]
    assert waiting == {"reason": "CreateContainerConfigError", "message": "missing value for NOBODY"}


@simulated
async def test_fs_group_owns_what_the_pod_shares(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", one="1"))
    volumes = [{"name": "e", "emptyDir": {}}, {"name": "c", "configMap": {"name": "settings", "defaultMode": 0o400}}]
    mounts = [{"name": "e", "mountPath": "/e"}, {"name": "c", "mountPath": "/c"}]
    context = {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000}
    simulation.create(box(volumes, mounts, spec={"securityContext": context}))
    await simulation.run(3)
    said = await shell(simulation, "id; cat /c/one; echo x > /e/mine; ls -l /e; ls -ld /e; touch /etc/x")
    lines = said.splitlines()
    assert lines[0] == "uid=1000 gid=3000 groups=2000,3000"
    assert lines[1] == "1total 4"
    assert lines[2].split()[:4] == ["-rw-r--r--", "1", "1000", "2000"]
    assert lines[3].split()[:4] == ["drwxrwsrwx", "2", "root", "2000"]
    assert lines[4] == "touch: /etc/x: Permission denied"


@simulated
async def test_pods_of_a_node_share_its_files(simulation: Simulation) -> None:
    volumes = [{"name": "v", "hostPath": {"path": "/srv/shared"}}]
    for name, node in (("one", "node-1"), ("two", "node-1"), ("far", "node-2")):
        made = box(volumes, [{"name": "v", "mountPath": "/v"}], name=name, spec={"nodeName": node})
        simulation.create(made)
    await simulation.run(3)
    await shell(simulation, "echo here > /v/note", "one")
    assert await shell(simulation, "cat /v/note", "two") == "here\n"
    assert await shell(simulation, "ls /v", "far") == ""


@simulated
async def test_what_was_optional_may_come_later(simulation: Simulation) -> None:
    volumes = [{"name": "v", "configMap": {"name": "settings", "optional": True}}]
    simulation.create(box(volumes, [{"name": "v", "mountPath": "/v"}]))
    await simulation.run(3)
    assert await shell(simulation, "ls /v") == ""
    simulation.store.create("configmaps", config_map("settings", one="1"))
    await simulation.run(61)
    assert await shell(simulation, "ls /v; cat /v/one") == "one\n1"
    simulation.store.delete("configmaps", "default", "settings")
    await simulation.run(61)
    assert await shell(simulation, "ls /v") == ""


@simulated
async def test_a_token_is_bound_to_its_pod_and_renewed(simulation: Simulation) -> None:
    asked: list[tuple[str, list[str], int, Obj]] = []

    def issue(account: Obj, audiences: list[str], seconds: int, bound: Obj) -> tuple[str, datetime]:
        asked.append((account["metadata"]["name"], audiences, seconds, bound))
        return f"token-{len(asked)}", simulation.clock.now()

    simulation.world.issue_token = issue
    source = {"serviceAccountToken": {"path": "token", "expirationSeconds": 1000, "audience": "vault"}}
    volumes = [{"name": "v", "projected": {"sources": [source], "defaultMode": 0o644}}]
    context = {"runAsUser": 1000}
    spec = {"serviceAccountName": "robot", "securityContext": context}
    made = simulation.create(box(volumes, [{"name": "v", "mountPath": "/v"}], spec=spec))
    await simulation.run(2)
    message = 'MountVolume.SetUp failed for volume "v" : failed to fetch token: serviceaccounts "robot" not found'
    assert ("FailedMount", message) in [event[:2] for event in simulation.events("box")]
    metadata = {"name": "robot", "namespace": "default"}
    simulation.store.create("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    await simulation.run(5)
    assert await shell(simulation, "cat /v/token") == "token-1"
    assert (await shell(simulation, "ls -l /v/..data/token")).split()[:3] == ["-rw-------", "1", "1000"]
    assert asked == [("robot", ["vault"], 1000, {"kind": "Pod", "name": "box", "uid": made["metadata"]["uid"]})]
    await simulation.run(790)
    assert await shell(simulation, "cat /v/token") == "token-1"
    await simulation.run(15)
    assert await shell(simulation, "cat /v/token") == "token-2"


@simulated
async def test_a_restarted_server_publishes_again(simulation: Simulation) -> None:
    simulation.store.create("configmaps", config_map("settings", one="old"))
    simulation.create(box([{"name": "v", "configMap": {"name": "settings"}}], [{"name": "v", "mountPath": "/v"}]))
    await simulation.run(3)
    await simulation.stop()
    found = simulation.store.get("configmaps", "default", "settings")
    simulation.store.update("configmaps", {**found, "data": {"one": "new"}})
    again = Simulation(simulation.store, simulation.clock)
    await again.run(1)
    assert await shell(again, "cat /v/one") == "new"
    assert again.status("box")["restartCount"] == 0
    again.store.delete("configmaps", "default", "settings")
    await again.stop()
    third = Simulation(simulation.store, simulation.clock)
    await third.run(1)
    assert "running" in third.status("box")["state"]
    assert await shell(third, "ls /v") == ""
    await third.stop()
