"""From an operation to the file that does it, imported only then, and from a refusal to its words and exit status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from kx import __version__
from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError
from kx.errors import EXIT_ERROR, KxError

Table = Mapping[type[op.Operation], str]  # an operation -> "module:function"


def perform(desk: Desk, wanted: op.Operation, table: Table, usage: str, *, locked: bool = False) -> int:
    """Do ``wanted`` and return the exit status: 0, or 1 for everything that was refused, as kubectx has it.

    ``locked``: inside a shell that knows one context only, refuse whatever is more than talk.
    """
    talk.deprecations(desk)
    try:
        if isinstance(wanted, op.Refuse):
            raise RefusedError(wanted.why, f"See: {desk.program} --help")
        if isinstance(wanted, op.Help | op.Version):
            return _print(desk, _usage(desk, usage) if isinstance(wanted, op.Help) else __version__)
        if locked:
            _refuse_inside(desk)
        return _function(table[type(wanted)])(desk, wanted)
    except KxError as error:
        talk.fail(desk, error)
        return EXIT_ERROR


def _function(name: str) -> Callable[[Desk, op.Operation], int]:
    module, _, function = name.partition(":")
    found: Callable[[Desk, op.Operation], int] = getattr(import_module(module), function)
    return found


def _refuse_inside(desk: Desk) -> None:
    if desk.env.get("KUBECTX_ISOLATED_SHELL") == "1":
        from kx.contexts.shells import refuse_inside  # late: few calls are made in there

        refuse_inside(desk)


def _usage(desk: Desk, usage: str) -> str:
    return usage.format(program=desk.program, reach=_INSIDE if desk.narrow else _OUTSIDE)


_INSIDE = """
A switch reaches this session only; with --global, every terminal.
"""
_OUTSIDE = """
A switch reaches every terminal that follows the same kubeconfig: KUBECONFIG, or
the file given with --kubeconfig FILE.
"""


def _print(desk: Desk, text: str) -> int:
    print(text.rstrip("\n"), file=desk.out, flush=True)
    return 0
