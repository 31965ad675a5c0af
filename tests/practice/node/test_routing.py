"""Where connections land: in turn, by every way into a Service, under each of its policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kx.practice.node.directory import Directory
from kx.practice.node.routing import OUTSIDE, Client, Router
from kx.practice.status import Obj
from kx.practice.store import Store
from tests.practice.node.places import end, fill, node, service, slice_of

POD = Client("10.244.1.2", "node-1")
OTHER = Client("10.244.2.2", "node-2")
_PORTS = [
    {"name": "http", "port": 80, "protocol": "TCP", "nodePort": 30080},
    {"name": "admin", "port": 8080, "protocol": "TCP", "nodePort": 30081},
    {"name": "dns", "port": 53, "protocol": "UDP"},
]


class Scene:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        self.store = fill(Store(), node("node-1", "10.0.0.11"), node("node-2", "10.0.0.12"))
        self.router = Router(Directory(self.store), lambda: self.now)

    def first(self, address: str, port: int = 80, client: Client = POD, times: int = 1) -> list[str]:
        return [self.router.route(address, port, client)[0][0] for _ in range(times)]


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.store.close()


def three(**spec: Any) -> tuple[Obj, Obj]:
    ends = [end("10.244.1.5", node="node-1"), end("10.244.2.5", node="node-2"), end("10.244.2.10", node="node-2")]
    made = service("web", clusterIP="10.96.0.20", ports=_PORTS, **spec)
    return made, slice_of("web", *ends, ports=(("http", 8080), ("admin", 9090)))


ALL = ["10.244.1.5", "10.244.2.10", "10.244.2.5"]


def test_as_many_calls_as_pods_meet_every_pod(scene: Scene) -> None:
    fill(scene.store, *three())
    assert scene.first("10.96.0.20", times=6) == ALL * 2
    assert scene.router.route("10.96.0.20", 8080, POD)[0] == ("10.244.1.5", 9090)


def test_the_turn_goes_on_when_pods_come_and_go(scene: Scene) -> None:
    fill(scene.store, *three())
    assert scene.first("10.96.0.20", times=2) == ALL[:2]
    known = scene.store.list("endpointslices.discovery.k8s.io")[0]
    left = [end("10.244.2.10", node="node-2"), end("10.244.3.1", node="node-1")]
    scene.store.update("endpointslices.discovery.k8s.io", {**known, "endpoints": left})
    assert scene.first("10.96.0.20", times=3) == ["10.244.3.1", "10.244.2.10", "10.244.3.1"]


def test_ports_that_a_service_does_not_have_lead_nowhere(scene: Scene) -> None:
    fill(scene.store, *three())
    assert scene.router.route("10.96.0.20", 81, POD) == ()
    assert scene.router.route("10.96.0.20", 53, POD) == ()  # UDP only
    assert scene.router.route("10.244.1.5", 81, POD) == (("10.244.1.5", 81),)


def test_every_way_in(scene: Scene) -> None:
    made, slices = three(type="LoadBalancer", externalIPs=["192.0.2.7"])
    made["status"] = {"loadBalancer": {"ingress": [{"ip": "10.0.0.200"}]}}
    fill(scene.store, made, slices)
    for address, port in (("10.96.0.20", 80), ("192.0.2.7", 80), ("10.0.0.200", 80), ("10.0.0.12", 30080)):
        assert sorted(scene.first(address, port, times=3)) == sorted(ALL), (address, port)
    assert scene.first("10.0.0.11", 30080, OUTSIDE) != []
    assert scene.router.route("10.0.0.11", 80, POD) == (("10.0.0.11", 80),)


def test_a_client_keeps_to_its_pod_for_as_long_as_the_service_says(scene: Scene) -> None:
    config = {"clientIP": {"timeoutSeconds": 60}}
    fill(scene.store, *three(sessionAffinity="ClientIP", sessionAffinityConfig=config))
    (kept,) = set(scene.first("10.96.0.20", times=4))
    assert set(scene.first("10.96.0.20", client=OTHER, times=4)) != {kept}
    scene.now += timedelta(seconds=59)
    assert scene.first("10.96.0.20") == [kept]
    scene.now += timedelta(seconds=61)
    assert scene.first("10.96.0.20") != [kept]


def test_a_local_policy_stays_on_the_clients_node(scene: Scene) -> None:
    fill(scene.store, *three(internalTrafficPolicy="Local"))
    assert set(scene.first("10.96.0.20", client=POD, times=4)) == {"10.244.1.5"}
    assert set(scene.first("10.96.0.20", client=OTHER, times=4)) == {"10.244.2.5", "10.244.2.10"}
    assert scene.router.route("10.96.0.20", 80, Client("10.244.3.3", "node-3")) == ()


def test_an_external_local_policy_holds_for_those_from_outside(scene: Scene) -> None:
    fill(scene.store, *three(type="NodePort", externalTrafficPolicy="Local"))
    assert set(scene.first("10.0.0.11", 30080, OUTSIDE, times=4)) == {"10.244.1.5"}
    assert set(scene.first("10.0.0.11", 30080, POD, times=3)) == set(ALL)


CONDITIONS: tuple[tuple[tuple[dict[str, Any], ...], list[str]], ...] = (
    (({}, {"ready": False}), ["10.244.1.1"]),
    (({"ready": False}, {"ready": False}), []),
    (({"ready": False, "terminating": True}, {"ready": False, "serving": False, "terminating": True}), ["10.244.1.1"]),
    (({"ready": False, "terminating": True}, {}), ["10.244.1.2"]),
)


@pytest.mark.parametrize(("conditions", "addresses"), CONDITIONS)
def test_those_that_end_serve_only_when_nobody_else_does(
    scene: Scene, conditions: tuple[dict[str, Any], ...], addresses: list[str]
) -> None:
    ends = [end(f"10.244.1.{number}", **each) for number, each in enumerate(conditions, 1)]
    fill(scene.store, service("web", clusterIP="10.96.0.20"), slice_of("web", *ends))
    assert [place[0] for place in scene.router.route("10.96.0.20", 80, POD)] == addresses


def test_source_ranges_keep_others_away_from_the_balancer(scene: Scene) -> None:
    made, slices = three(type="LoadBalancer", loadBalancerSourceRanges=["10.244.1.0/24"])
    made["status"] = {"loadBalancer": {"ingress": [{"ip": "10.0.0.200"}]}}
    fill(scene.store, made, slices)
    assert scene.router.route("10.0.0.200", 80, POD)
    assert scene.router.route("10.0.0.200", 80, OTHER) == ()
    assert scene.router.route("10.96.0.20", 80, OTHER)
