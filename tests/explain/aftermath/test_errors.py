from __future__ import annotations

import re
from collections import Counter

import pytest

from kx.explain.aftermath.errors import explain
from kx.explain.aftermath.tables import ERRORS
from kx.explain.aftermath.tables.described import RULES as DESCRIBED
from kx.explain.aftermath.tables.warnings import WARNINGS
from tests.explain.aftermath.tools import subject
from tests.explain.tools import golden


def advice_of(line: str, text: str, status: int = 1) -> tuple[str, str, list[str]]:
    [found] = explain(text, status, subject(line))
    return found.id, found.why, [command for command, _ in found.next]


def test_the_picture_after_a_failure() -> None:
    line = "kubectl run net-utils --image=i -n web --context prod"
    text = 'Error from server (AlreadyExists): pods "net-utils" already exists\n'
    assert advice_of(line, text) == (
        "already-exists",
        "The pod net-utils is there already; `run` only makes new ones, it never replaces.",
        [
            "kubectl get pod net-utils -n web --context prod",
            "kubectl delete pod net-utils -n web --context prod",
        ],
    )


def test_nothing_but_a_pod_is_offered_for_deletion() -> None:
    text = 'Error from server (AlreadyExists): namespaces "prod" already exists\n'
    assert advice_of("kubectl create namespace prod", text)[2] == ["kubectl get namespace prod"]


@pytest.mark.parametrize(
    ("line", "text", "id", "commands"),
    [
        (
            "kubectl get pod web",
            'Error from server (NotFound): pods "web" not found\n',
            "not-found",
            ["kubectl get pods", "kubectl get pods --all-namespaces"],
        ),
        (
            "kubectl get node web",
            'Error from server (NotFound): nodes "web" not found\n',
            "not-found",
            ["kubectl get nodes"],
        ),
        (
            "kubectl apply -f d.yaml",
            'The Deployment "d" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: '
            "field is immutable\n",
            "immutable-selector",
            ["kubectl get deployment d -o yaml"],
        ),
        (
            "kubectl apply -f p.yaml",
            'The Pod "p" is invalid: \n* spec.containers[0].image: Required value\n* spec.x: Required value\n',
            "required-field",
            ["kubectl explain pod.spec.containers.image"],
        ),
        (
            "kubectl get pods --context c",
            "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
            "no-cluster-set",
            ["kubectl config get-contexts"],
        ),
        (
            "kubectl get pods",
            "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout\n",
            "timeout",
            ["kubectl config view --minify", "kubectl cluster-info"],
        ),
        (
            "kubectl get pods",
            "Unable to connect to the server: getting credentials: exec: executable aws not found\n",
            "credential-plugin-missing",
            ["kubectl config view --minify"],
        ),
        (
            "kubectl get secrets -n web",
            'Error from server (Forbidden): secrets is forbidden: User "eve" cannot list resource "secrets" in API '
            'group "" in the namespace "web"\n',
            "may-not",
            ["kubectl auth can-i --list -n web"],
        ),
        (
            "kubectl exec p -n a -- ls",
            "error: cannot exec into a container in a completed pod; current phase is Failed\n",
            "pod-completed",
            ["kubectl logs p -n a"],
        ),
        ("kubectl get pods --fitler=x", "error: unknown flag: --fitler\n", "unknown-flag", ["kubectl get --help"]),
    ],
)
def test_what_is_said_of_an_error(line: str, text: str, id: str, commands: list[str]) -> None:
    found = advice_of(line, text)
    assert (found[0], found[2]) == (id, commands)


@pytest.mark.parametrize(
    ("line", "text", "near"),
    [
        ("kubectl get pod wbe", 'Error from server (NotFound): pods "wbe" not found', "Near to it: web."),
        ("kubectl gett pods", 'error: unknown command "gett" for "kubectl"', "Near to it: get, set."),
        ("kubectl rollout undu x", 'error: unknown command "undu x"', "Near to it: undo."),
        ("kubectl get pods --all-namespace", "error: unknown flag: --all-namespace", "Near to it: --all-namespaces."),
        ("kubectl get deploymets", 'error: the server doesn\'t have a resource type "deploymets"', "deployments"),
        (
            "kubectl get pod zzzzzz",
            'Error from server (NotFound): pods "zzzzzz" not found',
            "in the namespace default.",
        ),
    ],
)
def test_what_is_near_is_named(line: str, text: str, near: str) -> None:
    [found] = explain(text, 1, subject(line), lambda kind: ["web", "web-1-abcde"] if kind == "pods" else [])
    assert near in found.why


