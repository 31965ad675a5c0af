"""/etc/resolv.conf by DNS policy, and the names that are asked for by it."""

from __future__ import annotations

import pytest

from kx.practice.node.resolver import Resolving, candidates, read, resolv_conf

_CLUSTER = "search data.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
FILES: tuple[tuple[dict[str, object], str], ...] = (
    ({}, _CLUSTER),
    ({"dnsPolicy": "ClusterFirst"}, _CLUSTER),
    ({"dnsPolicy": "ClusterFirst", "hostNetwork": True}, "nameserver 10.0.0.1\n"),
    ({"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True}, _CLUSTER),
    ({"dnsPolicy": "Default"}, "nameserver 10.0.0.1\n"),
    (
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["192.0.2.1"], "searches": ["my.dns"]}},
        "search my.dns\nnameserver 192.0.2.1\n",
    ),
    (
        {
            "dnsConfig": {
                "nameservers": ["10.96.0.10", "192.0.2.1"],
                "searches": ["cluster.local", "corp"],
                "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
            }
        },
        "search data.svc.cluster.local svc.cluster.local cluster.local corp\n"
        "nameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2 edns0\n",
    ),
)


@pytest.mark.parametrize(("spec", "text"), FILES)
def test_the_file_follows_the_policy(spec: dict[str, object], text: str) -> None:
    assert resolv_conf({"metadata": {"namespace": "data"}, "spec": spec}) == text


def test_it_is_read_as_it_was_written() -> None:
    search = ("data.svc.cluster.local", "svc.cluster.local", "cluster.local")
    assert read(_CLUSTER) == Resolving(("10.96.0.10",), search, 5)


@pytest.mark.parametrize("text", ("", "nameserver\n", "# nameserver 10.0.0.1\n", "options ndots:many\n", "\x00"))
def test_a_file_that_says_nothing_names_the_machine_itself(text: str) -> None:
    assert read(text) == Resolving(("127.0.0.1",), (), 1)


ASKED = (
    ("web", ("web.a", "web.b", "web")),
    ("web.data", ("web.data.a", "web.data.b", "web.data")),
    ("one.two.three", ("one.two.three", "one.two.three.a", "one.two.three.b")),
    ("web.", ("web",)),
)


@pytest.mark.parametrize(("name", "names"), ASKED)
def test_names_with_few_dots_are_searched_first(name: str, names: tuple[str, ...]) -> None:
    assert candidates(name, Resolving(("10.96.0.10",), ("a", "b"), 2)) == names
