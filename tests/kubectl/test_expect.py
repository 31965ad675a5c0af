"""What may stand at the cursor: typed text on the left, what is expected on the right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.kubectl.catalog.load import load
from kx.kubectl.expect import Expectation, expect
from kx.kubectl.operands import SLOTS
from kx.kubectl.words import split
from tests.kubectl.test_parse import LINES


def at(text: str, *, implied: bool = True) -> Expectation:
    """``|`` marks the cursor, otherwise it is at the end."""
    before, _, after = text.partition("¦")
    return expect(split(before + after), len(before), load(), implied)


@pytest.mark.parametrize(
    ("text", "kind", "prefix"),
    [
        ("", "command", ""),
        ("ro", "command", "ro"),
        ("kubectl ", "command", ""),
        ("kubectl ro", "command", "ro"),
        ("-n x ro", "command", "ro"),
        ("rollout ", "command", ""),
        ("rollout un", "command", "un"),
        ("create ", "command", ""),
        ("create svc node", "command", "node"),
        ("apply view", "command", "view"),
        ("help ro", "command", "ro"),
        ("get -", "flag", "-"),
        ("get --out", "flag", "--out"),
        ("get pods -A", "flag", "-A"),
        ("create deploy x --im", "flag", "--im"),
        ("--con", "flag", "--con"),
        ("get po > fi", "file", "fi"),
        ("get po >", "file", ""),
        ("apply -f ", "file", ""),
        ("apply -fpo", "file", "po"),
        ("get po | gr", "program", "gr"),
        ("get po | grep x", "shell", "x"),
        ("exec p -- l", "container-command", "l"),
        ("run x --image=y -- ", "container-command", ""),
        ("run ", "new", ""),
        ("create cm ", "new", ""),
        ("create cm x ", "nothing", ""),
        ("label pod x ", "pair", ""),
        ("label -f x ", "pair", ""),
        ("label pod/x ", "pair", ""),
        ("label pods --all ", "pair", ""),
        ("set image deploy/x ", "container-image", ""),
        ("taint nodes x ", "taint", ""),
        ("config use-context ", "context", ""),
        ("config rename-context a ", "new", ""),
        ("--context=do", "context", "do"),
        ("--context ", "context", ""),
        ("--user ", "user", ""),
        ("exec p -c ", "container", ""),
        ("get pods -l a=b,c", "selector", "c"),
        ("explain dep", "field", "dep"),
        ("port-forward p ", "port", ""),
        ("foo ", "nothing", ""),
        ("get po # x", "nothing", "# x"),
    ],
)
def test_kind(text: str, kind: str, prefix: str) -> None:
    found = at(text)
    assert (found.kind, found.prefix) == (kind, prefix)
    assert found.end == len(text)
    assert text[found.start : found.end].endswith(prefix)


@pytest.mark.parametrize(
    ("text", "resource", "prefix", "start"),
    [
        ("get pods ", "pods", "", 9),
        ("get pods we", "pods", "we", 9),
        ("get pods a b", "pods", "b", 11),
        ("get pod/w", "pod", "w", 8),
        ("get pods a¦ b", "pods", "a", 9),
        ("delete pods --cascade ", "pods", "", 22),
        ("get -n ku", "namespaces", "ku", 7),
        ("get -nku", "namespaces", "ku", 6),
        ("exec we", "pods", "we", 5),
        ("logs deploy/n", "deploy", "n", 12),
        ("drain ", "nodes", "", 6),
        ("drain a ", "nodes", "", 8),
        ("auth can-i get pods ", "pods", "", 20),
        ("create token ", "serviceaccounts", "", 13),
        ("describe svc 'a", "svc", "a", 13),
    ],
)
def test_resource_name(text: str, resource: str, prefix: str, start: int) -> None:
    found = at(text)
    assert (found.kind, found.resource, found.prefix, found.start) == ("resource-name", resource, prefix, start)


@pytest.mark.parametrize(
    ("text", "prefix", "start"),
    [
        ("get ", "", 4),
        ("get po", "po", 4),
        ("get pods,dep", "dep", 9),
        ("get pod/x ", "", 10),
        ("auth can-i get po", "po", 15),
    ],
)
def test_resource_type(text: str, prefix: str, start: int) -> None:
    found = at(text)
    assert (found.kind, found.prefix, found.start) == ("resource-type", prefix, start)


def test_only_types_that_make_sense() -> None:
    assert at("rollout undo ").types == ("deployments", "daemonsets", "statefulsets")
    assert at("get ").types == ()
    assert at("logs ").or_type


@pytest.mark.parametrize(
    ("text", "flag", "prefix", "some"),
    [
        ("get -o ", "output", "", "wide"),
        ("get --output=j", "output", "j", "json"),
        ("get -oj", "output", "j", "json"),
        ("get -A -o=j", "output", "j", "json"),
        ("delete pods --cascade=o", "cascade", "o", "orphan"),
        ("delete pods --dry-run=", "dry-run", "", "client"),
        ("get --watch=", "watch", "", "true"),
        ("patch --type ", "type", "", "merge"),
    ],
)
def test_values_of_a_flag(text: str, flag: str, prefix: str, some: str) -> None:
    found = at(text)
    assert found.flag is not None
    assert (found.kind, found.flag.name, found.prefix) == ("value", flag, prefix)
    assert some in found.values


def test_kubectl_must_be_named_outside_the_shell() -> None:
    assert at("ge", implied=False).kind == "program"
    assert at("kubectl ge", implied=False).kind == "command"


def test_slots_are_of_commands_that_exist() -> None:
    assert set(SLOTS) <= set(load().commands)


@settings(max_examples=300, deadline=None)
@given(LINES, st.integers(0, 60), st.booleans())
def test_any_text_and_cursor(text: str, cursor: int, implied: bool) -> None:
    found = expect(split(text), cursor, load(), implied)
    assert 0 <= found.start <= found.end <= len(text)
