"""The table of commands.

A command's module is imported only when that command is called. This file refuses to know what any command does: it
holds names, modules and one-line summaries.
"""

from __future__ import annotations

from kx.records import dataclass


@dataclass(frozen=True)
class Entry:
    """Where a command lives, and its help line.

    The module has a click command named ``command``. A ``plain`` module needs no click: it has a ``PLAIN`` with
    ``run(arguments) -> int | None``, which returns None for arguments that click has to look at.
    """

    module: str
    summary: str
    plain: bool = False


COMMANDS: dict[str, Entry] = {
    "shell": Entry("kx.commands.shell", "The interactive shell (also: kx alone)."),
    "run": Entry("kx.commands.run", "Explain one kubectl command, then run it."),
    "explain": Entry("kx.commands.explain", "Explain a command line; never runs anything.", plain=True),
    "demo": Entry("kx.commands.demo", "Play the training's chapters on the practice cluster."),
    "ctx": Entry("kx.commands.ctx", "List contexts, or switch to one.", plain=True),
    "ns": Entry("kx.commands.ns", "List namespaces, or switch to one.", plain=True),
    "each": Entry("kx.commands.each", "Run one kubectl command in many contexts at once.", plain=True),
    "prompt": Entry("kx.commands.prompt", "Context and namespace for the prompt of your own shell.", plain=True),
    "practice": Entry("kx.commands.practice", "The practice cluster: start, stop, reset, requests, nodes, snapshots."),
    "kubectl": Entry("kx.commands.kubectl", "Install kubectl, with its checksum verified."),
}
