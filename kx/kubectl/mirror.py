"""Let a command print to the terminal and keep a copy, without the command or the person noticing.

A stream that is a terminal gets a pseudo-terminal in its place: the command still sees a terminal of the same size, and
every byte reaches the real one at once and as it was written. One that is a file or a pipe is left alone, and nothing
of it is kept. Standard input, the keyboard and its signals stay with the real terminal. Reads nothing of what passes.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kx.kubectl.recording import Recording

_PIECE = 64 * 1024
_LAST_ROUNDS = 64  # more pieces than a pseudo-terminal holds


class Mirror:
    """The command's ends: ``stdout`` and ``stderr`` for it to use, None for one that is to be inherited."""

    def __init__(self, recording: Recording | None) -> None:
        self._recording = recording
        self._pairs: dict[int, tuple[int, int]] = {}  # the terminal's device -> (our end, the command's end)
        self._targets: dict[int, int] = {}  # our end -> the descriptor of the real terminal
        self._pump: _Pump | None = None
        self.stdout = self._end_for(1)
        self.stderr = self._end_for(2)

    def _end_for(self, stream: int) -> int | None:
        """A pseudo-terminal in place of ``stream``; the same one for both streams where they are one terminal."""
        try:
            if self._recording is None or not os.isatty(stream):
                return None
            device = os.fstat(stream).st_rdev
            if device not in self._pairs:
                self._pairs[device] = ours, theirs = os.openpty()
                self._targets[ours] = stream
                _make_transparent(theirs)
        except (OSError, termios.error):  # no pseudo-terminals left, or a stream that is closed: nothing is kept
            return None
        return self._pairs[device][1]

    def resize(self) -> None:
        """Give each pseudo-terminal the size of the terminal it stands for."""
        for ours, target in self._targets.items():
            try:
                fcntl.ioctl(ours, termios.TIOCSWINSZ, fcntl.ioctl(target, termios.TIOCGWINSZ, bytes(8)))
            except OSError:
                continue

    def started(self) -> None:
        """The command lives: its ends are its own now, and copying begins."""
        self._close_theirs()
        if self._recording is not None and self._targets:
            self._pump = _Pump(self._targets, self._recording)
            self._pump.start()

    def finished(self) -> None:
        """The command has ended: wait until all that it printed is on the screen."""
        if self._pump is not None:
            self._pump.finish()

    def close(self) -> None:
        """Let go of what was never handed over."""
        self._close_theirs()
        if self._pump is None:
            for ours in self._targets:
                os.close(ours)
        self._targets = {}

    def _close_theirs(self) -> None:
        for _, theirs in self._pairs.values():
            os.close(theirs)
        self._pairs = {}


@contextmanager
def mirrored(recording: Recording | None) -> Iterator[Mirror]:
    """A ``Mirror`` for one command; with no recording it stands aside. Follows the window's size meanwhile."""
    mirror = Mirror(recording)
    try:
        mirror.resize()
        with _following_the_window(mirror, bool(mirror.stdout or mirror.stderr)):
            yield mirror
    finally:
        mirror.close()


@contextmanager
def _following_the_window(mirror: Mirror, wanted: bool) -> Iterator[None]:
    before = signal.getsignal(signal.SIGWINCH) if wanted else None
    if before is None:  # nothing to follow, or somebody else's handler that could not be put back
        yield
        return

    def resized(number: int, frame: FrameType | None) -> None:
        mirror.resize()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGWINCH, resized)
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)


def _make_transparent(descriptor: int) -> None:
    """Let bytes through as they are: the real terminal does to them what it would have done without us."""
    settings = termios.tcgetattr(descriptor)
    settings[1] &= ~termios.OPOST
    settings[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


class _Pump(threading.Thread):
    """Copies from our ends to the real terminal. A process that the command left behind is served until kx ends."""

    def __init__(self, targets: dict[int, int], recording: Recording) -> None:
        super().__init__(name="mirror", daemon=True)
        self._targets = dict(targets)
        self._recording: Recording | None = recording
        self._hears_end, self._tells_end = os.pipe()
        self._quiet = threading.Event()

    def finish(self) -> None:
        """Wait until everything printed so far is copied."""
        os.write(self._tells_end, b".")
        self._quiet.wait()
        os.close(self._tells_end)
        os.close(self._hears_end)

    def run(self) -> None:
        while self._targets and not self._copy_ready(self._hears_end):
            pass
        # What the command printed before it ended lies ready; one that it left behind may go on printing for ever.
        rounds = 0
        while self._targets and rounds < _LAST_ROUNDS and self._copy_ready(None):
            rounds += 1
        self._recording = None  # what comes now is not the command's own
        self._quiet.set()
        while self._targets:
            self._copy_ready(None, None)

    def _copy_ready(self, hears_end: int | None, patience: float | None = 0) -> bool:
        """Copy what is ready. With ``hears_end``: wait for something, and say whether that was the command's end.
        Without: wait for ``patience`` seconds (None: as long as it takes), and say whether there was anything.
        """
        waiting = [*self._targets, *([] if hears_end is None else [hears_end])]
        ready, _, _ = select.select(waiting, [], [], patience if hears_end is None else None)
        for ours in ready:
            if ours != hears_end and not self._copy(ours):
                del self._targets[ours]
                os.close(ours)
        return bool(ready) if hears_end is None else hears_end in ready

    def _copy(self, ours: int) -> bool:
        """Copy what is there; False when nothing will come any more, or nobody can see it."""
        try:
            data = os.read(ours, _PIECE)
            _write(self._targets[ours], data)
        except OSError:
            return False
        if self._recording is not None:
            self._recording.add(data)
        return bool(data)


def _write(target: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(target, rest) :]
        except BlockingIOError:  # somebody made the terminal non-blocking
            select.select([], [target], [])
