"""exec and attach: keys in, bytes out, the terminal between them, and how sessions end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from kx.practice.node.session import STDERR, STDOUT, Session
from kx.practice.status import ApiError
from tests.practice.node.simulation import Simulation, drain, pod, simulated

INTERACTIVE: dict[str, Any] = {"stdin": True, "tty": True, "stdinOnce": True}


async def typed(simulation: Simulation, session: Session, keys: Sequence[bytes]) -> str:
    """What a terminal shows while these keys are pressed, up to the session's end or rest."""
    parts: list[bytes] = []

    async def watch() -> None:
        while (piece := await session.read()) is not None:
            parts.append(piece[1])

    watching = asyncio.ensure_future(watch())
    await simulation.settle()
    for key in keys:
        session.write_stdin(key)
        await simulation.run(0.3)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return b"".join(parts).decode()


@simulated
async def test_a_shell_in_a_terminal(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", **INTERACTIVE))
    await simulation.run(3)
    session = await simulation.runtime.attach("default", "net-utils", "net-utils")
    session.resize(100, 30)
    assert await typed(simulation, session, [b"echo hi\r"]) == "\rbash-5.1# \x1b[Kecho hi\r\nhi\r\nbash-5.1# "
    assert await typed(simulation, session, [b"exit 3\r"]) == "exit 3\r\nexit\r\n"
    assert await session.wait() == 0, "an attach does not tell the exit code"
    ended = simulation.status("net-utils")["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("Error", 3)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ([b"ecx\x7fho a\r"], "a\r\n"),
        ([b"cho a\x01e\r"], "a\r\n"),
        ([b"echo b\r", b"\x1b[A\x1b[D\x1b[C c\r"], "b c\r\n"),
        ([b"nonsense\x15echo d\r"], "d\r\n"),
        ([b"echo e f\x17g\r"], "e g\r\n"),
        ([b"half a line\x03", b"echo $?\r"], "130\r\n"),
        ([b"sleep 100\r", b"\x03", b"echo $?\r"], "130\r\n"),
        ([b"cat\r", b"line\r", b"\x04", b"echo over\r"], "line\r\nline\r\nbash-5.1# echo over\r\nover\r\n"),
        ([b"for i in 1 2; do\r", b"echo n$i; done\r"], "n1\r\nn2\r\n"),
        ([b"echo 'a\r", b"b'\r"], "a\r\nb\r\n"),
        ([b"echo \xc3\xa4x\x7f\x7fo\r"], "o\r\n"),
        ([b"tty\r"], "/dev/pts/0\r\n"),
        ([b"sleep 100\r\x03", b"echo $?\r"], "130\r\n"),
        ([b"cat\rahead\r", b"\x04"], "ahead\r\nahead\r\n"),
    ],
)
def test_line_editing(keys: list[bytes], shown: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("net-utils", args=["sleep", "infinity"]))
        await simulation.run(3)
        session = await simulation.runtime.exec("default", "net-utils", "", ["bash"], True)
        output = await typed(simulation, session, keys)
        assert output.endswith(shown + "bash-5.1# ")
        session.detach()

    story()


