"""One running kx: its environment, where it is, and what it remembers. The only mutable value of the shell.

It asks no question and prints nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kx.errors import KxError
from kx.explain.facade import Parse
from kx.explain.known import KnownFacts
from kx.explain.lines import unknown_place
from kx.kubeconfig import find as kubeconfig_find
from kx.kubeconfig import read
from kx.kubeconfig.model import Kubeconfig
from kx.kubeconfig.overlay import Overlay
from kx.kubeconfig.where import Where
from kx.kubectl import kuberc, run, versions
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.catalog.resources import ResourceType, Types
from kx.kubectl.find import Kubectl, find
from kx.kubectl.invocation import Invocation, Plugin
from kx.kubectl.kuberc import Preferences
from kx.preview.known import Asker
from kx.shell.config import Mode, Settings
from kx.shell.familiar import Familiar

Seen = tuple[str, str, str]  # context, namespace, type: where names of objects were seen
# (path, time of change, size) of every file that decides where a command goes
_Signature = tuple[tuple[str, int, int], ...]


@dataclass
class Session:
    """What every line of one shell, script or `kx run` shares."""

    env: Mapping[str, str]  # the environment kx was started with
    settings: Settings
    familiar: Familiar
    overlay: Overlay | None = None  # None: nothing was overridden, so the user's files stand alone
    kubeconfig: str | None = None  # --kubeconfig, where there is no overlay
    yes: bool = False  # -y: never ask
    mode: Mode = "auto"
    seen: dict[Seen, tuple[str, ...]] = field(default_factory=dict)  # names in listings, by where they were seen
    history: Callable[[], Iterable[str]] = tuple  # the lines typed before, oldest first
    leaving: int | None = None  # set when the session is to end: its exit status
    _askers: dict[str, Asker] = field(default_factory=dict)  # by context: each remembers a silent cluster
    _loaded: tuple[_Signature, Kubeconfig] | None = None

    @property
    def child_env(self) -> dict[str, str]:
        """The environment of every command of this session."""
        if not self.kubeconfig_value:
            return dict(self.env)
        return {**self.env, "KUBECONFIG": self.kubeconfig_value}

    @property
    def kubeconfig_value(self) -> str:
        """The value for ``KUBECONFIG``: "" leaves it alone."""
        return self.overlay.kubeconfig if self.overlay else self.kubeconfig or ""

    @property
    def config(self) -> Kubeconfig:
        """The kubeconfig as commands of this session see it; read again only when a file has changed.

        Raises ``KxError`` when a file cannot be read.
        """
        signature = _signature(kubeconfig_find.files(self.env, self.kubeconfig_value or None))
        if self._loaded is None or self._loaded[0] != signature:
            self._loaded = (signature, read.load(self.child_env))
        return self._loaded[1]

    @property
    def where(self) -> Where:
        """Where commands go now; an unreadable kubeconfig leaves everything unknown (kubectl will say why)."""
        try:
            config = self.config
        except KxError:
            return Where(namespace=read.DEFAULT_NAMESPACE, kubeconfig=self.kubeconfig_value)
        return read.where(config, kubeconfig=self.kubeconfig_value)

    def require_overlay(self) -> Overlay:
        """The overlay of a session that may switch."""
        if self.overlay is None:
            raise KxError("this is not a session that can switch", "Use `kx ctx` and `kx ns`.")
        return self.overlay

    def elsewhere(self, context: str, kubeconfig: str) -> Where:
        """Where a line goes that names another context or kubeconfig; kubectl will say if there is none."""
        try:
            return read.current(self.child_env, kubeconfig or None, context or None)
        except KxError:
            return unknown_place(context)

    def types(self, where: Where) -> Types:
        """The resource types of the cluster a line goes to, as far as kubectl's cache on this machine knows them."""

        def more() -> tuple[ResourceType, ...]:
            from kx.kubectl.discovery import cached_types  # late: few lines name a type that is not built in

            return cached_types(self.env, where.server)

        return Types(more)

    @cached_property
    def kubectl(self) -> Kubectl:
        """The kubectl that runs this session's commands. Raises ``KxError`` when there is none."""
        return find(self.env)

    @cached_property
    def catalog(self) -> Catalog:
        """Facts of the kubectl at hand; of the newest version while it is not known which one that is."""
        from kx.kubectl.catalog.load import load  # late: `ctx` and `ns` need no facts

        try:
            return load(versions.known_version(self.kubectl.path, self.env) or None)
        except KxError:
            return load()

    def learn(self, catalog: Catalog, parse: Parse, *, ask: bool) -> Catalog:
        """More facts for a line with a command or flag that these do not know; they stay for the next lines.

        Without ``ask`` no process is started.
        """
        from kx.kubectl.newer import learned  # late: few lines hold anything that the facts do not

        try:
            self.catalog = learned(catalog, parse, self.kubectl.path, self.env, ask=ask)
        except KxError:
            return catalog  # there is no kubectl to ask
        return self.catalog

    def preferences(self, flag: str, *, ask: bool) -> Preferences | None:
        """What the kuberc file of this session's kubectl makes of lines (``ask``: find out its version for that)."""
        try:
            return kuberc.preferences(self.env, self.kubectl.path, flag, ask=ask)
        except KxError:
            return None  # there is no kubectl that would read it

    def is_program(self, word: str) -> bool:
        """Whether ``word`` is a program on this session's PATH."""
        return shutil.which(word, path=self.env.get("PATH", os.defpath)) is not None

    def plugins(self, names: Iterable[str], *, ask: bool) -> dict[str, Plugin]:
        """Plugins by their names without ``kubectl-`` (``ask``: start them to hear what they say of themselves)."""
        path = self.env.get("PATH", os.defpath)
        if not (names := tuple(names)):
            return {}
        from kx.kubectl.plugins import described  # late: most lines call no plugin

        found = {name: Plugin(shutil.which(f"kubectl-{name}", path=path) or "") for name in names}
        return {name: described(plugin, self.env, ask=ask) for name, plugin in found.items()}

    def known(self, invocations: tuple[Invocation, ...]) -> KnownFacts:
        """What the cluster says, within a short time, about the objects these commands are about."""
        context = self.where.context
        if context not in self._askers:
            try:
                self._askers[context] = Asker(self.kubectl.path, self.child_env)
            except KxError:
                return KnownFacts()
        return self._askers[context].known(invocations)

    def shell_env(self) -> dict[str, str]:
        """``child_env`` for a shell, in which the word kubectl means this session's kubectl."""
        if self.overlay is None:
            return self.child_env
        try:
            return run.shell_env(self.kubectl, self.child_env, self.overlay.file.parent)
        except KxError:
            return self.child_env  # a line without kubectl needs none


def _signature(files: tuple[Path, ...]) -> _Signature:
    found = []
    for path in files:
        try:
            status = os.stat(path)
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)
