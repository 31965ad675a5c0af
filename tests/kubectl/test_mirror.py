"""A command that is listened to: the person sees the same bytes, the command the same terminal, and a copy is kept."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pexpect
import pytest

from kx.kubectl import run
from kx.kubectl.recording import KEPT, Recording

PYTHON = sys.executable
ENV = {**os.environ, "PYTHONPATH": str(Path(run.__file__).parents[2]), "TERM": "dumb"}


def start(folder: Path, child: str, after: str = "print(repr(kept.text()), flush=True)") -> pexpect.spawn:
    """A program that runs ``child`` and listens, in a terminal; it says the status and then does ``after``."""
    (folder / "child.py").write_text(textwrap.dedent(child), encoding="utf-8")
    outer = folder / "outer.py"
    outer.write_text(
        "import os, sys, termios\n"
        "from kx.kubectl import run\n"
        "from kx.kubectl.recording import Recording\n"
        "before = termios.tcgetattr(0)\n"
        "kept = Recording()\n"
        f"status = run.run([{PYTHON!r}, {str(folder / 'child.py')!r}], os.environ, recording=kept)\n"
        "print('status', status, 'same', termios.tcgetattr(0) == before, flush=True)\n" + textwrap.dedent(after) + "\n",
        encoding="utf-8",
    )
    return pexpect.spawn(PYTHON, [str(outer)], encoding="utf-8", timeout=60, dimensions=(31, 97), env=ENV)


def seen(terminal: pexpect.spawn) -> str:
    """Everything until the end."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return str(terminal.before)


def test_the_same_bytes_in_the_same_order_and_a_copy(tmp_path: Path) -> None:
    child = r"""
        import os
        for number in range(50):
            os.write(1, b'out %d\ttab\r\x1b[1m\n' % number)
            os.write(2, b'err %d\n' % number)
        os.write(1, b'no end')
    """
    expected = "".join(f"out {number}\ttab\r\x1b[1m\nerr {number}\n" for number in range(50)) + "no end"
    shown = seen(start(tmp_path, child))
    # The real terminal adds a return before each newline, as it does for a command that is not listened to.
    assert shown.startswith(expected.replace("\n", "\r\n") + "status 0 same True\r\n")
    assert shown.endswith(f"{expected!r}\r\n")


def test_the_command_sees_a_terminal_of_the_same_size_and_follows_it(tmp_path: Path) -> None:
    child = """
        import os, time
        print([os.isatty(stream) for stream in (0, 1, 2)], os.get_terminal_size(1), os.get_terminal_size(2), flush=True)
        while input() != 'end': pass
        deadline = time.monotonic() + 30
        while os.get_terminal_size(1).columns != 120 and time.monotonic() < deadline: time.sleep(0.01)
        print('now', os.get_terminal_size(1).columns, flush=True)
    """
    terminal = start(tmp_path, child)
    terminal.expect_exact("[True, True, True] os.terminal_size(columns=97, lines=31) os.terminal_size(columns=97, ")
    terminal.setwinsize(40, 120)
    terminal.sendline("end")
    terminal.expect("now 120")
    terminal.expect("status 0 same True")
    terminal.expect(pexpect.EOF)


def test_ctrl_c_reaches_the_command_and_its_last_words_the_screen(tmp_path: Path) -> None:
    child = """
        import signal, sys
        signal.signal(2, lambda *_: sys.exit('last words'))
        print('up', flush=True)
        signal.pause()
    """
    terminal = start(tmp_path, child)
    terminal.expect("up")
    terminal.sendintr()
    terminal.expect("last words\r\n")
    terminal.expect("status 1 same True")
    assert "last words" in seen(terminal)


def test_a_killed_command_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    child = "import os, signal, tty\ntty.setraw(0)\nprint('raw', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    terminal = start(tmp_path, child)
    terminal.expect("raw")
    terminal.expect("status 137 same True")
    terminal.expect(pexpect.EOF)


def test_ctrl_z_suspends_both_and_fg_brings_both_back(tmp_path: Path) -> None:
    start(tmp_path, "print('up', flush=True)\nprint('line', input(), flush=True)\n").close(force=True)
    terminal = pexpect.spawn(
        "/bin/bash", ["--norc", "--noprofile", "-i"], encoding="utf-8", timeout=60, echo=False, env=ENV
    )
    terminal.sendline(f"PS1='ready> '; {PYTHON} {tmp_path / 'outer.py'}")
    terminal.expect("up")
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("ready> ")
    terminal.sendline("fg")
    terminal.expect("outer.py")
    terminal.sendline("again")
    terminal.expect("line again")
    terminal.expect("status 0")
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)


def test_what_a_command_leaves_behind_is_not_waited_for_and_still_seen(tmp_path: Path) -> None:
    child = """
        import os, sys
        reads, writes = os.pipe()
        if os.fork() == 0:
            os.setsid()
            while not os.path.exists(sys.argv[0] + '.go'): os.sched_yield()
            print('orphan speaks', flush=True)
            os._exit(0)
        print('parent done', flush=True)
    """
    after = f"""
        print('not waited for', flush=True)
        open({str(tmp_path / "child.py")!r} + '.go', 'w').close()
        input()
        print(repr(kept.text()), flush=True)
    """
    terminal = start(tmp_path, child, after)
    terminal.expect("parent done\r\n")
    terminal.expect("not waited for")
    terminal.expect("orphan speaks")
    terminal.sendline("")
    assert "'parent done\\n'" in seen(terminal)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_is_no_terminal_is_left_alone(tmp_path: Path, stream: str) -> None:
    start(tmp_path, "import os\nos.write(1, b'out')\nos.write(2, b'err')\n").close(force=True)
    redirect = "1" if stream == "stdout" else "2"
    command = f"{PYTHON} {tmp_path / 'outer.py'} {redirect}> {tmp_path / 'file'}"
    shown = seen(pexpect.spawn("/bin/sh", ["-c", command], encoding="utf-8", timeout=60, env=ENV))
    written = (tmp_path / "file").read_text(encoding="utf-8")
    if stream == "stdout":
        assert shown == "err"
        assert written == "outstatus 0 same True\n'err'\n"
    else:
        assert shown == "outstatus 0 same True\r\n'out'\r\n"
        assert written == "err"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    after = f"""
        def count(): return len(os.listdir('/proc/self/fd'))
        first = count()
        for _ in range(5): run.run([{PYTHON!r}, '-c', 'print(1)'], os.environ, recording=Recording())
        print('leaked', count() - first)
    """
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system does not list descriptors")
    assert "leaked 0" in seen(start(tmp_path, "print('once')", after))


@pytest.mark.parametrize(
    ("size", "kept"),
    [(0, 0), (KEPT, KEPT), (2 * KEPT, 2 * KEPT), (10 * KEPT, None)],
)
def test_the_beginning_and_the_end_are_kept(size: int, kept: int | None) -> None:
    line = b"x" * 31 + b"\n"
    data = b"".join(b"%08d" % number + line[8:] for number in range(size // len(line)))
    recording = Recording()
    for start_of_piece in range(0, len(data), 4096):
        recording.add(data[start_of_piece : start_of_piece + 4096])
    text = recording.text()
    assert text.startswith(data[: KEPT // 2].decode())
    assert text.endswith(data[-KEPT // 2 :].decode() if data else "")
    assert set(map(len, text.splitlines())) <= {31}  # no half lines
    assert kept is None or len(text) == kept
