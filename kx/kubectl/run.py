"""Run a command with the terminal handed to it untouched, and give the terminal back whatever happens.

The child shares kx's process group, so the keyboard's signals reach it as they would without kx: Ctrl-C stops the
child and not kx; Ctrl-Z suspends both, and both go on together. Knows no kubectl words.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from kx.errors import KxError
from kx.kubectl.find import Kubectl
from kx.kubectl.mirror import mirrored
from kx.kubectl.recording import Recording

_NOT_EXECUTABLE = 126
_NOT_FOUND = 127
_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
_FORWARDED = (signal.SIGTERM, signal.SIGHUP)
_Handler = Callable[[int, FrameType | None], None]


def run(
    argv: Sequence[str], env: Mapping[str, str], stdin: int | None = None, recording: Recording | None = None
) -> int:
    """Run ``argv`` with this process's terminal and wait; must be called in the main thread.

    Returns the exit status as a shell counts it: the command's own, or 128 + the signal that ended it.
    ``stdin``: a file descriptor, or None to inherit. ``recording`` gets a copy of what is printed on a terminal (see
    ``mirror``). Raises ``KxError`` when the program cannot be started.
    """
    with _terminal_restored(), mirrored(recording) as mirror, _Signals() as signals:
        try:
            child = subprocess.Popen(list(argv), env=dict(env), stdin=stdin, stdout=mirror.stdout, stderr=mirror.stderr)
        except FileNotFoundError as error:
            raise _not_found(argv[0]) from error
        except OSError as error:
            raise KxError(f"{argv[0]}: {error.strerror}", status=_NOT_EXECUTABLE) from error
        signals.started(child)
        mirror.started()
        with child:
            status = child.wait()
        mirror.finished()
    return status if status >= 0 else 128 - status


def _not_found(program: str) -> KxError:
    if os.path.exists(program):  # the system says the same of a script whose interpreter is missing
        return KxError(f"{program}: the program that its first line names does not exist", status=_NOT_FOUND)
    return KxError(f"{program}: no such program", status=_NOT_FOUND)


def shell_argv(text: str, env: Mapping[str, str]) -> list[str]:
    """The user's shell (else /bin/sh) asked to run ``text`` exactly as it stands."""
    shell = env.get("SHELL", "")
    usable = os.path.isabs(shell) and os.access(shell, os.X_OK)
    return [shell if usable else "/bin/sh", "-c", text]


def shell_env(kubectl: Kubectl, env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """An environment in which a shell's word ``kubectl`` means ``kubectl``.

    Where PATH would find another one (or none), ``folder`` (private, existing) gets a link and goes first.
    """
    path = env.get("PATH", os.defpath)
    if shutil.which("kubectl", path=path) == str(kubectl.path):
        return dict(env)
    link = folder / "kubectl"
    if not link.is_symlink() or os.readlink(link) != str(kubectl.path.absolute()):
        link.unlink(missing_ok=True)
        link.symlink_to(kubectl.path.absolute())
    return {**env, "PATH": f"{folder}{os.pathsep}{path}"}


class _Signals:
    """While a child runs: the keyboard's signals are the child's business, and a request to end is passed on."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []  # signals that came while the child was being started
        self._stack = ExitStack()

    def __enter__(self) -> _Signals:
        for number in _KEYBOARD:
            self._set(number, self._keyboard)
        for number in _FORWARDED:
            self._set(number, self._forward)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # A Python handler, not SIG_IGN: handlers go back to the default in the child, ignored signals stay ignored.
    def _set(self, number: signal.Signals, handler: _Handler) -> None:
        before = signal.getsignal(number)
        if before is signal.SIG_IGN:  # `nohup kx …`: the caller's wish holds for the child too
            return
        signal.signal(number, handler)
        self._stack.callback(signal.signal, number, before)

    def started(self, child: subprocess.Popen[bytes]) -> None:
        """The child lives now; what came before it could hear anything is passed on."""
        self._child = child
        for number in self._early:
            child.send_signal(number)

    def _keyboard(self, number: int, frame: FrameType | None) -> None:
        """The terminal sends these to the child as well: it decides, as soon as there is one."""
        if self._child is None:
            self._early.append(number)

    def _forward(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        else:
            self._child.send_signal(number)


@contextmanager
def _terminal_restored() -> Iterator[None]:
    """Put the terminal's settings back as they were, also after a child that was killed in raw mode."""
    descriptor = next((stream for stream in (0, 1, 2) if _is_terminal(stream)), None)
    before = termios.tcgetattr(descriptor) if descriptor is not None else None
    try:
        yield
    finally:
        if descriptor is not None and before is not None and _is_ours(descriptor):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _is_ours(descriptor: int) -> bool:
    """Whether kx is in the foreground (a background process that touches the terminal is stopped).

    A child with job control of its own that was killed leaves the terminal to a group that is gone: take it back.
    """
    try:
        group = os.tcgetpgrp(descriptor)
        if group != os.getpgrp() and not _lives(group):
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
            try:
                os.tcsetpgrp(descriptor, os.getpgrp())
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
