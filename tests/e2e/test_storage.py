"""Volumes with the real kubectl: claims that are bound, one node at a time, and what outlives what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

Obj = dict[str, Any]


def claim(name: str, size: str = "1Gi", mode: str = "ReadWriteOnce", **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {"accessModes": [mode], "resources": {"requests": {"storage": size}}, **spec},
    }


def volume(name: str, size: str = "1Gi", mode: str = "ReadWriteOnce", **spec: Any) -> Obj:
    source = (
        {} if {"csi", "hostPath", "nfs"} & spec.keys() else {"csi": {"driver": "other.example", "volumeHandle": name}}
    )
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {"capacity": {"storage": size}, "accessModes": [mode], **source, **spec},
    }


def pod(name: str, claim: str = "", node: str = "", **mount: Any) -> Obj:
    source = {"persistentVolumeClaim": {"claimName": claim}} if claim else {"emptyDir": {}}
    spec: Obj = {
        "terminationGracePeriodSeconds": 1,
        "containers": [
            {
                "name": "main",
                "image": "busybox:1.36",
                "command": ["sleep", "infinity"],
                "volumeMounts": [{"name": "data", "mountPath": "/data", **mount}],
            }
        ],
        "volumes": [{"name": "data", **source}],
    }
    if node:
        spec["nodeSelector"] = {"kubernetes.io/hostname": node}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def apply(desk: Desk, *objects: Obj) -> None:
    (desk.folder / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    desk.ok("kubectl apply -f all.json")


def running(desk: Desk, *names: str) -> None:
    for name in names:
        desk.until(f"kubectl get pod {name}", rf"{name}\s+1/1\s+Running")


def phase(desk: Desk, what: str) -> str:
    return desk.ok(f"kubectl get {what} -o jsonpath={{.status.phase}}")


def test_read_write_once_means_one_node_and_not_one_pod(desk: Desk) -> None:
    apply(desk, claim("data"), pod("a", "data", "node-1"), pod("b", "data", "node-1"))
    running(desk, "a", "b")
    apply(desk, pod("c", "data", "node-2"))
    story = desk.until("kubectl describe pod c", "FailedAttachVolume")
    assert 'Multi-Attach error for volume "pvc-' in story
    assert "Volume is already used by pod(s) a, b" in story
    assert "ContainerCreating" in desk.ok("kubectl get pod c")
    desk.ok("kubectl exec a -- sh -c 'echo shared > /data/note'")
    assert desk.ok("kubectl exec b -- cat /data/note") == "shared\n"
    desk.ok("kubectl delete pod a b")
    running(desk, "c")
    assert "AttachVolume.Attach succeeded for volume" in desk.ok("kubectl describe pod c")
    assert desk.ok("kubectl exec c -- cat /data/note") == "shared\n"


def test_a_claim_gets_a_volume_of_the_default_class(desk: Desk) -> None:
    apply(desk, claim("data", "2Gi"))
    desk.until("kubectl get pvc data", r"data\s+Bound\s+pvc-\S+\s+2Gi\s+RWO\s+standard")
    story = desk.ok("kubectl describe pvc data")
    for part in ("kubernetes.io/pvc-protection", "pv.kubernetes.io/bind-completed: yes", "ProvisioningSucceeded",
                 f'External provisioner is provisioning volume for claim "{desk.namespace}/data"'):  # fmt: skip
        assert part in story
    name = desk.ok("kubectl get pvc data -o jsonpath={.spec.volumeName}")
    row = desk.ok(f"kubectl get pv {name} --no-headers").split()
    assert row[:7] == [name, "2Gi", "RWO", "Delete", "Bound", f"{desk.namespace}/data", "standard"]
    desk.ok("kubectl delete pvc data")
    desk.until(f"kubectl get pv {name}", "NotFound")


def test_what_is_in_use_is_not_deleted(desk: Desk) -> None:
    apply(desk, claim("data"), pod("a", "data"))
    running(desk, "a")
    desk.ok("kubectl delete pvc data --wait=false")
    assert "Terminating" in desk.ok("kubectl get pvc data")
    assert "Used By:       a" in desk.ok("kubectl describe pvc data")
    desk.ok("kubectl delete pod a")
    desk.until("kubectl get pvc data", "NotFound")


def test_the_smallest_volume_that_suits_is_bound_and_kept(desk: Desk) -> None:
    names = [f"{desk.namespace}-{size}" for size in ("1gi", "3gi", "9gi")]
    own = f"own-{desk.namespace}"
    apply(desk, *(volume(name, name[-3:].replace("gi", "Gi"), storageClassName=own) for name in names))
    desk.until(f"kubectl get pv {names[0]}", "Available")
    try:
        apply(desk, claim("data", "2Gi", storageClassName=own))
        desk.until("kubectl get pvc data", rf"Bound\s+{names[1]}\s+3Gi")
        apply(desk, claim("large", "20Gi", storageClassName=own))
        story = desk.until("kubectl describe pvc large", "ProvisioningFailed")
        assert f'storageclass.storage.k8s.io "{own}" not found' in story
        desk.ok("kubectl delete pvc data")
        desk.until(f"kubectl get pv {names[1]}", "Released")  # Retain: nobody gets it before somebody looked
        apply(desk, claim("again", "2Gi", storageClassName=own))
        desk.until("kubectl get pvc again", rf"Bound\s+{names[2]}\s")
        desk.ok(f'kubectl patch pv {names[1]} --type=json -p \'[{{"op":"remove","path":"/spec/claimRef"}}]\'')
        desk.until(f"kubectl get pv {names[1]}", "Available")
    finally:
        desk.ok("kubectl delete pvc --all")
        desk.ok(f"kubectl delete pv {' '.join(names)}")


def test_a_claim_without_any_class_waits_for_a_volume(desk: Desk) -> None:
    apply(desk, claim("data", storageClassName=""), pod("a", "data"))
    desk.until(
        "kubectl describe pvc data", "no persistent volumes available for this claim and no storage class is set"
    )
    story = desk.until("kubectl describe pod a", "FailedScheduling")
    assert "pod has unbound immediate PersistentVolumeClaims" in story
    name = f"late-{desk.namespace}"
    apply(desk, volume(name, nfs={"server": "nowhere", "path": "/x"}, persistentVolumeReclaimPolicy="Recycle"))
    try:
        running(desk, "a")
        desk.ok("kubectl exec a -- sh -c 'echo x > /data/x'")
        desk.ok("kubectl delete pod a")
        desk.ok("kubectl delete pvc data")
        desk.until(f"kubectl get pv {name}", "Available")
        assert "VolumeRecycled" in desk.ok(f"kubectl describe pv {name}")
    finally:
        desk.ok(f"kubectl delete pv {name}")


def test_some_classes_wait_for_the_first_pod(desk: Desk) -> None:
    name = f"late-{desk.namespace}"
    provisioner = desk.ok("kubectl get sc standard -o jsonpath={.provisioner}")
    apply(
        desk,
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": name},
            "provisioner": provisioner,
            "volumeBindingMode": "WaitForFirstConsumer",
            "reclaimPolicy": "Retain",
        },
        claim("data", storageClassName=name),
    )
    desk.until("kubectl describe pvc data", "waiting for first consumer to be created before binding")
    assert phase(desk, "pvc/data") == "Pending"
    apply(desk, pod("a", "data", "node-3"))
    running(desk, "a")
    assert "volume.kubernetes.io/selected-node: node-3" in desk.ok("kubectl describe pvc data")
    made = desk.ok("kubectl get pvc data -o jsonpath={.spec.volumeName}")
    desk.ok("kubectl delete pod a")
    desk.ok("kubectl delete pvc data")
    desk.until(f"kubectl get pv {made}", "Released")
    desk.ok(f"kubectl delete pv {made}")
    desk.ok(f"kubectl delete sc {name}")


def test_what_lives_as_long_as_what(desk: Desk) -> None:
    """The container's own files go with it, emptyDir with the pod, and a volume stays."""
    both = pod("a", "data")
    both["spec"]["volumes"].append({"name": "scratch", "emptyDir": {}})
    both["spec"]["containers"][0]["volumeMounts"].append({"name": "scratch", "mountPath": "/scratch"})
    both["spec"]["containers"][0]["command"] = ["sh", "-c", "while [ ! -e /tmp/stop ]; do sleep 1; done"]
    apply(desk, claim("data"), both)
    running(desk, "a")
    desk.ok("kubectl exec a -- sh -c 'for f in /data/x /scratch/x /tmp/x /tmp/stop; do echo kept > $f; done'")
    desk.until("kubectl get pod a", r"a\s+1/1\s+Running\s+1")
    assert desk.ok("kubectl exec a -- cat /data/x /scratch/x") == "kept\nkept\n"
    assert "No such file" in desk.run("kubectl exec a -- cat /tmp/x").stderr
    desk.ok("kubectl delete pod a")
    apply(desk, both)
    running(desk, "a")
    assert desk.ok("kubectl exec a -- cat /data/x") == "kept\n"
    assert "No such file" in desk.run("kubectl exec a -- cat /scratch/x").stderr