@pytest.mark.parametrize(
    ("line", "status", "id"),
    [
        ("kubectl exec p -- nope", 127, "ended-127"),
        ("kubectl exec p -- nope", 126, "ended-126"),
        ("kubectl exec p -it -- sh", 137, "ended-137"),
    ],
)
def test_the_status_alone_tells_something(line: str, status: int, id: str) -> None:
    assert advice_of(line, "", status)[0] == id


@pytest.mark.parametrize(("text", "status"), [("", 1), ("anything at all\n", 1), ("pod/web created\n", 0), ("^C", 130)])
def test_nothing_is_said_where_nothing_is_known(text: str, status: int) -> None:
    assert explain(text, status, subject("kubectl get pods")) == ()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (
            "Warning: resource pods/web is missing the "
            "kubectl.kubernetes.io/last-applied-configuration annotation which",
            "warning-last-applied",
        ),
        (
            'Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != '
            "false\npod/web created",
            "warning-pod-security",
        ),
        (
            "Warning: batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob",
            "warning-deprecated-api",
        ),
        ('Warning: unknown field "spec.containers[0].imagee"', "warning-unknown-field"),
        ("Warning: something new", "warning"),
    ],
)
def test_a_warning_beside_success_gets_a_line(text: str, id: str) -> None:
    assert advice_of("kubectl apply -f x.yaml", text, 0)[0] == id


@pytest.mark.parametrize("row", golden("errors"), ids=lambda row: row["case"])
def test_the_servers_own_refusals_are_understood(row: dict[str, dict[str, str]]) -> None:
    status = row["status"]
    text = f'Error from server ({status["reason"]}): error when creating "x.yaml": {status["message"]}\n'
    _, why, commands = advice_of("kubectl create -f x.yaml", text)
    assert not re.search(r"…|\{[a-z0-9-]+\}", why)
    assert not [command for command in commands if "…" in command]
    # What kubectl makes of it where it knows the type: the head is another one, the meaning the same.
    if status["reason"] == "Invalid":
        head, _, rest = status["message"].partition(" is invalid: ")
        kind, _, name = head.partition(" ")
        short = f"The {kind.partition('.')[0]} {name} is invalid: {rest}\n"
        assert advice_of("kubectl create -f x.yaml", short)[1] == why


def test_a_word_of_the_cluster_is_never_taken_for_a_place_or_a_command() -> None:
    text = 'Error from server (NotFound): pods "{where};rm -rf $HOME" not found\n'
    _, why, commands = advice_of("kubectl logs x", text)
    assert "{where};rm -rf $HOME" in why
    text = 'error: required flag(s) "x" not set\nError from server (AlreadyExists): pods "a b;{name}" already exists\n'
    assert "kubectl get pod 'a b;{name}'" in advice_of("kubectl run x", text)[2]


@pytest.mark.parametrize("rule", [*ERRORS, *WARNINGS, *DESCRIBED], ids=lambda rule: rule.id)
def test_a_row_is_well_formed(rule: object) -> None:
    from kx.explain.aftermath.advice import Rule

    assert isinstance(rule, Rule)
    groups = re.compile(rule.pattern, re.MULTILINE).groupindex
    assert re.fullmatch(r"[a-z][a-z0-9-]*", rule.id)
    assert rule.why.endswith((".", "}")), rule.why
    assert all(command and purpose for command, purpose in rule.next)
    assert all(re.fullmatch(r"[a-z]+\d?", group) for group in groups)


def test_ids_are_used_once_in_a_table() -> None:
    for table in (ERRORS, WARNINGS, DESCRIBED):
        assert [id for id, count in Counter(rule.id for rule in table).items() if count > 1] == []
    assert len(ERRORS) >= 60


def test_a_long_hostile_text_is_read_in_no_time() -> None:
    for piece in ("error: ", 'pods "', 'The Pod "x" is invalid: ', "Warning: ", "x509: ", "[" * 50, "a" * 50, "\n* "):
        explain(piece * (128 * 1024 // len(piece)), 1, subject("kubectl get pods"))
