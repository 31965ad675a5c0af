"""What is not done, and why, in the words kubectx and kubens have for it. The hint is for people: see ``talk.fail``."""

from __future__ import annotations

from kx.errors import KxError


class RefusedError(KxError):
    """An operation that is not done."""


class NoKubeconfigError(RefusedError):
    """None of the kubeconfig files exists."""


def prefixed(prefix: str, error: KxError) -> RefusedError:
    """The same refusal, told as part of something larger."""
    return RefusedError(f"{prefix}: {error.message}", error.hint)
