"""A shell's own parameters: ``$?``, ``$$``, ``$RANDOM`` and their like."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter

SPECIAL: dict[str, Callable[[Interpreter], str]] = {
    "?": lambda shell: str(shell.status),
    "$": lambda shell: str(shell.process.pid),
    "#": lambda shell: str(len(shell.arguments)),
    "!": lambda shell: str(shell.last_background or ""),
    "-": lambda shell: "himBHs" if shell.interactive else "hBc",
    "PWD": lambda shell: shell.process.cwd,
    "RANDOM": lambda shell: str(random.randrange(32768)),
    "SECONDS": lambda shell: str(int((shell.process.clock.now() - shell.started).total_seconds())),
    "UID": lambda shell: "0",
    "PPID": lambda shell: "0",
    "BASH_VERSION": lambda shell: "5.2.15(1)-release" if shell.name.endswith("bash") else "",
    "LINENO": lambda shell: str(max(1, shell.line)),
}
