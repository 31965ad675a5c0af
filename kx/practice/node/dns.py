"""The cluster's DNS: which records there are for a name. Pure but for what it is told of the cluster.

Names, records and refusals are those of CoreDNS with the configuration kubeadm gives it (ttl 30, pods insecure):
its plugin ``kubernetes``, after Kubernetes' DNS specification. Names outside of the cluster do not exist: no question
leaves the practice cluster. Addresses are IPv4 only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kx.practice.allocation import DNS_IP
from kx.practice.node.directory import Directory, Endpoint
from kx.practice.node.resolver import DOMAIN
from kx.practice.status import Obj

TTL = 30
_VERSION = "1.1.0"  # of Kubernetes' DNS specification
_VERSION_TTL = 28800
_LONGEST_CHAIN = 8  # names that stand for names
_REVERSE = ".in-addr.arpa"
_ADDRESS = re.compile(r"(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})")
_SOA = "ns.dns.{domain}. hostmaster.{domain}. {serial} 7200 1800 86400 {ttl}"


@dataclass(frozen=True)
class Record:
    """One line of an answer. ``name`` is without its final dot; names in ``data`` have it."""

    name: str
    type: str  # A, CNAME, SRV, PTR, SOA, NS, TXT
    data: str
    ttl: int = TTL


@dataclass(frozen=True)
class Reply:
    """What a name server says. No answers and NOERROR: the name exists, records of that type do not."""

    status: str  # NOERROR, NXDOMAIN
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    authoritative: bool = True

    @property
    def addresses(self) -> tuple[str, ...]:
        """The IPv4 addresses in it."""
        return tuple(record.data for record in self.answers if record.type == "A")


@dataclass(frozen=True)
class _Hit:
    """Something that a name stands for: an address or another name, and the name it has itself."""

    target: str
    name: str
    port: int = 0
    alias: bool = False


class ClusterDns:
    """Answers questions. Several addresses of one name begin with another one each time."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._turns: dict[str, int] = {}

    def answer(self, name: str, kind: str = "A") -> Reply:
        """The reply to a question about a full name; ``kind`` is the record's type."""
        asked = name.rstrip(".").lower()
        if asked.endswith(_REVERSE):
            return self._pointer(name.rstrip("."), asked, kind)
        if asked != DOMAIN and not asked.endswith("." + DOMAIN):
            return Reply("NXDOMAIN", authoritative=False)
        labels = _labels(asked)
        special = self._special(asked, labels, kind)
        if special is not None:
            return special
        hits = self._hits(labels)
        if hits is None:
            return Reply("NXDOMAIN", authority=self._soa())
        return self._reply(name.rstrip("."), kind, hits)

    # What a name stands for: None where there is no such name

    def _hits(self, labels: list[str]) -> list[_Hit] | None:
        *rest, group = labels
        if group not in ("svc", "pod"):
            return None
        if not rest:
            return []
        *rest, namespace = rest
        if rest and group == "svc":
            return self._service(rest, namespace)
        if not self._directory.has_namespace(namespace):
            return None
        return self._pod(rest, namespace) if rest else []

    def _pod(self, labels: list[str], namespace: str) -> list[_Hit] | None:
        parts = _ADDRESS.fullmatch(labels[-1])
        if len(labels) > 1 or parts is None or any(int(part) > 255 for part in parts.groups()):
            return None
        return [_Hit(".".join(parts.groups()), f"{labels[0]}.{namespace}.pod.{DOMAIN}")]

    def _service(self, labels: list[str], namespace: str) -> list[_Hit] | None:
        *front, name = labels
        service = self._directory.service(namespace, name)
        if service is None or len(front) > 2:
            return None
        full, spec = f"{name}.{namespace}.svc.{DOMAIN}", service.get("spec") or {}
        if spec.get("type") == "ExternalName":
            return [_Hit(str(spec.get("externalName", "")).rstrip("."), full, alias=True)] if not front else None
        headless = spec.get("clusterIP") in (None, "", "None")
        host = front[0] if len(front) == 1 else ""
        if headless or host:
            found = self._behind(service, full, host, front)
        else:
            ports = spec.get("ports") or [{"port": 0}]
            asked = [one for one in ports if _is_port(one.get("name"), one.get("protocol"), front)]
            found = [_Hit(spec["clusterIP"], full, one["port"]) for one in asked]
        return found or None

    def _behind(self, service: Obj, full: str, host: str, front: list[str]) -> list[_Hit]:
        ends = [end for end in self._directory.endpoints(service) if end.ready]
        if host:
            ends = [end for end in ends if _host_of(end) == host]
        elif front:
            ends = [end for end in ends if _is_port(end.port_name, end.protocol, front)]
        return [_Hit(end.address, f"{_host_of(end)}.{full}", end.port) for end in ends]

    # The records of it

    def _reply(self, name: str, kind: str, hits: list[_Hit]) -> Reply:
        if any(hit.alias for hit in hits):
            return self._alias(name, kind, hits[0].target)
        if kind in ("A", "ANY"):
            found = tuple(Record(name, "A", address) for address in self._turned(name, hits))
            return Reply("NOERROR", found) if found else self._nothing()
        if kind == "SRV":
            return self._services(name, hits)
        return self._nothing()

    def _turned(self, name: str, hits: list[_Hit]) -> list[str]:
        addresses = list(dict.fromkeys(hit.target for hit in hits))
        if len(addresses) < 2:
            return addresses
        at = self._turns[name] = (self._turns.get(name, -1) + 1) % len(addresses)
        return addresses[at:] + addresses[:at]

    def _alias(self, name: str, kind: str, target: str) -> Reply:
        """A name of another name: CNAME records, and what the last one stands for."""
        if kind == "SRV":
            return self._nothing()
        chain = [Record(name, "CNAME", target + ".")]
        for _ in range(_LONGEST_CHAIN if kind != "CNAME" else 0):
            hits = self._hits(_labels(target)) if target.endswith("." + DOMAIN) else None
            if not hits:
                break
            if not hits[0].alias:
                chain += self._reply(target, kind, hits).answers
                break
            chain.append(Record(target, "CNAME", hits[0].target + "."))
            target = hits[0].target
        return Reply("NOERROR", tuple(chain))

    def _services(self, name: str, hits: list[_Hit]) -> Reply:
        with_port = [hit for hit in hits if hit.port]
        weight = max(1, 100 // len(hits)) if hits else 0
        answers = tuple(Record(name, "SRV", f"0 {weight} {hit.port} {hit.name}.") for hit in with_port)
        addresses = dict.fromkeys((hit.name, hit.target) for hit in with_port)
        additional = tuple(Record(owner, "A", address) for owner, address in addresses)
        return Reply("NOERROR", tuple(dict.fromkeys(answers)), additional=additional) if answers else self._nothing()

    def _pointer(self, name: str, asked: str, kind: str) -> Reply:
        address = ".".join(reversed(asked.removesuffix(_REVERSE).split(".")))
        service = self._directory.service_at(address)
        if service is not None:
            metadata = service["metadata"]
            names = [f"{metadata['name']}.{metadata['namespace']}"]
        else:
            found = self._directory.named(address)
            names = [f"{_host_of(end)}.{key[1]}.{key[0]}" for key, end in found if end.ready]
        if not names:
            return Reply("NXDOMAIN", authority=self._soa("10.in-addr.arpa"), authoritative=address.startswith("10."))
        records = tuple(Record(name, "PTR", f"{each}.svc.{DOMAIN}.") for each in dict.fromkeys(names))
        return Reply("NOERROR", records) if kind in ("PTR", "ANY") else self._nothing()

    def _special(self, asked: str, labels: list[str], kind: str) -> Reply | None:
        """Names that belong to the DNS itself."""
        own = f"ns.dns.{DOMAIN}"
        if not labels:
            apex = {"SOA": self._soa(), "NS": (Record(asked, "NS", own + "."),)}.get(kind, ())
            additional = (Record(own, "A", DNS_IP),) if kind == "NS" else ()
            return Reply("NOERROR", apex, additional=additional) if apex else self._nothing()
        if labels == ["ns", "dns"]:
            return Reply("NOERROR", (Record(asked, "A", DNS_IP),)) if kind == "A" else self._nothing()
        if labels == ["dns-version"]:
            text = Record(asked, "TXT", f'"{_VERSION}"', _VERSION_TTL)
            return Reply("NOERROR", (text,)) if kind == "TXT" else self._nothing()
        return None

    def _nothing(self) -> Reply:
        return Reply("NOERROR", authority=self._soa())

    def _soa(self, zone: str = DOMAIN) -> tuple[Record, ...]:
        data = _SOA.format(domain=DOMAIN, serial=self._directory.serial, ttl=TTL)
        return (Record(zone, "SOA", data),)


def reverse_name(address: str) -> str:
    """The name under which a PTR record of an IPv4 address is found."""
    return ".".join(reversed(address.split("."))) + _REVERSE


def _labels(name: str) -> list[str]:
    """The labels of a name in front of the cluster's domain."""
    return name.lower().split(".")[:-2]


def _host_of(end: Endpoint) -> str:
    return end.hostname or end.address.replace(".", "-").replace(":", "-")


def _is_port(name: str | None, protocol: str | None, front: Iterable[str]) -> bool:
    """Whether a port is the one that ``_name._protocol`` in front of a Service asks for; any where nothing is asked."""
    asked = [label.removeprefix("_") for label in front]
    return not asked or asked == [name or "", (protocol or "TCP").lower()]
