"""What the server adds to pods and services by looking around, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from kx.practice.admission import TOKEN_PATH, Admission
from kx.practice.allocation import NODE_PORTS, SERVICE_NETWORK, Allocations
from kx.practice.http import User
from kx.practice.resources import Resource, by_key
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store

CLASSES = "priorityclasses.scheduling.k8s.io"


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    made.create("namespaces", {"metadata": {"name": "default"}})
    made.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "default"}})
    yield made
    made.close()


def resource(key: str) -> Resource:
    found = by_key(key)
    assert found is not None
    return found


def admitted(store: Store, namespace: str = "default", **spec: Any) -> Obj:
    spec = {"containers": [{"name": "c", "image": "nginx"}], **spec}
    pod = {"kind": "Pod", "metadata": {"name": "a", "namespace": namespace}, "spec": spec}
    found: Obj = Admission(store).create(resource("pods"), pod)["spec"]
    return found


def test_a_pod_gets_its_service_accounts_token(store: Store) -> None:
    spec = admitted(store, initContainers=[{"name": "i", "image": "busybox"}])
    assert spec["serviceAccountName"] == spec["serviceAccount"] == "default"
    (volume,) = spec["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    assert [next(iter(source)) for source in volume["projected"]["sources"]] == [
        "serviceAccountToken",
        "configMap",
        "downwardAPI",
    ]
    mount = {"name": volume["name"], "readOnly": True, "mountPath": TOKEN_PATH}
    assert spec["containers"][0]["volumeMounts"] == spec["initContainers"][0]["volumeMounts"] == [mount]


def test_no_token_where_none_is_wanted(store: Store) -> None:
    assert "volumes" not in admitted(store, automountServiceAccountToken=False)
    quiet = {"metadata": {"name": "quiet", "namespace": "default"}, "automountServiceAccountToken": False}
    store.create("serviceaccounts", quiet)
    assert "volumes" not in admitted(store, serviceAccountName="quiet")
    assert "volumes" in admitted(store, serviceAccountName="quiet", automountServiceAccountToken=True)
    own = [{"name": "c", "image": "nginx", "volumeMounts": [{"name": "v", "mountPath": TOKEN_PATH}]}]
    assert "volumes" not in admitted(store, containers=own)


def test_a_service_account_must_exist_but_the_default_one_is_made(store: Store) -> None:
    with pytest.raises(ApiError) as caught:
        admitted(store, serviceAccountName="nobody")
    assert caught.value.message == (
        'pods "a" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found'
    )
    store.create("namespaces", {"metadata": {"name": "new"}})
    assert admitted(store, "new")["serviceAccountName"] == "default"
    assert store.find("serviceaccounts", "new", "default")


def test_short_outages_are_tolerated_unless_the_pod_says_how(store: Store) -> None:
    taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    assert [each["key"] for each in admitted(store)["tolerations"]] == taints
    own = {"key": taints[0], "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    assert [each["key"] for each in admitted(store, tolerations=[own])["tolerations"]] == taints
    assert admitted(store, tolerations=[{"operator": "Exists"}])["tolerations"] == [{"operator": "Exists"}]


def test_priority_comes_from_the_class(store: Store) -> None:
    assert admitted(store)["priority"] == 0
    store.create(CLASSES, {"metadata": {"name": "high"}, "value": 100, "preemptionPolicy": "Never"})
    high = admitted(store, priorityClassName="high")
    assert (high["priority"], high["preemptionPolicy"]) == (100, "Never")
    store.create(CLASSES, {"metadata": {"name": "usual"}, "value": 7, "globalDefault": True})
    usual = admitted(store)
    assert (usual["priority"], usual["priorityClassName"]) == (7, "usual")
    with pytest.raises(ApiError, match="no PriorityClass with name low was found"):
        admitted(store, priorityClassName="low")
    with pytest.raises(ApiError, match=r"the integer value of priority \(9\) must not be provided"):
        admitted(store, priority=9)


def test_a_namespace_must_exist_and_stay(store: Store) -> None:
    with pytest.raises(ApiError) as missing:
        admitted(store, "nowhere")
    assert missing.value.message == 'namespaces "nowhere" not found'
    ending = {"name": "ending", "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["x/y"]}
    store.create("namespaces", {"metadata": ending})
    with pytest.raises(ApiError) as ended:
        admitted(store, "ending")
    assert ended.value.message == (
        'pods "a" is forbidden: unable to create new content in namespace ending because it is being terminated'
    )
    assert (ended.value.details or {})["causes"][0]["reason"] == "NamespaceTerminating"
    for name in ("default", "kube-system", "kube-public"):
        with pytest.raises(ApiError, match="this namespace may not be deleted"):
            Admission(store).delete(resource("namespaces"), name)


# Addresses and node ports


def service(store: Store, name: str = "s", **spec: Any) -> Obj:
    """A service as it would be created."""
    metadata = {"name": name, "namespace": "default", "uid": store.new_uid()}
    spec = {"type": "ClusterIP", "ports": [{"port": 80}], **spec}
    return {"kind": "Service", "metadata": metadata, "spec": spec}


def test_a_service_gets_an_address_of_its_own(store: Store) -> None:
    allocations = Allocations(store)
    made = [store.create("services", allocations.assign(service(store, f"s{number}"), None)) for number in range(50)]
    found = {each["spec"]["clusterIP"] for each in made}
    assert len(found) == 50
    assert all(ip_address(each) in SERVICE_NETWORK for each in found)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"clusterIP": "10.96.7.7"}, "failed to allocate IP 10.96.7.7: provided IP is already allocated"),
        ({"clusterIP": "8.8.8.8"}, "the provided network does not match the current range"),
        ({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30007}]}, "provided port is already allocated"),
        ({"type": "NodePort", "ports": [{"port": 80, "nodePort": 7}]}, "The range of valid ports is 30000-32767"),
    ],
)
def test_what_is_taken_or_out_of_range_is_refused(store: Store, spec: Obj, words: str) -> None:
    allocations = Allocations(store)
    taken = service(store, clusterIP="10.96.7.7", type="NodePort", ports=[{"port": 80, "nodePort": 30007}])
    made = store.create("services", allocations.assign(taken, None))
    with pytest.raises(ApiError) as caught:
        allocations.assign(service(store, "other", **spec), None)
    assert caught.value.code == 422
    assert words in caught.value.message
    if "already" in words:
        store.delete("services", "default", made["metadata"]["name"])
        assert allocations.assign(service(store, "other", **spec), None)


def test_an_update_keeps_address_and_ports(store: Store) -> None:
    allocations = Allocations(store)
    old = store.create("services", allocations.assign(service(store, type="NodePort"), None))
    port = old["spec"]["ports"][0]["nodePort"]
    assert port in NODE_PORTS
    plain = {**old, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}
    kept = allocations.assign(plain, old)["spec"]
    assert (kept["clusterIP"], kept["ports"][0]["nodePort"]) == (old["spec"]["clusterIP"], port)
    closed = allocations.assign({**old, "spec": {**old["spec"], "type": "ClusterIP"}}, old)["spec"]
    assert closed["ports"] == [{"port": 80}]
    renamed = {**old, "spec": {**old["spec"], "type": "ExternalName", "externalName": "example.com"}}
    assert "clusterIP" not in allocations.assign(renamed, old)["spec"]


def test_a_headless_service_takes_nothing(store: Store) -> None:
    spec = Allocations(store).assign(service(store, clusterIP="None"), None)["spec"]
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("None", ["None"])


def test_a_new_node_takes_no_pods_before_it_says_that_it_is_ready(store: Store) -> None:
    mine = {"key": "mine", "effect": "NoSchedule"}
    not_ready = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    for given, wanted in (({}, [not_ready]), ({"taints": [mine]}, [mine, not_ready]), ({"taints": [not_ready]}, None)):
        node = {"kind": "Node", "metadata": {"name": "n"}, "spec": given}
        assert Admission(store).create(resource("nodes"), node)["spec"]["taints"] == (wanted or [not_ready])


def test_a_signing_request_says_who_asks(store: Store) -> None:
    asked = {"kind": "CertificateSigningRequest", "metadata": {"name": "c"}, "spec": {"username": "x", "uid": "1"}}
    user = User("jane", ("devs", "system:authenticated"), extra=(("how", ("token",)),))
    signing = resource("certificatesigningrequests.certificates.k8s.io")
    assert Admission(store).create(signing, asked, user)["spec"] == {
        "username": "jane",
        "groups": ["devs", "system:authenticated"],
        "extra": {"how": ["token"]},
    }
