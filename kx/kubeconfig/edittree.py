"""Where to change a kubeconfig that is not in kubectl's own shape."""

from __future__ import annotations

from kx.kubeconfig.splice import CannotEditError, Change, Splice


def find(text: str, change: Change) -> tuple[Splice, ...]:
    raise CannotEditError("the file is not in kubectl's own shape")
