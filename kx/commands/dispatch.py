"""From kx's arguments to a command: at once for those that must answer at once, else through click."""

from __future__ import annotations

from kx.cli import COMMANDS


def dispatch(arguments: list[str]) -> int:
    """Run one kx command line and return its exit status. Usage mistakes become ``UsageError`` (status 2)."""
    entry = COMMANDS.get(arguments[0]) if arguments else None
    if entry is not None and entry.plain:
        module = __import__(entry.module, fromlist=["PLAIN"])  # as `importlib` would, which is one import more
        status: int | None = module.PLAIN.run(arguments[1:])
        if status is not None:
            return status
    from kx.commands import group  # late: click costs more than a plain command does

    return group.dispatch(arguments)
