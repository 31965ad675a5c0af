"""Starting, finding, stopping, emptying and copying the one practice cluster of a user.

A running server is known by the lock it holds, which no crash can leave behind; its process id and port are in a file
beside it. Starters take turns through a second lock, so two starts at once give one server.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from kx.errors import KxError, UsageError
from kx.paths import cache_dir
from kx.practice import kubeconfig, schema
from kx.practice import options as options_file
from kx.practice.asking import Asking
from kx.practice.auth import Keeper, ensure_token
from kx.practice.home import Home, find
from kx.practice.journal import Journal
from kx.practice.kubeconfig import server_url
from kx.practice.options import Options
from kx.practice.snapshots import Snapshots
from kx.practice.status import ApiError

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.01
_LOG_BYTES = 1_000_000  # a larger log is put aside at the next start
_PASSED_ON = ("HOME", "PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "XDG_CACHE_HOME")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """A server that is alive."""

    pid: int
    port: int
    ingress: int = 0  # the loopback port of the Ingresses, 0 for none

    @property
    def url(self) -> str:
        """Where it answers."""
        return server_url(self.port)


@dataclass(frozen=True)
class State:
    """What is known of a user's practice cluster."""

    home: Home
    running: Running | None
    crashed: bool  # a server ended without being stopped


Change = Callable[[Options], Options]


def _unchanged(options: Options) -> Options:
    return options


def _quiet(text: str) -> None:
    print(text, file=sys.stderr)


def state(env: Mapping[str, str] = os.environ) -> State:
    """Whether the cluster is running, and since when it is not."""
    home = find(env)
    running = _running(home)
    return State(home, running, crashed=running is None and home.server.exists())


def options(home: Home) -> Options:
    """How the cluster runs, or will run when it is started next."""
    return options_file.read(home.options)


def start(env: Mapping[str, str] = os.environ, say: Say = _quiet, change: Change = _unchanged) -> tuple[State, bool]:
    """Start the cluster unless it is running; the state, and whether it was started by this call.

    ``change`` makes the options of those it was last started with. A cluster that runs is not restarted for other
    ones, since that would end whatever is going on in it: ``KxError``.
    """
    home = find(env).make()
    with _locked(home.start_lock):
        kept = options(home)
        wanted = change(kept)
        if running := _running(home):
            if wanted != kept:
                raise _runs_otherwise(kept)
            return State(home, running, False), False
        if wrong := options_file.problem(wanted):
            raise UsageError(wrong)
        if wanted != kept:
            options_file.write(home.options, wanted)
        schema.ensure(cache_dir(env), say)
        _launch(home, env)
        return State(home, _running(home), False), True


def ensure_started(env: Mapping[str, str] = os.environ, say: Say = _quiet) -> Path:
    """The kubeconfig of a cluster that runs."""
    return start(env, say)[0].home.kubeconfig


def kubeconfig_for(user: str, groups: tuple[str, ...], env: Mapping[str, str] = os.environ) -> Path:
    """The kubeconfig with which somebody else than the owner asks; the cluster is started if need be.

    Raises ``UsageError`` for a name that only the cluster's own parts may have.
    """
    if not user or any(name.startswith("system:") for name in (user, *groups)):
        raise UsageError(
            f'"{user}" cannot be a person of the practice cluster',
            "Names that begin with system: are those of the cluster's own parts; kubectl --as can play them.",
        )
    state = start(env)[0]
    assert state.running is not None
    home = state.home
    keeper = Keeper("", ensure_token(home.signing_key), lambda: datetime.now(timezone.utc), lambda *_: False)
    return kubeconfig.write_for(home, state.running.port, user, keeper.issue_user(user, groups))


def stop(env: Mapping[str, str] = os.environ) -> bool:
    """End the server and wait until it has ended; False when none was running."""
    home = find(env)
    if not home.folder.exists():
        return False
    with _locked(home.start_lock):
        return _stop(home)


def asking(env: Mapping[str, str] = os.environ) -> Asking:
    """Whom to ask. Raises ``KxError`` when the cluster is not running."""
    home = find(env)
    running = _running(home)
    if running is None:
        raise KxError("the practice cluster is not running", "Start it: kx practice start")
    return Asking(home, running.port)


def reset(env: Mapping[str, str] = os.environ) -> bool:
    """Forget every object. A running server begins anew without a restart; True when there was one."""
    home = find(env)
    if not home.folder.exists():
        return False
    with _locked(home.start_lock):
        running = _running(home)
        if running is not None:
            Asking(home, running.port).ask("POST", "/kx/reset")
            return True
        for suffix in ("", "-wal", "-shm"):
            home.database.with_name(home.database.name + suffix).unlink(missing_ok=True)
        home.server.unlink(missing_ok=True)
        return False


