"""nslookup, dig, host and getent as people type them, word for word where the real tools are."""

from __future__ import annotations

import re

import pytest

from tests.practice.node.places import end, fill, namespace, service, slice_of
from tests.practice.node.simulation import Simulation, execute, pod, simulated

_HTTP = [{"name": "http", "port": 80, "protocol": "TCP"}]


async def asked(simulation: Simulation, image: str, line: str) -> tuple[int, str]:
    fill(
        simulation.store,
        namespace("default"),
        service("web", clusterIP="10.96.0.20", ports=_HTTP),
        service("db", clusterIP="None", ports=_HTTP),
        slice_of("db", end("10.244.1.7", "db-0"), end("10.244.2.7", "db-1"), ports=(("http", 80),)),
        service("alias", type="ExternalName", externalName="web.default.svc.cluster.local"),
        service("outside", type="ExternalName", externalName="example.com"),
    )
    simulation.create(pod("box", image, command=["sleep", "1000000"]))
    await simulation.run(5)
    return await execute(simulation, "box", line.split())


_BIND = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
_BUSYBOX = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
_OLD = "Server:    10.96.0.10\nAddress 1: 10.96.0.10\n\n"
NET_UTILS, BUSYBOX, OLD = "saman2000h/net-utils:1.2", "busybox:1.36", "busybox:1.28"

LINES = (
    (NET_UTILS, "nslookup web", 0, _BIND + "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n"),
    (NET_UTILS, "nslookup web.default.svc", 0, _BIND + "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n"),
    (NET_UTILS, "nslookup nosuch", 1, _BIND + "** server can't find nosuch: NXDOMAIN\n\n"),
    (NET_UTILS, "nslookup db-1.db", 0, _BIND + "Name:\tdb-1.db.default.svc.cluster.local\nAddress: 10.244.2.7\n\n"),
    (NET_UTILS, "nslookup 10.96.0.20", 0, "20.0.96.10.in-addr.arpa\tname = web.default.svc.cluster.local.\n\n"),
    (
        NET_UTILS,
        "nslookup alias",
        0,
        _BIND
        + "alias.default.svc.cluster.local\tcanonical name = web.default.svc.cluster.local.\n"
        + "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n",
    ),
    (
        NET_UTILS,
        "nslookup -type=srv _http._tcp.web",
        0,
        _BIND + "_http._tcp.web.default.svc.cluster.local\tservice = 0 100 80 web.default.svc.cluster.local.\n\n",
    ),
    (
        NET_UTILS,
        "nslookup -query=AAAA web",
        0,
        _BIND + "*** Can't find web.default.svc.cluster.local: No answer\n\n",
    ),
    (NET_UTILS, "nslookup web nowhere", 1, "nslookup: couldn't get address for 'nowhere': not found\n"),
    (
        BUSYBOX,
        "nslookup web.default.svc.cluster.local",
        0,
        _BUSYBOX + "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n\n",
    ),
    (
        BUSYBOX,
        "nslookup web.default",
        1,
        _BUSYBOX + "** server can't find web.default: NXDOMAIN\n\n" * 2,
    ),
    (
        BUSYBOX,
        "nslookup -type=A web",
        1,
        _BUSYBOX
        + "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n"
        + "** server can't find web.svc.cluster.local: NXDOMAIN\n\n"
        + "** server can't find web.cluster.local: NXDOMAIN\n\n",
    ),
    (BUSYBOX, "nslookup 10.96.0.20", 0, _BUSYBOX + "20.0.96.10.in-addr.arpa\tname = web.default.svc.cluster.local\n\n"),
    (
        OLD,
        "nslookup web.default",
        0,
        _OLD + "Name:      web.default\nAddress 1: 10.96.0.20 web.default.svc.cluster.local\n",
    ),
    (OLD, "nslookup nosuch", 1, _OLD + "nslookup: can't resolve 'nosuch'\n"),
    (NET_UTILS, "dig +short web.default.svc.cluster.local", 0, "10.96.0.20\n"),
    (NET_UTILS, "dig +short web", 0, ""),
    (NET_UTILS, "dig +short +search web", 0, "10.96.0.20\n"),
    (NET_UTILS, "dig +short -x 10.96.0.20", 0, "web.default.svc.cluster.local.\n"),
    (NET_UTILS, "dig @10.96.0.10 -t srv +short _http._tcp.db.default.svc.cluster.local", 0, None),
    (
        NET_UTILS,
        "dig +noall +answer web.default.svc.cluster.local A",
        0,
        "web.default.svc.cluster.local. 30 IN\tA\t10.96.0.20\n",
    ),
    (
        NET_UTILS,
        "dig +noall +answer alias.default.svc.cluster.local CNAME",
        0,
        "alias.default.svc.cluster.local. 30 IN\tCNAME\tweb.default.svc.cluster.local.\n",
    ),
    (
        NET_UTILS,
        "dig +noall +answer outside.default.svc.cluster.local",
        0,
        "outside.default.svc.cluster.local. 30 IN CNAME\texample.com.\n",
    ),
    (NET_UTILS, "dig +nonsense web", 1, None),
    (NET_UTILS, "dig @nowhere web", 10, "dig: couldn't get address for 'nowhere': not found\n"),
    (NET_UTILS, "host web", 0, "web.default.svc.cluster.local has address 10.96.0.20\n"),
    (NET_UTILS, "host nosuch", 1, "Host nosuch not found: 3(NXDOMAIN)\n"),
    (
        NET_UTILS,
        "host 10.96.0.20",
        0,
        "20.0.96.10.in-addr.arpa domain name pointer web.default.svc.cluster.local.\n",
    ),
    ("nginx:1.27", "getent hosts web", 0, "10.96.0.20      web.default.svc.cluster.local\n"),
    ("nginx:1.27", "getent hosts box", 0, None),
    ("nginx:1.27", "getent hosts nosuch", 2, ""),
)


