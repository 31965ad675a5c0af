"""Claims and volumes find each other, lose each other, and say so. The clock stands still unless it is wound."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.bootstrap import bootstrap
from kx.practice.status import ApiError, Obj
from tests.practice.controllers.cluster import Cluster, pod

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster()
    bootstrap(made.store, made.api)
    return made


def claim(name: str = "data", size: str = "1Gi", **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec},
    }


def volume(name: str, size: str = "1Gi", **spec: Any) -> Obj:
    source = {} if {"hostPath", "nfs"} & spec.keys() else {"csi": {"driver": "other.example", "volumeHandle": name}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], **source, **spec},
    }


def using(name: str, claimed: str, node: str = "") -> Obj:
    made = pod(name)
    made["spec"]["volumes"] = [{"name": "d", "persistentVolumeClaim": {"claimName": claimed}}]
    if node:
        made["spec"]["nodeName"] = node
    return made


def phase(cluster: Cluster, resource: str, name: str) -> str:
    namespace = "default" if resource == CLAIMS else ""
    return str(cluster.store.get(resource, namespace, name)["status"]["phase"])


def test_binding_leaves_the_notes_that_kubernetes_leaves(cluster: Cluster) -> None:
    cluster.api.create(VOLUMES, volume("v", "2Gi"))
    made = cluster.api.create(CLAIMS, claim(storageClassName=""))
    cluster.settle()
    bound, held = cluster.get(CLAIMS, "data"), cluster.store.get(VOLUMES, "", "v")
    assert bound["spec"]["volumeName"] == "v"
    assert bound["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}}
    assert bound["metadata"]["annotations"] == {
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
    }
    assert held["spec"]["claimRef"]["uid"] == made["metadata"]["uid"]
    assert held["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert (held["status"]["phase"], bound["metadata"]["finalizers"], held["metadata"]["finalizers"]) == (
        "Bound",
        ["kubernetes.io/pvc-protection"],
        ["kubernetes.io/pv-protection"],
    )


def test_a_default_class_reaches_claims_that_were_there_before_it(cluster: Cluster) -> None:
    cluster.api.delete("storageclasses.storage.k8s.io", "", "standard")
    cluster.api.create(CLAIMS, claim())
    cluster.api.create(CLAIMS, claim("none", storageClassName=""))
    cluster.settle()
    assert "storageClassName" not in cluster.get(CLAIMS, "data")["spec"]
    cluster.api.create(
        "storageclasses.storage.k8s.io",
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "new", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "disk.kx.practice",
        },
    )
    cluster.settle(within=5)
    assert cluster.get(CLAIMS, "data")["spec"]["storageClassName"] == "new"
    assert phase(cluster, CLAIMS, "data") == "Bound"
    assert cluster.get(CLAIMS, "none")["spec"]["storageClassName"] == ""


def test_a_claim_whose_volume_is_gone_is_lost(cluster: Cluster) -> None:
    cluster.api.create(VOLUMES, volume("v"))
    cluster.api.create(CLAIMS, claim(storageClassName=""))
    cluster.settle()
    cluster.store.delete(VOLUMES, "", "v")
    cluster.settle()
    assert phase(cluster, CLAIMS, "data") == "Lost"
    assert cluster.messages("ClaimLost") == [
        "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
    ]


@pytest.mark.parametrize(
    ("held", "reason", "message"),
    [
        ({"hostPath": {"path": "/data"}}, "VolumeFailedDelete",
         "host_path deleter only supports /tmp/.+ but received provided /data"),
        ({}, "VolumeFailedDelete",
         'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'),
    ],
)  # fmt: skip
def test_what_was_made_by_hand_is_not_deleted(cluster: Cluster, held: Obj, reason: str, message: str) -> None:
    cluster.api.create(VOLUMES, volume("v", persistentVolumeReclaimPolicy="Delete", **held))
    cluster.api.create(CLAIMS, claim(storageClassName=""))
    cluster.settle()
    cluster.api.delete(CLAIMS, "default", "data")
    cluster.settle()
    assert phase(cluster, VOLUMES, "v") == "Failed"
    assert cluster.messages(reason) == [message]


def test_a_volume_that_is_named_and_does_not_suit(cluster: Cluster) -> None:
    cluster.api.create(VOLUMES, volume("v", "1Gi"))
    cluster.api.create(CLAIMS, claim(size="2Gi", storageClassName="", volumeName="v"))
    cluster.settle()
    assert cluster.messages("VolumeMismatch") == ['Cannot bind to requested volume "v": requested PV is too small']
    assert phase(cluster, CLAIMS, "data") == "Pending"


def test_two_claims_for_one_volume(cluster: Cluster) -> None:
    cluster.api.create(VOLUMES, volume("v"))
    for name in ("first", "second"):
        cluster.api.create(CLAIMS, claim(name, storageClassName="", volumeName="v"))
    cluster.settle()
    assert sorted(phase(cluster, CLAIMS, name) for name in ("first", "second")) == ["Bound", "Pending"]
    assert cluster.messages("FailedBinding") == ['volume "v" already bound to a different claim.']


def test_the_same_is_not_said_at_every_look(cluster: Cluster) -> None:
    cluster.api.create(CLAIMS, claim(storageClassName=""))
    for number in range(5):
        cluster.api.create(VOLUMES, volume(f"v{number}", "1Mi"))
        cluster.settle()
    events = [event for event in cluster.store.list("events") if event["reason"] == "FailedBinding"]
    assert [event["count"] for event in events] == [1]


def test_one_node_at_a_time(cluster: Cluster) -> None:
    cluster.api.create(CLAIMS, claim())
    cluster.settle(within=5)
    for name, node in (("a", "node-1"), ("b", "node-1"), ("c", "node-2")):
        cluster.api.create("pods", using(name, "data", node))
    cluster.settle(within=5)
    attached = cluster.store.list("volumeattachments.storage.k8s.io")
    assert [(one["spec"]["nodeName"], one["status"]["attached"]) for one in attached] == [("node-1", True)]
    name = cluster.get(CLAIMS, "data")["spec"]["volumeName"]
    assert cluster.messages("FailedAttachVolume") == [
        f'Multi-Attach error for volume "{name}" Volume is already used by pod(s) a, b'
    ]
    holder = cluster.store.get("nodes", "", "node-1")
    assert holder["status"]["volumesInUse"] == [f"kubernetes.io/csi/disk.kx.practice^{name}"]
    for gone in ("a", "b"):
        cluster.bury(cluster.get("pods", gone))
    cluster.settle(within=5)
    attached = cluster.store.list("volumeattachments.storage.k8s.io")
    assert [one["spec"]["nodeName"] for one in attached] == ["node-2"]


def test_many_nodes_where_the_volume_allows_them(cluster: Cluster) -> None:
    cluster.api.create(CLAIMS, {**claim(), "spec": {**claim()["spec"], "accessModes": ["ReadWriteMany"]}})
    cluster.settle(within=5)
    for name, node in (("a", "node-1"), ("c", "node-2")):
        cluster.api.create("pods", using(name, "data", node))
    cluster.settle(within=5)
    assert len(cluster.store.list("volumeattachments.storage.k8s.io")) == 2
    assert not cluster.messages("FailedAttachVolume")


def test_pods_of_other_namespaces_are_counted_and_not_named(cluster: Cluster) -> None:
    from kx.practice.controllers.volumes.attaching import _multi_attach

    mine, other = pod("a"), {"metadata": {"name": "secret", "namespace": "other"}}
    assert _multi_attach(mine, [other]) == "Volume is already used by 1 pod(s) in different namespaces"
    assert _multi_attach(mine, [mine, other]).endswith("pod(s) a and 1 pod(s) in different namespaces")


def test_growing_needs_a_class_that_allows_it(cluster: Cluster) -> None:
    cluster.api.create(VOLUMES, volume("v", "5Gi"))
    cluster.api.create(CLAIMS, claim(storageClassName=""))
    cluster.settle()
    with pytest.raises(ApiError, match="only dynamically provisioned pvc can be resized"):
        cluster.patch(CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.api.create(CLAIMS, claim("grows"))
    cluster.settle(within=5)
    cluster.patch(CLAIMS, "grows", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.settle(within=5)
    assert cluster.get(CLAIMS, "grows")["status"]["capacity"] == {"storage": "2Gi"}


def test_a_pods_own_claim_goes_with_it(cluster: Cluster) -> None:
    owner = pod("a")
    template = {"spec": claim()["spec"], "metadata": {"labels": {"x": "y"}}}
    owner["spec"]["volumes"] = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    made = cluster.api.create("pods", owner)
    cluster.settle(within=5)
    own = cluster.get(CLAIMS, "a-scratch")
    assert own["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    assert own["metadata"]["labels"] == {"x": "y"}
    cluster.bury(cluster.get("pods", "a"))
    cluster.settle(within=5)
    assert cluster.store.find(CLAIMS, "default", "a-scratch") is None
    assert not cluster.store.list(VOLUMES)
