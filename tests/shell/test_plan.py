from __future__ import annotations

import pytest

from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.shell.plan import Plan, leaves_kubectl_out, plan, plugins_of

PROGRAMS = {"ls", "grep", "kubectl", "watch", "sudo", "kubectl-tree", "tree", "cat", "curl", "diff"}


def planned(text: str) -> Plan:
    catalog = load()
    line = split(text)
    implied = leaves_kubectl_out(line, catalog, PROGRAMS.__contains__)
    return plan(line, parse(line, catalog, implied=implied))


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("get pods", ["kubectl", "get", "pods"]),
        ("kubectl get pods", ["kubectl", "get", "pods"]),
        ("k get pods", ["kubectl", "get", "pods"]),
        ("-n web get pods", ["kubectl", "-n", "web", "get", "pods"]),
        ("gte pods", ["kubectl", "gte", "pods"]),
        ("exec net-utils -it -- bash", ["kubectl", "exec", "net-utils", "-it", "--", "bash"]),
        ("get pods -l 'app in (a, b)'", ["kubectl", "get", "pods", "-l", "app in (a, b)"]),
        ("create configmap c --from-literal=a=''", ["kubectl", "create", "configmap", "c", "--from-literal=a="]),
        ("diff -f x.yaml", ["kubectl", "diff", "-f", "x.yaml"]),
        ("tree deployment web", ["kubectl", "tree", "deployment", "web"]),
        ("get pods # all of them", ["kubectl", "get", "pods"]),
        ("get pods \\\n  -o wide", ["kubectl", "get", "pods", "-o", "wide"]),
        ("ls -la", ["ls", "-la"]),
        ("docker --version", ["docker", "--version"]),
        ("helm create gowebapp", ["helm", "create", "gowebapp"]),
        ("watch kubectl get pods", ["watch", "kubectl", "get", "pods"]),
        ("/usr/bin/kubectl get pods", ["/usr/bin/kubectl", "get", "pods"]),
    ],
)
def test_simple_commands_are_argv_lists(text: str, argv: list[str]) -> None:
    found = planned(text)
    assert (list(found.argv), found.text) == (argv, "")
    assert found.kubectl == (argv[0] == "kubectl")


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("get pods | grep x", "kubectl get pods | grep x"),
        ("kubectl get pods|grep x", "kubectl get pods|grep x"),
        ("k get pods | grep k", "kubectl get pods | grep k"),
        ("get pods > out.txt", "kubectl get pods > out.txt"),
        ("get pods && get svc", "kubectl get pods && kubectl get svc"),
        ("get pods; ls; k get svc", "kubectl get pods; ls; kubectl get svc"),
        ("get  pods   -o 'name'  &&  ls", "kubectl get  pods   -o 'name'  &&  ls"),
        ("get pods | sort | get", "kubectl get pods | sort | get"),
        ("cat f.yaml | diff - g.yaml", "cat f.yaml | diff - g.yaml"),
        ("logs $POD", "kubectl logs $POD"),
        ("delete pod $(cat name)", "kubectl delete pod $(cat name)"),
        ("apply -f - <<EOF\na: b\nEOF", "kubectl apply -f - <<EOF\na: b\nEOF"),
        ("for p in a b; do echo $p; done", "for p in a b; do echo $p; done"),
        ("KUBECTL_EXTERNAL_DIFF=cat diff -f x", "KUBECTL_EXTERNAL_DIFF=cat kubectl diff -f x"),
        ("echo get pods", "echo get pods"),
        ("cd /tmp", "cd /tmp"),
        ("A=1", "A=1"),
    ],
)
def test_the_shell_gets_what_was_typed_and_kubectl_where_it_was_left_out(text: str, shell: str) -> None:
    assert planned(text) == Plan(text=shell)


@pytest.mark.parametrize("text", ["", "   ", "# a comment"])
def test_nothing_is_nothing(text: str) -> None:
    assert planned(text) == Plan()


@pytest.mark.parametrize(
    ("text", "plugins"),
    [
        ("tree deployment web", ("tree",)),
        ("kubectl tree deployment web", ("tree",)),
        ("k explain-tree pods -o x", ("explain_tree",)),
        ("ls && tree", ("tree",)),
        ("get tree", ()),
        ("-n x tree", ()),
        ("ls", ()),
        ("", ()),
    ],
)
def test_plugins_that_a_line_may_call(text: str, plugins: tuple[str, ...]) -> None:
    programs = {"kubectl-tree", "kubectl-explain_tree", "ls"}
    assert plugins_of(split(text), load(), programs.__contains__) == plugins
