"""What containers share: processes, the files of each other's processes, and what they have of their node."""

from __future__ import annotations

from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, drain, execute, pod, simulated

WEB = "nginx:1.27"
BOX = "busybox:1.36"


async def inside(simulation: Simulation, name: str, container: str, text: str) -> tuple[int, str]:
    session = await simulation.runtime.exec("default", name, container, ["sh", "-c", text], False, False)
    await simulation.run(3)
    return await session.wait(), (await drain(session)).decode()


def commands(listed: str) -> list[str]:
    """The commands of ``ps``, but for its own and the shell's that asked."""
    lines = [line.split(maxsplit=3) for line in listed.splitlines()[1:]]
    return [f"{line[0]} {line[1]} {line[3]}" for line in lines if not line[3].startswith(("ps", "sh -c ps"))]


def debugger(name: str, **more: str) -> Obj:
    return {"name": name, "image": BOX, "command": ["sleep", "1d"], "imagePullPolicy": "IfNotPresent", **more}


def add(simulation: Simulation, name: str, container: Obj) -> None:
    found = simulation.pod(name)
    added = [*(found["spec"].get("ephemeralContainers") or ()), container]
    simulation.store.update("pods", {**found, "spec": {**found["spec"], "ephemeralContainers": added}})


@simulated
async def test_a_debugger_sees_the_processes_and_files_of_its_target(simulation: Simulation) -> None:
    volumes = [{"name": "cache", "emptyDir": {}}]
    mounts = [{"name": "cache", "mountPath": "/cache"}]
    simulation.create(pod("web", WEB, volumeMounts=mounts, spec={"volumes": volumes}))
    await simulation.run(3)
    await execute(simulation, "web", ["sh", "-c", "echo secret > /cache/note"])
    add(simulation, "web", debugger("tools", targetContainerName="web"))
    add(simulation, "web", debugger("alone"))
    await simulation.run(3)
    seen = commands((await inside(simulation, "web", "tools", "ps"))[1])
    assert seen[0] == "1 root nginx -g daemon off;"
    assert [line.split(" ", 1)[1] for line in seen[1:]] == ["root sleep 1d"]
    assert commands((await inside(simulation, "web", "alone", "ps"))[1]) == ["1 root sleep 1d"]
    text = "cat /proc/1/root/cache/note; ls /proc/1/root/usr/share/nginx/html; cat /proc/1/comm; ls /cache"
    said = (await inside(simulation, "web", "tools", text))[1]
    assert said == "secret\nindex.html\nnginx\nls: /cache: No such file or directory\n"
    assert (await inside(simulation, "web", "tools", "kill 1"))[0] == 0
    await simulation.run(3)
    assert simulation.status("web")["restartCount"] == 1
    # The first process of a PID namespace takes all others along.
    ended = {one["name"]: one["state"] for one in simulation.pod("web")["status"]["ephemeralContainerStatuses"]}
    assert ended["tools"]["terminated"]["exitCode"] == 137
    assert "running" in ended["alone"]


@simulated
async def test_a_shared_process_namespace(simulation: Simulation) -> None:
    containers = [{"name": "web", "image": WEB}, {"name": "side", "image": BOX, "command": ["sleep", "1d"]}]
    simulation.create(pod("both", spec={"containers": containers, "shareProcessNamespace": True}))
    await simulation.run(4)
    seen = commands((await inside(simulation, "both", "side", "ps"))[1])
    assert seen[0] == "1 65535 /pause"
    assert sorted(line.split(" ", 1)[1] for line in seen[1:]) == ["root nginx -g daemon off;", "root sleep 1d"]
    number = next(line.split()[0] for line in seen if "nginx" in line)
    assert (await inside(simulation, "both", "side", f"ls /proc/{number}/root/usr/share/nginx"))[1] == "html\n"
    # Nobody is process 1 here, so that even a sleep obeys.
    victim = next(line.split()[0] for line in seen if "sleep" in line)
    await inside(simulation, "both", "web", f"kill {victim}")
    await simulation.run(2)
    states = {one["name"]: one for one in simulation.pod("both")["status"]["containerStatuses"]}
    assert (states["side"]["restartCount"], states["web"]["restartCount"]) == (1, 0)
    assert states["side"]["lastState"]["terminated"]["exitCode"] == 143


@simulated
async def test_a_pod_with_its_nodes_namespaces(simulation: Simulation) -> None:
    simulation.create(pod("web", WEB, spec={"nodeName": "node-2"}))
    spec = {
        "nodeName": "node-2",
        "hostPID": True,
        "hostNetwork": True,
        "volumes": [{"name": "host", "hostPath": {"path": "/"}}],
    }
    mounts = [{"name": "host", "mountPath": "/host"}]
    simulation.create(pod("debug", BOX, command=["sleep", "1d"], volumeMounts=mounts, spec=spec))
    await simulation.run(4)
    seen = commands((await inside(simulation, "debug", "", "ps"))[1])
    assert seen[0] == "1 root /sbin/init"
    assert any(line.endswith("nginx -g daemon off;") for line in seen)
    assert any(line.endswith("/kubelet") for line in seen)
    assert simulation.pod("debug")["status"]["podIP"] == "10.0.0.12"
    said = (await inside(simulation, "debug", "", "hostname; cat /host/etc/hostname; chroot /host cat /etc/hostname"))[
        1
    ]
    assert said == "node-2\nnode-2\nnode-2\n"
    simulation.delete("debug", grace=30)
    await simulation.run(1)
    assert simulation.store.find("pods", "default", "debug") is None


@simulated
async def test_two_pods_cannot_both_have_a_port_of_their_node(simulation: Simulation) -> None:
    for name in ("one", "two"):
        simulation.create(pod(name, WEB, spec={"nodeName": "node-1", "hostNetwork": True}))
        await simulation.run(3)
    assert "running" in simulation.status("one")["state"]
    assert simulation.status("two")["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff"
    simulation.delete("one", grace=0)
    await simulation.run(15)
    assert "running" in simulation.status("two")["state"]
