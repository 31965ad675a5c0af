"""Run several programs at once, no more than a few at a time, with nothing to read; stop them all when asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Lock

_STOP_SECONDS = 2
_NOT_FOUND = 127


@dataclass(frozen=True)
class Result:
    """What came of one program."""

    context: str
    status: int
    output: bytes
    errors: bytes


class Pool:
    """The programs that run now. ``stop`` ends them and lets no other start."""

    def __init__(self, env: Mapping[str, str], jobs: int) -> None:
        self._env = dict(env)
        self._jobs = jobs
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, commands: Mapping[str, Sequence[str]]) -> Iterator[Result]:
        """Run every command (context -> argv); results come in the order in which they end."""
        with ThreadPoolExecutor(self._jobs) as workers:
            futures: list[Future[Result | None]] = [
                workers.submit(self._one, context, argv) for context, argv in commands.items()
            ]
            try:
                for future in as_completed(futures):
                    result = future.result()
                    if result is not None:
                        yield result
            finally:
                self.stop()

    def stop(self) -> None:
        """End what still runs: kindly, then by force."""
        with self._lock:
            self._stopped = True
            left = list(self._running)
        for number in (signal.SIGTERM, signal.SIGKILL):
            for child in left:
                _signal(child, number)
            left = _living(left, _STOP_SECONDS)

    def _one(self, context: str, argv: Sequence[str]) -> Result | None:
        try:
            child = self._start(argv)
        except OSError as error:
            return Result(context, _NOT_FOUND, b"", f"{argv[0]}: {error.strerror}\n".encode())
        if child is None:
            return None
        try:
            output, errors = child.communicate()
        finally:
            with self._lock:
                self._running.discard(child)
        status = child.returncode
        return Result(context, status if status >= 0 else 128 - status, output, errors)

    def _start(self, argv: Sequence[str]) -> subprocess.Popen[bytes] | None:
        """Start a program in a group of its own, so that what it starts can be ended with it."""
        with self._lock:
            if self._stopped:
                return None
            child = subprocess.Popen(
                list(argv),
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._running.add(child)
            return child


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass


def _living(children: list[subprocess.Popen[bytes]], seconds: float) -> list[subprocess.Popen[bytes]]:
    end = time.monotonic() + seconds
    while any(child.poll() is None for child in children) and time.monotonic() < end:
        time.sleep(0.02)
    return [child for child in children if child.poll() is None]
