"""A session's own context and namespace: a small kubeconfig file that stands first in ``KUBECONFIG``.

It holds the current context and that context's entry, nothing else: clusters and credentials stay in the files that
own them, where their relative paths keep working. kubectl lets the first file win, so a session switches without any
other terminal noticing. How long the file lives is for ``sessions`` to say.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig import find, read, sessions
from kx.kubeconfig.model import Context, Kubeconfig
from kx.kubeconfig.quote import quoted
from kx.kubeconfig.where import Where
from kx.records import dataclass, replace


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
        return read.merge(tuple(read.load_file(path) for path in self._rest() if not find.is_missing(path)))

    def _rest(self) -> tuple[Path, ...]:
        """What stands behind the overlay: files that programs of this session wrote, then the user's own."""
        return (*sessions.added(self.file.parent), *self.base)

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

    What dead sessions left is removed first. What a program added to the overlay (`gcloud … get-credentials`
    writes a new cluster to the first file of ``KUBECONFIG``) is not lost: that file is kept, and the user told where.
    """
    base = _base(find.files(env, kubeconfig))
    with sessions.folder(env) as own:
        yield Overlay(file=own / sessions.FILE, base=base)


def terminal(env: Mapping[str, str], kubeconfig: str | None = None) -> Overlay:
    """The overlay of the terminal that kx was called in, for a shell that is not kx's: the one it has, or a new one.

    The shell must put ``Overlay.kubeconfig`` into its ``KUBECONFIG``; a later call finds it there. It lives as long as
    the terminal, and goes with the first session of kx after that.
    """
    listed = find.files(env, kubeconfig)
    if listed and sessions.is_of_terminal(env, listed[0]):
        os.makedirs(listed[0].parent, mode=0o700, exist_ok=True)  # a cleaner of temporary files may have been there
        return Overlay(file=listed[0], base=tuple(path for path in listed[1:] if path.parent != listed[0].parent))
    base = _base(listed)
    return Overlay(file=sessions.of_terminal(env) / sessions.FILE, base=base)


def _base(files: tuple[Path, ...]) -> tuple[Path, ...]:
    for path in files:
        if os.pathsep in str(path):
            raise KxError(f"KUBECONFIG cannot carry the path {path}: it holds a {os.pathsep!r}", "Give it a link.")
    return tuple(path.absolute() for path in files)


def _write(file: Path, entry: Context) -> None:
    """Replace the overlay atomically; what a program added to it is set aside, not lost."""
    sessions.set_aside(file)
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
