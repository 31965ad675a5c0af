"""Notes on whole words: what a value comes to, what the shell puts in, what fits the objects asked for."""

from __future__ import annotations

import pytest

from kx.explain import render
from kx.explain.explanation import Note
from tests.explain.tools import explained


def word(line: str, text: str) -> Note:
    return next(note for note in explained(line).words if note.text == text)


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("kubectl get pods -o jsonpath='{.items[*].metadata.name}'", True),
        ("kubectl get pod a b -o jsonpath='{.items[*].metadata.name}'", True),
        ("kubectl get pod/a svc/a -o jsonpath='{.items[*].metadata.name}'", True),
        ("kubectl get pod,svc a -o go-template='{{range .items}}{{end}}'", True),
        ("kubectl get pod a -o jsonpath='{.metadata.name}'", True),
        ("kubectl get pod/a -o go-template='{{.metadata.name}}'", True),
        ("kubectl get pods -o jsonpath='{..image}'", True),
        ("kubectl get pods -o jsonpath='{.kind}'", True),
        ("kubectl get pods -o custom-columns=N:.metadata.name", True),
        ("kubectl get -f x.yaml -o jsonpath='{.items}'", True),
        ("kubectl get pod a -o jsonpath='{.items[*].metadata.name}'", False),
        ("kubectl get pod/a -o go-template='{{range .items}}{{end}}'", False),
        ("kubectl get pods -o jsonpath='{.metadata.name}'", False),
        ("kubectl get pods -l a=b -o go-template='{{.metadata.name}}'", False),
    ],
)
def test_a_template_that_looks_for_what_is_not_there(line: str, fits: bool) -> None:
    assert (".items" in explained(line).words[-1].note) is not fits


@pytest.mark.parametrize(
    ("line", "text", "note"),
    [
        ("kubectl get pod $NAME", "$NAME", "your shell puts in the value of NAME before kubectl sees it"),
        ('kubectl get pod "${NAME:-x}"', '"${NAME:-x}"', "your shell puts in the value of NAME before kubectl sees it"),
        ("kubectl get pod $(cat f)", "$(cat f)", "your shell puts in what the command inside prints"),
        ("kubectl apply -f ~/x", "~/x", "your shell puts in your home folder"),
        ("kubectl delete pod web-*", "web-*", "your shell takes this for a pattern"),
        ("kubectl exec p -- sh -c 'echo $X | wc'", "'echo $X | wc'", "the quotes keep it from your shell"),
        ("kubectl exec p -- wc | sort", "|", "on this machine, not in the pod"),
        ("kubectl exec p -- wc > f", ">", "on this machine, not in the pod"),
        ("kubectl get pods -n a -n b", "a", "not used: --namespace is there again"),
    ],
)
def test_what_the_shell_does_first(line: str, text: str, note: str) -> None:
    assert note in word(line, text).note


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("kubectl get pod '$NAME'", "'$NAME'"),
        ("kubectl get pods | sort", "|"),
        ("kubectl run p --image=$IMAGE", "--image=$IMAGE"),
        ("kubectl set env deploy/d $PAIR", "$PAIR"),
    ],
)
def test_nothing_is_said_of_what_is_not_so_or_not_known(line: str, text: str) -> None:
    note = word(line, text).note
    assert "pod sees" not in note and "not in the pod" not in note and "refuse" not in note


def test_pieces_stand_below_their_word_in_the_full_picture() -> None:
    line = "kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'"
    assert render.full(explained(line), 80, False).split("\n\n")[1].splitlines()[2:] == [
        "  -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'",
        "                     only the fields that this JSONPath template picks",
        "    range .items[*]  for every object of the list:",
        "    .metadata.name   its name",
        '    "\\n"             a line break, printed as it stands',
        "    end              the end of what is repeated",
    ]


@pytest.mark.parametrize("line", ["kubectl run p --env=A=b", "kubectl port-forward p 80:81", "kubectl label pod p a=b"])
def test_pieces_that_the_word_tells_already_are_not_shown_again(line: str) -> None:
    told = explained(line)
    assert told.words[-1].parts
    assert not any(row.startswith("    ") for row in render.full(told, 80, False).split("\n\n")[1].splitlines()[3:4])


def test_a_long_value_with_many_pieces_stays_readable() -> None:
    patch = ",".join(f'"k{number}":1' for number in range(50))
    shown = render.full(explained(f"kubectl patch cm c -p '{{{patch}}}'"), 80, False)
    assert "and 26 more" in shown and max(map(len, shown.splitlines())) <= 80


def test_a_secret_value_is_in_no_note_and_no_part_that_is_shown() -> None:
    told = explained("kubectl create secret generic s --from-literal=password=hunter2")
    assert "hunter2" not in render.full(told, 80, False)
    assert not any("hunter2" in part.text + part.note for note in told.words for part in note.parts)
