"""nslookup, and the clear no of tools that the real images have and the simulated ones have not."""

from __future__ import annotations

from kx.practice.node.process import Process


async def nslookup(process: Process) -> int:
    """Service names of the simulated cluster."""
    names = [word for word in process.argv[1:] if not word.startswith("-")]
    if not names:
        process.complain("nslookup: needs a name")
        return 1
    process.say("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n")
    found = process.box.network.resolve(names[0])
    if not found:
        process.say(f"** server can't find {names[0]}: NXDOMAIN\n")
        return 1
    name, addresses = found
    for address in addresses:
        process.say(f"Name:\t{name}\nAddress: {address}\n")
    return 0


async def refuse(process: Process) -> int:
    """A tool the real image has and the simulated one has not."""
    tool = process.argv[0].rpartition("/")[2]
    process.complain(f"{tool}: kx does not emulate this program in the practice cluster")
    return 1
