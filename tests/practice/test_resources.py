"""The table of served resources says what a real server's discovery says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kx.practice import resources

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "resources.json").read_text())


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['group']}/{row['version']}/{row['resource']}")
def test_each_row_is_what_a_real_server_lists(row: dict[str, Any]) -> None:
    found = resources.by_path(row["group"], row["version"], row["resource"])
    assert found is not None
    assert (found.kind, found.namespaced, found.singular) == (row["kind"], row["namespaced"], row["singular"])
    assert list(found.short_names) == row["shortNames"]
    assert list(found.categories) == row["categories"]
    assert list(found.verbs) == row["verbs"]
    assert [(each.name, each.kind, list(each.verbs)) for each in found.subresources] == [
        (each["name"], each["kind"], each["verbs"]) for each in row["subresources"]
    ]
    for subresource, told in zip(found.subresources, row["subresources"], strict=True):
        own = (told["group"], told["version"]) if told["version"] else (row["group"], row["version"])
        assert (subresource.group, subresource.version) == own


def test_nothing_else_is_served_and_the_order_is_kept() -> None:
    assert [(each.group, each.version, each.plural) for each in resources.SERVED] == [
        (row["group"], row["version"], row["resource"]) for row in GOLDEN
    ]


def test_lookups_agree() -> None:
    deployments = resources.by_key("deployments.apps")
    assert deployments is not None
    assert deployments is resources.by_kind("apps", "v1", "Deployment")
    assert deployments.api_version == "apps/v1"
    assert deployments.list_kind == "DeploymentList"
    scale = deployments.subresource("scale")
    assert scale is not None and scale.api_version == "autoscaling/v1"
    assert deployments.subresource("log") is None
    pods = resources.by_key("pods")
    assert pods is not None and pods.api_version == "v1"


def test_a_key_stands_for_the_preferred_version() -> None:
    autoscalers = resources.by_key("horizontalpodautoscalers.autoscaling")
    assert autoscalers is not None and autoscalers.version == "v2"


@pytest.mark.parametrize(("text", "parts"), [("v1", ("", "v1")), ("apps/v1", ("apps", "v1"))])
def test_api_versions_split_and_join(text: str, parts: tuple[str, str]) -> None:
    assert resources.split_api_version(text) == parts
    assert resources.api_version(*parts) == text
