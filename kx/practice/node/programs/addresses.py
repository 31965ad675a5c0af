"""ip and hostname: the pod's names and addresses, as a bridge plug-in would have set them up."""

from __future__ import annotations

from collections.abc import Callable

from kx.practice.node.process import Process, ProgramError
from kx.practice.node.programs.machine import mac


async def hostname(process: Process) -> int:
    flags = {word for word in process.argv[1:] if word.startswith("-")}
    if any(not word.startswith("-") for word in process.argv[1:]):
        raise ProgramError("hostname: sethostname: Operation not permitted")
    if flags & {"-i", "-I", "--ip-address", "--all-ip-addresses"}:
        # With -I, net-tools leaves a blank behind each address.
        process.say(process.box.address + (" " if flags & {"-I", "--all-ip-addresses"} else ""))
    elif flags & {"-d", "--domain"}:
        domain = _full_name(process).partition(".")[2]
        process.say(domain or "(none)" if process.box.family == "debian" else domain)
    else:
        process.say(_full_name(process) if flags & {"-f", "--fqdn", "--long"} else process.box.hostname)
    return 0


def _full_name(process: Process) -> str:
    """As /etc/hosts gives it: the first name behind the pod's address."""
    if process.files.exists("/etc/hosts"):
        for line in process.files.read("/etc/hosts").decode("utf-8", "replace").splitlines():
            words = line.split()
            if words[:1] == [process.box.address] and len(words) > 1:
                return words[1]
    return process.box.hostname


async def ip(process: Process) -> int:
    """``ip addr``, ``ip link``, ``ip route`` and ``ip neigh``; everything else of it is refused."""
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    kind = words[0] if words else ""
    rest = words[1:]
    if rest and not ("show".startswith(rest[0]) or rest[0] in ("list", "get", "dev")):
        raise ProgramError("ip: RTNETLINK answers: Operation not permitted", 2)
    for name, show in _OBJECTS.items():
        if kind and name.startswith(kind):
            show(process)
            return 0
    usage = "Usage: ip [OPTIONS] address|route|link|neigh [ARGS]"
    raise ProgramError(f'ip: "{kind}" is not emulated in the practice cluster\n{usage}' if kind else usage)


def _address(process: Process) -> None:
    address = process.box.address
    first = address.rpartition(".")[0]
    loopback, own = _links(process)
    for line in (
        *loopback,
        "    inet 127.0.0.1/8 scope host lo",
        "       valid_lft forever preferred_lft forever",
        *own,
        f"    inet {address}/24 brd {first}.255 scope global eth0",
        "       valid_lft forever preferred_lft forever",
    ):
        process.say(line)


def _link(process: Process) -> None:
    for line in (line for link in _links(process) for line in link):
        process.say(line)


def _links(process: Process) -> tuple[tuple[str, str], tuple[str, str]]:
    # The other end of the pair is one of the node's, numbered as the pods are.
    other = int(process.box.address.rpartition(".")[2] or 0) + 2
    return (
        (
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000",
            "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
        ),
        (
            f"2: eth0@if{other}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue state UP ",
            f"    link/ether {mac(process.box.address)} brd ff:ff:ff:ff:ff:ff",
        ),
    )


def _route(process: Process) -> None:
    first = process.box.address.rpartition(".")[0]
    process.say(f"default via {first}.1 dev eth0 ")
    process.say(f"{first}.0/24 dev eth0 scope link  src {process.box.address} ")


def _neighbours(process: Process) -> None:
    gateway = process.box.address.rpartition(".")[0] + ".1"
    process.say(f"{gateway} dev eth0 lladdr {mac(gateway)} ref 1 used 0/0/0 probes 1 REACHABLE")


_OBJECTS: dict[str, Callable[[Process], None]] = {
    "address": _address,
    "route": _route,
    "link": _link,
    "neighbour": _neighbours,
}
