"""What every operation needs: the environment, the streams, and which kubeconfig is meant. Decides nothing."""

from __future__ import annotations

import os

from kx.contexts.refused import NoKubeconfigError, RefusedError
from kx.errors import KxError
from kx.kubeconfig import find
from kx.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time none of it is needed, and importing it would cost a tenth of a switch
    from collections.abc import Mapping
    from typing import TextIO

    from kx.contexts.reach import Reach
    from kx.kubeconfig.model import Kubeconfig


@dataclass(frozen=True)
class Desk:
    """One call of ``kx ctx`` or ``kx ns``."""

    env: Mapping[str, str]
    out: TextIO
    err: TextIO
    program: str  # as the user calls it: "kx ctx"
    interactive: bool = False  # a person sits at both ends: questions may be asked, and guesses made
    kubeconfig: str | None = None  # the value of --kubeconfig
    context: str | None = None  # the value of --context, which only `ns` has
    narrow: Reach | None = None  # what a switch reaches, if not every terminal

    @property
    def told(self) -> str:
        """What is said of a switch that does not reach every terminal."""
        return " in this session" if self.narrow else ""

    @property
    def reach(self) -> Reach:
        """What a switch reaches."""
        from kx.contexts.reach import EveryTerminal  # late: looking reaches nothing

        return self.narrow or EveryTerminal(self.env, self.kubeconfig)

    @property
    def picks(self) -> bool:
        """Whether a missing name is asked for. ``KUBECTX_IGNORE_FZF`` turns that off, as in kubectx."""
        return self.interactive and not self.env.get("KUBECTX_IGNORE_FZF")

    def load(self) -> Kubeconfig:
        """The merged kubeconfig. Raises ``NoKubeconfigError``, and ``RefusedError`` for files that cannot be read."""
        from kx.kubeconfig import read  # late: the everyday calls are answered without reading everything

        files = find.names(self.env, self.kubeconfig)
        if not any(os.path.exists(path) for path in files):
            first = files[0] if files else ""
            raise NoKubeconfigError(
                f"kubeconfig error: failed to load: kubeconfig file not found: open {first}: file does not exist",
                "`kx --practice` brings a cluster of its own, and its kubeconfig.",
            )
        try:
            return read.load(self.env, self.kubeconfig)
        except KxError as error:
            raise RefusedError(f"kubeconfig error: {error.message}", error.hint) from error

    def child_env(self) -> dict[str, str]:
        """The environment of a kubectl that is to see the same kubeconfig."""
        return {**self.env, "KUBECONFIG": self.kubeconfig} if self.kubeconfig else dict(self.env)
