"""Lines understood as kubectl understands them: tables by topic, then what holds for any line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.kubectl.catalog.load import load
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.invocation import Invocation
from kx.kubectl.parse import parse
from kx.kubectl.suggest import suggest
from kx.kubectl.words import split
from tests.kubectl.test_words import TEXTS, assert_covers


def one(text: str, *, implied: bool = False, plugins: tuple[str, ...] = (), version: str | None = None) -> Invocation:
    invocations = parse(split(text), load(version), implied, plugins)
    assert len(invocations) == 1
    return invocations[0]


def flags(invocation: Invocation) -> list[tuple[str, str | None]]:
    return [(use.name, use.value) for use in invocation.flags]


def roles(invocation: Invocation) -> list[str]:
    return [role for _, role in invocation.roles]


def problems(invocation: Invocation) -> list[str]:
    return [problem.message for problem in invocation.problems]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("kubectl get pods", ("get",)),
        ("k get pods", ("get",)),
        ("/usr/local/bin/kubectl get pods", ("get",)),
        ("C:\\\\tools\\\\kubectl.exe get pods", ("get",)),
        ("KUBECONFIG=x A=b kubectl get pods", ("get",)),
        ("sudo -u root kubectl get pods", ("get",)),
        ("env -u A B=c kubectl get pods", ("get",)),
        ("time kubectl get pods", ("get",)),
        ("watch -n 2 kubectl get pods", ("get",)),
        ("timeout 5 kubectl get pods", ("get",)),
        ("xargs -n1 kubectl delete pod", ("delete",)),
        ("! kubectl get pods", ("get",)),
        ("microk8s kubectl get pods", ("get",)),
        ("kubectl -n x get pods", ("get",)),
        ("kubectl -nx get pods", ("get",)),
        ("kubectl --namespace=x get pods", ("get",)),
        ("kubectl --context a --v 3 get pods", ("get",)),
        ("kubectl --match-server-version get pods", ("get",)),
        ("kubectl -o yaml get pods", ("get",)),
        ("kubectl rollout -n x undo deploy/a", ("rollout", "undo")),
        ("kubectl -n rollout rollout -n undo undo undo", ("rollout", "undo")),
        ("kubectl create deploy a --image=b", ("create", "deployment")),
        ("kubectl create cm a", ("create", "configmap")),
        ("kubectl create ns a", ("create", "namespace")),
        ("kubectl create svc nodeport a", ("create", "service", "nodeport")),
        ("kubectl create -f x", ("create",)),
        ("kubectl top po", ("top", "pod")),
        ("kubectl config use a", ("config", "use-context")),
        ("kubectl", ()),
        ("kubectl --help get", ()),
        ("kubectl get --help", ("get",)),
    ],
)
def test_command_found(text: str, path: tuple[str, ...]) -> None:
    invocation = one(text)
    assert (invocation.program, invocation.path) == ("kubectl", path)
    assert invocation.command is not None
    assert invocation.command.path == path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("get -owide", [("output", "wide")]),
        ("get -o=wide", [("output", "wide")]),
        ("get -o wide", [("output", "wide")]),
        ("get --output wide", [("output", "wide")]),
        ("get --output=", [("output", "")]),
        ("get -o=", [("output", "=")]),
        ("get -o ''", [("output", "")]),
        ("get -o -A", [("output", "-A")]),
        ("get -Aw", [("all-namespaces", "true"), ("watch", "true")]),
        ("get -wA=false", [("watch", "true"), ("all-namespaces", "false")]),
        ("get -Aowide", [("all-namespaces", "true"), ("output", "wide")]),
        ("run x -itq", [("stdin", "true"), ("tty", "true"), ("quiet", "true")]),
        ("get -nkube-system", [("namespace", "kube-system")]),
        ("get -l'app in (a,b)'", [("selector", "app in (a,b)")]),
        ("apply -fp.yaml", [("filename", "p.yaml")]),
        ("get --dry_run x", [("dry_run", None)]),
        ("get --all_namespaces", [("all-namespaces", "true")]),
        ("delete --cascade", [("cascade", "background")]),
        ("delete --cascade=orphan", [("cascade", "orphan")]),
        ("delete --dry-run", [("dry-run", "unchanged")]),
        ("apply --validate", [("validate", "strict")]),
        ("logs -f", [("follow", "true")]),
        ("logs -p", [("previous", "true")]),
        ("patch -p x", [("patch", "x")]),
        ("proxy -p 1", [("port", "1")]),
        ("proxy -w x", [("www", "x")]),
        ("delete -i", [("interactive", "true")]),
        ("create deploy -r 2", [("replicas", "2")]),
        ("run -l a=b", [("labels", "a=b")]),
    ],
)
def test_flags(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert flags(one("kubectl " + text)) == expected


@pytest.mark.parametrize(
    ("text", "operands"),
    [
        ("delete pod p --cascade orphan", ("pod", "p", "orphan")),
        ("delete pod p --dry-run server", ("pod", "p", "server")),
        ("delete pod p --wait false", ("pod", "p", "false")),
        ("delete --wait pod p", ("pod", "p")),
        ("-n x get pod p -o wide q", ("pod", "p", "q")),
        ("get -- pods -o", ("pods", "-o")),
        ("get pod -", ("pod", "-")),
        ("get pod '' p", ("pod", "", "p")),
        ("get get", ("get",)),
        ("label po x a=b c-", ("po", "x", "a=b", "c-")),
        ("run x --image=i -- sleep infinity", ("x",)),
        ("exec p -c c -- ls -la", ("p",)),
        ("exec -it p -- sh -c 'a|b'", ("p",)),
        ("exec p bash -- x", ("p",)),
        ("create deploy a --image=b -- date", ("a",)),
    ],
)
def test_operands(text: str, operands: tuple[str, ...]) -> None:
    assert one("kubectl " + text).operand_values() == operands


def test_words_after_dash_belong_to_the_container() -> None:
    invocation = one("kubectl run x --image=i -- sleep infinity --dry-run=client")
    assert invocation.after_dash_values() == ("sleep", "infinity", "--dry-run=client")
    assert roles(invocation)[4:] == ["separator", *["container-command"] * 3]
    assert invocation.value("dry-run") is None


def test_exec_without_dash_was_refused_from_1_31() -> None:
    old, new = one("kubectl exec p ls x", version="1.30"), one("kubectl exec p ls x", version="1.31")
    assert roles(old) == roles(new) == ["program", "command", "operand", "container-command", "container-command"]
    assert problems(old) == []
    assert problems(new) == ["exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl -n x get pods", ["program", "flag", "flag-value", "command", "operand"]),
        ("A=b sudo kubectl get", ["shell", "shell", "program", "command"]),
        ("kubectl get -Aw --foo", ["program", "command", "flag", "flag"]),
        ("kubectl foo a -b", ["program", "unknown", "operand", "flag"]),
        ("kubectl get --", ["program", "command", "separator"]),
        ("kubectl exec p -- --", ["program", "command", "operand", "separator", "container-command"]),
        ("helm install -n x y", ["program", "operand", "flag", "operand", "operand"]),
        ("A=b", ["shell"]),
    ],
)
def test_roles(text: str, expected: list[str]) -> None:
    assert roles(one(text)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('kubectl run x --image="a b"', '"a b"'),
        ("kubectl run x --image=ab", "ab"),
        ("kubectl run x --image 'ab'", "'ab'"),
        ("kubectl run x '--image=ab'", "ab'"),
        ("kubectl run x --image=", ""),
        ("kubectl get -nabc", "abc"),
        ("kubectl get -n=abc", "abc"),
        ("kubectl get -n'a c'", "'a c'"),
    ],
)
def test_where_a_value_stands(text: str, value: str) -> None:
    span = one(text).flags[-1].value_span
    assert span is not None
    assert text[slice(*span)] == value


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("get --x", "unknown-flag", "unknown flag: --x"),
        ("get --x=y", "unknown-flag", "unknown flag: --x"),
        ("get ---x", "unknown-flag", "bad flag syntax: ---x"),
        ("get -z", "unknown-flag", "unknown shorthand flag: 'z' in -z"),
        ("get -Azw", "unknown-flag", "unknown shorthand flag: 'z' in -zw"),
        ("get -n", "missing-value", "flag needs an argument: 'n' in -n"),
        ("get -An", "missing-value", "flag needs an argument: 'n' in -n"),
        ("get --namespace", "missing-value", "flag needs an argument: --namespace"),
        (
            "scale --replicas=x",
            "bad-value",
            'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
        (
            "get -w=maybe",
            "bad-value",
            'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
        (
            "wait --timeout=5",
            "bad-value",
            'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
        ),
        ("wait --timeout=", "bad-value", 'invalid argument "" for "--timeout" flag: time: invalid duration ""'),
        ("foo", "unknown-command", 'unknown command "foo" for "kubectl"'),
        ("-n x foo", "flag-before-plugin", "flags cannot be placed before plugin name: -n"),
        ("rollout foo bar", "unknown-command", 'unknown command "foo bar"'),
        ("config set-context -n x a", "unknown-flag", "unknown shorthand flag: 'n' in -n"),
        ("get 'po", "unfinished", "a quote or a substitution is not closed"),
        ("rollout", "missing-command", ""),
        ("", "missing-command", ""),
    ],
)
def test_problems(text: str, kind: str, message: str) -> None:
    problem = one("kubectl " + text).problems[0]
    assert problem.kind == kind
    assert not message or problem.message == message


@pytest.mark.parametrize(
    "text",
    [
        "get --help",
        "rollout --help",
        "--help",
        "scale --replicas=$N deploy/x",
        'get -w="$W"',
        "get --v=1",
        "wait --timeout=-1s",
    ],
)
def test_no_problem(text: str) -> None:
    assert problems(one("kubectl " + text)) == []


def test_flags_differ_by_version() -> None:
    assert problems(one("kubectl version --short", version="1.27")) == []
    assert problems(one("kubectl version --short", version="1.28")) == ["unknown flag: --short"]


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("get pods | grep x", [("kubectl", True), ("grep", False)]),
        ("get pods && describe pod x; ls", [("kubectl", True), ("kubectl", True), ("ls", False)]),
        ("kubectl get pods | kubectl apply -f -", [("kubectl", False), ("kubectl", False)]),
        ("get pods | diff - x", [("kubectl", True), ("diff", False)]),
        ("-n x get pods", [("kubectl", True)]),
        ("exec -it p -- sh", [("kubectl", True)]),
        ("A=b exec p -- kubectl get pods", [("kubectl", True)]),
        ("sudo kubectl get pods", [("kubectl", False)]),
        ("sudo ls", [("ls", False)]),
        ("nonsense", [("kubectl", True)]),
    ],
)
def test_kubectl_may_be_left_out_in_the_shell(text: str, programs: list[tuple[str, bool]]) -> None:
    invocations = parse(split(text), load(), implied=True)
    assert [(invocation.program, invocation.implied) for invocation in invocations] == programs


def test_roles_where_kubectl_is_left_out() -> None:
    assert roles(one("A=b get pods", implied=True)) == ["shell", "command", "operand"]
    loop = parse(split("if kubectl get po; then delete po x; fi"), load(), implied=True)
    assert [roles(part) for part in loop] == [
        ["shell", "program", "command", "operand"],
        ["shell", "command", "operand", "operand"],
        ["shell"],
    ]


def test_line_without_kubectl_is_another_program_elsewhere() -> None:
    invocation = one("docker run -it --rm x")
    assert (invocation.program, invocation.command, invocation.path) == ("docker", None, ())


def test_plugins() -> None:
    known = ("explain_tree", "endpoints-slices")
    assert one("kubectl explain-tree deploy --x -- y", plugins=known).path == ("explain-tree",)
    assert one("kubectl endpoints slices -n x", plugins=known).path == ("endpoints", "slices")
    assert one("kubectl explain-tree deploy --x", plugins=known).problems == ()
    assert one("kubectl -n x explain-tree", plugins=known).problems[0].kind == "flag-before-plugin"
    assert one("kubectl explain deploy", plugins=("explain",)).command is not None


def test_suggestions(catalog: Catalog) -> None:
    assert suggest(catalog, "gett") == ("get", "set")
    assert suggest(catalog, "list") == ("get", "wait")
    assert suggest(catalog, "und", ("rollout",)) == ("undo",)
    assert suggest(catalog, "zzzzzz") == ()


LINES = st.one_of(
    TEXTS,
    st.lists(
        st.sampled_from(
            [
                "kubectl",
                "get",
                "delete",
                "rollout",
                "undo",
                "create",
                "cm",
                "exec",
                "run",
                "pods",
                "-n",
                "-nx",
                "-it",
                "-",
            ]
            + [
                "--",
                "---",
                "--=x",
                "-o=",
                "--output",
                "--cascade",
                "--cascade=x",
                "--wait",
                "--replicas=x",
                "-z",
                "--zz",
            ]
            + ["-\ud800", "-f", '\ud800"', '-f"\ud800\\""', "--v=\u0663", "--timeout=\u0663s", "-\udce9", "-'"]
            + ["'a b'", "''", "$X", "|", "&&", ">", "sudo", "A=b", "time", "-é", "--é=1", "k", "#", "\n", "'", "\ud800"]
        ),
        max_size=12,
    ).map(" ".join),
)


@settings(max_examples=500, deadline=None)
@given(
    LINES.flatmap(lambda text: st.sampled_from([text, f"kubectl get {text}", f"kubectl wait {text}"])),
    st.booleans(),
    st.sampled_from([(), ("foo", "a_b")]),
)
def test_any_line_parses(text: str, implied: bool, plugins: tuple[str, ...]) -> None:
    line = split(text)
    assert_covers(line)
    invocations = parse(line, load(), implied, plugins)
    assert [invocation.segment for invocation in invocations] == list(line.segments)
    for invocation in invocations:
        assert tuple(index for index, _ in invocation.roles) == invocation.segment.words
        for use in invocation.flags:
            assert use.word in invocation.segment.words
            if use.value_span:
                holder = line.words[use.word if use.value_word is None else use.value_word]
                assert holder.start <= use.value_span[0] <= use.value_span[1] <= holder.end
        assert set(invocation.operands) <= set(invocation.segment.words)
