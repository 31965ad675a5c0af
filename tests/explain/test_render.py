"""The pictures of looks.md, in 80 columns."""

from __future__ import annotations

import pytest

from kx.explain import render
from kx.explain.known import KnownFacts
from tests.explain.tools import DECK, explained, golden

SCALE = """\
  CHANGE   Keep a different number of pods running.

  kubectl scale  set how many copies of something should run
  deployment     the kind: a Deployment keeps identical pods running
  net-utils      its name
  --replicas=2   how many pods it should keep

  asks     GET    /apis/apps/v1/namespaces/default/deployments/net-utils
           PATCH  /apis/apps/v1/namespaces/default/deployments/net-utils/scale
  undo     kubectl scale deployment net-utils --replicas=1   exact
  where    context practice, namespace default"""

CASCADE = """\
  STOP     "orphan" is not the value of --cascade: it is a second pod to delete.
           kubectl takes a value for --cascade only after "=".
           You may have meant:  kubectl delete pod web --cascade=orphan

  DELETE   Delete objects.
"""

RUN = """\
  CREATE   Start one pod from an image.

  kubectl run             make one new pod and start it
  net-utils               the name for the new pod
  --image=saman2000h/net-utils:1.2
                          the image to run, written repository:tag; here:
                          net-utils from docker.io, version 1.2
    saman2000h/net-utils  the name of the image, from docker.io (Docker Hub), as
                          no registry is named
    :1.2                  the tag: which version of it

  asks     POST   /api/v1/namespaces/default/pods
  undo     kubectl delete pod net-utils   exact
  where    context practice, namespace default"""

EXEC = """\
  RUN-CODE Run a program inside a running container.

  kubectl exec  start one more program in a container that runs
  net-utils     the pod to run it in
  -it           pass what you type to the program; give the program a terminal,
                so that it behaves as for a person
  --            end of kubectl's flags; what follows runs in the container
  bash          the bash shell
"""

KNOWN = KnownFacts(replicas={("deployments.apps", "net-utils"): 1})


def test_scale_as_in_the_picture() -> None:
    told = explained("scale deployment net-utils --replicas=2", implied=True, known=KNOWN)
    assert render.full(told, 80, False) == SCALE


def test_a_trap_as_in_the_picture() -> None:
    assert render.full(explained("kubectl delete pod web --cascade orphan"), 80, False).startswith(CASCADE)


def test_the_first_line_of_the_deck() -> None:
    assert render.full(explained(DECK[0]), 80, False) == RUN


def test_exec() -> None:
    assert render.full(explained("kubectl exec net-utils -it -- bash"), 80, False).startswith(EXEC)


def test_brief_is_one_line() -> None:
    told = explained("scale deployment net-utils --replicas=3", implied=True, known=KNOWN)
    assert render.brief(told, 120, False) == (
        "  CHANGE practice/default: keep 3 pods running; undo: kubectl scale deployment net-utils --replicas=1"
    )
    assert render.brief(explained("kubectl get pods"), 80, False) == "  READ practice/default: list pods"


def test_brief_keeps_what_stops_or_warns() -> None:
    lines = render.brief(explained("kubectl delete pod web --wait false"), 80, False).splitlines()
    assert lines[0].startswith("  STOP") and lines[-1].startswith("  DELETE practice/default: delete pod web false")
    assert len(render.brief(explained("kubectl get all"), 80, False).splitlines()) == 1


def test_a_refused_line_says_what_kubectl_would_say() -> None:
    text = render.full(explained("kubectl get pods --nonsense"), 80, False)
    assert "kubectl would refuse this: unknown flag: --nonsense" in text
    assert "asks" not in text and "undo" not in text
    assert render.full(explained("kubectl rollout"), 80, False).startswith(
        "  MISSING  kubectl rollout needs one of its commands:"
    )
    assert "kubectl would" not in render.full(explained("kubectl get 'po"), 80, False)