def snapshot(name: str, again: bool = False, env: Mapping[str, str] = os.environ) -> None:
    """Copy the cluster as it is now; ``again`` replaces a copy of that name. Raises ``KxError``."""
    with _at_rest(env) as (home, running):
        if running is not None:
            Asking(home, running.port).ask("POST", "/kx/snapshot", name=name, again=str(again).lower())
            return
        if not home.database.exists():
            raise KxError("there is nothing to copy yet: the practice cluster was never started")
        with closing(Journal(home.database)) as journal:
            Snapshots(home.snapshots).take(name, journal, again)


def restore(name: str, env: Mapping[str, str] = os.environ) -> bool:
    """Have a copy back in place of everything there is; True when the cluster is running. Raises ``KxError``."""
    with _at_rest(env) as (home, running):
        if running is not None:
            Asking(home, running.port).ask("POST", "/kx/restore", name=name)
            return True
        rows, revision = Snapshots(home.snapshots).read(name)
        with closing(Journal(home.database)) as journal:
            journal.replace(rows, max(revision, journal.revision()) + 1)
        return False


def snapshots(env: Mapping[str, str] = os.environ) -> list[str]:
    """The names of all copies."""
    return Snapshots(find(env).snapshots).names()


@contextmanager
def _at_rest(env: Mapping[str, str]) -> Iterator[tuple[Home, Running | None]]:
    """Nobody starts or stops the server meanwhile; refusals are the user's to read."""
    home = find(env).make()
    with _locked(home.start_lock):
        try:
            yield home, _running(home)
        except ApiError as error:
            raise KxError(error.message) from error


def _runs_otherwise(kept: Options) -> KxError:
    how = f"with {kept.words}" if kept.words else "with its usual options"
    return KxError(
        f"the practice cluster is running already, {how}",
        "Other options need a stop first: kx practice stop (everything in it is kept)",
    )


def _running(home: Home) -> Running | None:
    if not _is_locked(home.server_lock):
        return None
    try:
        found = json.loads(home.server.read_text())
        return Running(found["pid"], found["port"], found.get("ingress", 0))
    except (FileNotFoundError, ValueError, KeyError):
        return None  # a server that is still starting or about to end


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _launch(home: Home, env: Mapping[str, str]) -> None:
    """Start the server in a session of its own and wait for its word that it answers."""
    _await_end(home, lambda: _refuse_to_wait(home))
    package = Path(__file__).parents[2]
    passed = {name: env[name] for name in _PASSED_ON if name in env} | {"PYTHONPATH": str(package)}
    if home.log.exists() and home.log.stat().st_size > _LOG_BYTES:
        home.log.replace(home.log.with_name(home.log.name + ".old"))
    listen, tell = os.pipe()
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "kx.practice.serve", str(home.folder), str(tell)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=passed,
            start_new_session=True,
            pass_fds=(tell,),
        )
    finally:
        os.close(tell)
        os.close(log)
    process.wait()  # the process forks at once; this is not the server's end
    answer = _first_line(listen)
    if answer is None:
        os.killpg(process.pid, signal.SIGKILL)
        answer = f"it did not answer within {_START_SECONDS:.0f} seconds"
    if answer != "ready":
        why = answer or _last_words(home.log)
        raise KxError(f"the practice cluster did not start: {why}", f"Its log: {home.log}")


def _first_line(descriptor: int) -> str | None:
    """What the server says first; "" when it ends without a word, None when it says nothing in time."""
    with os.fdopen(descriptor, "rb") as answers:
        if not select.select([answers], [], [], _START_SECONDS)[0]:
            return None
        return answers.readline().decode().strip()


def _refuse_to_wait(home: Home) -> None:
    raise KxError("another practice cluster is starting or ending and does not get on with it", f"Its log: {home.log}")


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _stop(home: Home) -> bool:
    running = _running(home)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    _await_end(home, lambda: os.kill(running.pid, signal.SIGKILL))
    return True


def _await_end(home: Home, insist: Callable[[], None]) -> None:
    """Wait until no server holds the lock; ``insist`` is called when that takes too long."""
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_locked(home.server_lock):
        if time.monotonic() > deadline:
            insist()
            deadline = time.monotonic() + _STOP_SECONDS
        time.sleep(_POLL_SECONDS)
