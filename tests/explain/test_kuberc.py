"""Lines under a kuberc file: aliases and flags that kubectl adds are explained, and told of the words typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.explain.kuberclines import edits, written_out
from kx.kubeconfig.where import Where
from kx.kubectl import kuberc
from kx.kubectl.catalog.load import load
from kx.kubectl.kuberc import Preferences
from kx.kubectl.parse import parse
from kx.kubectl.words import split

FILE = """
apiVersion: kubectl.config.k8s.io/v1alpha1
kind: Preference
aliases:
- name: getn
  command: get
  prependArgs: [nodes]
  flags: [{name: output, default: wide}]
- name: runx
  command: run
  flags: [{name: image, default: busybox}, {name: namespace, default: test ns}]
  prependArgs: [x]
  appendArgs: [--, "sleep", "1 h"]
- name: env
  command: set env
- name: logs
  command: get
- name: broken
  command: no such
overrides:
- command: delete
  flags: [{name: interactive, default: "true"}]
- command: apply
  flags: [{name: server-side, default: "true"}, {name: nothing, default: "1"}]
- command: config view
  flags: [{name: raw, default: "true"}]
"""
PREFERENCES = kuberc.understood("/home/me/.kube/kuberc", FILE.encode(), named=False)


def told(line: str, preferences: Preferences = PREFERENCES) -> Explanation:
    return explain_text(line, Where(namespace="web"), catalog=load("1.33"), preferences=lambda flag: preferences)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kubectl getn", "kubectl get --output=wide nodes"),
        ("kubectl getn n1 -o yaml", "kubectl get nodes n1 -o yaml"),
        ("kubectl getn -oyaml | wc -l", "kubectl get nodes -oyaml | wc -l"),
        ("kubectl --v=3 getn", "kubectl --v=3 get --output=wide nodes"),
        ("kubectl -n x getn", "kubectl -n x getn"),
        ("kubectl runx", "kubectl run --image=busybox '--namespace=test ns' x -- sleep '1 h'"),
        ("kubectl runx --image i &", "kubectl run '--namespace=test ns' x --image i -- sleep '1 h' &"),
        ("kubectl env pod/a A=b", "kubectl set env pod/a A=b"),
        ("kubectl logs p", "kubectl logs p"),
        ("kubectl broken p", "kubectl broken p"),
        ("kubectl delete pod a", "kubectl delete --interactive=true pod a"),
        ("kubectl delete -i=false pod a", "kubectl delete -i=false pod a"),
        ("kubectl delete pod a --interactive", "kubectl delete pod a --interactive"),
        ("kubectl apply -f x.yaml", "kubectl apply --server-side=true -f x.yaml"),
        ("kubectl config view", "kubectl config view --raw=true"),
        ("kubectl get pods", "kubectl get pods"),
        (
            "kubectl getn && kubectl delete pod a",
            "kubectl get --output=wide nodes && kubectl delete --interactive=true pod a",
        ),
        ("echo getn", "echo getn"),
        ("kubectl", "kubectl"),
        ("", ""),
    ],
)
def test_what_kubectl_reads(typed: str, read: str) -> None:
    catalog = load("1.33")
    assert written_out(typed, edits(parse(split(typed), catalog), catalog, PREFERENCES)) == read


@pytest.mark.parametrize(
    "line", ["kubectl runx --image i &", "kubectl getn n1", "k\u00f6 | kubectl getn -w | wc", "kubectl delete po a"]
)
def test_every_word_that_was_typed_is_told_of_once(line: str) -> None:
    words = told(line).words
    assert [(word.start, word.end) for word in words] == [(word.start, word.end) for word in split(line).words]
    assert [word.text for word in words] == [line[word.start : word.end] for word in words]


_PIECES = [
    "kubectl",
    "getn",
    "runx",
    "env",
    "delete",
    "pod",
    "a",
    "-n",
    "x",
    "--",
    "|",
    "&&",
    ">",
    "'q",
    "-i",
    ";",
    "#",
    "$(",
    "<<E",
]


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=9), st.sampled_from(["", " ", "  ", "\n"]))
def test_any_line_is_covered(pieces: list[str], space: str) -> None:
    line = (space or " ").join(pieces)
    words = told(line).words
    assert [(word.start, word.end) for word in words] == [(word.start, word.end) for word in split(line).words]


def test_an_alias_is_told_as_what_it_stands_for() -> None:
    explanation = told("kubectl getn n1")
    assert (explanation.path, explanation.effect, explanation.problems) == (("get",), "read", ())
    assert [request.path for request in explanation.requests] == ["/api/v1/nodes/n1"]
    alias = explanation.words[1]
    assert (alias.title, alias.source) == ("alias", "kubectl")
    assert alias.note == "your kuberc file makes this mean: kubectl get --output=wide nodes"
    assert (explanation.words[2].title, explanation.words[2].source) == ("name", "kx")


def test_added_flags_are_told_of() -> None:
    delete = told("kubectl delete pod a").words[1]
    assert delete.note.endswith("; your kuberc file adds --interactive=true")
    assert [request.verb for request in told("kubectl apply -f x.yaml").requests][0] == "patch"


@pytest.mark.parametrize(
    ("content", "refused", "ignored"),
    [
        ("aliases: [{name: a-b, command: get}]", "invalid alias name, can only include alphabetical characters", ""),
        ("aliases: [{name: a, command: get}, {name: a, command: get}]", "duplicate alias name a", ""),
        (
            "overrides: [{command: get, flags: [{name: --x, default: y}]}]",
            "flag name --x should be in long form without dashes",
            "",
        ),
        ("aliases: 5", "", "it is not written as kubectl expects it"),
        ("aliases: [{name: 5}]", "", "it is not written as kubectl expects it"),
        ("aliases: [}", "", "it is not written as kubectl expects it"),
        ("a: &a [*a]", "", ""),
    ],
)
def test_a_spoilt_file(content: str, refused: str, ignored: str) -> None:
    head = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"
    found = kuberc.understood("f", (head + content).encode(), named=False)
    assert (found.refused, found.ignored) == (refused, ignored)
    traps = [trap.message for trap in told("kubectl get pods", found).traps if trap.id == "kuberc"]
    assert traps == ([] if not (refused or ignored) else traps) and len(traps) == bool(refused or ignored)


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"5", b"kind: Preference", b"[" * 5000, b"--- 1\n--- 2\n", b"a: !!python/object:os.x {}"]
)
@pytest.mark.parametrize("named", [True, False])
def test_what_is_no_kuberc(content: bytes, named: bool) -> None:
    found = kuberc.understood("f", content, named=named)
    assert bool(found.refused) == named and bool(found.ignored) != named


@pytest.mark.parametrize(
    ("env", "version", "flag", "file"),
    [
        ({}, "1.33", "", ""),
        ({"KUBECTL_KUBERC": "true"}, "1.33", "", "/h/.kube/kuberc"),
        ({"KUBECTL_KUBERC": "TRUE"}, "1.33", "mine", "mine"),
        ({"KUBECTL_KUBERC": "true"}, "1.32", "", ""),
        ({"KUBECTL_KUBERC": "true"}, "", "", ""),
        ({}, "1.34", "", "/h/.kube/kuberc"),
        ({"KUBERC": "other"}, "1.34", "", "/h/.kube/kuberc"),
        ({"KUBERC": "other"}, "1.35", "", "other"),
        ({"KUBERC": "other"}, "1.36", "mine", "mine"),
        ({"KUBERC": "off"}, "1.36", "", ""),
        ({"KUBECTL_KUBERC": "false"}, "1.36", "", ""),
    ],
)
def test_which_file_is_read(env: dict[str, str], version: str, flag: str, file: str) -> None:
    assert kuberc.place(env, "/h", version, flag)[0] == file


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert kuberc.load(str(tmp_path / "none"), named=False) is None
    missing = kuberc.load(str(tmp_path / "none"), named=True)
    assert missing is not None and missing.refused == "it does not exist"
    folder = kuberc.load(str(tmp_path), named=False)
    assert folder is not None and folder.ignored == "it cannot be read"
    (tmp_path / "big").write_text("#" * 300_000)
    big = kuberc.load(str(tmp_path / "big"), named=False)
    assert big is not None and big.ignored == "it is too large for kx to read"
