"""getent hosts and ahosts: what the C library makes of a name, /etc/hosts included."""

from __future__ import annotations

from kx.practice.node.network import is_address
from kx.practice.node.process import Process

_HOSTS = "/etc/hosts"
_NOT_FOUND = 2
_DATABASES = ("hosts", "ahosts", "ahostsv4")


async def main(process: Process) -> int:
    """Of the databases, only those of hosts are here."""
    words = list(process.argv[1:])
    if len(words) < 2 or words[0] not in _DATABASES:
        process.complain("getent: only `getent hosts NAME` and `getent ahosts NAME` are emulated by kx")
        return 1
    code = 0
    for name in words[1:]:
        found = _from_file(process, name) or process.box.network.resolve(name)
        if found is None:
            code = _NOT_FOUND
            continue
        for number, address in enumerate(found[1]):
            if words[0] == "hosts":
                process.say(f"{address:<15} {found[0]}")
            else:
                for kind in ("STREAM", "DGRAM", "RAW"):
                    process.say(
                        f"{address:<15} {kind:<6} {found[0] if number == 0 and kind == 'STREAM' else ''}".rstrip()
                    )
    return code


def _from_file(process: Process, name: str) -> tuple[str, tuple[str, ...]] | None:
    if not process.files.exists(_HOSTS):
        return None
    for line in process.files.read(_HOSTS).decode("utf-8", "replace").splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if name in names and is_address(address):
            return " ".join(names), (address,)
    return None
