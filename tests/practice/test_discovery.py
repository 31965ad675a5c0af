"""Discovery says the same as a real server's, in each of its forms, and every kubectl reads it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kx.practice.discovery import respond, version_document
from kx.practice.http import Request, Response
from kx.practice.schema import current
from tests.practice.bare_server import serving
from tests.practice_server import kubectls

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "resources.json").read_text())
V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
V2BETA1 = V2.replace("v=v2", "v=v2beta1")


def ask(path: str, accept: str = "application/json", **headers: str) -> Response | None:
    return respond(Request("GET", path, headers=(("accept", accept), ("host", "127.0.0.1:6443"), *headers.items())))


def get(path: str, accept: str = "application/json") -> Any:
    found = ask(path, accept)
    assert found is not None and found.status == 200
    return json.loads(found.body)


def header(response: Response, name: str) -> str:
    return dict(response.headers).get(name, "")


def from_aggregated(version: str) -> list[dict[str, Any]]:
    """What an aggregated answer says, as the golden rows say it."""
    rows = []
    for root in ("/api", "/apis"):
        for group in get(root, V2.replace("v=v2", f"v={version}"))["items"]:
            for each in group["versions"]:
                rows += [_row(group["metadata"].get("name", ""), each["version"], row) for row in each["resources"]]
    return rows


def _row(group: str, version: str, row: dict[str, Any]) -> dict[str, Any]:
    assert (row["responseKind"]["group"], row["responseKind"]["version"]) == (group, version)
    return {
        "group": group,
        "version": version,
        "resource": row["resource"],
        "kind": row["responseKind"]["kind"],
        "namespaced": row["scope"] == "Namespaced",
        "verbs": row["verbs"],
        "singular": row["singularResource"],
        "shortNames": row.get("shortNames", []),
        "categories": row.get("categories", []),
        "subresources": [
            {"name": each["subresource"], **each["responseKind"], "verbs": each["verbs"]}
            for each in row.get("subresources", [])
        ],
    }


def from_plain() -> list[dict[str, Any]]:
    """What the plain documents say, followed from the roots, as the golden rows say it."""
    paths = [f"/api/{version}" for version in get("/api")["versions"]]
    for group in get("/apis")["groups"]:
        paths += [f"/apis/{each['groupVersion']}" for each in group["versions"]]
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for path in paths:
        listed = get(path)
        assert listed["kind"] == "APIResourceList"
        group, _, version = listed["groupVersion"].rpartition("/")
        for each in listed["resources"]:
            name, _, subresource = each["name"].partition("/")
            if subresource:
                told = {"group": each.get("group", ""), "version": each.get("version", "")}
                kind = {"name": subresource, "kind": each["kind"], **told, "verbs": each["verbs"]}
                rows[path, name]["subresources"].append(kind)
            else:
                rows[path, name] = {
                    "group": group,
                    "version": version,
                    "resource": name,
                    "kind": each["kind"],
                    "namespaced": each["namespaced"],
                    "verbs": each["verbs"],
                    "singular": each["singularName"],
                    "shortNames": each.get("shortNames", []),
                    "categories": each.get("categories", []),
                    "subresources": [],
                }
    return list(rows.values())


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
def test_aggregated_discovery_is_a_real_servers(version: str) -> None:
    assert from_aggregated(version) == GOLDEN


def test_plain_discovery_is_a_real_servers() -> None:
    assert from_plain() == GOLDEN


# What kubectl 1.27 to 1.29, 1.30 to 1.33 and others send; the form that answers.
ACCEPTS = [
    (f"{V2BETA1},application/json", "v2beta1"),
    (f"{V2},{V2BETA1},application/json", "v2"),
    (f"{V2};profile=nopeer,{V2},application/json", "v2"),
    (f"application/json,{V2}", ""),
    ("application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json", ""),
    (f"application/json;q=0.5,{V2};q=0.9", "v2"),
    (f"{V2};q=0,application/json", ""),
    ("*/*", ""),
    ("", ""),
    (";;;,,=", ""),
]


@pytest.mark.parametrize(("accept", "form"), ACCEPTS)
@pytest.mark.parametrize("path", ["/api", "/apis", "/apis/"])
def test_the_accept_header_chooses_the_form(path: str, accept: str, form: str) -> None:
    found = ask(path, accept)
    assert found is not None
    kind = header(found, "content-type")
    if form:
        assert kind == f"application/json;g=apidiscovery.k8s.io;v={form};as=APIGroupDiscoveryList"
        assert json.loads(found.body)["apiVersion"] == f"apidiscovery.k8s.io/{form}"
    else:
        assert kind == "application/json"
        assert json.loads(found.body)["kind"] in ("APIVersions", "APIGroupList")


def test_an_unchanged_answer_is_not_sent_again() -> None:
    first = ask("/apis", V2)
    assert first is not None
    again = ask("/apis", V2, **{"if-none-match": header(first, "etag")})
    assert again is not None
    assert (again.status, again.body) == (304, b"")


def test_groups_and_their_preferred_versions() -> None:
    group = get("/apis/autoscaling")
    assert group["kind"] == "APIGroup"
    assert [each["version"] for each in group["versions"]] == ["v2", "v1"]
    assert group["preferredVersion"] == {"groupVersion": "autoscaling/v2", "version": "v2"}
    assert get("/api")["serverAddressByClientCIDRs"][0]["serverAddress"] == "127.0.0.1:6443"


@pytest.mark.parametrize(
    "path", ["/", "/apis/nothing", "/apis/apps/v9", "/api/v2", "/api/v1/pods", "/apis/apps/v1/x/y"]
)
def test_other_paths_are_left_to_others(path: str) -> None:
    assert ask(path) is None


def test_the_version() -> None:
    told = version_document("v1.36.2+kx")
    assert (told["major"], told["minor"], told["gitVersion"]) == ("1", "36", "v1.36.2+kx")


@pytest.mark.parametrize("kubectl", kubectls(), ids=os.path.basename)
def test_every_kubectl_lists_every_resource(kubectl: str, tmp_path: Path) -> None:
    with serving(current()) as (url, _):
        command = [kubectl, "--server", url, "--cache-dir", str(tmp_path), "api-resources", "--no-headers"]
        env = {**os.environ, "KUBECONFIG": os.devnull, "HOME": str(tmp_path)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    listed = [(row.split()[0], row.split()[-1]) for row in done.stdout.splitlines()]
    wanted = [
        (row["resource"], row["kind"]) for row in GOLDEN if row["version"] != "v1" or row["group"] != "autoscaling"
    ]
    assert sorted(listed) == sorted(wanted)
