"""Where one practice cluster keeps its files. One folder per user, 0700; tests name another with KX_PRACTICE_HOME."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kx import paths
from kx.errors import KxError


@dataclass(frozen=True)
class Home:
    """The files of one practice cluster."""

    folder: Path  # state, certificates, kubeconfig
    log: Path

    @property
    def database(self) -> Path:
        """The objects (SQLite)."""
        return self.folder / "state.db"

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig for kubectl."""
        return self.folder / "kubeconfig"

    @property
    def users(self) -> Path:
        """The folder of kubeconfigs for others than the owner."""
        return self.folder / "users"

    @property
    def token(self) -> Path:
        """The owner's token."""
        return self.folder / "token"

    @property
    def signing_key(self) -> Path:
        """Signs tokens of service accounts."""
        return self.folder / "signing-key"

    @property
    def port(self) -> Path:
        """The port, kept across restarts."""
        return self.folder / "port"

    @property
    def ingress_port(self) -> Path:
        """The port of the Ingresses that was taken because any was fine, kept across restarts."""
        return self.folder / "ingress-port"

    @property
    def options(self) -> Path:
        """How it was last started."""
        return self.folder / "options.json"

    @property
    def snapshots(self) -> Path:
        """The folder of copies under names."""
        return self.folder / "snapshots"

    @property
    def server(self) -> Path:
        """Process id and ports of the running server; present after a crash as well."""
        return self.folder / "server.json"

    @property
    def server_lock(self) -> Path:
        """Locked by the server for as long as it lives."""
        return self.folder / "server.lock"

    @property
    def start_lock(self) -> Path:
        """Locked by whoever starts or stops the server."""
        return self.folder / "start.lock"

    def make(self) -> Home:
        """Make the folders, private."""
        for folder in (self.folder, self.log.parent):
            paths.private_folder(folder)
        if self.folder.stat().st_uid != os.getuid():
            raise KxError(f"{self.folder} belongs to somebody else", "The practice cluster keeps its secrets there.")
        self.folder.chmod(0o700)
        return self


def find(env: Mapping[str, str] = os.environ) -> Home:
    """The home that an environment points at."""
    own = env.get("KX_PRACTICE_HOME", "")
    if own:
        folder = Path(own).absolute()
        return Home(folder, folder / "practice.log")
    return Home(paths.data_dir(env) / "practice", paths.state_dir(env) / "practice.log")
