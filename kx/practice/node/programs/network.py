"""nslookup, and the clear no of tools that the real images have and the simulated ones have not."""

from __future__ import annotations

from kx.practice.node.process import Process


async def refuse(process: Process) -> int:
    """A tool the real image has and the simulated one has not."""
    tool = process.argv[0].rpartition("/")[2]
    process.complain(f"{tool}: kx does not emulate this program in the practice cluster")
    return 1
