"""Names and records, as CoreDNS answers with the configuration kubeadm gives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kx.practice.node.directory import Directory
from kx.practice.node.dns import ClusterDns, reverse_name
from kx.practice.store import Store
from tests.practice.node.places import end, fill, namespace, service, slice_of

_TWO = [{"name": "http", "port": 80, "protocol": "TCP"}, {"name": "dns", "port": 53, "protocol": "UDP"}]


@pytest.fixture
def dns() -> Iterator[ClusterDns]:
    store = fill(
        Store(),
        *(namespace(name) for name in ("default", "data", "empty")),
        service("web", clusterIP="10.96.0.20", ports=_TWO),
        slice_of("web", end("10.244.1.5"), ports=(("http", 8080),)),
        service("db", "data", clusterIP="None", ports=[{"name": "sql", "port": 5432, "protocol": "TCP"}]),
        slice_of(
            "db",
            end("10.244.1.7", "db-0"),
            end("10.244.2.7", "db-1"),
            end("10.244.3.7", "db-2", ready=False),
            end("10.244.3.9"),
            namespace="data",
            ports=(("sql", 5432),),
        ),
        service("nobody", "data", clusterIP="None"),
        service("portless", "data", clusterIP="None", ports=[]),
        slice_of("portless", end("10.244.1.8", "only"), namespace="data", ports=()),
        service("alias", type="ExternalName", externalName="web.default.svc.cluster.local"),
        service("outside", type="ExternalName", externalName="example.com"),
        service("circle", type="ExternalName", externalName="circle.default.svc.cluster.local"),
        service("number", type="ExternalName", externalName="db-0.db.data.svc.cluster.local"),
    )
    yield ClusterDns(Directory(store))
    store.close()


# name, type, status, data of the answers in any order
ANSWERS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("web.default.svc.cluster.local", "A", "NOERROR", ["10.96.0.20"]),
    ("WEB.Default.SVC.cluster.local.", "A", "NOERROR", ["10.96.0.20"]),
    ("web.default.svc.cluster.local", "AAAA", "NOERROR", []),
    ("web.data.svc.cluster.local", "A", "NXDOMAIN", []),
    ("web.default.cluster.local", "A", "NXDOMAIN", []),
    ("web", "A", "NXDOMAIN", []),
    ("example.com", "A", "NXDOMAIN", []),
    ("db.data.svc.cluster.local", "A", "NOERROR", ["10.244.1.7", "10.244.2.7", "10.244.3.9"]),
    ("db-0.db.data.svc.cluster.local", "A", "NOERROR", ["10.244.1.7"]),
    ("db-2.db.data.svc.cluster.local", "A", "NXDOMAIN", []),
    ("10-244-3-9.db.data.svc.cluster.local", "A", "NOERROR", ["10.244.3.9"]),
    ("10-244-1-7.db.data.svc.cluster.local", "A", "NXDOMAIN", []),  # it has a name of its own
    ("10-244-1-5.web.default.svc.cluster.local", "A", "NOERROR", ["10.244.1.5"]),
    ("nobody.data.svc.cluster.local", "A", "NXDOMAIN", []),
    ("only.portless.data.svc.cluster.local", "A", "NOERROR", ["10.244.1.8"]),
    ("portless.data.svc.cluster.local", "SRV", "NOERROR", []),
    ("10-244-1-5.default.pod.cluster.local", "A", "NOERROR", ["10.244.1.5"]),
    ("10-9-9-9.default.pod.cluster.local", "A", "NOERROR", ["10.9.9.9"]),  # "pods insecure" asks for no pod
    ("10-244-1-500.default.pod.cluster.local", "A", "NXDOMAIN", []),
    ("10-244-1-5.nowhere.pod.cluster.local", "A", "NXDOMAIN", []),
    ("default.svc.cluster.local", "A", "NOERROR", []),
    ("nowhere.svc.cluster.local", "A", "NXDOMAIN", []),
    ("cluster.local", "A", "NOERROR", []),
    ("cluster.local", "NS", "NOERROR", ["ns.dns.cluster.local."]),
    ("ns.dns.cluster.local", "A", "NOERROR", ["10.96.0.10"]),
    ("dns-version.cluster.local", "TXT", "NOERROR", ['"1.1.0"']),
    ("_http._tcp.web.default.svc.cluster.local", "SRV", "NOERROR", ["0 100 80 web.default.svc.cluster.local."]),
    ("_dns._udp.web.default.svc.cluster.local", "SRV", "NOERROR", ["0 100 53 web.default.svc.cluster.local."]),
    ("_http._udp.web.default.svc.cluster.local", "SRV", "NXDOMAIN", []),
    ("_other._tcp.web.default.svc.cluster.local", "SRV", "NXDOMAIN", []),
    ("web.default.svc.cluster.local", "SRV", "NOERROR", [f"0 50 {n} web.default.svc.cluster.local." for n in (80, 53)]),
    (
        "_sql._tcp.db.data.svc.cluster.local",
        "SRV",
        "NOERROR",
        [f"0 33 5432 {host}.db.data.svc.cluster.local." for host in ("db-0", "db-1", "10-244-3-9")],
    ),
    ("alias.default.svc.cluster.local", "A", "NOERROR", ["web.default.svc.cluster.local.", "10.96.0.20"]),
    ("alias.default.svc.cluster.local", "CNAME", "NOERROR", ["web.default.svc.cluster.local."]),
    ("number.default.svc.cluster.local", "A", "NOERROR", ["db-0.db.data.svc.cluster.local.", "10.244.1.7"]),
    ("outside.default.svc.cluster.local", "A", "NOERROR", ["example.com."]),
    ("a.outside.default.svc.cluster.local", "A", "NXDOMAIN", []),
    (reverse_name("10.96.0.20"), "PTR", "NOERROR", ["web.default.svc.cluster.local."]),
    (reverse_name("10.244.2.7"), "PTR", "NOERROR", ["db-1.db.data.svc.cluster.local."]),
    (reverse_name("10.244.1.5"), "PTR", "NOERROR", ["10-244-1-5.web.default.svc.cluster.local."]),
    (reverse_name("10.244.9.9"), "PTR", "NXDOMAIN", []),
    (reverse_name("192.0.2.1"), "PTR", "NXDOMAIN", []),
)


@pytest.mark.parametrize(("name", "kind", "status", "data"), ANSWERS)
def test_what_is_answered(dns: ClusterDns, name: str, kind: str, status: str, data: list[str]) -> None:
    reply = dns.answer(name, kind)
    assert (reply.status, sorted(record.data for record in reply.answers)) == (status, sorted(data))


def test_a_name_that_stands_for_itself_ends(dns: ClusterDns) -> None:
    assert {record.type for record in dns.answer("circle.default.svc.cluster.local").answers} == {"CNAME"}


def test_several_addresses_begin_with_another_one_each_time(dns: ClusterDns) -> None:
    first = [dns.answer("db.data.svc.cluster.local").answers[0].data for _ in range(3)]
    assert sorted(first) == ["10.244.1.7", "10.244.2.7", "10.244.3.9"]


def test_what_is_not_there_comes_with_the_start_of_authority(dns: ClusterDns) -> None:
    for name in ("nosuch.default.svc.cluster.local", "default.svc.cluster.local"):
        assert [record.type for record in dns.answer(name).authority] == ["SOA"]


def test_a_service_record_brings_the_addresses_of_its_targets_along(dns: ClusterDns) -> None:
    found = dns.answer("_sql._tcp.db.data.svc.cluster.local", "SRV").additional
    assert ("db-1.db.data.svc.cluster.local", "A", "10.244.2.7") in {(one.name, one.type, one.data) for one in found}