@pytest.mark.parametrize(("image", "line", "code", "text"), LINES, ids=lambda value: str(value)[:40])
def test_lines(image: str, line: str, code: int, text: str | None) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        found = await asked(simulation, image, line)
        assert found == (code, found[1] if text is None else text)

    story()


@simulated
async def test_a_whole_reply_of_dig(simulation: Simulation) -> None:
    _, text = await asked(simulation, NET_UTILS, "dig _http._tcp.web.default.svc.cluster.local SRV")
    for pattern in (
        r"^\n; <<>> DiG 9\.\d+\.\d+ <<>> _http\._tcp\.web\.default\.svc\.cluster\.local SRV$",
        r"^;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: \d+$",
        r"^;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 2$",
        r"^;; QUESTION SECTION:\n;_http\._tcp\.web\.default\.svc\.cluster\.local\. IN SRV$",
        r"^;; ANSWER SECTION:\n_http\S+ 30 IN\sSRV\s0 100 80 web\.default\.svc\.cluster\.local\.$",
        r"^;; ADDITIONAL SECTION:\nweb\.default\.svc\.cluster\.local\. 30 IN\tA\t10\.96\.0\.20$",
        r"^;; SERVER: 10\.96\.0\.10#53\(10\.96\.0\.10\)$",
    ):
        assert re.search(pattern, text, re.MULTILINE), (pattern, text)


@simulated
async def test_a_server_that_is_none_keeps_silent(simulation: Simulation) -> None:
    assert await asked(simulation, NET_UTILS, "dig @192.0.2.1 web") == (
        9,
        f"\n; <<>> DiG 9.16.44 <<>> @192.0.2.1 web\n;; global options: +cmd\n{_UNREACHED}\n",
    )
    assert await execute(simulation, "box", ["nslookup", "web", "192.0.2.1"]) == (1, _UNREACHED + "\n\n")


_UNREACHED = ";; connection timed out; no servers could be reached"


@simulated
async def test_a_pod_asks_whom_its_policy_names(simulation: Simulation) -> None:
    fill(simulation.store, service("web", clusterIP="10.96.0.20"))
    config = {"nameservers": ["10.96.0.10"], "searches": ["svc.cluster.local"]}
    for name, spec, found in (
        ("usual", {}, 0),
        ("default", {"dnsPolicy": "Default"}, 1),
        ("own", {"dnsPolicy": "None", "dnsConfig": config}, 1),
    ):
        simulation.create(pod(name, NET_UTILS, command=["sleep", "100000"], spec=spec))
        await simulation.run(5)
        assert (await execute(simulation, name, ["nslookup", "web"]))[0] == found, name
    assert (await execute(simulation, "own", ["nslookup", "web.default"]))[0] == 0


@simulated
async def test_a_pod_with_a_subdomain_knows_its_full_name(simulation: Simulation) -> None:
    simulation.create(pod("one", NET_UTILS, command=["sleep", "9999"], spec={"hostname": "busy", "subdomain": "sub"}))
    await simulation.run(5)
    _, text = await execute(simulation, "one", ["cat", "/etc/hosts"])
    assert re.search(r"^10\.244\.\d+\.\d+\tbusy\.sub\.default\.svc\.cluster\.local\tbusy$", text, re.MULTILINE)