def test_mounts_may_be_read_only_or_a_part(desk: Desk) -> None:
    apply(
        desk,
        claim("data"),
        pod("a", "data", "node-1"),
        pod("b", "data", "node-1", subPath="inner"),
        pod("c", "data", "node-1", readOnly=True),
    )
    running(desk, "a", "b", "c")
    desk.ok("kubectl exec b -- sh -c 'echo part > /data/x'")
    assert desk.ok("kubectl exec a -- cat /data/inner/x") == "part\n"
    assert desk.ok("kubectl exec c -- cat /data/inner/x") == "part\n"
    assert "Read-only file system" in desk.run("kubectl exec c -- touch /data/y").stderr


def test_a_claim_may_grow_where_its_class_allows_that(desk: Desk) -> None:
    apply(desk, claim("data"))
    desk.until("kubectl get pvc data", "Bound")
    grow = 'kubectl patch pvc data -p \'{"spec":{"resources":{"requests":{"storage":"%s"}}}}\''
    desk.ok(grow % "4Gi")
    desk.until("kubectl get pvc data", r"\s4Gi\s")
    refused = desk.run(grow % "2Gi")
    assert refused.returncode == 1 and "field can not be less than" in refused.stderr
    name = f"fixed-{desk.namespace}"
    apply(desk, volume(name, "9Gi", storageClassName=name), claim("fixed", storageClassName=name))
    try:
        desk.until("kubectl get pvc fixed", "Bound")
        refused = desk.run(grow.replace("data", "fixed", 1) % "4Gi")
        assert "only dynamically provisioned pvc can be resized" in refused.stderr
    finally:
        desk.ok("kubectl delete pvc fixed")
        desk.ok(f"kubectl delete pv {name}")


