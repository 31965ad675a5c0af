"""Which type a word means: the built-in ones first, then those that the cluster has beside them."""

from __future__ import annotations

import pytest

from kx.kubectl.catalog.resources import BUILT_IN, ResourceType, Types

CERTIFICATE = ResourceType(
    group="cert-manager.io",
    version="v1",
    plural="certificates",
    kind="Certificate",
    namespaced=True,
    singular="certificate",
    short_names=("cert", "certs"),
    categories=("cert-manager", "all"),
    built_in=False,
)
POD_METRICS = ResourceType("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", True, "", built_in=False)
WITH_CRDS = Types(lambda: (CERTIFICATE, POD_METRICS))


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("certificates", "certificates.cert-manager.io"),
        ("certificate", "certificates.cert-manager.io"),
        ("Certificate", "certificates.cert-manager.io"),
        ("cert", "certificates.cert-manager.io"),
        ("cert.cert-manager.io", "certificates.cert-manager.io"),
        ("certificates.v1.cert-manager.io", "certificates.cert-manager.io"),
        ("certificates.v2.cert-manager.io", None),
        ("pods", "pods"),
        ("pods.metrics.k8s.io", "pods.metrics.k8s.io"),
        ("", None),
        (".", None),
        ("nonsense", None),
    ],
)
def test_a_word_means_a_type(word: str, key: str | None) -> None:
    found = WITH_CRDS.find(word)
    assert (found.key if found else None) == key


def test_a_cluster_adds_to_a_built_in_category() -> None:
    built_in = BUILT_IN.category("all")
    assert WITH_CRDS.category("all") == (*built_in, CERTIFICATE)
    assert WITH_CRDS.category("cert-manager") == (CERTIFICATE,)
    assert BUILT_IN.category("cert-manager") == ()


def test_the_cluster_is_looked_at_only_for_what_is_not_built_in() -> None:
    looks: list[None] = []

    def more() -> tuple[ResourceType, ...]:
        looks.append(None)
        return (CERTIFICATE,)

    types = Types(more)
    assert types.find("po") and types.find("deploy.apps") and not looks
    assert types.find("certs") and types.find("issuers") is None
    assert len(looks) == 1
