"""Words of Kubernetes, found however they are written; and the glossary behind them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kx.explain import concepts
from kx.kubectl.catalog import glossary, texts
from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.resources import ResourceType, resource_types
from tests.explain.tools import explained

# What the training talks about, in its own words and order.
DECK = (
    "container", "containerization", "image", "registry", "Docker", "host kernel", "isolation", "mount types",
    "volumes", "bind mounts", "tmpfs mounts", "docker compose", "monolith", "microservices", "orchestration",
    "Mesos", "Kubernetes", "k8s", "CNCF", "Borg", "Omega", "cluster", "control plane", "master", "API server",
    "cluster store", "etcd", "controller manager", "scheduler", "worker node", "node", "kubelet",
    "container runtime", "kube-proxy", "desired state", "self-healing", "load balancing", "pods", "ReplicaSet",
    "Deployment", "ConfigMap", "Secret", "Service", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName",
    "headless", "Endpoints", "EndpointSlice", "Endpoints vs EndpointSlice", "Ingress", "Persistent Volumes",
    "Persistent Volume Claims", "storage class", "access modes", "ReadWriteOnce", "the ReadWriteOnce trap",
    "StatefulSet", "DaemonSet", "Namespace", "Namespaces and DNS", "DNS names", "Helm", "Helm charts", "Chart.yaml",
    "values.yaml", "templates/", "_helpers.tpl", "NOTES.txt", "tests/test-connection.yaml", "charts/", "minikube",
)  # fmt: skip
# What people meet beside it.
MET = (
    "context", "kubeconfig", "label", "label syntax", "selector", "annotation", "taint", "toleration", "manifest",
    "rollout", "revision", "probe", "init container", "sidecar", "ephemeral container", "quantity", "duration",
    "image reference", "port", "exit code", "finalizer", "owner reference", "dry run", "server-side apply",
    "field manager", "resource version", "uid", "selector types", "jsonpath", "go-template", "custom columns",
    "admission", "RBAC", "role", "binding", "service account", "token", "quota", "limit range", "CRD", "operator",
    "webhook", "event", "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "Pending", "ContainerCreating",
    "OOMKilled", "Completed", "Evicted", "Terminating", "CreateContainerConfigError", "NotReady",
)  # fmt: skip


@pytest.mark.parametrize("word", [*DECK, *MET])
def test_words_people_meet_have_an_entry(word: str) -> None:
    found = concepts.find(word)
    assert found and found.exact and found.entry.text


@pytest.mark.parametrize("kind", resource_types(), ids=lambda kind: kind.key)
def test_every_type_has_an_entry_by_each_of_its_names(kind: ResourceType) -> None:
    for word in (kind.plural, kind.singular, kind.kind, *kind.short_names):
        assert concepts.find(word), word


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("pv", "PersistentVolume"),
        ("persistent volumes", "PersistentVolume"),
        ("persistentvolume", "PersistentVolume"),
        ("PVC", "PersistentVolumeClaim"),
        ("deploy", "Deployment"),
        ("Self healing", "Self-healing"),
        ("role", "Role"),
        ("policies", None),
        ("", None),
        ("a b c d e f g", None),
        ("x" * 100_000, None),
    ],
)
def test_a_word_is_found_however_it_is_written(asked: str, title: str | None) -> None:
    found = concepts.find(asked)
    assert (found.entry.title if found else None) == title


@pytest.mark.parametrize(
    ("asked", "title"), [("podd", "Pod"), ("statefullset", "StatefulSet"), ("crashlopbackof", "CrashLoopBackOff")]
)
def test_a_mistyped_word_finds_the_nearest_and_says_so(asked: str, title: str) -> None:
    found = concepts.nearest(asked)
    assert found and found.entry.title == title and not found.exact
    assert f'Nothing is called "{asked}"' in concepts.text(found, 80, False)
    assert concepts.nearest("xyzzyxyzzy") is None


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("pod", "Pod"),
        ("persistent volume", "PersistentVolume"),
        ("podd", "Pod"),
        ("get", None),  # a command of kubectl
        ("label", None),
        ("grep", None),  # a program
        ("podd web", None),
        ("pod | less", None),
        ("-pod", None),
        ("", None),
    ],
)
def test_a_line_that_is_no_command_may_be_a_word_of_the_glossary(line: str, title: str | None) -> None:
    found = concepts.of_line(line, load())
    assert (found.entry.title if found else None) == title


def test_an_entry_on_a_terminal() -> None:
    found = concepts.find("pv")
    assert found
    shown = concepts.text(found, 60, False)
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.startswith("  PersistentVolume\n  A piece of storage in the cluster that outlives pods.\n\n")
    assert "  see    PersistentVolumeClaim, StorageClass, Access modes\n  try    kubectl get pv" in shown
    assert "\x1b[1mPersistentVolume" in concepts.text(found, 60, True)


def test_an_entry_as_markdown_and_json() -> None:
    found = concepts.find("chart")
    assert found
    assert concepts.markdown(found).startswith(
        "## Helm chart\n\n**A folder that describes an application for Helm.**\n"
    )
    told = json.loads(json.dumps(concepts.as_dict(found)))
    assert told["key"] == "chart" and told["exact"] is True
    assert told["try"] == "helm create gowebapp"


def test_nothing_asked_for_reaches_the_terminal_alive() -> None:
    found = concepts.nearest("po\x1b[31mdd")
    assert found is None or "\x1b" not in concepts.text(found, 80, False)


@pytest.mark.parametrize("entry", glossary.entries().values(), ids=lambda entry: entry.key)
def test_entries_are_for_a_beginner(entry: glossary.Entry) -> None:
    assert 15 <= len(entry.short) <= 110 and entry.short.endswith("."), entry.short
    assert entry.short[0].isupper() or entry.short.startswith(entry.title[:4]), entry.short
    assert all(40 <= len(part) <= 520 for part in entry.text)
    assert all(part.endswith((".", ")")) for part in entry.text)
    assert set(entry.see) <= set(glossary.entries()) - {entry.key}


def test_no_two_entries_claim_the_same_word() -> None:
    claimed: dict[str, set[str]] = {}
    written = [entry for entry in glossary.entries().values() if entry.see != ("object",)]  # not those of other types
    for entry in written:
        for word in (entry.key, entry.title, *entry.aliases):
            claimed.setdefault(glossary.squashed(word), set()).add(entry.key)
    assert {word: keys for word, keys in claimed.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(
    "line", sorted({entry.example for entry in glossary.entries().values() if entry.example}), ids=str
)
def test_what_an_entry_tells_to_try_is_understood_and_harmless(line: str) -> None:
    told = explained(line)
    assert told.effect in ("read", "local", "run-code", "create", "change"), told.effect
    assert not told.problems
    assert "does not know" not in told.summary
    assert [trap.id for trap in told.traps if trap.severity == "stop"] == []
    if told.program == "kubectl" and told.effect in ("create", "change"):
        assert re.search(r"create token|annotate|apply", line), line


@pytest.mark.parametrize(
    "file", sorted(Path(texts._ROOT, "shared", "glossary").glob("*.yaml")), ids=lambda file: file.stem
)
def test_topics_stay_of_a_readable_size(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300
