from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pexpect
import pytest

from kx.errors import KxError
from kx.kubectl import run
from kx.kubectl.find import Kubectl

PYTHON = sys.executable
ENV = {**os.environ, "PYTHONPATH": str(Path(run.__file__).parents[2]), "TERM": "dumb"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("import os, signal; signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGINT)", 130),
    ],
)
def test_the_exit_status_is_the_commands_own(code: str, status: int) -> None:
    assert run.run([PYTHON, "-c", code], os.environ) == status


def test_words_travel_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["a b", "$HOME", "*", "", "'q'"]
    assert run.run([PYTHON, "-c", "import sys; print(sys.argv[1:])", *words], os.environ) == 0
    assert capfd.readouterr().out == f"{words}\n"


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    with pytest.raises(KxError, match="no such program") as raised:
        run.run([str(tmp_path / "missing")], os.environ)
    assert raised.value.status == 127
    with pytest.raises(KxError, match="Permission denied") as raised:
        run.run([str(tmp_path)], os.environ)
    assert raised.value.status == 126


def test_signal_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)]
    run.run([PYTHON, "-c", ""], os.environ)
    after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)]
    assert before == after


@pytest.mark.parametrize(
    ("shell", "expected"),
    [("/bin/sh", "/bin/sh"), ("", "/bin/sh"), ("sh", "/bin/sh"), ("/no/such/shell", "/bin/sh")],
)
def test_the_users_shell_gets_the_text_untouched(shell: str, expected: str) -> None:
    text = "kubectl get pods | grep 'a  b' && echo $HOME"
    assert run.shell_argv(text, {"SHELL": shell}) == [expected, "-c", text]


def test_the_word_kubectl_means_the_kubectl_found(tmp_path: Path) -> None:
    kubectl = tmp_path / "kubectl.1.28"
    kubectl.write_text("#!/bin/sh\necho this one\n", encoding="utf-8")
    kubectl.chmod(0o755)
    folder = tmp_path / "private"
    folder.mkdir()
    env = run.shell_env(Kubectl(kubectl, "override"), os.environ, folder)
    done = subprocess.run(["/bin/sh", "-c", "kubectl"], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "this one\n"
    (tmp_path / "bin").mkdir()
    plain = tmp_path / "bin" / "kubectl"
    plain.symlink_to(kubectl)
    path = f"{plain.parent}:/bin"
    assert run.shell_env(Kubectl(plain, "path"), {"PATH": path}, folder)["PATH"] == path


# What a person at a terminal would see: a program runs `run.run`, and keys are typed at it.


def start(tmp_path: Path, child: str, after: str = "") -> pexpect.spawn:
    child_file = tmp_path / "child.py"
    child_file.write_text(textwrap.dedent(child), encoding="utf-8")
    outer = tmp_path / "outer.py"
    outer.write_text(
        "import os, sys, termios\n"
        "from kx.kubectl import run\n"
        "before = termios.tcgetattr(0)\n"
        f"status = run.run([{PYTHON!r}, {str(child_file)!r}], os.environ)\n"
        "print('status', status, 'same', termios.tcgetattr(0) == before, flush=True)\n" + textwrap.dedent(after),
        encoding="utf-8",
    )
    return pexpect.spawn(PYTHON, [str(outer)], encoding="utf-8", timeout=60, dimensions=(31, 97), env=ENV)


def test_ctrl_c_reaches_the_child_and_not_kx(tmp_path: Path) -> None:
    child = """
        import signal
        signal.signal(2, signal.SIG_DFL)
        print('up', flush=True)
        signal.pause()
    """
    terminal = start(tmp_path, child)
    terminal.expect("up")
    terminal.sendintr()
    terminal.expect("status 130 same True")
    terminal.expect(pexpect.EOF)


def test_a_child_that_handles_ctrl_c_goes_on(tmp_path: Path) -> None:
    child = """
        import signal
        signal.signal(2, lambda *_: print('caught', flush=True))
        print('up', flush=True)
        while input() != 'end': pass
    """
    terminal = start(tmp_path, child)
    terminal.expect("up")
    terminal.sendintr()
    terminal.expect("caught")
    terminal.sendline("end")
    terminal.expect("status 0 same True")
    terminal.expect(pexpect.EOF)


def test_termios_comes_back_after_a_child_killed_in_raw_mode(tmp_path: Path) -> None:
    terminal = start(tmp_path, "import os, signal, tty\ntty.setraw(0)\nos.kill(os.getpid(), signal.SIGKILL)\n")
    terminal.expect("status 137 same True")
    terminal.expect(pexpect.EOF)


def test_the_terminal_comes_back_from_a_killed_child_that_took_it(tmp_path: Path) -> None:
    child = """
        import os, signal
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        os.kill(os.getpid(), signal.SIGKILL)
    """
    terminal = start(tmp_path, child, "print('read', input())")
    terminal.expect("status 137 same True")
    terminal.sendline("still here")
    terminal.expect("read still here")
    terminal.expect(pexpect.EOF)


def test_the_window_size_is_the_terminals_own_and_its_changes_arrive(tmp_path: Path) -> None:
    child = """
        import os, signal
        def show(*_): print('size', *os.get_terminal_size(), flush=True)
        signal.signal(signal.SIGWINCH, show)
        show()
        while input() != 'end': pass
    """
    terminal = start(tmp_path, child)
    terminal.expect("size 97 31")
    terminal.setwinsize(40, 120)
    terminal.expect("size 120 40")
    terminal.sendline("end")
    terminal.expect("status 0 same True")
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


def test_a_request_to_end_is_passed_on(tmp_path: Path) -> None:
    child = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(9))\nprint('up', flush=True)\nsignal.pause()\n"
    terminal = start(tmp_path, child)
    terminal.expect("up")
    terminal.kill(signal.SIGTERM)
    terminal.expect("status 9 same True")
    terminal.expect(pexpect.EOF)


def test_ctrl_c_while_the_child_is_being_started_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    start = subprocess.Popen

    def interrupted(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        os.kill(os.getpid(), signal.SIGINT)
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    code = "import signal; signal.signal(2, signal.SIG_DFL); print('up', flush=True); signal.pause()"
    assert run.run([PYTHON, "-c", code], os.environ) in (130, 1)
