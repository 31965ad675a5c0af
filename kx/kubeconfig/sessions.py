"""The folders of overlays: one for each session, gone with it; where a session was killed, gone with the next one.

A session of kx holds a lock in its folder while it lives. A terminal in which kx was only called has no process of
ours: its folder is named after the terminal's first process, by number and time of start, which together are never
used twice. Whether processes of another container live cannot be seen, so their folders are left alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kx import paths, term
from kx.errors import KxError
from kx.kubeconfig import read

FILE = "config"
_LOCK = "alive"
_ADDED = "added-"
_TERMINAL = "terminal"


@contextmanager
def folder(env: Mapping[str, str]) -> Iterator[Path]:
    """A new folder for a session of this process, gone when the block ends."""
    with _all_to_ourselves(env) as parent:
        own = parent / f"{os.getpid()}-{os.urandom(4).hex()}"
        own.mkdir(mode=0o700)
        descriptor = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield own
    finally:
        _retire(own, env)
        os.close(descriptor)


def of_terminal(env: Mapping[str, str]) -> Path:
    """A new folder for the terminal that kx was called in."""
    process = os.getsid(0) or os.getppid()  # 0: the terminal's first process belongs to another container
    if not _started(process):
        process = os.getppid()
    with _all_to_ourselves(env) as parent:
        name = f"{_TERMINAL}-{_world()}-{process}-{_started(process)}-{os.urandom(4).hex()}"
        own = parent / name
        own.mkdir(mode=0o700)
    return own


def is_of_terminal(env: Mapping[str, str], file: Path) -> bool:
    """Whether a kubeconfig file is the overlay of a terminal."""
    return file.name == FILE and file.parent.name.startswith(f"{_TERMINAL}-") and file.parent.parent == _parent(env)


def added(own: Path) -> tuple[Path, ...]:
    """The files that were set aside in a session's folder, in order."""
    return tuple(sorted(own.glob(f"{_ADDED}*")))


def set_aside(file: Path) -> None:
    """Give an overlay that holds more than kx wrote another name: it is not kx's to overwrite."""
    if file.exists() and _holds_more(file):
        file.rename(file.with_name(f"{_ADDED}{len(added(file.parent)):03}"))


@contextmanager
def _all_to_ourselves(env: Mapping[str, str]) -> Iterator[Path]:
    """The folder of all sessions, which nobody else changes meanwhile, and where only living ones are left."""
    parent = _parent(env)
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in parent.iterdir():
            if _dead(left):
                _retire(left, env)
        yield parent
    finally:
        os.close(descriptor)


def _parent(env: Mapping[str, str]) -> Path:
    """The folder of all sessions: in the runtime folder the system gives this user, else under kx's state."""
    runtime = env.get("XDG_RUNTIME_DIR", "")
    usable = os.path.isabs(runtime) and os.access(runtime, os.W_OK) and os.stat(runtime).st_uid == os.getuid()
    parent = (Path(runtime) / "kx" if usable else paths.state_dir(env)) / "sessions"
    try:
        paths.private_folder(parent)
        parent.chmod(0o700)
        if os.access(parent, os.W_OK):
            return parent
    except (OSError, paths.NoFolderError):
        pass  # a home that cannot be written to is no reason not to work
    return _temporary_parent()


def _temporary_parent() -> Path:
    """A folder of this user in the system's temporary one, where everybody may make names: it must be ours alone."""
    parent = paths.private_folder(Path(tempfile.gettempdir()) / f"kx-{os.getuid()}")
    status = parent.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise KxError(f"{parent} is not a folder of yours alone", "Remove it, or name another place with TMPDIR.")
    return parent


def _dead(own: Path) -> bool:
    """Whether the session of this folder has ended. Asked under the lock of all sessions."""
    kind, *rest = own.name.split("-")
    if kind == _TERMINAL:
        return len(rest) == 4 and rest[0] == _world() and _started(int(rest[1])) != rest[2]
    try:
        descriptor = os.open(own / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _world() -> str:
    """What tells the processes of this container from those of others, which may share our folders."""
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return "host"


def _started(process: int) -> str:
    """When a process was started, in the system's own words without separators; empty if there is none."""
    try:
        found = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        # proc(5): the name of the program, the second field, is in brackets and may hold any sign.
        return found.rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        if os.path.isdir("/proc/self"):
            return ""
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(process)], capture_output=True, text=True, check=False)
    return "".join(done.stdout.split()).replace(":", "")


def _retire(own: Path, env: Mapping[str, str]) -> None:
    """Remove a session's folder; a file that holds more than kx wrote is moved to a place where it stays."""
    set_aside(own / FILE)
    for number, file in enumerate(added(own)):
        kept = paths.private_folder(paths.state_dir(env) / "kept") / f"kubeconfig-{own.name}-{number}"
        shutil.move(file, kept)
        term.say(f"A command of this session wrote a new cluster, user or context; it is kept in {kept}")
    shutil.rmtree(own, ignore_errors=True)


def _holds_more(file: Path) -> bool:
    try:
        config = read.load_file(file)
    except KxError:
        return True
    return bool(config.servers or config.users or len(config.contexts) > 1)
