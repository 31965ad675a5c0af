"""exec, attach, run and logs with every kubectl at hand, over WebSockets and over SPDY, as far as a person can see."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pexpect
import pytest

from tests.e2e.conftest import DEADLINE, Desk

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("websockets", ("true", "false"), ids=("websocket", "spdy"))]

HINT = "If you don't see a command prompt, try pressing enter."


@pytest.fixture
def at(desk: Desk, websockets: str) -> Desk:
    """The desk, with one of the two carriers forced."""
    return replace(desk, env={**desk.env, "KUBECTL_REMOTE_COMMAND_WEBSOCKETS": websockets})


def up(at: Desk, name: str, line: str) -> None:
    at.ok(f"kubectl run {name} {line}")
    at.ok(f"kubectl wait --for=condition=Ready pod/{name}")


@contextmanager
def started(at: Desk, line: str) -> Iterator[subprocess.Popen[bytes]]:
    """A line that goes on by itself, with pipes to all its ends; killed in the end."""
    pipe = subprocess.PIPE
    command = ["/bin/sh", "-c", f"exec {line}"]
    with subprocess.Popen(command, env=dict(at.env), cwd=at.folder, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def terminal(at: Desk, line: str, rows: int = 24, columns: int = 80) -> Iterator[pexpect.spawn]:
    """A line in a terminal of its own."""
    shell = pexpect.spawn("/bin/sh", ["-c", line], env=dict(at.env), cwd=str(at.folder), dimensions=(rows, columns))
    shell.timeout = DEADLINE
    try:
        yield shell
    finally:
        shell.close(force=True)


def eventually(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_exec_tells_the_exit_code_and_keeps_the_outputs_apart(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sleep infinity")
    for script, code in (("true", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143), ("nosuch", 127)):
        done = at.run(f"kubectl exec box -- sh -c '{script}'")
        assert done.returncode == code, script
        assert (f"command terminated with exit code {code}" in done.stderr) == (code != 0)
    apart = at.run("kubectl exec box -- sh -c 'echo out; echo err >&2; echo again'")
    assert (apart.stdout, apart.stderr) == ("out\nagain\n", "err\n")
    missing = at.run("kubectl exec box -- nosuch")
    assert missing.returncode != 0 and 'exec: "nosuch": executable file not found in $PATH' in missing.stderr
    long = at.run("kubectl exec box -- seq 200000")
    assert long.stdout.splitlines() == [str(number) for number in range(1, 200001)]


def test_the_end_of_stdin_reaches_the_program(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sleep infinity")
    assert at.ok("echo x | kubectl exec -i box -- cat") == "x\n"
    assert at.ok("kubectl exec -i box -- cat < /dev/null") == ""
    assert at.ok("echo unheard | kubectl exec box -- cat") == ""
    assert at.ok("seq 50000 | kubectl exec -i box -- wc -l").strip() == "50000"
    # The program is done before its input is.
    assert at.ok("seq 100000 | kubectl exec -i box -- head -n 1") == "1\n"
    # stdin is over, and the output goes on.
    assert at.ok("echo go | kubectl exec -i box -- sh -c 'cat; sleep 1; echo later'") == "go\nlater\n"


def test_the_terminal_has_the_size_of_the_window_and_follows_it(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sleep infinity")
    with terminal(at, "kubectl exec -it box -- stty size", rows=31, columns=101) as shell:
        shell.expect(r"31 101\r\n")
        shell.expect(pexpect.EOF)
    with terminal(at, "kubectl exec -it box -- sh", rows=40, columns=120) as shell:
        shell.expect("# ")
        shell.sendline("stty size")
        shell.expect(r"40 120\r\n.*# ")
        shell.setwinsize(25, 90)
        deadline = time.monotonic() + DEADLINE
        while True:
            shell.sendline("stty size")
            if shell.expect([r"25 90\r\n.*# ", r"40 120\r\n.*# "]) == 0:
                break
            assert time.monotonic() < deadline
        shell.sendline("exit 5")
        shell.expect("command terminated with exit code 5")
        shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 5


def test_keys_of_a_terminal(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sleep infinity")
    with terminal(at, "kubectl exec -it box -- sh") as shell:
        shell.expect("# ")
        shell.sendline("sleep 1000")
        shell.expect("sleep 1000\r\n")
        shell.sendintr()
        shell.expect("# ")
        shell.sendline("echo code $?")
        shell.expect("code 130\r\n")
        shell.sendeof()
        shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 0


def test_attach_shows_what_comes_and_several_may_look(at: Desk) -> None:
    up(at, "talker", "--image=busybox:1.36 -- sh -c 'while true; do echo tick; sleep 0.2; done'")
    with started(at, "kubectl attach talker") as first, started(at, "kubectl attach talker") as second:
        for one in (first, second):
            assert one.stdout is not None
            assert [one.stdout.readline() for _ in range(3)] == [b"tick\n"] * 3
        first.kill()
        assert second.stdout is not None
        assert [second.stdout.readline() for _ in range(3)] == [b"tick\n"] * 3
    assert at.ok("kubectl get pod talker -o jsonpath='{.status.containerStatuses[0].restartCount}'") == "0"


def test_a_terminal_can_be_left_by_force_and_found_again(at: Desk) -> None:
    with terminal(at, "kubectl run -it shell --image=busybox:1.36") as shell:
        shell.expect(re.escape(HINT))
        shell.sendline("")
        shell.expect("# ")
        shell.sendline("kept=here")
        shell.expect("kept=here\r\n.*# ")
    with terminal(at, "kubectl attach -it shell") as shell:
        shell.expect(re.escape(HINT))
        shell.sendline("echo $kept")
        shell.expect("here\r\n")
        with terminal(at, "kubectl attach -it shell") as other:
            other.expect(re.escape(HINT))
            other.sendline("echo seen by $((1+1))")
            for one in (shell, other):
                one.expect("seen by 2\r\n")
        shell.sendline("exit")
        shell.expect(
            "Session ended, resume using 'kubectl attach shell -c shell -i -t' command when the pod is running"
        )
        shell.expect(pexpect.EOF)
    at.until("kubectl get pod shell -o jsonpath='{.status.containerStatuses[0].restartCount}'", "^1$")


@pytest.mark.parametrize("leave", ("exit 3", ""), ids=("exit", "ctrl-d"))
def test_run_with_rm_deletes_the_pod_when_the_shell_is_left(at: Desk, leave: str) -> None:
    with terminal(at, "kubectl run -it --rm brief --image=busybox:1.36 --restart=Never") as shell:
        shell.expect(re.escape(HINT))
        shell.sendline("hostname")
        shell.expect("brief\r\n")
        if leave:
            shell.sendline(leave)
        else:
            shell.sendeof()
        shell.expect('pod "brief" deleted')
        shell.expect(pexpect.EOF)
        shown = shell.before.decode()
    shell.close()
    assert shell.exitstatus == (3 if leave else 0), shown
    assert at.ok("kubectl get pods") == ""


def test_run_takes_what_is_piped_in(at: Desk) -> None:
    piped = at.run("printf 'one\\ntwo\\n' | kubectl run -i --rm counter --image=busybox:1.36 --restart=Never -- wc -l")
    assert piped.returncode == 0 and piped.stdout.split()[0] == "2", piped.stdout + piped.stderr
    assert 'pod "counter" deleted' in piped.stdout
    failed = at.run("echo | kubectl run -i --rm failing --image=busybox:1.36 --restart=Never -- sh -c 'cat; exit 4'")
    assert failed.returncode == 4, failed.stdout + failed.stderr
    assert at.ok("kubectl get pods") == ""


def test_debug_gives_a_terminal_and_can_be_left_and_found_again(at: Desk) -> None:
    up(at, "web", "--image=nginx:1.27")
    with terminal(at, "kubectl debug -it web --image=busybox:1.36 -c tools -- sh", rows=33, columns=99) as shell:
        shell.expect("# ")
        shell.sendline("stty size; wget -qO- localhost | head -n 1")
        shell.expect(r"33 99\r\n")
        shell.expect("<!DOCTYPE html>")
    with terminal(at, "kubectl attach -it web -c tools") as shell:
        shell.sendline("exit 6")
        shell.expect(pexpect.EOF)
    at.until(
        "kubectl get pod web -o jsonpath='{.status.ephemeralContainerStatuses[0].state.terminated.exitCode}'", "^6$"
    )


def test_a_client_that_is_killed_leaves_its_program_but_no_input(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sleep infinity")
    with (
        started(at, "kubectl exec box -- sleep 4321") as sleeping,
        started(at, "kubectl exec -i box -- cat") as reading,
    ):
        at.until("kubectl exec box -- ps", "sleep 4321")
        assert reading.stdin is not None and reading.stdout is not None
        reading.stdin.write(b"there\n")
        reading.stdin.flush()
        assert reading.stdout.readline() == b"there\n"
        sleeping.kill()
        reading.kill()
    eventually(lambda: " cat" not in at.ok("kubectl exec box -- ps"), "cat never learnt that its input is over")
    # Known of containerd: nothing tells a program that the client which started it is gone.
    assert "sleep 4321" in at.ok("kubectl exec box -- ps")


def test_many_streams_at_once_keep_apart(at: Desk) -> None:
    up(at, "box", "--image=busybox:1.36 -- sh -c 'seq 100; sleep infinity'")
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = at.ok(f"echo {number} | kubectl exec -i box -- sh -c 'cat; seq {number} {number + 500}'")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    with started(at, "kubectl exec box -- yes slow") as slow:  # nobody reads what it says
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE)
        assert slow.poll() is None
    assert answers == {
        number: "".join(f"{line}\n" for line in (number, *range(number, number + 501))) for number in range(12)
    }
