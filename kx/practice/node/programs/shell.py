"""The shells: for now only as far as a script or a terminal is not needed."""

from __future__ import annotations

from kx.practice.node.process import Process


async def main(process: Process) -> int:
    """sh and bash: without a script they read commands from stdin until it ends."""
    while await process.stdin.read_line():
        pass
    return 0
