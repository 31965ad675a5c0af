"""A session's own context and namespace: a small kubeconfig file that stands first in ``KUBECONFIG``.

It holds the current context and that context's entry, nothing else: clusters and credentials stay in the files that
own them, where their relative paths keep working. kubectl lets the first file win, so a session switches without any
other terminal noticing. Each session has a folder of its own, held by a lock while it lives; folders whose lock is
free were left by dead sessions.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kx import paths, term
from kx.errors import KxError
from kx.kubeconfig import find, read
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.quote import quoted
from kx.kubeconfig.where import Where
from kx.records import dataclass, replace

_LOCK = "alive"
_FILE = "config"
_ADDED = "added-"


@dataclass(frozen=True)
class Overlay:
    """The overlay of one living session. ``base`` are the files behind it, in kubectl's order."""

    file: Path
    base: tuple[Path, ...]

    @property
    def kubeconfig(self) -> str:
        """The value for ``KUBECONFIG``: the overlay first."""
        return find.path_list((self.file, *self._rest()))

    def load(self) -> Kubeconfig:
        """The merged kubeconfig as a command of this session sees it."""
        return read.load({"KUBECONFIG": self.kubeconfig})

    def where(self) -> Where:
        """Where a command of this session goes now."""
        return read.where(self.load(), kubeconfig=self.kubeconfig)

    def switch(self, context: str, namespace: str = "") -> Where:
        """Choose ``context`` (and a namespace other than its own) for this session; the result is where it is now.

        Raises ``KxError`` when no file has that context. Going back to a context brings its own namespace again.
        """
        config = self._behind()
        entry = config.contexts.get(context)
        if entry is None:
            raise read.no_such_context(context, config)
        _write(self.file, replace(entry, namespace=namespace or entry.namespace))
        return self.where()

    def entry_behind(self, context: str) -> Context | None:
        """The entry of ``context`` in the user's own files, whatever this session chose."""
        return self._behind().contexts.get(context)

    def settle(self) -> None:
        """Bring a context that a command chose (`kubectl config use-context`) into the overlay, entry and all.

        Until then a change of "the current context" would be written to the user's own file.
        """
        if not self.file.exists():
            return
        own = read.load_file(self.file)
        if own.current_context not in own.contexts and self.entry_behind(own.current_context):
            self.switch(own.current_context)

    def forget(self) -> None:
        """Choose nothing: the user's own files decide again."""
        self.file.unlink(missing_ok=True)

    def _behind(self) -> Kubeconfig:
        return read.merge(tuple(read.load_file(path) for path in self._rest() if path.exists()))

    def _rest(self) -> tuple[Path, ...]:
        """What stands behind the overlay: files that programs of this session wrote, then the user's own."""
        return (*_added(self.file.parent), *self.base)

    def set_namespace(self, namespace: str) -> Where:
        """Choose a namespace for this session's current context. Raises ``KxError`` when there is no context."""
        config = self.load()
        entry = config.contexts.get(config.current_context)
        if entry is None:
            raise KxError("no context is chosen, so there is nothing to set a namespace for", "Choose one: ctx NAME")
        _write(self.file, replace(entry, namespace=namespace))
        return self.where()


@contextmanager
def session(env: Mapping[str, str], kubeconfig: str | None = None) -> Iterator[Overlay]:
    """A private folder with an (at first missing) overlay file; both are gone when the block ends.

    Folders left by dead sessions are removed first. What a program added to the overlay (`gcloud … get-credentials`
    writes a new cluster to the first file of ``KUBECONFIG``) is not lost: that file is kept, and the user told where.
    """
    base = find.files(env, kubeconfig)
    for path in base:
        if os.pathsep in str(path):
            raise KxError(f"KUBECONFIG cannot carry the path {path}: it holds a {os.pathsep!r}", "Give it a link.")
    folder = _sessions(env)
    with _locked(folder, os.O_RDONLY | os.O_DIRECTORY):
        for left in folder.iterdir():
            if _dead(left):
                _retire(left, env)
        own = folder / f"{os.getpid()}-{os.urandom(4).hex()}"
        own.mkdir(mode=0o700)
        descriptor = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield Overlay(file=own / _FILE, base=tuple(path.absolute() for path in base))
    finally:
        _retire(own, env)
        os.close(descriptor)


def _sessions(env: Mapping[str, str]) -> Path:
    """The folder of all sessions: in the runtime folder the system gives this user, else under kx's state."""
    runtime = env.get("XDG_RUNTIME_DIR", "")
    usable = os.path.isabs(runtime) and os.access(runtime, os.W_OK) and os.stat(runtime).st_uid == os.getuid()
    folder = (Path(runtime) / "kx" if usable else paths.state_dir(env)) / "sessions"
    try:
        paths.private_folder(folder)
        folder.chmod(0o700)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, paths.NoFolderError):
        pass  # a home that cannot be written to is no reason not to work
    return _temporary_sessions()


def _temporary_sessions() -> Path:
    """A folder of this user in the system's temporary one, where everybody may make names: it must be ours alone."""
    folder = paths.private_folder(Path(tempfile.gettempdir()) / f"kx-{os.getuid()}")
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise KxError(f"{folder} is not a folder of yours alone", "Remove it, or name another place with TMPDIR.")
    return folder


@contextmanager
def _locked(path: Path, flags: int) -> Iterator[None]:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _dead(own: Path) -> bool:
    """Whether the session of this folder has ended: nobody holds its lock. Asked under the lock of all sessions."""
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


def _retire(own: Path, env: Mapping[str, str]) -> None:
    """Remove a session's folder; a file that holds more than kx wrote is moved to a place where it stays."""
    _set_aside(own / _FILE)
    for number, file in enumerate(_added(own)):
        kept = paths.private_folder(paths.state_dir(env) / "kept") / f"kubeconfig-{own.name}-{number}"
        shutil.move(file, kept)
        term.say(f"A command of this session wrote a new cluster, user or context; it is kept in {kept}")
    shutil.rmtree(own, ignore_errors=True)


def _added(own: Path) -> tuple[Path, ...]:
    return tuple(sorted(own.glob(f"{_ADDED}*")))


def _set_aside(file: Path) -> None:
    """Give an overlay that holds more than kx wrote another name: it is not kx's to overwrite."""
    if file.exists() and _holds_more(file):
        file.rename(file.with_name(f"{_ADDED}{len(_added(file.parent)):03}"))


def _holds_more(file: Path) -> bool:
    try:
        config = read.load_file(file)
    except KxError:
        return True
    return bool(config.servers or config.users or len(config.contexts) > 1)


def _write(file: Path, entry: Context) -> None:
    """Replace the overlay atomically; what a program added to it is set aside, not lost."""
    _set_aside(file)
    namespace = f"\n    namespace: {quoted(entry.namespace)}" if entry.namespace else ""
    text = (
        "apiVersion: v1\nkind: Config\n"
        f"current-context: {quoted(entry.name)}\n"
        "contexts:\n- context:\n"
        f"    cluster: {quoted(entry.cluster)}\n"
        f"    user: {quoted(entry.user)}{namespace}\n"
        f"  name: {quoted(entry.name)}\n"
    )
    fresh = file.with_name("fresh")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(fresh, file)
