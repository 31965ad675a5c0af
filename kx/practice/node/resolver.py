"""What /etc/resolv.conf of a pod says: written as the kubelet does, read as a C library does.

Source: pkg/kubelet/network/dns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kx.practice.allocation import DNS_IP
from kx.practice.status import Obj

DOMAIN = "cluster.local"
NODE_DNS = "10.0.0.1"  # the name server that the nodes use themselves: it knows no name of the cluster
_MOST_SERVERS, _MOST_DOMAINS = 3, 32


@dataclass(frozen=True)
class Resolving:
    """Whom to ask, and which domains to append to names with fewer than ``ndots`` dots."""

    servers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    ndots: int = 1


def resolv_conf(pod: Obj) -> str:
    """The file as the kubelet writes it for a pod."""
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    servers, search, options = _by_policy(_policy(spec), namespace)
    config = spec.get("dnsConfig") or {}
    servers = _merged(servers, config.get("nameservers") or ())[:_MOST_SERVERS]
    search = _merged(search, config.get("searches") or ())[:_MOST_DOMAINS]
    options = {**options, **{one["name"]: one.get("value") for one in config.get("options") or ()}}
    words = [name if value is None else f"{name}:{value}" for name, value in options.items()]
    lines = [f"search {' '.join(search)}"] if search else []
    lines += [f"nameserver {server}" for server in servers]
    lines += [f"options {' '.join(words)}"] if words else []
    return "".join(line + "\n" for line in lines)


@lru_cache(maxsize=64)  # the same few texts, read for every name
def read(text: str) -> Resolving:
    """The file as programs read it; what makes no sense in it is passed over."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    ndots = 1
    for line in text.splitlines():
        word, *values = line.partition("#")[0].split() or [""]
        if word == "nameserver" and values:
            servers.append(values[0])
        elif word in ("search", "domain"):
            search = tuple(value.rstrip(".") for value in values if value != ".")
        elif word == "options":
            for value in values:
                name, _, number = value.partition(":")
                if name == "ndots" and number.isdecimal():
                    ndots = min(15, int(number))
    return Resolving(tuple(servers[:_MOST_SERVERS]) or ("127.0.0.1",), search, ndots)


def candidates(name: str, resolving: Resolving) -> tuple[str, ...]:
    """The full names that a name may stand for, in the order they are asked for."""
    if name.endswith("."):
        return (name.rstrip("."),)
    searched = tuple(f"{name}.{domain}" for domain in resolving.search)
    return (name, *searched) if name.count(".") >= resolving.ndots else (*searched, name)


def _policy(spec: Obj) -> str:
    policy = spec.get("dnsPolicy") or "ClusterFirst"
    if policy == "ClusterFirst" and spec.get("hostNetwork"):
        return "Default"
    return str(policy)


def _by_policy(policy: str, namespace: str) -> tuple[list[str], list[str], dict[str, str | None]]:
    if policy == "None":
        return [], [], {}
    if policy == "Default":
        return [NODE_DNS], [], {}
    return [DNS_IP], [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN], {"ndots": "5"}


def _merged(first: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*first, *more)))
