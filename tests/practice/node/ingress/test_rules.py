"""Hosts and paths to backends: the tables of the Ingress API's documentation, and how ingress-nginx reads the rest."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.controllers.ingress import is_served
from kx.practice.node.ingress.rules import Rules
from kx.practice.status import Obj


def backend(name: str) -> Obj:
    return {"service": {"name": name, "port": {"number": 80}}}


def ingress(*rules: tuple[str, str, str, str], made: str = "2026-01-01T00:00:00Z", **more: Any) -> Obj:
    """``rules``: host, kind of path, path, service."""
    hosts: dict[str, list[Obj]] = {}
    for host, kind, path, service in rules:
        hosts.setdefault(host, []).append({"path": path, "pathType": kind, "backend": backend(service)})
    written = [{**({"host": host} if host else {}), "http": {"paths": paths}} for host, paths in hosts.items()]
    metadata = {"name": f"i-{made}", "namespace": "default", "creationTimestamp": made}
    notes = more.pop("annotations", None)
    if notes:
        metadata["annotations"] = notes
    return {"metadata": metadata, "spec": {**({"rules": written} if written else {}), **more}}


def chosen(rules: Rules, host: str, path: str) -> str | None:
    target = rules.choose(host, path)
    return target.service if target else None


# kind, path of the rule, path asked for, whether it is met
PATHS = (
    ("Prefix", "/", "/anything", True),
    ("Exact", "/foo", "/foo", True),
    ("Exact", "/foo", "/bar", False),
    ("Exact", "/foo", "/foo/", False),
    ("Exact", "/foo/", "/foo", False),
    ("Prefix", "/foo", "/foo", True),
    ("Prefix", "/foo", "/foo/", True),
    ("Prefix", "/foo/", "/foo", True),
    ("Prefix", "/foo/", "/foo/", True),
    ("Prefix", "/aaa/bb", "/aaa/bbb", False),
    ("Prefix", "/aaa/bbb", "/aaa/bbb", True),
    ("Prefix", "/aaa/bbb/", "/aaa/bbb", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbb/", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbb/ccc", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbbxyz", False),
    ("Prefix", "/foo", "/FOO", False),
    ("ImplementationSpecific", "/foo", "/foobar", True),
    ("ImplementationSpecific", "/foo", "/fo", False),
    ("ImplementationSpecific", "", "/anything", True),
)


@pytest.mark.parametrize(("kind", "path", "asked", "met"), PATHS)
def test_paths(kind: str, path: str, asked: str, met: bool) -> None:
    rules = Rules([ingress(("shop.local", kind, path, "web"))])
    assert chosen(rules, "shop.local", asked) == ("web" if met else None)


ORDER = Rules(
    [
        ingress(
            ("shop.local", "Prefix", "/", "root"),
            ("shop.local", "Prefix", "/aaa", "short"),
            ("shop.local", "Prefix", "/aaa/bbb", "long"),
            ("shop.local", "Exact", "/aaa/bbb", "exact"),
            ("*.shop.local", "Prefix", "/", "wild"),
            ("", "Prefix", "/", "any"),
        )
    ]
)
WINNERS = (
    ("shop.local", "/aaa/ccc", "short"),
    ("shop.local", "/aaa/bbb/c", "long"),
    ("shop.local", "/aaa/bbb", "exact"),
    ("shop.local", "/ccc", "root"),
    ("SHOP.local", "/ccc", "root"),
    ("eu.shop.local", "/aaa/bbb", "wild"),
    ("a.b.shop.local", "/", "any"),
    ("other", "/", "any"),
    ("", "/", "any"),
)


@pytest.mark.parametrize(("host", "path", "service"), WINNERS)
def test_the_most_specific_host_then_the_exact_then_the_longest_path(host: str, path: str, service: str) -> None:
    assert chosen(ORDER, host, path) == service


def test_a_host_of_its_own_keeps_its_requests_from_rules_for_any_host() -> None:
    rules = Rules([ingress(("shop.local", "Prefix", "/a", "a"), ("", "Prefix", "/", "any"))])
    assert [chosen(rules, "shop.local", "/b"), chosen(rules, "else", "/b")] == [None, "any"]


def test_default_backends_take_what_no_rule_does() -> None:
    own = ingress(("shop.local", "Prefix", "/a", "a"), defaultBackend=backend("own"))
    everything = ingress(made="2026-02-01T00:00:00Z", defaultBackend=backend("everything"))
    rules = Rules([everything, own])
    asked = (("shop.local", "/a"), ("shop.local", "/b"), ("else", "/"))
    assert [chosen(rules, *each) for each in asked] == ["a", "own", "everything"]


def test_the_older_ingress_holds_where_two_say_the_same() -> None:
    young = ingress(("shop.local", "Prefix", "/", "young"), made="2026-03-01T00:00:00Z")
    old = ingress(("shop.local", "Prefix", "/", "old"))
    assert chosen(Rules([young, old]), "shop.local", "/") == "old"


REWRITES = (
    ("/", "/api", "Prefix", "/api/v1", "/"),
    ("/$2", "/api(/|$)(.*)", "ImplementationSpecific", "/api/v1/x", "/v1/x"),
    ("/$2", "/api(/|$)(.*)", "ImplementationSpecific", "/api", "/"),
    ("/$9", "/api", "ImplementationSpecific", "/api", "/"),
)


@pytest.mark.parametrize(("rewrite", "path", "kind", "asked", "seen"), REWRITES)
def test_rewritten_paths(rewrite: str, path: str, kind: str, asked: str, seen: str) -> None:
    notes = {"nginx.ingress.kubernetes.io/rewrite-target": rewrite}
    target = Rules([ingress(("shop.local", kind, path, "web"), annotations=notes)]).choose("shop.local", asked)
    assert target is not None
    assert target.path == seen


def test_a_pattern_that_is_none_meets_nothing() -> None:
    notes = {"nginx.ingress.kubernetes.io/use-regex": "true"}
    rules = Rules([ingress(("shop.local", "ImplementationSpecific", "/(", "web"), annotations=notes)])
    assert rules.choose("shop.local", "/(") is None


OURS = {"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}}
THEIRS = {"metadata": {"name": "traefik"}, "spec": {"controller": "traefik.io/ingress-controller"}}
SERVED: tuple[tuple[Obj, dict[str, str] | None, bool], ...] = (
    ({"ingressClassName": "nginx"}, None, True),
    ({"ingressClassName": "traefik"}, None, False),
    ({"ingressClassName": "nosuch"}, None, False),
    ({}, None, True),
    ({}, {"kubernetes.io/ingress.class": "nginx"}, True),
    ({}, {"kubernetes.io/ingress.class": "traefik"}, False),
)


@pytest.mark.parametrize(("spec", "annotations", "served"), SERVED)
def test_whose_ingress_it_is(spec: Obj, annotations: dict[str, str] | None, served: bool) -> None:
    assert is_served(ingress(annotations=annotations, **spec), [OURS, THEIRS]) is served
