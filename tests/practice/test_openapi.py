"""The OpenAPI documents hold together, and every kubectl explains from them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kx.practice.http import Request, Response
from kx.practice.openapi import OpenApi
from kx.practice.resources import SERVED, Resource
from kx.practice.schema import current
from tests.practice.bare_server import serving
from tests.practice_server import kubectls

PREFIX = "#/components/schemas/"
PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"


@pytest.fixture(scope="module")
def documents() -> OpenApi:
    return OpenApi(current().folder)


def ask(documents: OpenApi, path: str, query: tuple[tuple[str, str], ...] = (), **headers: str) -> Response:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    found = documents.respond(Request("GET", path, query, pairs))
    assert found is not None
    return found


def index(documents: OpenApi) -> dict[str, str]:
    told = json.loads(ask(documents, "/openapi/v3").body)["paths"]
    return {name: each["serverRelativeURL"] for name, each in told.items()}


def every(documents: OpenApi) -> Iterator[tuple[str, Any]]:
    for name in index(documents):
        yield name, json.loads(ask(documents, f"/openapi/v3/{name}").body)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_group_version_has_a_document(documents: OpenApi) -> None:
    wanted = {f"apis/{each.api_version}" if each.group else f"api/{each.version}" for each in SERVED}
    assert set(index(documents)) == wanted


def test_every_reference_leads_somewhere(documents: OpenApi) -> None:
    for name, document in every(documents):
        schemas = document["components"]["schemas"]
        assert {each.removeprefix(PREFIX) for each in references(document)} == set(schemas), name


def test_every_resource_can_be_patched_as_kubectl_wants_it(documents: OpenApi) -> None:
    told = dict(every(documents))
    for each in SERVED:
        if "patch" not in each.verbs:
            continue
        document = told[f"apis/{each.api_version}" if each.group else f"api/{each.version}"]
        kind = {"group": each.group, "kind": each.kind, "version": each.version}
        patches = [item["patch"] for item in document["paths"].values() if "patch" in item]
        own = [patch for patch in patches if patch["x-kubernetes-group-version-kind"] == kind]
        assert own, each
        for patch in own:
            names = {parameter["name"] for parameter in patch["parameters"]}
            assert {"fieldValidation", "dryRun", "fieldManager"} <= names
            assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]


def test_every_kind_is_marked_and_described(documents: OpenApi) -> None:
    for name, document in every(documents):
        marks = [each.get("x-kubernetes-group-version-kind", []) for each in document["components"]["schemas"].values()]
        marked = {(mark["group"], mark["version"], mark["kind"]) for each in marks for mark in each}
        for each in SERVED:
            if f"apis/{each.api_version}" == name or (not each.group and name == "api/v1"):
                assert (each.group, each.version, each.kind) in marked, each


def test_a_schema_says_what_a_real_one_says(documents: OpenApi) -> None:
    schemas = dict(every(documents))["api/v1"]["components"]["schemas"]
    container = schemas["io.k8s.api.core.v1.Container"]
    assert container["required"] == ["name"]
    assert container["type"] == "object"
    ports = container["properties"]["ports"]
    assert ports["x-kubernetes-patch-merge-key"] == "containerPort"
    assert ports["x-kubernetes-patch-strategy"] == "merge"
    assert ports["x-kubernetes-list-type"] == "map"
    assert ports["x-kubernetes-list-map-keys"] == ["containerPort", "protocol"]
    assert ports["items"]["allOf"] == [{"$ref": f"{PREFIX}io.k8s.api.core.v1.ContainerPort"}]
    port = schemas["io.k8s.api.core.v1.ContainerPort"]["properties"]
    assert (port["containerPort"]["type"], port["containerPort"]["format"]) == ("integer", "int32")
    assert (port["protocol"]["default"], port["protocol"]["enum"]) == ("TCP", ["SCTP", "TCP", "UDP"])
    limits = schemas["io.k8s.api.core.v1.ResourceRequirements"]["properties"]["limits"]["additionalProperties"]
    assert limits["allOf"] == [{"$ref": f"{PREFIX}io.k8s.apimachinery.pkg.api.resource.Quantity"}]
    assert schemas["io.k8s.apimachinery.pkg.apis.meta.v1.Time"]["format"] == "date-time"
    assert schemas["io.k8s.api.core.v1.Secret"]["properties"]["data"]["additionalProperties"]["format"] == "byte"


def test_every_field_has_a_text(documents: OpenApi) -> None:
    for _, document in every(documents):
        for name, schema in document["components"]["schemas"].items():
            for field, told in schema.get("properties", {}).items():
                if not name.endswith((".JSONSchemaProps", ".ExternalDocumentation")):  # nor do real ones
                    assert told.get("description"), f"{name}.{field}"


def test_documents_are_named_by_their_content(documents: OpenApi) -> None:
    path, _, content = index(documents)["apis/apps/v1"].partition("?hash=")
    named = ask(documents, path, (("hash", content),))
    assert dict(named.headers)["cache-control"] == "public, immutable"
    tag = dict(named.headers)["etag"]
    assert ask(documents, path, if_none_match=tag).status == 304
    other = ask(documents, path, (("hash", "0"),))
    assert (other.status, dict(other.headers)["location"]) == (301, f"{path}?hash={content}")


def test_what_is_not_there(documents: OpenApi) -> None:
    assert documents.respond(Request("GET", "/openapi/v3/apis/nothing/v1")) is None
    assert documents.respond(Request("GET", "/openapi/v3/../types")) is None
    assert documents.respond(Request("GET", "/openapi")) is None
    assert ask(documents, "/openapi/v3/api/v1", accept="text/html").status == 406
    assert ask(documents, "/openapi/v2", accept="text/html").status == 406


def test_v2_is_one_document_in_two_forms(documents: OpenApi) -> None:
    plain = json.loads(ask(documents, "/openapi/v2", accept="application/json").body)
    definitions = plain["definitions"]
    assert {each.removeprefix("#/definitions/") for each in references(plain)} <= set(definitions)
    spec = definitions["io.k8s.api.apps.v1.Deployment"]["properties"]["spec"]
    assert spec["$ref"] == "#/definitions/io.k8s.api.apps.v1.DeploymentSpec"
    binary = ask(documents, "/openapi/v2", accept=PROTOBUF)
    assert dict(binary.headers)["content-type"].endswith("+protobuf")
    assert b"io.k8s.api.apps.v1.DeploymentSpec" in binary.body


KUBECTLS = pytest.mark.parametrize("kubectl", kubectls(), ids=os.path.basename)


def explain(kubectl: str, folder: Path, *words: str) -> str:
    with serving(current()) as (url, _):
        command = [kubectl, "--server", url, "--cache-dir", str(folder), "explain", *words]
        env = {**os.environ, "KUBECONFIG": os.devnull, "HOME": str(folder)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout


@KUBECTLS
def test_every_kubectl_explains_a_kind(kubectl: str, tmp_path: Path) -> None:
    told = explain(kubectl, tmp_path, "pods")
    assert told.startswith("KIND:       Pod\nVERSION:    v1\n")
    for line in ("  apiVersion\t<string>", "  metadata\t<ObjectMeta>", "  spec\t<PodSpec>", "  status\t<PodStatus>"):
        assert line in told.splitlines()
    assert "<no description>" not in told


@KUBECTLS
def test_every_kubectl_explains_a_field(kubectl: str, tmp_path: Path) -> None:
    told = explain(kubectl, tmp_path, "deployment.spec").splitlines()
    assert told[:3] == ["GROUP:      apps", "KIND:       Deployment", "VERSION:    v1"]
    assert "FIELD: spec <DeploymentSpec>" in told
    for line in ("  replicas\t<integer>", "  selector\t<LabelSelector> -required-", "  paused\t<boolean>"):
        assert line in told


@KUBECTLS
def test_every_kubectl_explains_all_below(kubectl: str, tmp_path: Path) -> None:
    told = explain(kubectl, tmp_path, "deployment", "--recursive").splitlines()
    for line in (
        "      spec\t<PodSpec>",
        "        containers\t<[]Container> -required-",
        "          env\t<[]EnvVar>",
        "            limits\t<map[string]Quantity>",
        "      rollingUpdate\t<RollingUpdateDeployment>",
        "        maxSurge\t<IntOrString>",
        "    creationTimestamp\t<string>",
        "    labels\t<map[string]string>",
    ):
        assert any(each.startswith(line) for each in told), line


@KUBECTLS
def test_every_kubectl_explains_from_v2(kubectl: str, tmp_path: Path) -> None:
    told = explain(kubectl, tmp_path, "deployment.spec.template", "--output", "plaintext-openapiv2")
    assert "KIND:     Deployment\nVERSION:  apps/v1\n" in told
    assert "RESOURCE: template <Object>" in told


# One of each group version; that the others are marked and described is asked of the documents above.
ONE_EACH = list({each.api_version: each for each in SERVED if each.verbs != ("create",)}.values())


@pytest.mark.parametrize("of", ONE_EACH, ids=lambda of: f"{of.plural}.{of.api_version}")
def test_every_group_version_is_explained(of: Resource, tmp_path: Path) -> None:
    told = explain(kubectls()[-1], tmp_path, of.plural, "--api-version", of.api_version)
    assert f"KIND:       {of.kind}\nVERSION:    {of.version}\n" in told
