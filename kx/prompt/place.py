"""Find out where one is, for the prompt: from the kubeconfig alone."""

from __future__ import annotations

from collections.abc import Mapping


def place(env: Mapping[str, str]) -> tuple[str, str]:
    """``context/namespace`` without live escape sequences ("" without a context), and "!" if it is protected.

    Files that cannot be read lead nowhere: a prompt complains about nothing.
    """
    _require_packages()
    from kx import settings, term
    from kx.contexts.protect import is_protected
    from kx.errors import KxError
    from kx.kubeconfig import read

    try:
        where = read.current(env)
        protected = is_protected(where.context, settings.protected(env))
    except KxError:
        return "", ""
    return (term.visible(f"{where.context}/{where.namespace}"), "!" if protected else "") if where.context else ("", "")


def _require_packages() -> None:
    """Python was started without its packages, which saves time; a kubeconfig in an unusual shape needs one."""
    import sys

    if "site" not in sys.modules:
        import site

        site.main()