@pytest.mark.parametrize("line", [*DECK, *(row["line"] for row in golden("requests"))])
def test_nothing_is_wider_than_the_terminal_but_what_cannot_be_broken(line: str) -> None:
    for row in render.full(explained(line), 80, False).splitlines():
        assert len(row) <= 80 or " " not in row.strip() or "/" in row or "kubectl" in row, row
        assert row == row.rstrip()


def test_colour_only_adds_escapes() -> None:
    told = explained("kubectl delete pod web --cascade orphan")
    painted = render.full(told, 80, True)
    assert "\x1b[31m" in painted
    plain = painted
    for code in ("\x1b[0m", "\x1b[31m", "\x1b[1;31m", "\x1b[1m", "\x1b[2m"):
        plain = plain.replace(code, "")
    assert [row.rstrip() for row in plain.splitlines()] == render.full(told, 80, False).splitlines()


@pytest.mark.parametrize(
    "line", ["kubectl get pods \x1b[31m", "kubectl run 'a\x1b]0;x\x07' --image=\u202ei", "\x1b[2J"]
)
def test_no_escape_of_the_line_stays_alive(line: str) -> None:
    told = explained(line)
    for text in (render.full(told, 80, False), render.brief(told, 80, False)):
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text


@pytest.mark.parametrize(
    "line",
    [
        "kubectl create secret generic s --from-literal=password=hunter2",
        "kubectl create secret generic s --from-literal password=hunter2",
        "kubectl get pods --token hunter2",
        "kubectl get pods --token=hunter2",
        "kubectl create secret docker-registry r --docker-password='hunter2'",
    ],
)
def test_secrets_are_not_shown_again(line: str) -> None:
    told = explained(line)
    assert "hunter2" not in render.full(told, 80, False) + render.brief(told, 80, False)
    assert "…" in render.full(told, 80, False)


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize(
    "line",
    [
        "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data",
        "kubectl create pdb p --selector=app=web --min-available=1",
        "kubectl create deployment net-utils --image=a-long-registry.example.com/with/a/long/path/image:1.2.3",
        f"kubectl patch deployment web -p '{'x' * 500}'",
    ],
)
def test_words_and_notes_keep_to_the_width(line: str, width: int) -> None:
    drawn = render.full(explained(line), width, colour=False)
    told = [row for row in drawn.splitlines() if " /api" not in row and "undo" not in row]
    assert max(map(len, told)) <= width


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("kubectl get nodes", "context practice, the whole cluster"),
        ("kubectl delete ns x -n y", "context practice, the whole cluster"),
        ("kubectl get ns,pods", "context practice, namespace default"),
        ("kubectl get pods -A", "context practice, all namespaces"),
        ("kubectl --server https://x get pods", "context practice, namespace default, server https://x"),
        ("kubectl debug node/n --image=busybox", "context practice, namespace default"),
        ("kubectl get ns; kubectl get pods", "context practice, namespace default"),
    ],
)
def test_where_names_a_namespace_only_where_it_counts(line: str, place: str) -> None:
    assert render.full(explained(line), 80, colour=False).endswith(f"where    {place}")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_long_paths_are_cut_before_a_slash(width: int) -> None:
    drawn = render.full(explained("kubectl set subject rolebinding b --user=u"), width, colour=False)
    asks = drawn[drawn.index("  asks") : drawn.index("  undo")]
    assert max(map(len, asks.splitlines())) <= width
    whole = "".join(line.strip() for line in asks.splitlines())
    assert "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/b" in whole


def test_a_long_list_of_requests_is_cut_short() -> None:
    line = f"kubectl get {' '.join(f'pod/p{number}' for number in range(30))}"
    shown = render.full(explained(line), 80, False)
    assert shown.count("GET ") == 20 and "and 10 more" in shown
    assert " more\n" not in render.full(explained("kubectl get pod/p1 pod/p2"), 80, False) + "\n"


def test_wide_letters_take_two_columns() -> None:
    shown = render.full(explained("kubectl get pods 名前 -n x"), 80, False).splitlines()
    name, flag = (next(line for line in shown if line.startswith(f"  {word}")) for word in ("名前", "-n x"))
    assert name.index("only") + 2 == flag.index("work"), "in letters it is two less, in columns it is the same"
