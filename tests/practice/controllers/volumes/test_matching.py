"""Which volume suits a claim: a table of claims against the same shelf of volumes."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.controllers.volumes.matching import best, mismatch
from kx.practice.status import Obj


def volume(name: str, size: str, *modes: str, phase: str = "Available", labels: Obj | None = None, **spec: Any) -> Obj:
    return {
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"capacity": {"storage": size}, "accessModes": list(modes or ("ReadWriteOnce",)), **spec},
        "status": {"phase": phase},
    }


def claim(size: str, *modes: str, **spec: Any) -> Obj:
    return {
        "metadata": {"name": "data", "namespace": "default", "uid": "u1"},
        "spec": {
            "accessModes": list(modes or ("ReadWriteOnce",)),
            "resources": {"requests": {"storage": size}},
            **spec,
        },
    }


NODE = {"metadata": {"name": "node-1", "labels": {"zone": "a"}}}


def in_zone(zone: str) -> Obj:
    expression = {"key": "zone", "operator": "In", "values": [zone]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


SHELF = [
    volume("large", "10Gi"),
    volume("small", "1Gi"),
    volume("middle", "5Gi", "ReadWriteOnce", "ReadWriteMany"),
    volume("released", "2Gi", phase="Released"),
    volume("fast", "3Gi", storageClassName="fast", labels={"tier": "gold"}),
    volume("block", "3Gi", volumeMode="Block"),
    volume("taken", "2Gi", claimRef={"namespace": "default", "name": "other", "uid": "u9"}),
    volume("there", "4Gi", nodeAffinity=in_zone("b"), storageClassName="local"),
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (claim("500Mi"), "small"),
        (claim("1Gi"), "small"),
        (claim("1025Mi"), "middle"),
        (claim("6Gi"), "large"),
        (claim("11Gi"), None),
        (claim("1Gi", "ReadWriteMany"), "middle"),
        (claim("1Gi", "ReadOnlyMany"), None),
        (claim("1Gi", storageClassName="fast"), "fast"),
        (claim("1Gi", storageClassName="slow"), None),
        (claim("1Gi", volumeMode="Block"), "block"),
        (claim("1Gi", storageClassName="fast", selector={"matchLabels": {"tier": "gold"}}), "fast"),
        (claim("1Gi", storageClassName="fast", selector={"matchLabels": {"tier": "tin"}}), None),
    ],
)
def test_the_smallest_that_suits(wanted: Obj, found: str | None) -> None:
    chosen = best(SHELF, wanted)
    assert (chosen and chosen["metadata"]["name"]) == found


def test_a_promise_comes_before_size() -> None:
    promised = volume("promised", "9Gi", claimRef={"namespace": "default", "name": "data"})
    assert best([*SHELF, promised], claim("1Gi")) is promised
    assert best([*SHELF, promised], claim("1Gi"), delayed=True) is promised
    somebody_elses = volume("promised", "9Gi", claimRef={"namespace": "default", "name": "data", "uid": "u2"})
    assert best([somebody_elses], claim("1Gi")) is None


def test_a_claim_that_waits_for_a_pod_gets_what_its_node_reaches() -> None:
    wanted = claim("1Gi", storageClassName="local")
    assert best(SHELF, wanted, delayed=True) is None
    assert best(SHELF, wanted, delayed=True, node=NODE) is None
    there: Obj = {"metadata": {"name": "node-2", "labels": {"zone": "b"}}}
    chosen = best(SHELF, wanted, delayed=True, node=there)
    assert chosen is not None and chosen["metadata"]["name"] == "there"


@pytest.mark.parametrize(
    ("held", "wanted", "why"),
    [
        (volume("v", "1Gi"), claim("1Gi"), ""),
        (volume("v", "1Gi"), claim("2Gi"), "requested PV is too small"),
        (volume("v", "1Gi", storageClassName="x"), claim("1Gi"), "storageClassName does not match"),
        (volume("v", "1Gi", volumeMode="Block"), claim("1Gi"), "incompatible volumeMode"),
        (volume("v", "1Gi"), claim("1Gi", "ReadWriteMany"), "incompatible accessMode"),
    ],
)
def test_why_a_named_volume_does_not_do(held: Obj, wanted: Obj, why: str) -> None:
    assert mismatch(held, wanted) == why
