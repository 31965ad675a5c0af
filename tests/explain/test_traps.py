"""Traps: each with its line, its severity and the corrected line; and lines that must raise none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kx.explain import traps
from kx.explain.known import KnownFacts
from kx.explain.traps.containers import is_debian_based
from tests.e2e.linetable import groups
from tests.e2e.linetable import rows as table_rows
from tests.explain.tools import DECK, GOLDEN, explained, golden, trap_ids
from tests.explain.trap_cases import CASES as MORE_CASES

ORDINARY = (GOLDEN.parent / "explain" / "ordinary.txt").read_text(encoding="utf-8").splitlines()
TRAPS = Path(traps.__file__).parent
# The hints that good lines raise: each is true and useful there.
HINTS = {
    "all-is-not-all",
    "drain-daemonsets",
    "ends-at-once",
    "secret-on-line",
    "shows-secrets",
    "takes-along",
    "unquoted-template",
}

CASES = [
    *MORE_CASES,
    ("kubectl rollout restart deploy", "every-one", "warn", None),
    ("kubectl rollout undo deploy,ds -n web", "every-one", "warn", None),
    ("kubectl edit svc", "every-one", "hint", None),
    ("kubectl taint nodes n a=b:NoSchedule --all", "names-left-out", "stop", None),
    ("kubectl taint nodes n a=b:NoSchedule -l x=y", "names-left-out", "warn", None),
    ("kubectl\u00a0get pods", "pasted-space", "warn", "kubectl get pods"),
    # line, id, severity, fix
    (
        "kubectl delete pod web --cascade orphan",
        "optional-flag-value",
        "stop",
        "kubectl delete pod web --cascade=orphan",
    ),
    ("kubectl delete pod p --dry-run server", "optional-flag-value", "stop", "kubectl delete pod p --dry-run=server"),
    ("kubectl delete pod p --wait false", "optional-flag-value", "stop", "kubectl delete pod p --wait=false"),
    ("kubectl delete --now true pod p", "optional-flag-value", "stop", "kubectl delete --now=true pod p"),
    ("kubectl get pod p -w false", "optional-flag-value", "warn", "kubectl get pod p -w=false"),
    (
        "kubectl create deployment d --image=i --dry-run client",
        "optional-flag-value",
        "warn",
        "kubectl create deployment d --image=i --dry-run=client",
    ),
    ("kubectl exec p bash", "missing-dash", "warn", "kubectl exec p -- bash"),
    ("kubectl exec p -it ls /tmp | wc -l", "missing-dash", "warn", "kubectl exec p -it -- ls /tmp | wc -l"),
    ("kubectl exec p ls -la /tmp", "missing-dash", "warn", "kubectl exec p -- ls -la /tmp"),
    ("kubectl exec p mysql -phunter", "missing-dash", "warn", "kubectl exec p -- mysql -phunter"),
    ("kubectl exec -it p -c app bash -c 'ls /'", "missing-dash", "warn", "kubectl exec -it p -c app -- bash -c 'ls /'"),
    ("kubectl exec p bash -- ls", "dropped-words", "warn", "kubectl exec p -- bash ls"),
    ("kubectl exec -it p", "no-command", "warn", "kubectl exec -it p -- sh"),
    (
        "kubectl run web --image=nginx sleep infinite",
        "sleep-infinite",
        "hint",
        "kubectl run web --image=nginx sleep infinity",
    ),
    (
        "kubectl create deployment d --image docker.io/library/redis:7 -- sleep Infinite",
        "sleep-infinite",
        "hint",
        "kubectl create deployment d --image docker.io/library/redis:7 -- sleep infinity",
    ),
    (
        "kubectl run x --image=i -- sleep 60 --dry-run=client",
        "flag-after-dash",
        "stop",
        "kubectl run x --image=i --dry-run=client -- sleep 60",
    ),
    ("kubectl exec p -- -it bash", "flag-after-dash", "warn", "kubectl exec p -it -- bash"),
    (
        "kubectl get pods -o jsonpath",
        "template-missing",
        "warn",
        "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
    ),
    (
        "kubectl get pods -o jsonpath={.items[*].metadata.name}",
        "unquoted-template",
        "hint",
        "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
    ),
    ("kubectl get pods -l a=b -l c=d", "repeated-flag", "warn", "kubectl get pods -l a=b,c=d"),
    ("kubectl get nodes -n web", "namespace-ignored", "hint", None),
    ("kubectl delete ns -n web --all", "namespace-ignored", "stop", None),
    ("kubectl delete pods --all", "delete-all", "warn", None),
    ("kubectl delete pods --all -A", "delete-all", "stop", None),
    ("kubectl get pods -A -n web", "namespace-overridden", "warn", None),
    ("kubectl get pod p svc", "kind-as-name", "warn", None),
    ("kubectl delete pod p svc", "kind-as-name", "stop", None),
    ("kubectl get all", "all-is-not-all", "hint", None),
    ("kubectl get pod/p svc", "mixed-names", "warn", None),
    ("kubectl get pod/p,deploy/d", "mixed-names", "warn", None),
    ("kubectl get pod p -A", "name-in-all-namespaces", "warn", None),
    ("kubectl run x --image=a --rm", "conflicting-flags", "warn", None),
]


@pytest.mark.parametrize(("line", "name", "severity", "fix"), CASES, ids=[case[0] for case in CASES])
def test_a_trap_is_seen(line: str, name: str, severity: str, fix: str | None) -> None:
    found = next(trap for trap in explained(line).traps if trap.id == name)
    assert (found.severity, found.fix) == (severity, fix)
    assert line[found.start : found.end].strip()


@pytest.mark.parametrize(("line", "name", "severity", "fix"), CASES, ids=[case[0] for case in CASES])
def test_the_corrected_line_has_that_trap_no_more(line: str, name: str, severity: str, fix: str | None) -> None:
    if fix is not None:
        assert name not in trap_ids(fix)


@pytest.mark.parametrize("line", DECK)
def test_the_training_has_no_trap(line: str) -> None:
    assert trap_ids(line) == []


def test_good_lines_raise_nothing_but_these_hints() -> None:
    lines = [*ORDINARY, *(row["line"] for row in golden("requests"))]
    found = {(line, trap.id, trap.severity) for line in lines for trap in explained(line).traps}
    assert [each for each in found if each[2] != "hint"] == []
    assert {each[1] for each in found} == HINTS
    assert len(set(ORDINARY)) >= 250


# What the lines that run against a cluster mean to do, and are warned of all the same.
MEANT = {"delete-all", "dry-run-off", "every-one", "may-run-on", "missing-dash", "prune-deletes"}


def test_lines_that_run_well_raise_nothing_else() -> None:
    rows = [row for group in groups() for row in table_rows(group) if not row.fails]
    found = {(row.line, trap.id) for row in rows for trap in explained(row.line).traps if trap.severity != "hint"}
    assert [each for each in found if each[1] not in MEANT] == []
    assert len(rows) >= 250
    assert len(found) <= 15


def test_ordinary_lines_are_what_kubectl_takes() -> None:
    assert [(line, told.problems) for line in ORDINARY if (told := explained(line)).problems] == []


def test_every_trap_has_its_line() -> None:
    """No trap without a case: the ids in the source are those of the cases and of the refusals."""
    source = "".join(path.read_text(encoding="utf-8") for path in TRAPS.glob("*.py"))
    ids = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)",?\s+"(?:stop|warn|hint)"|id="([a-z-]+)"', source))
    named = {first or second for first, second in ids}
    assert named - {case[1] for case in CASES} - traps.REFUSALS - {"second-run"} == set()


@pytest.mark.parametrize(
    "line",
    [
        "kubectl delete pod false",
        "kubectl delete pod orphan",
        "kubectl delete pod p --wait=false",
        "kubectl run x --image=redis -- redis-server --port 6380",
        "kubectl run x --image=alpine sleep infinite",
        "kubectl run x --image=nginx:1.27-alpine sleep infinite",
        "kubectl run x --image=busybox sleep infinite",
        "kubectl run x --image=nginx sleep infinity",
        "kubectl run x --image=nginx sleep inf",
        "kubectl run x --image=mycompany/something sleep infinite",
        "kubectl exec p -it -- sh -c 'echo $HOME'",
        "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
        "kubectl get pod -o go-template --template='{{.metadata.name}}'",
        "kubectl create namespace web",
        "kubectl get pods --help",
        "kubectl delete pods -l app=x",
    ],
)
def test_lines_that_only_look_like_traps(line: str) -> None:
    assert trap_ids(line) == []


def test_the_second_run_of_one_name_is_seen_when_the_cluster_shows_it() -> None:
    known = KnownFacts(names={"pods": frozenset({"net-utils"}), "deployments.apps": frozenset({"web"})})
    assert trap_ids(DECK[0]) == []
    assert trap_ids(DECK[0], known=known) == ["second-run"]
    assert trap_ids("kubectl create deployment web --image=nginx", known=known) == ["second-run"]
    assert trap_ids("kubectl create deployment net-utils --image=nginx", known=known) == []
    assert trap_ids("kubectl run net-utils --image=nginx --dry-run=client", known=known) == []


def test_the_message_says_what_becomes_of_the_word() -> None:
    (trap,) = explained("kubectl delete pod web --cascade orphan").traps
    assert trap.message == (
        '"orphan" is not the value of --cascade: it is a second pod to delete. '
        'kubectl takes a value for --cascade only after "=".'
    )


def test_in_old_versions_exec_without_dash_still_works() -> None:
    assert trap_ids("kubectl exec p bash", version="1.27") == ["missing-dash"]
    assert explained("kubectl exec p bash", version="1.27").requests
    assert explained("kubectl exec p bash", version="1.33").requests == ()


@pytest.mark.parametrize(
    ("image", "debian"),
    [
        ("nginx", True),
        ("nginx:1.27", True),
        ("docker.io/library/redis:6.2.6", True),
        ("redis:7-alpine", False),
        ("registry:5000/debian@sha256:0", True),
        ("saman2000h/net-utils:1.2", False),
        ("busybox", False),
        ("", False),
    ],
)
def test_what_is_likely_built_on_debian(image: str, debian: bool) -> None:
    assert is_debian_based(image) is debian