@simulated
async def test_ctrl_d_leaves_the_shell(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", args=["sleep", "infinity"]))
    await simulation.run(3)
    session = await simulation.runtime.exec("default", "net-utils", "", ["bash"], True)
    assert await typed(simulation, session, [b"\x04"]) == "bash-5.1# exit\r\n"
    assert await session.wait() == 0


@simulated
async def test_stdout_and_stderr_are_apart_without_a_terminal(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", args=["sleep", "infinity"]))
    await simulation.run(3)
    argv = ["sh", "-c", "echo out; echo err >&2; exit 5"]
    session = await simulation.runtime.exec("default", "net-utils", "", argv, False)
    await simulation.run(0.5)
    pieces = []
    while (piece := await session.read()) is not None:
        pieces.append(piece)
    assert pieces == [(STDOUT, b"out\n"), (STDERR, b"err\n")]
    assert await session.wait() == 5


@simulated
async def test_an_exec_dies_with_its_container(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", args=["sleep", "10"]))
    await simulation.run(2)
    killed = await simulation.runtime.exec("default", "net-utils", "", ["sleep", "100"], False)
    await simulation.run(10)
    assert await killed.wait() == 137


@simulated
async def test_what_a_client_has_started_runs_on_when_it_is_gone(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", args=["sleep", "infinity"]))
    await simulation.run(2)
    for argv, tty in ((["sleep", "300"], False), (["bash"], True)):
        session = await simulation.runtime.exec("default", "net-utils", "", argv, tty)
        session.close_stdin()
        session.detach()
    reading = await simulation.runtime.exec("default", "net-utils", "", ["cat"], False)
    reading.close_stdin()
    reading.detach()
    await simulation.run(1)
    ps = await simulation.runtime.exec("default", "net-utils", "", ["ps"], False)
    await simulation.run(1)
    shown = (await drain(ps)).decode()
    assert "sleep 300" in shown and "bash" in shown and "cat" not in shown
    assert await reading.wait() == 0


@simulated
async def test_nobody_reads_for_a_client_that_is_gone(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(2)
    script = "echo > /said; X=$(seq 500); while true; do echo $X; echo x >> /said; sleep 0.1; done"
    session = await simulation.runtime.exec("default", "box", "", ["sh", "-c", script], False)
    session.detach()
    said = -1
    for _ in range(100):
        await simulation.run(5)
        counted = await simulation.runtime.exec("default", "box", "", ["wc", "-l", "/said"], False)
        await simulation.run(0.5)
        before, said = said, int((await drain(counted)).split()[0])
        if said == before:
            break
    assert 10 < said < 400 and said == before


@simulated
async def test_a_program_that_does_not_read_holds_its_client_up(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(2)
    deaf = await simulation.runtime.exec("default", "box", "", ["sleep", "20"], False)
    waiting = asyncio.ensure_future(fill(deaf))
    await simulation.run(5)
    assert not waiting.done()
    await simulation.run(20)
    await asyncio.wait_for(waiting, 60)


async def fill(session: Session) -> None:
    for _ in range(20):
        session.write_stdin(bytes(65536))
        await session.taken()


@simulated
async def test_a_program_without_stdin_hears_nothing(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sh", "-c", "sleep 5; cat; echo end"]))
    await simulation.run(2)
    session = await simulation.runtime.attach("default", "box", "")
    session.write_stdin(b"lost\n")
    await simulation.run(4)
    assert await drain(session) == b"end\n"


@simulated
async def test_stdin_once_ends_with_its_client(simulation: Simulation) -> None:
    simulation.create(pod("once", "busybox:1.36", command=["cat"], stdin=True, stdinOnce=True))
    simulation.create(pod("always", "busybox:1.36", command=["cat"], stdin=True))
    await simulation.run(2)
    for name in ("once", "always"):
        session = await simulation.runtime.attach("default", name, "")
        session.write_stdin(b"hello\n")
        await simulation.run(0.2)
        session.close_stdin()
        session.detach()
    await simulation.run(0.5)
    assert "terminated" in simulation.status("once")["state"]
    assert "running" in simulation.status("always")["state"]


@simulated
async def test_a_terminal_without_stdin_keeps_a_shell_up(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", tty=True))
    await simulation.run(5)
    assert "running" in simulation.status("box")["state"]


@simulated
async def test_refusals(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27"))
    simulation.create(pod("waiting", "ngnix"))
    await simulation.run(3)
    for name, container, argv, code, message in [
        ("none", "", ["ls"], 404, 'pods "none" not found'),
        ("web", "x", ["ls"], 400, "container x is not valid for pod web"),
        (
            "waiting",
            "",
            ["ls"],
            500,
            'Internal error occurred: unable to upgrade connection: container not found ("waiting")',
        ),
    ]:
        with pytest.raises(ApiError) as refusal:
            await simulation.runtime.exec("default", name, container, argv, False)
        assert (refusal.value.code, refusal.value.message) == (code, message)
    with pytest.raises(ApiError, match='exec: "nosuch": executable file not found in \\$PATH'):
        await simulation.runtime.exec("default", "web", "", ["nosuch"], False)


@simulated
async def test_a_client_that_does_not_read_holds_the_program_up(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(2)
    line = "x" * 1000
    session = await simulation.runtime.exec("default", "box", "", ["yes", line], False)
    await simulation.run(20)
    total = 0
    while total < 200_000:
        piece = await session.read()
        assert piece is not None
        total += len(piece[1])
    session.detach()
