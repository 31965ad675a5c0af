"""Where a command goes: passed explicitly from the edge down, never global state."""

from __future__ import annotations

from kx.records import dataclass


@dataclass(frozen=True)
class Where:
    """Context, namespace and the files they come from. Empty strings mean "not known"."""

    context: str = ""
    namespace: str = ""
    server: str = ""
    # The value for the KUBECONFIG of a child process: a path list, in kubectl's order; empty: leave it alone.
    kubeconfig: str = ""
