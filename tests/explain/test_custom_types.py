"""Lines about types that only the cluster knows: told from kubectl's cache, and marked so."""

from __future__ import annotations

from pathlib import Path

import pytest

from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.explain.requests.base import IF_ABSENT
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.resources import Types
from kx.kubectl.discovery import cached_types
from tests.kubectl import caches

HERE = Where(context="c", namespace="web", server="https://here.example.com")
THERE = Where(context="d", namespace="far", server="https://there.example.com")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    caches.add(tmp_path / "discovery" / "here.example.com")
    return {"KUBECACHEDIR": str(tmp_path)}


def told(line: str, env: dict[str, str]) -> Explanation:
    return explain_text(
        line,
        HERE,
        types=lambda where: Types(lambda: cached_types(env, where.server)),
        elsewhere=lambda context, kubeconfig: THERE,
    )


WIDGETS = "/apis/shop.example.com/v1/namespaces/web/widgets"


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("kubectl get widgets", [WIDGETS]),
        ("kubectl get wd w", [f"{WIDGETS}/w"]),
        ("kubectl get widget/w shops/s", [f"{WIDGETS}/w", "/apis/shop.example.com/v1/shops/s"]),
        ("kubectl get pods,wd", ["/api/v1/namespaces/web/pods", WIDGETS]),
        (
            "kubectl get widgets.v1beta1.shop.example.com",
            ["/apis/shop.example.com/v1beta1/namespaces/web/widgets"],
        ),
        ("kubectl get goods", [WIDGETS, "/apis/shop.example.com/v1/shops"]),
        ("kubectl label wd w a=b", [f"{WIDGETS}/w", f"{WIDGETS}/w"]),
        ("kubectl get widgets --server=https://there.example.com", [""]),
        ("kubectl get widgets --context d", [""]),
        ("kubectl get widgets --cluster d", [""]),
        ("kubectl get gadgets", [""]),
    ],
)
def test_requests_have_real_paths(line: str, paths: list[str], env: dict[str, str]) -> None:
    found = [request.path for request in told(line, env).requests if request.why != IF_ABSENT]
    assert found == paths


def test_get_all_has_what_the_cluster_adds(env: dict[str, str]) -> None:
    paths = [request.path for request in told("kubectl get all", env).requests]
    assert paths[-2:] == [WIDGETS, "/apis/shop.example.com/v1/shops"]
    assert "/apis/apps/v1/namespaces/web/deployments" in paths


@pytest.mark.parametrize(
    ("line", "word", "says"),
    [
        ("kubectl get widgets", "widgets", "Widget (shop.example.com/v1, in a namespace)"),
        ("kubectl delete shop s", "shop", "Shop (shop.example.com/v1, in no namespace)"),
        ("kubectl get wd/w", "wd/w", "the Widget called w"),
        ("kubectl get goods", "goods", "widgets, shops"),
        ("kubectl get pods,wd", "pods,wd", "Pod, Widget"),
        ("kubectl explain widgets", "widgets", "Widget (shop.example.com/v1, in a namespace)"),
    ],
)
def test_notes_say_that_the_cluster_told(line: str, word: str, says: str, env: dict[str, str]) -> None:
    note = next(note for note in told(line, env).words if note.text == word)
    assert says in note.note
    assert note.source == "cluster"


def test_what_is_built_in_needs_no_cluster(env: dict[str, str]) -> None:
    assert {note.source for note in told("kubectl get pods web", env).words} == {"kx"}


def test_a_custom_type_without_a_namespace_is_a_trap_like_any_other(env: dict[str, str]) -> None:
    traps = told("kubectl delete shops --all -n web", env).traps
    assert [(trap.id, trap.severity) for trap in traps][:2] == [("namespace-ignored", "stop"), ("delete-all", "stop")]