def test_a_claim_for_one_pod_alone(desk: Desk) -> None:
    apply(desk, claim("data", mode="ReadWriteOncePod"), pod("a", "data"))
    running(desk, "a")
    apply(desk, pod("b", "data"))
    story = desk.until("kubectl describe pod b", "FailedScheduling")
    assert "PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod" in story
    desk.ok("kubectl delete pod a")
    running(desk, "b")


def test_a_stateful_set_keeps_a_volume_for_each_pod(desk: Desk) -> None:
    template = claim("data")
    apply(
        desk,
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "db"},
            "spec": {
                "serviceName": "db",
                "replicas": 2,
                "selector": {"matchLabels": {"app": "db"}},
                "template": {
                    "metadata": {"labels": {"app": "db"}},
                    "spec": {
                        "terminationGracePeriodSeconds": 1,
                        "containers": [
                            {
                                "name": "main",
                                "image": "busybox",
                                "command": ["sleep", "infinity"],
                                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                            }
                        ],
                    },
                },
                "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": template["spec"]}],
            },
        },
    )
    desk.ok("kubectl rollout status statefulset/db --timeout=100s")
    desk.ok("kubectl exec db-1 -- sh -c 'hostname > /data/name'")
    desk.ok("kubectl scale statefulset db --replicas=0")
    desk.until("kubectl get pods", "No resources found")
    assert desk.ok("kubectl get pvc -o name").split() == [
        "persistentvolumeclaim/data-db-0",
        "persistentvolumeclaim/data-db-1",
    ]
    desk.ok("kubectl scale statefulset db --replicas=2")
    desk.ok("kubectl rollout status statefulset/db --timeout=100s")
    assert desk.ok("kubectl exec db-1 -- cat /data/name") == "db-1\n"


def test_a_missing_claim_and_a_full_disk_say_so(desk: Desk) -> None:
    apply(desk, pod("a", "nowhere"), claim("small", "64Ki"), pod("b", "small"))
    desk.until("kubectl describe pod a", 'persistentvolumeclaim "nowhere" not found')
    running(desk, "b")
    full = desk.run("kubectl exec b -- sh -c 'seq 20000 > /data/much'")
    assert full.returncode != 0 and "No space left on device" in full.stderr
    desk.ok("kubectl exec b -- sh -c 'rm /data/much; echo little > /data/little'")


def test_a_folder_of_the_node_is_the_nodes(desk: Desk) -> None:
    first, second, other = pod("a", node="node-1"), pod("b", node="node-1"), pod("c", node="node-2")
    for one in (first, second, other):
        one["spec"]["volumes"] = [{"name": "data", "hostPath": {"path": f"/srv/{desk.namespace}"}}]
    other["spec"]["volumes"][0]["hostPath"]["type"] = "Directory"
    apply(desk, first, second, other)
    running(desk, "a", "b")
    desk.ok("kubectl exec a -- sh -c 'echo here > /data/x'")
    assert desk.ok("kubectl exec b -- cat /data/x") == "here\n"
    story = desk.until("kubectl describe pod c", "FailedMount")
    assert f"hostPath type check failed: /srv/{desk.namespace} is not a directory" in story
