"""Selectors: what matches, and how refusals read."""

from __future__ import annotations

import pytest

from kx.practice.selectors import match_labels, parse_field_selector, parse_label_selector
from kx.practice.status import ApiError, Obj

LABELS = {"app": "web", "tier": "front", "n": "5", "empty": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app = web , tier=front", True),
        ("app=api", False),
        ("app!=api", True),
        ("missing!=x", True),
        ("missing=x", False),
        ("app in (web,api)", True),
        ("app in (api)", False),
        ("app notin (api)", True),
        ("missing notin (api)", True),
        ("app", True),
        ("!app", False),
        ("!missing", True),
        ("n>4", True),
        ("n<5", False),
        ("app>4", False),
        ("empty=", True),
        ("empty in (,x)", True),
        ("app=web,!tier", False),
        ("in=x", False),
    ],
)
def test_label_selectors(text: str, expected: bool) -> None:
    assert parse_label_selector(text).matches(LABELS) is expected


@pytest.mark.parametrize(
    "text", ["=x", "app in web", "app in (web", "a b", "a,", "a=b=c", "a=b c", "a=-", "-a", "x/y/z"]
)
def test_label_selectors_that_the_server_refuses(text: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_label_selector(text)
    assert refusal.value.code == 400
    assert refusal.value.message.startswith("unable to parse requirement: ")


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}, False),
        ({"matchExpressions": [{"key": "missing", "operator": "DoesNotExist"}]}, True),
        ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
    ],
)
def test_selector_objects(selector: Obj | None, expected: bool) -> None:
    assert match_labels(selector, LABELS) is expected


POD: Obj = {
    "metadata": {"name": "p", "namespace": "d"},
    "spec": {"nodeName": "node-1"},
    "status": {"phase": "Running"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status.phase=Running", True),
        ("status.phase!=Running", False),
        ("metadata.name=p,spec.nodeName==node-1", True),
        ("spec.hostNetwork=false", True),
        ("status.nominatedNodeName=", True),
        ("metadata.name=a\\,b", False),
    ],
)
def test_field_selectors(text: str, expected: bool) -> None:
    assert parse_field_selector(text, "pods").matches(POD) is expected


@pytest.mark.parametrize(
    ("text", "resource", "message"),
    [
        ("spec.x=1", "pods", "field label not supported: spec.x"),
        (
            "spec.x=1",
            "configmaps",
            '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("oops", "pods", "invalid selector: 'oops'; can't understand 'oops'"),
    ],
)
def test_field_selectors_that_the_server_refuses(text: str, resource: str, message: str) -> None:
    with pytest.raises(ApiError, match=r".") as refusal:
        parse_field_selector(text, resource)
    assert refusal.value.message == message
